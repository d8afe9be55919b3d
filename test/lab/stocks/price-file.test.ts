import { readFileSync } from "node:fs";

import { expect } from "chai";

import { ONE } from "../../../lab/command/decimals.js";
import type { InputErrorCode, InputErrorDetails } from "../../../lab/command/errors.js";
import { formatMonth } from "../../../lab/command/months.js";
import { parsePriceFile } from "../../../lab/stocks/price-file.js";
import { defaultPriceFile } from "../../../lab/stocks/price-source.js";
import { expectInputError } from "../expect-input-error.js";

const HEADER = "symbol,date,price";

function refused(text: string, code: InputErrorCode, details: InputErrorDetails): void {
  expectInputError(() => parsePriceFile(text, "own.csv"), code, { file: "own.csv", ...details });
}

describe("price file", () => {
  it("reads every line of the file that comes with the project", () => {
    const file = defaultPriceFile();
    const rows = parsePriceFile(readFileSync(file, "utf8"), file);
    expect(rows).to.have.length(560);
    expect(new Set(rows.map(({ symbol }) => symbol))).to.deep.equal(new Set(["MSFT", "AMZN", "IBM", "GOOG", "AAPL"]));
  });

  it("takes columns in any order, others beside them, quotes, a byte order mark, CRLF and empty lines", () => {
    const text = '\uFEFFDate, price ,name,"symbol"\r\n\r\n2008-01-31, 1.5 ,"A, ""Inc""",A\r\n';
    expect(parsePriceFile(text, "own.csv")).to.deep.equal([
      { line: 3, symbol: "A", month: 2008 * 12, price: (3n * ONE) / 2n },
    ]);
  });

  it("refuses a file without prices", () => {
    for (const text of ["", "\n\n", HEADER, `${HEADER}\n`])
      refused(text, "PRICES_EMPTY", { reason: "it holds no prices" });
  });

  it("refuses a header without the columns", () => {
    const header = "symbol,day,price";
    refused(`${header}\nA,2008-01,1`, "PRICES_HEADER", { line: 1, value: header, reason: "no column date" });
  });

  const broken: readonly [line: string, value: string, reason: RegExp][] = [
    ["A,2008-01", "A,2008-01", /cells under 3 columns/],
    ["A,2008-01,1,2", "A,2008-01,1,2", /cells under 3 columns/],
    ['A,2008-01,"1', 'A,2008-01,"1', /a quote is left open, or stands inside a cell/],
    ['A,2008-01,1"2"', 'A,2008-01,1"2"', /a quote is left open, or stands inside a cell/],
    [",2008-01,1", ",2008-01,1", /symbol is missing/],
    ["A,2008-13,1", "2008-13", /a date like/],
    ["A,2007-02-29,1", "2007-02-29", /a date like/],
    ["A,2008-02,ten", "ten", /plain decimal/],
    ["A,2008-02,1e-7", "1e-7", /plain decimal/],
    ["A,2008-02,", "", /plain decimal/],
  ];
  for (const [line, value, reason] of broken) {
    it(`refuses the broken line ${line}`, () => {
      const text = `${HEADER}\nA,2008-01,1\n${line}\n`;
      const error = expectInputError(() => parsePriceFile(text, "own.csv"), "PRICES_LINE_BROKEN");
      expect(error.details).to.include({ file: "own.csv", line: 3, value });
      expect(error.details.reason).to.match(reason);
      expect(error.message).to.include("own.csv:3").and.to.include(JSON.stringify(value));
    });
  }

  it("refuses a column that stands there twice, in whatever case", () => {
    for (const header of ["symbol,date,price,price", "symbol,date,price,Price", "date,A,B,a"]) {
      const error = expectInputError(
        () => parsePriceFile(`${header}\nA,2008-01,1,2\n`, "own.csv"),
        "PRICES_LINE_BROKEN",
      );
      expect(error.details.reason).to.match(/^column ".*" stands there twice$/);
      expect(error.details).to.include({ line: 1, value: header });
    }
  });

  for (const price of ["0", "-1.5", "0.00"]) {
    it(`refuses the price ${price}`, () => {
      const reason = "the price of A";
      refused(`${HEADER}\nA,2008-01,${price}`, "PRICES_NOT_POSITIVE", { line: 2, value: price, reason });
    });
  }

  it("refuses two prices of one day, or of a month beside its days, and names both lines", () => {
    const again = "line 2 has it already";
    const text = `${HEADER}\nA,2008-01-31,1\nB,2008-01,1\nA,Jan 31 2008,2`;
    refused(text, "PRICES_DATE_REPEATED", { line: 4, value: "2008-01 A", reason: again });
    for (const other of ["2008-01", "2008-01-02"]) {
      const beside = `${HEADER}\nA,${other === "2008-01" ? "2008-01-31" : "2008-01"},1\nA,${other},2`;
      refused(beside, "PRICES_DATE_REPEATED", { line: 3, value: "2008-01 A", reason: again });
    }
  });

  const half = ONE / 2n;
  const of = (text: string, file = "own.csv") =>
    parsePriceFile(text, file).map(({ symbol, month, price }) => [symbol, formatMonth(month), price]);

  it("takes of the days of a month the last one, wherever it stands", () => {
    const text = `${HEADER}\nA,2008-01-02,1\nA,2008-01-31,3\nA,2008-01-30,2\nA,2008-02-01,4`;
    expect(of(text)).to.deep.equal([
      ["A", "2008-01", 3n * ONE],
      ["A", "2008-02", 4n * ONE],
    ]);
  });

  it("takes a column for each symbol, whose gaps are gaps", () => {
    expect(of("Date,AAPL,msft\n2008-01,1.5,2\n2008-02,,3\n2008-03,null,4")).to.deep.equal([
      ["AAPL", "2008-01", 3n * half],
      ["msft", "2008-01", 2n * ONE],
      ["msft", "2008-02", 3n * ONE],
      ["msft", "2008-03", 4n * ONE],
    ]);
  });

  it("takes one file a symbol with open, high, low and close, by the file's name", () => {
    const stooq = "Date,Open,High,Low,Close,Volume\n2008-01-30,9,9,9,1.5,100\n2008-01-31,9,9,9,2,100";
    expect(of(stooq, "/data/aapl_us_d.csv")).to.deep.equal([["AAPL", "2008-01", 2n * ONE]]);
    const yahoo =
      "Date,Open,High,Low,Close,Adj Close,Volume\n2008-01-31,9,9,9,2,0.5,7\n2008-02-01,null,null,null,null,null,null";
    expect(of(yahoo, "MSFT.csv"), "adjusted for splits").to.deep.equal([["MSFT", "2008-01", half]]);
    expect(of("Ticker,Date,Close\nA,20080131,2")).to.deep.equal([["A", "2008-01", 2n * ONE]]);
  });

  it("takes semicolons and tabs, and with them a comma for the point", () => {
    expect(of("symbol;date;price\nA;2008-01;1,5\nA;2008-02;2.5")).to.deep.equal([
      ["A", "2008-01", 3n * half],
      ["A", "2008-02", 5n * half],
    ]);
    expect(of("date\tA\n2008-01\t0,5")).to.deep.equal([["A", "2008-01", half]]);
    refused('symbol,date,price\nA,2008-01,"1,5"', "PRICES_LINE_BROKEN", {
      line: 2,
      value: "1,5",
      reason: "a plain decimal price is wanted",
    });
  });

  it("refuses a file of symbols without prices, and one of dates alone", () => {
    refused("symbol,date\nA,2008-01", "PRICES_HEADER", { line: 1, value: "symbol,date", reason: "no column price" });
    refused("date\n2008-01", "PRICES_HEADER", { line: 1, value: "date", reason: "no column symbol, price" });
  });
});
