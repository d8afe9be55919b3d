/** In how few hands something is, and how alike positions are. Shares are exact; likeness is a fixed point, for it has roots in it. */
import { type Fraction, fraction } from "../amounts/fraction.js";
import { requireEqual } from "../amounts/matrix.js";

/** How something is spread over those who have any of it. */
export interface Concentration {
  /** All of it. */
  readonly total: bigint;
  /** How many have some. */
  readonly holders: number;
  /** Σ share²: 1 if one has all, 1 / n if n have the same. Its inverse is the effective number of holders. 0 if there is nothing. */
  readonly herfindahl: Fraction;
  readonly largest: Fraction;
  /** Index of who has most, the first of several; undefined if there is nothing. */
  readonly largestAt: number | undefined;
}

/** @param amounts what each has; nothing below zero @throws RangeError */
export function concentrationOf(amounts: readonly bigint[]): Concentration {
  const total = amounts.reduce((all, amount) => {
    if (amount < 0n) throw new RangeError(`a holder has ${amount}`);
    return all + amount;
  }, 0n);
  const holders = amounts.filter((amount) => amount > 0n).length;
  if (total === 0n) {
    return { total, holders, herfindahl: fraction(0n), largest: fraction(0n), largestAt: undefined };
  }
  const most = amounts.reduce((a, b) => (b > a ? b : a), 0n);
  return {
    total,
    holders,
    herfindahl: fraction(
      amounts.reduce((all, amount) => all + amount * amount, 0n),
      total * total,
    ),
    largest: fraction(most, total),
    largestAt: amounts.indexOf(most),
  };
}

/** What the `count` largest have together, of all. @param amounts what each has; nothing below zero */
export function largestShares(amounts: readonly bigint[], count: number): Fraction {
  const total = amounts.reduce((all, amount) => all + amount, 0n);
  if (total === 0n) return fraction(0n);
  const sorted = [...amounts].sort((a, b) => (a < b ? 1 : a > b ? -1 : 0));
  return fraction(
    sorted.slice(0, count).reduce((all, amount) => all + amount, 0n),
    total,
  );
}

/** Likeness is told in 10^-18, and computed with so many more digits that only the last one can be wrong. */
export const LIKENESS_SCALE = 10n ** 18n;
const UNIT = 10n ** 36n;

/** How alike positions are. */
export interface Crowding {
  /** Who has any at all: of a basket, whose claims are not the same on all assets. The others have no view. */
  readonly views: number;
  /**
   * Mean over all pairs of them of the cosine between their vectors, 10^-18: 1 if all lean the same way, 0 if on average they have nothing
   * in common, below zero if they lean against each other; for two opposite views -1. Undefined with fewer than two views.
   */
  readonly likeness: bigint | undefined;
}

/**
 * Everybody's tilt is its claims less their mean over the assets. In a basket the tilts of all sum to zero, whatever is traded; so
 * sizes are left out, and one large account against many small ones of the same view shows as a crowd.
 * @param claims of each, one entry for each asset
 * @returns rounded to 10^-18, half away from zero
 */
export function crowdingOf(claims: readonly (readonly bigint[])[]): Crowding {
  return likenessOf(claims.map(tiltOf));
}

/**
 * Of vectors as they are.
 * @param vectors of each, one entry for each asset
 * @returns rounded to 10^-18, half away from zero
 */
export function likenessOf(vectors: readonly (readonly bigint[])[]): Crowding {
  const assets = vectors[0]?.length ?? 0;
  const sums = Array.from({ length: assets }, () => 0n);
  let views = 0n;
  for (const vector of vectors) {
    requireEqual("claims", vector.length, assets);
    const square = vector.reduce((all, entry) => all + entry * entry, 0n);
    if (square === 0n) continue;
    views += 1n;
    // Its length, and from it a vector of length 1, both in 10^-36.
    const length = rootOf(square * UNIT * UNIT);
    vector.forEach((entry, k) => {
      sums[k] = (sums[k] ?? 0n) + (entry * UNIT * UNIT) / length;
    });
  }
  if (views < 2n) return { views: Number(views), likeness: undefined };
  // Of unit vectors |Σ u|² is the number of them and twice the cosines of all pairs.
  const square = sums.reduce((all, entry) => all + entry * entry, 0n) / UNIT;
  const pairs = views * (views - 1n);
  return { views: Number(views), likeness: rounded((square - views * UNIT) * LIKENESS_SCALE, pairs * UNIT) };
}

/** Half away from zero. */
function rounded(numerator: bigint, denominator: bigint): bigint {
  const half = numerator < 0n ? -denominator : denominator;
  return (2n * numerator + half) / (2n * denominator);
}

/** Times the number of assets, so that it is whole: the cosine does not know lengths. */
function tiltOf(claims: readonly bigint[]): bigint[] {
  const sum = claims.reduce((all, claim) => all + claim, 0n);
  return claims.map((claim) => claim * BigInt(claims.length) - sum);
}

/** The largest whole number whose square is no more. */
function rootOf(square: bigint): bigint {
  if (square < 2n) return square;
  let root = 1n << BigInt((square.toString(2).length + 1) >> 1);
  for (;;) {
    const next = (root + square / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}
