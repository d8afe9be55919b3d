/** How assets' returns move together: a covariance matrix, of volatilities and correlations or of observed returns. */
import { eigenOf } from "./eigen.js";
import { RiskError } from "./errors.js";
import type { Square, Vector } from "./vectors.js";

/** What a correlation may be off by rounding. */
const ROUNDING = 1e-10;

/** A pair of assets, by index from 0, and how they move together. */
export interface Correlation {
  readonly pair: readonly [number, number];
  readonly value: number;
}

/**
 * Σ_ij = ρ_ij · σ_i · σ_j.
 * @param volatilities σ, standard deviations of returns over the horizon; zero for what does not move
 * @param correlations of pairs; a pair that is not named is not correlated
 * @throws RiskError VOLATILITY_INVALID, CORRELATION_INVALID, COVARIANCE_NEGATIVE
 */
export function covariancesOf(volatilities: Vector, correlations: readonly Correlation[]): number[][] {
  volatilities.forEach((volatility, k) => {
    if (!Number.isFinite(volatility) || volatility < 0) {
      throw new RiskError("VOLATILITY_INVALID", { asset: k + 1, volatility });
    }
  });
  const rho: number[][] = volatilities.map((_, i) => volatilities.map((__, j) => (i === j ? 1 : 0)));
  for (const { pair, value } of correlations) {
    const [i, j] = pair;
    const [row, other] = [rho[i], rho[j]];
    if (row === undefined || other === undefined || i === j || !(Math.abs(value) <= 1)) {
      throw new RiskError("CORRELATION_INVALID", { pair: `${i + 1}/${j + 1}`, correlation: value });
    }
    row[j] = value;
    other[i] = value;
  }
  requireNoNegative(rho, "correlations");
  return fromCorrelations(volatilities, rho);
}

/** @param rho one row for each asset */
export function fromCorrelations(volatilities: Vector, rho: Square): number[][] {
  return rho.map((row, i) => row.map((value, j) => value * (volatilities[i] ?? 0) * (volatilities[j] ?? 0)));
}

/** A matrix that may be one. @throws RiskError COVARIANCE_SHAPE, COVARIANCE_ASYMMETRIC, COVARIANCE_NEGATIVE */
export function requireCovariance(matrix: Square, assets: number): Square {
  const isShaped = matrix.length === assets && matrix.every((row) => row.length === assets);
  if (!isShaped || matrix.some((row) => row.some((entry) => !Number.isFinite(entry)))) {
    throw new RiskError("COVARIANCE_SHAPE", { rows: matrix.length, assets });
  }
  const largest = Math.max(0, ...matrix.flatMap((row) => row.map(Math.abs)));
  matrix.forEach((row, i) => {
    row.forEach((entry, j) => {
      const across = matrix[j]?.[i] ?? 0;
      if (Math.abs(entry - across) <= ROUNDING * largest) return;
      throw new RiskError("COVARIANCE_ASYMMETRIC", { pair: `${i + 1}/${j + 1}`, one: entry, other: across });
    });
  });
  requireNoNegative(matrix, "covariances");
  return matrix;
}

/** Whether there is a direction in which the variance would be below zero, beyond rounding. */
export function hasNegative(matrix: Square): boolean {
  return leastOf(matrix).isNegative;
}

function requireNoNegative(matrix: Square, what: string): void {
  const { least, isNegative } = leastOf(matrix);
  if (isNegative) throw new RiskError("COVARIANCE_NEGATIVE", { what, leastEigenvalue: least });
}

function leastOf(matrix: Square): { readonly least: number; readonly isNegative: boolean } {
  const values = eigenOf(matrix).map(({ value }) => value);
  const [least, largest] = [Math.min(...values), Math.max(...values.map(Math.abs))];
  return { least, isNegative: least < -ROUNDING * largest };
}

/** √Σ_kk. */
export function volatilitiesOf(covariance: Square): number[] {
  return covariance.map((row, k) => Math.sqrt(Math.max(0, row[k] ?? 0)));
}

/** Σ_ij / (σ_i σ_j); what does not move is correlated with nothing. */
export function correlationsOf(covariance: Square): number[][] {
  const sigma = volatilitiesOf(covariance);
  return covariance.map((row, i) =>
    row.map((entry, j) => {
      if (i === j) return 1;
      const scale = (sigma[i] ?? 0) * (sigma[j] ?? 0);
      return scale === 0 ? 0 : Math.max(-1, Math.min(1, entry / scale));
    }),
  );
}

/**
 * Of observed returns, with n − 1 in the denominator and their means taken off.
 * @param returns one row for each observation
 * @throws RiskError OBSERVATIONS_TOO_FEW
 */
export function sampleCovariance(returns: Square): number[][] {
  const count = returns.length;
  const LEAST = 2;
  if (count < LEAST) throw new RiskError("OBSERVATIONS_TOO_FEW", { observations: count, least: LEAST });
  const assets = returns[0]?.length ?? 0;
  const means = Array.from({ length: assets }, (_, k) => returns.reduce((sum, row) => sum + (row[k] ?? 0), 0) / count);
  const off = returns.map((row) => means.map((mean, k) => (row[k] ?? 0) - mean));
  return means.map((_, i) =>
    means.map((__, j) => off.reduce((sum, row) => sum + (row[i] ?? 0) * (row[j] ?? 0), 0) / (count - 1)),
  );
}
