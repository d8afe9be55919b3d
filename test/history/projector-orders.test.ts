/** What comes of orders, row by row, by hand. */
import { expect } from "chai";

import type { Projector } from "../../src/history/projector.js";
import type { BlockRows, OffsetRow } from "../../src/history/rows.js";
import { primaryLink } from "../../src/protocol/signing/typed-data.js";
import { TimeInForce } from "../../src/protocol/signing/package.js";
import { LOT } from "../protocol/logged.js";
import {
  ALICE,
  batch,
  BOB,
  CAROL,
  type Deed,
  deposit,
  GOLD,
  HandChain,
  orderOf,
  place,
  project,
  SILVER,
  takeOut,
  transactionAt,
} from "./by-hand.js";

/** A chain on which Alice and Bob have 1 000 lots' worth each and Carol has 6, and what is read of it. */
function opened(): { chain: HandChain; projector: Projector; next: (...deeds: readonly Deed[]) => BlockRows } {
  const chain = new HandChain();
  const projector = chain.projector();
  const next = (...deeds: readonly Deed[]): BlockRows => project(projector, chain.block(deeds));
  next(deposit(ALICE, 1_000n), deposit(BOB, 1_000n), deposit(CAROL, 6n));
  return { chain, projector, next };
}

/** Tenths of a lot's worth. */
const tenths = (count: bigint): bigint => (count * LOT) / 10n;

describe("given an order that rests", () => {
  const { chain, next } = opened();
  let order: ReturnType<typeof orderOf>;
  let block: BlockRows;
  before(() => {
    order = orderOf(chain.book, ALICE, 5_500n, 10n);
    block = next(place(ALICE, 5_500n, 10n));
  });

  it("is a row with what was signed, its number and its link", () => {
    expect(block.rows.orders).to.deep.equal([
      {
        ...GOLD,
        logIndex: 0,
        transactionHash: transactionAt(101, 0),
        tradeRootId: 1,
        link: primaryLink(order),
        trader: ALICE,
        priceTicks: 5_500n,
        quantityLots: 10n,
        nonce: 0n,
        deadline: 1_999n,
        timeInForce: TimeInForce.GoodTillCancelled,
      },
    ]);
  });

  it("shows in its market and in the weights, and nowhere else", () => {
    const { fills, offsets, bounds, allocations, markets, weights } = block.rows;
    expect([fills, offsets, bounds, allocations]).to.deep.equal([[], [], [], []]);
    expect(weights).to.deep.equal([{ doubledMiddles: [11_000n, 9_000n] }]);
    expect(markets).to.deep.equal([
      {
        ...GOLD,
        bestBid: 5_500n,
        bestAsk: null,
        lastPrice: null,
        volume: 0n,
        longLots: 0n,
        shortLots: 0n,
        bids: [["5500", "10", 1]],
        asks: [],
      },
    ]);
    expect(block.changes).to.deep.equal([{ ...GOLD, bids: [{ priceTicks: 5_500n, lots: 10n, orders: 1 }], asks: [] }]);
  });

  it("leaves the block at the book's head", () => {
    expect(block.head).to.equal(chain.book.link);
  });
});

describe("given an order of which a part is filled", () => {
  const { next } = opened();
  let block: BlockRows;
  before(() => {
    next(place(ALICE, 5_500n, 10n));
    block = next(place(BOB, 5_400n, -4n));
  });

  it("is a fill at the price of who was there first, with both sides named", () => {
    expect(block.rows.fills).to.deep.equal([
      {
        ...GOLD,
        logIndex: 1,
        transactionHash: transactionAt(102, 0),
        makerRootId: 1,
        takerRootId: 2,
        maker: ALICE,
        taker: BOB,
        priceTicks: 5_500n,
        lots: 4n,
        takerBuys: false,
        via: "book",
      },
    ]);
  });

  it("moves the claims of both: four lots of gold against 2.2 lots' worth", () => {
    expect(block.rows.allocations).to.deep.equal([
      { trader: ALICE, claims: [tenths(10_018n), tenths(9_978n)] },
      { trader: BOB, claims: [tenths(9_982n), tenths(10_022n)] },
    ]);
  });

  it("leaves the rest in the market, with what was traded and what is held", () => {
    expect(block.rows.markets).to.deep.equal([
      {
        ...GOLD,
        bestBid: 5_500n,
        bestAsk: null,
        lastPrice: 5_500n,
        volume: 4n,
        longLots: 4n,
        shortLots: 4n,
        bids: [["5500", "6", 1]],
        asks: [],
      },
    ]);
    expect(block.changes).to.deep.equal([{ ...GOLD, bids: [{ priceTicks: 5_500n, lots: 6n, orders: 1 }], asks: [] }]);
  });

  it("has the rest filled by who buys, later, and counts the volume afresh", () => {
    const { rows, changes } = next(place(BOB, 5_500n, -7n), place(CAROL, 5_500n, 1n));
    const [first, second] = rows.fills;
    expect(rows.fills.length).to.equal(2);
    expect(first).to.deep.include({ makerRootId: 1, takerRootId: 3, lots: 6n, takerBuys: false });
    expect(second).to.deep.include({ makerRootId: 3, takerRootId: 4, maker: BOB, taker: CAROL, takerBuys: true });
    expect(rows.markets[0]).to.deep.include({ volume: 7n, longLots: 11n, shortLots: 11n, bids: [], asks: [] });
    expect(changes).to.deep.equal([{ ...GOLD, bids: [{ priceTicks: 5_500n, lots: 0n, orders: 0 }], asks: [] }]);
  });
});

