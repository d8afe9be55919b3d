/** The picture of a maker's losses is drawn from the formula, and the limits that the text names are the contracts'. */
import { readFileSync } from "node:fs";

import { expect } from "chai";

import { quotedTo, sandwichOf, wholeLimit, worstSandwich } from "../../trials/maker/sandwich.js";
import { exact, exactLn } from "../protocol/maker/exact.js";

const PAGE = "docs/makers.md";
const WIDTH = 42n;
const PICTURE = /<!-- losses: [^>]*-->\n\n((?: {4}.*\n)+)\n<!-- end of losses -->/;

/** ln 2 − H(w, 1 − w), of w in percent. */
function lossAt(percent: bigint): bigint {
  return [percent, 100n - percent].reduce(
    (sum, share) => (share === 0n ? sum : sum + (exactLn(exact(2n * share, 100n)) * share) / 100n),
    0n,
  );
}

function line(percent: bigint): string {
  const loss = lossAt(percent);
  const tenThousandths = (loss * 10_000n + exact(1n) / 2n) / exact(1n);
  const bar = "█".repeat(Number((loss * WIDTH + lossAt(100n) / 2n) / lossAt(100n)));
  const other = (100n - percent).toString().padStart(percent === 100n ? 1 : 2);
  const all = percent === 100n ? " all that was paid in" : "";
  return `    ${percent} : ${other}  0.${tenThousandths.toString().padStart(4, "0")}  ${bar}${all}`.trimEnd();
}

const TABLE = /<!-- sandwiches: [^>]*-->\n\n((?: {4}.*\n)+)\n<!-- end of sandwiches -->/;
const LIQUIDITY = 1_000n;
const SCALE = 10_000n;
const HEADER = ["lots", "limit", "gets", "pays more, ticks a lot", "sandwich gains", "stake, lots at a weight of 1"];

/** A decimal place, rounded half up. */
const tenths = (value: bigint, unit: bigint): string => {
  const rounded = (20n * value + unit) / (2n * unit);
  return `${rounded / 10n}.${rounded % 10n}`;
};

/** The worst sandwich of an order. @param above ticks over the least limit that fills it whole; undefined without a limit */
function sandwichLine(lots: bigint, above: bigint | undefined): string[] {
  const limit = above === undefined ? SCALE : wholeLimit({ liquidity: LIQUIDITY, lots }) + above;
  const { got, overpaid, gained, staked } = worstSandwich({ liquidity: LIQUIDITY, lots, limit });
  const more = got === 0n ? "-" : tenths(overpaid, got);
  return [
    String(lots),
    above === undefined ? "none" : String(limit),
    String(got),
    more,
    String(gained),
    tenths(staked, SCALE),
  ];
}

function drawn(rows: readonly (readonly string[])[]): string[] {
  const widths = HEADER.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) => `    ${row.map((cell, column) => cell.padStart(widths[column]!)).join("  ")}`);
}

describe("The page on makers", () => {
  it("has the sandwiches as they are reckoned", () => {
    const [, table = ""] = TABLE.exec(readFileSync(PAGE, "utf8")) ?? [];
    const rows = [10n, 100n, 500n].flatMap((lots) => [undefined, 0n, 50n].map((above) => sandwichLine(lots, above)));
    expect(table.trimEnd().split("\n")).to.deep.equal(drawn([HEADER, ...rows]));
  });

  it("says rightly that who makes a sandwich gains no more than the order pays more, and that limits hold", () => {
    for (const lots of [1n, 10n, 100n, 500n]) {
      const whole = wholeLimit({ liquidity: LIQUIDITY, lots });
      const quoted = quotedTo({ liquidity: LIQUIDITY, lots });
      for (const limit of [quoted, whole, whole + 50n, SCALE]) {
        for (const before of [1n, 7n, 100n, 500n, 3_000n]) {
          const { got, overpaid, gained } = sandwichOf({ liquidity: LIQUIDITY, lots, limit }, before);
          // A price is a whole number of ticks: what is compared is rounded by less than a tick a lot.
          expect(gained <= overpaid + got && overpaid >= 0n, `${lots} at ${limit} after ${before}`).to.equal(true);
          const alone = got === 0n ? 0n : quotedTo({ liquidity: LIQUIDITY, lots: got });
          expect(overpaid <= got * (limit - alone)).to.equal(true);
        }
      }
    }
  });

  it("says rightly which limit fills an order whole, and that its quoted price fills about half", () => {
    const victim = { liquidity: LIQUIDITY, lots: 100n };
    const gets = (limit: bigint): bigint => sandwichOf({ ...victim, limit }, 0n).got;
    expect([gets(wholeLimit(victim)), gets(wholeLimit(victim) - 1n) < 100n]).to.deep.equal([100n, true]);
    expect(gets(quotedTo(victim))).to.equal(50n);
  });

  it("has the losses as they follow from the formula", () => {
    const [, drawn = ""] = PICTURE.exec(readFileSync(PAGE, "utf8")) ?? [];
    const expected = [50n, 60n, 70n, 80n, 90n, 95n, 100n].map(line);
    expect(drawn.trimEnd().split("\n")).to.deep.equal(expected);
  });
});
