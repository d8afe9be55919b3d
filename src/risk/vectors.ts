/** Vectors and symmetric matrices of floats, for statistics alone. */

export type Vector = readonly number[];
/** Row by row. */
export type Square = readonly Vector[];

export function dot(a: Vector, b: Vector): number {
  return a.reduce((sum, entry, k) => sum + entry * (b[k] ?? 0), 0);
}

export function applied(matrix: Square, vector: Vector): number[] {
  return matrix.map((row) => dot(row, vector));
}

/** v'Mv, which rounding must not take below zero where M has no negative eigenvalue. */
export function quadratic(matrix: Square, vector: Vector): number {
  return Math.max(0, dot(vector, applied(matrix, vector)));
}

export function scaled(vector: Vector, factor: number): number[] {
  return vector.map((entry) => (entry === 0 ? 0 : entry * factor)); // no -0
}
