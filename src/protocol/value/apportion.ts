/** Parts of a whole as whole numbers that sum to it. */
import { floor, type Fraction, times } from "../amounts/fraction.js";
import type { Ticks } from "../amounts/units.js";

/**
 * Weights as ticks of which `scale` make 1: each rounded down, and the ticks that are left given to the largest remainders,
 * the earlier first. They sum to `scale` exactly.
 * @param weights not negative, with one denominator, and summing to 1
 */
export function weightsInTicks(weights: readonly Fraction[], scale: Ticks): Ticks[] {
  return apportioned(weights, scale) as Ticks[]; // at most the scale
}

const MILLION = 1_000_000n;

/** The same in millionths. */
export function weightsInPpm(weights: readonly Fraction[]): bigint[] {
  return apportioned(weights, MILLION);
}

function apportioned(weights: readonly Fraction[], scale: bigint): bigint[] {
  const scaled = weights.map((weight) => times(weight, scale));
  const roundedDown = scaled.map(floor);
  const missing = Number(scale - roundedDown.reduce((sum, weight) => sum + weight, 0n));
  const byRemainder = scaled
    .map(({ numerator, denominator }, k) => ({ k, remainder: numerator % denominator }))
    .toSorted((a, b) => (a.remainder === b.remainder ? a.k - b.k : a.remainder > b.remainder ? -1 : 1));
  const roundedUp = new Set(byRemainder.slice(0, missing).map(({ k }) => k));
  return roundedDown.map((weight, k) => (roundedUp.has(k) ? weight + 1n : weight));
}
