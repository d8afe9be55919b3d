/** How orders come to the book, and back out of it: straight, or through a relay. */
import { createRelayClient, type RelayClient } from "../../src/client/relay/client.js";
import { createSubmitter } from "../../src/client/submitter.js";
import { ProtocolError } from "../../src/protocol/amounts/errors.js";
import { routeThroughRelay } from "../../stage/relay-route.js";
import { directRoute, MAX_MATCHES, MAX_WALK, type OrderRoute } from "../../stage/route.js";
import type { Participant } from "../session/cast.js";
import { routeThrough } from "../session/sponsor.js";
import type { Ground } from "./ground.js";

export interface Ways {
  readonly route: OrderRoute;
  /** Past the book's own orders, to the automated maker; undefined if there is none, or if `route` goes there by itself. */
  readonly throughMaker: OrderRoute | undefined;
  /** Takes a trader's own orders out. */
  readonly takeBack: (who: Participant, tradeRootIds: readonly number[]) => Promise<void>;
}

const POLL_MS = 100;
/** People wait as long: a machine may have much else to do. */
const PATIENCE_MS = 300_000;

/** The keeper sends orders, and each trader takes back its own. */
export function straight(ground: Ground): Ways {
  const { handle, chain, maker } = ground;
  const submitter = createSubmitter(handle, chain.relayer, { maxMatches: MAX_MATCHES, maxWalk: MAX_WALK });
  const route = directRoute(handle, submitter);
  const throughMaker = maker === undefined ? undefined : routeThrough({ handle, chain, route }, maker);
  return { route, throughMaker, takeBack: ({ trader }, ids) => unlessGone(() => trader.cancel(ids)) };
}

/** A relay does, and pays for it. It knows the maker, and brings what takes to whichever gives more. */
export function throughRelay({ handle, provider }: Ground, relayUrl: string): Ways {
  const client = createRelayClient(relayUrl);
  const route = routeThroughRelay({ handle, provider, pollMs: POLL_MS, patienceMs: PATIENCE_MS }, client);
  return { route, throughMaker: undefined, takeBack: takeBackThrough(client, handle.t2 - 1) };
}

/** By signed cancellations. @param deadline last second at which they may be brought */
function takeBackThrough(client: RelayClient, deadline: number): Ways["takeBack"] {
  return async ({ trader }, tradeRootIds) => {
    for (const [fromTradeRootId, toTradeRootId] of spansOf(tradeRootIds)) {
      await unlessGone(async () => {
        const signed = await trader.signCancellation({ fromTradeRootId, toTradeRootId, deadline });
        const { hash } = await client.cancelTrades(signed);
        await client.cancelled(hash, { signal: AbortSignal.timeout(PATIENCE_MS) });
      });
    }
  };
}

/** Orders that were filled or taken out by others meanwhile are none to take back: that they are gone is no fault. */
async function unlessGone(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof ProtocolError) || error.retryable) throw error;
  }
}

/** Neighbouring numbers as one span. @param ids rising */
function spansOf(ids: readonly number[]): [from: number, to: number][] {
  const spans: [number, number][] = [];
  for (const one of ids) {
    const last = spans.at(-1);
    if (last?.[1] === one - 1) last[1] = one;
    else spans.push([one, one]);
  }
  return spans;
}
