import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import { ONE } from "../../../lab/command/decimals.js";
import { formatMonth, type Month, parseMonth } from "../../../lab/command/months.js";
import { parsePriceFile } from "../../../lab/stocks/price-file.js";
import { parseOptions } from "../../../lab/stocks/options.js";
import { knownOf, loadHistory } from "../../../lab/stocks/price-source.js";
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
    const { spot } = loadHistory([], { symbols: ["AAPL", "MSFT"], ...window("2008-01", "2008-12") });
    expect(spot).to.have.length(12);
    expect(spot[0]).to.deep.equal([(13_536n * ONE) / 100n, (3_113n * ONE) / 100n]);
  });

  describe("of the user's own", () => {
    let folder: string;
    before(() => {
      folder = mkdtempSync(join(tmpdir(), "session-prices-"));
    });
    after(() => {
      rmSync(folder, { recursive: true });
    });
    const write = (name: string, bytes: string | Buffer): string => {
      const path = join(folder, name);
      writeFileSync(path, bytes);
      return path;
    };
    const ohlc = (price: number, months: readonly string[]): string =>
      ["Date,Open,High,Low,Close", ...months.map((month) => `${month}-15,1,1,1,${price}`)].join("\n");

    it("are read from one file a symbol; symbols and the last year that all have follow from them", () => {
      const year = Array.from({ length: 14 }, (_, k) => formatMonth((parseMonth("2019-12")! + k) as Month));
      const paths = [write("aa.csv", ohlc(2, year)), write("bb.csv", ohlc(3, year.slice(0, -1)))];
      const known = knownOf(paths);
      expect(known).to.deep.equal({ symbols: ["AA", "BB"], ...window("2020-01", "2020-12") });
      expect(loadHistory(paths, known).spot[0]).to.deep.equal([2n * ONE, 3n * ONE]);
      const request = parseOptions(["--prices", ...paths, "--to", "2020-03"]);
      expect(request.kind === "run" ? request.options : undefined).to.deep.include({
        symbols: ["AA", "BB"],
        ...window("2019-12", "2020-03"),
        priceFiles: paths,
      });
    });

    it("may be in UTF-16 as spreadsheets write it; what is no text is named", () => {
      const text = "\uFEFFdate;A;B\r\n2020-01-31;1,5;2\r\n";
      const path = write("sheet.csv", Buffer.from(text, "utf16le"));
      expect(loadHistory([path], knownOf([path])).spot).to.deep.equal([[(3n * ONE) / 2n, 2n * ONE]]);
      const none = write("none.csv", Buffer.from([0x50, 0x4b, 0xff, 0xfe, 0x00]));
      expectInputError(() => loadHistory([none], knownOf([none])), "PRICES_UNREADABLE", {
        file: none,
        reason: "it is no text in UTF-8: save it so",
      });
    });

    it("are refused by the symbol that is not there, before anything else is asked of them", () => {
      const path = write("aa.csv", ohlc(2, ["2020-01"]));
      const error = expectInputError(() => knownOf([path], ["AA", "CC"]), "PRICES_ASSET_MISSING");
      expect(error.details).to.include({ value: "CC", reason: "it has AA, but no" });
    });
  });

  it("names a file that cannot be read", () => {
    const wanted = { symbols: ["A", "B"], ...window("2008-01", "2008-01") };
    for (const path of ["/nonexistent/prices.csv", "/"]) {
      const error = expectInputError(() => loadHistory([path], wanted), "PRICES_UNREADABLE");
      expect(error.details.file).to.equal(path);
      expect(error.cause).to.be.instanceOf(Error);
    }
  });
});
