/**
 * Complete sets (docs/sets.md): what the orders of all other legs of a simplex root leave for one. The legs pay `scale` together,
 * so who sells to the best bids of all others can offer the leg at what is left of the scale, and who buys from their best
 * offers can bid it. Twin of `contracts/periphery/SetPlans.sol` as far as prices go; what float and steps allow is not in it.
 */
import type { Bounds } from "../market/bounds.js";
import { branchCount, type MarketRoot, marketBounds } from "../market/market-table.js";
import { type Lots, lots as toLots, opposite, type TickLots, type Ticks, ticks } from "../amounts/units.js";
import type { Depth, DepthOf, Level } from "./quote.js";
import type { Venue } from "./via.js";

/** Lots that an order gets at a price. */
export interface VenueFill extends Level {
  readonly venue: Venue;
}

/** What an order gets of what rests, best first. */
export interface Taking {
  readonly fills: readonly VenueFill[];
  /** In all; above zero whichever the side. */
  readonly filled: Lots;
  /** Σ price · lots: + paid, − received. */
  readonly cash: TickLots;
}

/** An order as far as prices go. */
export interface Limit {
  readonly priceTicks: bigint;
  /** + bid, − offer. */
  readonly quantityLots: bigint;
}

const NOTHING: Depth = { bids: [], asks: [] };

/**
 * What sets would give, as if it rested in the leg's own queue: offers made of the others' bids, bids made of their offers.
 * Nothing for an interval root, for a determined leg, and where a leg that is needed has no order.
 * @param depthOf of every other leg
 */
export function setDepth(root: MarketRoot, depthOf: DepthOf, marketBranchId: number): Depth {
  if (root.kind === "interval") return NOTHING;
  const legs = legsOf(root);
  const own = legs.find((leg) => leg.branch === marketBranchId);
  if (own === undefined || own.lower === own.upper) return NOTHING;
  const others = legs.filter((leg) => leg !== own && leg.lower !== leg.upper);
  const determined = legs.filter((leg) => leg.lower === leg.upper).reduce<bigint>((sum, { lower }) => sum + lower, 0n);
  const target = root.scale - determined;
  const side = (name: keyof Depth): Level[][] => others.map(({ branch }) => [...(depthOf(branch)?.[name] ?? [])]);
  return {
    // Nobody can offer a leg below what it pays at least, nor bid more than it pays at most.
    asks: levelsLeft(side("bids"), target).flatMap((level) => within(level, own, "ask")),
    bids: levelsLeft(side("asks"), target).flatMap((level) => within(level, own, "bid")),
  };
}

/** What the order gets where sets are served along with the market's own orders. */
export function takeWithSets(own: Depth, sets: Depth, limit: Limit): Taking {
  const made = limit.quantityLots > 0n ? sets.asks : sets.bids;
  return takeWith(
    own,
    made.map((level): VenueFill => ({ ...level, venue: "set" })),
    limit,
  );
}

/** What the order gets of the market's own orders alone. */
export function takeFromBook(own: Depth, limit: Limit): Taking {
  return takeWith(own, [], limit);
}

/** What the order gets of the market's own orders and of others besides; of two at one price the market's own is first. */
export function takeWith(own: Depth, others: readonly VenueFill[], limit: Limit): Taking {
  const buys = limit.quantityLots > 0n;
  const queue: VenueFill[] = [
    ...(buys ? own.asks : own.bids).map((level): VenueFill => ({ ...level, venue: "book" })),
    ...others,
  ];
  const compare = (a: bigint, b: bigint): number => (a === b ? 0 : a < b === buys ? -1 : 1);
  queue.sort((a, b) => compare(a.priceTicks, b.priceTicks)); // stable: orders stay before others
  return take(queue, limit);
}

/** Which of two is better for who trades: more lots, then less money; the first if neither is. */
export function isBetter(one: Pick<Taking, "filled" | "cash">, other: Pick<Taking, "filled" | "cash">): boolean {
  return one.filled === other.filled ? one.cash < other.cash : one.filled > other.filled;
}

interface Leg extends Bounds {
  readonly branch: number;
}

function legsOf(root: MarketRoot): Leg[] {
  const { marketRootId } = root;
  const roots = new Map([[marketRootId, root]]);
  return Array.from({ length: branchCount(root) }, (_, k): Leg => {
    return { branch: k + 1, ...marketBounds({ roots }, { marketRootId, marketBranchId: k + 1 }) };
  });
}

/** What is left of the target when the best level of each leg is taken, level by level. */
function levelsLeft(legs: Level[][], target: bigint): Level[] {
  const left: Level[] = [];
  while (legs.length > 0 && legs.every(([best]) => best !== undefined)) {
    const tops = legs.flatMap(([best]) => (best === undefined ? [] : [best]));
    const size = tops.reduce((least, { lots }) => (lots < least ? lots : least), tops[0]?.lots ?? toLots(0n));
    const price = target - tops.reduce<bigint>((sum, { priceTicks }) => sum + priceTicks, 0n);
    left.push({ priceTicks: ticks(price), lots: size });
    for (const leg of legs) takeFirst(leg, size);
  }
  return left;
}

function takeFirst(leg: Level[], size: bigint): void {
  const [best] = leg;
  if (best === undefined) return;
  if (best.lots === size) leg.shift();
  else leg[0] = { ...best, lots: toLots(best.lots - size) };
}

function within(level: Level, { lower, upper }: Bounds, as: "ask" | "bid"): Level[] {
  const price: Ticks =
    as === "ask"
      ? level.priceTicks < lower
        ? lower
        : level.priceTicks
      : level.priceTicks > upper
        ? upper
        : level.priceTicks;
  return price < lower || price > upper ? [] : [{ ...level, priceTicks: price }];
}

function take(queue: readonly VenueFill[], { priceTicks, quantityLots }: Limit): Taking {
  const buys = quantityLots > 0n;
  const wanted = buys ? quantityLots : -quantityLots;
  let left = wanted;
  let cash = 0n;
  const fills: VenueFill[] = [];
  for (const level of queue) {
    if (left === 0n || (buys ? level.priceTicks > priceTicks : level.priceTicks < priceTicks)) break;
    const lots = toLots(level.lots < left ? level.lots : left);
    fills.push({ ...level, lots });
    [left, cash] = [left - lots, cash + level.priceTicks * lots];
  }
  const spent = cash as TickLots; // at most the prices of an order's lots
  return { fills, filled: toLots(wanted - left), cash: buys ? spent : opposite(spent) };
}
