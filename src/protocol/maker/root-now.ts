/** A root of the market table, as an automated maker looks at it. */
import { clamp } from "../market/bounds.js";
import type { MarketRoot } from "../market/market-table.js";
import { BASKET_ROOT_ID } from "../signing/package.js";
import type { Ticks } from "../amounts/units.js";
import type { RootNow } from "./maker.js";

/** @param points the maker's breakpoints; none for a simplex root */
export function rootNowOf(root: MarketRoot, points: readonly Ticks[]): RootNow {
  if (root.kind === "interval") return { kind: "points", points, strikes: root.strikes, bounds: root.bounds };
  const most = root.weights.map(({ upper }) => upper);
  return { kind: "legs", scale: root.scale, most, isBasket: root.marketRootId === BASKET_ROOT_ID };
}

/**
 * The breakpoints with which a maker has a price for every branch of an interval root: all strikes, rising. None for a simplex root.
 * More than `MAX_VERTICES` are too many for one maker.
 */
export function strikesOf(root: MarketRoot): Ticks[] {
  if (root.kind === "simplex") return [];
  const all = root.strikes.flatMap(({ lower, upper }) => [lower, upper]);
  return [...new Set(all)].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

/**
 * Where an outcome lies among the vertices: for each its share, of `total`. All of it on one, or divided between the breakpoints around
 * the outcome, so that every branch pays the mean of what it pays there.
 * @param outcome of an interval root, or how much each leg weighs
 */
export function sharesOf(root: RootNow, outcome: Ticks | readonly bigint[]): Shares {
  if (typeof outcome !== "bigint") return { shares: outcome, total: outcome.reduce((a, b) => a + b, 0n) };
  if (root.kind === "legs") throw new TypeError("a simplex root's outcome is a weight for each leg");
  const [first = 0n as Ticks, last = first] = [root.points[0], root.points.at(-1)];
  const y = clamp(outcome, { lower: first, upper: last });
  const after = Math.max(
    1,
    root.points.findIndex((point) => point >= y),
  );
  const [below, above] = [root.points[after - 1] ?? first, root.points[after] ?? last];
  const shares = root.points.map((_, i) => (i === after - 1 ? above - y : i === after ? y - below : 0n));
  return { shares, total: above - below };
}

/** Shares of the vertices, of a total. */
export interface Shares {
  readonly shares: readonly bigint[];
  readonly total: bigint;
}
