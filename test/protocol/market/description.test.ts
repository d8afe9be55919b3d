import { expect } from "chai";
import fc from "fast-check";

import {
  type MarketHead,
  parseDescription,
  parseUnits,
  unitsOf,
  writeDescription,
} from "../../../src/protocol/market/description.js";
import { expectRuleError, FIXED, tick } from "../support.js";

const RAIN: MarketHead = {
  title: "Rain in Seattle in November 2015",
  unit: "mm",
  ticksPerUnit: 10n,
  outcomes: [],
  source: "https://example.org/seattle.csv",
};
const TEXT = `title: Rain in Seattle in November 2015
unit: mm
ticksPerUnit: 10
source: https://example.org/seattle.csv

More than 300 mm count as 300.

Read on the first of December.`;

describe("a market's description", function () {
  it("is a head of lines, an empty line, and text", function () {
    const body = "More than 300 mm count as 300.\n\nRead on the first of December.";
    expect(writeDescription(RAIN, body)).to.equal(TEXT);
    expect(parseDescription(TEXT)).to.deep.equal({ head: RAIN, body });
    expect(parseDescription(TEXT.replaceAll("\n", "\r\n")).head).to.deep.equal(RAIN);
  });

  it("needs no more than a title, and then counts ticks", function () {
    const { head, body } = parseDescription("title: Who wins");
    expect(head).to.deep.equal({ title: "Who wins", unit: "", ticksPerUnit: 1n, outcomes: [], source: "" });
    expect(body).to.equal("");
  });

  it("names the outcomes of an event", function () {
    const head = { ...RAIN, unit: "", ticksPerUnit: 1n, source: "", outcomes: ["red", "deep green", "Nr. 3"] };
    const text = writeDescription(head, "");
    expect(text).to.contain("outcomes: red | deep green | Nr. 3");
    expect(parseDescription(text).head?.outcomes).to.deep.equal(["red", "deep green", "Nr. 3"]);
  });

  it("without a head is text, whatever stands in it", function () {
    for (const text of [
      "",
      "Rain in one month at the station, in millimetres.",
      "Note: this is no head.",
      "unit: mm\nticksPerUnit: 10", // no title
      "title: A\ntitle: B",
      "title: A\nprice: 3",
      "title: A\nticksPerUnit: 3", // decimals that never end
      "title: A\nticksPerUnit: 0",
      "title: A\nticksPerUnit: 1e3",
      "title: A\nticksPerUnit: 10000000000",
      "title: A\noutcomes: x | x",
      "title: A\noutcomes: x | ",
      "title: A\noutcomes: 1 | 2", // a number names an outcome already
      "title: A\nunit: \u001b[2Jmm", // what a terminal would obey
      "title: \u202eA",
      `title: ${"x".repeat(121)}`,
      "\n\ntitle: A",
    ]) {
      expect(parseDescription(text), JSON.stringify(text)).to.deep.equal({ head: undefined, body: text });
    }
  });

  it("is refused where it could not be read back", function () {
    for (const [field, wanted, change] of [
      ["title", "a title", { title: "" }],
      ["title", "letters, digits and signs, on one line", { title: "two\nlines" }],
      ["unit", "at most 16 characters", { unit: "x".repeat(17) }],
      ["ticksPerUnit", "1 to 10^9, a product of twos and fives", { ticksPerUnit: 12n }],
      ["outcomes", "a name for each outcome, all different", { outcomes: ["a", "a|b"] }],
    ] as const) {
      expectRuleError(() => writeDescription({ ...RAIN, ...change }, "text"), "MARKET_HEAD_INVALID", {
        field,
        wanted,
        value: String(Object.values(change)[0]).replace("a,a|b", "a | a|b"),
      });
    }
  });

  it("gives amounts in its unit exactly, and takes them so", function () {
    expect(unitsOf(RAIN, tick(2_126))).to.equal("212.6");
    expect(unitsOf(RAIN, tick(-5))).to.equal("-0.5");
    expect(parseUnits(RAIN, "212.6")).to.equal(2_126n);
    expect(parseUnits(undefined, "2126")).to.equal(2_126n);
    expectRuleError(() => parseUnits(RAIN, "212.65"), "AMOUNT_NOT_EXACT", { text: "212.65", unitsPerOne: 10n });
  });

  it("comes back as it was written, whatever it is about, and any text is read", function () {
    const word = fc.stringMatching(/^[A-Za-zäöé%°/.][A-Za-z0-9äöé%°/. -]{0,12}[A-Za-z%°]$/);
    const heads = fc.record({
      title: word,
      unit: fc.oneof(
        fc.constant(""),
        word.filter((text) => text.length <= 16),
      ),
      ticksPerUnit: fc.tuple(fc.nat({ max: 4 }), fc.nat({ max: 4 })).map(([a, b]) => 2n ** BigInt(a) * 5n ** BigInt(b)),
      outcomes: fc.uniqueArray(word, { maxLength: 5 }),
      source: fc.oneof(fc.constant(""), word),
    });
    fc.assert(
      fc.property(heads, fc.stringMatching(/^[a-z \n]{0,40}$/), fc.string(), (head, body, any) => {
        expect(parseDescription(writeDescription(head, body))).to.deep.equal({ head, body });
        expect(parseDescription(any).body.length <= any.length).to.equal(true);
      }),
      FIXED,
    );
  });
});
