import { expect } from "chai";
import fc from "fast-check";

import { allocation, equalSlice, passiveSlice } from "../../../src/protocol/value/allocations.js";
import { compare, equals, fraction, reduced, sum } from "../../../src/protocol/amounts/fraction.js";
import type { AssetUnits } from "../../../src/protocol/amounts/units.js";
import {
  allocationValue,
  basketValue,
  basketWeights,
  impliedRelativePrices,
  impliedWeights,
  profitAndLoss,
  relativePrices,
} from "../../../src/protocol/value/valuation.js";
import { anyPlayedSession } from "../sessions.js";
import { expectRuleError, FIXED, tick, wei } from "../support.js";

const units = (...values: number[]): AssetUnits[] => values.map((value) => BigInt(value) as AssetUnits);
const anyPrices = (count: number): fc.Arbitrary<bigint[]> =>
  fc.array(fc.bigInt({ min: 1n, max: 10n ** 24n }), { minLength: count, maxLength: count });
const anyPriced = anyPlayedSession.chain((session) =>
  anyPrices(session.basket.quantities.length).map((prices) => ({ ...session, prices })),
);

describe("valuation", () => {
  describe("by hand: 100 shares at 150.00 and 100 at 50.00, prices in cents", () => {
    const quantities = units(100, 100);
    const prices = [15_000n, 5_000n];

    it("the basket's value and weights", () => {
      expect(basketValue(quantities, prices)).to.equal(2_000_000n);
      expect(basketWeights(quantities, prices).map(reduced)).to.deep.equal([fraction(3n, 4n), fraction(1n, 4n)]);
    });

    it("relative prices in either numeraire", () => {
      expect(relativePrices(prices, 1).map(reduced)).to.deep.equal([fraction(3n), fraction(1n)]);
      expect(relativePrices(prices, 0).map(reduced)).to.deep.equal([fraction(1n), fraction(1n, 3n)]);
    });

    it("the value of an allocation, and what it gained against an equal slice", () => {
      const basket = { quantities, supply: wei(1_000) };
      const mine = allocation([wei(600), wei(300)], basket); // 60 and 30 shares
      const yours = allocation([wei(400), wei(700)], basket); // 40 and 70
      expect(reduced(allocationValue(mine, prices))).to.deep.equal(fraction(1_050_000n));
      const gains = [mine, yours].map((each) => reduced(profitAndLoss(each, equalSlice(basket, 2), prices)));
      expect(gains).to.deep.equal([fraction(50_000n), fraction(-50_000n)]);
    });

    it("weights that the book implies, where its prices do not sum to 1", () => {
      expect(impliedWeights([tick(6_000), tick(2_000)]).map(reduced)).to.deep.equal([
        fraction(3n, 4n),
        fraction(1n, 4n),
      ]);
    });

    it("relative prices that weights imply, with unequal quantities", () => {
      const implied = impliedRelativePrices([6_000n, 4_000n], units(100, 300), 1);
      expect(implied.map(reduced)).to.deep.equal([fraction(9n, 2n), fraction(1n)]);
    });
  });

  describe("refuses", () => {
    it("lists of other lengths", () => {
      const mismatch = (what: string, expected: number, actual: number) => ({ what, expected, actual });
      expectRuleError(() => basketValue(units(1, 2), [1n]), "SHAPE_MISMATCH", mismatch("prices", 2, 1));
      expectRuleError(() => allocationValue([], [1n]), "SHAPE_MISMATCH", mismatch("allocation", 1, 0));
      expectRuleError(() => impliedRelativePrices([1n], units(1, 2), 0), "SHAPE_MISMATCH", mismatch("weights", 2, 1));
    });

    it("a numeraire that is not there, or is worth nothing", () => {
      expectRuleError(() => relativePrices([1n, 2n], 2), "SHAPE_MISMATCH", { what: "numeraire", index: 2, length: 2 });
      expectRuleError(() => relativePrices([1n, 0n], 1), "FRACTION_UNDEFINED", { numerator: 1n });
    });

    it("weights of nothing", () => {
      expectRuleError(() => basketWeights(units(5), [0n]), "FRACTION_UNDEFINED", { numerator: 0n });
      expectRuleError(() => impliedWeights([tick(0)]), "FRACTION_UNDEFINED", { numerator: 0n });
    });
  });

  describe("whatever was traded, at any prices", () => {
    it("the payoffs sum to the basket's value", () => {
      fc.assert(
        fc.property(anyPriced, ({ basket, claimed, prices }) => {
          const payoffs = claimed.map((each) => allocationValue(allocation(each, basket), prices));
          expect(equals(sum(payoffs), fraction(basketValue(basket.quantities, prices)))).to.be.true;
        }),
        FIXED,
      );
    });

    it("profit and loss sum to exactly zero against either baseline", () => {
      fc.assert(
        fc.property(anyPriced, ({ basket, opening, claimed, prices }) => {
          const baselines = [
            opening.map((tokens) => passiveSlice(basket, tokens)),
            opening.map(() => equalSlice(basket, opening.length)),
          ];
          for (const baseline of baselines) {
            const gains = claimed.map((each, i) => profitAndLoss(allocation(each, basket), baseline[i]!, prices));
            expect(sum(gains).numerator).to.equal(0n);
          }
        }),
        FIXED,
      );
    });

    it("basket weights sum to 1, and imply the relative prices they come from in every numeraire", () => {
      fc.assert(
        fc.property(anyPriced, ({ basket: { quantities }, prices }) => {
          expect(equals(sum(basketWeights(quantities, prices)), fraction(1n))).to.be.true;
          const values = quantities.map((quantity, k) => quantity * prices[k]!);
          quantities.forEach((_, numeraire) => {
            const actual = relativePrices(prices, numeraire);
            const implied = impliedRelativePrices(values, quantities, numeraire);
            expect(implied.every((price, k) => equals(price, actual[k]!))).to.be.true;
          });
        }),
        FIXED,
      );
    });

    it("relative prices order the assets as prices do", () => {
      fc.assert(
        fc.property(fc.integer({ min: 1, max: 6 }).chain(anyPrices), (prices) => {
          const relative = relativePrices(prices, 0);
          prices.slice(1).forEach((price, k) => {
            const expected = price === prices[k] ? 0 : price > prices[k]! ? 1 : -1;
            expect(compare(relative[k + 1]!, relative[k]!)).to.equal(expected);
          });
        }),
        FIXED,
      );
    });
  });
});
