import { expect } from "chai";

import { ONE } from "../../../lab/command/decimals.js";
import { parseMonth } from "../../../lab/command/months.js";
import { parsePriceFile } from "../../../lab/stocks/price-file.js";
import { loadHistory } from "../../../lab/stocks/price-source.js";
import { selectHistory } from "../../../lab/stocks/prices.js";
import { expectInputError } from "../expect-input-error.js";

const FILE = "own.csv";
const rows = parsePriceFile(
  ["symbol,date,price", "A,2008-03,3", "A,2008-01,1", "B,2008-01,10", "B,2008-02,20", "B,2008-03,30"].join("\n"),
  FILE,
);
const window = (from: string, to: string) => ({ from: parseMonth(from)!, to: parseMonth(to)! });

describe("prices", () => {
  it("gives months by assets, in the order that was asked for", () => {
    const { spot, months } = selectHistory(rows, FILE, { symbols: ["B", "A"], ...window("2008-03", "2008-03") });
    expect(months).to.deep.equal([parseMonth("2008-03")]);
    expect(spot).to.deep.equal([[30n * ONE, 3n * ONE]]);
  });

  it("names an asset that the file lacks, and those it has", () => {
    const run = () => selectHistory(rows, FILE, { symbols: ["A", "C"], ...window("2008-01", "2008-01") });
    expectInputError(run, "PRICES_ASSET_MISSING", { file: FILE, value: "C", reason: "it has A, B, but no" });
  });

  it("names the month of a gap, and the line after which it belongs", () => {
    const run = () => selectHistory(rows, FILE, { symbols: ["A", "B"], ...window("2008-01", "2008-03") });
    const reason = "it covers 2008-01 to 2008-03, but has no";
    expectInputError(run, "PRICES_MONTH_MISSING", { file: FILE, line: 3, value: "A 2008-02", reason });
  });

  it("refuses months before the first price", () => {
    const run = () => selectHistory(rows, FILE, { symbols: ["B", "A"], ...window("2007-12", "2008-03") });
    const reason = "it covers 2008-01 to 2008-03, but has no";
    expectInputError(run, "PRICES_MONTH_MISSING", { file: FILE, value: "B 2007-12", reason });
  });

  it("reads the default file: AAPL and MSFT in January 2008", () => {
    const { spot } = loadHistory(undefined, { symbols: ["AAPL", "MSFT"], ...window("2008-01", "2008-12") });
    expect(spot).to.have.length(12);
    expect(spot[0]).to.deep.equal([(13_536n * ONE) / 100n, (3_113n * ONE) / 100n]);
  });

  it("names a file that cannot be read", () => {
    const wanted = { symbols: ["A", "B"], ...window("2008-01", "2008-01") };
    for (const path of ["/nonexistent/prices.csv", "/"]) {
      const error = expectInputError(() => loadHistory(path, wanted), "PRICES_UNREADABLE");
      expect(error.details.file).to.equal(path);
      expect(error.cause).to.be.instanceOf(Error);
    }
  });
});
