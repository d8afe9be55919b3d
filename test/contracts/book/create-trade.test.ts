import { expect } from "chai";
import hre from "hardhat";

import { createdArgs, packageOf, place, sign, submit } from "../../../stage/contracts/orders.js";
import { expectSound } from "../support/sound.js";
import { costOf, LOT_VALUE, reserveOf, TOKEN } from "../../../stage/contracts/units.js";
import { bankroll, type World } from "../../../stage/contracts/world.js";
import { openWithCash } from "../support/openings.js";

const connection = await hre.network.create();
const { networkHelpers } = connection;

async function open(): Promise<World> {
  return openWithCash(connection);
}

describe("OrderBook.createTrade (R22)", () => {
  let w: World;
  beforeEach(async () => {
    w = await networkHelpers.loadFixture(open);
  });
  afterEach(() => expectSound(w));

  describe("given nothing to match", () => {
    it("appends the primary trade, with its package and signature", async () => {
      const order = await sign(w, { trader: w.alice, lots: 10n, price: 5_000n });
      const tx = submit(w, order);
      await expect(tx)
        .to.emit(w.book, "TradeCreated")
        .withArgs(...createdArgs(1, order));
      const { link } = await w.book.chainState();
      await expect(tx)
        .to.emit(w.book, "Checkpoint")
        .withArgs((head: string) => head.startsWith(link.slice(0, 42)), link);
    });

    it("answers the order's number in the chain, and its place in the book", async () => {
      const order = await sign(w, { trader: w.alice, lots: 10n, price: 5_000n });
      expect(await w.book.createTrade.staticCall(order, 1, 1)).to.deep.equal([1n, 1n]);
      await submit(w, order);
      const next = await sign(w, { trader: w.bob, lots: 10n, price: 4_000n });
      expect(await w.book.createTrade.staticCall(next, 1, 1)).to.deep.equal([2n, 2n]);
    });

    it("lets it rest in the book", async () => {
      const deadline = w.t1 + 5_000;
      await place(w, { trader: w.alice, lots: -10n, price: 6_000n, leg: 2, deadline });
      expect([...(await w.book.orderAt(1))]).to.deep.equal([1n, 1n, 2n, 1n, 6_000n, -10n, BigInt(deadline), 0n]);
      const { bestBid, bestAsk, crossed } = await w.book.marketOf(1, 2);
      expect([bestBid, bestAsk, crossed]).to.deep.equal([0n, 1n, false]);
    });

    it("moves no money, but reserves what the order may need", async () => {
      await place(w, { trader: w.alice, lots: 100n, price: 6_000n });
      const { claim, worst, openOrders, reserved } = await w.book.accountOf(w.alice);
      expect([claim, worst, openOrders]).to.deep.equal([10n * TOKEN, 0n, 1n]);
      expect(reserved).to.equal(reserveOf(costOf(100n, 6_000n)));
    });

    it("uses up the nonce", async () => {
      await place(w, { trader: w.alice, lots: 1n, price: 1n, nonce: 0n });
      expect([...(await w.book.noncesOf(w.alice))]).to.deep.equal([1n, 0n]);
    });
  });

  describe("given an opposite order within the limit", () => {
    beforeEach(async () => {
      await place(w, { trader: w.alice, lots: 10n, price: 5_000n });
    });

    it("matches both at the price of whoever was there first", async () => {
      const tx = submit(w, { trader: w.bob, lots: -10n, price: 4_000n });
      await expect(tx).to.emit(w.book, "TradesMatched").withArgs(1, 2, 5_000, 10);
      await expect(tx).not.to.emit(w.book, "TradeOffset");
      expect((await w.book.orderAt(1)).lots).to.equal(0n);
      expect((await w.book.orderAt(2)).lots).to.equal(0n);
    });

    it("moves cash and lots from one account to the other", async () => {
      await place(w, { trader: w.bob, lots: -10n, price: 5_000n });
      const cost = costOf(10n, 5_000n);
      expect([...(await w.book.accountOf(w.alice))]).to.deep.equal([10n * TOKEN - cost, 0n, 0n, 0n]);
      const short = -10n * LOT_VALUE;
      expect([...(await w.book.accountOf(w.bob))]).to.deep.equal([10n * TOKEN + cost, short, 0n, 0n]);
      expect([...(await w.book.positionOf(w.alice, 1))]).to.deep.equal([10n, 0n]);
      expect([...(await w.book.positionOf(w.bob, 1))]).to.deep.equal([-10n, 0n]);
      const [aliceClaims, bobClaims] = [await w.book.claimsOf(w.alice), await w.book.claimsOf(w.bob)];
      expect([...aliceClaims]).to.deep.equal([10n * TOKEN - cost + 10n * LOT_VALUE, 10n * TOKEN - cost]);
      expect([...bobClaims]).to.deep.equal([10n * TOKEN + cost - 10n * LOT_VALUE, 10n * TOKEN + cost]);
    });

    it("fills the smaller size; what is left of the earlier order keeps its place", async () => {
      await bankroll(w, 10n * TOKEN, w.carol);
      await place(w, { trader: w.carol, lots: 10n, price: 5_000n });
      await place(w, { trader: w.bob, lots: -4n, price: 5_000n });
      const { orders, lots } = await w.book.depthOf(1, 1, true, 10);
      expect([orders.map(({ tradeRootId }) => tradeRootId), [...lots]]).to.deep.equal([
        [1n, 2n],
        [6n, 10n],
      ]);
    });

    it("lets what is left of the later order rest", async () => {
      await place(w, { trader: w.bob, lots: -14n, price: 4_500n });
      expect((await w.book.orderAt(2)).lots).to.equal(-4n);
      const { bestBid, bestAsk } = await w.book.marketOf(1, 1);
      expect([bestBid, bestAsk]).to.deep.equal([0n, 2n]);
    });

    it("reserves for what is left, not for what was filled", async () => {
      await place(w, { trader: w.bob, lots: -510n, price: 4_500n });
      expect((await w.book.accountOf(w.bob)).reserved).to.equal(reserveOf(500n * LOT_VALUE - costOf(500n, 4_500n)));
    });

    it("does not match a worse price", async () => {
      await place(w, { trader: w.bob, lots: -10n, price: 5_001n });
      const { bestBid, bestAsk } = await w.book.marketOf(1, 1);
      expect([bestBid, bestAsk]).to.deep.equal([1n, 2n]);
    });

    it("does not match another leg", async () => {
      await place(w, { trader: w.bob, lots: -10n, price: 1_000n, leg: 2 });
      expect((await w.book.orderAt(1)).lots).to.equal(10n);
      expect((await w.book.orderAt(2)).lots).to.equal(-10n);
    });
  });

  describe("prices at the edges of the market", () => {
    it("0 gives lots away, the scale pays for them in full", async () => {
      await place(w, { trader: w.alice, lots: -100n, price: 0n });
      await place(w, { trader: w.bob, lots: 100n, price: 10_000n });
      expect((await w.book.accountOf(w.bob)).claim).to.equal(10n * TOKEN);
      await place(w, { trader: w.alice, lots: 100n, price: 10_000n, leg: 2 });
      await place(w, { trader: w.bob, lots: -100n, price: 0n, leg: 2 });
      const { claim, worst } = await w.book.accountOf(w.alice);
      expect([claim, worst]).to.deep.equal([10n * TOKEN, -200n * LOT_VALUE]); // 100 of leg 2, which is the last, and −100 of leg 1
    });
  });

  it("can be submitted by anybody, who has nothing to do with it", async () => {
    const order = await sign(w, { trader: w.alice, lots: 1n, price: 1n });
    await expect(w.book.connect(w.outsider).createTrade(order, 1, 1)).to.emit(w.book, "TradeCreated");
    expect(await w.book.traderIdOf(w.outsider)).to.equal(0n);
  });

  it("refuses the same signed order a second time", async () => {
    const order = await sign(w, { trader: w.alice, lots: 1n, price: 1n });
    await submit(w, order);
    await expect(submit(w, order))
      .to.be.revertedWithCustomError(w.book, "Book_NonceUsed")
      .withArgs(w.alice.address, 0, 1);
  });

  it("refuses a trader who is not registered", async () => {
    await expect(submit(w, { trader: w.carol, lots: 1n, price: 1n }))
      .to.be.revertedWithCustomError(w.book, "Book_TraderUnknown")
      .withArgs(w.carol.address);
  });

  it("refuses the zero address as trader, whatever the signature", async () => {
    const nobody = { address: connection.ethers.ZeroAddress };
    const garbage = `0x${"11".repeat(64)}1b`;
    await expect(submit(w, { trader: nobody, lots: 1n, price: 1n, signature: garbage }))
      .to.be.revertedWithCustomError(w.book, "Book_TraderUnknown")
      .withArgs(nobody.address);
  });

  it("links its three trades as linksOf says", async () => {
    const order = await packageOf(w, { trader: w.alice, lots: 1n, price: 1n });
    const { primaryLink, offsetLink, matchLink } = await w.book.linksOf(order);
    expect(new Set([primaryLink, offsetLink, matchLink]).size).to.equal(3);
  });
});
