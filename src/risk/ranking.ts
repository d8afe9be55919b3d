/**
 * The worst moves of each of many holders. Floats find which they may be, with room for all that rounding can do; exact fractions decide
 * among those, and what comes out is what sorting all exact gains would give.
 */
import { requireEqual } from "../protocol/amounts/matrix.js";
import { compare, type Fraction, fraction, sum } from "../protocol/amounts/fraction.js";
import { approximate } from "./exposure.js";

export interface Ranked {
  /** Index of the move. */
  readonly move: number;
  /** d · r, exactly: below zero for a loss. */
  readonly gain: Fraction;
}

/** More than 16 assets' roundings can add up to, as a part of Σ |d_k| · max |r_k|: each is off by less than 2^-50 of its product. */
const DOUBT = 2 ** -44;

/**
 * @param exposures d, one row for each holder, one entry for each asset
 * @param moves r, one row for each move
 * @param count how many of the worst are wanted of each holder
 * @returns for each holder, the worst first; of equal ones the earlier
 * @throws RuleError SHAPE_MISMATCH
 */
export function worstMoves(
  exposures: readonly (readonly Fraction[])[],
  moves: readonly (readonly Fraction[])[],
  count: number,
): Ranked[][] {
  const [first] = moves;
  if (first === undefined) return exposures.map(() => []);
  const assets = first.length;
  for (const move of moves) requireEqual("move", move.length, assets);
  const floats = Float64Array.from(moves.flatMap((move) => move.map(approximate)));
  const largest = Array.from({ length: assets }, (_, k) =>
    moves.reduce((most, __, s) => Math.max(most, Math.abs(floats[s * assets + k] ?? 0)), 0),
  );
  const gains = new Float64Array(moves.length);
  return exposures.map((exposure) => {
    requireEqual("exposure", exposure.length, assets);
    const own = Float64Array.from(exposure.map(approximate));
    const doubt = own.reduce((all, entry, k) => all + Math.abs(entry) * (largest[k] ?? 0), 0) * DOUBT;
    fill(gains, floats, own);
    const limit = kthLeast(gains, count) + 2 * doubt;
    return exactly(exposure, moves, candidates(gains, limit)).slice(0, count);
  });
}

/** Where the time goes: plain loops over plain memory. */
function fill(gains: Float64Array, floats: Float64Array, own: Float64Array): void {
  const assets = own.length;
  for (let s = 0, at = 0; s < gains.length; s += 1) {
    let gain = 0;
    for (let k = 0; k < assets; k += 1, at += 1) gain += (floats[at] ?? 0) * (own[k] ?? 0);
    gains[s] = gain;
  }
}

/** The `count`-th least; infinite if there are fewer. Few are wanted, so they are kept sorted. */
function kthLeast(gains: Float64Array, count: number): number {
  const least: number[] = [];
  let most = count > 0 ? Infinity : -Infinity;
  for (const gain of gains) {
    if (gain >= most) continue;
    let at = least.length;
    while (at > 0 && (least[at - 1] ?? 0) > gain) at -= 1;
    least.splice(at, 0, gain);
    if (least.length > count) least.pop();
    if (least.length === count) most = least[count - 1] ?? -Infinity;
  }
  return least.length < count ? Infinity : most;
}

function candidates(gains: Float64Array, limit: number): number[] {
  const found: number[] = [];
  for (let s = 0; s < gains.length; s += 1) if ((gains[s] ?? 0) <= limit) found.push(s);
  return found;
}

function exactly(
  exposure: readonly Fraction[],
  moves: readonly (readonly Fraction[])[],
  at: readonly number[],
): Ranked[] {
  return at
    .map((move): Ranked => ({ move, gain: gainOf(exposure, moves[move] ?? []) }))
    .sort((a, b) => compare(a.gain, b.gain) || a.move - b.move);
}

/** d · r. */
export function gainOf(exposure: readonly Fraction[], move: readonly Fraction[]): Fraction {
  return sum(
    exposure.map(({ numerator, denominator }, k) => {
      const r = move[k] ?? fraction(0n);
      return fraction(numerator * r.numerator, denominator * r.denominator);
    }),
  );
}
