/**
 * Bounds of interval roots and their branches (R37): they telescope, and only tighten. A branch pays the outcome
 * clamped between its strikes, which never change; what is learnt about a branch is learnt about the root.
 */
import { RuleError } from "../amounts/errors.js";
import type { Ticks } from "../amounts/units.js";

/** A closed interval of ticks, lower ≤ upper. */
export interface Bounds {
  readonly lower: Ticks;
  readonly upper: Ticks;
}

/** `value`, or the edge that it lies beyond. */
export function clamp(value: Ticks, { lower, upper }: Bounds): Ticks {
  if (value < lower) return lower;
  return value > upper ? upper : value;
}

/** Both ends clamped into `outer`: never empty, so a range beyond the edge becomes that edge. */
export function clampInto(outer: Bounds, inner: Bounds): Bounds {
  requireOrdered(inner);
  return { lower: clamp(inner.lower, outer), upper: clamp(inner.upper, outer) };
}

/**
 * Strikes of a new branch, kept within its parent's.
 * @throws RuleError ROOT_INVALID if lower > upper, or if nothing is left between the strikes
 */
export function strikesWithin(parent: Bounds, range: Bounds): Bounds {
  const strikes = clampInto(parent, range);
  if (strikes.lower < strikes.upper) return strikes;
  throw new RuleError("ROOT_INVALID", { reason: "strikes coincide", lower: strikes.lower, upper: strikes.upper });
}

/** What a branch can still pay, given what the root can still be. Equal bounds mean that it is settled. */
export function branchBounds(root: Bounds, strikes: Bounds): Bounds {
  return { lower: clamp(root.lower, strikes), upper: clamp(root.upper, strikes) };
}

/**
 * The root's bounds after its owner has said that a branch pays within `record`. A lower bound above the lower strike says
 * as much of the root, and so does an upper bound below the upper strike; the strikes themselves say nothing.
 * @throws RuleError ROOT_INVALID if lower > upper
 */
export function tightenRoot(root: Bounds, strikes: Bounds, record: Bounds): Bounds {
  const { lower, upper } = clampInto(branchBounds(root, strikes), record);
  return {
    lower: lower > strikes.lower && lower > root.lower ? lower : root.lower,
    upper: upper < strikes.upper && upper < root.upper ? upper : root.upper,
  };
}

/** @throws RuleError ROOT_INVALID */
export function requireOrdered({ lower, upper }: Bounds): void {
  if (lower <= upper) return;
  throw new RuleError("ROOT_INVALID", { reason: "lower above upper", lower, upper });
}
