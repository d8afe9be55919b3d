import { expect } from "chai";

import { matrix, multiply, subtract } from "../../../src/protocol/amounts/matrix.js";
import { expectRuleError } from "../support.js";

describe("matrix", () => {
  it("is made entry by entry", () => {
    expect(matrix(2, 3, (row, column) => BigInt(10 * row + column))).to.deep.equal([
      [0n, 1n, 2n],
      [10n, 11n, 12n],
    ]);
  });

  it("multiplies rows by columns", () => {
    expect(
      multiply(
        [
          [1n, 2n],
          [3n, 4n],
          [0n, -1n],
        ],
        [[5n], [6n]],
        1,
      ),
    ).to.deep.equal([[17n], [39n], [-6n]]);
  });

  it("multiplies through nothing to zeros", () => {
    expect(multiply([[], []], [], 2)).to.deep.equal([
      [0n, 0n],
      [0n, 0n],
    ]);
  });

  it("subtracts entry by entry", () => {
    expect(subtract([[5n, 1n]], [[2n, 3n]])).to.deep.equal([[3n, -2n]]);
  });

  it("refuses sizes that do not fit", () => {
    const mismatch = (what: string, actual: number, expected: number) => ({ what, expected, actual });
    expectRuleError(() => multiply([[1n]], [[1n], [2n]], 1), "SHAPE_MISMATCH", mismatch("inner size", 1, 2));
    expectRuleError(() => multiply([[1n]], [[1n]], 2), "SHAPE_MISMATCH", mismatch("columns", 1, 2));
    expectRuleError(() => subtract([[1n]], []), "SHAPE_MISMATCH", mismatch("rows", 1, 0));
    expectRuleError(() => subtract([[1n]], [[1n, 2n]]), "SHAPE_MISMATCH", mismatch("columns", 1, 2));
  });
});
