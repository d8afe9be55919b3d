/**
 * Bounds of simplex roots (R38): each weight lies within its own, and all of them add up to the scale, so that each bounds
 * the others too. Twin of `Bounds` in `contracts/libraries/Bounds.sol`, as far as weights go.
 */
import type { Bounds } from "./bounds.js";
import { RuleError } from "../amounts/errors.js";
import type { Ticks } from "../amounts/units.js";

/** Corners of a root, and rows of a matrix over several: more are not listed, as nobody would want to wait for them. */
export const MAX_COMBINATIONS = 65_536;

/** The bounds of each leg of a simplex root. */
export type WeightBounds = readonly Bounds[];

/** No bounds of its own for any leg: 0 and the scale. */
export function freeWeights(legs: number, scale: Ticks): Bounds[] {
  return Array.from({ length: legs }, () => ({ lower: 0n as Ticks, upper: scale }));
}

/** Whether some leg has bounds narrower than 0 and the scale. */
export function isBounded(weights: WeightBounds, scale: Ticks): boolean {
  return weights.some(({ lower, upper }) => lower !== 0n || upper !== scale);
}

/** Whether some weights within the bounds add up to `scale`. */
export function weightsPossible(weights: WeightBounds, scale: Ticks): boolean {
  const { least, most } = sums(weights);
  return least <= scale && scale <= most;
}

/** Whether just one choice of weights is left: nothing to pour, no room besides, or at most one leg with room. */
export function weightsSettled(weights: WeightBounds, scale: Ticks): boolean {
  const { least, most } = sums(weights);
  const loose = weights.filter(({ lower, upper }) => lower !== upper);
  return loose.length <= 1 || least === scale || most === scale;
}

/** What leg `leg` (from 1) can still weigh, given the bounds of all the others too. */
export function impliedBounds(weights: WeightBounds, scale: Ticks, leg: number): Bounds {
  const { least, most } = sums(weights);
  const { lower, upper } = legAt(weights, leg);
  const forced = scale - (most - upper);
  const allowed = scale - (least - lower);
  return { lower: (forced > lower ? forced : lower) as Ticks, upper: (allowed < upper ? allowed : upper) as Ticks };
}

/** The weights when leg `first` (from 1) gets as much as it can, and the others the rest in their order. */
export function pourInto(weights: WeightBounds, scale: Ticks, first: number): Ticks[] {
  legAt(weights, first);
  const poured: bigint[] = weights.map(({ lower }) => lower);
  let rest = scale - sums(weights).least;
  const others = weights.map((_, k) => k).filter((k) => k !== first - 1);
  for (const k of [first - 1, ...others]) {
    const { lower, upper } = legAt(weights, k + 1);
    const given = upper - lower < rest ? upper - lower : rest;
    poured[k] = lower + given;
    rest -= given;
  }
  return poured as Ticks[]; // sums and differences of ticks within the bounds
}

/**
 * All corners of the possible weights, each once: every leg at one of its bounds, but at most one between them, which takes
 * what is left of the scale. The worth of a position is linear in the weights, so its least is at one of these.
 * @throws RuleError ROOT_INVALID if there are none, OUTCOMES_TOO_MANY
 */
export function weightVertices(weights: WeightBounds, scale: Ticks): Ticks[][] {
  if (!weightsPossible(weights, scale)) throw new RuleError("ROOT_INVALID", { reason: "no weights add up", scale });
  const tails = weights.map((_, k) => sums(weights.slice(k)));
  const found: bigint[][] = [];
  /** `sum`: of the legs chosen so far; `free`: the leg (from 0) that takes the rest, which counts as 0 so far. */
  const choose = (chosen: readonly bigint[], sum: bigint, free: number | undefined): void => {
    const k = chosen.length;
    const tail = tails[k] ?? { least: 0n, most: 0n };
    const taker = free === undefined ? { lower: 0n, upper: 0n } : legAt(weights, free + 1);
    if (sum + tail.least + taker.lower > scale || sum + tail.most + taker.upper < scale) return;
    if (k === weights.length) {
      const rest = scale - sum;
      if (free === undefined) found.push([...chosen]);
      else if (rest > taker.lower && rest < taker.upper) found.push(chosen.with(free, rest));
      if (found.length > MAX_COMBINATIONS) throw new RuleError("OUTCOMES_TOO_MANY", { limit: MAX_COMBINATIONS });
      return;
    }
    const { lower, upper } = legAt(weights, k + 1);
    choose([...chosen, lower], sum + lower, free);
    if (lower === upper) return;
    choose([...chosen, upper], sum + upper, free);
    if (free === undefined) choose([...chosen, 0n], sum, k);
  };
  choose([], 0n, undefined);
  return found as Ticks[][]; // bounds, or between them
}

function sums(weights: WeightBounds): { readonly least: bigint; readonly most: bigint } {
  return weights.reduce(({ least, most }, { lower, upper }) => ({ least: least + lower, most: most + upper }), {
    least: 0n,
    most: 0n,
  });
}

function legAt(weights: WeightBounds, leg: number): Bounds {
  const found = weights[leg - 1];
  if (found === undefined) throw new RuleError("SHAPE_MISMATCH", { what: "leg", leg, legs: weights.length });
  return found;
}
