/**
 * The market table (R36): every root with its bounds, branches and state, as the book keeps it. A table is never
 * changed; `applyMarketRecord` and `applyFallback` give the next one.
 */
import { getAddress, ZeroAddress, ZeroHash } from "ethers";

import { type Bounds, branchBounds } from "./bounds.js";
import { Refusal } from "./refusal.js";
import { BASKET_ROOT_ID, type MarketRef } from "../signing/package.js";
import type { Hash } from "../signing/typed-data.js";
import type { Ticks, TokenWei } from "../amounts/units.js";
import { freeWeights, impliedBounds } from "./weights.js";

interface RootBase {
  readonly marketRootId: number;
  /** Who signs the root's records; the zero address for the basket root. */
  readonly owner: string;
  /** Session-token wei of one tick of one lot. */
  readonly tickValue: TokenWei;
  /** First second without trade. */
  readonly closesAt: bigint;
  /** When anybody may apply the fallback; 0 for the basket root. */
  readonly settleBy: bigint;
  /** Interval: an outcome in ticks; event: the number of one; 0 for the basket root. */
  readonly fallbackOutcome: bigint;
  /** Whether one outcome is left. */
  readonly settled: boolean;
  /** Link of the root's last record; zero for the basket root. */
  readonly tip: Hash;
}

/** One number y; branch b pays clamp(y, strikes b). */
export interface IntervalRoot extends RootBase {
  readonly kind: "interval";
  /** What y can still be. */
  readonly bounds: Bounds;
  /** Of each branch, from branch 1, whose strikes are the root's first bounds. They never change. */
  readonly strikes: readonly Bounds[];
}

/** Weights that add up to `scale`; leg k pays w_k. The basket, or an event market. */
export interface SimplexRoot extends RootBase {
  readonly kind: "simplex";
  readonly scale: Ticks;
  /** Of each leg, from leg 1, as its own records say; `marketBounds` also heeds the others'. */
  readonly weights: readonly Bounds[];
  /** Whether some leg has bounds narrower than 0 and the scale. */
  readonly bounded: boolean;
}

export type MarketRoot = IntervalRoot | SimplexRoot;

/** What a session fixes about its markets. */
export interface MarketTerms {
  /** Assets of the basket: the legs of root 1. */
  readonly assets: number;
  readonly basketScale: Ticks;
  readonly basketTickValue: TokenWei;
  /** First second of settlement. */
  readonly t2: bigint;
  /** Latest settleBy of a root. */
  readonly settleLimit: bigint;
  /** Who permits roots: the organiser; the zero address if every registered trader may make them. */
  readonly marketCreator: string;
}

export interface MarketTable {
  readonly terms: MarketTerms;
  /** By number; the basket root is always there. */
  readonly roots: ReadonlyMap<number, MarketRoot>;
}

/** The table of a session before its first record: the basket root alone. */
export function createMarketTable(terms: MarketTerms): MarketTable {
  const { assets, basketScale, basketTickValue, t2, settleLimit } = terms; // what else a book's terms say is not for tables
  const marketCreator = getAddress(terms.marketCreator);
  const roots = new Map<number, MarketRoot>([[BASKET_ROOT_ID, basketRoot(terms)]]);
  return { terms: { assets, basketScale, basketTickValue, t2, settleLimit, marketCreator }, roots };
}

function basketRoot({ assets, basketScale, basketTickValue, t2 }: MarketTerms): SimplexRoot {
  return {
    kind: "simplex",
    marketRootId: BASKET_ROOT_ID,
    owner: ZeroAddress,
    tickValue: basketTickValue,
    closesAt: t2,
    settleBy: 0n,
    fallbackOutcome: 0n,
    settled: false,
    tip: ZeroHash,
    scale: basketScale,
    weights: freeWeights(assets, basketScale),
    bounded: false,
  };
}

/** How many branches (interval) or legs (simplex) a root has. */
export function branchCount(root: MarketRoot): number {
  return root.kind === "interval" ? root.strikes.length : root.weights.length;
}

/** @throws Refusal Book_MarketUnknown */
export function rootOf({ roots }: MarketTable, marketRootId: number): MarketRoot {
  const root = roots.get(marketRootId);
  if (root === undefined) throw unknownMarket({ marketRootId, marketBranchId: 1 });
  return root;
}

/**
 * The least and the most that a lot of a market can still pay (paper: marketMin, marketMax). Of a simplex that also follows
 * from the bounds of the other legs: one that has no others has all the weight.
 * @throws Refusal Book_MarketUnknown
 */
export function marketBounds({ roots }: Pick<MarketTable, "roots">, market: MarketRef): Bounds {
  const root = roots.get(market.marketRootId);
  const own = root === undefined ? undefined : spanOf(root, market.marketBranchId);
  if (root === undefined || own === undefined) throw unknownMarket(market);
  if (root.kind === "interval") return branchBounds(root.bounds, own);
  // Between 0 and the scale each, several legs leave each other free.
  if (!root.bounded && root.weights.length > 1) return own;
  return impliedBounds(root.weights, root.scale, market.marketBranchId);
}

/** Whether nothing can be traded in a market any more. @param bounds what a lot of it can still pay */
export function hasEnded({ closesAt }: Pick<MarketRoot, "closesAt">, { lower, upper }: Bounds, time: bigint): boolean {
  return time >= closesAt || lower === upper;
}

/** Strikes of a branch, or the own bounds of a leg; undefined if there is none of that number. */
export function spanOf(root: MarketRoot, marketBranchId: number): Bounds | undefined {
  return root.kind === "interval" ? root.strikes[marketBranchId - 1] : root.weights[marketBranchId - 1];
}

/**
 * What an order in the market would be refused for at that time, in the book's order of checks.
 * @throws Refusal Book_MarketUnknown, Book_MarketClosed, Book_MarketDetermined, Book_PriceOutOfBounds
 */
export function requireTradable(table: MarketTable, market: MarketRef, price: bigint, timestamp: bigint): void {
  const { lower, upper } = marketBounds(table, market);
  const [marketRootId, marketBranchId] = [BigInt(market.marketRootId), BigInt(market.marketBranchId)];
  const { closesAt } = rootOf(table, market.marketRootId);
  if (timestamp >= closesAt) throw new Refusal("Book_MarketClosed", { marketRootId, closesAt, timestamp });
  if (lower === upper) {
    throw new Refusal("Book_MarketDetermined", { marketRootId, marketBranchId, value: lower });
  }
  if (price < lower || price > upper) {
    throw new Refusal("Book_PriceOutOfBounds", { price, marketMin: lower, marketMax: upper });
  }
}

export function unknownMarket({ marketRootId, marketBranchId }: MarketRef): Refusal {
  return new Refusal("Book_MarketUnknown", {
    marketRootId: BigInt(marketRootId),
    marketBranchId: BigInt(marketBranchId),
  });
}
