/** Decimals that people read: how they are rounded, and what they say of it. */
import { expect } from "chai";
import fc from "fast-check";

import { decimal, fixed } from "../../../src/protocol/amounts/decimals.js";
import { FIXED } from "../support.js";

const anyValue = fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n });
const anyUnit = fc.bigInt({ min: 1n, max: 10n ** 20n });
const anyDigits = fc.integer({ min: 0, max: 18 });

/** The number that a text says, in so many digits after the point. */
function scaled(text: string, digits: number): bigint {
  const [, sign, whole, after = ""] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text)!;
  const magnitude = BigInt(whole! + after.padEnd(digits, "0"));
  return sign === "-" ? -magnitude : magnitude;
}

const abs = (value: bigint): bigint => (value < 0n ? -value : value);

describe("a value as a decimal", function () {
  describe("a number with just so many digits", function () {
    it("is rounded half away from zero", function () {
      expect([25n, -25n, 35n, 24n].map((value) => fixed(value, 100n, 1))).to.deep.equal(["0.3", "-0.3", "0.4", "0.2"]);
    });

    it("has no sign if it rounds to zero", function () {
      expect([1n, -1n].map((value) => fixed(value, 300n, 2))).to.deep.equal(["0.00", "0.00"]);
    });

    it("has no point without digits", function () {
      expect([fixed(-7n, -2n, 0), fixed(7n, 2n, 0), fixed(0n, 3n, 0)]).to.deep.equal(["4", "4", "0"]);
    });

    it("takes the sign of both", function () {
      expect([fixed(1n, -4n, 2), fixed(-1n, 4n, 2), fixed(-1n, -4n, 2)]).to.deep.equal(["-0.25", "-0.25", "0.25"]);
    });

    it("is never further than half of its last digit from the value", function () {
      fc.assert(
        fc.property(anyValue, anyUnit, anyDigits, (value, unit, digits) => {
          const shown = scaled(fixed(value, unit, digits), digits);
          // | shown / 10^digits − value / unit | ≤ 1 / (2 · 10^digits)
          expect(abs(2n * (shown * unit - value * 10n ** BigInt(digits))) <= unit).to.be.true;
        }),
        FIXED,
      );
    });

    it("is the same with the other sign", function () {
      fc.assert(
        fc.property(anyValue, anyUnit, anyDigits, (value, unit, digits) => {
          expect(scaled(fixed(-value, unit, digits), digits)).to.equal(-scaled(fixed(value, unit, digits), digits));
        }),
        FIXED,
      );
    });

    it("always has that many", function () {
      fc.assert(
        fc.property(anyValue, anyUnit, anyDigits, (value, unit, digits) => {
          expect(fixed(value, unit, digits).split(".")[1]?.length ?? 0).to.equal(digits);
        }),
        FIXED,
      );
    });
  });

  describe("a decimal", function () {
    it("has no zeros at its end, and says if digits were cut", function () {
      expect(decimal(1n, 3n, 2)).to.equal("~0.33");
      expect(decimal(5n, 2n, 2)).to.equal("2.5");
      expect(decimal(100n, 1n, 2)).to.equal("100");
      expect(decimal(-1n, 8n, 3)).to.equal("-0.125");
      expect(decimal(1n, 1_000n, 2)).to.equal("~0");
    });

    it("without a ~ is exactly the value", function () {
      fc.assert(
        fc.property(anyValue, anyUnit, anyDigits, (value, unit, digits) => {
          const text = decimal(value, unit, digits);
          const shown = scaled(text.replace("~", ""), digits);
          expect(shown * unit === value * 10n ** BigInt(digits)).to.equal(!text.startsWith("~"));
        }),
        FIXED,
      );
    });
  });
});
