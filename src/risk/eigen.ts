/** Eigenvalues and eigenvectors of a symmetric matrix, by ml-matrix (docs/decisions.md). */
import { EigenvalueDecomposition } from "ml-matrix";

import type { Square, Vector } from "./vectors.js";

export interface Eigen {
  readonly value: number;
  /** Of length 1. */
  readonly vector: Vector;
}

/** By rising value. */
export function eigenOf(matrix: Square): Eigen[] {
  if (matrix.length === 0) return [];
  const found = new EigenvalueDecomposition(
    matrix.map((row) => [...row]),
    { assumeSymmetric: true },
  );
  return found.realEigenvalues.map((value, k) => ({ value, vector: found.eigenvectorMatrix.getColumn(k) }));
}

/** The symmetric M^½ of a matrix without negative eigenvalues; those that rounding has put below zero count as zero. */
export function squareRootOf(matrix: Square): number[][] {
  const parts = eigenOf(matrix);
  return matrix.map((_, i) =>
    matrix.map((__, j) =>
      parts.reduce((sum, { value, vector }) => {
        return sum + Math.sqrt(Math.max(0, value)) * (vector[i] ?? 0) * (vector[j] ?? 0);
      }, 0),
    ),
  );
}
