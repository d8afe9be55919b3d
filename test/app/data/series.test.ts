/** Histories as lines, spot, and the token list. */
import { expect } from "chai";

import { captionOf } from "../../../app/ui/series-data.js";
import { knownIn } from "../../../app/data/prices.js";
import { marketLines, spotLines, weightLines } from "../../../app/views/data/series.js";
import { tokenList } from "../../../app/views/data/token-list.js";

const row = (timestamp: bigint, a: bigint): Parameters<typeof weightLines>[0][number] => ({
  timestamp,
  weights: [
    { numerator: a, denominator: 10_000n },
    { numerator: 10_000n - a, denominator: 10_000n },
  ],
});

describe("weightLines", () => {
  it("gives each asset's percent, with one place for a second", () => {
    const data = weightLines([row(1n, 5_000n), row(1n, 5_505n), row(2n, 5_310n)], ["AAPL", "MSFT"]);
    expect(data.times).to.deep.equal([1, 2]);
    expect(data.lines).to.deep.equal([
      { label: "AAPL", values: [55.05, 53.1] },
      { label: "MSFT", values: [44.95, 46.9] },
    ]);
    expect(captionOf(data)).to.equal(
      "AAPL: least 53.1 %, greatest 55.05 %, now 53.1 %. MSFT: least 44.95 %, greatest 46.9 %, now 46.9 %.",
    );
  });

  it("is empty where there is nothing", () => {
    expect(weightLines([], ["A"])).to.deep.equal({ times: [], unit: "%", lines: [] });
    expect(captionOf(weightLines([], []))).to.equal("");
  });
});

describe("marketLines", () => {
  const rows = [{ timestamp: 1n, lastPrice: 832n, bestBid: null, bestAsk: 900n, volume: 5n, longLots: 3n }];
  it("gives prices in the market's unit, volume and open interest in lots", () => {
    const prices = marketLines(rows, "prices", 10, "mm");
    expect(prices.lines.map(({ values }) => values)).to.deep.equal([[83.2], [null], [90]]);
    expect(captionOf(prices)).to.not.contain("Best bid");
    expect(marketLines(rows, "volume", 10, "mm")).to.deep.include({ unit: "lots" });
    expect(marketLines(rows, "interest", 10, "mm").lines[0]!.values).to.deep.equal([3]);
  });
});

describe("spotLines", () => {
  it("weighs the basket by the newest prices that were known then, a day's from its end on", () => {
    const { rows, problems } = knownIn("date,MSFT,AAPL\n2026-11-30,200,100\n2026-12-01,300,100\n", ["AAPL", "MSFT"]);
    expect(problems).to.deep.equal([]);
    const [dayOne, dayTwo] = [1_796_083_200, 1_796_169_600]; // as those days end
    const lines = spotLines([1, dayOne - 1, dayOne, dayTwo], rows, [2, 1], ["AAPL", "MSFT"]);
    expect(lines).to.deep.equal([
      { label: "AAPL by spot", dashed: true, values: [null, null, 50, 40] },
      { label: "MSFT by spot", dashed: true, values: [null, null, 50, 60] },
    ]);
  });
});

describe("tokenList", () => {
  it("fits the schema, whatever tokens call themselves", () => {
    const address = "0x157bFBEcd023fD6384daD2Bded5DAD7e27Bf92E4";
    const list = tokenList(
      "M.T-L",
      [{ chainId: 1, address, symbol: "a b", name: "x".repeat(99), decimals: 18 }],
      1_796_000_000,
    );
    expect(list).to.deep.equal({
      name: "Session MTL",
      timestamp: "2026-11-30T00:53:20.000Z",
      version: { major: 1, minor: 0, patch: 0 },
      tokens: [{ chainId: 1, address, decimals: 18, symbol: "ab", name: "x".repeat(60) }],
    });
    expect(list.name).to.match(/^[\w ]+$/);
  });
});
