/** What is worth a row, of a book that is changed by hand. */
import { expect } from "chai";

import {
  createFigures,
  DEPTH_LEVELS,
  type Figures,
  forgetTouched,
  takeFigures,
  touchMarket,
  touchRoot,
  touchTrader,
  traded,
} from "../../src/history/figures.js";
import type { Book } from "../../src/protocol/book/book.js";
import { LOT, NOW } from "../protocol/logged.js";
import { between, newBranch, newInterval } from "../protocol/markets.js";
import { tick } from "../protocol/support.js";
import { ALICE, BOB, CAROL, type Deed, deposit, GOLD, HandChain, place, record, SILVER, takeOut } from "./by-hand.js";

interface World {
  readonly book: Book;
  readonly figures: Figures;
  /** Does something to the book; what it touches is told by hand. */
  readonly act: (...deeds: readonly Deed[]) => void;
}

/** A book on which Alice, Bob and Carol, traders 1 to 3, have 10 000 lots' worth each. */
function open(): World {
  const { book } = new HandChain();
  const act = (...deeds: readonly Deed[]): void => {
    for (const deed of deeds) deed(book, NOW);
  };
  for (const trader of [ALICE, BOB, CAROL]) act(deposit(trader, 10_000n));
  return { book, figures: createFigures(book), act };
}

const NOTHING = { rows: { allocations: [], markets: [], weights: [] }, changes: [] };

describe("figures of markets", () => {
  it("are none of what nobody touched", () => {
    const { figures, act } = open();
    act(place(ALICE, 5_000n, 1n));
    expect(takeFigures(figures)).to.deep.equal(NOTHING);
  });

  it("are those of a market that was touched, once, though it is empty", () => {
    const { figures } = open();
    touchMarket(figures, GOLD);
    touchMarket(figures, GOLD);
    const empty = { bestBid: null, bestAsk: null, lastPrice: null, volume: 0n, longLots: 0n, shortLots: 0n };
    const { rows, changes } = takeFigures(figures);
    expect([rows.markets, changes]).to.deep.equal([[{ ...GOLD, ...empty, bids: [], asks: [] }], []]);
    expect(takeFigures(figures)).to.deep.equal(NOTHING);
  });

  it("come in the order of roots and branches, whatever was touched first", () => {
    const { figures, act } = open();
    act(record(() => newInterval(between(0, 10))));
    act(record((table) => newBranch(table, 2, between(2, 4))));
    for (const market of [{ marketRootId: 2, marketBranchId: 2 }, SILVER]) touchMarket(figures, market);
    touchMarket(figures, { marketRootId: 2, marketBranchId: 1 });
    touchMarket(figures, GOLD);
    const { markets } = takeFigures(figures).rows;
    expect(markets.map(({ marketRootId, marketBranchId }) => [marketRootId, marketBranchId])).to.deep.equal([
      [1, 1],
      [1, 2],
      [2, 1],
      [2, 2],
    ]);
  });

  it("are those of every branch of a root that was touched", () => {
    const { figures, act } = open();
    act(record(() => newInterval(between(0, 10))));
    act(record((table) => newBranch(table, 2, between(2, 4))));
    touchRoot(figures, 2);
    const { markets } = takeFigures(figures).rows;
    expect(markets.map(({ marketRootId, marketBranchId }) => [marketRootId, marketBranchId])).to.deep.equal([
      [2, 1],
      [2, 2],
    ]);
  });

  it("add the lots that were traded, and keep the last price for later blocks", () => {
    const { figures } = open();
    traded(figures, GOLD, tick(5_500), 4n);
    touchMarket(figures, GOLD); // takes nothing away
    traded(figures, GOLD, tick(5_600), 3n);
    expect(takeFigures(figures).rows.markets[0]).to.deep.include({ lastPrice: 5_600n, volume: 7n });
    touchMarket(figures, GOLD);
    expect(takeFigures(figures).rows.markets[0]).to.deep.include({ lastPrice: 5_600n, volume: 0n });
    touchMarket(figures, SILVER);
    expect(takeFigures(figures).rows.markets[0]).to.deep.include({ ...SILVER, lastPrice: null });
  });

  it("have the levels of each side, best first, and what of them has changed", () => {
    const { figures, act } = open();
    act(place(ALICE, 5_000n, 1n), place(BOB, 5_000n, 2n), place(ALICE, 4_900n, 5n), place(CAROL, 5_100n, -3n));
    touchMarket(figures, GOLD);
    const first = takeFigures(figures);
    expect(first.rows.markets[0]).to.deep.include({
      bestBid: 5_000n,
      bestAsk: 5_100n,
      bids: [
        ["5000", "3", 2],
        ["4900", "5", 1],
      ],
      asks: [["5100", "3", 1]],
    });
    act(takeOut(ALICE, 1), place(ALICE, 4_800n, 1n));
    touchMarket(figures, GOLD);
    expect(takeFigures(figures).changes).to.deep.equal([
      {
        ...GOLD,
        bids: [
          { priceTicks: 5_000n, lots: 2n, orders: 1 },
          { priceTicks: 4_800n, lots: 1n, orders: 1 },
        ],
        asks: [],
      },
    ]);
  });

  it(`have ${DEPTH_LEVELS} levels of a side and no more; one that moves up to them is a change`, () => {
    const { figures, act } = open();
    const best = 5_000 + DEPTH_LEVELS;
    for (let price = 5_000; price <= best; price += 1) act(place(ALICE, BigInt(price), 1n));
    touchMarket(figures, GOLD);
    const first = takeFigures(figures);
    expect(first.rows.markets[0]!.bids.length).to.equal(DEPTH_LEVELS);
    expect(first.rows.markets[0]!.bids.at(-1)).to.deep.equal(["5001", "1", 1]);
    expect(first.changes[0]!.bids.length).to.equal(DEPTH_LEVELS);
    act(takeOut(ALICE, DEPTH_LEVELS + 1));
    touchMarket(figures, GOLD);
    const second = takeFigures(figures);
    expect(second.rows.markets[0]!.bids.at(-1)).to.deep.equal(["5000", "1", 1]);
    expect(second.changes[0]!.bids).to.deep.equal([
      { priceTicks: 5_000n, lots: 1n, orders: 1 },
      { priceTicks: BigInt(best), lots: 0n, orders: 0 },
    ]);
  });

  it("tell of no change where levels are as they were", () => {
    const { figures, act } = open();
    act(place(ALICE, 5_000n, 1n));
    touchMarket(figures, GOLD);
    takeFigures(figures);
    touchMarket(figures, GOLD);
    const { rows, changes } = takeFigures(figures);
    expect([rows.markets.length, changes]).to.deep.equal([1, []]);
  });
});

