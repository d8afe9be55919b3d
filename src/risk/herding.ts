/**
 * Herding as Lakonishok, Shleifer and Vishny (1992) measure it: whether traders are on one side of a market more often than chance and
 * that time's general mood would have it. H = |b/n − p̄| − AF(n, p̄), AF the mean of |b/n − p̄| if b is binomial.
 */
import type { MarketRef } from "../protocol/signing/package.js";
import { RiskError } from "./errors.js";

/** A market over some time. */
export interface Side {
  /** b: traders who have bought more than they have sold. */
  readonly buyers: number;
  /** n: those and who have sold more. */
  readonly traders: number;
}

/** A fill, as far as it says who has bought. */
export interface Fill extends MarketRef {
  readonly maker: string;
  readonly taker: string;
  /** Above zero. */
  readonly lots: bigint;
  readonly takerBuys: boolean;
  /** Unix seconds. */
  readonly timestamp: bigint;
}

/**
 * Who has bought and who has sold, in each period and market in which anybody did: traders whose lots come to nothing are on no side.
 * @param period seconds; periods begin at multiples of it
 * @returns by the first second of the period, the earliest first; markets in the sequence of their first fill
 */
export function sidesOf(fills: Iterable<Fill>, period: bigint): Map<bigint, (Side & MarketRef)[]> {
  const periods = new Map<bigint, Map<string, { readonly market: MarketRef; readonly net: Map<string, bigint> }>>();
  for (const { marketRootId, marketBranchId, maker, taker, lots, takerBuys, timestamp } of fills) {
    const start = timestamp - (timestamp % period);
    const markets = periods.get(start) ?? new Map<string, { market: MarketRef; net: Map<string, bigint> }>();
    periods.set(start, markets);
    const key = `${marketRootId}.${marketBranchId}`;
    const found = markets.get(key) ?? { market: { marketRootId, marketBranchId }, net: new Map<string, bigint>() };
    markets.set(key, found);
    const bought = takerBuys ? lots : -lots;
    found.net.set(taker, (found.net.get(taker) ?? 0n) + bought);
    found.net.set(maker, (found.net.get(maker) ?? 0n) - bought);
  }
  return new Map(
    [...periods]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([start, markets]) => [start, [...markets.values()].map(({ market, net }) => sideOf(market, net))]),
  );
}

function sideOf(market: MarketRef, net: ReadonlyMap<string, bigint>): Side & MarketRef {
  const lots = [...net.values()].filter((one) => one !== 0n);
  return { ...market, buyers: lots.filter((one) => one > 0n).length, traders: lots.length };
}

/** p̄: the part of buyers, all markets of that time together; undefined if nobody traded. */
export function moodOf(sides: readonly Side[]): number | undefined {
  const buyers = sides.reduce((sum, side) => sum + side.buyers, 0);
  const traders = sides.reduce((sum, side) => sum + side.traders, 0);
  return traders === 0 ? undefined : buyers / traders;
}

/** AF(n, p̄) = Σ_k C(n, k) p̄^k (1 − p̄)^(n−k) |k/n − p̄|. @throws RiskError PARAMETER_INVALID */
export function adjustment(traders: number, mood: number): number {
  if (!Number.isInteger(traders) || traders < 1) {
    throw new RiskError("PARAMETER_INVALID", { what: "traders", value: traders });
  }
  if (!(mood >= 0 && mood <= 1)) throw new RiskError("PARAMETER_INVALID", { what: "mood", value: mood });
  if (mood === 0 || mood === 1) return 0;
  // De Moivre: with m the first whole number above n·p̄ the sum is 2 C(n, m) m p̄^m (1 − p̄)^(n−m+1) / n.
  const m = Math.floor(traders * mood) + 1;
  let log = Math.log(m) + m * Math.log(mood) + (traders - m + 1) * Math.log1p(-mood);
  for (let k = 1; k <= m; k += 1) log += Math.log((traders - m + k) / k);
  return (2 * Math.exp(log)) / traders;
}

/** H of one market. @throws RiskError PARAMETER_INVALID */
export function herdingOf({ buyers, traders }: Side, mood: number): number {
  if (!Number.isInteger(buyers) || buyers < 0 || buyers > traders) {
    throw new RiskError("PARAMETER_INVALID", { what: "buyers", value: buyers });
  }
  return Math.abs(buyers / traders - mood) - adjustment(traders, mood);
}

/** A market in which enough traders were on a side. */
export interface Herd extends Side, MarketRef {
  /** AF: what chance alone would do. */
  readonly chance: number;
  readonly herding: number;
}

export interface HerdingPeriod {
  /** Unix seconds. */
  readonly start: bigint;
  /** p̄ of all markets of that time, also of those that are too small. */
  readonly mood: number;
  readonly markets: readonly Herd[];
}

/** @param period seconds @param least traders of a market that is told */
export function herdingIn(fills: Iterable<Fill>, period: bigint, least: number): HerdingPeriod[] {
  return [...sidesOf(fills, period)].map(([start, markets]) => {
    const mood = moodOf(markets) ?? 0; // a period is there because somebody traded
    const told = markets.filter(({ traders }) => traders >= least);
    return {
      start,
      mood,
      markets: told.map((side) => ({
        ...side,
        chance: adjustment(side.traders, mood),
        herding: herdingOf(side, mood),
      })),
    };
  });
}
