import { expect } from "chai";

import { kyleAuction, ladderOutcome, nextLambda, sequentialKyle } from "../../../src/measures/theory/kyle.js";

/** λ_n, β_n·Δt and Σ_n for σ_v = σ_u = 1, computed outside this project. */
const TABLE: Readonly<Record<number, readonly (readonly [number, number, number])[]>> = {
  1: [[0.5, 1, 0.5]],
  2: [
    [0.652882, 0.471721, 0.692021],
    [0.588227, 0.850012, 0.346011],
  ],
  4: [
    [0.764797, 0.232564, 0.822136],
    [0.756758, 0.296768, 0.637499],
    [0.737208, 0.417764, 0.441163],
    [0.664201, 0.752784, 0.220582],
  ],
  10: [
    [0.865319, 0.094212, 0.918476],
    [0.86471, 0.103389, 0.836363],
    [0.863884, 0.114645, 0.753529],
    [0.862724, 0.128804, 0.669795],
    [0.861015, 0.147207, 0.5849],
    [0.858334, 0.172201, 0.498449],
    [0.853742, 0.208335, 0.409792],
    [0.844767, 0.26585, 0.317761],
    [0.822943, 0.37424, 0.219897],
    [0.741446, 0.674358, 0.109949],
  ],
};
const PROFITS = { 1: 0.5, 2: 0.620555, 4: 0.730741, 10: 0.843888, 100: 0.971441 };
const SIX_DIGITS = 1.5e-6;

describe("Kyle's single auction", function () {
  it("has the λ, the β and the profit of his first theorem", function () {
    expect(kyleAuction(400, 1_000)).to.deep.equal({
      lambda: 0.2,
      beta: 2.5,
      leftVariance: 80_000,
      insiderProfit: 200_000,
    });
  });

  it("is where a maker that learns ends", function () {
    const path = [0.25];
    for (let k = 0; k < 5; k += 1) path.push(nextLambda(path.at(-1)!));
    for (const [k, wanted] of [0.25, 0.470588, 0.770538, 0.966963, 0.999436, 1].entries()) {
      expect(path[k]).to.be.closeTo(wanted, SIX_DIGITS);
    }
  });
});

describe("Kyle's auctions one after the other", function () {
  for (const [count, rows] of Object.entries(TABLE)) {
    it(`are those of the table for N = ${count}`, function () {
      const { steps } = sequentialKyle(Number(count));
      expect(steps).to.have.length(rows.length);
      steps.forEach(({ lambda, trade, left }, n) => {
        [lambda, trade, left].forEach((value, k) =>
          expect(value, `${n + 1}.${k}`).to.be.closeTo(rows[n]![k]!, SIX_DIGITS),
        );
      });
    });
  }

  it("pay the insider more the more of them there are, up to all of σ_v·σ_u", function () {
    for (const [count, profit] of Object.entries(PROFITS)) {
      expect(sequentialKyle(Number(count)).insiderProfit).to.be.closeTo(profit, SIX_DIGITS);
    }
  });

  it("satisfy the recursion that they come from", function () {
    for (const count of [3, 7, 25]) {
      const { steps } = sequentialKyle(count);
      let before = 1;
      for (const { lambda, trade, left } of steps) {
        expect(lambda).to.be.closeTo(trade * count * left, 1e-9); // λ_n = β_n·Σ_n
        expect(left).to.be.closeTo((1 - lambda * trade) * before, 1e-9);
        before = left;
      }
      expect(steps.at(-1)!.lambda * steps.at(-1)!.trade).to.be.closeTo(0.5, 1e-9); // the last is a single auction
    }
  });

  it("is in the rounds of Huddart, Hughes and Levine where noise of 1 comes in each of two", function () {
    expect(sequentialKyle(2).steps[0]!.lambda * Math.SQRT1_2).to.be.closeTo(0.4617, 5e-5);
  });
});

describe("a ladder", function () {
  it("twice as steep as λ breaks even, a flatter one pays for what it learns, a steeper one earns", function () {
    expect(ladderOutcome(400, 1_000, 0.4)).to.deep.equal({ rSquared: 0.5, makerProfit: 0, insiderProfit: 200_000 });
    const [flat, steep] = [0.2, 0.8].map((slope) => ladderOutcome(400, 1_000, slope));
    expect([flat!.rSquared, flat!.makerProfit]).to.deep.equal([0.8, -300_000]);
    expect(steep!.rSquared).to.be.closeTo(0.2, 1e-12);
    expect(steep!.makerProfit).to.be.closeTo(300_000, 1e-6);
  });
});
