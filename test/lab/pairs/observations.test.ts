import { expect } from "chai";

import { observationsOf, readObservations } from "../../../lab/pairs/observations.js";
import { DAILY } from "../../../lab/pairs/sources.js";
import { parseDatedPrices } from "../../../lab/stocks/price-file.js";

const rows = (text: string) => parseDatedPrices(text, "own.csv");

describe("Observations of several symbols", () => {
  it("are in the order of their dates, whatever the file's", () => {
    const { symbols, dates, prices } = observationsOf(
      rows("date,A,B\n2008-02-01,3,4\n2008-01-31,1,2\n2008-01-04,5,6\n"),
    );
    expect(symbols).to.deep.equal(["A", "B"]);
    expect(dates).to.deep.equal(["2008-01-04", "2008-01-31", "2008-02-01"]);
    expect(prices.map((row) => row.map((price) => Number(price) / 1e18))).to.deep.equal([
      [5, 6],
      [1, 2],
      [3, 4],
    ]);
  });

  it("leave out dates at which there is no pair, and keep gaps as gaps", () => {
    const { dates, prices } = observationsOf(rows("date,A,B,C\n2008-01,1,2,\n2008-02,1,,\n2008-03,1,2,3\n"));
    expect(dates).to.deep.equal(["2008-01", "2008-03"]);
    expect(prices.map((row) => row.map((price) => price !== undefined))).to.deep.equal([
      [true, true, false],
      [true, true, true],
    ]);
  });

  it("are those days that a stock and an index have in common", () => {
    const { symbols, dates } = readObservations(DAILY.files());
    expect(symbols).to.deep.equal(["AAPL", "SP500-2000"]);
    expect([dates.length, dates[0], dates.at(-1)]).to.deep.equal([1_260, "2013-05-13", "2018-05-11"]);
  });
});
