import { expect } from "chai";
import fc from "fast-check";

import { changeSettings } from "../../../app/data/settings.js";
import { decimalText, fractionText, localText, percentText, plainDecimal } from "../../../app/ui/numbers.js";
import { typedDecimal } from "../../../app/views/trade/typed.js";
import { FIXED } from "../../protocol/support.js";

const LOCALES = ["en-GB", "en-US", "en-IN", "de-DE", "fr-FR", "ar"] as const;

function inLocale<Value>(locale: string, act: () => Value): Value {
  changeSettings({ locale });
  try {
    return act();
  } finally {
    changeSettings({ locale: undefined });
  }
}

describe("numbers for readers", function () {
  it("are written in the reader's way, whatever their length", function () {
    const long = "123456789012345678901.123456789012345678";
    expect(inLocale("de-DE", () => localText(long, 18))).to.equal("123.456.789.012.345.678.901,123456789012345678");
    expect(inLocale("en-IN", () => localText("12345678.5"))).to.equal("1,23,45,678.5");
    expect(inLocale("ar-EG", () => localText("55.05"))).to.equal("٥٥٫٠٥");
  });

  it("are marked where they are cut, and only there", function () {
    expect(inLocale("en-US", () => localText("1.23456", 4))).to.equal("~1.2345");
    expect(inLocale("en-US", () => localText("1.23450000", 4))).to.equal("1.2345");
    expect(inLocale("en-US", () => localText("1.9", 0))).to.equal("~1");
  });

  it("have as many digits as the others of their column", function () {
    expect(inLocale("en-GB", () => localText("84.4", 6, 2))).to.equal("84.40");
    expect(inLocale("de-DE", () => localText("84", 6, 2))).to.equal("84,00");
    expect(inLocale("en-GB", () => localText("84.391", 6, 2))).to.equal("84.391");
    expect(inLocale("en-GB", () => localText("0.1234567", 6, 8))).to.equal("~0.123456");
  });

  it("are weights exactly", function () {
    expect(percentText(5_505n, 10_000n)).to.equal("55.05");
    expect(percentText(1n, 1_000_000n)).to.equal("0.0001");
    expect(percentText(-37n, 10_000n)).to.equal("-0.37");
    expect(decimalText(-5n, 1)).to.equal("-0.5");
    expect(fractionText({ numerator: 2n, denominator: 3n }, 3)).to.equal("0.666");
  });
});

describe("numbers as they are typed", function () {
  it("are read in the reader's way", function () {
    expect(inLocale("de-DE", () => plainDecimal("55,05"))).to.equal("55.05");
    expect(inLocale("de-DE", () => plainDecimal("1.234,5"))).to.equal("1234.5");
    expect(inLocale("en-IN", () => plainDecimal("55.05"))).to.equal("55.05");
    expect(inLocale("ar", () => plainDecimal("٥٥٫٠٥"))).to.equal("55.05");
    expect(inLocale("fr-FR", () => plainDecimal("1 234,5"))).to.equal("1234.5");
  });

  it("are none if they are anything else", function () {
    for (const text of ["", " ", "-", "1e5", "0x10", "1..2", "NaN", "Infinity", "5%", "1,2,3"]) {
      expect(
        inLocale("en-US", () => plainDecimal(text)),
        text,
      ).to.equal(undefined);
    }
  });

  it("come back as they were written for typing, to the last digit", function () {
    const exact = fc
      .tuple(fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }), fc.integer({ min: 0, max: 18 }))
      .map(([value, digits]) => decimalText(value, digits));
    fc.assert(
      fc.property(exact, fc.constantFrom(...LOCALES), (text, locale) => {
        expect(inLocale(locale, () => plainDecimal(typedDecimal(text)))).to.equal(text);
      }),
      FIXED,
    );
  });
});
