/** A root's records as steps: order, what each determined, and the rows and pictures that come of them. */
import { expect } from "chai";

import {
  type BoundsRow,
  leftText,
  outcomesOf,
  stepRows,
  stepsOf,
  telescopeOf,
  whatOf,
} from "../../../../app/views/markets/steps.js";
import { formatDay, formatMoment } from "../../../../app/ui/time.js";
import type { Ticks, TokenWei } from "../../../../src/protocol/amounts/units.js";
import { eliminationPicture } from "../../../../src/pictures/elimination.js";
import { telescopePicture } from "../../../../src/pictures/telescope.js";
import { eventRoot, rainRoot } from "./roots.js";

/** Rows of one record, a branch each. */
function rowsOf(
  blockNumber: number,
  cause: BoundsRow["cause"],
  bounds: readonly (readonly [number, number])[],
  rest: Partial<BoundsRow> = {},
): BoundsRow[] {
  return bounds.map(([lower, upper], index) => ({
    blockNumber,
    position: index,
    timestamp: BigInt(1_000 * blockNumber),
    logIndex: 4,
    transactionHash: `0x${blockNumber}`,
    marketRootId: 2,
    marketBranchId: index + 1,
    cause,
    lower: BigInt(lower) as Ticks,
    upper: BigInt(upper) as Ticks,
    settled: false,
    description: "",
    ...rest,
  }));
}

const MADE = rowsOf(1, "made", [[0, 2_500]]);
const BRANCHED = rowsOf(2, "branched", [
  [0, 2_500],
  [800, 1_600],
]);
const WET = rowsOf(3, "bounded", [
  [300, 2_500],
  [800, 1_600],
]);
const DRY = rowsOf(5, "bounded", [
  [300, 700],
  [800, 800],
]);
const OVER = rowsOf(
  6,
  "fallback",
  [
    [600, 600],
    [800, 800],
  ],
  { settled: true },
);
const ALL = [OVER, MADE, DRY, WET, BRANCHED].flat();

const freed = (blockNumber: number, wei: bigint) => ({
  blockNumber,
  logIndex: 4,
  transactionHash: "0x",
  timestamp: 0n,
  record: undefined,
  link: undefined,
  isLinkRight: true,
  speaker: undefined,
  freed: wei as TokenWei,
});

describe("stepsOf", () => {
  const steps = stepsOf(ALL, [freed(5, 3n * 10n ** 17n)]);

  it("puts records into the order of the chain, whatever order a source gives", () => {
    expect(steps.map(({ blockNumber }) => blockNumber)).to.deep.equal([1, 2, 3, 5, 6]);
    expect(stepsOf([...ALL].reverse())).to.deep.equal(stepsOf(ALL));
  });

  it("says which branches each has determined, once", () => {
    expect(steps.map(({ determined }) => determined)).to.deep.equal([[], [], [], [2], [1]]);
    expect(steps.map(whatOf)).to.deep.equal([
      "the root was made",
      "a branch was made",
      "bounds were tightened",
      "bounds were tightened; branch 2 determined",
      "the fallback was applied; branch 1 determined; settled",
    ]);
  });

  it("has what was set free only where somebody has counted", () => {
    expect(steps.map((step) => step.freed)).to.deep.equal([
      undefined,
      undefined,
      undefined,
      3n * 10n ** 17n,
      undefined,
    ]);
  });

  it("has nothing of no records", () => {
    expect(stepsOf([])).to.deep.equal([]);
  });

  it("keeps two records of one block apart", () => {
    const twice = [...rowsOf(3, "bounded", [[1, 9]]), ...rowsOf(3, "bounded", [[2, 9]], { logIndex: 7 })];
    expect(stepsOf(twice).map(({ bounds }) => bounds[0]?.lower)).to.deep.equal([1n, 2n]);
  });
});

