/**
 * Interval roots, whole: every holding within the limits, at every pair of bounds, judged by paying out at every outcome.
 * The library is asked; the answer is known by enumeration.
 */
import { clamp, tightenRoot } from "../../../src/protocol/market/bounds.js";
import { intervalWorst } from "../../../src/protocol/margin/worst-case.js";
import {
  boundsOf,
  type Holding,
  holdings,
  intervals,
  judge,
  leastBetween,
  range,
  ticks,
  type Verdict,
} from "./choices.js";

export interface IntervalLimits {
  /** Outcomes and strikes lie in 0..top. */
  readonly top: number;
  readonly branches: number;
  /** Lots of a branch: from −lots to lots, without 0. */
  readonly lots: number;
}

type Least = (holding: Holding, bounds: readonly [number, number]) => number;

/** What the library says. */
export const libraryWorst: Least = ({ branches }, bounds) => Number(intervalWorst(branches, boundsOf(bounds)).worst);

/** The papers' check: the corners of the root alone. It misses a loss between strikes. */
export const cornersOnly: Least = ({ pays }, [lo, hi]) => Math.min(pays[lo] ?? 0, pays[hi] ?? 0);

/** `least` is the minimum over all outcomes. */
export function minimumAtBreakpoints({ top, branches, lots }: IntervalLimits, least = libraryWorst): Verdict {
  const bounds = intervals(0, top);
  return judge(
    pairs(holdings(top, branches, lots), bounds),
    ([holding, within]) => least(holding, within) === leastBetween(holding.pays, within),
  );
}

/** Two roots at once: the least of all joint outcomes is the sum of both worst cases. */
export function separable({ top, branches, lots }: IntervalLimits, join = (a: number, b: number) => a + b): Verdict {
  const roots = [...pairs(holdings(top, branches, lots), intervals(0, top))].map(([holding, within]) => ({
    worst: libraryWorst(holding, within),
    outcomes: holding.pays.slice(within[0], within[1] + 1),
  }));
  return judge(pairs(roots, roots), ([a, b]) => {
    const joint = a.outcomes.flatMap((worth) => b.outcomes.map((other) => worth + other));
    return join(a.worst, b.worst) === Math.min(...joint);
  });
}

/**
 * An order of `size` lots of one branch at `price`, filled to 0, 1, … all of it: at no size is net collateral below both that
 * of nothing and that of everything. `ends` is what is checked at admission.
 */
export function concaveInSize(
  limits: IntervalLimits & { readonly size: number },
  ends = (none: number, all: number) => Math.min(none, all),
): Verdict {
  const { top, branches, lots, size } = limits;
  const orders = intervals(0, top, true).flatMap(([lower, upper]) =>
    [-size, size].flatMap((full) => range(lower, upper).map((price) => ({ lower, upper, full, price }))),
  );
  const held = holdings(top, branches, lots);
  return judge(pairs([...pairs(held, intervals(0, top))], orders), ([[holding, within], order]) => {
    const strikes = boundsOf([order.lower, order.upper]);
    const step = Math.sign(order.full);
    const worth = range(0, Math.abs(order.full)).map((filled) => {
      const branch = { strikes, lots: BigInt(step * filled) as (typeof holding.branches)[number]["lots"] }; // a small number
      const { worst } = intervalWorst([...holding.branches, branch], boundsOf(within));
      return Number(worst) - order.price * step * filled;
    });
    const least = ends(worth[0] ?? 0, worth.at(-1) ?? 0);
    return worth.every((at) => at >= least);
  });
}

type Tighten = (root: [number, number], strikes: [number, number], record: [number, number]) => [number, number];

export const libraryTightens: Tighten = (root, strikes, record) => {
  const after = tightenRoot(boundsOf(root), boundsOf(strikes), boundsOf(record));
  return [Number(after.lower), Number(after.upper)];
};

/** A root whose bounds follow the record without being kept within what they were: it can reopen outcomes. */
export const followsTheRecord: Tighten = (_, strikes, record) => [
  Number(clamp(ticks(record[0]), boundsOf(strikes))),
  Number(clamp(ticks(record[1]), boundsOf(strikes))),
];

/** After any record on any branch, the root lies within what it was, is not empty, and no holding is worth less at worst. */
export function tighteningNeverRaisesNeed({ top, branches, lots }: IntervalLimits, tighten = libraryTightens): Verdict {
  const known = holdings(top, branches, lots).map((holding) => {
    const worst = new Map(intervals(0, top).map((within) => [within.join(), libraryWorst(holding, within)]));
    return (within: [number, number]) => worst.get(within.join()) ?? Number.NEGATIVE_INFINITY;
  });
  // Records may reach beyond the root on both sides.
  const records = [...pairs(pairsOf(intervals(0, top), intervals(0, top, true)), intervals(-1, top + 1))];
  const changes = records.map(([[before, strikes], record]) => ({ before, after: tighten(before, strikes, record) }));
  return judge(
    pairs(known, changes),
    ([worst, { before, after }]) =>
      before[0] <= after[0] && after[0] <= after[1] && after[1] <= before[1] && worst(after) >= worst(before),
  );
}

export function* pairs<A, B>(first: readonly A[], second: readonly B[]): Generator<[A, B]> {
  for (const a of first) for (const b of second) yield [a, b];
}

function pairsOf<A, B>(first: readonly A[], second: readonly B[]): [A, B][] {
  return [...pairs(first, second)];
}
