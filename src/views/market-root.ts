/** A root as a relay or a mirror tells of it, as the rules take it: what a composition is built on and a worst case is counted in. */
import type { MarketRoot } from "../protocol/market/market-table.js";
import { isBounded } from "../protocol/market/weights.js";
import { ticks, tokenWei } from "../protocol/amounts/units.js";
import type { RelayMarkets } from "../wire/state.js";

/**
 * Of an interval all of it. Of a simplex the bounds that are told are those that follow from all legs' together (R38), not each leg's
 * own: the same outcomes are possible by either, so every worst case is the same.
 */
export function marketRootOf(told: RelayMarkets["roots"][number]): MarketRoot {
  const { marketRootId, owner, closesAt, settleBy, settled, branches, outcomes } = told;
  const base = {
    ...{ marketRootId, owner, closesAt, settleBy, settled },
    tickValue: tokenWei(told.tickValue),
    fallbackOutcome: told.fallbackOutcome,
    tip: told.tip,
  };
  const bounds = { lower: ticks(outcomes.lower), upper: ticks(outcomes.upper) };
  if (told.kind === "interval") {
    return { ...base, kind: "interval", bounds, strikes: branches.map(({ strikes }) => strikes ?? bounds) };
  }
  const weights = branches.map((branch) => branch.bounds);
  return { ...base, kind: "simplex", scale: bounds.upper, weights, bounded: isBounded(weights, bounds.upper) };
}
