import { expect } from "chai";
import fc from "fast-check";

import type { Bounds } from "../../../src/protocol/market/bounds.js";
import { clamp } from "../../../src/protocol/market/bounds.js";
import {
  accountAfter,
  isPossible,
  netCollateral,
  payoffOfRoot,
  type Position,
  realisedCash,
  worstOfAccount,
  worstOfRoot,
} from "../../../src/protocol/margin/worth.js";
import { type MarketTable, rootOf } from "../../../src/protocol/market/market-table.js";
import papers from "../../vectors/paper-examples.json" with { type: "json" };
import {
  allWeights,
  anyBounds,
  between,
  taken,
  EMPTY,
  everyOutcome,
  expectRefusal,
  intervalOf,
  intervalTable,
  newBounds,
  newEvent,
  newInterval,
  simplexOf,
  tableOf,
} from "../markets.js";
import { expectRuleError, FIXED, leastOf, lot, tick, total, wei, whole } from "../support.js";

const lots = (...held: readonly (number | bigint)[]): Position => held.map(lot);
const ticks = (...values: readonly (number | bigint)[]): ReturnType<typeof tick>[] => values.map(tick);
const said = (table: MarketTable, branch: number, bounds: Bounds): MarketTable =>
  taken(table, newBounds(table, 2, branch, bounds));

/** Some strikes, today's bounds and a position on root 2 over [0, 20]. */
const anyHeldRoot = fc
  .record({
    strikes: fc.array(anyBounds(0, 20), { maxLength: 6 }),
    bounds: anyBounds(0, 20),
    held: fc.array(whole(-9, 9), { minLength: 7, maxLength: 7 }),
  })
  .map(({ strikes, bounds, held }) => {
    const open = strikes.filter(({ lower, upper }) => lower < upper);
    const table = said(intervalTable(between(0, 20), open), 1, bounds);
    return { table, held: lots(...held.slice(0, open.length + 1)) };
  });

