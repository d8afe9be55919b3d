/**
 * The least that a position can be worth over all outcomes of one root (R12), in ticks × lots. Roots are
 * independent, so the worst joint outcome is the sum of these. Where several outcomes are equally bad, the first is given.
 */
import { type Bounds, clamp, requireOrdered } from "../market/bounds.js";
import { RuleError } from "../amounts/errors.js";
import { type Lots, opposite, type TickLots, type Ticks } from "../amounts/units.js";

/** Worst case of a simplex root whose weights are free: all weight on one leg. */
export interface SimplexWorst {
  readonly worst: TickLots;
  /** The leg, from 1, that would have to be 1. */
  readonly bindingLeg: number;
}

/**
 * Simplex root without bounds: min_k lots_k · scale. Twin of `WorstCase.simplex`.
 * @param lots one entry for each leg, at least one
 */
export function simplexWorst(lots: readonly Lots[], scale: Ticks): SimplexWorst {
  const [first, ...others] = lots;
  if (first === undefined) throw new RuleError("ROOT_INVALID", { reason: "no legs" });
  let least = first;
  let bindingLeg = 1;
  others.forEach((held, index) => {
    if (held < least) [least, bindingLeg] = [held, index + 2];
  });
  return { worst: (least * scale) as TickLots, bindingLeg };
}

/** A leg of a simplex root whose weight is known to lie within bounds. */
export interface BoundedLeg {
  readonly lots: Lots;
  readonly weight: Bounds;
}

/** Worst case of a bounded simplex root, and weights at which it occurs. */
export interface BoundedSimplexWorst {
  readonly worst: TickLots;
  readonly weights: readonly Ticks[];
}

/**
 * Simplex root with bounds: every leg starts at its lower bound, and what is left of the scale is poured into the legs in
 * ascending order of lots, the worst first.
 * @throws RuleError ROOT_INVALID if no weights within the bounds sum to `scale`
 */
export function boundedSimplexWorst(legs: readonly BoundedLeg[], scale: Ticks): BoundedSimplexWorst {
  legs.forEach(requireWeightBounds);
  const weights: bigint[] = legs.map(({ weight }) => weight.lower);
  let left = weights.reduce<bigint>((rest, weight) => rest - weight, scale);
  if (left < 0n) throw new RuleError("ROOT_INVALID", { reason: "lower bounds exceed the scale", excess: -left });
  const ascending = legs
    .map(({ lots, weight }, k) => ({ k, lots, room: weight.upper - weight.lower }))
    .sort((a, b) => (a.lots < b.lots ? -1 : a.lots > b.lots ? 1 : a.k - b.k));
  for (const { k, room } of ascending) {
    const poured = room < left ? room : left;
    weights[k] = (weights[k] ?? 0n) + poured; // k is an index of legs, and so of weights
    left -= poured;
  }
  if (left > 0n) throw new RuleError("ROOT_INVALID", { reason: "upper bounds miss the scale", missing: left });
  const worst = legs.reduce((sum, { lots }, k) => sum + lots * (weights[k] ?? 0n), 0n);
  return { worst: worst as TickLots, weights: weights as Ticks[] };
}

function requireWeightBounds({ weight }: BoundedLeg): void {
  requireOrdered(weight);
  if (weight.lower < 0n) throw new RuleError("ROOT_INVALID", { reason: "weight below 0", lower: weight.lower });
}

/** A position in one branch of an interval root. */
export interface HeldBranch {
  readonly strikes: Bounds;
  readonly lots: Lots;
}

/** Worst case of an interval root, and the lowest outcome at which it occurs. */
export interface IntervalWorst {
  readonly worst: TickLots;
  readonly outcome: Ticks;
}

/** What a position pays if the root ends at `outcome`. */
export function intervalPayoff(held: readonly HeldBranch[], outcome: Ticks): TickLots {
  return held.reduce((sum, { strikes, lots }) => sum + lots * clamp(outcome, strikes), 0n) as TickLots;
}

/**
 * Interval root: the payoff is linear between breakpoints, so one sweep from the lower bound upwards over the sorted strikes
 * finds the minimum: the slope rises by a branch's lots at its lower strike and falls by them at its upper strike.
 * @throws RuleError ROOT_INVALID if the bounds, or a branch's strikes, are no interval
 */
export function intervalWorst(held: readonly HeldBranch[], bounds: Bounds): IntervalWorst {
  requireOrdered(bounds);
  let at = bounds.lower;
  let slope = 0n;
  let value: bigint = intervalPayoff(held, at);
  let worst = { worst: value, outcome: at };
  for (const kink of kinksOf(held)) {
    const next = clamp(kink.at, bounds);
    value += slope * (next - at);
    if (value < worst.worst) worst = { worst: value, outcome: next };
    at = next;
    slope += kink.change;
  }
  return { worst: worst.worst as TickLots, outcome: worst.outcome };
}

/** Where the slope changes, ascending. The changes cancel: beyond the last the payoff is flat, so no outcome there is worse. */
function kinksOf(held: readonly HeldBranch[]): { at: Ticks; change: bigint }[] {
  return held
    .flatMap(({ strikes, lots }) => {
      requireOrdered(strikes);
      return [
        { at: strikes.lower, change: lots },
        { at: strikes.upper, change: opposite(lots) },
      ];
    })
    .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}
