/** The tail of the normal distribution. */

/** Where the continued fraction takes over: below it the series has no digits to lose. */
const FAR = 3;
const TERMS = 400;

/**
 * Φ(−κ): how likely a standard normal is to fall below −κ. Taylor series of Φ near zero, the continued fraction of Mills' ratio
 * in the tail (Abramowitz and Stegun, 26.2.11 and 26.2.14); relative error below 1e-12 up to κ = 37.
 */
export function normalTail(kappa: number): number {
  if (Number.isNaN(kappa)) return NaN;
  if (kappa < 0) return 1 - normalTail(-kappa);
  const density = Math.exp((-kappa * kappa) / 2) / Math.sqrt(2 * Math.PI);
  if (kappa < FAR) {
    let term = kappa;
    let sum = kappa;
    for (let i = 3; Math.abs(term) > sum * Number.EPSILON && i < TERMS; i += 2) sum += term *= (kappa * kappa) / i;
    return 0.5 - density * sum;
  }
  let ratio = 0;
  for (let i = TERMS; i > 0; i -= 1) ratio = i / (kappa + ratio);
  return density / (kappa + ratio);
}
