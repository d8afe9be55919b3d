import { expect } from "chai";
import fc from "fast-check";

import { bindingOf, type BindingInput, type ClosingTrade, type OwnOrder } from "../../../src/protocol/value/binding.js";
import { accountAfter, worstOfAccount } from "../../../src/protocol/margin/worth.js";
import type { MarketTable } from "../../../src/protocol/market/market-table.js";
import type { Depth } from "../../../src/protocol/value/quote.js";
import { between, EMPTY, intervalTable, newBounds, newEvent, taken, tableOf } from "../markets.js";
import { FIXED, lot, tick, wei, whole } from "../support.js";

const NO_DEPTH: Depth = { bids: [], asks: [] };

function input(
  table: MarketTable,
  held: Record<number, readonly number[]>,
  change: Partial<BindingInput> = {},
): BindingInput {
  const positions = new Map(Object.entries(held).map(([root, sizes]) => [Number(root), sizes.map(lot)]));
  return {
    table,
    account: { cash: wei(1_000), positions },
    storedWorst: new Map(),
    reserved: wei(0),
    orders: [],
    depthOf: () => NO_DEPTH,
    ...change,
  };
}

/** Root 2 pays 0 to 20, and its branch 2 within [5, 15]; a tick of a lot is 2 wei. The basket has 3 legs, scale 100, 7 wei. */
const RAIN = intervalTable(between(0, 20), [between(5, 15)]);

