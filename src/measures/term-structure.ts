/**
 * Several sessions on the same assets, that end at different times: what the market thinks one asset will be worth in another by then. A
 * weight w of leg k says k's part of the basket at t2, so w_k·q_1 / (w_1·q_k) is the price of a unit of asset k in units of asset 1.
 */
import type { Fraction } from "../protocol/amounts/fraction.js";
import { numberOf } from "./rational.js";

/** One session as it stands at the moment that is looked at. */
export interface SessionWeights {
  readonly session: string;
  readonly t2: bigint;
  /** By address, in the basket's order. */
  readonly assets: readonly string[];
  /** q, smallest units. */
  readonly quantities: readonly bigint[];
  /** Undefined if it has no prices then. */
  readonly weights: readonly Fraction[] | undefined;
}

export interface TermPoint {
  readonly session: string;
  readonly t2: bigint;
  /** From the moment that is looked at; seconds. */
  readonly toMaturity: bigint;
  /** Of each asset but the first: a smallest unit of it, in smallest units of the first. */
  readonly ratios: readonly number[];
  /** Of the same since the point before, a year, as ln; none of the first point. */
  readonly growth: readonly number[];
}

export interface TermStructure {
  readonly at: bigint;
  readonly points: readonly TermPoint[];
  /** Sessions that are left out: over by then, without prices, or on other assets than the first that has some. */
  readonly left: readonly { readonly session: string; readonly why: "over" | "no prices" | "other assets" }[];
}

const YEAR = 365.25 * 86_400;

/** @param at Unix seconds: what is open then, by how long it still has to go */
export function termStructure(sessions: readonly SessionWeights[], at: bigint): TermStructure {
  const points: TermPoint[] = [];
  const left: TermStructure["left"][number][] = [];
  let assets: string | undefined;
  for (const one of [...sessions].sort((a, b) => (a.t2 < b.t2 ? -1 : a.t2 > b.t2 ? 1 : 0))) {
    const { session, t2, weights } = one;
    const own = one.assets.map((address) => address.toLowerCase()).join();
    if (t2 <= at) left.push({ session, why: "over" });
    else if (weights === undefined || weights.some(({ numerator }) => numerator <= 0n)) {
      left.push({ session, why: "no prices" });
    } else if (assets !== undefined && own !== assets) left.push({ session, why: "other assets" });
    else {
      assets = own;
      points.push(pointOf(one, weights, at, points.at(-1)));
    }
  }
  return { at, points, left };
}

function pointOf(
  { session, t2, quantities }: SessionWeights,
  weights: readonly Fraction[],
  at: bigint,
  before: TermPoint | undefined,
): TermPoint {
  const perUnit = weights.map((weight, k) => numberOf(weight) / Number(quantities[k] ?? 1n));
  const ratios = perUnit.slice(1).map((one) => one / (perUnit[0] ?? NaN));
  const years = before === undefined ? 0 : Number(t2 - before.t2) / YEAR;
  const growth = years === 0 ? [] : ratios.map((ratio, k) => Math.log(ratio / (before?.ratios[k] ?? NaN)) / years);
  return { session, t2, toMaturity: t2 - at, ratios, growth };
}
