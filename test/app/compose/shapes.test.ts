import { expect } from "chai";
import fc from "fast-check";

import {
  composed,
  fittingStrikes,
  INTERVAL_SHAPES,
  type IntervalShapeName,
  strikePoints,
  type Wish,
} from "../../../app/views/compose/shapes.js";
import { cornersOf, vertexPayoffs, withLegs } from "../../../app/views/compose/payoff.js";

import type { IntervalRoot, SimplexRoot } from "../../../src/protocol/market/market-table.js";
import { opposite } from "../../../src/protocol/amounts/units.js";
import { payoffOfRoot } from "../../../src/protocol/margin/worth.js";
import type { Composition } from "../../../src/protocol/value/composition.js";
import { marketRootOf } from "../../../src/views/market-root.js";
import { anyBounds, between, everyOutcome, intervalOf, intervalTable } from "../../protocol/markets.js";
import { FIXED, tick, wei } from "../../protocol/support.js";
import { basketRoot, eventRoot } from "../views/markets/roots.js";

const strips = [0, 10, 20, 30, 40].map((low) => between(low, low + 10));
const rain = (lower: number, upper: number): IntervalRoot => ({
  ...intervalOf(intervalTable(between(0, 50), strips)),
  bounds: between(lower, upper),
  tickValue: wei(3),
});
const wish = (given: Partial<Wish>): Wish => ({
  ...{ shape: "call", side: "buy", strikes: [], picks: [], lots: "1", build: "few" },
  ...given,
});
const made = (...[root, asked, lots]: Parameters<typeof composed>): Composition => {
  const composition = composed(root, asked, lots);
  if ("problem" in composition) throw new Error(composition.problem);
  return composition;
};
const legsOf = ({ legs }: Composition): Record<number, bigint> =>
  Object.fromEntries(legs.map(({ marketBranchId, lots }) => [marketBranchId, lots]));
const problemOf = (...given: Parameters<typeof composed>): string | undefined => {
  const composition = composed(...given);
  return "problem" in composition ? composition.problem : undefined;
};

const up = (value: bigint): bigint => (value > 0n ? value : 0n);
const TEXTBOOK: Readonly<Record<IntervalShapeName, (y: bigint, k: readonly bigint[]) => bigint>> = {
  call: (y, [k = 0n]) => up(y - k),
  put: (y, [k = 0n]) => up(k - y),
  forward: (y, [k = 0n]) => y - k,
  callSpread: (y, [a = 0n, b = 0n]) => up(y - a) - up(y - b),
  putSpread: (y, [a = 0n, b = 0n]) => up(b - y) - up(a - y),
  straddle: (y, [k = 0n]) => up(y - k) + up(k - y),
  butterfly: (y, [a = 0n, b = 0n, c = 0n]) => up(y - a) - 2n * up(y - b) + up(y - c),
  digital: (y, [a = 0n, b = 0n]) => up(y - a) - up(y - b),
};

describe("a payoff that is wished for, on a number", function () {
  it("pays as its textbook says wherever the outcome can still be, bought or sold, of few or of narrow markets", function () {
    let composedOnes = 0;
    fc.assert(
      fc.property(
        anyBounds(0, 50),
        fc.constantFrom(...(Object.keys(INTERVAL_SHAPES) as IntervalShapeName[])),
        fc.constantFrom("buy" as const, "sell" as const),
        fc.constantFrom("few" as const, "narrow" as const),
        fc.bigInt({ min: 1n, max: 7n }),
        fc.array(fc.nat(), { minLength: 3, maxLength: 3 }),
        (bounds, shape, side, build, lots, draws) => {
          const root = { ...rain(0, 50), bounds };
          const points = strikePoints(root);
          const strikes = fittingStrikes(shape, [...draws.map((draw) => points[draw % points.length]!)], points);
          fc.pre(strikes.length === INTERVAL_SHAPES[shape].strikes);
          const composition = composed(root, wish({ shape, side, build, strikes }), lots);
          if ("problem" in composition) return;
          composedOnes += 1;
          const position = withLegs(root, [], composition);
          for (const y of everyOutcome(bounds)) {
            const pays = payoffOfRoot(root, position, [tick(y)]) + composition.constant * root.tickValue;
            expect(pays).to.equal((side === "buy" ? lots : -lots) * TEXTBOOK[shape](y, strikes) * root.tickValue);
          }
        },
      ),
      { ...FIXED, numRuns: 400 },
    );
    expect(composedOnes).to.be.greaterThan(200);
  });

  it("needs no market that is decided, and few where few will do", function () {
    expect(legsOf(made(rain(13, 50), wish({ strikes: [30n] }), 2n))).to.deep.equal({ 5: 2n, 6: 2n });
    expect(legsOf(made(rain(13, 50), wish({ strikes: [20n] }), 2n))).to.deep.equal({ 1: 2n, 3: -2n });
    expect(legsOf(made(rain(0, 50), wish({ shape: "forward", strikes: [20n] }), 1n))).to.deep.equal({ 1: 1n });
    expect(legsOf(made(rain(0, 50), wish({ shape: "forward", strikes: [20n], build: "narrow" }), 1n))).to.deep.equal({
      2: 1n,
      3: 1n,
      4: 1n,
      5: 1n,
      6: 1n,
    });
  });

  it("is told in words where there is nothing to trade, or no market that would make it up", function () {
    expect(problemOf(rain(0, 50), wish({ strikes: [50n] }), 1n)).to.match(/nothing to trade/);
    expect(problemOf(rain(0, 50), wish({ strikes: [15n] }), 1n)).to.match(/No markets are open/);
    expect(problemOf(rain(0, 50), wish({ shape: "callSpread", strikes: [20n] }), 1n)).to.equal("Choose the strikes.");
    expect(problemOf(rain(0, 50), wish({ shape: "any" }), 1n)).to.match(/on an event/);
  });

  it("has its kinks at its strikes", function () {
    const root = rain(0, 50);
    const shape = made(root, wish({ shape: "butterfly", strikes: [10n, 20n, 40n] }), 4n);
    const corners = cornersOf(root, withLegs(root, [], shape));
    const slopes = corners
      .slice(1)
      .map(({ outcome, wei: pays }, k) => (pays - corners[k]!.wei) / (outcome - corners[k]!.outcome));
    const kinks = corners.slice(1, -1).flatMap(({ outcome }, k) => (slopes[k] === slopes[k + 1] ? [] : [outcome]));
    expect(kinks).to.deep.equal([10n, 20n, 40n]);
  });
});

