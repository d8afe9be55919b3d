/** What a holder has at stake: money in each asset beyond its baseline. */
import { requireEqual } from "../protocol/amounts/matrix.js";
import { add, type Fraction, fraction, negate, sum, times } from "../protocol/amounts/fraction.js";
import type { Allocation } from "../protocol/value/allocations.js";
import type { Prices } from "../protocol/value/valuation.js";

/** d_k = (x_k − x̄_k) · S_k, exactly, in the prices' fixed point. @throws RuleError SHAPE_MISMATCH */
export function exposureOf(allocated: Allocation, baseline: Allocation, prices: Prices): Fraction[] {
  requireEqual("allocation", allocated.length, prices.length);
  requireEqual("baseline", baseline.length, prices.length);
  return allocated.map((entry, k) => times(add(entry, negate(baseline[k] ?? fraction(0n))), prices[k] ?? 0n));
}

/**
 * The part of it that matters to whoever counts in parts of the basket: d − (Σd) · w. It sums to zero, so that a move of all assets
 * alike is none; and it is the gradient of the gain in that unit, (x − x̄) · S / (q · S), times the basket's value.
 * @param worth of the basket's assets today, q_k · S_k
 */
export function relativeExposure(exposure: readonly Fraction[], worth: readonly Fraction[]): Fraction[] {
  requireEqual("worth", worth.length, exposure.length);
  const [net, whole] = [sum(exposure), sum(worth)];
  return exposure.map((entry, k) => {
    const own = worth[k] ?? fraction(0n);
    const share = fraction(own.numerator * whole.denominator, own.denominator * whole.numerator);
    return add(entry, negate(fraction(net.numerator * share.numerator, net.denominator * share.denominator)));
  });
}

/** Below it floats lose digits. */
const LEAST_NORMAL = 2 ** -1022;

/** A fraction as a float, off by less than 2^-51 of it, whatever the size of its integers. */
export function approximate({ numerator, denominator }: Fraction): number {
  // Each of the three roundings is of 2^-53 at most.
  const quick = Number(numerator) / Number(denominator);
  if (Math.abs(quick) > LEAST_NORMAL && Math.abs(quick) < Infinity) return quick;
  const BITS = 64n;
  if (numerator === 0n) return 0;
  const size = numerator < 0n ? -numerator : numerator;
  const shift = BigInt(denominator.toString(2).length - size.toString(2).length) + BITS;
  // A quotient of 64 or 65 bits, cut: 2^-63 is lost at most, before a double rounds it.
  const quotient = shift >= 0n ? (size << shift) / denominator : size / (denominator << -shift);
  const value = Number(quotient) * 2 ** Number(-shift);
  return numerator < 0n ? -value : value;
}