describe("figures of what is held", () => {
  const interestIn = (figures: Figures): unknown[] =>
    takeFigures(figures).rows.markets.map(({ marketBranchId, longLots, shortLots }) => [
      marketBranchId,
      longLots,
      shortLots,
    ]);
  const touch = (figures: Figures, ...traders: readonly number[]): void => {
    for (const trader of traders) touchTrader(figures, trader);
  };

  it("count the lots of all traders, long and short apart", () => {
    const { figures, act } = open();
    act(place(ALICE, 5_000n, 10n), place(BOB, 5_000n, -4n), place(CAROL, 5_000n, -6n));
    touch(figures, 1, 2, 3);
    expect(interestIn(figures)).to.deep.equal([[1, 10n, 10n]]);
  });

  it("follow a position that grows, shrinks, turns and ends", () => {
    const { figures, act } = open();
    for (const [quantity, held] of [
      [3n, 3n],
      [2n, 5n],
      [-4n, 1n],
      [-3n, 2n],
      [2n, 0n],
    ] as const) {
      act(place(BOB, 5_000n, -quantity), place(ALICE, 5_000n, quantity));
      touch(figures, 1, 2);
      expect(interestIn(figures), `after ${quantity} more`).to.deep.equal([[1, held, held]]);
    }
  });

  it("touch a market in which a trader holds more than before, and no other", () => {
    const { figures, act } = open();
    act(place(ALICE, 5_000n, 1n), place(BOB, 5_000n, -1n));
    touch(figures, 1, 2);
    expect(interestIn(figures)).to.deep.equal([[1, 1n, 1n]]);
    touch(figures, 1, 2);
    expect(interestIn(figures)).to.deep.equal([]);
    act(place(ALICE, 5_000n, 2n, SILVER), place(BOB, 5_000n, -2n, SILVER));
    touch(figures, 1, 2);
    expect(interestIn(figures)).to.deep.equal([[2, 2n, 2n]]);
  });
});

