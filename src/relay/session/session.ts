/** One session of a relay, from its opening to its end. */
import { createNews } from "../broker/news.js";
import { createPublisher, type Publisher } from "../broker/publisher.js";
import type { RelayTerms } from "../config/session.js";
import type { Venue } from "./ground.js";
import { topicAsked } from "../history/tips.js";
import { tellOfBook } from "../store/books.js";
import { openState, type SessionState } from "./state.js";
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
  if (served.live !== undefined) await tellOfBook(database, rows, served.describe().relay);
  const [forget, look] = [venue.metrics.add(metrics), venue.node.watch(book.toLowerCase())];
  log.info({ book, rows, account }, "session opened");
  const publisher = publisherOf(state);
  const ended = Promise.all([
    engine.run(looping.signal),
    publisher?.run(looping.signal),
    historian?.indexer.run(looping.signal),
    archive?.archivist.run(looping.signal),
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

/** What other processes hear of a session by way of the broker. @returns undefined if there is none, or another process tells */
function publisherOf({ venue, historian, watchers, database, rows, log }: SessionState): Publisher | undefined {
  const { broker } = venue;
  if (broker === undefined) return undefined;
  const topic = topicAsked(database, rows);
  watchers.onNews(createNews(broker, topic).note);
  if (historian === undefined) return undefined;
  const publisher = createPublisher({ store: historian.store, broker, topic, log });
  historian.onCommit(() => {
    publisher.wake();
  });
  return publisher;
}