describe("bindingOf", () => {
  describe("given an account that holds nothing", () => {
    it("has all its cash as slack, and nothing frees more", () => {
      const found = bindingOf(input(EMPTY, {}));
      expect(found).to.deep.equal({
        slack: 1_000n,
        storedSlack: 1_000n,
        reserved: 0n,
        withdrawable: 1_000n,
        roots: [],
        orders: [],
        releases: [],
      });
    });
  });

  describe("given positions in several roots", () => {
    const found = bindingOf(input(RAIN, { 1: [1, 0, -2], 2: [3, -3] }));

    it("adds up the worst of each root", () => {
      // Basket: if leg 3 weighs all, −2 · 100 ticks of 7 wei. Rain: 3y − 3·clamp(y, 5, 15) is least at y = 0, −15 of 2 wei.
      expect(
        found.roots.map(({ marketRootId, worst, bindingOutcome }) => [marketRootId, worst, bindingOutcome]),
      ).to.deep.equal([
        [1, -1_400n, 3n],
        [2, -30n, 0n],
      ]);
      expect(found.slack).to.equal(1_000n - 1_400n - 30n);
    });

    it("says for each position what closing it frees, and at which price that is nothing", () => {
      const trades = found.releases.filter((release): release is ClosingTrade => release.kind === "trade");
      expect(
        trades.map(({ marketRootId, marketBranchId, lots, released, breakEven }) => [
          marketRootId,
          marketBranchId,
          lots,
          released,
          breakEven,
        ]),
      ).to.deep.equal([
        [1, 1, -1n, 0n, 0n], // the worst is at leg 3: leg 1 backs nothing there
        [1, 3, 2n, 1_400n, 100n], // short 2: bought back at up to the whole scale
        [2, 1, -3n, -60n, 10n], // without it −3·clamp is worst at 15: −90
        [2, 2, 3n, 30n, 5n],
      ]);
    });

    it("says which bound would free how much", () => {
      // At y ≥ 5 both branches pay the same: nothing is lost. Nothing below 0 is left to exclude.
      expect(found.releases.filter(({ kind }) => kind === "bound")).to.deep.equal([
        { kind: "bound", marketRootId: 2, marketBranchId: 1, bounds: between(5, 20), frees: 30n },
      ]);
    });
  });

  describe("given a book with orders on the other side", () => {
    it("closes as much as they take, at their prices", () => {
      const depth: Depth = {
        bids: [
          { priceTicks: tick(12), lots: lot(2) },
          { priceTicks: tick(9), lots: lot(4) },
        ],
        asks: [],
      };
      const [trade] = bindingOf(input(RAIN, { 2: [5] }, { depthOf: () => depth })).releases;
      // y = 0: five lots are worth nothing; 2 · 12 + 3 · 9 ticks of 2 wei
      expect((trade as ClosingTrade).now).to.deep.equal({ lots: -5n, limit: 9n, frees: 102n });
    });

    it("closes a part if they do not take all", () => {
      const depth: Depth = { bids: [], asks: [{ priceTicks: tick(11), lots: lot(2) }] };
      const [trade] = bindingOf(input(RAIN, { 2: [-5] }, { depthOf: () => depth })).releases;
      // worst −5 · 20 becomes −3 · 20, less 2 · 11, times 2 wei
      expect((trade as ClosingTrade).now).to.deep.equal({ lots: 2n, limit: 11n, frees: 36n });
    });
  });

  describe("given a price at which closing frees nothing that is no whole tick", () => {
    it("rounds a seller's up and a buyer's down", () => {
      const table = intervalTable(between(0, 20), [between(5, 10), between(5, 15)]);
      const trades = bindingOf(input(table, { 2: [2, 0, -3] })).releases as ClosingTrade[];
      // 2y − 3·clamp(y, 5, 15): y = 0: −15, y = 15: −15. Without the first: −45; without the second: 0.
      expect(trades.slice(0, 2).map(({ lots, released, breakEven }) => [lots, released, breakEven])).to.deep.equal([
        [-2n, -60n, 15n],
        [3n, 30n, 5n],
      ]);
      const odd = bindingOf(input(table, { 2: [3, 0, -4] })).releases as ClosingTrade[];
      // 3y − 4·clamp(y, 5, 15): y = 0: −20, 15: −15. Without the first: −60, so 40/3; without the second: 0, so 5.
      expect(odd.slice(0, 2).map(({ lots, released, breakEven }) => [lots, released, breakEven])).to.deep.equal([
        [-3n, -80n, 14n],
        [4n, 40n, 5n],
      ]);
    });
  });

  describe("given an event", () => {
    it("names the outcome whose elimination frees something", () => {
      const table = tableOf(() => newEvent(3)); // root 2, scale 10
      const { releases } = bindingOf(input(table, { 2: [0, -4, -1] }));
      expect(releases.filter(({ kind }) => kind === "bound")).to.deep.equal([
        { kind: "bound", marketRootId: 2, marketBranchId: 2, bounds: between(0, 0), frees: (40n - 10n) * 2n },
      ]);
    });
  });

  describe("given stored worst cases that are not up to date", () => {
    it("frees the difference by refreshing", () => {
      const table = taken(RAIN, newBounds(RAIN, 2, 1, between(4, 20)));
      const found = bindingOf(input(table, { 2: [5] }, { storedWorst: new Map([[2, wei(0)]]) }));
      expect([found.slack, found.storedSlack, found.withdrawable]).to.deep.equal([1_040n, 1_000n, 1_000n]);
      expect(found.releases[0]).to.deep.equal({ kind: "refresh", marketRootId: 2, frees: 40n });
    });

    it("realises instead, once the root is settled, and offers no trade there", () => {
      const table = taken(RAIN, newBounds(RAIN, 2, 1, between(8, 8)));
      const { releases } = bindingOf(input(table, { 2: [5] }, { storedWorst: new Map([[2, wei(0)]]) }));
      expect(releases).to.deep.equal([{ kind: "realise", marketRootId: 2, frees: 80n }]);
    });
  });

  describe("given open orders", () => {
    const order = (change: Partial<OwnOrder>): OwnOrder => {
      return { tradeRootId: 7, marketRootId: 2, marketBranchId: 1, priceTicks: tick(10), lots: lot(5), ...change };
    };

    it("says what would be left if each were filled, and what it lacks", () => {
      const orders = [order({}), order({ tradeRootId: 8, lots: lot(-60), priceTicks: tick(10) })];
      const found = bindingOf(input(RAIN, {}, { orders, reserved: wei(100) }));
      expect(found.orders.map(({ slackIfFilled, missing }) => [slackIfFilled, missing])).to.deep.equal([
        [900n, 0n], // 5 · 10 · 2 paid, worth nothing at 0
        [-200n, 200n], // 60 · 10 · 2 received, 60 · 20 · 2 owed
      ]);
    });

    it("frees their reserve by cancelling all of them, but no more than there is", () => {
      const orders = [order({}), order({ tradeRootId: 8 })];
      const freed = (reserved: number) =>
        bindingOf(input(RAIN, {}, { orders, reserved: wei(reserved) })).releases.find(({ kind }) => kind === "cancel");
      expect(freed(100)).to.deep.equal({ kind: "cancel", tradeRootIds: [7, 8], frees: 100n });
      expect(freed(5_000)).to.deep.include({ frees: 1_000n });
      expect(bindingOf(input(RAIN, {}, { orders, reserved: wei(5_000) })).withdrawable).to.equal(0n);
    });
  });

  describe("given any position and any one closing trade", () => {
    it("frees at its break-even price nothing less than nothing, and one tick worse does", () => {
      fc.assert(
        fc.property(fc.array(whole(-9, 9), { minLength: 3, maxLength: 3 }), (sizes) => {
          const table = intervalTable(between(0, 20), [between(5, 10), between(5, 15)]);
          const account = { cash: wei(1_000), positions: new Map([[2, sizes.map(lot)]]) };
          const { slack, releases } = bindingOf({ ...input(table, {}), account });
          expect(slack).to.equal(worstOfAccount(table, account).slack);
          for (const release of releases) {
            if (release.kind !== "trade") continue;
            const { marketRootId, marketBranchId, lots, breakEven } = release;
            const after = (price: bigint): bigint => {
              const held = sizes.map((size, b) => ({
                marketRootId,
                marketBranchId: b + 1,
                price: tick(0),
                quantity: lot(size),
              }));
              const trades = [...held, { marketRootId, marketBranchId, price: tick(price), quantity: lots }];
              return worstOfAccount(table, accountAfter(table, trades, account.cash)).slack;
            };
            const worse = lots > 0n ? 1n : -1n;
            expect(after(breakEven) >= slack).to.be.true;
            expect(after(breakEven + worse) < slack).to.be.true;
          }
        }),
        FIXED,
      );
    });
  });
});
