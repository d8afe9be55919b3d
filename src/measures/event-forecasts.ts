/** A session's prices of events as forecasts: each outcome, at nine moments evenly apart until it was known whether it comes. */
import { fraction } from "../protocol/amounts/fraction.js";
import { marketBounds, type SimplexRoot } from "../protocol/market/market-table.js";
import { BASKET_ROOT_ID, type MarketRef } from "../protocol/signing/package.js";
import { finalValueOf } from "./final-values.js";
import type { Forecast } from "./forecasts.js";
import { byMarket, marketKey, type Moment, type Observed, type RootStep } from "./observation.js";

/** Evenly apart, so that busy hours do not count for more than quiet ones. */
const TENTHS = 10n;

/**
 * Of events that are settled at one outcome; a moment at which an outcome had no price yet gives none. Forecasts of one event are not
 * independent of each other, so intervals that take them so are narrower than the truth.
 */
export function eventForecasts({ book, moments, rootSteps }: Observed): Forecast[] {
  const own = byMarket(moments);
  return [...book.state.markets.table.roots.values()].flatMap((root) => {
    if (root.kind !== "simplex" || root.marketRootId === BASKET_ROOT_ID || !root.settled) return [];
    const steps = rootSteps.filter((step) => step.root.marketRootId === root.marketRootId);
    return root.weights.flatMap((_, b) => {
      const market = { marketRootId: root.marketRootId, marketBranchId: b + 1 };
      const value = finalValueOf(book.state.markets.table, market, []);
      const isWhole = value?.numerator === 0n || value?.numerator === root.scale;
      if (!isWhole) return []; // weights in between are no event that happened or not
      const happened = value.numerator !== 0n;
      return pricesOf(market, root, steps, own.get(marketKey(market)) ?? []).map((doubled) => ({
        price: fraction(doubled, 2n * root.scale),
        happened,
      }));
    });
  });
}

/** Twice the prices that stood at those moments. */
function pricesOf(market: MarketRef, root: SimplexRoot, steps: readonly RootStep[], own: readonly Moment[]): bigint[] {
  const made = steps[0]?.timestamp ?? 0n;
  const known = steps.find((step) => isKnown(step, market))?.timestamp ?? root.closesAt;
  const end = known < root.closesAt ? known : root.closesAt;
  return Array.from({ length: Number(TENTHS) - 1 }, (_, k) => {
    const at = made + ((end - made) * BigInt(k + 1)) / TENTHS;
    return own.findLast(({ timestamp }) => timestamp <= at)?.after;
  }).filter((price) => price !== undefined);
}

function isKnown({ root }: RootStep, market: MarketRef): boolean {
  const { lower, upper } = marketBounds({ roots: new Map([[root.marketRootId, root]]) }, market);
  return lower === upper;
}
