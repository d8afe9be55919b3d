import { expect } from "chai";
import fc from "fast-check";

import { adjustment, type Fill, herdingOf, moodOf, sidesOf } from "../../src/risk/herding.js";
import { expectRiskError, number } from "./support.js";

/** Plain: every number of buyers, with its binomial probability by multiplication. */
function plainly(traders: number, mood: number): number {
  let sum = 0;
  for (let k = 0; k <= traders; k += 1) {
    let ways = 1;
    for (let i = 1; i <= k; i += 1) ways = (ways * (traders - k + i)) / i;
    sum += ways * mood ** k * (1 - mood) ** (traders - k) * Math.abs(k / traders - mood);
  }
  return sum;
}

describe("herding", function () {
  it("expects so much of chance alone", function () {
    expect(adjustment(5, 0.5)).to.be.closeTo(0.1875, 1e-15);
    expect(adjustment(10, 0.5)).to.be.closeTo(0.123046875, 1e-15);
    expect(adjustment(20, 0.5)).to.be.closeTo(0.0880985, 5e-8);
  });

  it("of eight buyers among ten, where half buy, is 0.176953125", function () {
    expect(herdingOf({ buyers: 8, traders: 10 }, 0.5)).to.be.closeTo(0.176953125, 1e-15);
    expect(herdingOf({ buyers: 2, traders: 10 }, 0.5)).to.be.closeTo(0.176953125, 1e-15);
  });

  it("is below zero where sides are more even than chance", function () {
    expect(herdingOf({ buyers: 5, traders: 10 }, 0.5)).to.be.closeTo(-0.123046875, 1e-15);
  });

  it("expects what the sum over all numbers of buyers gives", function () {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), number(0, 1), (traders, mood) => {
        expect(adjustment(traders, mood)).to.be.closeTo(plainly(traders, mood), 1e-12);
      }),
    );
    expect(adjustment(1, 0.5)).to.be.closeTo(0.5, 1e-15);
    for (const mood of [0, 1]) expect(adjustment(7, mood)).to.equal(0);
  });

  it("of many traders expects nearly nothing: √(2 p(1-p) / πn)", function () {
    expect(adjustment(1_000_000, 0.5)).to.be.closeTo(Math.sqrt(0.5 / (Math.PI * 1e6)), 1e-9);
  });

  it("takes the mood of all markets together", function () {
    expect(moodOf([{ buyers: 3, traders: 4 }, { buyers: 1, traders: 4 }])).to.equal(0.5); // prettier-ignore
    expect(moodOf([])).to.equal(undefined);
    expect(moodOf([{ buyers: 0, traders: 0 }])).to.equal(undefined);
  });

  it("refuses what nobody can count", function () {
    for (const traders of [0, -1, 1.5, NaN]) {
      expectRiskError(() => adjustment(traders, 0.5), "PARAMETER_INVALID", { what: "traders" });
    }
    for (const mood of [-0.1, 1.1, NaN]) {
      expectRiskError(() => adjustment(5, mood), "PARAMETER_INVALID", { what: "mood" });
    }
    for (const buyers of [-1, 11, 0.5]) {
      expectRiskError(() => herdingOf({ buyers, traders: 10 }, 0.5), "PARAMETER_INVALID", { what: "buyers" });
    }
  });
});

describe("sidesOf", function () {
  const fill = (maker: string, taker: string, lots: bigint, timestamp: bigint, more: Partial<Fill> = {}): Fill => ({
    marketRootId: 1,
    marketBranchId: 1,
    maker,
    taker,
    lots,
    takerBuys: true,
    timestamp,
    ...more,
  });

  it("counts who has bought more than sold, and who the other way, in each period and market", function () {
    const found = sidesOf(
      [
        fill("ann", "bob", 5n, 119n),
        fill("cyd", "bob", 1n, 100n),
        fill("bob", "dan", 9n, 110n, { takerBuys: false }), // Dan sells to Bob
        fill("ann", "bob", 5n, 20n, { marketBranchId: 2 }),
        fill("ann", "bob", 5n, 120n),
      ],
      60n,
    );
    expect([...found]).to.deep.equal([
      [0n, [{ marketRootId: 1, marketBranchId: 2, buyers: 1, traders: 2 }]],
      [60n, [{ marketRootId: 1, marketBranchId: 1, buyers: 1, traders: 4 }]],
      [120n, [{ marketRootId: 1, marketBranchId: 1, buyers: 1, traders: 2 }]],
    ]);
  });

  it("leaves out who has bought as much as sold, and knows no period without fills", function () {
    const there = fill("ann", "bob", 5n, 1n);
    const back = fill("ann", "bob", 5n, 2n, { takerBuys: false });
    expect(sidesOf([there, back], 60n).get(0n)).to.deep.equal([
      { marketRootId: 1, marketBranchId: 1, buyers: 0, traders: 0 },
    ]);
    expect(sidesOf([], 60n).size).to.equal(0);
  });
});
