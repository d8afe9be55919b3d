/** I = 1 − Σ(v − p)² / Σ(v − p₀)² over a session: how much of what came true prices knew, from when on. */
import type { Fraction } from "../protocol/amounts/fraction.js";
import type { MarketRef } from "../protocol/signing/package.js";
import type { Window } from "./final-values.js";
import { marketKey, type Moment } from "./observation.js";
import { numberOf } from "./rational.js";

/** A market of which it is known what it paid. */
export interface KnownMarket {
  readonly market: MarketRef;
  /** v, and p₀ where its price began, ticks. */
  readonly value: Fraction;
  readonly start: bigint;
  /** Between the least and the most it could pay, ticks: markets are counted in parts of it. */
  readonly range: bigint;
}

export interface InformationPoint {
  readonly timestamp: bigint;
  /** Part of the session that is over, 0 to 1. */
  readonly elapsed: number;
  readonly information: number;
}

/**
 * After each call that moved a price of a known market. In Kyle's model with many auctions it is the part of the session that is over.
 * @returns nothing if all came as the first prices said: then there was nothing to learn
 */
export function informationPath(
  known: readonly KnownMarket[],
  moments: readonly Moment[],
  { t1, t2 }: Window,
): InformationPoint[] {
  const errors = new Map(known.map((one) => [marketKey(one.market), { one, error: errorOf(one, 2n * one.start) }]));
  const sum = (): number => [...errors.values()].reduce((total, { error }) => total + error, 0);
  const first = sum();
  if (first === 0) return [];
  const points: InformationPoint[] = [{ timestamp: t1, elapsed: 0, information: 0 }];
  for (const { market, timestamp, before, after } of moments) {
    const found = errors.get(marketKey(market));
    if (found === undefined || after === undefined || after === before) continue;
    found.error = errorOf(found.one, after);
    const elapsed = Number(timestamp - t1) / Number(t2 - t1);
    const point = { timestamp, elapsed: Math.min(1, Math.max(0, elapsed)), information: 1 - sum() / first };
    if (points.at(-1)?.timestamp === timestamp) points.pop();
    points.push(point);
  }
  return points;
}

/** @param doubled twice the price, ticks */
function errorOf({ value, range }: KnownMarket, doubled: bigint): number {
  return ((numberOf(value) - Number(doubled) / 2) / Number(range)) ** 2;
}

/** As of that part of the session. */
export function informationAt(path: readonly InformationPoint[], elapsed: number): number {
  return path.findLast((point) => point.elapsed <= elapsed)?.information ?? 0;
}
