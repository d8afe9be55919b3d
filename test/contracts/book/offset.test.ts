import { expect } from "chai";
import hre from "hardhat";

import { at, place } from "../../../stage/contracts/orders.js";
import { expectSound } from "../support/sound.js";
import { storyOf } from "../../../stage/contracts/story.js";
import { TOKEN } from "../../../stage/contracts/units.js";
import { type Account, bankroll, closeTrading, openWorld, type World } from "../../../stage/contracts/world.js";

const connection = await hre.network.create();
const { networkHelpers } = connection;

const SOON = 5_000;

/** Alice has 1 token and bids for 2 000 at 0.5 in each of three legs; order 4 is Bob's, with an early deadline. */
async function open(): Promise<World> {
  const w = await openWorld(connection, { assetCount: 3 });
  await bankroll(w, TOKEN, w.alice);
  await bankroll(w, 100n * TOKEN, w.bob, w.carol);
  for (const leg of [1, 2, 3]) await place(w, { trader: w.alice, lots: 2_000n, price: 5_000n, leg });
  await place(w, { trader: w.bob, lots: 7n, price: 4_000n, deadline: w.t1 + SOON });
  return w;
}

describe("OrderBook.offset", () => {
  let w: World;
  beforeEach(async () => {
    w = await networkHelpers.loadFixture(open);
  });
  afterEach(() => expectSound(w));

  const offset = (caller: Account, ...ids: number[]): Promise<string[]> =>
    storyOf(w, w.book.connect(caller).offset(at(...ids), 0));

  describe("one's own order", () => {
    it("is cancelled, with the record of its offset", async () => {
      const tx = w.book.connect(w.alice).offset(at(1), 0);
      await expect(tx).to.emit(w.book, "TradeOffset").withArgs(1, 2_000, 0);
      expect((await storyOf(w, tx)).at(-1)).to.equal("checkpoint 5");
      expect((await w.book.orderAt(1)).lots).to.equal(0n);
      expect((await w.book.accountOf(w.alice)).openOrders).to.equal(2n);
    });

    it("is cancelled for what is left of it", async () => {
      await place(w, { trader: w.carol, lots: -500n, price: 5_000n });
      expect(await offset(w.alice, 1)).to.deep.equal(["offset 1: 1500 cancelled", "checkpoint 6"]);
    });

    it("is known by who calls, not by who submitted it", async () => {
      await expect(w.book.connect(w.submitter).offset(at(1), 0))
        .to.be.revertedWithCustomError(w.book, "Book_OrderStands")
        .withArgs(1, w.submitter.address);
    });

    it("can be cancelled with others in one call, with one checkpoint", async () => {
      expect(await offset(w.alice, 3, 1, 2)).to.deep.equal([
        "offset 3: 2000 cancelled",
        "offset 1: 2000 cancelled",
        "offset 2: 2000 cancelled",
        "checkpoint 5",
      ]);
      expect([...(await w.book.accountOf(w.alice))]).to.deep.equal([TOKEN, 0n, 0n, 0n]);
    });
  });

  describe("another's order", () => {
    it("that is covered and in time stands", async () => {
      for (const id of [1, 4]) {
        await expect(w.book.connect(w.outsider).offset(at(id), 0))
          .to.be.revertedWithCustomError(w.book, "Book_OrderStands")
          .withArgs(id, w.outsider.address);
      }
    });

    it("stands in the last second of its deadline, and is expired a second later", async () => {
      await networkHelpers.time.setNextBlockTimestamp(w.t1 + SOON);
      await expect(w.book.connect(w.outsider).offset(at(4), 0)).to.be.revertedWithCustomError(
        w.book,
        "Book_OrderStands",
      );
      await networkHelpers.time.setNextBlockTimestamp(w.t1 + SOON + 1);
      expect(await offset(w.outsider, 4)).to.deep.equal(["offset 4: 7 expired", "checkpoint 5"]);
      expect((await w.book.accountOf(w.bob)).openOrders).to.equal(0n);
    });

    it("that its trader cannot bear any more is evicted by anybody", async () => {
      await place(w, { trader: w.carol, lots: -2_000n, price: 5_000n });
      expect((await w.book.accountOf(w.alice)).claim).to.equal(0n);
      expect(await offset(w.outsider, 2, 3)).to.deep.equal([
        "offset 2: 2000 uncovered",
        "offset 3: 2000 uncovered",
        "checkpoint 6",
      ]);
    });

    it("stands as long as all that is left of it can be borne, and keeps what can be", async () => {
      // Half of Alice's token goes into leg 1: 1 000 lots are left there, and 2 000 in the others.
      await place(w, { trader: w.carol, lots: -1_000n, price: 5_000n });
      expect(await offset(w.outsider, 1, 2)).to.deep.equal([
        "left 1: Book_OrderStands",
        "offset 2: 1000 uncovered",
        "checkpoint 6",
      ]);
      expect((await w.book.orderAt(2)).lots).to.equal(1_000n);
    });

    it("stands again when its trader has paid in more", async () => {
      await place(w, { trader: w.carol, lots: -2_000n, price: 5_000n });
      await bankroll(w, TOKEN, w.alice);
      await expect(w.book.connect(w.outsider).offset(at(2), 0)).to.be.revertedWithCustomError(
        w.book,
        "Book_OrderStands",
      );
    });

    it("is expired for everybody from t2 on, whatever its deadline", async () => {
      await closeTrading(w);
      expect(await offset(w.outsider, 1)).to.deep.equal(["offset 1: 2000 expired", "checkpoint 5"]);
      expect(await offset(w.alice, 2)).to.deep.equal(["offset 2: 2000 cancelled", "checkpoint 6"]);
    });
  });

  describe("among several", () => {
    it("leaves alone what stands, with the reason, and takes out the rest", async () => {
      await networkHelpers.time.increaseTo(w.t1 + SOON + 1);
      expect(await offset(w.outsider, 1, 4, 99)).to.deep.equal([
        "left 1: Book_OrderStands",
        "offset 4: 7 expired",
        "left 99: Book_OrderUnknown",
        "checkpoint 5",
      ]);
    });

    it("tells the second mention of the same order that it is gone", async () => {
      expect(await offset(w.alice, 1, 1)).to.deep.equal([
        "offset 1: 2000 cancelled",
        "left 1: Book_OrderUnknown",
        "checkpoint 5",
      ]);
    });

    it("answers how many it took out", async () => {
      expect(await w.book.connect(w.alice).offset.staticCall(at(1, 99, 2), 0)).to.equal(2n);
    });
  });

  describe("it refuses when none can be offset", () => {
    it("with the first one's reason", async () => {
      await expect(w.book.connect(w.outsider).offset(at(99, 1), 0))
        .to.be.revertedWithCustomError(w.book, "Book_OrderUnknown")
        .withArgs(99);
      await expect(w.book.connect(w.outsider).offset(at(1, 99), 0))
        .to.be.revertedWithCustomError(w.book, "Book_OrderStands")
        .withArgs(1, w.outsider.address);
    });

    it("for orders that never were, and for 0", async () => {
      for (const id of [0, 5, 4_294_967_295]) {
        await expect(w.book.connect(w.alice).offset(at(id), 0))
          .to.be.revertedWithCustomError(w.book, "Book_OrderUnknown")
          .withArgs(id);
      }
    });

    it("but an empty list is no error", async () => {
      expect(await offset(w.alice)).to.deep.equal([]);
    });
  });
});