describe("figures of what is claimed", () => {
  it("are rows of traders whose claims have changed, in the order in which they were touched", () => {
    const { figures, act } = open();
    for (const trader of [3, 1]) touchTrader(figures, trader);
    const whole = [10_000n * LOT, 10_000n * LOT];
    expect(takeFigures(figures).rows.allocations).to.deep.equal([
      { trader: CAROL, claims: whole },
      { trader: ALICE, claims: whole },
    ]);
    act(deposit(ALICE, 1n));
    for (const trader of [1, 3]) touchTrader(figures, trader);
    const more = [10_001n * LOT, 10_001n * LOT];
    expect(takeFigures(figures).rows.allocations).to.deep.equal([{ trader: ALICE, claims: more }]);
  });

  it("are found as soon as the trader is touched, however long ago they changed", () => {
    const { figures, act } = open();
    act(deposit(BOB, 1n));
    touchTrader(figures, 1);
    takeFigures(figures);
    touchTrader(figures, 2);
    const [row] = takeFigures(figures).rows.allocations;
    expect(row).to.deep.equal({ trader: BOB, claims: [10_001n * LOT, 10_001n * LOT] });
  });
});

describe("figures of weights", () => {
  const both = ({ figures }: World): unknown => {
    for (const market of [GOLD, SILVER]) touchMarket(figures, market);
    return takeFigures(figures).rows.weights;
  };

  it("are twice the middle of each leg, or twice the one quote that there is", () => {
    const world = open();
    world.act(place(ALICE, 5_400n, 1n), place(BOB, 5_601n, -1n), place(ALICE, 4_000n, 1n, SILVER));
    expect(both(world)).to.deep.equal([{ doubledMiddles: [11_001n, 8_000n] }]);
    world.act(takeOut(BOB, 2));
    expect(both(world)).to.deep.equal([{ doubledMiddles: [10_800n, 8_000n] }]);
  });

  it("are, of two legs, what the quoted one leaves for the other, until that has a quote of its own", () => {
    const world = open();
    world.act(place(ALICE, 5_400n, 1n));
    expect(both(world)).to.deep.equal([{ doubledMiddles: [10_800n, 9_200n] }]);
    world.act(place(ALICE, 4_000n, 1n, SILVER));
    expect(both(world)).to.deep.equal([{ doubledMiddles: [10_800n, 8_000n] }]);
    expect(both(world), "unchanged").to.deep.equal([]);
    world.act(takeOut(ALICE, 1));
    expect(both(world)).to.deep.equal([{ doubledMiddles: [12_000n, 8_000n] }]);
  });

  it("are none while no leg has a quote, and come again when one has", () => {
    const world = open();
    world.act(place(ALICE, 5_400n, 1n));
    expect(both(world)).to.have.lengthOf(1);
    world.act(takeOut(ALICE, 1));
    expect(both(world)).to.deep.equal([]);
    world.act(place(ALICE, 5_400n, 1n));
    expect(both(world)).to.deep.equal([{ doubledMiddles: [10_800n, 9_200n] }]);
  });

  it("are none if all legs are quoted at nothing: that has no shares", () => {
    const world = open();
    world.act(place(ALICE, 0n, 1n), place(ALICE, 0n, 1n, SILVER));
    expect(both(world)).to.deep.equal([]);
    world.act(place(ALICE, 1n, 1n, SILVER));
    expect(both(world)).to.deep.equal([{ doubledMiddles: [0n, 2n] }]);
  });

  it("are looked at only if a leg was touched", () => {
    const world = open();
    world.act(place(ALICE, 5_400n, 1n), place(ALICE, 4_000n, 1n, SILVER));
    world.act(record(() => newInterval(between(0, 10))));
    touchRoot(world.figures, 2);
    expect(takeFigures(world.figures).rows.weights).to.deep.equal([]);
    touchMarket(world.figures, GOLD);
    expect(takeFigures(world.figures).rows.weights.length).to.equal(1);
  });
});

describe("figures that are forgotten or undone", () => {
  const touchAll = (figures: Figures): void => {
    traded(figures, GOLD, tick(5_000), 1n);
    touchMarket(figures, SILVER);
    for (const trader of [1, 2, 3]) touchTrader(figures, trader);
  };

  it("are nothing once what was touched is forgotten", () => {
    const { figures } = open();
    touchAll(figures);
    forgetTouched(figures);
    expect(takeFigures(figures)).to.deep.equal(NOTHING);
  });

  it("are the same again once the book is back where it was", () => {
    const { book, figures, act } = open();
    const { journal } = book.state;
    journal.hold();
    const mark = journal.mark();
    const attempt = (): unknown => {
      act(place(ALICE, 5_000n, 2n), place(BOB, 5_000n, -1n), place(CAROL, 4_000n, 1n, SILVER));
      touchAll(figures);
      return takeFigures(figures);
    };
    const first = attempt();
    journal.rollBack(mark);
    expect(attempt()).to.deep.equal(first);
    journal.rollBack(mark);
    touchMarket(figures, GOLD);
    expect(takeFigures(figures).rows.markets[0]).to.deep.include({ lastPrice: null, longLots: 0n, bids: [] });
  });
});
