/** The page's stress test: what is typed comes back from the address, rows sum to zero, and what is saved is what was computed. */
import { expect } from "chai";

import {
  readRisk,
  riskCsv,
  type RiskInput,
  riskTable,
  strengthOf,
  writeRisk,
} from "../../../../app/views/risk/model.js";
import { tableLines } from "../../../../src/input/text-table.js";
import { RuleError } from "../../../../src/protocol/amounts/errors.js";
import { equals, fraction } from "../../../../src/protocol/amounts/fraction.js";
import { inKnownUnit } from "../../../../src/protocol/value/stress-units.js";
import { assets, count, ground, holdings, input } from "./ground.js";

describe("riskTable", () => {
  it("has a row for each combination of shocks, a column for each holder and what nobody's account has", () => {
    const { table, names, unit } = riskTable(input, ground);
    expect(table.rows.map(({ name }) => name)).to.have.length(count >= 2 ? 9 : 3);
    expect(table.rows[0]?.name).to.match(/^A1 -30%/);
    expect(names).to.deep.equal([...holdings.traders, "undecided markets", "outside the book"]);
    expect(unit).to.equal("the prices’ unit");
  });

  it("sums to zero in every row, whatever it counts in and from", () => {
    for (const numeraire of ["price", "basket", "1"]) {
      for (const baseline of ["deposits", "equal"] as const) {
        for (const { name, profitTotal, profits } of riskTable({ ...input, numeraire, baseline }, ground).table.rows) {
          expect(profitTotal.numerator, `${name} in ${numeraire} from ${baseline}`).to.equal(0n);
          expect(profits.some(({ numerator }) => numerator !== 0n)).to.equal(true);
        }
      }
    }
  });

  it("is as it is without shocks", () => {
    const { table } = riskTable({ ...input, ranges: assets.map(() => undefined) }, ground);
    expect(table.rows.map(({ name }) => name)).to.deep.equal(["as it is"]);
  });

  it("takes shocks that are amounts, or of the ratio to another asset's price", () => {
    const [first, second] = assets;
    const pricesOf = (more: Partial<typeof input>): (readonly [string, number[]])[] =>
      riskTable({ ...input, ...more }, ground).run.scenarios.map(({ name, prices }) => [name, prices.map((price) => Number(price) / 1e36)]); // prettier-ignore
    const range = (asset: number) => assets.map((_, k) => (k === asset ? { from: "-10", to: "10", steps: "2" } : undefined)); // prettier-ignore
    const base = input.prices.map(Number);
    expect(pricesOf({ shocks: "absolute", ranges: range(1) })).to.deep.equal([
      [`${second!.symbol} -10`, base.with(1, 91.25)],
      [`${second!.symbol} +10`, base.with(1, 111.25)],
    ]);
    // The reference's own shock is of its price, and moves all others with it.
    const ratio = pricesOf({ shocks: "ratio", reference: "1", ranges: range(0) });
    expect(ratio.map(([name]) => name)).to.deep.equal([`${first!.symbol} -10%`, `${first!.symbol} +10%`]);
    ratio.forEach(([, prices], k) => {
      prices.forEach((price, leg) => expect(price).to.be.closeTo(base[leg]! * (k === 0 ? 0.9 : 1.1), 1e-9));
    });
    expect(() => pricesOf({ shocks: "ratio", reference: "99" })).to.throw(RuleError, "SHAPE_MISMATCH");
  });

  it("knows the table of two assets' shocks, row by row, and of no others", () => {
    const { grid, table } = riskTable(input, ground);
    expect([grid!.rows.length, grid!.columns.length]).to.deep.equal([3, 3]);
    const names = grid!.rows.flatMap((row) => grid!.columns.map((column) => `${row} ${column}`));
    expect(names).to.deep.equal(table.rows.map(({ name }) => name));
    expect(riskTable({ ...input, ranges: input.ranges.with(1, undefined) }, ground).grid).to.equal(undefined);
  });

  it("refuses what is no price, no number of steps and no unit, with the library's own words", () => {
    const codeOf = (change: Partial<RiskInput>): string | undefined => {
      try {
        riskTable({ ...input, ...change }, ground);
        return undefined;
      } catch (error) {
        return error instanceof RuleError ? error.code : String(error);
      }
    };
    expect(codeOf({ prices: assets.map(() => "abc") })).to.equal("AMOUNT_MALFORMED");
    expect(codeOf({ ranges: [{ from: "-30", to: "30", steps: "1" }] })).to.equal("SHAPE_MISMATCH");
    expect(codeOf({ ranges: [{ from: "-30", to: "30", steps: "99999" }] })).to.equal("OUTCOMES_TOO_MANY");
    expect(codeOf({ ranges: [{ from: "-130", to: "30", steps: "3" }] })).to.equal("AMOUNT_OUT_OF_RANGE");
    expect(codeOf({ numeraire: "9" })).to.equal("SHAPE_MISMATCH");
  });
});

