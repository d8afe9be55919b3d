import { expect } from "chai";
import { ZeroAddress } from "ethers";
import hre from "hardhat";

import { expectSound } from "../support/sound.js";
import { LOT_VALUE, MAX_INT64, MAX_UINT64, SUPPLY, TOKEN } from "../../../stage/contracts/units.js";
import { openWorld, type World } from "../../../stage/contracts/world.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;

async function open(): Promise<World> {
  const w = await openWorld(connection, { assetCount: 3 });
  await w.session.split(10n * TOKEN);
  for (const k of [1, 2, 3]) {
    await w
      .leg(k)
      .connect(w.organiser)
      .transfer(w.alice, 5n * TOKEN);
    await w
      .leg(k)
      .connect(w.alice)
      .approve(w.book, 2n ** 255n);
  }
  return w;
}

describe("OrderBook.depositLeg", () => {
  let w: World;
  beforeEach(async () => {
    w = await networkHelpers.loadFixture(open);
  });
  afterEach(() => expectSound(w));

  it("takes lots of one leg as a long position, and registers the trader", async () => {
    const tx = w.book.connect(w.alice).depositLeg(w.alice, 2, 3_000n);
    await expect(tx).to.emit(w.book, "UserCreated").withArgs(1, w.alice.address);
    await expect(tx)
      .to.emit(w.book, "Deposited")
      .withArgs(1, 2, 3_000n * LOT_VALUE);
    await expect(tx).to.changeTokenBalances(ethers, w.leg(2), [w.alice, w.book], [-3n * TOKEN, 3n * TOKEN]);
    expect([...(await w.book.positionOf(w.alice, 1))]).to.deep.equal([0n, 3_000n, 0n]);
    expect([...(await w.book.claimsOf(w.alice))]).to.deep.equal([0n, 3n * TOKEN, 0n]);
  });

  it("is worth nothing in the worst case until every leg is in; then it is as good as cash", async () => {
    const book = w.book.connect(w.alice);
    await book.depositLeg(w.alice, 1, 2_000n);
    await book.depositLeg(w.alice, 2, 3_000n);
    const none = await w.book.accountOf(w.alice);
    expect([none.claim, none.worst]).to.deep.equal([0n, 0n]);
    await book.depositLeg(w.alice, 3, 1_000n);
    const all = await w.book.accountOf(w.alice);
    expect([all.claim, all.worst]).to.deep.equal([TOKEN, 0n]); // leg 3 is the last, and there is least of it
    expect([...(await w.book.positionOf(w.alice, 1))]).to.deep.equal([1_000n, 2_000n, 0n]);
    expect([...(await w.book.claimsOf(w.alice))]).to.deep.equal([2n * TOKEN, 3n * TOKEN, TOKEN]);
  });

  it("pays into another's account", async () => {
    await w.book.connect(w.alice).depositLeg(w.bob, 1, 1n);
    expect([...(await w.book.positionOf(w.bob, 1))]).to.deep.equal([1n, 0n, 0n]);
    expect(await w.leg(1).balanceOf(w.alice)).to.equal(5n * TOKEN - LOT_VALUE);
  });

  describe("it refuses", () => {
    it("unknown legs", async () => {
      for (const leg of [0, 4]) {
        await expect(w.book.connect(w.alice).depositLeg(w.alice, leg, 1n))
          .to.be.revertedWithCustomError(w.book, "Book_MarketUnknown")
          .withArgs(1, leg);
      }
    });

    it("more than the caller holds", async () => {
      await expect(w.book.connect(w.alice).depositLeg(w.alice, 1, 5_001n))
        .to.be.revertedWithCustomError(w.leg(1), "ERC20InsufficientBalance")
        .withArgs(w.alice.address, 5n * TOKEN, 5_001n * LOT_VALUE);
    });

    it("more lots than a position can hold", async () => {
      await w.book.connect(w.alice).depositLeg(w.alice, 1, 1n);
      for (const lots of [MAX_INT64, MAX_INT64 + 1n, MAX_UINT64]) {
        await expect(w.book.connect(w.alice).depositLeg(w.alice, 1, lots))
          .to.be.revertedWithCustomError(w.book, "Book_PositionOverflow")
          .withArgs(w.alice.address);
      }
    });

    it("zero lots, and the zero address as trader", async () => {
      const book = w.book.connect(w.alice);
      await expect(book.depositLeg(w.alice, 1, 0n)).to.be.revertedWithCustomError(book, "Book_ZeroAmount");
      await expect(book.depositLeg(ZeroAddress, 1, 1n)).to.be.revertedWithCustomError(book, "Book_ZeroAddress");
    });

    it("from t2 on", async () => {
      await networkHelpers.time.setNextBlockTimestamp(w.t2);
      await expect(w.book.connect(w.alice).depositLeg(w.alice, 1, 1n))
        .to.be.revertedWithCustomError(w.book, "Book_DepositsClosed")
        .withArgs(w.t2, w.t2);
    });
  });

  it("leaves the vault's sums alone", async () => {
    await w.book.connect(w.alice).depositLeg(w.alice, 1, 5_000n);
    for (const k of [1, 2, 3]) expect(await w.session.outstandingClaims(k)).to.equal(SUPPLY);
  });
});
