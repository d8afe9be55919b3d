/**
 * The branches of an interval root as building blocks. A branch with strikes K1, K2 pays clamp(y, K1, K2), which is K1 plus
 * what y has gained over that span. Gains of spans that touch add up, so any span can be stacked from strips; where a strike
 * is passed backwards, the strip is sold.
 */
import { type Bounds, branchBounds } from "../market/bounds.js";
import { RuleError } from "../amounts/errors.js";
import type { IntervalRoot } from "../market/market-table.js";
import type { IntervalBranch } from "../judge/outcomes.js";
import type { Ticks } from "../amounts/units.js";

export interface Ladder {
  /** The root's first bounds: where outcomes can lie. */
  readonly span: Bounds;
  /** The branches that may be used. */
  readonly branches: readonly IntervalBranch[];
}

/** One branch of a stack: bought (+1) or sold (−1), once for each unit. */
export interface Rung extends IntervalBranch {
  readonly direction: 1n | -1n;
}

/**
 * The ladder of a root.
 * @param branchIds the branches to build with, in the order of preference; all by default. Those that are determined or thinly
 * traded may be left out here; numbers that the root does not have are passed over.
 */
export function ladderOf(root: IntervalRoot, branchIds?: readonly number[]): Ladder {
  const all = root.strikes.map((strikes, b) => ({ marketBranchId: b + 1, strikes }));
  const branches = branchIds?.flatMap((id) => all[id - 1] ?? []) ?? all;
  const span = root.strikes[0];
  if (span === undefined) throw new RuleError("ROOT_INVALID", { reason: "no branches", root: root.marketRootId });
  return { span, branches };
}

/**
 * The same by what the outcome can still be: what a branch gains outside of it is decided, so its strikes are drawn in to the root's
 * bounds, and branches that can pay one amount alone are left out. What is composed on it pays what its textbook says at every outcome
 * that is still possible, and mostly with fewer branches.
 * @param branchIds as of `ladderOf`
 */
export function openLadder(root: IntervalRoot, branchIds?: readonly number[]): Ladder {
  const { branches } = ladderOf(root, branchIds);
  return {
    span: root.bounds,
    branches: branches.flatMap(({ marketBranchId, strikes }) => {
      const drawnIn = branchBounds(root.bounds, strikes);
      return drawnIn.lower === drawnIn.upper ? [] : [{ marketBranchId, strikes: drawnIn }];
    }),
  };
}

/**
 * The fewest branches whose gains add up to the gain over `span`; of equally many those that come first in the ladder, and
 * bought before sold.
 * @throws RuleError STRIKES_MISSING with every span for which a branch would have to be made
 */
export function stack(ladder: Ladder, { lower, upper }: Bounds): Rung[] {
  if (lower === upper) return [];
  const paths = new Map<Ticks, readonly Rung[]>([[lower, []]]);
  for (const [at, path] of paths) {
    for (const { rung, to } of rungsFrom(ladder, at)) {
      if (!paths.has(to)) paths.set(to, [...path, rung]); // a Map is walked on to what is added meanwhile: breadth first
    }
  }
  const found = paths.get(upper);
  if (found === undefined) {
    throw new RuleError("STRIKES_MISSING", { lower, upper, missing: missingSpans(ladder, lower, upper).join(", ") });
  }
  return [...found];
}

function rungsFrom({ branches }: Ladder, at: Ticks): { readonly rung: Rung; readonly to: Ticks }[] {
  const up = branches.filter(({ strikes }) => strikes.lower === at);
  const down = branches.filter(({ strikes }) => strikes.upper === at);
  return [
    ...up.map((branch) => ({ rung: { ...branch, direction: 1n } as const, to: branch.strikes.upper })),
    ...down.map((branch) => ({ rung: { ...branch, direction: -1n } as const, to: branch.strikes.lower })),
  ];
}

/** The spans between neighbouring strikes from `lower` to `upper` that nothing connects: "30 to 40". */
function missingSpans(ladder: Ladder, lower: Ticks, upper: Ticks): string[] {
  const strikes = ladder.branches.flatMap(({ strikes }) => [strikes.lower, strikes.upper]);
  const between = strikes.filter((strike) => strike > lower && strike < upper);
  const points = [...new Set([lower, ...between, upper])].sort((a, b) => (a < b ? -1 : 1));
  return points.slice(1).flatMap((point, index) => {
    const before = points[index] ?? point;
    return isConnected(ladder, before, point) ? [] : [`${before} to ${point}`];
  });
}

function isConnected(ladder: Ladder, from: Ticks, to: Ticks): boolean {
  const reached = new Set([from]);
  for (const at of reached) for (const { to: next } of rungsFrom(ladder, at)) reached.add(next);
  return reached.has(to);
}
