import { expect } from "chai";

import { readObservations } from "../../../lab/pairs/observations.js";
import { type RuleTerms, tradedPairs, windowsOf } from "../../../lab/pairs/rule.js";
import { MONTHLY } from "../../../lab/pairs/sources.js";

const TERMS: RuleTerms = { formation: 4, trading: 4, top: 1, wait: 0 };
/** Of a formation whose spread is 0, 1, -1, 0 hundredths: a deviation of 0.0081650. */
const FORMED = [
  [100, 100],
  [101, 100],
  [99, 100],
  [100, 100],
] as const;

const trades = (after: readonly (readonly (number | undefined)[])[], terms = TERMS) =>
  tradedPairs([...FORMED, ...after], terms).flatMap((pair) => pair.trades);

describe("The pairs rule", () => {
  it("has windows that begin where the one before begins to trade no more", () => {
    expect(windowsOf(8, TERMS)).to.deep.equal([{ start: 0, begin: 3, end: 7 }]);
    expect(windowsOf(12, TERMS)).to.deep.equal([
      { start: 0, begin: 3, end: 7 },
      { start: 4, begin: 7, end: 11 },
    ]);
    expect(windowsOf(7, TERMS)).to.deep.equal([]);
  });

  it("buys the loser beyond two deviations, and closes at the next crossing", () => {
    const seen = trades([
      [101.6, 100],
      [101.7, 100],
      [100.5, 100],
      [99.9, 100],
    ]);
    expect(seen).to.deep.equal([{ long: 1, short: 0, opens: 5, closes: 7, isCrossed: true }]);
  });

  it("closes at the end what has not crossed, and opens nothing there", () => {
    const open = trades([
      [97, 100],
      [96, 100],
      [97, 100],
      [98, 100],
    ]);
    expect(open).to.deep.equal([{ long: 0, short: 1, opens: 4, closes: 7, isCrossed: false }]);
    expect(
      trades([
        [100, 100],
        [100, 100],
        [100, 100],
        [120, 100],
      ]),
    ).to.deep.equal([]);
  });

  it("opens again after a crossing", () => {
    const seen = trades([
      [103, 100],
      [99, 100],
      [97, 100],
      [97, 100],
    ]);
    expect(seen.map(({ long, opens, closes, isCrossed }) => [long, opens, closes, isCrossed])).to.deep.equal([
      [1, 4, 5, true],
      [0, 6, 7, false],
    ]);
  });

  it("opens an observation later if it waits, and closes at once", () => {
    const after = [
      [103, 100],
      [104, 100],
      [99, 100],
      [100, 100],
    ];
    expect(trades(after, { ...TERMS, wait: 1 })).to.deep.equal([
      { long: 1, short: 0, opens: 5, closes: 6, isCrossed: true },
    ]);
  });

  it("takes the closest pairs, of symbols that have a price all the time", () => {
    const prices = Array.from({ length: 8 }, (_, t) => [100 + 5 * t, 100, 100 + t, t === 6 ? undefined : 100]);
    const pairs = tradedPairs(prices, { ...TERMS, top: 5 });
    expect(pairs.map(({ symbols }) => symbols)).to.deep.equal([
      [1, 2],
      [0, 2],
      [0, 1],
    ]);
  });

  it("makes the trades on five stocks that another program found first", () => {
    const { symbols, dates, prices } = readObservations(MONTHLY.files());
    const numbers = prices.map((row) => row.map((price) => (price === undefined ? undefined : Number(price) / 1e18)));
    const found = tradedPairs(numbers, { formation: 12, trading: 6, top: 3, wait: 0 }).flatMap((pair) => pair.trades);
    const told = found.slice(0, 5).map(({ long, short, opens, closes, isCrossed }) => {
      const ratio = (k: number) => numbers[closes]![k]! / numbers[opens]![k]!;
      const [from, to] = [dates[opens]!.slice(0, 7), dates[closes]!.slice(0, 7)];
      return `${from} ${to} ${symbols[long]}-${symbols[short]} ${(ratio(long) - ratio(short)).toFixed(6)} ${isCrossed ? "cross" : "end"}`;
    });
    expect(told).to.deep.equal([
      "2001-02 2001-06 AMZN-MSFT 0.151116 end",
      "2002-01 2002-06 IBM-AAPL -0.047257 end",
      "2002-04 2002-06 MSFT-AAPL 0.316748 cross",
      "2002-11 2002-12 AAPL-AMZN 0.114877 end",
      "2003-05 2003-06 MSFT-IBM 0.104685 end",
    ]);
  });
});
