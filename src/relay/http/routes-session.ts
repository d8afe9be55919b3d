/** What the session is: enough to sign for it with this description alone. */
import { domainSeparator } from "../../protocol/signing/typed-data.js";
import { tokenWei } from "../../protocol/amounts/units.js";
import type { Served } from "../../wire/form.js";
import { MOST_PACKAGES } from "../../wire/packages.js";
import * as wire from "../../wire/session.js";
import type { SessionTerms } from "../follow/session.js";
import { STREAM_PATH } from "./stream.js";
import type { RelayServer } from "./request.js";
import { REFUSALS } from "./routes.js";

export type SessionView = Served<typeof wire.session>;

export interface SessionServices {
  readonly session: () => SessionView;
}

/** What of a relay is told besides its session. */
export interface RelayFacts {
  readonly account: string;
  /** Who signs receipts; undefined if nobody does. */
  readonly receipts: string | undefined;
  readonly maxPending: number;
  readonly maxPendingPerTrader: number;
  readonly deadlineMargin: number;
  readonly hasStream: boolean;
}

export function registerSessionRoute(server: RelayServer, { session }: SessionServices): void {
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
    () => session(),
  );
}

/**
 * @param time of the next block, unix seconds
 * @param serverTimeMs unix ms, by this machine
 */
export function sessionView(
  terms: SessionTerms,
  { account, receipts, maxPending, maxPendingPerTrader, deadlineMargin, hasStream }: RelayFacts,
  { time, serverTimeMs }: { readonly time: bigint; readonly serverTimeMs: number },
): SessionView {
  const { domain, t1, t2, basket } = terms;
  return {
    chainId: domain.chainId,
    session: terms.session,
    orderBook: domain.verifyingContract,
    domain,
    types: wire.SIGNED_TYPES,
    genesis: domainSeparator(domain),
    t1,
    t2,
    phase: phaseAt(terms, time),
    time,
    serverTimeMs,
    assets: terms.basketTokens.map(({ asset, leg }, k) => ({
      address: asset,
      legToken: leg,
      quantity: basket.quantities[k] ?? 0n,
    })),
    supply: basket.supply,
    units: {
      scale: terms.basketScale,
      tickValue: terms.basketTickValue,
      lotValue: tokenWei(terms.basketScale * terms.basketTickValue),
      reserveShift: terms.reserveShift,
    },
    terms: {
      policy: terms.policy,
      marketCreator: terms.marketCreator,
      settleLimit: terms.settleLimit,
      chainWindow: terms.chainWindow,
      maxOpenOrders: terms.maxOpenOrders,
      maxLots: terms.maxLots,
    },
    relay: {
      account,
      ...(receipts !== undefined && { receipts }),
      maxPending,
      maxPendingPerTrader,
      deadlineMargin,
      mostPackages: MOST_PACKAGES,
      ...(hasStream && { stream: STREAM_PATH }),
    },
  };
}

function phaseAt({ t1, t2 }: Pick<SessionTerms, "t1" | "t2">, time: bigint): SessionView["phase"] {
  if (time < t1) return "before";
  return time < t2 ? "open" : "settling";
}
