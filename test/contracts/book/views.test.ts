import { expect } from "chai";
import { id } from "ethers";
import hre from "hardhat";

import { tradePackage } from "../../../src/protocol/signing/package.js";
import { bookDomain, packageDigest, tradeLinks } from "../../../src/protocol/signing/typed-data.js";
import { at, packageOf, place, submit } from "../../../stage/contracts/orders.js";
import { expectSound } from "../support/sound.js";
import { costOf, LOT_VALUE, MAX_INT64, MAX_UINT40, MAX_UINT64, TOKEN } from "../../../stage/contracts/units.js";
import { bankroll, openWorld, type World } from "../../../stage/contracts/world.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;

async function open(): Promise<World> {
  const w = await openWorld(connection, { assetCount: 3 });
  await bankroll(w, 10n * TOKEN, w.alice, w.bob);
  return w;
}

describe("What can be asked of an order book", () => {
  let w: World;
  beforeEach(async () => {
    w = await networkHelpers.loadFixture(open);
  });
  afterEach(() => expectSound(w));

  describe("linksOf (R20, R21)", () => {
    const usual = (): Parameters<typeof tradePackage>[0] => ({
      marketRootId: 1,
      marketBranchId: 2,
      trader: w.alice.address,
      priceTicks: 4_321n,
      quantityLots: 17n,
      previousLink: id("link"),
      nonce: 5n,
      deadline: 2_000_000_000n,
      timeInForce: 3,
    });
    const cases: [string, Partial<ReturnType<typeof usual>>][] = [
      ["a usual bid", {}],
      ["an offer", { quantityLots: -17n }],
      ["a negative price", { priceTicks: -4_321n }],
      [
        "the lowest fields",
        { priceTicks: -(2n ** 31n), quantityLots: -MAX_INT64, nonce: 0n, deadline: 0n, timeInForce: 0 },
      ],
      [
        "the highest fields",
        { priceTicks: 2n ** 31n - 1n, quantityLots: MAX_INT64, nonce: MAX_UINT64, deadline: MAX_UINT40 },
      ],
      ["the highest market", { marketRootId: 2 ** 32 - 1, marketBranchId: 2 ** 16 - 1 }],
    ];
    for (const [name, fields] of cases) {
      it(`says of ${name} what the protocol library says`, async () => {
        const order = tradePackage({ ...usual(), ...fields });
        const { chainId } = await ethers.provider.getNetwork();
        const links = tradeLinks(order);
        const digest = packageDigest(bookDomain(chainId, w.bookAddress), order);
        const answer = await w.book.linksOf(order);
        expect([...answer]).to.deep.equal([links.primary, links.offset, links.match, digest]);
      });
    }

    it("says the same links in every book, and another digest", async () => {
      const other = await openWorld(connection);
      const order = await packageOf(w, { trader: w.alice, lots: 1n, price: 1n });
      const [here, there] = [await w.book.linksOf(order), await other.book.linksOf(order)];
      expect([...here].slice(0, 3)).to.deep.equal([...there].slice(0, 3));
      expect(here.digest).not.to.equal(there.digest);
    });
  });

  describe("chainState and checkpointAt (R24)", () => {
    it("say the newest checkpoint and every one there was, and zero for those to come", async () => {
      const heads = [(await w.book.chainState()).link];
      for (let i = 0; i < 3; i += 1) {
        await place(w, { trader: w.alice, lots: 1n, price: 1n });
        heads.push((await w.book.chainState()).link);
      }
      expect((await w.book.chainState()).checkpoints).to.equal(3n);
      for (const [number, head] of heads.entries()) expect(await w.book.checkpointAt(number)).to.equal(head);
      expect(new Set(heads).size).to.equal(4);
      for (const number of [4n, 5n, 2n ** 32n - 1n]) {
        expect(await w.book.checkpointAt(number)).to.equal(ethers.ZeroHash);
      }
    });
  });

  describe("linkToSign (R25)", () => {
    it("is the newest checkpoint, once its block is over", async () => {
      expect(await w.book.linkToSign({ blockTag: "pending" })).to.equal(await w.book.checkpointAt(0));
      await place(w, { trader: w.alice, lots: 1n, price: 1n });
      expect(await w.book.linkToSign({ blockTag: "pending" })).to.equal(await w.book.checkpointAt(1));
    });

    it("is the one before it as long as its block goes on", async () => {
      await place(w, { trader: w.alice, lots: 1n, price: 1n });
      const { provider } = connection;
      await provider.request({ method: "evm_setAutomine", params: [false] });
      await w.book.connect(w.alice).offset(at(1), 0, { gasLimit: 1_000_000n });
      const { link: pending } = await w.book.chainState({ blockTag: "pending" });
      expect(await w.book.linkToSign({ blockTag: "pending" })).to.equal(await w.book.checkpointAt(1));
      await provider.request({ method: "evm_mine", params: [] });
      await provider.request({ method: "evm_setAutomine", params: [true] });
      expect(await w.book.checkpointAt(2)).to.equal(pending);
      expect(await w.book.linkToSign({ blockTag: "pending" })).to.equal(pending);
    });
  });

  describe("orderAt", () => {
    it("says all of a resting order, with who comes next", async () => {
      const deadline = w.t1 + 999_999;
      await place(w, { trader: w.bob, lots: -3n, price: 700n, leg: 3, deadline });
      await place(w, { trader: w.alice, lots: -4n, price: 700n, leg: 3, deadline });
      expect([...(await w.book.orderAt(1))]).to.deep.equal([1n, 1n, 3n, 2n, 700n, -3n, BigInt(deadline), 2n]);
      expect([...(await w.book.orderAt(2))]).to.deep.equal([2n, 1n, 3n, 1n, 700n, -4n, BigInt(deadline), 0n]);
    });

    it("goes by places: who comes to a place that was used before is found there, and so is its neighbour", async () => {
      await place(w, { trader: w.bob, lots: -3n, price: 700n });
      await place(w, { trader: w.alice, lots: -4n, price: 800n });
      await w.book.connect(w.bob).offset(at(1), 0);
      const deadline = w.t1 + 999_999;
      const tx = await submit(w, { trader: w.bob, lots: -5n, price: 600n, deadline, place: 1 });
      await expect(tx).to.emit(w.book, "TradePlaced").withArgs(3, 1);
      expect([...(await w.book.orderAt(1))]).to.deep.equal([3n, 1n, 1n, 2n, 600n, -5n, BigInt(deadline), 2n]);
      expect([...(await w.book.orderAt(3))]).to.deep.equal([0n, 0n, 0n, 0n, 0n, 0n, 0n, 0n]);
      const { bestBid, bestAsk } = await w.book.marketOf(1, 1);
      expect([bestBid, bestAsk]).to.deep.equal([0n, 1n]);
      expect(await w.book.insertionHint(1, 1, false, 700n)).to.equal(1n);
      const { orders } = await w.book.depthOf(1, 1, false, 9);
      expect(orders.map((order) => [...order])).to.deep.equal([
        [3n, 1n],
        [2n, 2n],
      ]);
    });

    it("says zeros of an order that is gone", async () => {
      await place(w, { trader: w.bob, lots: -3n, price: 700n });
      await w.book.connect(w.bob).offset(at(1), 0);
      expect([...(await w.book.orderAt(1))]).to.deep.equal([0n, 0n, 0n, 0n, 0n, 0n, 0n, 0n]);
    });

    it("says zeros of an order that is not there", async () => {
      for (const rootId of [0, 1, 4_294_967_295]) {
        expect((await w.book.orderAt(rootId)).lots).to.equal(0n);
        expect((await w.book.orderAt(rootId)).traderId).to.equal(0n);
      }
    });
  });

  describe("accountOf, positionOf, claimsOf (R16), noncesOf, traderIdOf", () => {
    it("say nothing of who is not registered", async () => {
      expect([...(await w.book.accountOf(w.outsider))]).to.deep.equal([0n, 0n, 0n, 0n]);
      expect([...(await w.book.positionOf(w.outsider, 1))]).to.deep.equal([0n, 0n, 0n]);
      expect([...(await w.book.claimsOf(w.outsider))]).to.deep.equal([0n, 0n, 0n]);
      expect([...(await w.book.noncesOf(w.outsider))]).to.deep.equal([0n, 0n]);
      expect(await w.book.traderIdOf(w.outsider)).to.equal(0n);
    });

    it("count from the last leg: a claim on it, how much less the least claim is, and what is held more of the others", async () => {
      // Alice buys 1 000 lots of leg 2 at 0.2 and 500 of leg 3, the last, at 0.3.
      await place(w, { trader: w.bob, lots: -1_000n, price: 2_000n, leg: 2 });
      await place(w, { trader: w.alice, lots: 1_000n, price: 2_000n, leg: 2 });
      await place(w, { trader: w.bob, lots: -500n, price: 3_000n, leg: 3 });
      await place(w, { trader: w.alice, lots: 500n, price: 3_000n, leg: 3 });
      const cash = 10n * TOKEN - costOf(1_000n, 2_000n) - costOf(500n, 3_000n);
      const half = 500n * LOT_VALUE;
      expect([...(await w.book.claimsOf(w.alice))]).to.deep.equal([cash, cash + 2n * half, cash + half]);
      expect([...(await w.book.accountOf(w.alice))]).to.deep.equal([cash + half, -half, 0n, 0n]);
      expect([...(await w.book.positionOf(w.alice, 1))]).to.deep.equal([-500n, 500n, 0n]);
      const bobs = 20n * TOKEN - cash;
      expect([...(await w.book.accountOf(w.bob))]).to.deep.equal([bobs - half, -half, 0n, 0n]);
      expect([...(await w.book.positionOf(w.bob, 1))]).to.deep.equal([500n, -500n, 0n]);
    });

    it("refuse a root that is not there", async () => {
      await expect(w.book.positionOf(w.alice, 2))
        .to.be.revertedWithCustomError(w.book, "Book_MarketUnknown")
        .withArgs(2, 1);
    });
  });

  describe("session", () => {
    it("says whose book it is", async () => {
      expect(await w.book.session()).to.equal(await w.session.getAddress());
    });
  });
});
