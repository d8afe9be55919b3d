/** What a session is, in the words of the wire: all of a relay's answer but what is about the relay itself. */
import type { SessionTerms } from "../protocol/book/terms.js";
import { tokenWei } from "../protocol/amounts/units.js";
import { domainSeparator } from "../protocol/signing/typed-data.js";
import type { Served } from "../wire/form.js";
import type { session } from "../wire/session.js";
import { SIGNED_TYPES } from "../wire/signed-types.js";

type Whole = Served<typeof session>;
export type FactsView = Omit<Whole, "relay" | "serverTimeMs">;

/** @param time of the next block, unix seconds */
export function factsView(terms: SessionTerms, time: bigint): FactsView {
  const { domain, t1, t2, basket } = terms;
  return {
    chainId: domain.chainId,
    session: terms.session,
    orderBook: domain.verifyingContract,
    domain,
    types: SIGNED_TYPES,
    genesis: domainSeparator(domain),
    t1,
    t2,
    phase: phaseAt(terms, time),
    time,
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
  };
}

export function phaseAt({ t1, t2 }: Pick<SessionTerms, "t1" | "t2">, time: bigint): Whole["phase"] {
  if (time < t1) return "before";
  return time < t2 ? "open" : "settling";
}
