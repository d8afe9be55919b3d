/**
 * What a composition costs or brings in the book as it stands. Long legs are bought from the best offers, short legs sold to
 * the best bids, level by level. Prices are in the book's own ticks: what a lot of the branch costs, its lower strike included.
 */
import { type Composition, reversed } from "./composition.js";
import { RuleError } from "../amounts/errors.js";
import { type Lots, opposite, type TickLots, type Ticks } from "../amounts/units.js";

/** Lots to be had at a price; above zero on both sides. */
export interface Level {
  readonly priceTicks: Ticks;
  readonly lots: Lots;
}

/** Both sides of a branch's queue, best first: bids by falling, offers by rising price. */
export interface Depth {
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
}

/** How one leg is filled. */
export interface LegQuote {
  readonly marketBranchId: number;
  /** + bought, − sold. */
  readonly lots: Lots;
  /** Price of the last lot: the limit with which an order for this leg fills whole. */
  readonly limit: Ticks;
  /** Σ price · lots: + paid, − received. */
  readonly cash: TickLots;
}

/** Ticks × lots; times tickValue they are wei. */
export interface Quote {
  /**
   * The contract's own price, which compares with its payoff: what a buyer pays (`priceToBuy`), or what a seller receives
   * (`priceToSell`). A contract that cannot pay less than nothing has a premium above zero unless it is given away.
   */
  readonly premium: TickLots;
  /** What all legs together move: + paid, − received. It differs from the premium by the composition's constant. */
  readonly cash: TickLots;
  readonly legs: readonly LegQuote[];
}

/** The queues of a branch; a branch that is not known has none. */
export type DepthOf = (marketBranchId: number) => Depth | undefined;

/**
 * Buys the composition as it is: premium = Σ price · lots + constant. If it is a short position already (negative units), its
 * premium is negative: it is received.
 * @throws RuleError DEPTH_INSUFFICIENT for the first leg that cannot be filled whole
 */
export function priceToBuy(composition: Composition, depthOf: DepthOf): Quote {
  const { cash, legs } = take(composition, depthOf);
  return { premium: (cash + composition.constant) as TickLots, cash, legs };
}

/**
 * Sells the composition: every leg the other way round. The premium is received, and never above that of `priceToBuy` where no
 * bid exceeds an offer.
 * @throws RuleError DEPTH_INSUFFICIENT for the first leg that cannot be filled whole
 */
export function priceToSell(composition: Composition, depthOf: DepthOf): Quote {
  const { premium, cash, legs } = priceToBuy(reversed(composition), depthOf);
  return { premium: opposite(premium), cash, legs };
}

function take({ legs }: Composition, depthOf: DepthOf): Pick<Quote, "cash" | "legs"> {
  const quotes = legs.map(({ marketBranchId, lots }) => walk(marketBranchId, lots, depthOf(marketBranchId)));
  return { cash: quotes.reduce<bigint>((sum, { cash }) => sum + cash, 0n) as TickLots, legs: quotes };
}

function walk(marketBranchId: number, lots: Lots, depth: Depth | undefined): LegQuote {
  const side = lots > 0n ? "asks" : "bids";
  const wanted = lots > 0n ? lots : opposite(lots);
  let left: bigint = wanted;
  let cost = 0n;
  let limit: Ticks | undefined;
  for (const { priceTicks: price, lots: offered } of depth?.[side] ?? []) {
    if (left === 0n) break;
    const taken = offered < left ? offered : left;
    [left, cost, limit] = [left - taken, cost + price * taken, price];
  }
  if (left > 0n || limit === undefined) {
    throw new RuleError("DEPTH_INSUFFICIENT", { marketBranchId, side, wanted, available: wanted - left });
  }
  return { marketBranchId, lots, limit, cash: (lots > 0n ? cost : -cost) as TickLots };
}
