/** Means over independent draws, and how far chance may have moved them. */
import { errorOfMean, meanOf, varianceOf } from "../../src/measures/moments.js";

export interface Estimate {
  readonly value: number;
  /** Half of the interval that holds it in 95 of 100 such studies. */
  readonly margin: number;
}

/** Of a normal distribution, for 95 of 100. */
const Z = 1.96;

/** Of the values that there are. @returns undefined if there are none, or one */
export function estimateOf(values: readonly (number | undefined)[]): Estimate | undefined {
  const there = values.filter((value) => value !== undefined);
  return there.length < 2 ? undefined : { value: meanOf(there), margin: Z * errorOfMean(there) };
}

export interface Errors {
  /** (v − p)² in the end, and before anybody traded. */
  readonly after: number;
  readonly before: number;
}

/** I = 1 − Σ(v − p)² / Σ(v − p₀)², with a margin by leaving out each world in turn (the jackknife). */
export function informationOf(worlds: readonly Errors[]): Estimate | undefined {
  const count = worlds.length;
  if (count < 2) return undefined;
  const after = worlds.reduce((all, world) => all + world.after, 0);
  const before = worlds.reduce((all, world) => all + world.before, 0);
  const value = 1 - after / before;
  const without = worlds.map((world) => 1 - (after - world.after) / (before - world.before));
  return { value, margin: Z * Math.sqrt((count - 1) * varianceOf(without)) };
}
