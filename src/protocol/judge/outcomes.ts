/**
 * Outcome combinations: every way in which the root markets can end at their extremes (paper: constructOutputCombinations).
 * Their number is a product over the roots, so this serves as judge and for print; the book uses the worst case of each root.
 */
import { type Bounds, clamp, requireOrdered } from "../market/bounds.js";
import { MAX_COMBINATIONS } from "../market/weights.js";
import { RuleError } from "../amounts/errors.js";
import { BASKET_ROOT_ID, type MarketRef } from "../signing/package.js";
import type { Ticks } from "../amounts/units.js";

/** A column of the outcome matrix: a market, and what a tick of a lot is worth there (token wei). */
export interface OutcomeColumn extends MarketRef {
  readonly tickValue: bigint;
}

/** One root and its extreme outcomes: each says what a lot of every branch pays, in the order of `columns`. */
export interface RootOutcomes {
  readonly columns: readonly OutcomeColumn[];
  readonly outcomes: readonly (readonly Ticks[])[];
}

/** The plain matrix M: a row for each combination of outcomes, a column for each market. */
export interface OutcomeCombinations {
  readonly columns: readonly OutcomeColumn[];
  readonly rows: readonly (readonly Ticks[])[];
}

/**
 * The cartesian product of the roots' outcomes; the last root changes fastest. Of no root there is one, empty combination.
 * @throws RuleError ROOT_INVALID (a root without outcomes, a market named twice), OUTCOMES_TOO_MANY, SHAPE_MISMATCH
 */
export function constructOutcomeCombinations(roots: readonly RootOutcomes[]): OutcomeCombinations {
  roots.forEach(requireRectangular);
  const columns = roots.flatMap((root) => root.columns);
  requireDistinct(columns);
  const count = roots.reduce((product, { outcomes }) => product * BigInt(outcomes.length), 1n);
  if (count > MAX_COMBINATIONS) throw new RuleError("OUTCOMES_TOO_MANY", { count, limit: MAX_COMBINATIONS });
  const rows = roots.reduce<readonly (readonly Ticks[])[]>(
    (combined, { outcomes }) => combined.flatMap((row) => outcomes.map((outcome) => [...row, ...outcome])),
    [[]],
  );
  return { columns, rows };
}

/**
 * The n vertices of a simplex root: at vertex k all weight lies on leg k, which pays `scale`; every other leg pays nothing.
 * @throws RuleError ROOT_INVALID unless legs and scale are at least 1
 */
export function simplexVertices(legs: number, scale: Ticks): Ticks[][] {
  if (!Number.isInteger(legs) || legs < 1) throw new RuleError("ROOT_INVALID", { reason: "no legs", legs });
  if (scale < 1n) throw new RuleError("ROOT_INVALID", { reason: "scale below 1", scale });
  return Array.from({ length: legs }, (_, vertex) =>
    Array.from({ length: legs }, (_, leg) => (leg === vertex ? scale : (0n as Ticks))),
  );
}

/** The basket root of a session: branch k is leg k, and the outcomes are the vertices. */
export function basketOutcomes(legs: number, scale: Ticks, tickValue: bigint): RootOutcomes {
  const outcomes = simplexVertices(legs, scale);
  const columns = outcomes.map((_, k) => ({ marketRootId: BASKET_ROOT_ID, marketBranchId: k + 1, tickValue }));
  return { columns, outcomes };
}

/** A branch of an interval root: pays the outcome clamped between its strikes. */
export interface IntervalBranch {
  readonly marketBranchId: number;
  readonly strikes: Bounds;
}

/** What each branch pays at the given outcomes of the root. */
export function intervalOutcomes(
  root: { readonly marketRootId: number; readonly tickValue: bigint },
  branches: readonly IntervalBranch[],
  at: readonly Ticks[],
): RootOutcomes {
  const { marketRootId, tickValue } = root;
  return {
    columns: branches.map(({ marketBranchId }) => ({ marketRootId, marketBranchId, tickValue })),
    outcomes: at.map((outcome) => branches.map(({ strikes }) => clamp(outcome, strikes))),
  };
}

/**
 * The outcomes at which the worth of any position on the root can be least: both bounds, and the strikes between them.
 * Ascending, each once. The bounds alone are not enough: a loss may lie between the corners.
 * @throws RuleError ROOT_INVALID if the bounds are no interval
 */
export function breakpoints(bounds: Bounds, branches: readonly { readonly strikes: Bounds }[]): Ticks[] {
  requireOrdered(bounds);
  const strikes = branches.flatMap(({ strikes: { lower, upper } }) => [lower, upper]);
  const inside = strikes.filter((strike) => strike > bounds.lower && strike < bounds.upper);
  return [...new Set([bounds.lower, ...inside, bounds.upper])].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

function requireRectangular({ columns, outcomes }: RootOutcomes): void {
  if (outcomes.length === 0) {
    throw new RuleError("ROOT_INVALID", { reason: "no outcomes", marketRootId: columns[0]?.marketRootId ?? "none" });
  }
  for (const outcome of outcomes) {
    if (outcome.length !== columns.length) {
      throw new RuleError("SHAPE_MISMATCH", { what: "outcome", expected: columns.length, actual: outcome.length });
    }
  }
}

function requireDistinct(columns: readonly OutcomeColumn[]): void {
  const seen = new Set<string>();
  for (const { marketRootId, marketBranchId } of columns) {
    const market = `${marketRootId}.${marketBranchId}`;
    if (seen.has(market)) throw new RuleError("ROOT_INVALID", { reason: "market named twice", market });
    seen.add(market);
  }
}
