/** A file of prices as it is measured beside a session: known from the end of a day on, and in smallest units. */
import { expect } from "chai";

import { elsewhereIn } from "../../../app/data/prices.js";

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
