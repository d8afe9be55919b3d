import { expect } from "chai";
import fc from "fast-check";

import { netCollateralMatrix } from "../../../src/protocol/judge/collateral.js";
import { accountAfter, worstOfAccount } from "../../../src/protocol/margin/worth.js";
import { branchCount, type MarketTable, rootOf } from "../../../src/protocol/market/market-table.js";
import { combinationsOf, cornerOutcomes, extremeOutcomes } from "../../../src/protocol/judge/root-outcomes.js";
import papers from "../../vectors/paper-examples.json" with { type: "json" };
import {
  anyBounds,
  between,
  taken,
  EMPTY,
  expectRefusal,
  intervalTable,
  newBounds,
  newBranch,
  newEvent,
  newInterval,
  tableOf,
} from "../markets.js";
import { expectRuleError, FIXED, leastOf, lot, tick, wei, whole } from "../support.js";

const said = (table: MarketTable, root: number, branch: number, lower: number, upper: number): MarketTable =>
  taken(table, newBounds(table, root, branch, between(lower, upper)));

describe("outcomes of roots", () => {
  it("of an interval root: bounds and the strikes between them, as each branch pays", () => {
    const table = said(intervalTable(between(0, 10), [between(2, 4), between(4, 9)]), 2, 1, 3, 10);
    expect(extremeOutcomes(rootOf(table, 2))).to.deep.equal({
      columns: [1, 2, 3].map((marketBranchId) => ({ marketRootId: 2, marketBranchId, tickValue: 2n })),
      outcomes: [
        [3n, 3n, 4n],
        [4n, 4n, 4n],
        [9n, 4n, 9n],
        [10n, 4n, 9n],
      ],
    });
    expect(cornerOutcomes(rootOf(table, 2)).outcomes).to.deep.equal([
      [3n, 3n, 4n],
      [10n, 4n, 9n],
    ]);
  });

  it("of a settled root: the one that is left", () => {
    const table = said(intervalTable(between(0, 10), [between(2, 4)]), 2, 1, 7, 7);
    expect(extremeOutcomes(rootOf(table, 2)).outcomes).to.deep.equal([[7n, 4n]]);
  });

  it("of the basket and of events: the corners of the weights", () => {
    const basket = [
      [100n, 0n, 0n],
      [0n, 100n, 0n],
      [0n, 0n, 100n],
    ];
    expect(extremeOutcomes(rootOf(EMPTY, 1)).outcomes).to.deep.equal(basket);
    expect(cornerOutcomes(rootOf(EMPTY, 1)).outcomes).to.deep.equal(basket);
    const event = said(
      tableOf(() => newEvent(3)),
      2,
      2,
      0,
      0,
    );
    expect(extremeOutcomes(rootOf(event, 2)).outcomes.map(String).sort()).to.deep.equal(["0,0,10", "10,0,0"]);
  });

  it("any set of roots: the product of their outcomes, in the order they are named", () => {
    const start = intervalTable(between(0, 10), [between(2, 4)]);
    const table = taken(start, newEvent(2));
    const { columns, rows } = combinationsOf(table, [3, 1, 2]);
    expect(columns.map(({ marketRootId }) => marketRootId)).to.deep.equal([3, 3, 1, 1, 1, 2, 2]);
    expect(rows).to.have.lengthOf(2 * 3 * 4);
    expect(combinationsOf(table, [3, 1, 2], cornerOutcomes).rows).to.have.lengthOf(2 * 3 * 2);
    expect(combinationsOf(table, [])).to.deep.equal({ columns: [], rows: [[]] });
  });

  it("a root named twice, or unknown, is refused", () => {
    expectRuleError(() => combinationsOf(EMPTY, [1, 1]), "ROOT_INVALID", {
      reason: "market named twice",
      market: "1.1",
    });
    expectRefusal(() => combinationsOf(EMPTY, [5]), "Book_MarketUnknown", { marketRootId: 5n, marketBranchId: 1n });
  });

  describe("the plain matrix over a market table", () => {
    for (const { source, ...example } of papers.netCollateral) {
      it(source, () => {
        const roots = Array.from(
          { length: Number(example.marketCount) },
          () => () => newInterval(between(0, 10), { tickValue: 1n }),
        );
        const table = tableOf(...roots);
        const combinations = combinationsOf(
          table,
          roots.map((_, index) => index + 2),
          cornerOutcomes,
        );
        const traders = [1, 2].map((traderId) => ({ traderId, cash: wei(0) }));
        const trades = example.traderIds.map((traderId, index) => ({
          traderId: Number(traderId),
          marketRootId: Number(example.marketRootIds[index]) + 1, // the basket is root 1 here
          marketBranchId: 1,
          price: tick(example.prices[index]!),
          quantity: lot(example.quantities[index]!),
        }));
        const found = netCollateralMatrix(combinations, traders, trades);
        const expected = new Map<string, string>(); // by outcome: the papers list the rows in their own orders
        for (let row = 0; row < combinations.rows.length; ++row) {
          const outcome = example.outcomes.slice(row * 2, row * 2 + 2).join();
          expected.set(outcome, example.netCollateral.slice(row * 2, row * 2 + 2).join());
        }
        combinations.rows.forEach((row, index) => {
          expect(String(found[index])).to.equal(expected.get(String(row)));
        });
      });
    }
  });

  /** Two interval roots with sub-markets and an event, all with bounds tightened somehow. */
  const anyTable = fc
    .record({
      strikes: fc.array(fc.tuple(fc.boolean(), anyBounds(0, 12)), { maxLength: 5 }),
      tighter: fc.array(fc.tuple(fc.nat(), fc.nat(), anyBounds(0, 12)), { maxLength: 6 }),
    })
    .map(({ strikes, tighter }) => {
      const steps = [
        () => newInterval(between(0, 12)),
        () => newInterval(between(-3, 12), { tickValue: 5n }),
        () => newEvent(3, { scale: tick(6) }),
        ...strikes.map(
          ([first, range]) =>
            (t: MarketTable) =>
              newBranch(t, first ? 2 : 3, range),
        ),
        ...tighter.map(([root, branch, range]) => (t: MarketTable) => {
          const id = (root % 3) + 2;
          return newBounds(t, id, (branch % branchCount(rootOf(t, id))) + 1, range);
        }),
      ];
      return steps.reduce((table, step) => {
        try {
          return taken(table, step(table));
        } catch {
          return table; // no room, no outcome left, or settled
        }
      }, EMPTY);
    });
  const anyTrades = fc.array(
    fc.record({ root: fc.integer({ min: 1, max: 4 }), branch: fc.nat(), price: whole(-3, 12), quantity: whole(-5, 5) }),
    { maxLength: 8 },
  );

  it("its least entry is the worst case that separates by root, for any roots, records and trades", () => {
    fc.assert(
      fc.property(anyTable, anyTrades, (table, picks) => {
        const trades = picks.map(({ root, branch, price, quantity }) => ({
          traderId: 1,
          marketRootId: root,
          marketBranchId: (branch % branchCount(rootOf(table, root))) + 1,
          price: tick(price),
          quantity: lot(quantity),
        }));
        const matrix = netCollateralMatrix(
          combinationsOf(table, [1, 2, 3, 4]),
          [{ traderId: 1, cash: wei(9) }],
          trades,
        );
        const { slack } = worstOfAccount(table, accountAfter(table, trades, wei(9)));
        expect(leastOf(matrix.flat())).to.equal(slack);
      }),
      FIXED,
    );
  });
});