describe("readRisk", () => {
  it("reads back what was written", () => {
    const whole: RiskInput = { ...input, numeraire: "2", baseline: "equal", outcomes: new Map([[2, "83.5"], [7, "1"]]) }; // prettier-ignore
    expect(readRisk(writeRisk(whole), count)).to.deep.equal(whole);
    expect(readRisk(writeRisk(input), count)).to.deep.equal(input);
  });

  it("reads back what shocks are, and says nothing of what is usual", () => {
    const relative = readRisk("", count);
    expect([relative.shocks, writeRisk(relative)]).to.deep.equal([undefined, ""]);
    for (const query of ["kind=absolute", "kind=ratio", "kind=ratio&ref=2"]) {
      expect(writeRisk(readRisk(query, count))).to.equal(query);
    }
    expect(readRisk("kind=wild&ref=2", count)).to.deep.equal(relative);
  });

  it("takes an empty address, and one that somebody made up", () => {
    const nothing = { ...input, prices: assets.map(() => ""), ranges: assets.map(() => undefined) };
    expect(readRisk("", count)).to.deep.equal(nothing);
    expect(readRisk("s1=5&base=x&root=3&rootx=1&p99=4&root2=", count)).to.deep.equal(nothing);
  });
});

describe("riskCsv", () => {
  it("gives the same fractions when it is read again", () => {
    const risk = riskTable(input, ground);
    const [header, ...lines] = tableLines(riskCsv(risk));
    expect(header?.cells).to.have.length(6);
    expect(lines).to.have.length(risk.table.rows.length * risk.names.length);
    lines.forEach(({ cells = [] }, index) => {
      const row = risk.table.rows[Math.floor(index / risk.names.length)]!;
      const column = index % risk.names.length;
      const [, holder, ...numbers] = cells;
      const [vn = 0n, vd = 0n, gn = 0n, gd = 0n] = numbers.map(BigInt);
      expect(holder).to.equal(risk.names[column]);
      expect(equals(fraction(vn, vd), inKnownUnit(row.values[column]!, risk.scale))).to.equal(true);
      expect(equals(fraction(gn, gd), inKnownUnit(row.profits[column]!, risk.scale))).to.equal(true);
    });
  });

  it("holds no formula and no broken cell, whatever an asset calls itself", () => {
    const named = { ...ground, assets: assets.map((asset) => ({ ...asset, symbol: '=cmd|"x"' })) };
    const [, line] = riskCsv(riskTable(input, named)).split("\r\n");
    expect(line).to.match(/^"'=cmd\|""x"" -30%/);
  });
});

describe("strengthOf", () => {
  it("is a part of the greatest, with its sign, and nothing where all is nothing", () => {
    expect(strengthOf(fraction(-1n, 4n), fraction(1n, 2n))).to.equal(-0.5);
    expect(strengthOf(fraction(1n, 2n), fraction(1n, 2n))).to.equal(1);
    expect(strengthOf(fraction(0n), fraction(0n))).to.equal(0);
  });
});
