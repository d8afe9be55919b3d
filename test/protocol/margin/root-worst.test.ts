/** The book's own worst case of a root against the one that names weights and values. */
import { expect } from "chai";
import fc from "fast-check";

import { worstOfRoot } from "../../../src/protocol/margin/worth.js";
import { branchCount, type MarketRoot, type MarketTable } from "../../../src/protocol/market/market-table.js";
import { leanWorstOfRoot } from "../../../src/protocol/margin/root-worst.js";
import {
  anyBounds,
  between,
  intervalOf,
  intervalTable,
  newBounds,
  newEvent,
  simplexOf,
  tableOf,
  taken,
} from "../markets.js";
import { FIXED, lot, whole } from "../support.js";

const held = fc.array(whole(-9, 9), { minLength: 12, maxLength: 12 });

function expectSame(root: MarketRoot, drawn: readonly bigint[]): void {
  const lots = Array.from({ length: branchCount(root) }, (_, index) => lot(drawn[index] ?? 0n));
  const { worst, bindingOutcome } = worstOfRoot(root, lots);
  const lean = leanWorstOfRoot(root, lots);
  expect({ worst: lean.worst, bindingOutcome: lean.bindingOutcome }).to.deep.equal({ worst, bindingOutcome });
}

describe("The lean worst case of a root", () => {
  describe("given an interval root", () => {
    it("is worth, and lies, where the full one is, for any strikes, bounds and lots", () => {
      const strikes = fc.array(anyBounds(0, 20), { maxLength: 8 });
      fc.assert(
        fc.property(strikes, anyBounds(0, 20), held, (spans, bounds, lots) => {
          const open = spans.filter(({ lower, upper }) => lower < upper);
          const table = intervalTable(between(0, 20), open);
          expectSame(intervalOf(table), lots);
          expectSame(intervalOf(taken(table, newBounds(table, 2, 1, bounds))), lots);
        }),
        { ...FIXED, numRuns: 500 },
      );
    });
  });

  describe("given a simplex root", () => {
    const event = (outcomes: number): MarketTable => tableOf(() => newEvent(outcomes));

    it("is that of the leg with the fewest lots, the first of several", () => {
      fc.assert(
        fc.property(fc.integer({ min: 2, max: 12 }), held, (outcomes, lots) => {
          expectSame(simplexOf(event(outcomes)), lots);
        }),
        FIXED,
      );
    });

    it("heeds what is known of the weights", () => {
      fc.assert(
        fc.property(fc.integer({ min: 2, max: 6 }), whole(0, 100), held, (outcomes, least, lots) => {
          const table = event(outcomes);
          const { scale } = simplexOf(table);
          const lower = least < scale ? least : scale - 1n;
          expectSame(simplexOf(taken(table, newBounds(table, 2, 1, between(lower, scale)))), lots);
        }),
        FIXED,
      );
    });
  });
});