describe("exposure", () => {
  describe("given an interval root", () => {
    it("finds the papers' loss between the corners", () => {
      const { mins, maxs, lots: held, heldBranchIds, worst, outcomes, payoffs } = papers.lossBetweenCorners;
      const ranges = mins.map((min, index) => between(BigInt(min), BigInt(maxs[index]!)));
      const root = intervalOf(intervalTable(ranges[0]!, ranges.slice(1)));
      const position = [1, 2, 3].map((branch) => lot(held[heldBranchIds.indexOf(String(branch))] ?? 0));
      expect(worstOfRoot(root, position)).to.deep.equal({
        marketRootId: 2,
        worst: BigInt(worst) * root.tickValue,
        values: [5n],
        bindingOutcome: 5n,
      });
      const paid = outcomes.map((y) => payoffOfRoot(root, position, ticks(BigInt(y))) / root.tickValue);
      expect(paid.map(String)).to.deep.equal(payoffs);
    });

    it("is the least over every whole outcome that is left, and occurs where it says", () => {
      fc.assert(
        fc.property(anyHeldRoot, ({ table, held }) => {
          const root = intervalOf(table);
          const worst = worstOfRoot(root, held);
          const paid = everyOutcome(root.bounds).map((y) =>
            total(root.strikes.map((strikes, b) => held[b]! * clamp(tick(y), strikes) * root.tickValue)),
          );
          expect(worst.worst).to.equal(leastOf(paid));
          expect(payoffOfRoot(root, held, worst.values)).to.equal(worst.worst);
          if (root.settled) expect(realisedCash(root, held)).to.equal(worst.worst);
        }),
        FIXED,
      );
    });

    it("tightening never makes it worse, whichever branch says it", () => {
      fc.assert(
        fc.property(anyHeldRoot, fc.nat(), anyBounds(-2, 22), ({ table, held }, branch, bounds) => {
          const before = intervalOf(table);
          fc.pre(!before.settled);
          const after = intervalOf(said(table, (branch % before.strikes.length) + 1, bounds));
          expect(worstOfRoot(after, held).worst >= worstOfRoot(before, held).worst).to.be.true;
        }),
        FIXED,
      );
    });

    it("a hedge between a market and its sub-market stays covered under every order of records", () => {
      const start = intervalTable(between(0, 10), [between(2, 8), between(4, 6)]);
      const trades = [
        { marketRootId: 2, marketBranchId: 1, price: tick(5), quantity: lot(1) },
        { marketRootId: 2, marketBranchId: 2, price: tick(5), quantity: lot(-1) },
        { marketRootId: 2, marketBranchId: 3, price: tick(5), quantity: lot(3) },
      ];
      const need = 0n - worstOfAccount(start, accountAfter(start, trades)).slack;
      const account = accountAfter(start, trades, wei(need));
      const anyRecord = fc.record({ branch: fc.integer({ min: 1, max: 3 }), bounds: anyBounds(0, 10) });
      fc.assert(
        fc.property(fc.array(anyRecord, { maxLength: 6 }), (records) => {
          let table = start;
          for (const { branch, bounds } of records) {
            if (!intervalOf(table).settled) table = said(table, branch, bounds);
            expect(worstOfAccount(table, account).slack >= 0n).to.be.true;
          }
        }),
        FIXED,
      );
    });
  });

  describe("given a simplex root", () => {
    it("without bounds it is worst at the first leg with the fewest lots", () => {
      const basket = rootOf(EMPTY, 1);
      expect(worstOfRoot(basket, lots(3, -2, -2))).to.deep.equal({
        marketRootId: 1,
        worst: -2n * 100n * 7n,
        values: [0n, 100n, 0n],
        bindingOutcome: 2n,
      });
      expect(worstOfRoot(basket, [])).to.include({ worst: 0n, bindingOutcome: 1n });
    });

    it("with bounds the binding leg is the last into which weight was poured", () => {
      const start = tableOf(() => newEvent(3));
      const capped = simplexOf(said(start, 2, between(1, 4)));
      expect(worstOfRoot(capped, lots(3, -2, 1))).to.deep.equal({
        marketRootId: 2,
        worst: (-2n * 4n + 6n) * 2n,
        values: [0n, 4n, 6n],
        bindingOutcome: 3n,
      });
      const won = simplexOf(said(start, 2, between(10, 10)));
      expect(worstOfRoot(won, lots(3, 5, 1)), "nothing left to pour").to.include({ worst: 100n, bindingOutcome: 3n });
    });

    it("is the least over all whole weights that are left, and occurs where it says", () => {
      const anyCaps = fc.array(anyBounds(0, 8), { minLength: 4, maxLength: 4 });
      fc.assert(
        fc.property(anyCaps, fc.array(whole(-5, 5), { minLength: 4, maxLength: 4 }), (caps, held) => {
          let table = tableOf(() => newEvent(4, { scale: tick(8) }));
          for (const [k, cap] of caps.entries()) {
            if (simplexOf(table).settled) break;
            try {
              table = said(table, k + 1, cap);
            } catch {
              continue; // it would have left no outcome
            }
          }
          const root = simplexOf(table);
          const worst = worstOfRoot(root, lots(...held));
          const paid = allWeights(root.weights, 8n).map((row) =>
            total(row.map((w, k) => w * held[k]! * root.tickValue)),
          );
          expect(worst.worst).to.equal(leastOf(paid));
          expect(payoffOfRoot(root, lots(...held), worst.values)).to.equal(worst.worst);
        }),
        FIXED,
      );
    });
  });

  describe("given an account", () => {
    // Root 2: rain over [0, 10] with a strip; root 3: an event with three outcomes, scale 10. A tick of a lot is 2 wei in both.
    const table = taken(intervalTable(between(0, 10), [between(2, 4)]), newEvent(3));
    const account = accountAfter(
      table,
      [
        { marketRootId: 2, marketBranchId: 2, price: tick(3), quantity: lot(5) },
        { marketRootId: 3, marketBranchId: 1, price: tick(4), quantity: lot(-2) },
        { marketRootId: 1, marketBranchId: 3, price: tick(50), quantity: lot(1) },
        { marketRootId: 2, marketBranchId: 2, price: tick(4), quantity: lot(-1) },
      ],
      wei(1_000),
    );

    it("trades turn into cash and lots", () => {
      expect(account.cash).to.equal(1_000n - 3n * 5n * 2n + 4n * 2n * 2n - 50n * 7n + 4n * 2n);
      expect(Object.fromEntries(account.positions)).to.deep.equal({ 1: [0n, 0n, 1n], 2: [0n, 4n], 3: [-2n, 0n, 0n] });
    });

    it("its slack is cash and the worst of every root, by rising number", () => {
      const { slack, roots } = worstOfAccount(table, account);
      expect(
        roots.map(({ marketRootId, worst, bindingOutcome }) => [marketRootId, worst, bindingOutcome]),
      ).to.deep.equal([
        [1, 0n, 1n],
        [2, 4n * 2n * 2n, 0n],
        [3, -2n * 10n * 2n, 1n],
      ]);
      expect(slack).to.equal(account.cash + 16n - 40n);
    });

    it("net collateral in given outcomes, all other roots at their worst", () => {
      const worst = worstOfAccount(table, account).slack;
      expect(netCollateral(table, account, [])).to.equal(worst);
      const rain = { marketRootId: 2, values: ticks(4) };
      const second = { marketRootId: 3, values: ticks(0, 7, 3) };
      expect(netCollateral(table, account, [rain])).to.equal(worst + 4n * (4n - 2n) * 2n);
      expect(netCollateral(table, account, [rain, second])).to.equal(worst + 16n + 40n);
      const basket = { marketRootId: 1, values: ticks(0, 0, 100) };
      expect(netCollateral(table, account, [basket, second])).to.equal(worst + 700n + 40n);
    });

    it("an outcome of a root that it does not hold changes nothing", () => {
      const empty = { cash: wei(5), positions: new Map() };
      expect(netCollateral(table, empty, [{ marketRootId: 2, values: ticks(4) }])).to.equal(5n);
    });

    it("refuses outcomes that cannot be, roots that do not rise, and roots that do not exist", () => {
      const impossible = (...outcomes: { marketRootId: number; values: ReturnType<typeof ticks> }[]): void => {
        const marketRootId = BigInt(outcomes.at(-1)!.marketRootId);
        expectRefusal(() => netCollateral(table, account, outcomes), "Book_OutcomeImpossible", { marketRootId });
      };
      impossible({ marketRootId: 2, values: ticks(11) });
      impossible({ marketRootId: 2, values: ticks(-1) });
      impossible({ marketRootId: 2, values: [] });
      impossible({ marketRootId: 2, values: ticks(1, 1) });
      impossible({ marketRootId: 3, values: ticks(5, 4, 0) });
      impossible({ marketRootId: 3, values: ticks(11, -1, 0) });
      impossible({ marketRootId: 3, values: ticks(5, 5) });
      impossible({ marketRootId: 3, values: ticks(5, 5, 0, 0) });
      impossible({ marketRootId: 3, values: ticks(5, 5, 0) }, { marketRootId: 2, values: ticks(1) });
      impossible({ marketRootId: 2, values: ticks(1) }, { marketRootId: 2, values: ticks(1) });
      const values = { marketRootId: 4n, marketBranchId: 1n };
      const unknown = { marketRootId: 4, values: [] };
      expectRefusal(() => netCollateral(table, account, [unknown]), "Book_MarketUnknown", values);
    });

    it("refuses trades in markets that do not exist, and positions in branches that do not", () => {
      const trade = { marketRootId: 2, marketBranchId: 3, price: tick(1), quantity: lot(1) };
      const values = { marketRootId: 2n, marketBranchId: 3n };
      expectRefusal(() => accountAfter(table, [trade]), "Book_MarketUnknown", values);
      expectRuleError(() => worstOfRoot(rootOf(table, 2), lots(1, 2, 3)), "SHAPE_MISMATCH", {
        what: "position",
        expected: 2,
        actual: 3,
      });
    });

    it("an unsettled root is not realised", () => {
      expectRefusal(() => realisedCash(rootOf(table, 2), []), "Book_MarketNotSettled", { marketRootId: 2n });
    });
  });

  it("a position from before a branch was made is worth the same after", () => {
    const root = intervalOf(intervalTable(between(0, 10), [between(2, 4)]));
    expect(worstOfRoot(root, lots(3))).to.deep.equal(worstOfRoot(root, lots(3, 0)));
  });

  it("tells possible outcomes by today's bounds", () => {
    const table = said(
      tableOf(() => newInterval(between(0, 10))),
      1,
      between(3, 6),
    );
    const possible = everyOutcome(between(-1, 11)).filter((y) => isPossible(intervalOf(table), ticks(y)));
    expect(possible).to.deep.equal([3n, 4n, 5n, 6n]);
  });
});
