import { expect } from "chai";
import fc from "fast-check";

import type { Bounds } from "../../../src/protocol/market/bounds.js";
import { simplexVertices } from "../../../src/protocol/judge/outcomes.js";
import {
  freeWeights,
  impliedBounds,
  pourInto,
  weightsPossible,
  weightsSettled,
  weightVertices,
} from "../../../src/protocol/market/weights.js";
import { allWeights, anyBounds, between } from "../markets.js";
import { expectRuleError, FIXED, leastOf, tick, total, whole } from "../support.js";

const SIX = tick(6);
const anyWeights = fc.array(anyBounds(0, 6), { minLength: 1, maxLength: 4 });
/** Bounds that leave some weights, and the scale they add up to. */
const possible = fc.tuple(anyWeights, whole(0, 30)).map(([weights, pick]) => {
  const [least, most] = [total(weights.map(({ lower }) => lower)), total(weights.map(({ upper }) => upper))];
  return { weights, scale: tick(least + (pick % (most - least + 1n))) };
});
const sorted = (rows: readonly (readonly bigint[])[]): string[] => rows.map(String).sort();

describe("weights", () => {
  it("free weights lie anywhere from 0 to the scale", () => {
    expect(freeWeights(2, SIX)).to.deep.equal([between(0, 6), between(0, 6)]);
  });

  describe("given bounds of an event with three outcomes", () => {
    const weights: readonly Bounds[] = [between(1, 6), between(0, 2), between(0, 1)];

    it("each bounds the others: what two cannot carry the third must", () => {
      const implied = [1, 2, 3].map((leg) => impliedBounds(weights, SIX, leg));
      expect(implied).to.deep.equal([between(3, 6), between(0, 2), between(0, 1)]);
    });

    it("the corners are the ends of what is possible", () => {
      expect(sorted(weightVertices(weights, SIX))).to.deep.equal(["3,2,1", "4,2,0", "5,0,1", "6,0,0"]);
    });

    it("the fallback gets what it can, then the others in their order", () => {
      expect(pourInto(weights, SIX, 1)).to.deep.equal([6n, 0n, 0n]);
      expect(pourInto(weights, SIX, 3)).to.deep.equal([5n, 0n, 1n]);
      expect(pourInto([between(1, 3), between(0, 2), between(0, 4)], SIX, 2)).to.deep.equal([3n, 2n, 1n]);
    });
  });

  it("possible and settled: the sums tell", () => {
    expect(weightsPossible([between(0, 3), between(0, 2)], SIX)).to.be.false;
    expect(weightsPossible([between(4, 5), between(3, 6)], SIX)).to.be.false;
    expect(weightsPossible([between(0, 3), between(0, 3)], SIX)).to.be.true;
    expect(weightsSettled([between(0, 3), between(0, 3)], SIX)).to.be.true;
    expect(weightsSettled([between(4, 6), between(2, 6)], SIX)).to.be.true;
    expect(weightsSettled([between(0, 4), between(0, 3)], SIX)).to.be.false;
    expect(weightsSettled([between(2, 2), between(0, 6)], SIX), "4 follows").to.be.true;
    expect(weightsSettled([between(2, 2), between(4, 4)], SIX)).to.be.true;
  });

  it("without bounds the corners are the vertices of the simplex", () => {
    const corners = weightVertices(freeWeights(5, SIX), SIX);
    expect(sorted(corners)).to.deep.equal(sorted(simplexVertices(5, SIX)));
  });

  it("the corners are whole weights, each once, and no linear worth is less anywhere else", () => {
    fc.assert(
      fc.property(possible, fc.array(whole(-5, 5), { minLength: 4, maxLength: 4 }), ({ weights, scale }, lots) => {
        const all = allWeights(weights, scale);
        const corners = weightVertices(weights, scale);
        expect(new Set(corners.map(String)).size).to.equal(corners.length);
        expect(all.map(String)).to.include.members(corners.map(String));
        const worth = (row: readonly bigint[]): bigint => total(row.map((weight, k) => weight * lots[k]!));
        expect(leastOf(corners.map(worth))).to.equal(leastOf(all.map(worth)));
      }),
      FIXED,
    );
  });

  it("implied bounds, possible and settled are what trying every whole weight says", () => {
    fc.assert(
      fc.property(anyWeights, whole(0, 24), (weights, scale) => {
        const all = allWeights(weights, scale);
        expect(weightsPossible(weights, tick(scale))).to.equal(all.length > 0);
        if (all.length === 0) return;
        expect(weightsSettled(weights, tick(scale))).to.equal(all.length === 1);
        weights.forEach((_, k) => {
          const values = all.map((row) => row[k]!);
          const { lower, upper } = impliedBounds(weights, tick(scale), k + 1);
          expect([lower, upper]).to.deep.equal([leastOf(values), -leastOf(values.map((value) => -value))]);
        });
      }),
      FIXED,
    );
  });

  it("the fallback is possible, and no possible weights give its leg more", () => {
    fc.assert(
      fc.property(possible, fc.nat(), ({ weights, scale }, pick) => {
        const first = (pick % weights.length) + 1;
        const poured = pourInto(weights, scale, first);
        expect(allWeights(weights, scale).map(String)).to.include(String(poured));
        expect(poured[first - 1]).to.equal(impliedBounds(weights, scale, first).upper);
      }),
      FIXED,
    );
  });

  it("refuses what has no corners, too many, or no such leg", () => {
    expectRuleError(() => weightVertices([between(0, 1)], SIX), "ROOT_INVALID", {
      reason: "no weights add up",
      scale: 6n,
    });
    const many = Array.from({ length: 16 }, () => between(0, 2));
    expectRuleError(() => weightVertices(many, tick(15)), "OUTCOMES_TOO_MANY", { limit: 65_536 });
    expectRuleError(() => impliedBounds([between(0, 6)], SIX, 2), "SHAPE_MISMATCH", { what: "leg", leg: 2, legs: 1 });
    expectRuleError(() => pourInto([between(0, 6)], SIX, 0), "SHAPE_MISMATCH", { what: "leg", leg: 0, legs: 1 });
  });
});
