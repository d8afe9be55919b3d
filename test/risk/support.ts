/** What the tests of stress statistics share. */
import { expect } from "chai";
import fc from "fast-check";

import { RiskError, type RiskErrorCode, type RiskErrorValues } from "../../src/risk/errors.js";
import type { Square, Vector } from "../../src/risk/vectors.js";

export function expectRiskError(action: () => unknown, code: RiskErrorCode, values: RiskErrorValues = {}): void {
  let thrown: unknown;
  try {
    action();
  } catch (error) {
    thrown = error;
  }
  expect(thrown, `nothing, or no RiskError, was thrown where ${code} was expected`).to.be.instanceOf(RiskError);
  const error = thrown as RiskError; // as just expected
  expect(error.code).to.equal(code);
  expect(error.values).to.deep.include(values);
  expect(error.message).to.match(/\.$/);
}

/** Money in two assets, and how they move: the example of docs/stress.md. */
export const EXPOSURE: Vector = [100, -150];
export const VOLATILITIES: Vector = [0.2, 0.15];

export const number = (min: number, max: number): fc.Arbitrary<number> =>
  fc.double({ min, max, noNaN: true, noDefaultInfinity: true });

/** Exposures of so many assets, of a size that matters. */
export const exposures = (assets: number): fc.Arbitrary<number[]> =>
  fc.array(fc.integer({ min: -1_000, max: 1_000 }), { minLength: assets, maxLength: assets });

/** AA' of a random A is a covariance, and all are of that form. */
export const covariances = (assets: number): fc.Arbitrary<number[][]> =>
  fc
    .array(fc.array(fc.integer({ min: -50, max: 50 }), { minLength: assets, maxLength: assets }), {
      minLength: assets,
      maxLength: assets,
    })
    .map((a) =>
      a.map((row, i) =>
        row.map(
          (_, j) => row.reduce((sum, entry, k) => sum + (entry * (a[j]?.[k] ?? 0)) / 1e4, 0) + (i === j ? 1e-4 : 0),
        ),
      ),
    );

/** L with LL' = Σ, so that L·u runs through all moves of plausibility 1 as u runs through the unit sphere (Cholesky). */
export function lowerRoot(covariance: Square): number[][] {
  const root = covariance.map((row) => row.map(() => 0));
  covariance.forEach((row, i) => {
    for (let j = 0; j <= i; j += 1) {
      const before = row.slice(0, j).reduce((sum, _, k) => sum + (root[i]?.[k] ?? 0) * (root[j]?.[k] ?? 0), 0);
      const left = (row[j] ?? 0) - before;
      root[i]![j] = i === j ? Math.sqrt(Math.max(0, left)) : left / (root[j]?.[j] ?? 1);
    }
  });
  return root;
}
