import { expect } from "chai";
import fc from "fast-check";

import {
  basketOutcomes,
  breakpoints,
  constructOutcomeCombinations,
  type IntervalBranch,
  intervalOutcomes,
  type RootOutcomes,
  simplexVertices,
} from "../../../src/protocol/judge/outcomes.js";
import { MAX_COMBINATIONS } from "../../../src/protocol/market/weights.js";
import type { Ticks } from "../../../src/protocol/amounts/units.js";
import { expectRuleError, FIXED, tick } from "../support.js";

const branch = (marketBranchId: number, lower: number, upper: number): IntervalBranch => ({
  marketBranchId,
  strikes: { lower: tick(lower), upper: tick(upper) },
});

/** A root of one market with these outcomes. */
const root = (marketRootId: number, ...outcomes: number[]): RootOutcomes => ({
  columns: [{ marketRootId, marketBranchId: 1, tickValue: 1n }],
  outcomes: outcomes.map((outcome) => [tick(outcome)]),
});

describe("outcomes", () => {
  describe("simplexVertices", () => {
    it("all weight lies on one leg after the other", () => {
      expect(simplexVertices(3, tick(10))).to.deep.equal([
        [10n, 0n, 0n],
        [0n, 10n, 0n],
        [0n, 0n, 10n],
      ]);
      expect(simplexVertices(1, tick(1))).to.deep.equal([[1n]]);
    });

    it("refuses no legs, or a scale below 1", () => {
      for (const legs of [0, -1, 1.5]) {
        expectRuleError(() => simplexVertices(legs, tick(10)), "ROOT_INVALID", { reason: "no legs", legs });
      }
      expectRuleError(() => simplexVertices(2, tick(0)), "ROOT_INVALID", { reason: "scale below 1", scale: 0n });
    });
  });

  it("basketOutcomes: branch k of root 1 is leg k", () => {
    const { columns, outcomes } = basketOutcomes(2, tick(10_000), 7n);
    expect(columns).to.deep.equal([
      { marketRootId: 1, marketBranchId: 1, tickValue: 7n },
      { marketRootId: 1, marketBranchId: 2, tickValue: 7n },
    ]);
    expect(outcomes).to.deep.equal(simplexVertices(2, tick(10_000)));
  });

  it("intervalOutcomes: every branch pays the outcome clamped between its strikes", () => {
    const branches = [branch(1, 0, 10), branch(2, 4, 5)];
    const { columns, outcomes } = intervalOutcomes({ marketRootId: 3, tickValue: 2n }, branches, [0, 4, 7].map(tick));
    expect(columns.map(({ marketRootId, marketBranchId }) => [marketRootId, marketBranchId])).to.deep.equal([
      [3, 1],
      [3, 2],
    ]);
    expect(outcomes).to.deep.equal([
      [0n, 4n],
      [4n, 4n],
      [7n, 5n],
    ]);
  });

  describe("breakpoints", () => {
    it("are the bounds and the strikes between them, ascending, each once", () => {
      const branches = [branch(1, 0, 10), branch(2, 4, 5), branch(3, 5, 6), branch(4, -3, 12)];
      expect(breakpoints({ lower: tick(0), upper: tick(10) }, branches)).to.deep.equal([0n, 4n, 5n, 6n, 10n]);
      expect(breakpoints({ lower: tick(5), upper: tick(5) }, branches)).to.deep.equal([5n]);
      expect(breakpoints({ lower: tick(-2), upper: tick(3) }, [])).to.deep.equal([-2n, 3n]);
    });

    it("refuse bounds upside down", () => {
      expectRuleError(() => breakpoints({ lower: tick(2), upper: tick(1) }, []), "ROOT_INVALID", {
        reason: "lower above upper",
        lower: 2n,
        upper: 1n,
      });
    });
  });

  describe("constructOutcomeCombinations", () => {
    it("the papers' two markets between 0 and 1: four states, the last market fastest", () => {
      const { rows } = constructOutcomeCombinations([root(1, 0, 10), root(2, 0, 10)]);
      expect(rows).to.deep.equal([
        [0n, 0n],
        [0n, 10n],
        [10n, 0n],
        [10n, 10n],
      ]);
    });

    it("the basket beside an interval: a row for each vertex and outcome, a column for each market", () => {
      const interval = intervalOutcomes({ marketRootId: 2, tickValue: 1n }, [branch(1, 0, 9)], [0, 9].map(tick));
      const { columns, rows } = constructOutcomeCombinations([basketOutcomes(2, tick(10), 5n), interval]);
      expect(columns.map(({ marketRootId, marketBranchId }) => `${marketRootId}.${marketBranchId}`)).to.deep.equal([
        "1.1",
        "1.2",
        "2.1",
      ]);
      expect(rows).to.deep.equal([
        [10n, 0n, 0n],
        [10n, 0n, 9n],
        [0n, 10n, 0n],
        [0n, 10n, 9n],
      ]);
    });

    it("of no root there is one empty combination", () => {
      expect(constructOutcomeCombinations([])).to.deep.equal({ columns: [], rows: [[]] });
    });

    it("any roots: each choice of one outcome a root occurs exactly once", () => {
      const anyRoots = fc.array(fc.uniqueArray(fc.integer({ min: -9, max: 9 }), { minLength: 1, maxLength: 4 }), {
        maxLength: 5,
      });
      fc.assert(
        fc.property(anyRoots, (values) => {
          const { rows } = constructOutcomeCombinations(values.map((outcomes, r) => root(r + 1, ...outcomes)));
          expect(rows).to.have.lengthOf(values.reduce((product, { length }) => product * length, 1));
          expect(new Set(rows.map((row) => row.join())).size).to.equal(rows.length);
          const belongs = (row: readonly Ticks[]): boolean =>
            row.length === values.length && row.every((value, r) => values[r]!.includes(Number(value)));
          expect(rows.every(belongs)).to.be.true;
        }),
        FIXED,
      );
    });

    it("refuses more combinations than the limit, and takes as many", () => {
      const roots = (count: number): RootOutcomes[] => Array.from({ length: count }, (_, r) => root(r + 1, 0, 1));
      expect(constructOutcomeCombinations(roots(16)).rows).to.have.lengthOf(MAX_COMBINATIONS);
      expectRuleError(() => constructOutcomeCombinations(roots(64)), "OUTCOMES_TOO_MANY", {
        count: 2n ** 64n,
        limit: MAX_COMBINATIONS,
      });
    });

    it("refuses a root without outcomes, a market named twice, an outcome of another width", () => {
      expectRuleError(() => constructOutcomeCombinations([root(4)]), "ROOT_INVALID", {
        reason: "no outcomes",
        marketRootId: 4,
      });
      expectRuleError(() => constructOutcomeCombinations([root(4, 0), root(4, 1)]), "ROOT_INVALID", {
        reason: "market named twice",
        market: "4.1",
      });
      const ragged = { ...root(4, 0), outcomes: [[tick(0), tick(1)]] };
      expectRuleError(() => constructOutcomeCombinations([ragged]), "SHAPE_MISMATCH", {
        what: "outcome",
        expected: 1,
        actual: 2,
      });
    });
  });
});
