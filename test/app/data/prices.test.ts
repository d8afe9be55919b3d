/** A file of prices as it is measured beside a session: known from the end of a day on, and in smallest units. */
import { expect } from "chai";

import { elsewhereIn, knownIn } from "../../../app/data/prices.js";

const ASSETS = [
  { symbol: "AU", decimals: 6 },
  { symbol: "AG", decimals: 18 },
];
const second = (text: string): bigint => BigInt(Date.parse(text) / 1_000);

describe("elsewhereIn", () => {
  it("has days from their ends on and moments from then on, a price of each asset's smallest unit, and leaves gaps out", () => {
    const { elsewhere, problems } = elsewhereIn(
      "date,AU,2\n2026-01-05,2,0.5\n2026-01-06,,1\n2026-01-07T12:00:00Z,3,1\n",
      ASSETS,
    );
    expect(problems).to.deep.equal([]);
    expect(elsewhere).to.deep.equal({
      rows: [
        { timestamp: second("2026-01-06T00:00:00Z"), prices: [2n * 10n ** 30n, 5n * 10n ** 17n] },
        { timestamp: second("2026-01-07T12:00:00Z"), prices: [3n * 10n ** 30n, 10n ** 18n] },
      ],
      maxAge: 4n * 86_400n,
    });
  });

  it("says what is wrong, and then has none", () => {
    const said = (text: string): readonly string[] => {
      const { elsewhere, problems } = elsewhereIn(text, ASSETS);
      expect(elsewhere).to.equal(undefined);
      return problems;
    };
    expect(said("date,AU\n2026-01-05,1\n")).to.deep.equal(["no column AG"]);
    expect(said("date,AU,AG\n2026-01-05,,1\n")).to.deep.equal(["it has no line with all prices"]);
    expect(said("date,AU,AG\n2026-01-05,1,1\n2026-01-05T20:00:00Z,1,1\n")).to.deep.equal([
      "two lines are of 2026-01-05T20:00:00Z, or out of order",
    ]);
  });
});

describe("knownIn", () => {
  for (const [what, bad] of [
    ["no column of an asset", "date,AU\n2026-12-01,1"],
    ["no day", "date,AU,AG\nyesterday,1,1"],
    ["a price of zero", "date,AU,AG\n2026-12-01,0,1"],
    ["a formula", "date,AU,AG\n2026-12-01,=1,1"],
    ["no rows", "date,AU,AG\n"],
    ["what is no text, as a file is put that is none", ""],
    ["a day that none has", "date,AU,AG\n2027-02-30,1,1"],
    ["milliseconds", "date,AU,AG\n1796000000000,1,1"],
    ["a column twice", "date,AU,AG,AU\n2026-12-01,1,1,2"],
    ["days out of order", "date,AU,AG\n2026-12-02,1,1\n2026-12-01,1,1"],
  ] as const) {
    it(`refuses ${what}`, () => {
      const { rows, problems } = knownIn(bad, ["AU", "AG"]);
      expect(rows).to.deep.equal([]);
      expect(problems.length).to.be.above(0);
    });
  }
});
