/** A composition as orders: what each would be filled at by the book as it stands, the limit that is asked, and what all cost together. */
import { RuleError } from "../../../src/protocol/amounts/errors.js";
import { opposite, type TickLots, type Ticks } from "../../../src/protocol/amounts/units.js";
import type { MarketRoot } from "../../../src/protocol/market/market-table.js";
import type { MarketRef } from "../../../src/protocol/signing/package.js";
import type { Composition, Leg } from "../../../src/protocol/value/composition.js";
import { type Depth, type Level, type LegQuote, priceToBuy } from "../../../src/protocol/value/quote.js";
import type { RelayBook } from "../../../src/wire/state.js";
import { type PricedRoot, readPrice } from "../trade/prices.js";
import { sizeOf } from "./shapes.js";

/** What others offer: one's own orders would be taken out when they are met, and give nothing. */
export function depthOf(book: Pick<RelayBook, "bids" | "asks">, trader: string | undefined): Depth {
  return { bids: levelsOf(book.bids, trader), asks: levelsOf(book.asks, trader) };
}

function levelsOf(orders: RelayBook["bids"], trader: string | undefined): Level[] {
  const levels = new Map<Ticks, bigint>(); // best first, as they come
  for (const { priceTicks, lots, trader: owner } of orders) {
    if (owner === trader) continue;
    levels.set(priceTicks, (levels.get(priceTicks) ?? 0n) + (lots < 0n ? opposite(lots) : lots));
  }
  return [...levels].map(([priceTicks, lots]) => ({ priceTicks, lots: lots as Level["lots"] }));
}

/** One order of several. */
export interface LegPlan {
  readonly leg: Leg;
  readonly market: MarketRef;
  /** Filled whole now; undefined if the book has not so many lots, or nobody has asked it yet. */
  readonly quote: LegQuote | undefined;
  /** Lots that it has on that side; undefined as long as nobody has asked it. */
  readonly available: bigint | undefined;
  /** As it would be signed; undefined as long as there is neither a typed one nor a quote. */
  readonly limit: bigint | undefined;
  readonly problem: string | undefined;
}

export interface Plan {
  readonly legs: readonly LegPlan[];
  /** If the book fills every leg now: + paid, − received, and the price of the whole, which compares with what it pays. Wei. */
  readonly now: Cost | undefined;
  /** The worst that the limits allow; undefined as long as one is missing. */
  readonly atLimits: Cost | undefined;
}

export interface Cost {
  readonly cashWei: bigint;
  readonly premiumWei: bigint;
}

/** @param depths by branch @param typed limits by branch, as typed; what is empty is taken from the book */
export function planned(
  root: MarketRoot & PricedRoot,
  { legs, constant }: Composition,
  depths: ReadonlyMap<number, Depth>,
  typed: ReadonlyMap<number, string>,
): Plan {
  const plans = legs.map((leg) =>
    legPlan(root, leg, depths.get(leg.marketBranchId), typed.get(leg.marketBranchId) ?? ""),
  );
  const costOf = (cash: (plan: LegPlan) => bigint | undefined): Cost | undefined => {
    let sum = 0n;
    for (const plan of plans) {
      const one = cash(plan);
      if (one === undefined) return undefined;
      sum += one;
    }
    return { cashWei: sum * root.tickValue, premiumWei: (sum + constant) * root.tickValue };
  };
  return {
    legs: plans,
    now: costOf(({ quote }) => quote?.cash),
    atLimits: costOf(({ limit, leg }) => (limit === undefined ? undefined : limit * leg.lots)),
  };
}

function legPlan(root: MarketRoot & PricedRoot, leg: Leg, depth: Depth | undefined, typed: string): LegPlan {
  const market = { marketRootId: root.marketRootId, marketBranchId: leg.marketBranchId };
  const quote = depth === undefined ? undefined : quoteOf(leg, depth);
  const side = leg.lots > 0n ? depth?.asks : depth?.bids;
  const available = side?.reduce((sum, { lots }) => sum + lots, 0n);
  const read = typed.trim() === "" ? quote?.limit : readPrice(root, typed);
  const base = { leg, market, quote, available };
  if (typeof read === "object") return { ...base, limit: undefined, problem: read.problem };
  if (read === undefined) {
    const problem =
      depth === undefined ? undefined : `The book has ${available ?? 0n} of ${sizeOf(leg)} lots: give a limit.`;
    return { ...base, limit: undefined, problem };
  }
  const { lower, upper } = leg.strikes;
  const isWithin = read >= lower && read <= upper;
  return {
    ...base,
    limit: read,
    problem: isWithin ? undefined : "A lot cannot pay that any more: the price has to be within its bounds.",
  };
}

function quoteOf(leg: Leg, depth: Depth): LegQuote | undefined {
  try {
    return priceToBuy({ legs: [leg], constant: 0n as TickLots }, () => depth).legs[0];
  } catch (error) {
    if (error instanceof RuleError && error.code === "DEPTH_INSUFFICIENT") return undefined;
    throw error;
  }
}

/** The orders in the order in which they are signed and brought: what is bought first, or what is sold. */
export function sequences<Plan extends Pick<LegPlan, "leg">>(legs: readonly Plan[]): readonly (readonly Plan[])[] {
  const bought = legs.filter(({ leg }) => leg.lots > 0n);
  const sold = legs.filter(({ leg }) => leg.lots < 0n);
  return bought.length === 0 || sold.length === 0
    ? [legs]
    : [
        [...bought, ...sold],
        [...sold, ...bought],
      ];
}
