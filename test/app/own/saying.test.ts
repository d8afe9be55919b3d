/** What an owner says of a market, before it is signed. */
import { expect } from "chai";

import {
  EMPTY_MARKET,
  effectWords,
  mostOfALot,
  type MarketDraft,
  type NewMarket,
  nextBounds,
  readBounds,
  readMarket,
  readOutcome,
} from "../../../app/views/own/saying.js";
import type { RecordEffect } from "../../../src/protocol/book/record-effect.js";
import { parseDescription } from "../../../src/protocol/market/description.js";
import { type Ticks, ticks } from "../../../src/protocol/amounts/units.js";

const NOW = 1_796_000_000;
const RAIN: MarketDraft = {
  ...EMPTY_MARKET,
  title: "Rain in Seattle in December",
  unit: "mm",
  ticksPerUnit: "10",
  lower: "0",
  upper: "250",
  fallback: "120.5",
  rules: "As the airport's gauge has it.",
};
const MONTHS: MarketDraft = {
  ...EMPTY_MARKET,
  kind: "event",
  title: "Wettest month",
  outcomes: "January\n\n February \nMarch",
  fallback: "March",
};
const good = (draft: MarketDraft): NewMarket => {
  const market = readMarket(draft, NOW);
  if (!("spec" in market)) throw new Error(market.join("; "));
  return market;
};

describe("readMarket", () => {
  it("writes the head of the description, and counts in ticks", () => {
    const market = good(RAIN);
    expect(parseDescription(market.spec.description)).to.deep.equal({
      head: { title: RAIN.title, unit: "mm", ticksPerUnit: 10n, outcomes: [], source: "" },
      body: RAIN.rules,
    });
    expect(market.spec).to.include({ fallbackOutcome: 1_205n, closesAt: BigInt(NOW + 7 * 86_400) });
    expect(market.kind === "interval" && market.spec.bounds).to.deep.equal({ lower: 0n, upper: 2_500n });
    expect(mostOfALot(market)).to.equal(2_500n * 10n ** 11n);
  });

  it("numbers the outcomes of an event in their order", () => {
    const market = good(MONTHS);
    expect(market.head.outcomes).to.deep.equal(["January", "February", "March"]);
    expect(market.spec).to.include({ outcomes: 3, fallbackOutcome: 3, scale: 10_000n });
  });

  for (const [what, draft, problem] of [
    ["no title", { ...RAIN, title: "" }, "Description: "],
    ["bounds the wrong way round", { ...RAIN, upper: "-1", fallback: "0" }, "Bounds: the least below the greatest"],
    ["half a tick", { ...RAIN, upper: "250.05" }, "Bounds: "],
    ["a fallback outside", { ...RAIN, fallback: "251" }, "Fallback: between the bounds"],
    ["an end that has passed", { ...RAIN, closesAt: "1" }, "Trading ends: a moment to come"],
    ["settlement before the end", { ...RAIN, settleBy: "+1d" }, "Settled by: not before trading ends"],
    ["a tick worth nothing", { ...RAIN, tickValue: "0" }, "Value of a tick: "],
    ["one outcome", { ...MONTHS, outcomes: "March" }, "Outcomes: 2 to 16 names"],
    ["a fallback that is none of them", { ...MONTHS, fallback: "May" }, "Fallback: the name of one of the outcomes"],
    ["a name twice", { ...MONTHS, outcomes: "March\nMarch" }, "Description: "],
  ] as const) {
    it(`given ${what}, then it says so`, () => {
      const problems = readMarket(draft, NOW);
      const said = Array.isArray(problems) ? (problems as readonly string[]) : [];
      expect(
        said.some((one) => one.startsWith(problem)),
        said.join("; "),
      ).to.equal(true);
    });
  }
});

describe("readOutcome", () => {
  const head = { title: "x", unit: "mm", ticksPerUnit: 10n, outcomes: [], source: "" };
  const rain = { kind: "interval", outcomes: { lower: ticks(0n), upper: ticks(2_500n) }, head } as const;
  const months = { kind: "simplex", outcomes: rain.outcomes, head: { ...head, outcomes: ["January", "May"] } } as const;

  it("takes it only if it was typed twice alike", () => {
    expect(readOutcome("83.2", "83.2 ", rain, 3)).to.equal(832n);
    expect(readOutcome("83.2", "83.3", rain, 3)).to.equal("The two are not the same yet.");
    expect(readOutcome("", "", rain, 3)).to.equal("Type the outcome, and then again.");
    expect(readOutcome("83.25", "83.25", rain, 3)).to.be.a("string");
  });

  it("takes an event's outcome by name or number", () => {
    expect(readOutcome("May", "May", months, 2)).to.equal(2n);
    expect(readOutcome("1", "1", months, 2)).to.equal(1n);
    for (const text of ["0", "3", "-1", "June"]) expect(readOutcome(text, text, months, 2), text).to.be.a("string");
  });
});

describe("readBounds", () => {
  it("is undefined unless the least is below the greatest", () => {
    expect(readBounds("1", "2", undefined)).to.deep.equal({ lower: 1n, upper: 2n });
    expect(readBounds("2", "2", undefined)).to.equal(undefined);
  });
});

describe("effectWords", () => {
  const effect = {
    marketRootId: 2,
    settles: false,
    changes: [
      {
        marketRootId: 2,
        marketBranchId: 1,
        before: { lower: ticks(0n), upper: ticks(9n) },
        after: { lower: ticks(4n), upper: ticks(9n) },
      },
    ],
    determined: [{ marketRootId: 2, marketBranchId: 3, paysTicks: ticks(4n) }],
    freed: [
      { trader: "0x1", freedWei: 3n },
      { trader: "0x2", freedWei: 4n },
    ],
    takenOut: [{}, {}, {}],
  } as unknown as RecordEffect; // of the orders only the count is told

  it("says what is freed, taken out and determined, and that it is for good", () => {
    expect(
      effectWords(
        effect,
        (wei) => `${wei} MTL`,
        (price) => `${price} mm`,
      ),
    ).to.deep.equal({
      sentences: [
        "1 pays 0 mm to 9 mm today, 4 mm to 9 mm then.",
        "It frees 7 MTL in 2 accounts.",
        "It takes out 3 orders.",
        "It determines 1 branch: 3 pays 4 mm.",
        "It cannot be undone.",
      ],
      isFinal: false,
    });
  });

  it("says so if nothing is said", () => {
    const nothing = { ...effect, changes: [], determined: [], freed: [], takenOut: [] };
    expect(effectWords(nothing, String, String).sentences).to.deep.equal([
      "No bounds change: it says nothing new.",
      "It frees no collateral.",
      "It takes out no order.",
    ]);
  });
});

describe("the next bounds, as they are drawn", () => {
  const today = { lower: 400n as Ticks, upper: 2_000n as Ticks };
  const head = { title: "Rain", unit: "mm", ticksPerUnit: 10n, outcomes: [], source: "" };
  const drawn = (lower: string, upper: string) => nextBounds({ lower, upper }, today, head);

  it("are what is typed, if it tightens", () => {
    expect(drawn("50", "180.5")).to.deep.equal({ lower: 500n, upper: 1_805n });
    expect(drawn("40", "200")).to.deep.equal(today);
  });

  it("are today's while it is none, or loosens", () => {
    for (const [lower, upper] of [
      ["", "180"],
      ["x", "y"],
      ["39", "180"],
      ["50", "201"],
      ["60", "50"],
    ] as const) {
      expect(drawn(lower, upper)).to.deep.equal(today);
    }
  });
});
