/** One session of a relay, from its opening to its end. */
import type { RelayTerms } from "../config/session.js";
import type { Served } from "../http/server.js";
import type { Tracker } from "../tracker/tracker.js";
import type { Venue } from "./ground.js";
import { openState } from "./state.js";
import { openSubmission } from "./submission.js";
import { serve } from "./served.js";

export interface SessionRelay {
  readonly terms: RelayTerms;
  readonly fromBlock: number;
  readonly served: Served;
  readonly tracker: Tracker;
  /** Packages that have not landed. */
  readonly waiting: () => number;
  /** Takes no more: what has come is answered first. */
  close(): Promise<void>;
  /** Ends its loops in good order, and writes what is left. */
  end(): Promise<void>;
  /** Gives up what a stop in good order has not ended. */
  abandon(): void;
  /** Resolves when its loops have ended. */
  readonly ended: Promise<void>;
}

/** @throws RelayError of the database, RELAY_OTHER_CHAIN */
export async function openSession(venue: Venue, terms: RelayTerms, fromBlock: number): Promise<SessionRelay> {
  const [running, looping] = [new AbortController(), new AbortController()];
  const state = await openState({ venue, terms, fromBlock, signal: running.signal });
  const engine = openSubmission(state);
  const served = serve(state, engine);
  const { tracker, ledger, historian, archive, sender, metrics, book, rows, account, log } = state;
  const [forget, look] = [venue.metrics.add(metrics), venue.node.watch(book.toLowerCase())];
  log.info({ book, rows, account }, "session opened");
  const ended = Promise.all([
    engine.run(looping.signal),
    ...(venue.config.roles.has("index") ? [historian?.indexer, archive?.archivist] : []).map((writer) =>
      writer?.run(looping.signal),
    ),
  ]).then(async () => {
    forget();
    look();
    sender.leave();
    await archive?.measurer.close();
  });
  return {
    terms,
    fromBlock,
    served,
    tracker,
    waiting: () => ledger.unlanded(),
    close: () => served.intake.close(),
    async end() {
      looping.abort();
      await ended;
      running.abort();
    },
    abandon() {
      running.abort();
      looping.abort();
    },
    ended,
  };
}
