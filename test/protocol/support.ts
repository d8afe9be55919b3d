import { expect } from "chai";
import fc from "fast-check";

import { RuleError, type RuleErrorCode, type RuleErrorValues } from "../../src/protocol/amounts/errors.js";
import type { Lots, Ticks, TokenWei } from "../../src/protocol/amounts/units.js";

/** Every property runs the same cases each time. */
export const FIXED = { seed: 20_080_115, numRuns: 200 } as const;

/** Expects a RuleError with exactly this code and these values. */
export function expectRuleError(action: () => unknown, code: RuleErrorCode, values: RuleErrorValues): void {
  let thrown: unknown;
  try {
    action();
  } catch (error) {
    thrown = error;
  }
  expect(thrown, `nothing, or no RuleError, was thrown where ${code} was expected`).to.be.instanceOf(RuleError);
  const error = thrown as RuleError; // as just expected
  expect({ code: error.code, values: error.values }).to.deep.equal({ code, values });
}

type Whole = number | bigint | string;
export const tick = (value: Whole): Ticks => BigInt(value) as Ticks;
export const lot = (value: Whole): Lots => BigInt(value) as Lots;
export const wei = (value: Whole): TokenWei => BigInt(value) as TokenWei;

/** An integer between two small numbers, as a bigint. */
export function whole(min: number, max: number): fc.Arbitrary<bigint> {
  return fc.integer({ min, max }).map(BigInt);
}

/** Cuts a flat list into the parts that the counts say. */
export function parts<T>(flat: readonly T[], counts: readonly Whole[]): T[][] {
  const sizes = counts.map(Number);
  expect(sizes.reduce((sum, size) => sum + size, 0)).to.equal(flat.length);
  let start = 0;
  return sizes.map((size) => flat.slice(start, (start += size)));
}

/** Cuts a flat list into rows of equal length. */
export function rowsOf<T>(flat: readonly T[], width: number): T[][] {
  return parts(
    flat,
    Array.from({ length: flat.length / width }, () => width),
  );
}

export function total(values: readonly bigint[]): bigint {
  return values.reduce((sum, value) => sum + value, 0n);
}

export function leastOf(values: readonly bigint[]): bigint {
  return values.reduce((least, value) => (value < least ? value : least));
}
