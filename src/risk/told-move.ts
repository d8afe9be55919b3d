/** A move as it is told: rounded first, so that the amount beside it is that of the move that a reader sees, exactly. */
import { add, type Fraction, fraction } from "../protocol/amounts/fraction.js";
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

/** ½ Σ_i |d_i · r|, exactly: what it takes from some and gives to others. */
export function redistributedAt(exposures: readonly (readonly Fraction[])[], move: ToldMove): Fraction {
  const total = exposures.reduce((sum, exposure) => {
    const { numerator, denominator } = gainAt(exposure, move);
    return add(sum, fraction(numerator < 0n ? -numerator : numerator, denominator));
  }, fraction(0n));
  return fraction(total.numerator, total.denominator * 2n);
}

/** A part of the whole basket's worth; undefined if that is nothing. */
export function partOfWorth({ numerator, denominator }: Fraction, worth: Fraction): Fraction | undefined {
  return worth.numerator === 0n ? undefined : fraction(numerator * worth.denominator, denominator * worth.numerator);
}
