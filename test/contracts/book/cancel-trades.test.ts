import { expect } from "chai";
import hre from "hardhat";

import { bring, type CancellationSpec, signCancellation } from "../../../stage/contracts/cancellations.js";
import { place, submit } from "../../../stage/contracts/orders.js";
import { storyOf } from "../../../stage/contracts/story.js";
import { LAST_NONCE, MAX_UINT32, TOKEN } from "../../../stage/contracts/units.js";
import { bankroll, closeTrading, openWorld, type World } from "../../../stage/contracts/world.js";
import { expectSound } from "../support/sound.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;

/** Alice's orders are 1, 2 (of leg 2) and 4, Bob's is 3. Alice has used nonces 0 to 2. */
async function open(): Promise<World> {
  const w = await openWorld(connection, { assetCount: 3 });
  await bankroll(w, 10n * TOKEN, w.alice, w.bob);
  await place(w, { trader: w.alice, lots: 10n, price: 5_000n });
  await place(w, { trader: w.alice, lots: 20n, price: 5_000n, leg: 2 });
  await place(w, { trader: w.bob, lots: 30n, price: 4_000n });
  await place(w, { trader: w.alice, lots: 40n, price: 3_000n });
  return w;
}

describe("OrderBook.cancelTrades (R43)", () => {
  let w: World;
  beforeEach(async () => {
    w = await networkHelpers.loadFixture(open);
  });
  afterEach(() => expectSound(w));

  const floorOf = async (): Promise<bigint> => (await w.book.noncesOf(w.alice)).nonceFloor;
  const openOrders = async (): Promise<bigint> => (await w.book.accountOf(w.alice)).openOrders;

  async function refused(spec: CancellationSpec, ids: number[], error: string, ...values: unknown[]): Promise<void> {
    const before = [await floorOf(), await openOrders(), (await w.book.chainState()).link];
    await expect(bring(w, spec, ...ids))
      .to.be.revertedWithCustomError(w.book, error)
      .withArgs(...values);
    expect([await floorOf(), await openOrders(), (await w.book.chainState()).link]).to.deep.equal(before);
  }

  describe("brought by anybody", () => {
    it("takes out the orders named, and says first who has signed for it", async () => {
      const signed = await signCancellation(w, { trader: w.alice, from: 1, to: 4 });
      const tx = await bring(w, signed, 2, 1);
      await expect(tx)
        .to.emit(w.book, "TradesCancelled")
        .withArgs(w.alice.address, 1, 4, 0, w.t2 - 1, signed.signature);
      expect((await storyOf(w, tx)).slice(1)).to.deep.equal([
        "offset 2: 20 cancelled",
        "offset 1: 10 cancelled",
        "checkpoint 5",
      ]);
      expect(await openOrders()).to.equal(1n);
      expect((await w.book.marketOf(1, 2)).bestBid).to.equal(0n);
      expect((await w.book.marketOf(1, 1)).bestBid).to.equal(3n);
    });

    it("returns how many went", async () => {
      const { cancellation, signature } = await signCancellation(w, { trader: w.alice });
      expect(await w.book.cancelTrades.staticCall(cancellation, signature, [1, 3, 4], 0)).to.equal(2n);
    });

    it("frees the reserve with the last of them", async () => {
      await bring(w, { trader: w.alice }, 1, 2, 4);
      expect([...(await w.book.accountOf(w.alice))]).to.deep.equal([10n * TOKEN, 0n, 0n, 0n]);
    });

    it("may be brought again while it is good, for others of its orders", async () => {
      const signed = await signCancellation(w, { trader: w.alice, to: 4 });
      await bring(w, signed, 1);
      await bring(w, signed, 4);
      expect(await openOrders()).to.equal(1n);
    });

    it("works in every phase, also after trading", async () => {
      const spec = { trader: w.alice, deadline: w.t2 + 1_000 };
      await closeTrading(w);
      await bring(w, spec, 1);
      expect(await openOrders()).to.equal(2n);
    });

    it("takes an order that has expired as a cancelled one", async () => {
      await place(w, { trader: w.alice, lots: 1n, price: 1n, deadline: w.t1 + 5_000 });
      await networkHelpers.time.increaseTo(w.t1 + 6_000);
      expect(await storyOf(w, bring(w, { trader: w.alice }, 5))).to.include("offset 5: 1 cancelled");
    });
  });

  describe("leaves alone, with an event,", () => {
    it("what is unknown, another's, or outside the range", async () => {
      const story = await storyOf(w, bring(w, { trader: w.alice, from: 2, to: 3 }, 9, 3, 1, 2, 4, 2));
      expect(story.slice(1)).to.deep.equal([
        "left 0: Book_OrderUnknown", // nothing has ever rested at place 9
        "left 3: Book_OrderNotMeant",
        "left 1: Book_OrderNotMeant",
        "offset 2: 20 cancelled",
        "left 4: Book_OrderNotMeant",
        "left 2: Book_OrderUnknown",
        "checkpoint 5",
      ]);
    });

    it("all of them, if the floor rises; then no checkpoint is made", async () => {
      const story = await storyOf(w, bring(w, { trader: w.alice, to: 3, nonceFloor: 9n }, 3));
      expect(story.slice(1)).to.deep.equal(["left 3: Book_OrderNotMeant"]);
      expect(await floorOf()).to.equal(9n);
    });
  });

  describe("the nonce floor", () => {
    it("rises to the cancellation's, with or without orders, and passes what is used", async () => {
      await place(w, { trader: w.alice, lots: 1n, price: 1n, nonce: 7n });
      await bring(w, { trader: w.alice, to: 4, nonceFloor: 7n }, 1);
      expect(await floorOf()).to.equal(8n);
      await expect(submit(w, { trader: w.alice, lots: 1n, price: 1n, nonce: 5n })).to.be.revertedWithCustomError(
        w.book,
        "Book_NonceUsed",
      );
      await bring(w, { trader: w.alice, to: 4, nonceFloor: LAST_NONCE });
      expect(await floorOf()).to.equal(LAST_NONCE);
    });

    it("stays where it is higher already", async () => {
      await bring(w, { trader: w.alice, to: 4, nonceFloor: 1n }, 1);
      expect(await floorOf()).to.equal(3n);
    });
  });

  describe("a range that reaches into numbers that are not given yet", () => {
    it("takes later orders too", async () => {
      const signed = await signCancellation(w, { trader: w.alice, from: 5, to: MAX_UINT32, nonceFloor: 100n });
      await place(w, { trader: w.alice, lots: 5n, price: 100n });
      await bring(w, signed, 5);
      expect([await openOrders(), await floorOf()]).to.deep.equal([3n, 100n]);
    });

    it("is void once the floor is above its nonceFloor, be it by later orders or by another cancellation", async () => {
      const signed = await signCancellation(w, { trader: w.alice, to: MAX_UINT32, nonceFloor: 20n });
      await bring(w, signed, 1);
      await bring(w, signed, 2); // the floor is just what it says
      await place(w, { trader: w.alice, lots: 5n, price: 100n, nonce: 20n });
      for (const ids of [[], [5], [4, 5]]) {
        await expect(bring(w, signed, ...ids))
          .to.be.revertedWithCustomError(w.book, "Book_CancellationVoid")
          .withArgs(w.alice.address, 20, 21);
      }
      await refused({ trader: w.alice, from: 5, to: 6 }, [5], "Book_CancellationVoid", w.alice.address, 0, 21);
    });

    it("is that of the newest number and no less", async () => {
      await bring(w, { trader: w.alice, to: 4 }, 1); // the newest
      await refused({ trader: w.alice, to: 5 }, [2], "Book_CancellationVoid", w.alice.address, 0, 3);
    });
  });

  describe("is refused, and changes nothing,", () => {
    it("after its deadline; its last second is good", async () => {
      const deadline = w.t1 + 5_000;
      await networkHelpers.time.setNextBlockTimestamp(deadline);
      await bring(w, { trader: w.alice, deadline }, 1);
      await networkHelpers.time.setNextBlockTimestamp(deadline + 1);
      await expect(bring(w, { trader: w.alice, deadline }, 2))
        .to.be.revertedWithCustomError(w.book, "Book_DeadlineExpired")
        .withArgs(deadline, deadline + 1);
    });

    it("without its trader's signature over just this, for this book", async () => {
      const good = await signCancellation(w, { trader: w.alice, from: 1, to: 2, nonceFloor: 5n });
      const changes = [
        { fromTradeRootId: 0 },
        { toTradeRootId: 3 },
        { nonceFloor: 6n },
        { deadline: w.t2 },
        { trader: w.bob.address },
      ];
      for (const change of changes) {
        const altered = { ...good, cancellation: { ...good.cancellation, ...change } };
        await expect(bring(w, altered, 1), Object.keys(change)[0]).to.be.revertedWithCustomError(
          w.book,
          "Book_SignatureInvalid",
        );
      }
      for (const spec of [{ key: w.bob }, { signature: "0x" }, { signature: `0x${"11".repeat(65)}` }]) {
        await expect(bring(w, { trader: w.alice, ...spec }, 1)).to.be.revertedWithCustomError(
          w.book,
          "Book_SignatureInvalid",
        );
      }
    });

    it("for who is not registered", async () => {
      await refused({ trader: w.outsider }, [1], "Book_TraderUnknown", w.outsider.address);
    });

    it("with a floor that no nonce can have", async () => {
      const beyond = LAST_NONCE + 1n;
      await refused({ trader: w.alice, nonceFloor: beyond }, [1], "Book_NonceTooFar", w.alice.address, beyond, beyond);
    });

    it("with the first reason, if nothing at all would change", async () => {
      await refused({ trader: w.alice, to: 2 }, [3, 9], "Book_OrderNotMeant", 3, w.alice.address, 0, 2);
      await refused({ trader: w.alice, to: 4 }, [9, 3], "Book_OrderUnknown", 0);
      await refused({ trader: w.alice, to: 4, nonceFloor: 3n }, [], "Book_NonceFloorNotHigher", 3, 3);
    });
  });

  describe("signed otherwise", () => {
    it("may have the short form of a key", async () => {
      const signed = await signCancellation(w, { trader: w.alice });
      const { compactSerialized } = ethers.Signature.from(signed.signature);
      await bring(w, { ...signed, signature: compactSerialized }, 1);
      expect(await openOrders()).to.equal(2n);
    });

    it("may come from a contract wallet, which is asked before anything changes", async () => {
      const wallet = await ethers.deployContract("KeyWallet", [w.carol.address]);
      const trader = { address: await wallet.getAddress() };
      await w.book.createUser(trader.address);
      await place(w, { trader, key: w.carol, lots: 1n, price: 0n });
      const tx = await bring(w, { trader, key: w.carol, nonceFloor: 5n }, 5);
      expect((await storyOf(w, tx)).slice(1)).to.deep.equal(["offset 5: 1 cancelled", "checkpoint 6"]);
      await expect(bring(w, { trader, key: w.bob, nonceFloor: 6n })).to.be.revertedWithCustomError(
        w.book,
        "Book_SignatureInvalid",
      );
    });
  });

  it("ends a market's being crossed, if it takes out the order that was cut off", async () => {
    await place(w, { trader: w.bob, lots: -50n, price: 3_000n }, { maxMatches: 0 });
    expect((await w.book.marketOf(1, 1)).crossed).to.equal(true);
    await bring(w, { trader: w.bob }, 5);
    expect((await w.book.marketOf(1, 1)).crossed).to.equal(false);
    await place(w, { trader: w.bob, lots: -1n, price: 9_000n });
  });

  it("of an empty range only raises the floor", async () => {
    const story = await storyOf(w, bring(w, { trader: w.alice, from: MAX_UINT32, to: 0, nonceFloor: 4n }, 1));
    expect(story.slice(1)).to.deep.equal(["left 1: Book_OrderNotMeant"]);
    expect(await floorOf()).to.equal(4n);
  });
});
