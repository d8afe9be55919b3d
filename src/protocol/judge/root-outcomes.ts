/**
 * The outcomes of the roots of a market table that the plain matrix is made of, for any set of roots. `netCollateralMatrix`
 * takes the combinations as they come from here.
 */
import {
  breakpoints,
  constructOutcomeCombinations,
  intervalOutcomes,
  type OutcomeCombinations,
  type RootOutcomes,
  simplexVertices,
} from "./outcomes.js";
import { type MarketRoot, type MarketTable, rootOf } from "../market/market-table.js";
import type { Ticks } from "../amounts/units.js";
import { weightVertices } from "../market/weights.js";

/** Which outcomes of a root to list. */
export type OutcomeChoice = (root: MarketRoot) => RootOutcomes;

/**
 * Every outcome at which a position in the root can be worth least: bounds and the strikes between them of an interval root,
 * the corners of the possible weights of a simplex root.
 * @throws RuleError OUTCOMES_TOO_MANY
 */
export function extremeOutcomes(root: MarketRoot): RootOutcomes {
  return root.kind === "interval"
    ? intervalAt(root, breakpoints(root.bounds, branchesOf(root)))
    : simplexAt(root, root.bounded ? weightVertices(root.weights, root.scale) : freeVertices(root));
}

/** The papers' choice: of an interval root its two bounds alone, which misses losses between them. */
export function cornerOutcomes(root: MarketRoot): RootOutcomes {
  return root.kind === "interval" ? intervalAt(root, breakpoints(root.bounds, [])) : extremeOutcomes(root);
}

/**
 * The outcome combinations of any set of roots: the plain matrix M, with a column for every branch of each.
 * @param rootIds in the order of the columns
 * @param choice `extremeOutcomes` by default
 * @throws Refusal Book_MarketUnknown; RuleError ROOT_INVALID (a root named twice), OUTCOMES_TOO_MANY
 */
export function combinationsOf(
  table: MarketTable,
  rootIds: readonly number[],
  choice: OutcomeChoice = extremeOutcomes,
): OutcomeCombinations {
  return constructOutcomeCombinations(rootIds.map((marketRootId) => choice(rootOf(table, marketRootId))));
}

type IntervalRoot = Extract<MarketRoot, { kind: "interval" }>;
type SimplexRoot = Extract<MarketRoot, { kind: "simplex" }>;

function branchesOf({
  strikes,
}: IntervalRoot): { readonly marketBranchId: number; readonly strikes: IntervalRoot["bounds"] }[] {
  return strikes.map((span, b) => ({ marketBranchId: b + 1, strikes: span }));
}

function intervalAt(root: IntervalRoot, at: readonly Ticks[]): RootOutcomes {
  return intervalOutcomes(root, branchesOf(root), at);
}

function freeVertices({ weights, scale }: SimplexRoot): Ticks[][] {
  return simplexVertices(weights.length, scale);
}

function simplexAt({ marketRootId, tickValue, weights }: SimplexRoot, outcomes: Ticks[][]): RootOutcomes {
  return { columns: weights.map((_, k) => ({ marketRootId, marketBranchId: k + 1, tickValue })), outcomes };
}
