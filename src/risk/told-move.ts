/** A move as it is told: rounded first, so that the amount beside it is that of the move that a reader sees, exactly. */
import { type Fraction, fraction } from "../protocol/amounts/fraction.js";
import { SHOCK_SCALE } from "../protocol/value/stress-scenarios.js";
import { gainOf } from "./ranking.js";
import type { Vector } from "./vectors.js";

/** Parts of a price to which returns are rounded. */
const MOVE_STEPS = 1_000_000;
const PER_STEP = SHOCK_SCALE / BigInt(MOVE_STEPS);

export interface ToldMove {
  /** In `SHOCK_SCALE`, whole millionths. */
  readonly shocks: readonly bigint[];
  /** False if a price would fall below zero: the closed form knows no floor. */
  readonly isPossible: boolean;
}

export function toldMove(returns: Vector): ToldMove {
  const shocks = returns.map((part) => BigInt(Math.round(part * MOVE_STEPS)) * PER_STEP);
  return { shocks, isPossible: shocks.every((shock) => shock >= -SHOCK_SCALE) };
}

/** What it gains, d · r, exactly. */
export function gainAt(exposure: readonly Fraction[], { shocks }: ToldMove): Fraction {
  return gainOf(
    exposure,
    shocks.map((shock) => fraction(shock, SHOCK_SCALE)),
  );
}
