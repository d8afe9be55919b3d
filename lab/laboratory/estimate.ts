/** Means over independent draws, and how far chance may have moved them. */
export interface Estimate {
  readonly value: number;
  /** Half of the interval that holds it in 95 of 100 such studies. */
  readonly margin: number;
}

/** Of a normal distribution, for 95 of 100. */
const Z = 1.96;

/** Of the values that there are. @returns undefined if there are none, or one */
export function meanOf(values: readonly (number | undefined)[]): Estimate | undefined {
  const there = values.filter((value) => value !== undefined);
  if (there.length < 2) return undefined;
  const mean = there.reduce((all, value) => all + value, 0) / there.length;
  const squares = there.reduce((all, value) => all + (value - mean) ** 2, 0);
  return { value: mean, margin: Z * Math.sqrt(squares / (there.length - 1) / there.length) };
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
  const mean = without.reduce((all, one) => all + one, 0) / count;
  const squares = without.reduce((all, one) => all + (one - mean) ** 2, 0);
  return { value, margin: Z * Math.sqrt(((count - 1) / count) * squares) };
}
