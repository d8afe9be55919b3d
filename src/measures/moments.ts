/**
 * Means, covariances and lines through points, in floats: what is estimated of a session is no money, and nobody is paid by it. Means are
 * over all entries (divided by their number), so that a grid that holds the whole distribution gives its moments.
 */

/** NaN of nothing. */
export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** @param b as many as `a` */
export function covarianceOf(a: readonly number[], b: readonly number[]): number {
  const [meanA, meanB] = [meanOf(a), meanOf(b)];
  return meanOf(a.map((value, k) => (value - meanA) * ((b[k] ?? 0) - meanB)));
}

export function varianceOf(values: readonly number[]): number {
  return covarianceOf(values, values);
}

/** Standard error of the mean of independent draws, with n − 1; NaN of fewer than two. */
export function errorOfMean(values: readonly number[]): number {
  return Math.sqrt(varianceOf(values) / (values.length - 1));
}

/** Slope of the line through points by least squares; NaN where all x are one. */
export function slopeOf(x: readonly number[], y: readonly number[]): number {
  return covarianceOf(x, y) / varianceOf(x);
}

/** The part of the variance of y that a line in x explains, 0 to 1; NaN where x or y does not vary. */
export function rSquaredOf(x: readonly number[], y: readonly number[]): number {
  return covarianceOf(x, y) ** 2 / (varianceOf(x) * varianceOf(y));
}
