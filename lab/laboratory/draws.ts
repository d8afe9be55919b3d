/** What nature and noise do in a study: a whole distribution on a grid, or draws whose first two moments are exact. */
import { normalTail } from "../../src/risk/normal.js";
import type { Random } from "../../stage/rng.js";

/** Beyond it is less than 10^-14. */
const FAR = 8;
const HALVINGS = 60;

/** Φ⁻¹, by halving. @param p above 0 and below 1 */
export function normalQuantile(p: number): number {
  let [low, high] = [-FAR, FAR];
  for (let k = 0; k < HALVINGS; k += 1) {
    const middle = (low + high) / 2;
    if (normalTail(-middle) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** The middles of n slices of the standard normal, scaled so that their mean square is 1. Their mean is 0. */
export function normalMidpoints(count: number): number[] {
  const middles = Array.from({ length: count }, (_, i) => normalQuantile((i + 0.5) / count));
  const rms = Math.sqrt(middles.reduce((sum, q) => sum + q * q, 0) / count);
  return middles.map((q) => q / rms);
}

const RESOLUTION = 2 ** 31;

/** A standard normal number. */
export function normalDraw(random: Random): number {
  return normalQuantile((random.integer(0, RESOLUTION - 1) + 0.5) / RESOLUTION);
}

/**
 * Draws of several standard normal numbers each, with mean 0, mean square 1 and no correlation, exactly: half of them are drawn, turned
 * and stretched to be so (Gram–Schmidt), and the other half are the same with the other sign. What depends on second moments alone is then
 * as if there were infinitely many.
 * @param half how many are drawn; more than `dimensions`
 * @returns 2·half draws of `dimensions` numbers
 */
export function balancedDraws(dimensions: number, half: number, random: Random): number[][] {
  if (half <= dimensions) throw new RangeError(`${half} draws of ${dimensions} numbers cannot be made uncorrelated`);
  const columns: number[][] = [];
  for (let d = 0; d < dimensions; d += 1) {
    let column = Array.from({ length: half }, () => normalDraw(random));
    for (const other of columns) {
      const share = dot(column, other) / half;
      column = column.map((value, k) => value - share * (other[k] ?? 0));
    }
    const rms = Math.sqrt(dot(column, column) / half);
    columns.push(column.map((value) => value / rms));
  }
  const drawn = Array.from({ length: half }, (_, k) => columns.map((column) => column[k] ?? 0));
  return [...drawn, ...drawn.map((draw) => draw.map((value) => -value))];
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, k) => sum + value * (b[k] ?? 0), 0);
}
