import { expect } from "chai";

import {
  ABOVE_30,
  BRANCH_NAMES,
  formatMm,
  millimetres,
  ROOT,
  STRIP_BRANCHES,
  STRIPS,
  stripReached,
  TICK_VALUE,
} from "../../../lab/rainfall/contract.js";
import { MAX_BRANCHES } from "../../../src/protocol/amounts/limits.js";
import { ticks } from "../../../src/protocol/amounts/units.js";

describe("rainfall contract", () => {
  it("pays one token for each 10 mm above 30 mm", () => {
    const paid = (rain: bigint) => (rain - ABOVE_30.lower) * TICK_VALUE;
    expect(paid(millimetres(40))).to.equal(10n ** 18n);
    expect(paid(millimetres(75))).to.equal(45n * 10n ** 17n);
  });

  it("has as many branches as a root can have: the root, that contract, and thirty strips without a gap", () => {
    expect(BRANCH_NAMES).to.have.length(MAX_BRANCHES);
    expect(STRIP_BRANCHES.at(-1)).to.equal(MAX_BRANCHES);
    let edge = ROOT.lower;
    for (const { lower, upper } of STRIPS) {
      expect(lower).to.equal(edge);
      edge = upper;
    }
    expect(edge).to.equal(ROOT.upper);
    expect(BRANCH_NAMES[STRIP_BRANCHES[3]! - 1]).to.equal("strip 30-40");
  });

  it("hears news of rain on the strip that it has reached", () => {
    expect(stripReached(ticks(1n))).to.equal(3);
    expect(stripReached(ticks(100n))).to.equal(3); // the first strip is full, nothing is known of the second
    expect(stripReached(ticks(101n))).to.equal(4);
    expect(stripReached(ticks(3000n))).to.equal(32);
    expect(stripReached(ticks(3500n))).to.equal(32);
  });

  it("writes tenths where there are any", () => {
    expect([0n, 5n, 120n, 2126n].map(formatMm)).to.deep.equal(["0", "0.5", "12", "212.6"]);
  });
});