describe("telescopeOf", () => {
  const root = rainRoot([600, 600], { settled: true });
  const steps = stepsOf(ALL, [freed(5, 3n * 10n ** 17n)]);
  const about = { until: 6_000n, prices: [{ timestamp: 2_500n, priceTicks: 1_234n }], symbol: "MTL" };
  const data = telescopeOf(root, "Rain", steps, about);

  it("gives the root's own bounds in its unit, strikes inside as rules, and the price of branch 1", () => {
    expect(data.unit).to.equal("mm");
    expect(data.steps.map(({ lower, upper }) => `${lower.text}/${upper.text}`)).to.deep.equal([
      "0 mm/250 mm",
      "0 mm/250 mm",
      "30 mm/250 mm",
      "30 mm/70 mm",
      "60 mm/60 mm",
    ]);
    expect(data.strikes?.map(({ text }) => text)).to.deep.equal(["80 mm", "160 mm"]);
    expect(data.price?.map(({ value }) => value.text)).to.deep.equal(["123.4 mm"]);
    expect(data.steps[3]?.freed?.text).to.equal("0.3 MTL");
  });

  it("makes a picture whose sentence names the least, the greatest and how it stands, and a table of the same rows", () => {
    const { caption, table } = telescopePicture(data);
    expect(caption).to.equal(
      `5 records. At first between 0 mm and 250 mm. Least: 0.3 MTL set free on ${formatMoment(5_000)}. ` +
        `Greatest: 0.3 MTL set free on ${formatMoment(5_000)}. Now (${formatMoment(6_000)}): determined at 60 mm.`,
    );
    const rows = stepRows(root, steps, "MTL");
    expect(rows).to.have.length(table.rows.length);
    expect(rows.map(({ when }) => when)).to.deep.equal(table.rows.map(([when]) => when));
    expect(rows.map(({ determined }) => determined)).to.deep.equal(["", "", "", "2.2", "2.1"]);
    expect(rows[3]?.freed).to.equal("0.3 MTL");
  });

  it("says so where nothing was read", () => {
    const nothing = telescopePicture(telescopeOf(root, "Rain", [], { ...about, prices: [] }));
    expect(nothing.caption).to.equal("No records.");
  });
});

describe("outcomesOf", () => {
  const struck = rowsOf(4, "bounded", [
    [0, 60],
    [0, 0],
    [40, 100],
  ]);
  const root = eventRoot([
    [0, 60],
    [0, 0],
    [40, 100],
  ]);
  const [october, november, december] = outcomesOf(root, stepsOf(struck), [0n, 0n, -3n]);

  it("gives each outcome the span of its weight, and those that cannot be the block and time of their end", () => {
    expect([october?.lower.text, october?.upper.text]).to.deep.equal(["0 %", "60 %"]);
    expect([october?.lower.value, october?.upper.value]).to.deep.equal([0, 0.6]);
    expect(october?.struckOut).to.equal(undefined);
    expect(november?.struckOut).to.equal(`block 4, ${formatDay(4_000)}`);
    expect(leftText(root)).to.equal("3 → 2 left · 1 struck out");
  });

  it("takes the middle of bid and offer as the price, exactly, or the only one there is", () => {
    const priced = (bestBid: bigint | null, bestAsk: bigint | null) => {
      const [first, ...rest] = root.branches;
      const branches = [{ ...first!, bestBid: bestBid as Ticks | null, bestAsk: bestAsk as Ticks | null }, ...rest];
      return outcomesOf({ ...root, branches }, [])[0]?.price?.text;
    };
    expect(priced(20n, 25n)).to.equal("22.5 %");
    expect(priced(20n, null)).to.equal("20 %");
    expect(priced(null, 25n)).to.equal("25 %");
    expect(priced(null, null)).to.equal(undefined);
  });

  it("names own lots where there are any, and claims no block that was not read", () => {
    expect(december?.own).to.equal("my -3 lots");
    expect(october?.own).to.equal(undefined);
    expect(outcomesOf(root, [])[1]?.struckOut).to.equal("by a record that is not read yet");
  });

  it("makes a picture with a sentence of how many are left", () => {
    const { caption } = eliminationPicture("Wettest month", outcomesOf(root, stepsOf(struck)));
    expect(caption).to.match(/3 outcomes\. No prices\. Now: 2 left, 1 struck out\.$/);
  });
});
