import { expect } from "chai";
import fc from "fast-check";

import {
  allocation,
  claims,
  controlWeights,
  equalSlice,
  passiveSlice,
  poolShares,
  totalAllocation,
  wholeUnits,
} from "../../../src/protocol/value/allocations.js";
import { netCollateralMatrix } from "../../../src/protocol/judge/collateral.js";
import { equals, fraction, sum } from "../../../src/protocol/amounts/fraction.js";
import { basketOutcomes, constructOutcomeCombinations } from "../../../src/protocol/judge/outcomes.js";
import type { AssetUnits } from "../../../src/protocol/amounts/units.js";
import vectors from "../../vectors/allocations.json" with { type: "json" };
import { anyPlayedSession, SCALE, TICK_VALUE } from "../sessions.js";
import { expectRuleError, FIXED, lot, parts, rowsOf, tick, total, wei } from "../support.js";

const units = (...values: (number | bigint)[]): AssetUnits[] => values.map((value) => BigInt(value) as AssetUnits);

/** Entries by trader and asset, and how many each session of the vectors has. */
const cells = vectors.assetCounts.map((assets, index) => Number(assets) * Number(vectors.traderCounts[index]));

describe("allocations", () => {
  describe("by hand: 100 and 200 units, 1 000 tokens, a lot is worth 10", () => {
    const basket = { quantities: units(100, 200), supply: wei(1_000) };

    it("claims are cash plus lots at their full worth", () => {
      expect(claims(wei(400), [lot(20), lot(-10)], wei(10))).to.deep.equal([600n, 300n]);
    });

    it("an allocation is claims times the basket, over all tokens", () => {
      expect(allocation([wei(600), wei(300)], basket)).to.deep.equal([
        { numerator: 60_000n, denominator: 1_000n },
        { numerator: 60_000n, denominator: 1_000n },
      ]);
    });

    it("whole units are rounded down", () => {
      expect(wholeUnits(allocation([wei(605), wei(999)], basket))).to.deep.equal([60n, 199n]);
    });

    it("baselines: an equal slice, and that of a holder who never trades", () => {
      expect(wholeUnits(equalSlice(basket, 4))).to.deep.equal([25n, 50n]);
      expect(wholeUnits(passiveSlice(basket, wei(300)))).to.deep.equal([30n, 60n]);
    });

    it("shares say which part of each pool is claimed, and weights which part of the whole", () => {
      const claimed = [wei(600), wei(300)];
      expect(poolShares(claimed, basket.supply).map(({ numerator }) => numerator)).to.deep.equal([600n, 300n]);
      expect(controlWeights(claimed, basket.supply)).to.deep.equal([fraction(600n, 2_000n), fraction(300n, 2_000n)]);
    });

    it("refuses lists of other lengths, an empty session and no participants", () => {
      expectRuleError(() => allocation([wei(1)], basket), "SHAPE_MISMATCH", { what: "claims", expected: 2, actual: 1 });
      expectRuleError(() => allocation([wei(1), wei(1)], { ...basket, supply: wei(0) }), "FRACTION_UNDEFINED", {
        numerator: 100n,
      });
      expectRuleError(() => equalSlice(basket, 0), "FRACTION_UNDEFINED", { participants: 0 });
      const ragged = [equalSlice(basket, 1), equalSlice({ quantities: units(1) }, 1)];
      expectRuleError(() => totalAllocation(ragged), "SHAPE_MISMATCH", { what: "allocation", expected: 2, actual: 1 });
    });
  });

  describe("frozen vectors", () => {
    const lots = parts(vectors.lots, cells);
    const expectedClaims = parts(vectors.claims, cells);
    const expectedNumerators = parts(vectors.numerators, cells);
    const expectedUnits = parts(vectors.wholeUnits, cells);
    const quantities = parts(vectors.quantities, vectors.assetCounts);
    const cash = parts(vectors.cash, vectors.traderCounts);
    const totals = parts(vectors.totalNumerator, vectors.assetCounts);

    vectors.supply.forEach((supply, session) => {
      it(`session ${session + 1}: claims, allocations and their sum`, () => {
        const basket = { quantities: units(...quantities[session]!.map(BigInt)), supply: wei(supply) };
        const held = rowsOf(lots[session]!, basket.quantities.length);
        const claimed = cash[session]!.map((each, i) => claims(wei(each), held[i]!.map(lot), wei(vectors.lotValue)));
        const allocations = claimed.map((each) => allocation(each, basket));
        const numerators = allocations.flat().map(({ numerator }) => numerator.toString());
        expect(claimed.flat().map(String)).to.deep.equal(expectedClaims[session]);
        expect(numerators).to.deep.equal(expectedNumerators[session]);
        expect(allocations.flatMap(wholeUnits).map(String)).to.deep.equal(expectedUnits[session]);
        expect(totalAllocation(allocations)).to.deep.equal(
          totals[session]!.map((numerator) => ({ numerator: BigInt(numerator), denominator: BigInt(supply) })),
        );
      });
    });
  });

  describe("whatever was traded", () => {
    it("the allocations sum to the basket exactly, and whole units to no more, by less than one for each trader", () => {
      fc.assert(
        fc.property(anyPlayedSession, ({ basket, claimed }) => {
          const allocations = claimed.map((each) => allocation(each, basket));
          totalAllocation(allocations).forEach((entry, k) => {
            expect(equals(entry, fraction(basket.quantities[k]!))).to.be.true;
            const delivered = total(allocations.map((each) => wholeUnits(each)[k]!));
            const dust = basket.quantities[k]! - delivered;
            expect(dust >= 0n && dust < BigInt(claimed.length)).to.be.true;
          });
        }),
        FIXED,
      );
    });

    it("shares of each pool sum to 1, and so do all weights together", () => {
      fc.assert(
        fc.property(anyPlayedSession, ({ basket, claimed }) => {
          const shares = claimed.map((each) => poolShares(each, basket.supply));
          basket.quantities.forEach((_, k) => {
            expect(equals(sum(shares.map((each) => each[k]!)), fraction(1n))).to.be.true;
          });
          const weights = claimed.flatMap((each) => controlWeights(each, basket.supply));
          expect(equals(sum(weights), fraction(1n))).to.be.true;
        }),
        FIXED,
      );
    });

    it("the baselines sum to the basket too", () => {
      fc.assert(
        fc.property(anyPlayedSession, ({ basket, opening }) => {
          const baselines = [
            opening.map((tokens) => passiveSlice(basket, tokens)),
            opening.map(() => equalSlice(basket, opening.length)),
          ];
          for (const each of baselines) {
            totalAllocation(each).forEach((entry, k) => {
              expect(equals(entry, fraction(basket.quantities[k]!))).to.be.true;
            });
          }
        }),
        FIXED,
      );
    });

    it("the claims are the net-collateral matrix over the vertices of the basket", () => {
      fc.assert(
        fc.property(anyPlayedSession, ({ basket, opening, fills, claimed }) => {
          const vertices = constructOutcomeCombinations([basketOutcomes(basket.quantities.length, SCALE, TICK_VALUE)]);
          const trades = fills.flatMap(({ buyer, seller, leg, price, lots }) =>
            [
              { traderId: buyer, quantity: lot(lots) },
              { traderId: seller, quantity: lot(0n - lots) },
            ].map((side) => ({ ...side, marketRootId: 1, marketBranchId: leg + 1, price: tick(price) })),
          );
          const traders = opening.map((cash, traderId) => ({ traderId, cash }));
          const rows = netCollateralMatrix(vertices, traders, trades);
          expect(rows).to.deep.equal(rows.map((_, k) => claimed.map((each) => each[k]!)));
        }),
        FIXED,
      );
    });
  });
});
