import { expect } from "chai";
import fc from "fast-check";

import {
  assetUnits,
  formatAssetUnits,
  formatLots,
  formatTicks,
  formatTokenWei,
  lots,
  opposite,
  parseAssetUnits,
  parseLots,
  parseTicks,
  parseTokenWei,
  ticks,
  tokenWei,
} from "../../../src/protocol/amounts/units.js";
import { expectRuleError, FIXED, lot, tick, wei } from "../support.js";

describe("units", () => {
  describe("given an amount", () => {
    const cases = [
      { what: "lots", make: lots, least: -(2n ** 63n), most: 2n ** 63n - 1n },
      { what: "ticks", make: ticks, least: -(2n ** 31n), most: 2n ** 31n - 1n },
      { what: "tokenWei", make: tokenWei, least: -(2n ** 127n), most: 2n ** 127n - 1n },
      { what: "assetUnits", make: assetUnits, least: 0n, most: 2n ** 128n - 1n },
    ] as const;
    for (const { what, make, least, most } of cases) {
      it(`${what} takes its whole range and nothing beyond`, () => {
        expect([make(least), make(most)]).to.deep.equal([least, most]);
        for (const value of [least - 1n, most + 1n]) {
          expectRuleError(() => make(value), "AMOUNT_OUT_OF_RANGE", { what, value, least, most });
        }
      });
    }

    it("opposite changes the sign", () => {
      expect([opposite(lot(3)), opposite(wei(-4)), opposite(lot(0))]).to.deep.equal([-3n, 4n, 0n]);
    });
  });

  describe("given text", () => {
    it("becomes the exact amount", () => {
      expect(parseTokenWei("1.5")).to.equal(1_500_000_000_000_000_000n);
      expect(parseTokenWei("-0.000000000000000001")).to.equal(-1n);
      expect(parseTokenWei("0.10")).to.equal(10n ** 17n);
      expect(parseAssetUnits("12.345678", 6)).to.equal(12_345_678n);
      expect(parseAssetUnits("7", 0)).to.equal(7n);
      expect(parseLots("-12")).to.equal(-12n);
      expect(parseLots("12.000")).to.equal(12n);
      expect(parseTicks("0.55", 10_000n)).to.equal(5_500n);
      expect(parseTicks("-3")).to.equal(-3n);
    });

    it("is exact where a double is not", () => {
      expect(parseTokenWei("9007199254740993.000000000000000001")).to.equal(9007199254740993n * 10n ** 18n + 1n);
    });

    it("is refused if it is no plain decimal number", () => {
      const malformed = [
        "",
        " ",
        "1 ",
        "+1",
        "1.",
        ".5",
        "1e3",
        "1e-7",
        "0x10",
        "1,5",
        "--1",
        "NaN",
        "Infinity",
        "1_0",
        "١",
      ];
      for (const text of malformed) expectRuleError(() => parseLots(text), "AMOUNT_MALFORMED", { text });
    });

    it("is refused if it is longer than any amount, and cited in part only", () => {
      const text = "9".repeat(101);
      expectRuleError(() => parseTokenWei(text), "AMOUNT_MALFORMED", { text: text.slice(0, 100) });
    });

    it("is refused rather than rounded", () => {
      expectRuleError(() => parseLots("0.5"), "AMOUNT_NOT_EXACT", { text: "0.5", unitsPerOne: 1n });
      expectRuleError(() => parseTicks("0.55555", 10_000n), "AMOUNT_NOT_EXACT", {
        text: "0.55555",
        unitsPerOne: 10_000n,
      });
      expectRuleError(() => parseTokenWei("0.0000000000000000001"), "AMOUNT_NOT_EXACT", {
        text: "0.0000000000000000001",
        unitsPerOne: 10n ** 18n,
      });
    });

    it("is refused if the amount does not fit", () => {
      expectRuleError(() => parseTicks("2147483648"), "AMOUNT_OUT_OF_RANGE", {
        what: "ticks",
        value: 2_147_483_648n,
        least: -2_147_483_648n,
        most: 2_147_483_647n,
      });
      expectRuleError(() => parseAssetUnits("-1", 0), "AMOUNT_OUT_OF_RANGE", {
        what: "assetUnits",
        value: -1n,
        least: 0n,
        most: 2n ** 128n - 1n,
      });
    });
  });

  describe("given an amount to show", () => {
    it("all digits are written, and no more", () => {
      expect(formatTokenWei(wei(1_500_000_000_000_000_000n))).to.equal("1.5");
      expect(formatTokenWei(wei(-1))).to.equal("-0.000000000000000001");
      expect(formatTokenWei(wei(0))).to.equal("0");
      expect(formatAssetUnits(assetUnits(12_000_000n), 6)).to.equal("12");
      expect(formatLots(lot(-7))).to.equal("-7");
      expect(formatTicks(tick(5_500), 10_000n)).to.equal("0.55");
      expect(formatTicks(tick(-5))).to.equal("-5");
    });

    it("decimals that never end are refused", () => {
      expectRuleError(() => formatTicks(tick(1), 3n), "AMOUNT_NOT_EXACT", { value: 1n, unitsPerOne: 3n });
      expect(formatTicks(tick(6), 3n)).to.equal("2");
    });
  });

  it("what was formatted parses to the same amount", () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(2n ** 127n), max: 2n ** 127n - 1n }),
        fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }),
        fc.integer({ min: 0, max: 30 }),
        fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
        fc.constantFrom(1n, 10n, 10_000n, 1_024n, 80n),
        (token, asset, decimals, price, ticksPerOne) => {
          expect(parseTokenWei(formatTokenWei(tokenWei(token)))).to.equal(token);
          expect(parseAssetUnits(formatAssetUnits(assetUnits(asset), decimals), decimals)).to.equal(asset);
          expect(parseTicks(formatTicks(tick(price), ticksPerOne), ticksPerOne)).to.equal(BigInt(price));
        },
      ),
      FIXED,
    );
  });
});
