import { expect } from "chai";
import fc from "fast-check";

import { divideRounded, formatFixed, ONE, parseDecimal } from "../../../lab/command/decimals.js";

describe("decimals", () => {
  it("reads plain decimals exactly", () => {
    expect(parseDecimal("135.36")).to.equal(135_360_000_000_000_000_000n);
    expect(parseDecimal("0.000000000000000001")).to.equal(1n);
    expect(parseDecimal("-2")).to.equal(-2n * ONE);
  });

  for (const text of ["", ".", "1.", ".5", "1e-7", "1,5", "0x10", "Infinity", "+1", " 1", "0.0000000000000000001"]) {
    it(`refuses "${text}"`, () => {
      expect(parseDecimal(text)).to.equal(undefined);
    });
  }

  it("rounds half away from zero, in both directions", () => {
    expect([5n, -5n, 4n, -4n, 15n].map((value) => divideRounded(value, 10n))).to.deep.equal([1n, -1n, 0n, 0n, 2n]);
  });

  it("writes the wanted digits", () => {
    expect(formatFixed(12_345n, 1000n, 2)).to.equal("12.35");
    expect(formatFixed(-1n, 1000n, 2)).to.equal("0.00");
    expect(formatFixed(-5n, 1000n, 2)).to.equal("-0.01");
    expect(formatFixed(5n, 1n, 0)).to.equal("5");
    expect(formatFixed(5n, 1n, 1, true)).to.equal("+5.0");
    expect(formatFixed(0n, 1n, 1, true)).to.equal("0.0");
  });

  it("reads back what it writes with all digits", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 128n), max: 2n ** 128n }), (value) => {
        expect(parseDecimal(formatFixed(value, ONE, 18))).to.equal(value);
      }),
    );
  });
});
