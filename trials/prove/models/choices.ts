/** Every choice there is, within small limits: what the exhaustive models count through. */
import type { Bounds } from "../../../src/protocol/market/bounds.js";
import type { Lots, Ticks } from "../../../src/protocol/amounts/units.js";
import type { HeldBranch } from "../../../src/protocol/margin/worst-case.js";

/** A fact, checked in every case. */
export interface Verdict {
  /** How many cases were looked at. */
  readonly cases: number;
  /** How many contradict the fact. */
  readonly wrong: number;
}

export const ticks = (value: number): Ticks => BigInt(value) as Ticks; // a model's own small number
export const lotsOf = (value: number): Lots => BigInt(value) as Lots; // a model's own small number

export function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
}

/** All [lower, upper] within [from, to]; with `proper`, lower < upper. */
export function intervals(from: number, to: number, proper = false): [lower: number, upper: number][] {
  return range(from, to).flatMap((lower) =>
    range(proper ? lower + 1 : lower, to).map((upper): [number, number] => [lower, upper]),
  );
}

export function boundsOf([lower, upper]: readonly [number, number]): Bounds {
  return { lower: ticks(lower), upper: ticks(upper) };
}

/** All lists of `size` items with repetition: their sequence matters. */
export function tuples<T>(items: readonly T[], size: number): T[][] {
  if (size === 0) return [[]];
  return tuples(items, size - 1).flatMap((tuple) => items.map((item) => [...tuple, item]));
}

/** All collections of up to `size` items with repetition: their sequence does not matter. */
export function collections<T>(items: readonly T[], size: number): T[][] {
  if (size === 0) return [[]];
  return [
    [],
    ...items.flatMap((item, index) => collections(items.slice(index), size - 1).map((rest) => [item, ...rest])),
  ];
}

/** A holding on an interval root: the library's form, and what it pays at each outcome from 0 to `top`. */
export interface Holding {
  readonly branches: readonly HeldBranch[];
  readonly pays: readonly number[];
}

/** All holdings of up to `branches` branches with strikes in 0..top, and lots from −lots to lots without 0. */
export function holdings(top: number, branches: number, lots: number): Holding[] {
  const sizes = range(-lots, lots).filter((size) => size !== 0);
  const single = intervals(0, top, true).flatMap((strikes) => sizes.map((size) => ({ strikes, size })));
  return collections(single, branches).map((held) => ({
    branches: held.map(({ strikes, size }) => ({ strikes: boundsOf(strikes), lots: lotsOf(size) })),
    pays: range(0, top).map((y) =>
      held.reduce((sum, { strikes: [lower, upper], size }) => sum + size * Math.min(Math.max(y, lower), upper), 0),
    ),
  }));
}

/** The least of what is paid at lo, lo + 1, … hi: by looking at each. */
export function leastBetween(pays: readonly number[], [lo, hi]: readonly [number, number]): number {
  return Math.min(...pays.slice(lo, hi + 1));
}

/** Counts the cases in which `holds` is false. */
export function judge<T>(cases: Iterable<T>, holds: (one: T) => boolean): Verdict {
  let [seen, wrong] = [0, 0];
  for (const one of cases) {
    seen += 1;
    if (!holds(one)) wrong += 1;
  }
  return { cases: seen, wrong };
}
