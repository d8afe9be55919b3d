import { expect } from "chai";
import hre from "hardhat";

import { at, place, submit, submitAll } from "../../../stage/contracts/orders.js";
import { expectSound } from "../support/sound.js";
import { storyOf } from "../../../stage/contracts/story.js";
import { TIME_IN_FORCE, TOKEN } from "../../../stage/contracts/units.js";
import { bankroll, closeTrading, openWorld, type World } from "../../../stage/contracts/world.js";

const connection = await hre.network.create();
const { networkHelpers } = connection;

/** Alice offers 1 lot at each of 100 to 500; Bob bids for 10 at 450 with one step: orders 1 to 5, and 6. */
async function crossed(): Promise<World> {
  const w = await openWorld(connection);
  await bankroll(w, 10n * TOKEN, w.alice, w.bob, w.carol);
  for (const price of [100n, 200n, 300n, 400n, 500n]) await place(w, { trader: w.alice, lots: -1n, price });
  await place(w, { trader: w.bob, lots: 10n, price: 450n }, { maxMatches: 1 });
  return w;
}

/**
 * Alice offers 200 at 0.4 and 2 000 at 0.5 in leg 1: orders 1 and 2. Carol bids for 4 000 of them without steps: order 3.
 * Then she spends 9.6 of her 10 tokens in leg 2: orders 4 and 5.
 */
async function crossedByCarol(): Promise<World> {
  const w = await openWorld(connection, { assetCount: 3 });
  await bankroll(w, 10n * TOKEN, w.alice, w.bob, w.carol);
  await place(w, { trader: w.alice, lots: -200n, price: 4_000n });
  await place(w, { trader: w.alice, lots: -2_000n, price: 5_000n });
  await place(w, { trader: w.carol, lots: 4_000n, price: 5_000n }, { maxMatches: 0 });
  await place(w, { trader: w.bob, lots: -12_000n, price: 8_000n, leg: 2 });
  await place(w, { trader: w.carol, lots: 12_000n, price: 8_000n, leg: 2 });
  return w;
}

