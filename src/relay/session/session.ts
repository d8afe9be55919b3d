/** One session of a relay, from its opening to its end. */
import type { RelayTerms } from "../config/session.js";
import type { Venue } from "./ground.js";
import { tellOfBook } from "../store/books.js";
import { openState } from "./state.js";
import { openSubmission } from "./submission.js";
import { serve } from "./served.js";
import type { OpenSession } from "./sessions.js";

/** @throws RelayError of the database, RELAY_OTHER_CHAIN */
export async function openSession(venue: Venue, terms: RelayTerms, fromBlock: number): Promise<OpenSession> {
  const [running, looping] = [new AbortController(), new AbortController()];
  const state = await openState({ venue, terms, fromBlock, signal: running.signal });
  const engine = openSubmission(state);
  const served = serve(state, engine);
  const { tracker, ledger, historian, archive, sender, metrics, book, rows, account, log, database } = state;
  const [forget, look] = [venue.metrics.add(metrics), venue.node.watch(book.toLowerCase())];
  await tellOfBook(database, rows, served.describe().relay);
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
    isReady: () => tracker.isReady,
    waiting: () => ledger.unlanded(),
    close: () => served.live?.intake.close() ?? Promise.resolve(),
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
