import { expect } from "chai";

import { bool, i32, optional, price, text, time, wei } from "../../../src/dataset/schema/column.js";
import { canonicalJson } from "../../../src/dataset/write/canonical-json.js";
import { csvCell, decimalText } from "../../../src/dataset/write/cells.js";

const ONE = 10n ** 18n;

describe("dataset: cells as text", () => {
  it("are empty where there is nothing, and in quotes where the text is empty", () => {
    expect(csvCell(optional(text("")), null)).to.equal("");
    expect(csvCell(text(""), "")).to.equal('""');
  });

  it("have quotes where RFC 4180 needs them, and nowhere else", () => {
    expect(csvCell(text(""), "plain text; with 'quotes'")).to.equal("plain text; with 'quotes'");
    expect(csvCell(text(""), 'a "b", c')).to.equal('"a ""b"", c"');
    for (const end of ["\n", "\r"]) expect(csvCell(text(""), `a${end}b`)).to.equal(`"a${end}b"`);
  });

  it("are exact numbers, times of UTC, true and false", () => {
    expect(csvCell(wei(""), -(2n ** 96n - 1n))).to.equal("-79228162514264337593543950335");
    expect(csvCell(i32(""), -5)).to.equal("-5");
    expect(csvCell(time(""), 1_199_145_600_123n)).to.equal("2008-01-01T00:00:00.123Z");
    expect([true, false].map((cell) => csvCell(bool(""), cell))).to.deep.equal(["true", "false"]);
    expect(csvCell(price(""), 13_536n * 10n ** 16n)).to.equal("135.36");
  });

  it("have no zeros at the end of a decimal", () => {
    expect([0n, ONE, -ONE / 2n, 1n, 10n ** 19n].map(decimalText)).to.deep.equal([
      "0",
      "1",
      "-0.5",
      "0.000000000000000001",
      "10",
    ]);
  });
});

describe("dataset: canonical JSON (RFC 8785)", () => {
  it("sorts names by UTF-16 units, as the standard's own example", () => {
    const given = {
      "\u20ac": "Euro Sign",
      "\r": "Carriage Return",
      "\ufb33": "Hebrew Letter Dalet With Dagesh",
      "1": "One",
      "\ud83d\ude00": "Emoji: Grinning Face",
      "\u0080": "Control",
      "\u00f6": "Latin Small Letter O With Diaeresis",
    };
    const names = [...canonicalJson(given).matchAll(/:"([^"]*)"/g)].map(([, value]) => value);
    expect(names).to.deep.equal([
      "Carriage Return",
      "One",
      "Control",
      "Latin Small Letter O With Diaeresis",
      "Euro Sign",
      "Emoji: Grinning Face",
      "Hebrew Letter Dalet With Dagesh",
    ]);
  });

  it("writes values without blanks, numbers and text as ECMAScript does", () => {
    const value = {
      numbers: [333333333.3333333, 1e30, 4.5, 6, 2e-3, 1e-27],
      string: '€$\u000f\nA\'B"\\\\"/',
      literals: [null, true, false],
    };
    expect(canonicalJson(value)).to.equal(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,6,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });
});
