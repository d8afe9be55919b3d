import { expect } from "chai";
import { MaxUint256, ZeroAddress } from "ethers";
import hre from "hardhat";

import { at, place } from "../../../stage/contracts/orders.js";
import { expectSound } from "../support/sound.js";
import { costOf, LOT_VALUE, reserveOf, TOKEN } from "../../../stage/contracts/units.js";
import { closeTrading, type World } from "../../../stage/contracts/world.js";
import { openWithCash } from "../support/openings.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;

async function open(): Promise<World> {
  return openWithCash(connection);
}

describe("OrderBook.withdraw", () => {
  let w: World;
  beforeEach(async () => {
    w = await networkHelpers.loadFixture(open);
  });
  afterEach(() => expectSound(w));

  it("pays cash out in session tokens, to whom the caller names", async () => {
    const tx = w.book.connect(w.alice).withdraw(4n * TOKEN, w.carol, 0);
    await expect(tx)
      .to.emit(w.book, "Withdrawn")
      .withArgs(1, 0, 4n * TOKEN, w.carol.address);
    await expect(tx).to.changeTokenBalances(ethers, w.session, [w.book, w.carol], [-4n * TOKEN, 4n * TOKEN]);
    expect((await w.book.accountOf(w.alice)).claim).to.equal(6n * TOKEN);
  });

  it("pays everything to a trader without positions and orders", async () => {
    await w.book.connect(w.alice).withdraw(10n * TOKEN, w.alice, 0);
    expect([...(await w.book.accountOf(w.alice))]).to.deep.equal([0n, 0n, 0n, 0n]);
  });

  it("is open in every phase", async () => {
    await closeTrading(w);
    await expect(w.book.connect(w.alice).withdraw(TOKEN, w.alice, 0)).to.emit(w.book, "Withdrawn");
  });

  describe("given a position", () => {
    // Alice sold 1 000 lots at 0.4: 0.4 tokens came in, 1 token may go out.
    beforeEach(async () => {
      await place(w, { trader: w.bob, lots: 1_000n, price: 4_000n });
      await place(w, { trader: w.alice, lots: -1_000n, price: 4_000n });
    });

    const available = 10n * TOKEN + costOf(1_000n, 4_000n) - 1_000n * LOT_VALUE;

    it("pays what the worst outcome leaves, to the last wei", async () => {
      await w.book.connect(w.alice).withdraw(available, w.alice, 0);
      const { claim, worst } = await w.book.accountOf(w.alice);
      expect(claim + worst).to.equal(0n);
      expect([...(await w.book.claimsOf(w.alice))]).to.deep.equal([0n, TOKEN]);
    });

    it("refuses a wei more and says what there is (the hard rule)", async () => {
      await expect(w.book.connect(w.alice).withdraw(available + 1n, w.alice, 0))
        .to.be.revertedWithCustomError(w.book, "Book_WithdrawalTooLarge")
        .withArgs(w.alice.address, available + 1n, available);
    });

    it("never lends: cash above the worst case stays", async () => {
      const { claim } = await w.book.accountOf(w.alice);
      expect(claim).to.equal(10n * TOKEN + 4n * 10n ** 17n);
      await expect(w.book.connect(w.alice).withdraw(claim, w.alice, 0))
        .to.be.revertedWithCustomError(w.book, "Book_WithdrawalTooLarge")
        .withArgs(w.alice.address, claim, available);
    });
  });

  describe("given open orders", () => {
    // A bid for 1 000 lots at 0.6 may need 0.6 tokens; one for 2 000 at 0.5 needs 1.
    beforeEach(async () => {
      await place(w, { trader: w.alice, lots: 1_000n, price: 6_000n });
      await place(w, { trader: w.alice, lots: 2_000n, price: 5_000n });
    });

    it("leaves what the neediest of them may need: they share it", async () => {
      const reserved = reserveOf(TOKEN);
      expect((await w.book.accountOf(w.alice)).reserved).to.equal(reserved);
      const free = 10n * TOKEN - reserved;
      await expect(w.book.connect(w.alice).withdraw(free + 1n, w.alice, 0))
        .to.be.revertedWithCustomError(w.book, "Book_WithdrawalUncoversOrders")
        .withArgs(w.alice.address, free + 1n, 10n * TOKEN, reserved);
      await w.book.connect(w.alice).withdraw(free, w.alice, 0);
      expect((await w.book.accountOf(w.alice)).claim).to.equal(reserved);
    });

    it("keeps the reserve until the last order is gone", async () => {
      await w.book.connect(w.alice).offset(at(2), 0);
      expect((await w.book.accountOf(w.alice)).reserved).to.equal(reserveOf(TOKEN));
      await w.book.connect(w.alice).offset(at(1), 0);
      expect([...(await w.book.accountOf(w.alice))]).to.deep.equal([10n * TOKEN, 0n, 0n, 0n]);
      await w.book.connect(w.alice).withdraw(10n * TOKEN, w.alice, 0);
    });

    it("needs none from t2 on, when no order can be filled any more", async () => {
      await closeTrading(w);
      await w.book.connect(w.alice).withdraw(10n * TOKEN, w.alice, 0);
      expect(await w.session.balanceOf(w.alice)).to.equal(10n * TOKEN);
    });
  });

  describe("given the book has fewer session tokens than claims, because legs were paid in", () => {
    it("merges whole sets of legs and pays", async () => {
      await w.session.split(5n * TOKEN);
      const book = w.book.connect(w.organiser);
      for (const k of [1, 2]) {
        await w
          .leg(k)
          .connect(w.organiser)
          .approve(w.book, 5n * TOKEN);
        await book.depositLeg(w.carol, k, 5_000n);
      }
      await w.book.connect(w.alice).withdraw(10n * TOKEN, w.alice, 0);
      await w.book.connect(w.bob).withdraw(10n * TOKEN, w.bob, 0);
      expect(await w.session.balanceOf(w.book)).to.equal(0n);
      const tx = w.book.connect(w.carol).withdraw(3n * TOKEN, w.carol, 0);
      await expect(tx)
        .to.emit(w.session, "Merged")
        .withArgs(w.bookAddress, 3n * TOKEN);
      expect(await w.session.balanceOf(w.carol)).to.equal(3n * TOKEN);
      const { claim, worst } = await w.book.accountOf(w.carol);
      expect([claim, worst]).to.deep.equal([2n * TOKEN, 0n]); // a full set is cash
      expect([...(await w.book.claimsOf(w.carol))]).to.deep.equal([2n * TOKEN, 2n * TOKEN]);
    });
  });

  describe("it refuses", () => {
    it("amounts beyond every range", async () => {
      for (const amount of [10n * TOKEN + 1n, 2n ** 128n, 2n ** 255n, MaxUint256]) {
        await expect(w.book.connect(w.alice).withdraw(amount, w.alice, 0))
          .to.be.revertedWithCustomError(w.book, "Book_WithdrawalTooLarge")
          .withArgs(w.alice.address, amount, 10n * TOKEN);
      }
    });

    it("zero", async () => {
      const book = w.book.connect(w.alice);
      await expect(book.withdraw(0n, w.alice, 0)).to.be.revertedWithCustomError(book, "Book_ZeroAmount");
    });

    it("the zero address, the book and the vault as receivers", async () => {
      for (const receiver of [ZeroAddress, w.bookAddress, await w.session.getAddress()]) {
        await expect(w.book.connect(w.alice).withdraw(1n, receiver, 0))
          .to.be.revertedWithCustomError(w.book, "Book_ReceiverInvalid")
          .withArgs(receiver);
      }
    });

    it("who is not registered", async () => {
      await expect(w.book.connect(w.outsider).withdraw(1n, w.outsider, 0))
        .to.be.revertedWithCustomError(w.book, "Book_TraderUnknown")
        .withArgs(w.outsider.address);
    });
  });
});
