/**
 * What it would cost to close a position now: in the covered book, beside its middle, and by an automated maker; and how long it takes at
 * a part of what is traded.
 */
import { magnitude } from "../protocol/amounts/magnitude.js";
import { type Fraction, fraction } from "../protocol/amounts/fraction.js";
import { MAX_LOTS } from "../protocol/amounts/limits.js";
import type { Lots, Ticks, TokenWei } from "../protocol/amounts/units.js";
import { type CoveredWalk, walkCovered, type WalkOptions } from "../protocol/book/covered-walk.js";
import { type MakerHouse, makerMarketIn } from "../protocol/book/houses.js";
import { storedLots } from "../protocol/book/margin.js";
import type { BookState } from "../protocol/book/state.js";
import { costOf } from "../protocol/maker/cost-function.js";
import type { MakerMarket } from "../protocol/maker/taking.js";
import type { MarketRef } from "../protocol/signing/package.js";

/** The parts of a position that are looked at, in percent. */
export const PARTS = [10, 50, 100] as const;

/** A position in one market; of the basket in lots of a leg more than of the last, for a full set is cash. */
export interface OpenPosition extends MarketRef {
  /** + long. */
  readonly lots: Lots;
}

export interface Unwinding {
  /** Of 100. */
  readonly part: number;
  /** What would be traded: − sold, + bought back. Rounded up to whole lots. */
  readonly lots: Lots;
  readonly walk: CoveredWalk;
  /** What it costs beside trading all that is filled at the middle, wei; below zero if it brings more. Undefined without a middle. */
  readonly costWei: Fraction | undefined;
  /** Of the makers that were asked the one that does it for least; undefined if none does. */
  readonly maker: MakerCost | undefined;
}

/** What a maker alone would take or give for the same lots: its cost function, without the book's orders. */
export interface MakerCost {
  /** Of the maker. */
  readonly address: string;
  /** Ticks × lots, as `CoveredWalk` has them. */
  readonly tickLots: bigint;
  /** Beside the middle of the covered book; undefined without one. */
  readonly costWei: Fraction | undefined;
}

/** Everything a trader has open, market by market. */
export function openPositions(state: BookState, traderId: number): OpenPosition[] {
  return [...state.margin.positionsOf(traderId)].flatMap(([marketRootId, { lots }]) => {
    const root = state.markets.known(marketRootId);
    if (root.settled) return [];
    return storedLots(root, lots).flatMap(
      (held, b) => (held === 0n ? [] : [{ marketRootId, marketBranchId: b + 1, lots: held as Lots }]), // as the book keeps them
    );
  });
}

/**
 * Each part by itself, with other markets left as they are: a trader's offers in several markets hang on one collateral, so closing all
 * at once may cost more.
 * @param makers of the book; one that is the holder itself does not serve itself
 */
export function unwindings(
  state: BookState,
  position: OpenPosition,
  options: WalkOptions,
  makers: readonly MakerHouse[] = [],
): Unwinding[] {
  const { tickValue } = state.markets.known(position.marketRootId);
  const middle = coveredMiddle(state, position, options);
  const serving = makers.flatMap((maker) => {
    const isOwn = state.traders.find(maker.address)?.traderId === options.without;
    const market = isOwn ? undefined : makerMarketIn(state, maker, position);
    return market === undefined ? [] : [{ address: maker.address, market }];
  });
  return PARTS.map((part) => {
    const size = magnitude(position.lots);
    const some = (size * BigInt(part) + 99n) / 100n;
    const lots = (position.lots < 0n ? some : -some) as Lots;
    const walk = walkCovered(state, position, lots, options);
    const beside = (traded: Parameters<typeof costBeside>[0]): Fraction | undefined =>
      middle && costBeside(traded, lots > 0n, middle, tickValue);
    const maker = cheapest(serving, lots);
    const ofMaker = maker && { ...maker, costWei: beside({ filledLots: magnitude(lots), tickLots: maker.tickLots }) };
    return { part, lots, walk, costWei: beside(walk), maker: ofMaker };
  });
}

/** Buyers pay least there, sellers get most; the first of several that are alike. */
function cheapest(
  makers: readonly { readonly address: string; readonly market: MakerMarket }[],
  lots: Lots,
): Pick<MakerCost, "address" | "tickLots"> | undefined {
  const buys = lots > 0n;
  const size = magnitude(lots);
  const [first, ...others] = makers.flatMap(({ address, market: { vertices, room } }) => {
    if (size > MAX_LOTS || size > (buys ? room.sell : room.buy)) return [];
    const cost: bigint = costOf(vertices, lots);
    return [{ address, tickLots: buys ? cost : -cost }];
  });
  return first && others.reduce((a, b) => ((buys ? b.tickLots < a.tickLots : b.tickLots > a.tickLots) ? b : a), first);
}

/** What a trade costs beside the same lots at the middle, wei. @param walk lots without a sign, and their price times lots */
export function costBeside(
  { filledLots, tickLots }: Pick<CoveredWalk, "tickLots"> & { readonly filledLots: bigint },
  buys: boolean,
  middle: Fraction,
  tickValue: bigint,
): Fraction {
  const { numerator, denominator } = middle;
  const beyond = tickLots * denominator - filledLots * numerator;
  return fraction((buys ? beyond : -beyond) * tickValue, denominator);
}

/** Between the best covered bid and the best covered offer, in ticks; undefined unless there are both. */
export function coveredMiddle(state: BookState, market: MarketRef, options: WalkOptions): Fraction | undefined {
  const bestOf = (lots: bigint): Ticks | undefined => walkCovered(state, market, lots, options).levels[0]?.priceTicks;
  const [bid, ask] = [bestOf(-1n), bestOf(1n)];
  return bid === undefined || ask === undefined ? undefined : fraction(bid + ask, 2n);
}

/**
 * Days to close a position without being more than a part of what is traded.
 * @param traded lots in so many seconds
 * @param percent of them
 * @returns undefined if nothing was traded
 */
export function daysToUnwind(
  { lots }: Pick<OpenPosition, "lots">,
  traded: { readonly lots: bigint; readonly seconds: bigint },
  percent: bigint,
): Fraction | undefined {
  const DAY = 86_400n;
  const size = magnitude(lots);
  if (traded.lots === 0n || percent <= 0n) return undefined;
  return fraction(size * traded.seconds * 100n, traded.lots * percent * DAY);
}

/** In wei, rounded up: what it costs at least is never told too small. */
export function ceilWei({ numerator, denominator }: Fraction): TokenWei {
  const quotient = numerator / denominator;
  return (numerator > 0n && quotient * denominator !== numerator ? quotient + 1n : quotient) as TokenWei;
}
