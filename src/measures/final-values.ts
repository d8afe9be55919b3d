/** What a lot of a market has paid in the end, and where its price began. */
import { RuleError } from "../protocol/amounts/errors.js";
import { add, floor, type Fraction, fraction, reduced, times } from "../protocol/amounts/fraction.js";
import type { Bounds } from "../protocol/market/bounds.js";
import { marketBounds, type MarketTable } from "../protocol/market/market-table.js";
import { BASKET_ROOT_ID, type MarketRef } from "../protocol/signing/package.js";
import type { Ticks } from "../protocol/amounts/units.js";

/** The last part of a session, in which its final weights are looked for. */
const LATE_PARTS = 10n;

/** Where a price begins: equal weights, or the middle of what a branch can pay; ticks, rounded down. @throws RuleError SHAPE_MISMATCH */
export function startOf(table: MarketTable, market: MarketRef): bigint {
  const root = table.roots.get(market.marketRootId);
  if (root?.kind === "simplex") return root.scale / BigInt(root.weights.length);
  const { lower, upper } = firstBoundsOf(table, market);
  return floor(fraction(lower + upper, 2n));
}

/** What a market could pay before anything was known: strikes, or a leg's 0 and the scale. @throws RuleError SHAPE_MISMATCH */
export function firstBoundsOf(table: MarketTable, { marketRootId, marketBranchId }: MarketRef): Bounds {
  const root = table.roots.get(marketRootId);
  if (root?.kind === "simplex") return { lower: 0n as Ticks, upper: root.scale };
  const strikes = root?.strikes[marketBranchId - 1];
  if (strikes === undefined) throw new RuleError("SHAPE_MISMATCH", { what: "market", marketRootId, marketBranchId });
  return strikes;
}

/** @param weights the basket's, of each leg. @returns ticks; undefined while it is open */
export function finalValueOf(
  table: MarketTable,
  market: MarketRef,
  weights: readonly Fraction[],
): Fraction | undefined {
  if (market.marketRootId === BASKET_ROOT_ID) {
    const weight = weights[market.marketBranchId - 1];
    return weight === undefined ? undefined : times(weight, table.terms.basketScale);
  }
  const { lower, upper } = marketBounds(table, market);
  return lower === upper ? fraction(lower) : undefined;
}

/** Lots, and lots times price. */
export interface Volume {
  lots: bigint;
  value: bigint;
}

/** What a leg was traded at in the whole session, and in its last tenth. */
export interface LegVolumes {
  readonly all: Volume;
  readonly late: Volume;
}

export interface Window {
  /** Unix seconds. */
  readonly t1: bigint;
  readonly t2: bigint;
}

export function noVolumes(): LegVolumes {
  return { all: { lots: 0n, value: 0n }, late: { lots: 0n, value: 0n } };
}

export function countTrade(
  { all, late }: LegVolumes,
  { t1, t2 }: Window,
  timestamp: bigint,
  price: bigint,
  lots: bigint,
): void {
  const isLate = (t2 - timestamp) * LATE_PARTS <= t2 - t1;
  for (const volume of isLate ? [all, late] : [all]) {
    volume.lots += lots;
    volume.value += lots * price;
  }
}

/**
 * The basket has no outcome: it is delivered. Its final weights are what it was traded at: for each leg the mean price by lots in the last
 * tenth of the session, or else in all of it; legs without a trade share what those leave of the scale. They sum to one.
 * @param volumes of each leg; undefined for one without a trade
 */
export function tradedWeights(scale: Ticks, volumes: readonly (LegVolumes | undefined)[]): Fraction[] {
  const means = volumes.map((leg) => {
    const volume = leg === undefined || leg.late.lots > 0n ? leg?.late : leg.all;
    return volume === undefined || volume.lots === 0n ? undefined : fraction(volume.value, volume.lots);
  });
  const known = means.flatMap((mean) => mean ?? []);
  const { numerator, denominator } = reducedSum(known);
  const left = scale * denominator > numerator ? scale * denominator - numerator : 0n;
  const silent = BigInt(volumes.length - known.length);
  const all = means.map((mean) => mean ?? fraction(left, denominator * silent));
  const total = reducedSum(all);
  if (total.numerator === 0n) return all.map(() => fraction(1n, BigInt(volumes.length)));
  return all.map((one) => fraction(one.numerator * total.denominator, one.denominator * total.numerator));
}

/** In lowest terms all along: the denominators of many markets have nothing in common. */
export function reducedSum(values: readonly Fraction[]): Fraction {
  return values.reduce((total, value) => reduced(add(total, value)), fraction(0n));
}
