import { expect } from "chai";
import fc from "fast-check";

import { ladderOf, STEPS } from "../../../app/views/trade/ladder-rows.js";
import { FIXED, lot, tick } from "../../protocol/support.js";

const level = (price: number, lots: number, orders = 1) => ({ priceTicks: tick(price), lots: lot(lots), orders });
const MARKET = { marketRootId: 1, marketBranchId: 1 };
const DEPTH = {
  ...MARKET,
  bids: [level(5_505, 200, 2), level(5_490, 150), level(5_401, 1)],
  asks: [level(5_510, 300), level(5_540, 90, 3)],
};

describe("a ladder", function () {
  it("has a row for each price, with what is one's own beside it", function () {
    const { asks, bids, spread } = ladderOf(
      DEPTH,
      [
        { priceTicks: 5_505n, lots: 50n },
        { priceTicks: 5_540n, lots: -90n },
      ],
      { step: 1n, most: 10 },
    );
    expect(spread).to.equal(5n);
    expect(asks.map(({ priceTicks, lots, cumulated, own }) => [priceTicks, lots, cumulated, own])).to.deep.equal([
      [5_540n, 90n, 390n, 90n],
      [5_510n, 300n, 300n, 0n],
    ]);
    expect(bids[0]).to.deep.equal({
      isBid: true,
      priceTicks: 5_505n,
      lots: 200n,
      cumulated: 200n,
      own: 50n,
      orders: 2,
    });
  });

  it("gathers bids down and offers up: no row promises more than its orders", function () {
    const { asks, bids } = ladderOf(DEPTH, [], { step: 50n, most: 10 });
    expect(bids.map(({ priceTicks, lots }) => [priceTicks, lots])).to.deep.equal([
      [5_500n, 200n],
      [5_450n, 150n],
      [5_400n, 1n],
    ]);
    expect(asks.map(({ priceTicks, lots }) => [priceTicks, lots])).to.deep.equal([[5_550n, 390n]]);
  });

  it("turned round has the offers of the other leg as bids", function () {
    const { asks, bids, spread } = ladderOf(DEPTH, [{ priceTicks: 5_505n, lots: 50n }], {
      step: 1n,
      most: 10,
      turnedAt: 10_000n,
    });
    expect(bids.map(({ priceTicks }) => priceTicks)).to.deep.equal([4_490n, 4_460n]);
    expect(asks.map(({ priceTicks, own }) => [priceTicks, own])).to.deep.equal([
      [4_599n, 0n],
      [4_510n, 0n],
      [4_495n, 50n],
    ]);
    expect(spread).to.equal(5n);
  });

  it("is below zero apart while orders cross, and has no spread with one side", function () {
    expect(ladderOf({ ...DEPTH, asks: [level(5_500, 1)] }, [], { step: 1n, most: 5 }).spread).to.equal(-5n);
    expect(ladderOf({ ...DEPTH, asks: [] }, [], { step: 1n, most: 5 }).spread).to.equal(undefined);
  });

  it("loses no lots, in whatever steps, and cumulates them", function () {
    const levels = fc.uniqueArray(fc.integer({ min: -300, max: 300 }), { maxLength: 40 });
    fc.assert(
      fc.property(levels, fc.constantFrom(...STEPS), (prices, step) => {
        const bids = [...prices].sort((a, b) => b - a).map((price, index) => level(price, index + 1));
        const rows = ladderOf({ ...MARKET, bids, asks: [] }, [], { step, most: 1_000 }).bids;
        const all = bids.reduce((sum, { lots }) => sum + lots, 0n);
        expect(rows.at(-1)?.cumulated ?? 0n).to.equal(all);
        for (const { priceTicks } of rows) expect(priceTicks % step).to.equal(0n);
        expect(new Set(rows.map(({ priceTicks }) => priceTicks)).size).to.equal(rows.length);
      }),
      FIXED,
    );
  });

  describe("with depth of houses", function () {
    const maker = {
      ...{ through: "maker" as const, contract: "0x" },
      ...{ bids: [level(5_500, 20), level(5_490, 25)], asks: [level(5_509, 30), level(5_510, 31), level(5_550, 9)] },
    };
    const rows = (options: Partial<Parameters<typeof ladderOf>[2]> = {}) => {
      const { asks, bids, spread } = ladderOf(DEPTH, [], { step: 1n, most: 10, house: [maker], ...options });
      const told = (side: typeof asks) =>
        side.map(({ through = "book", priceTicks, lots, cumulated }) => [through, priceTicks, lots, cumulated]);
      return { asks: told(asks), bids: told(bids), spread };
    };

    it("has rows of theirs between the book's, which they change nothing of", function () {
      expect(rows()).to.deep.equal({
        asks: [
          ["maker", 5_550n, 9n, 0n],
          ["book", 5_540n, 90n, 390n],
          ["maker", 5_510n, 31n, 0n],
          ["book", 5_510n, 300n, 300n],
          ["maker", 5_509n, 30n, 0n],
        ],
        bids: [
          ["book", 5_505n, 200n, 200n],
          ["maker", 5_500n, 20n, 0n],
          ["book", 5_490n, 150n, 350n],
          ["maker", 5_490n, 25n, 0n],
          ["book", 5_401n, 1n, 351n],
        ],
        spread: 5n,
      });
    });

    it("turns them round and gathers them with the book's", function () {
      const { bids, asks } = rows({ turnedAt: 10_000n, step: 50n });
      expect(bids.filter(([through]) => through === "maker")).to.deep.equal([["maker", 4_450n, 70n, 0n]]);
      expect(asks.filter(([through]) => through === "maker")).to.deep.equal([
        ["maker", 4_550n, 25n, 0n],
        ["maker", 4_500n, 20n, 0n],
      ]);
    });

    it("shows half as many rows of theirs at most", function () {
      expect(rows({ most: 2 }).asks.map(([through]) => through)).to.deep.equal(["book", "book", "maker"]);
    });
  });
});
