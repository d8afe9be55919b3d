import { expect } from "chai";
import { ZeroAddress } from "ethers";
import hre from "hardhat";

import { place } from "../../../stage/contracts/orders.js";
import { expectSound } from "../support/sound.js";
import { LOT_VALUE, MAX_INT64, MAX_UINT64, reserveOf, TOKEN } from "../../../stage/contracts/units.js";
import { closeTrading, type World } from "../../../stage/contracts/world.js";
import { openWithPosition } from "../support/openings.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;

/** Alice is long 2 000 lots of the first leg at 0.5, against Bob. */
async function open(): Promise<World> {
  return openWithPosition(connection);
}

describe("OrderBook.withdrawLeg", () => {
  let w: World;
  beforeEach(async () => {
    w = await networkHelpers.loadFixture(open);
  });
  afterEach(() => expectSound(w));

  it("pays a long position out in leg tokens, splitting session tokens of the pool", async () => {
    const tx = w.book.connect(w.alice).withdrawLeg(1, 2_000n, w.carol, 0);
    await expect(tx)
      .to.emit(w.book, "Withdrawn")
      .withArgs(1, 1, 2n * TOKEN, w.carol.address);
    await expect(tx)
      .to.emit(w.session, "Split")
      .withArgs(w.bookAddress, 2n * TOKEN);
    await expect(tx).to.changeTokenBalances(ethers, w.leg(1), [w.book, w.carol], [0n, 2n * TOKEN]);
    expect([...(await w.book.positionOf(w.alice, 1))]).to.deep.equal([0n, 0n]);
    expect(await w.leg(2).balanceOf(w.book)).to.equal(2n * TOKEN);
  });

  it("splits only what the pool lacks", async () => {
    await w.book.connect(w.alice).withdrawLeg(1, 500n, w.alice, 0);
    await w.session.split(TOKEN);
    await w.leg(1).connect(w.organiser).approve(w.book, TOKEN);
    await w.book.connect(w.organiser).depositLeg(w.carol, 1, 1_000n);
    const tx = w.book.connect(w.alice).withdrawLeg(1, 1_200n, w.alice, 0);
    await expect(tx)
      .to.emit(w.session, "Split")
      .withArgs(w.bookAddress, 200n * LOT_VALUE);
  });

  it("can go short against cash: a leg is a claim like any other", async () => {
    // 9 tokens of cash bear 9 000 lots given away beyond the 2 000 that are held.
    await w.book.connect(w.alice).withdrawLeg(1, 11_000n, w.alice, 0);
    expect([...(await w.book.positionOf(w.alice, 1))]).to.deep.equal([-9_000n, 0n]);
    expect([...(await w.book.claimsOf(w.alice))]).to.deep.equal([0n, 9n * TOKEN]);
    expect(await w.leg(1).balanceOf(w.alice)).to.equal(11n * TOKEN);
  });

  it("refuses a lot more than the claim on that leg, and says both in wei", async () => {
    await expect(w.book.connect(w.alice).withdrawLeg(1, 11_001n, w.alice, 0))
      .to.be.revertedWithCustomError(w.book, "Book_WithdrawalTooLarge")
      .withArgs(w.alice.address, 11_001n * LOT_VALUE, 11n * TOKEN);
    await expect(w.book.connect(w.alice).withdrawLeg(2, 9_001n, w.alice, 0))
      .to.be.revertedWithCustomError(w.book, "Book_WithdrawalTooLarge")
      .withArgs(w.alice.address, 9_001n * LOT_VALUE, 9n * TOKEN);
  });

  it("refuses what would uncover the caller's own open orders", async () => {
    await place(w, { trader: w.alice, lots: 1_000n, price: 6_000n, leg: 2 });
    const reserved = reserveOf(6n * 10n ** 17n); // 0.6125 tokens
    await expect(w.book.connect(w.alice).withdrawLeg(1, 10_388n, w.alice, 0))
      .to.be.revertedWithCustomError(w.book, "Book_WithdrawalUncoversOrders")
      .withArgs(w.alice.address, 10_388n * LOT_VALUE, 11n * TOKEN, reserved);
    await w.book.connect(w.alice).withdrawLeg(1, 10_387n, w.alice, 0);
  });

  it("is open after t2, and redeems from there", async () => {
    await closeTrading(w);
    await w.book.connect(w.alice).withdrawLeg(1, 2_000n, w.alice, 0);
    await w.session.connect(w.alice).redeemLeg(1, 2n * TOKEN, w.alice);
    expect(await w.assets[0]!.balanceOf(w.alice)).to.equal(TOKEN / 5n);
  });

  describe("it refuses", () => {
    it("unknown legs", async () => {
      for (const leg of [0, 3]) {
        await expect(w.book.connect(w.alice).withdrawLeg(leg, 1n, w.alice, 0))
          .to.be.revertedWithCustomError(w.book, "Book_MarketUnknown")
          .withArgs(1, leg);
      }
    });

    it("numbers of lots beyond every range", async () => {
      for (const lots of [MAX_INT64, MAX_INT64 + 1n, MAX_UINT64]) {
        await expect(w.book.connect(w.alice).withdrawLeg(1, lots, w.alice, 0))
          .to.be.revertedWithCustomError(w.book, "Book_WithdrawalTooLarge")
          .withArgs(w.alice.address, lots * LOT_VALUE, 11n * TOKEN);
      }
    });

    it("zero lots", async () => {
      const book = w.book.connect(w.alice);
      await expect(book.withdrawLeg(1, 0n, w.alice, 0)).to.be.revertedWithCustomError(book, "Book_ZeroAmount");
    });

    it("the zero address, the book and the vault as receivers", async () => {
      for (const receiver of [ZeroAddress, w.bookAddress, await w.session.getAddress()]) {
        await expect(w.book.connect(w.alice).withdrawLeg(1, 1n, receiver, 0))
          .to.be.revertedWithCustomError(w.book, "Book_ReceiverInvalid")
          .withArgs(receiver);
      }
    });

    it("who is not registered", async () => {
      await expect(w.book.connect(w.outsider).withdrawLeg(1, 1n, w.outsider, 0))
        .to.be.revertedWithCustomError(w.book, "Book_TraderUnknown")
        .withArgs(w.outsider.address);
    });
  });
});
