/** Arithmetic with exact ratios that measures need beside that of the protocol. */
import { add, type Fraction, fraction, negate, reduced } from "../protocol/amounts/fraction.js";

/** In lowest terms. */
export function product(a: Fraction, b: Fraction): Fraction {
  return reduced({ numerator: a.numerator * b.numerator, denominator: a.denominator * b.denominator });
}

/** a − b, in lowest terms. */
export function minus(a: Fraction, b: Fraction): Fraction {
  return reduced(add(a, negate(b)));
}

export function square(a: Fraction): Fraction {
  return product(a, a);
}

/** @param count above zero */
export function divided({ numerator, denominator }: Fraction, count: number): Fraction {
  return reduced(fraction(numerator, denominator * BigInt(count)));
}

const DIGITS = 10n ** 17n;

/** For what is estimated or drawn: the nearest float, or nearly so. */
export function numberOf({ numerator, denominator }: Fraction): number {
  const whole = numerator / denominator;
  const rest = numerator - whole * denominator;
  return Number(whole) + Number((rest * DIGITS) / denominator) / Number(DIGITS);
}
