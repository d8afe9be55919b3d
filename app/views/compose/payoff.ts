/** What a position pays as it is, and with what is thought of: by the rules that the book checks collateral with. */
import type { Lots, Ticks } from "../../../src/protocol/amounts/units.js";
import { type Fraction, fraction } from "../../../src/protocol/amounts/fraction.js";
import { clamp } from "../../../src/protocol/market/bounds.js";
import {
  branchCount,
  type IntervalRoot,
  type MarketRoot,
  type SimplexRoot,
} from "../../../src/protocol/market/market-table.js";
import { payoffOfRoot, type Position, worstOfRoot } from "../../../src/protocol/margin/worth.js";
import type { Composition } from "../../../src/protocol/value/composition.js";

/** The lots of a root with those of a composition. */
export function withLegs(root: MarketRoot, position: Position, { legs }: Pick<Composition, "legs">): Position {
  return Array.from({ length: branchCount(root) }, (_, b) => {
    const added = legs.find(({ marketBranchId }) => marketBranchId === b + 1)?.lots ?? 0n;
    return ((position[b] ?? 0n) + added) as Lots;
  });
}

/** A corner of a line: straight to the next one. */
export interface Corner {
  readonly outcome: Ticks;
  readonly wei: bigint;
}

/**
 * Over all outcomes that there were at first: outside of today's bounds nothing comes true any more.
 * @param cashWei paid for it, below zero if it is received
 */
export function cornersOf(root: IntervalRoot, position: Position, cashWei = 0n): Corner[] {
  const first = root.strikes[0] ?? root.bounds;
  const whole: IntervalRoot = { ...root, bounds: first };
  const kinks = root.strikes.flatMap(({ lower, upper }, b) => ((position[b] ?? 0n) === 0n ? [] : [lower, upper]));
  const { lower, upper } = root.bounds;
  const points = new Set<Ticks>([first.lower, first.upper, lower, upper, ...kinks.map((kink) => clamp(kink, first))]);
  return [...points]
    .sort((a, b) => (a < b ? -1 : 1))
    .map((outcome) => ({ outcome, wei: payoffOfRoot(whole, position, [outcome]) - cashWei }));
}

/** Where a line between corners crosses nothing, or touches it; of a part that lies on it both ends. */
export function zerosOf(corners: readonly Corner[]): Fraction[] {
  const zeros: Fraction[] = corners.flatMap(({ outcome, wei }) => (wei === 0n ? [fraction(outcome)] : []));
  corners.forEach((to, k) => {
    const from = corners[k - 1];
    if (from === undefined || from.wei === 0n || to.wei === 0n || from.wei < 0n === to.wei < 0n) return;
    const rise = to.wei - from.wei;
    zeros.push(fraction(from.outcome * rise - from.wei * (to.outcome - from.outcome), rise));
  });
  return zeros.sort((a, b) => (a.numerator * b.denominator < b.numerator * a.denominator ? -1 : 1));
}

/** Corners between which outcomes are possible still, its ends included: it has corners there. */
export function possibleCorners({ bounds }: IntervalRoot, corners: readonly Corner[]): Corner[] {
  return corners.filter(({ outcome }) => outcome >= bounds.lower && outcome <= bounds.upper);
}

/** What is paid if all weight falls on one outcome. */
export function vertexPayoffs(root: SimplexRoot, position: Position, cashWei = 0n): bigint[] {
  return root.weights.map((_, k) => (position[k] ?? 0n) * root.scale * root.tickValue - cashWei);
}

/** The outcome by which collateral is counted, and what is paid there. */
export function bindingOf(
  root: MarketRoot,
  position: Position,
  cashWei = 0n,
): { readonly outcome: bigint; readonly wei: bigint } {
  const { worst, bindingOutcome } = worstOfRoot(root, position);
  return { outcome: bindingOutcome, wei: worst - cashWei };
}
