import { expect } from "chai";

import { distanceOf, learnedOf, lnOf, potentialOf, type Told } from "../../src/measures/nats.js";
import { priorOf } from "../../lab/command/prior.js";
import { ONE } from "../../src/protocol/maker/fixed-point.js";
import type { RootNow } from "../../src/protocol/maker/maker.js";
import { sharesOf } from "../../src/protocol/maker/root-now.js";
import { lots, ticks } from "../../src/protocol/amounts/units.js";

const LN_2 = 693_147_180_559_945_309n;
const EVENT: RootNow = { kind: "legs", scale: ticks(100n), most: [100n, 100n].map(ticks), isBasket: false };
const POINTS: RootNow = {
  kind: "points",
  points: [0n, 30n, 100n].map(ticks),
  strikes: [],
  bounds: { lower: ticks(0n), upper: ticks(100n) },
};
const uniform = (count: number) => ({ liquidity: lots(100n), prior: new Array<bigint>(count).fill(1n), points: [] });
const near = (value: bigint, wanted: bigint): void => {
  const off = value > wanted ? value - wanted : wanted - value;
  expect(off <= 100n, `${value} is not ${wanted}`).to.equal(true);
};

describe("nats", function () {
  it("are logarithms of quotients, either way", function () {
    near(lnOf(2n, 1n), LN_2);
    near(lnOf(1n, 2n), -LN_2);
    expect(lnOf(7n, 7n)).to.equal(0n);
  });

  it("between an outcome and a uniform prior are ln m less the outcome's own entropy", function () {
    near(distanceOf(uniform(2), { shares: [1n, 0n], total: 1n }), LN_2);
    near(distanceOf(uniform(2), { shares: [1n, 1n], total: 2n }), 0n);
    near(distanceOf(uniform(2), { shares: [7n, 3n], total: 10n }), 82_282_878_505_051_800n);
    near(distanceOf(uniform(3), { shares: [2n, 3n, 5n], total: 10n }), 68_959_274_603_536_200n);
  });

  it("of a maker that has sold nothing are none, and of one whose price is near 1 all there are", function () {
    const story: Told = { maker: uniform(2), root: EVENT, outcome: [1n, 0n] };
    const nothing = [0n, 0n].map(lots);
    expect([potentialOf(story.maker, EVENT, nothing), learnedOf(story, EVENT, nothing)]).to.deep.equal([0n, 0n]);
    const sold = [-4_000n, 0n].map(lots);
    near(learnedOf(story, EVENT, sold), LN_2);
    expect(learnedOf({ ...story, outcome: [0n, 1n] }, EVENT, sold) < -39n * ONE).to.equal(true);
  });

  it("of news are what rules the rest out: an outcome struck out leaves ln 2 of two alike", function () {
    const left: RootNow = { ...EVENT, most: [100n, 0n].map(ticks) };
    const nothing = [0n, 0n].map(lots);
    near(potentialOf(uniform(2), EVENT, nothing) - potentialOf(uniform(2), left, nothing), LN_2);
  });
});

describe("shares of vertices", function () {
  it("are the outcome's weights of legs", function () {
    expect(sharesOf(EVENT, [3n, 1n])).to.deep.equal({ shares: [3n, 1n], total: 4n });
    expect(() => sharesOf(EVENT, ticks(3n))).to.throw(TypeError);
  });

  it("are divided between the breakpoints around a number, whose mean it is", function () {
    for (const [y, shares, total] of [
      [0n, [30n, 0n, 0n], 30n],
      [10n, [20n, 10n, 0n], 30n],
      [30n, [0n, 30n, 0n], 30n],
      [65n, [0n, 35n, 35n], 70n],
      [100n, [0n, 0n, 70n], 70n],
      [120n, [0n, 0n, 70n], 70n],
      [-1n, [30n, 0n, 0n], 30n],
    ] as const) {
      expect(sharesOf(POINTS, ticks(y)), String(y)).to.deep.equal({ shares, total });
    }
  });
});

describe("a study's prior", function () {
  it("keeps proportions, and is one that a maker takes", function () {
    expect(priorOf([1n, 3n])).to.deep.equal([2_100n, 6_100n]);
    const weights = priorOf([1n, ...new Array<bigint>(15).fill(0n)]);
    expect(weights.reduce((a, b) => a + b) <= 128n * 100n).to.equal(true);
    expect(Math.min(...weights.map(Number))).to.equal(100);
  });
});
