/**
 * How a process that only reads hears of what others commit. The database is looked at again and again; where a broker tells the same at
 * once it is looked at less often, and only for what the broker may have left out.
 */
import type { Listening } from "../broker/broker.js";
import { tipsOf } from "../history/tips.js";
import type { ReadingVenue } from "../session/ground.js";
import type { ChainReach, ReadSession } from "../session/reading.js";

export interface Following {
  /** Looks at what is due. @throws RelayError RELAY_STORE_UNAVAILABLE; then it is due the next time */
  readonly look: () => Promise<void>;
  readonly listening: Listening;
}

/** How often it is looked at what is due, ms. */
export const LOOK_MS = 100;
/** While the broker answers: how often at the index, and how long after it has moved, or at traders' own. */
const [CALM_MS, LATE_MS] = [500, 1_000];
/** So often the rows of a trader are looked at of whom there is news: they may be written a moment later. */
const LOOKS = 4;

/** @param read the sessions, by the key of their rows; they come and go */
export function createFollowing(
  { database, broker, now, log }: Pick<ReadingVenue, "database" | "broker" | "now" | "log">,
  read: ReadonlyMap<string, ReadSession>,
  chain: () => ChainReach,
): Following {
  const due = new Map<string, number>();
  const news = new Map<string, Map<string, number>>();
  let [tipsAt, ownAt] = [-Infinity, -Infinity];

  async function lookAtTips(at: number, isTold: boolean): Promise<void> {
    const tips = new Map((await tipsOf(database, [...read.keys()])).map((tip) => [tip.book, tip]));
    for (const [book, session] of read) {
      if (!session.saw(tips.get(book), chain())) continue;
      due.set(book, Math.min(due.get(book) ?? Infinity, isTold ? at + LATE_MS : at));
    }
    tipsAt = at;
  }

  function hintedOf(book: string): string[] {
    const hinted = news.get(book) ?? new Map<string, number>();
    for (const [trader, left] of hinted) {
      if (left > 1) hinted.set(trader, left - 1);
      else hinted.delete(trader);
    }
    if (hinted.size === 0) news.delete(book);
    return [...hinted.keys()];
  }

  return {
    async look() {
      const [at, isTold] = [now(), broker?.isThere === true];
      if (!isTold || at - tipsAt >= CALM_MS) await lookAtTips(at, isTold);
      const isOwnDue = !isTold || at - ownAt >= LATE_MS;
      for (const [book, { hub, fates }] of read) {
        if ((due.get(book) ?? Infinity) <= at) {
          await hub.poll();
          due.delete(book);
        }
        const hinted = hintedOf(book);
        await fates.look(isOwnDue ? undefined : hinted);
      }
      if (isOwnDue) ownAt = at;
    },
    listening: {
      topics: () => [...read.values()].flatMap(({ topic }) => topic() ?? []),
      onEvents(topic, told) {
        const session = [...read.values()].find((one) => one.topic() === topic);
        session?.hub.hear(told).catch((error: unknown) => {
          log.debug({ error }, "what came before was not read, it is read later");
        });
      },
      onHint(topic, traders) {
        const session = [...read.values()].find((one) => one.topic() === topic);
        if (session === undefined) return;
        const hinted = news.get(session.rows) ?? new Map<string, number>();
        for (const trader of traders) hinted.set(trader, LOOKS);
        news.set(session.rows, hinted);
      },
    },
  };
}
