import { expect } from "chai";
import hre from "hardhat";

import { at, type OrderSpec, place, submit, submitAll } from "../../../stage/contracts/orders.js";
import { expectSound } from "../support/sound.js";
import { storyOf } from "../../../stage/contracts/story.js";
import { TIME_IN_FORCE } from "../../../stage/contracts/units.js";
import { type World } from "../../../stage/contracts/world.js";
import { openWithBids } from "../support/openings.js";

const connection = await hre.network.create();
const { networkHelpers } = connection;
const { goodTillCancelled, immediateOrCancel, postOnly } = TIME_IN_FORCE;

/** Alice bids for 10 at 0.5 and for 10 at 0.4. */
async function open(): Promise<World> {
  return openWithBids(connection);
}

describe("Time in force (R28)", () => {
  let w: World;
  let offer: OrderSpec;
  beforeEach(async () => {
    w = await networkHelpers.loadFixture(open);
    offer = { trader: w.bob, lots: -15n, price: 5_000n };
  });
  afterEach(() => expectSound(w));

  const bobIsClean = async (): Promise<void> => {
    const { openOrders, reserved } = await w.book.accountOf(w.bob);
    expect([openOrders, reserved]).to.deep.equal([0n, 0n]);
  };

  describe("good till cancelled", () => {
    it("rests with what was not filled, until it is cancelled", async () => {
      const story = await storyOf(w, submit(w, { ...offer, timeInForce: goodTillCancelled }));
      expect(story).to.deep.equal(["created 3", "matched 1 3: 10 at 5000", "checkpoint 3"]);
      expect((await w.book.orderAt(3)).lots).to.equal(-5n);
      const cancelled = await storyOf(w, w.book.connect(w.bob).offset(at(3), 0));
      expect(cancelled).to.deep.equal(["offset 3: 5 cancelled", "checkpoint 4"]);
      await bobIsClean();
    });
  });

  describe("immediate or cancel", () => {
    it("takes what is there and has the rest offset at once, on record", async () => {
      const story = await storyOf(w, submit(w, { ...offer, timeInForce: immediateOrCancel }));
      expect(story).to.deep.equal(["created 3", "matched 1 3: 10 at 5000", "offset 3: 5 remainder", "checkpoint 3"]);
      expect((await w.book.orderAt(3)).lots).to.equal(0n);
      await bobIsClean();
    });

    it("leaves no remainder record when it is filled", async () => {
      const story = await storyOf(w, submit(w, { ...offer, lots: -10n, timeInForce: immediateOrCancel }));
      expect(story).to.deep.equal(["created 3", "matched 1 3: 10 at 5000", "checkpoint 3"]);
    });

    it("is offset whole when there is nothing within its limit", async () => {
      const story = await storyOf(w, submit(w, { ...offer, price: 6_000n, timeInForce: immediateOrCancel }));
      expect(story).to.deep.equal(["created 3", "offset 3: 15 remainder", "checkpoint 3"]);
    });

    it("rests when its steps run out while it still crosses, and is offset once it does not", async () => {
      const order = { ...offer, lots: -25n, price: 3_000n, timeInForce: immediateOrCancel };
      const story = await storyOf(w, submit(w, order, { maxMatches: 1 }));
      expect(story).to.deep.equal(["created 3", "matched 1 3: 10 at 5000", "checkpoint 3"]);
      expect((await w.book.marketOf(1, 1)).crossed).to.equal(true);
      const rest = await storyOf(w, w.book.matchTrades(1, 1, 1, 0));
      expect(rest).to.deep.equal(["matched 2 3: 10 at 4000", "offset 3: 5 remainder", "checkpoint 4"]);
      expect((await w.book.marketOf(1, 1)).crossed).to.equal(false);
    });

    it("needs no place in the queue to be found", async () => {
      const order = { ...offer, timeInForce: immediateOrCancel, insertAfter: 99 };
      await expect(submit(w, order, { maxWalk: 0 })).to.emit(w.book, "TradesMatched");
    });
  });

  describe("post only", () => {
    it("rests when it takes nothing", async () => {
      const story = await storyOf(w, submit(w, { ...offer, price: 5_001n, timeInForce: postOnly }));
      expect(story).to.deep.equal(["created 3", "checkpoint 3"]);
      expect((await w.book.orderAt(3)).lots).to.equal(-15n);
    });

    it("is refused when it would take, with its price and the best opposite one", async () => {
      for (const price of [5_000n, 4_500n, 0n]) {
        await expect(submit(w, { ...offer, price, timeInForce: postOnly }))
          .to.be.revertedWithCustomError(w.book, "Book_PostOnlyWouldTake")
          .withArgs(price, 5_000);
      }
      await place(w, { trader: w.bob, lots: -1n, price: 7_000n });
      await expect(submit(w, { trader: w.carol, lots: 1n, price: 7_000n, timeInForce: postOnly }))
        .to.be.revertedWithCustomError(w.book, "Book_PostOnlyWouldTake")
        .withArgs(7_000, 7_000);
    });

    it("is skipped in a batch when it would take", async () => {
      const story = await storyOf(w, submitAll(w, [{ ...offer, timeInForce: postOnly }]));
      expect(story).to.deep.equal(["skipped 0: Book_PostOnlyWouldTake"]);
    });
  });
});
