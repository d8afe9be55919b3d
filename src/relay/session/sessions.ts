/** The sessions that a process serves, by their addresses, and how they are together. */
import { RelayError } from "../errors.js";
import type { PartFault } from "../reporting/faults.js";
import type { HealthView } from "../http/routes.js";
import type { SessionItem, SessionListServices } from "../http/routes-session.js";
import type { Sessions } from "../http/sessions.js";
import type { RelayTerms } from "../config/session.js";
import type { Served } from "../http/server.js";

/** A session that a process serves, from its opening to its end. */
export interface OpenSession {
  readonly terms: RelayTerms;
  readonly fromBlock: number;
  readonly served: Served;
  /** Whether what it answers from is there. */
  readonly isReady: () => boolean;
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

export interface OpenSessions extends Sessions, SessionListServices {
  /** In the order in which they were opened. */
  readonly all: readonly OpenSession[];
  add(session: OpenSession): void;
  /** It is not served any more. */
  remove(session: OpenSession): void;
  find(address: string): OpenSession | undefined;
  /** Of one its own, of many all together: ready if one of them is. @param faults of what is no session's */
  readonly health: (faults: readonly PartFault[]) => HealthView;
}

export function createSessions(): OpenSessions {
  const open = new Map<string, OpenSession>();
  const find = (address: string): OpenSession | undefined => open.get(address.toLowerCase());
  const all = (): OpenSession[] => [...open.values()];
  return {
    get all() {
      return all();
    },
    add(session) {
      open.set(session.terms.session.toLowerCase(), session);
    },
    remove({ terms }) {
      open.delete(terms.session.toLowerCase());
    },
    find,
    of(address) {
      const found = address === undefined ? onlyOne(all()) : find(address);
      if (found === undefined) throw new RelayError("RELAY_SESSION_UNKNOWN", { ...(address && { session: address }) });
      return found.served;
    },
    list: (after, limit) =>
      all()
        .slice(after, after + limit)
        .map(itemOf),
    health: (faults) => together(all(), faults),
  };
}

/** @throws RelayError RELAY_SESSION_UNNAMED */
function onlyOne(sessions: readonly OpenSession[]): OpenSession | undefined {
  if (sessions.length > 1) throw new RelayError("RELAY_SESSION_UNNAMED", { sessions: sessions.length });
  return sessions[0];
}

function itemOf({ served }: OpenSession): SessionItem {
  const { chainId, session, orderBook, t1, t2, phase } = served.facts();
  const { ready, submits, block } = served.health();
  return { chainId, session, orderBook, t1, t2, phase, ready, submits, block, path: `/v1/sessions/${session}` };
}

function together(sessions: readonly OpenSession[], own: readonly PartFault[]): HealthView {
  const [only, another] = sessions;
  const isWell = !own.some(({ blocking }) => blocking);
  if (only !== undefined && another === undefined) {
    const { ready, faults, ...rest } = only.served.health();
    return { ...rest, ready: ready && isWell, faults: [...own, ...faults] };
  }
  const each = sessions.map(({ served, terms }) => ({ session: terms.session, ...served.health() }));
  return {
    // A load balancer takes the process out only if none of its sessions can be served; one that has none yet can wait for one.
    ready: isWell && (each.length === 0 || each.some(({ ready }) => ready)),
    submits: each.some(({ submits }) => submits),
    block: leastOf(each.map(({ block }) => block)),
    waiting: each.reduce((sum, { waiting }) => sum + waiting, 0),
    inFlight: each.reduce((sum, { inFlight }) => sum + inFlight, 0),
    faults: [...own, ...each.flatMap(({ session, faults }) => faults.map((fault) => ({ ...fault, session })))],
    index: undefined,
    sessions: { served: each.length, ready: each.filter(({ ready }) => ready).length },
  };
}

/** @returns undefined if one of them has none, or there is none */
function leastOf(blocks: readonly (number | undefined)[]): number | undefined {
  if (blocks.length === 0 || blocks.includes(undefined)) return undefined;
  return Math.min(...blocks.filter((block) => block !== undefined));
}
