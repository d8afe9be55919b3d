import { expect } from "chai";
import { MaxUint256, ZeroAddress } from "ethers";
import hre from "hardhat";

import { expectSound } from "../support/sound.js";
import { MAX_UINT96, SUPPLY, TOKEN } from "../../../stage/contracts/units.js";
import { openWorld, type World } from "../../../stage/contracts/world.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;

async function funded(): Promise<World> {
  const w = await openWorld(connection, { stage: "funded" });
  await w.session.transfer(w.alice, 5n * TOKEN);
  await w.session.connect(w.alice).approve(w.book, MaxUint256);
  return w;
}

describe("OrderBook.deposit", () => {
  let w: World;
  beforeEach(async () => {
    w = await networkHelpers.loadFixture(funded);
  });
  afterEach(() => expectSound(w));

  it("takes session tokens from the caller as cash of its account, and registers it", async () => {
    const tx = w.book.connect(w.alice).deposit(w.alice, TOKEN);
    await expect(tx).to.emit(w.book, "UserCreated").withArgs(1, w.alice.address);
    await expect(tx).to.emit(w.book, "Deposited").withArgs(1, 0, TOKEN);
    await expect(tx).to.changeTokenBalances(ethers, w.session, [w.alice, w.book], [-TOKEN, TOKEN]);
    expect([...(await w.book.accountOf(w.alice))]).to.deep.equal([TOKEN, 0n, 0n, 0n]);
    expect([...(await w.book.claimsOf(w.alice))]).to.deep.equal([TOKEN, TOKEN]);
  });

  it("adds up, and registers once", async () => {
    const book = w.book.connect(w.alice);
    await book.deposit(w.alice, TOKEN);
    const tx = book.deposit(w.alice, 1n);
    await expect(tx).not.to.emit(w.book, "UserCreated");
    expect((await w.book.accountOf(w.alice)).claim).to.equal(TOKEN + 1n);
  });

  it("pays into another's account: the caller's tokens, the other's cash", async () => {
    const tx = w.book.connect(w.alice).deposit(w.bob, TOKEN);
    await expect(tx).to.changeTokenBalances(ethers, w.session, [w.alice, w.bob], [-TOKEN, 0n]);
    expect((await w.book.accountOf(w.bob)).claim).to.equal(TOKEN);
    expect(await w.book.traderIdOf(w.alice)).to.equal(0n);
  });

  it("stays open until the last second before t2", async () => {
    await networkHelpers.time.setNextBlockTimestamp(w.t2 - 1);
    await expect(w.book.connect(w.alice).deposit(w.alice, 1n)).to.emit(w.book, "Deposited");
  });

  it("can take the whole supply", async () => {
    await w.book.connect(w.organiser).deposit(w.carol, SUPPLY - 5n * TOKEN);
    await w.book.connect(w.alice).deposit(w.carol, 5n * TOKEN);
    expect([...(await w.book.claimsOf(w.carol))]).to.deep.equal([SUPPLY, SUPPLY]);
  });

  describe("it refuses", () => {
    it("more than the caller holds", async () => {
      await expect(w.book.connect(w.alice).deposit(w.alice, 5n * TOKEN + 1n))
        .to.be.revertedWithCustomError(w.session, "ERC20InsufficientBalance")
        .withArgs(w.alice.address, 5n * TOKEN, 5n * TOKEN + 1n);
      expect(await w.book.traderIdOf(w.alice)).to.equal(0n);
    });

    it("amounts beyond every range", async () => {
      await expect(w.book.connect(w.alice).deposit(w.alice, MAX_UINT96))
        .to.be.revertedWithCustomError(w.session, "ERC20InsufficientBalance")
        .withArgs(w.alice.address, 5n * TOKEN, MAX_UINT96);
      for (const amount of [MAX_UINT96 + 1n, 2n ** 127n, 2n ** 128n, 2n ** 255n, MaxUint256]) {
        await expect(w.book.connect(w.alice).deposit(w.alice, amount))
          .to.be.revertedWithCustomError(w.book, "Book_PositionOverflow")
          .withArgs(w.alice.address);
      }
    });

    it("more than was approved", async () => {
      await w.session.connect(w.alice).approve(w.book, 3n);
      await expect(w.book.connect(w.alice).deposit(w.alice, 4n))
        .to.be.revertedWithCustomError(w.session, "ERC20InsufficientAllowance")
        .withArgs(w.bookAddress, 3n, 4n);
    });

    it("zero", async () => {
      await expect(w.book.connect(w.alice).deposit(w.alice, 0n)).to.be.revertedWithCustomError(
        w.book,
        "Book_ZeroAmount",
      );
    });

    it("the zero address as trader", async () => {
      await expect(w.book.connect(w.alice).deposit(ZeroAddress, 1n)).to.be.revertedWithCustomError(
        w.book,
        "Book_ZeroAddress",
      );
    });

    it("from t2 on", async () => {
      await networkHelpers.time.setNextBlockTimestamp(w.t2);
      await expect(w.book.connect(w.alice).deposit(w.alice, 1n))
        .to.be.revertedWithCustomError(w.book, "Book_DepositsClosed")
        .withArgs(w.t2, w.t2);
    });
  });
});