describe("given orders in several markets in one block", () => {
  it("has the rows of each table in the order of the log, and the markets in the order of their numbers", () => {
    const { next } = opened();
    const { rows } = next(place(ALICE, 4_000n, 1n, SILVER), place(ALICE, 5_000n, 2n), place(BOB, 5_000n, -1n));
    expect(rows.orders.map(({ tradeRootId, logIndex }) => [tradeRootId, logIndex])).to.deep.equal([
      [1, 0],
      [2, 2],
      [3, 4],
    ]);
    expect(rows.orders.map(({ transactionHash }) => transactionHash)).to.deep.equal(
      [0, 1, 2].map((index) => transactionAt(101, index)),
    );
    expect(rows.markets.map(({ marketBranchId, volume }) => [marketBranchId, volume])).to.deep.equal([
      [1, 1n],
      [2, 0n],
    ]);
  });
});

describe("given an order that is taken out", () => {
  const offsetIn = ({ rows }: BlockRows): OffsetRow => {
    expect(rows.offsets.length).to.equal(1);
    return rows.offsets[0]!;
  };

  it("by its trader, is a row with what was left and where it was", () => {
    const { next } = opened();
    next(place(ALICE, 5_500n, 10n));
    next(place(BOB, 5_400n, -4n));
    const block = next(takeOut(ALICE, 1));
    expect(block.rows.offsets).to.deep.equal([
      {
        ...GOLD,
        logIndex: 0,
        transactionHash: transactionAt(103, 0),
        tradeRootId: 1,
        trader: ALICE,
        reason: "cancelled",
        lots: 6n,
      },
    ]);
    expect(block.rows.markets[0]).to.deep.include({ bestBid: null, lastPrice: 5_500n, volume: 0n, bids: [] });
    expect(block.changes).to.deep.equal([{ ...GOLD, bids: [{ priceTicks: 5_500n, lots: 0n, orders: 0 }], asks: [] }]);
    expect(block.rows.allocations).to.deep.equal([]);
  });

  it("because its deadline has passed, says that it has expired", () => {
    const { chain, projector, next } = opened();
    next(place(ALICE, 5_500n, 10n, { deadline: 1_600n }));
    const late = project(projector, chain.block([place(BOB, 5_400n, -4n)], 1_601n));
    expect(offsetIn(late)).to.deep.include({ tradeRootId: 1, trader: ALICE, reason: "expired", lots: 10n });
    expect(late.rows.fills).to.deep.equal([]);
    expect(late.rows.markets[0]).to.deep.include({ bestBid: null, bestAsk: 5_400n });
  });

  it("because its trader spent the collateral elsewhere, says that it is uncovered", () => {
    const { next } = opened();
    next(place(CAROL, 6_000n, 10n), place(CAROL, 5_900n, 10n), place(BOB, 5_000n, -10n));
    const block = next(place(ALICE, 5_000n, -10n));
    expect(offsetIn(block)).to.deep.include({ tradeRootId: 2, trader: CAROL, reason: "uncovered", lots: 10n });
    expect(block.rows.markets[0]).to.deep.include({ bestAsk: 5_000n, longLots: 10n, shortLots: 10n });
  });

  it("because it met its own trader's, says so", () => {
    const { next } = opened();
    next(place(ALICE, 5_500n, 10n));
    const block = next(place(ALICE, 5_400n, -3n));
    expect(offsetIn(block)).to.deep.include({ tradeRootId: 1, trader: ALICE, reason: "ownOrder", lots: 10n });
    expect(block.rows.markets[0]).to.deep.include({ bestBid: null, bestAsk: 5_400n, volume: 0n });
  });

  it("as the remainder of one that does not rest, is named in the block in which it came", () => {
    const { next } = opened();
    next(place(ALICE, 5_500n, 3n));
    const block = next(place(BOB, 5_500n, -5n, { timeInForce: TimeInForce.ImmediateOrCancel }));
    expect(block.rows.orders[0]).to.deep.include({
      tradeRootId: 2,
      quantityLots: -5n,
      timeInForce: TimeInForce.ImmediateOrCancel,
    });
    expect(block.rows.fills[0]).to.deep.include({ takerRootId: 2, lots: 3n });
    expect(offsetIn(block)).to.deep.include({ tradeRootId: 2, trader: BOB, reason: "remainder", lots: 2n });
    expect(block.rows.markets[0]).to.deep.include({ bestBid: null, bestAsk: null, volume: 3n });
  });
});

describe("given a batch with a package that the book refuses", () => {
  it("names it for its trader, and has no row of it", () => {
    const { chain, next } = opened();
    const order = orderOf(chain.book, ALICE, 5_500n, 10n);
    const { rows, skipped } = next(batch(order, order));
    expect(rows.orders.map(({ tradeRootId }) => tradeRootId)).to.deep.equal([1]);
    expect(skipped).to.deep.equal([
      { trader: ALICE, nonce: order.nonce, transactionHash: transactionAt(101, 0), code: "Book_NonceUsed" },
    ]);
  });
});
