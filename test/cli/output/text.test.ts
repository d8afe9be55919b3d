import { expect } from "chai";
import fc from "fast-check";

import { date, decimal, facts, fixed, paragraphs, table, tokens } from "../../../src/cli/output/text.js";
import { FIXED } from "../../protocol/support.js";

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

describe("what people read", function () {
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

    it("of token wei has six digits at most", function () {
      expect(tokens(10n ** 19n)).to.equal("10");
      expect(tokens(1n)).to.equal("~0");
      expect(tokens(-(10n ** 12n))).to.equal("-0.000001");
      expect(tokens(15n * 10n ** 11n)).to.equal("~0.000002");
      expect(tokens(10n ** 30n + 10n ** 17n)).to.equal("1000000000000.1");
    });
  });

  describe("a time", function () {
    it("is a date, as far as there are dates", function () {
      expect(date(1_800_000_000n)).to.equal("2027-01-15T08:00:00Z");
      expect(date(0)).to.equal("1970-01-01T00:00:00Z");
      expect(date(2n ** 40n - 1n)).to.equal("+036812-02-20T00:36:15Z");
      expect(date(2n ** 63n)).to.equal("9223372036854775808");
    });

    it("comes back from its date", function () {
      fc.assert(
        fc.property(fc.nat(2 ** 31), (second) => {
          expect(Date.parse(date(second)) / 1_000).to.equal(second);
        }),
        FIXED,
      );
    });
  });

  describe("a table", function () {
    it("has its first column to the left, all others to the right", function () {
      expect(table(["a", "bb"], [["long", "1"]])).to.equal("a     bb\n----  --\nlong   1");
    });

    it("says if there is nothing in it", function () {
      expect(table(["a"], [])).to.equal("(none)");
    });

    it("has no spaces at the ends of its lines, and fills what a row lacks", function () {
      expect(table(["a", "b"], [["x", ""], ["y"]])).to.equal("a  b\n-  -\nx\ny");
    });

    it("has columns that stand under each other, whatever is in them", function () {
      const cell = fc.stringMatching(/^[a-z0-9]{1,9}$/);
      const rows = fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 6 });
      fc.assert(
        fc.property(rows, (body) => {
          const [header, rule, ...lines] = table(["x", "yy", "zzz"], body).split("\n");
          expect(lines).to.have.length(body.length);
          for (const line of lines) expect(line.length).to.equal(rule!.length); // the last column ends at the right
          expect(header!.length).to.equal(rule!.length);
          lines.forEach((line, row) => {
            expect(line.trim().split(/ +/)).to.deep.equal(body[row]);
          });
        }),
        FIXED,
      );
    });
  });

  describe("facts and paragraphs", function () {
    it("stand one a line, the values in one column", function () {
      const lines = facts([
        ["name", "Metals"],
        ["trading from", "now"],
      ]);
      expect(lines).to.equal("name          Metals\ntrading from  now");
    });

    it("have a blank line between them, and none for what is empty", function () {
      expect(paragraphs("a", "", "b\nc", "")).to.equal("a\n\nb\nc");
      expect(paragraphs("", "")).to.equal("");
    });
  });
});
