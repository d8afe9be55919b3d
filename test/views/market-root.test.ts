import { expect } from "chai";
import fc from "fast-check";

import { payoffOfRoot, worstOfRoot } from "../../src/protocol/margin/worth.js";
import type { MarketRoot } from "../../src/protocol/market/market-table.js";
import type { Lots } from "../../src/protocol/amounts/units.js";
import { marketRootOf } from "../../src/views/market-root.js";
import { rootViews } from "../../src/views/markets.js";
import { createProjector, type OpenProjector } from "../../src/history/projector.js";
import type { RelayMarkets } from "../../src/wire/state.js";
import { blocksOf, eventfulRun } from "../history/support.js";
import { FIXED, whole } from "../protocol/support.js";

/** A book in which markets of either kind were made, and bounds tightened. */
function eventfulBook(seed: number): OpenProjector {
  const run = eventfulRun(seed, 400);
  const projector = createProjector(run.stage.terms, 1_000);
  for (const { header, records } of blocksOf(run.logged)) projector.apply(header, records);
  const roots = [...projector.state.markets.table.roots.values()];
  const isRich =
    roots.some((root) => root.kind === "interval") && roots.some((root) => root.kind === "simplex" && root.bounded);
  return isRich ? projector : eventfulBook(seed + 1);
}

describe("a root that is told, as the rules take it", function () {
  const book = eventfulBook(11);
  const roots = [...book.state.markets.table.roots.values()];
  const told = (root: MarketRoot): MarketRoot => {
    const view = rootViews(book, new Map()).find(({ marketRootId }) => marketRootId === root.marketRootId)!;
    return marketRootOf(view as RelayMarkets["roots"][number]); // amounts are branded on their way
  };

  it("has intervals and events among those that are looked at", function () {
    expect(new Set(roots.map(({ kind }) => kind))).to.deep.equal(new Set(["interval", "simplex"]));
  });

  it("is the same of an interval", function () {
    for (const root of roots) if (root.kind === "interval") expect(told(root)).to.deep.equal(root);
  });

  it("has the same worst case for every position", function () {
    for (const root of roots) {
      const again = told(root);
      const branches = root.kind === "interval" ? root.strikes.length : root.weights.length;
      fc.assert(
        fc.property(fc.array(whole(-9, 9), { minLength: branches, maxLength: branches }), (some) => {
          const lots = some as Lots[];
          const { worst, values } = worstOfRoot(again, lots);
          expect(worst).to.equal(worstOfRoot(root, lots).worst);
          expect(payoffOfRoot(root, lots, values), "and the outcome is one that gives it").to.equal(worst);
        }),
        { ...FIXED, numRuns: 100 },
      );
    }
  });
});
