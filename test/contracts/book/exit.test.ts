import { expect } from "chai";
import { ZeroAddress } from "ethers";
import hre from "hardhat";

import { at, place } from "../../../stage/contracts/orders.js";
import { expectSound } from "../support/sound.js";
import { storyOf } from "../../../stage/contracts/story.js";
import { costOf, LOT_VALUE, TOKEN } from "../../../stage/contracts/units.js";
import { closeTrading, type World } from "../../../stage/contracts/world.js";
import { openWithPosition } from "../support/openings.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;

/** Alice bought 2 000 lots of leg 1 from Bob at 0.5. Each had 10 tokens. */
async function traded(): Promise<World> {
  return openWithPosition(connection);
}
async function settling(): Promise<World> {
  const w = await traded();
  await closeTrading(w);
  return w;
}

describe("OrderBook.exit", () => {
  let w: World;
  beforeEach(async () => {
    w = await networkHelpers.loadFixture(settling);
  });
  afterEach(() => expectSound(w));

  describe("in tokens", () => {
    it("pays what all claims have in common in session tokens, and the rest in legs", async () => {
      const tx = w.book.connect(w.alice).exit(w.carol, false);
      await expect(tx)
        .to.emit(w.book, "Exited")
        .withArgs(1, w.carol.address, [11n * TOKEN, 9n * TOKEN], false);
      await expect(tx).to.changeTokenBalance(ethers, w.session, w.carol, 9n * TOKEN);
      await expect(tx).to.changeTokenBalance(ethers, w.leg(1), w.carol, 2n * TOKEN);
      await expect(tx).to.changeTokenBalance(ethers, w.leg(2), w.carol, 0n);
    });

    it("empties the account", async () => {
      await w.book.connect(w.alice).exit(w.alice, false);
      expect([...(await w.book.accountOf(w.alice))]).to.deep.equal([0n, 0n, 0n, 0n]);
      expect([...(await w.book.positionOf(w.alice, 1))]).to.deep.equal([0n, 0n]);
      expect([...(await w.book.claimsOf(w.alice))]).to.deep.equal([0n, 0n]);
    });

    it("leaves nothing in the book when all have gone, in any order", async () => {
      await w.book.connect(w.bob).exit(w.bob, false);
      await w.book.connect(w.alice).exit(w.alice, false);
      expect(await w.session.balanceOf(w.book)).to.equal(0n);
      for (const k of [1, 2]) expect(await w.leg(k).balanceOf(w.book)).to.equal(0n);
      expect(await w.session.balanceOf(w.bob)).to.equal(9n * TOKEN);
      expect(await w.leg(2).balanceOf(w.bob)).to.equal(2n * TOKEN);
    });
  });

  describe("in assets", () => {
    it("delivers the trader's share of each asset", async () => {
      const tx = w.book.connect(w.alice).exit(w.alice, true);
      await expect(tx)
        .to.emit(w.book, "Exited")
        .withArgs(1, w.alice.address, [11n * TOKEN, 9n * TOKEN], true);
      // 100 units of each asset stand for 1 000 tokens.
      await expect(tx).to.changeTokenBalance(ethers, w.assets[0]!, w.alice, (11n * TOKEN) / 10n);
      await expect(tx).to.changeTokenBalance(ethers, w.assets[1]!, w.alice, (9n * TOKEN) / 10n);
      await expect(tx).to.changeTokenBalance(ethers, w.session, w.alice, 0n);
    });

    it("delivers the same as exit in tokens and redemption by hand", async () => {
      const snapshot = await networkHelpers.takeSnapshot();
      await w.book.connect(w.bob).exit(w.bob, true);
      const direct = await Promise.all(w.assets.map((asset) => asset.balanceOf(w.bob)));
      await snapshot.restore();
      await w.book.connect(w.bob).exit(w.bob, false);
      await w.session.connect(w.bob).redeem(9n * TOKEN, w.bob);
      await w.session.connect(w.bob).redeemLeg(2, 2n * TOKEN, w.bob);
      expect(await Promise.all(w.assets.map((asset) => asset.balanceOf(w.bob)))).to.deep.equal(direct);
    });
  });

  describe("given a one-sided claim", () => {
    it("pays legs alone when nothing is common", async () => {
      const v = await networkHelpers.loadFixture(traded);
      await v.book.connect(v.alice).withdraw(9n * TOKEN, v.alice, 0);
      await closeTrading(v);
      await v.book.connect(v.alice).exit(v.carol, false);
      expect(await v.session.balanceOf(v.carol)).to.equal(0n);
      expect(await v.leg(1).balanceOf(v.carol)).to.equal(2n * TOKEN);
      await expectSound(v);
    });
  });

  describe("given legs were paid in and session tokens paid out", () => {
    it("merges what it needs for the common part", async () => {
      const v = await networkHelpers.loadFixture(traded);
      await v.session.split(6n * TOKEN);
      for (const k of [1, 2]) {
        await v
          .leg(k)
          .connect(v.organiser)
          .approve(v.book, 6n * TOKEN);
        await v.book.connect(v.organiser).depositLeg(v.dave, k, 6_000n);
      }
      await v.book.connect(v.alice).withdraw(9n * TOKEN, v.alice, 0);
      await v.book.connect(v.bob).withdraw(9n * TOKEN, v.bob, 0);
      await closeTrading(v);
      const tx = v.book.connect(v.dave).exit(v.dave, false);
      await expect(tx)
        .to.emit(v.session, "Merged")
        .withArgs(v.bookAddress, 4n * TOKEN);
      expect(await v.session.balanceOf(v.dave)).to.equal(6n * TOKEN);
      await v.book.connect(v.alice).exit(v.alice, false);
      await v.book.connect(v.bob).exit(v.bob, false);
      expect(await v.session.balanceOf(v.book)).to.equal(0n);
      await expectSound(v);
    });
  });

  describe("given open orders", () => {
    it("pays the claim all the same; the orders are nobody's burden any more", async () => {
      const v = await networkHelpers.loadFixture(traded);
      await place(v, { trader: v.alice, lots: 1_000n, price: 4_000n });
      await closeTrading(v);
      await v.book.connect(v.alice).exit(v.alice, false);
      expect(await storyOf(v, v.book.connect(v.outsider).offset(at(3), 0))).to.deep.equal([
        "offset 3: 1000 expired",
        "checkpoint 4",
      ]);
      await expectSound(v);
    });
  });

  it("sums up to the whole basket over all claims", async () => {
    const claims = [await w.book.claimsOf(w.alice), await w.book.claimsOf(w.bob)];
    expect(claims[0]![0]! + claims[1]![0]!).to.equal(20n * TOKEN);
    expect(claims[0]![1]! + claims[1]![1]!).to.equal(20n * TOKEN);
    const bought = 10n * TOKEN - costOf(2_000n, 5_000n);
    expect([...claims[0]!]).to.deep.equal([bought + 2_000n * LOT_VALUE, bought]);
  });

  describe("it refuses", () => {
    it("before t2", async () => {
      const v = await networkHelpers.loadFixture(traded);
      await networkHelpers.time.setNextBlockTimestamp(v.t2 - 1);
      await expect(v.book.connect(v.alice).exit(v.alice, false))
        .to.be.revertedWithCustomError(v.book, "Book_NotSettling")
        .withArgs(v.t2 - 1, v.t2);
    });

    it("a second time", async () => {
      await w.book.connect(w.alice).exit(w.alice, false);
      await expect(w.book.connect(w.alice).exit(w.alice, false))
        .to.be.revertedWithCustomError(w.book, "Book_NothingToExit")
        .withArgs(w.alice.address);
    });

    it("who is registered but has nothing", async () => {
      await w.book.createUser(w.carol);
      await expect(w.book.connect(w.carol).exit(w.carol, true))
        .to.be.revertedWithCustomError(w.book, "Book_NothingToExit")
        .withArgs(w.carol.address);
    });

    it("who is not registered", async () => {
      await expect(w.book.connect(w.outsider).exit(w.outsider, false))
        .to.be.revertedWithCustomError(w.book, "Book_TraderUnknown")
        .withArgs(w.outsider.address);
    });

    it("the zero address, the book and the vault as receivers", async () => {
      for (const receiver of [ZeroAddress, w.bookAddress, await w.session.getAddress()]) {
        for (const inAssets of [true, false]) {
          await expect(w.book.connect(w.alice).exit(receiver, inAssets))
            .to.be.revertedWithCustomError(w.book, "Book_ReceiverInvalid")
            .withArgs(receiver);
        }
      }
    });
  });
});
