/** Plain matrices of integers, row by row. */
import { RuleError } from "./errors.js";

export type Matrix = readonly (readonly bigint[])[];

/** A matrix whose entry in row r and column c is `entry(r, c)`. */
export function matrix(rows: number, columns: number, entry: (row: number, column: number) => bigint): bigint[][] {
  return Array.from({ length: rows }, (_, row) => Array.from({ length: columns }, (_, column) => entry(row, column)));
}

/** @throws RuleError SHAPE_MISMATCH */
export function subtract(a: Matrix, b: Matrix): bigint[][] {
  requireEqual("rows", a.length, b.length);
  return a.map((row, r) => {
    const other = b[r] ?? [];
    requireEqual("columns", row.length, other.length);
    return row.map((value, c) => value - (other[c] ?? 0n));
  });
}

/** @param columns of b, which cannot be seen if b has no rows. @throws RuleError SHAPE_MISMATCH */
export function multiply(a: Matrix, b: Matrix, columns: number): bigint[][] {
  b.forEach((row) => {
    requireEqual("columns", row.length, columns);
  });
  return a.map((row) => {
    requireEqual("inner size", row.length, b.length);
    return Array.from({ length: columns }, (_, column) =>
      row.reduce((sum, value, inner) => sum + value * (b[inner]?.[column] ?? 0n), 0n),
    );
  });
}

/** @throws RuleError SHAPE_MISMATCH */
export function requireEqual(what: string, actual: number, expected: number): void {
  if (actual !== expected) throw new RuleError("SHAPE_MISMATCH", { what, expected, actual });
}
