/** What the session is: enough to sign for it with this description alone. */
import type { House } from "../../protocol/book/houses.js";
import type { SessionTerms } from "../../protocol/book/terms.js";
import { factsView } from "../../views/session.js";
import type { Served } from "../../wire/form.js";
import { MOST_PACKAGES } from "../../wire/packages.js";
import * as wire from "../../wire/session.js";
import { STREAM_PATH } from "./stream.js";
import type { RelayServer } from "./request.js";
import { type Charge, chargeRows, REFUSALS } from "./charging.js";

export type SessionView = Served<typeof wire.session>;

export interface SessionServices {
  /** @throws RelayError RELAY_NOT_READY as long as nothing is known of who takes packages */
  readonly describe: () => SessionView;
  /** The part of it that is the session's own. */
  readonly facts: () => SessionFacts;
}

export type SessionFacts = ReturnType<typeof factsView>;

export type SessionItem = Served<typeof wire.sessions>["sessions"][number];

export interface SessionListServices {
  /** In the order in which they were opened, those behind the first `after`, at most so many. */
  readonly list: (after: number, limit: number) => readonly SessionItem[];
}

export function registerSessionListRoute(server: RelayServer, { list }: SessionListServices, charge: Charge): void {
  server.get(
    "/v1/sessions",
    {
      preHandler: chargeRows(charge),
      schema: {
        operationId: "getSessions",
        tags: ["session"],
        summary: "The sessions that this relay serves",
        description:
          "All paths that begin with /v1 are there for each of them behind its `path`, too: /v1/sessions/ADDRESS/link. The short ones are those of the only session, where there is one.",
        querystring: wire.sessionsQuery,
        response: { 200: wire.sessions, ...REFUSALS },
      },
    },
    ({ query: { after, limit } }) => {
      const sessions = list(after, limit);
      return { sessions: [...sessions], ...(sessions.length === limit && { next: after + limit }) };
    },
  );
}

/** What of a relay is told besides its session. */
export interface RelayFacts {
  readonly account: string;
  /** Who signs receipts; undefined if nobody does. */
  readonly receipts: string | undefined;
  /** Through which it may bring orders. */
  readonly houses: readonly House[];
  readonly maxPending: number;
  readonly maxPendingPerTrader: number;
  readonly deadlineMargin: number;
  readonly hasStream: boolean;
}

export function registerSessionRoute(server: RelayServer): void {
  server.get(
    "/v1/session",
    {
      schema: {
        operationId: "getSession",
        tags: ["session"],
        summary: "The session: chain, book, what is signed, units, times and limits",
        description: "All but the times and the phase stays as it is for the session's life.",
        response: { 200: wire.session, ...REFUSALS },
      },
    },
    ({ served }) => served.describe(),
  );
}

/** @param time of the next block, unix seconds @param serverTimeMs unix ms, by this machine */
export function sessionView(
  terms: SessionTerms,
  { account, receipts, houses, maxPending, maxPendingPerTrader, deadlineMargin, hasStream }: RelayFacts,
  { time, serverTimeMs }: { readonly time: bigint; readonly serverTimeMs: number },
): SessionView {
  const makers = houses.flatMap((house) =>
    house.kind === "maker" ? [{ address: house.address, marketRootId: house.marketRootId }] : [],
  );
  const router = houses.find(({ kind }) => kind === "set")?.address;
  return {
    ...factsView(terms, time),
    serverTimeMs,
    relay: {
      account,
      ...(receipts !== undefined && { receipts }),
      makers,
      ...(router !== undefined && { router }),
      maxPending,
      maxPendingPerTrader,
      deadlineMargin,
      mostPackages: MOST_PACKAGES,
      ...(hasStream && { stream: STREAM_PATH }),
    },
  };
}
