import { expect } from "chai";
import hre from "hardhat";

import { deal, intervalRoot } from "../../../stage/contracts/markets.js";
import { type OrderSpec, place, submit } from "../../../stage/contracts/orders.js";
import { expectMarketsSound } from "../support/markets-sound.js";
import { storyOf } from "../../../stage/contracts/story.js";
import {
  costOf,
  MAX_INT64,
  MAX_ORDER_LOTS,
  MAX_UINT32,
  MAX_UINT40,
  MAX_UINT64,
  SCALE,
  TOKEN,
} from "../../../stage/contracts/units.js";
import { bankroll, closeTrading, openWorld, type World } from "../../../stage/contracts/world.js";

const connection = await hre.network.create();
const { networkHelpers } = connection;

async function funded(): Promise<World> {
  const w = await openWorld(connection, { stage: "funded" });
  await bankroll(w, 10n * TOKEN, w.alice, w.bob);
  return w;
}
async function open(): Promise<World> {
  const w = await networkHelpers.loadFixture(funded);
  await networkHelpers.time.increaseTo(w.t1);
  return w;
}

describe("OrderBook.createTrade: what the package says", () => {
  let w: World;
  let usual: OrderSpec;
  beforeEach(async () => {
    w = await networkHelpers.loadFixture(open);
    usual = { trader: w.alice, lots: 10n, price: 5_000n };
  });
  afterEach(() => expectMarketsSound(w));

  describe("time", () => {
    it("refuses before t1", async () => {
      const early = await networkHelpers.loadFixture(funded);
      await networkHelpers.time.setNextBlockTimestamp(early.t1 - 1);
      await expect(submit(early, { ...usual, trader: early.alice }))
        .to.be.revertedWithCustomError(early.book, "Book_NotTrading")
        .withArgs(early.t1 - 1, early.t1, early.t2);
    });

    it("takes the first second of trading and the last", async () => {
      const early = await networkHelpers.loadFixture(funded);
      await networkHelpers.time.setNextBlockTimestamp(early.t1);
      await expect(submit(early, { ...usual, trader: early.alice })).to.emit(early.book, "TradeCreated");
      await networkHelpers.time.setNextBlockTimestamp(early.t2 - 1);
      await expect(submit(early, { ...usual, trader: early.alice })).to.emit(early.book, "TradeCreated");
    });

    it("refuses at t2 and later", async () => {
      await networkHelpers.time.setNextBlockTimestamp(w.t2);
      await expect(submit(w, { ...usual, deadline: w.t2 + 100 }))
        .to.be.revertedWithCustomError(w.book, "Book_NotTrading")
        .withArgs(w.t2, w.t1, w.t2);
    });

    it("takes an order in the last second of its deadline", async () => {
      await networkHelpers.time.setNextBlockTimestamp(w.t1 + 500);
      await expect(submit(w, { ...usual, deadline: w.t1 + 500 })).to.emit(w.book, "TradeCreated");
    });

    it("refuses an order a second after its deadline", async () => {
      await networkHelpers.time.setNextBlockTimestamp(w.t1 + 501);
      await expect(submit(w, { ...usual, deadline: w.t1 + 500 }))
        .to.be.revertedWithCustomError(w.book, "Book_DeadlineExpired")
        .withArgs(w.t1 + 500, w.t1 + 501);
    });

    it("takes deadlines up to the last that can be signed; the market closes at t2 all the same", async () => {
      await place(w, { ...usual, deadline: MAX_UINT40 });
      expect((await w.book.orderAt(1)).deadline).to.equal(MAX_UINT32); // as good: t2 lies below it
      await closeTrading(w);
      await expect(w.book.matchTrades(1, 1, 10, 0)).to.be.revertedWithCustomError(w.book, "Book_NotTrading");
    });
  });

  describe("market", () => {
    for (const [root, leg] of [
      [1, 0],
      [1, 3],
      [1, 65_535],
      [0, 1],
      [2, 1],
      [4_294_967_295, 1],
    ] as const) {
      it(`refuses root ${root}, branch ${leg}`, async () => {
        await expect(submit(w, { ...usual, root, leg }))
          .to.be.revertedWithCustomError(w.book, "Book_MarketUnknown")
          .withArgs(root, leg);
      });
    }
  });

  describe("price", () => {
    for (const price of [-1n, SCALE + 1n, 2n ** 31n - 1n, -(2n ** 31n)]) {
      it(`refuses ${price}`, async () => {
        await expect(submit(w, { ...usual, price }))
          .to.be.revertedWithCustomError(w.book, "Book_PriceOutOfBounds")
          .withArgs(price, 0, SCALE);
      });
    }

    for (const price of [0n, SCALE]) {
      it(`takes the bound ${price}`, async () => {
        await expect(submit(w, { ...usual, price })).to.emit(w.book, "TradeCreated");
      });
    }
  });

  describe("quantity", () => {
    for (const lots of [0n, MAX_ORDER_LOTS + 1n, -MAX_ORDER_LOTS - 1n, MAX_INT64, -MAX_INT64 - 1n]) {
      it(`refuses ${lots}`, async () => {
        await expect(submit(w, { ...usual, lots }))
          .to.be.revertedWithCustomError(w.book, "Book_QuantityOutOfRange")
          .withArgs(lots, MAX_ORDER_LOTS);
      });
    }

    it("refuses the largest as uncovered, with the exact shortfall", async () => {
      await expect(submit(w, { ...usual, lots: MAX_ORDER_LOTS }))
        .to.be.revertedWithCustomError(w.book, "Book_Uncovered")
        .withArgs(w.alice.address, costOf(MAX_ORDER_LOTS, 5_000n) - 10n * TOKEN, 2);
    });

    it("stores the largest order in the dearest market", async () => {
      const dear = { min: -(2n ** 31n), max: 2n ** 31n - 1n, tickValue: MAX_UINT64 };
      const root = await intervalRoot(w, { ...dear, fallback: 0n });
      await place(w, { trader: w.alice, root, lots: MAX_ORDER_LOTS, price: dear.min });
      await place(w, { trader: w.bob, root, lots: -MAX_ORDER_LOTS, price: dear.max });
      expect((await w.book.orderAt(1)).lots).to.equal(MAX_ORDER_LOTS);
      expect((await w.book.accountOf(w.alice)).reserved).to.equal(0n);
    });

    describe("given a position of as many lots as can be stored, in a market that costs next to nothing", () => {
      let root: number;
      beforeEach(async () => {
        root = await intervalRoot(w, { max: 1n, tickValue: 1n, fallback: 0n });
        await deal(w, { buyer: w.alice, seller: w.bob, root, lots: MAX_ORDER_LOTS, price: 0n });
      });

      it("refuses an order that is not free and would take it further", async () => {
        await w.book.connect(w.alice).withdraw(10n * TOKEN, w.alice, 0);
        await expect(submit(w, { trader: w.alice, root, lots: 1n, price: 1n }))
          .to.be.revertedWithCustomError(w.book, "Book_PositionOverflow")
          .withArgs(w.alice.address);
      });

      it("takes one that is, and takes it out when it would be filled", async () => {
        await place(w, { trader: w.alice, root, lots: 5n, price: 1n });
        const story = await storyOf(w, submit(w, { trader: w.bob, root, lots: -5n, price: 1n }));
        expect(story).to.deep.equal(["created 4", "offset 3: 5 uncovered", "checkpoint 5"]);
      });

      it("takes what lets it shrink", async () => {
        await place(w, { trader: w.alice, root, lots: -MAX_ORDER_LOTS, price: 1n });
        await place(w, { trader: w.bob, root, lots: MAX_ORDER_LOTS, price: 1n });
        expect([...(await w.book.positionOf(w.alice, root))]).to.deep.equal([0n]);
      });
    });

    it("takes the largest when it costs nothing, of either sign", async () => {
      await place(w, { ...usual, lots: MAX_ORDER_LOTS, price: 0n });
      await place(w, { trader: w.bob, lots: -5n, price: 0n });
      expect((await w.book.orderAt(1)).lots).to.equal(MAX_ORDER_LOTS - 5n);
      await place(w, { trader: w.bob, lots: -MAX_ORDER_LOTS, price: SCALE });
      expect((await w.book.orderAt(3)).lots).to.equal(-MAX_ORDER_LOTS);
    });
  });

  describe("time in force", () => {
    for (const timeInForce of [4, 255]) {
      it(`refuses ${timeInForce}`, async () => {
        await expect(submit(w, { ...usual, timeInForce }))
          .to.be.revertedWithCustomError(w.book, "Book_TimeInForceUnknown")
          .withArgs(timeInForce);
      });
    }
  });
});
