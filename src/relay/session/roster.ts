/** Keeps a process at the sessions of a factory: opens those that come, and closes those that are over. */
import type { SessionTerms } from "../../protocol/book/terms.js";
import { isNodeError } from "../../node/classify.js";
import { ProtocolError } from "../../protocol/amounts/errors.js";
import type { RelayTerms } from "../config/session.js";
import type { Log } from "../reporting/log.js";
import type { Finder, FoundSession } from "./finding.js";
import type { OpenSession, OpenSessions } from "./sessions.js";

export interface Roster {
  /** Takes one look. @throws NodeError, RelayError of the database: what was not done is done at the next one */
  look(): Promise<void>;
  /** Whether it has looked at all that there was when it was started. */
  readonly hasLooked: boolean;
  /** Sessions that are not served, for there are too many. */
  readonly leftOut: number;
}

export interface RosterDependencies {
  readonly finder: Finder;
  readonly sessions: OpenSessions;
  readonly mostSessions: number;
  /** Reads what never changes about sessions. @throws NodeError; ClientError if one is none any more */
  readonly read: (sessions: readonly string[]) => Promise<readonly RelayTerms[]>;
  readonly open: (terms: RelayTerms, fromBlock: number) => Promise<OpenSession>;
  /** Unix seconds of the chain. */
  readonly time: () => Promise<bigint>;
  readonly log: Log;
}

/** A session is served for so long after the last of its markets had to be settled, seconds: a day. */
const SERVED_AFTER = 86_400n;

/** Whether nothing of a session is left for a relay to do. */
export function isOver({ settleLimit }: Pick<SessionTerms, "settleLimit">, time: bigint): boolean {
  return time > settleLimit + SERVED_AFTER;
}

export function createRoster(dependencies: RosterDependencies): Roster {
  const { finder, sessions, mostSessions, time, log } = dependencies;
  /** Found and not looked at yet, or left out. */
  let waiting: FoundSession[] = [];
  let hasLooked = false;

  async function closeOver(now: bigint): Promise<void> {
    for (const session of sessions.all.filter(({ terms }) => isOver(terms, now))) {
      sessions.remove(session);
      await session.close();
      await session.end();
      log.info({ session: session.terms.session }, "session is over, not served any more");
    }
  }

  /** @returns whether there was room for it */
  async function take({ session, block }: FoundSession, now: bigint): Promise<boolean> {
    if (sessions.find(session) !== undefined) return true;
    const terms = await readOne(dependencies, session);
    if (terms === undefined || isOver(terms, now)) return true;
    if (sessions.all.length >= mostSessions) return false;
    sessions.add(await dependencies.open(terms, block));
    return true;
  }

  return {
    get hasLooked() {
      return hasLooked;
    },
    get leftOut() {
      return waiting.length;
    },
    async look() {
      waiting.push(...(await finder.next()));
      const now = await time();
      await closeOver(now);
      const before = waiting;
      const left: FoundSession[] = [];
      try {
        for (let one = before[0]; one !== undefined; one = before[0]) {
          if (sessions.all.length >= mostSessions && hasLooked) break; // the next ones have no room either
          if (!(await take(one, now))) left.push(one);
          before.shift();
        }
      } finally {
        waiting = [...left, ...before];
      }
      if (left.length > 0 && !hasLooked) {
        log.warn({ leftOut: left.length, mostSessions }, "more sessions than may be served: the oldest are");
      }
      hasLooked = true;
    },
  };
}

/** @returns undefined if there is none any more: its block was reorganised away */
async function readOne({ read, log }: RosterDependencies, session: string): Promise<RelayTerms | undefined> {
  try {
    return (await read([session]))[0];
  } catch (error) {
    // What a node does not say is no answer, also where asking it again helps nobody: the next look asks again.
    if (isNodeError(error) || !(error instanceof ProtocolError) || error.retryable) throw error;
    log.warn({ error, session }, "found session cannot be read, passed over");
    return undefined;
  }
}
