/** Histories as lines, spot, and the token list. */
import { expect } from "chai";

import { captionOf } from "../../../app/ui/series-data.js";
import { marketLines, readSpot, spotLines, weightLines } from "../../../app/views/data/series.js";
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

describe("readSpot", () => {
  const text = "time,MSFT,AAPL\n2026-12-01,300,100\n1796000000,200,100\n";
  it("reads prices by symbol, sorted by time, and weighs them with the basket", () => {
    const spot = readSpot(text, ["AAPL", "MSFT"]);
    if (typeof spot === "string") throw new Error(spot);
    expect(spot.times).to.deep.equal([1_796_000_000, 1_796_083_200]);
    const lines = spotLines([1, 1_796_000_001, 1_796_083_200], spot, [2, 1], ["AAPL", "MSFT"]);
    expect(lines[0]).to.deep.equal({ label: "AAPL by spot", dashed: true, values: [null, 50, 40] });
  });

  for (const [what, bad] of [
    ["no column of an asset", "time,AAPL\n1796000000,1"],
    ["no moment", "time,AAPL,MSFT\nyesterday,1,1"],
    ["a price of zero", "time,AAPL,MSFT\n1796000000,0,1"],
    ["a formula", "time,AAPL,MSFT\n1796000000,=1,1"],
    ["no rows", "time,AAPL,MSFT\n"],
    ["a day that none has", "time,AAPL,MSFT\n2027-02-30,1,1"],
    ["milliseconds", "time,AAPL,MSFT\n1796000000000,1,1"],
    ["a column twice", "time,AAPL,MSFT,AAPL\n1796000000,1,1,2"],
  ] as const) {
    it(`refuses ${what}`, () => {
      expect(readSpot(bad, ["AAPL", "MSFT"])).to.be.a("string");
    });
  }
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