describe("strikes", function () {
  const points = [0n, 10n, 20n, 30n, 40n, 50n];

  it("stand at edges of open markets and of what is possible", function () {
    expect(strikePoints(rain(0, 50))).to.deep.equal(points);
    expect(strikePoints(rain(23, 37))).to.deep.equal([23n, 30n, 37n]);
    expect(strikePoints(rain(30, 30))).to.deep.equal([30n]);
  });

  it("are as many as the shape has: those that fit stay, else they are spread", function () {
    expect(fittingStrikes("call", [20n, 40n], points)).to.deep.equal([20n]);
    expect(fittingStrikes("butterfly", [40n, 10n, 30n], points)).to.deep.equal([10n, 30n, 40n]);
    expect(fittingStrikes("callSpread", [7n, 20n], points)).to.deep.equal([20n, 30n]);
    expect(fittingStrikes("butterfly", [], points)).to.deep.equal([10n, 30n, 40n]);
    expect(fittingStrikes("butterfly", [], [1n])).to.deep.equal([1n]);
  });
});

describe("a payoff that is wished for, on an event", function () {
  const months = marketRootOf(eventRoot()) as SimplexRoot;
  const paysOf = (root: SimplexRoot, asked: Wish, lots: bigint): bigint[] => {
    const composition = made(root, asked, lots);
    return vertexPayoffs(root, withLegs(root, [], composition), opposite(composition.constant) * root.tickValue);
  };
  const one = months.scale * months.tickValue;

  it("pays if one of them comes true, if none does, or one and owes the other", function () {
    expect(paysOf(months, wish({ shape: "any", picks: [1, 3] }), 2n)).to.deep.equal([2n * one, 0n, 2n * one]);
    expect(paysOf(months, wish({ shape: "none", picks: [1] }), 2n)).to.deep.equal([0n, 2n * one, 2n * one]);
    expect(paysOf(months, wish({ shape: "rather", picks: [3, 1] }), 2n)).to.deep.equal([-2n * one, 0n, 2n * one]);
    expect(paysOf(months, wish({ shape: "any", picks: [1], side: "sell" }), 1n)).to.deep.equal([-one, 0n, 0n]);
  });

  it("trades nothing that is struck out", function () {
    const left = marketRootOf(eventRoot([[0, 0], [0, 100], [0, 100]])) as SimplexRoot; // prettier-ignore
    expect(legsOf(made(left, wish({ shape: "any", picks: [1, 2] }), 1n))).to.deep.equal({ 2: 1n });
    expect(problemOf(left, wish({ shape: "any", picks: [1] }), 1n)).to.match(/decided/);
  });

  it("asks for what is missing", function () {
    expect(problemOf(months, wish({ shape: "any" }), 1n)).to.equal("Choose one at least.");
    expect(problemOf(months, wish({ shape: "any", picks: [1, 2, 3] }), 1n)).to.match(/certain/);
    expect(problemOf(months, wish({ shape: "rather", picks: [2] }), 1n)).to.equal("Choose two of them.");
    expect(problemOf(months, wish({ shape: "rather", picks: [2, 2] }), 1n)).to.equal("Choose two of them.");
    expect(problemOf(months, wish({ shape: "any", picks: [9] }), 1n)).to.equal("Choose one at least.");
    expect(problemOf(months, wish({ shape: "call" }), 1n)).to.match(/on a number/);
  });

  it("is one order in the one book of a basket of two", function () {
    const basket = marketRootOf(basketRoot()) as SimplexRoot;
    const second = made(basket, wish({ shape: "any", picks: [2] }), 5n);
    expect(legsOf(second)).to.deep.equal({ 1: -5n });
    expect(second.constant).to.equal(5n * 10_000n);
    expect(legsOf(made(basket, wish({ shape: "rather", picks: [1, 2] }), 5n))).to.deep.equal({ 1: 10n });
  });
});