describe("OrderBook.matchTrades (R34)", () => {
  let w: World;
  beforeEach(async () => {
    w = await networkHelpers.loadFixture(crossed);
  });
  afterEach(() => expectSound(w));

  const run = (steps: number): Promise<string[]> => storyOf(w, w.book.connect(w.outsider).matchTrades(1, 1, steps, 0));
  const isCrossed = async (): Promise<boolean> => (await w.book.marketOf(1, 1)).crossed;

  describe("given an order ran out of steps", () => {
    it("the market says that it is crossed, and what is left of the order stands first", async () => {
      expect(await isCrossed()).to.equal(true);
      const { bestBid, bestAsk } = await w.book.marketOf(1, 1);
      expect([bestBid, bestAsk]).to.deep.equal([6n, 2n]);
      expect((await w.book.orderAt(6)).lots).to.equal(9n);
    });

    it("anybody lets it go on, step by step, at the prices of who was there first", async () => {
      expect(await run(1)).to.deep.equal(["matched 2 6: 1 at 200", "checkpoint 7"]);
      expect(await isCrossed()).to.equal(true);
      expect(await run(1)).to.deep.equal(["matched 3 6: 1 at 300", "checkpoint 8"]);
      expect(await run(1)).to.deep.equal(["matched 4 6: 1 at 400", "checkpoint 9"]);
      expect(await isCrossed()).to.equal(false);
      expect((await w.book.orderAt(6)).lots).to.equal(6n);
    });

    it("ends in the same book, whether in one call or many", async () => {
      expect(await run(100)).to.deep.equal([
        "matched 2 6: 1 at 200",
        "matched 3 6: 1 at 300",
        "matched 4 6: 1 at 400",
        "checkpoint 7",
      ]);
    });

    it("answers how many steps it took", async () => {
      expect(await w.book.matchTrades.staticCall(1, 1, 2, 0)).to.equal(2n);
      expect(await w.book.matchTrades.staticCall(1, 1, 100, 0)).to.equal(3n);
      expect(await w.book.matchTrades.staticCall(1, 1, 0, 0)).to.equal(0n);
    });

    it("changes nothing without steps", async () => {
      expect(await run(0)).to.deep.equal([]);
      expect(await isCrossed()).to.equal(true);
    });

    it("the next order finishes it first, and is judged on the book as it is then", async () => {
      const story = await storyOf(w, submit(w, { trader: w.carol, lots: 2n, price: 400n }));
      expect(story).to.deep.equal([
        "matched 2 6: 1 at 200",
        "matched 3 6: 1 at 300",
        "matched 4 6: 1 at 400",
        "created 7",
        "checkpoint 7",
      ]);
      expect((await w.book.orderAt(7)).lots).to.equal(2n);
    });

    it("the steps for that are the order's own", async () => {
      await place(w, { trader: w.carol, lots: -20n, price: 450n }, { maxMatches: 4 });
      expect((await w.book.orderAt(7)).lots).to.equal(-14n);
      expect(await isCrossed()).to.equal(false);
    });

    it("an order that cannot finish it is refused", async () => {
      await expect(submit(w, { trader: w.carol, lots: 2n, price: 400n }, { maxMatches: 2 }))
        .to.be.revertedWithCustomError(w.book, "Book_StillCrossed")
        .withArgs(1, 1);
      expect((await w.book.orderAt(2)).lots).to.equal(-1n);
    });

    it("in a batch it is skipped, what was matched on the way stays, and the next one goes on", async () => {
      const story = await storyOf(
        w,
        submitAll(
          w,
          [
            { trader: w.carol, lots: 2n, price: 400n },
            { trader: w.carol, lots: 2n, price: 400n },
          ],
          { maxMatches: 2 },
        ),
      );
      expect(story).to.deep.equal([
        "matched 2 6: 1 at 200",
        "matched 3 6: 1 at 300",
        "skipped 0: Book_StillCrossed",
        "matched 4 6: 1 at 400",
        "created 7",
        "checkpoint 7",
      ]);
    });

    it("a fill-or-kill order that cannot finish it undoes what it matched", async () => {
      const order = { trader: w.carol, lots: 2n, price: 400n, timeInForce: TIME_IN_FORCE.fillOrKill };
      const story = await storyOf(w, submitAll(w, [order], { maxMatches: 2 }));
      expect(story).to.deep.equal(["skipped 0: Book_StillCrossed"]);
      expect((await w.book.orderAt(2)).lots).to.equal(-1n);
    });

    it("does not hold up other legs", async () => {
      await expect(submit(w, { trader: w.carol, lots: 2n, price: 400n, leg: 2 }, { maxMatches: 0 })).to.emit(
        w.book,
        "TradeCreated",
      );
    });

    it("its trader may cancel it, and the market is whole again", async () => {
      expect(await storyOf(w, w.book.connect(w.bob).offset(at(6), 0))).to.deep.equal([
        "offset 6: 9 cancelled",
        "checkpoint 7",
      ]);
      expect(await run(10)).to.deep.equal([]);
      expect(await isCrossed()).to.equal(false);
      await place(w, { trader: w.carol, lots: 1n, price: 150n });
      expect((await w.book.orderAt(7)).lots).to.equal(1n);
    });

    it("the other side may be cancelled away too", async () => {
      await w.book.connect(w.alice).offset(at(2, 3, 4, 5), 0);
      expect(await run(10)).to.deep.equal([]);
      expect(await isCrossed()).to.equal(false);
      expect((await w.book.orderAt(6)).lots).to.equal(9n);
    });
  });

  describe("given the order that ran out of steps has expired since", () => {
    it("is taken out instead of filled", async () => {
      await run(100);
      const deadline = w.t1 + 5_000;
      await place(w, { trader: w.carol, lots: -20n, price: 440n, deadline }, { maxMatches: 0 });
      await networkHelpers.time.increaseTo(deadline + 1);
      expect(await run(1)).to.deep.equal(["offset 7: 20 expired", "checkpoint 9"]);
      expect(await isCrossed()).to.equal(false);
      expect((await w.book.orderAt(6)).lots).to.equal(6n);
    });
  });

  describe("given it has expired, and what it crossed was cancelled", () => {
    it("no step is taken, and it rests until somebody takes it out", async () => {
      await run(100);
      const deadline = w.t1 + 5_000;
      await place(w, { trader: w.carol, lots: -20n, price: 440n, deadline }, { maxMatches: 0 });
      await w.book.connect(w.bob).offset(at(6), 0);
      await networkHelpers.time.increaseTo(deadline + 1);
      expect(await w.book.matchTrades.staticCall(1, 1, 9, 0)).to.equal(0n);
      expect(await run(9)).to.deep.equal([]);
      expect(await isCrossed()).to.equal(false);
      expect((await w.book.orderAt(7)).lots).to.equal(-20n);
    });
  });

  describe("given its trader cannot bear it any more", () => {
    it("is filled as far as it can be borne, and the rest is taken out", async () => {
      const v = await networkHelpers.loadFixture(crossedByCarol);
      const tx = v.book.matchTrades(1, 1, 10, 0);
      expect(await storyOf(v, tx)).to.deep.equal([
        "matched 1 3: 200 at 4000",
        "offset 3: 3160 uncovered",
        "matched 2 3: 640 at 5000",
        "checkpoint 6",
      ]);
      expect((await v.book.orderAt(2)).lots).to.equal(-1_360n);
      expect((await v.book.marketOf(1, 1)).crossed).to.equal(false);
      await expectSound(v);
    });
  });

  describe("given nothing crosses", () => {
    it("does nothing", async () => {
      await run(100);
      expect(await run(100)).to.deep.equal([]);
      expect(await storyOf(w, w.book.matchTrades(1, 2, 5, 0))).to.deep.equal([]);
    });
  });

  describe("it refuses", () => {
    it("unknown markets", async () => {
      for (const [root, leg] of [
        [1, 3],
        [2, 1],
        [1, 0],
      ] as const) {
        await expect(w.book.matchTrades(root, leg, 1, 0))
          .to.be.revertedWithCustomError(w.book, "Book_MarketUnknown")
          .withArgs(root, leg);
      }
    });

    it("before t1 and from t2 on", async () => {
      await closeTrading(w);
      await networkHelpers.time.setNextBlockTimestamp(w.t2 + 5);
      await expect(w.book.matchTrades(1, 1, 10, 0))
        .to.be.revertedWithCustomError(w.book, "Book_NotTrading")
        .withArgs(w.t2 + 5, w.t1, w.t2);
      const early = await openWorld(connection, { stage: "funded" });
      await expect(early.book.matchTrades(1, 1, 10, 0)).to.be.revertedWithCustomError(early.book, "Book_NotTrading");
    });
  });
});
