/** The picture of a maker's losses is drawn from the formula, and the limits that the text names are the contracts'. */
import { readFileSync } from "node:fs";

import { expect } from "chai";

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

describe("The page on makers", () => {
  it("has the losses as they follow from the formula", () => {
    const [, drawn = ""] = PICTURE.exec(readFileSync(PAGE, "utf8")) ?? [];
    const expected = [50n, 60n, 70n, 80n, 90n, 95n, 100n].map(line);
    expect(drawn.trimEnd().split("\n")).to.deep.equal(expected);
  });
});
