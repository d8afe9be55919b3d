import { expect } from "chai";
import { MaxUint256, type Signature } from "ethers";
import hre from "hardhat";

import { signPermit } from "../support/permits.js";
import { expectSound } from "../support/sound.js";
import { LOT_VALUE, TOKEN } from "../../../stage/contracts/units.js";
import { openWorld, type World } from "../../../stage/contracts/world.js";

const connection = await hre.network.create();
const { networkHelpers } = connection;

async function open(): Promise<World> {
  const w = await openWorld(connection);
  await w.session.split(10n * TOKEN);
  await w.session.transfer(w.alice, 5n * TOKEN);
  await w
    .leg(2)
    .connect(w.organiser)
    .transfer(w.alice, 5n * TOKEN);
  return w;
}

describe("OrderBook.depositWithPermit", () => {
  let w: World;
  let permit: Signature;
  const deadline = MaxUint256;
  beforeEach(async () => {
    w = await networkHelpers.loadFixture(open);
    permit = await signPermit(w.session, w.alice, { spender: w.bookAddress, value: TOKEN, deadline });
  });
  afterEach(() => expectSound(w));

  it("needs no allowance beforehand, and leaves none", async () => {
    const tx = w.book.connect(w.alice).depositWithPermit(w.alice, TOKEN, deadline, permit.v, permit.r, permit.s);
    await expect(tx).to.emit(w.book, "Deposited").withArgs(1, 0, TOKEN);
    expect(await w.session.allowance(w.alice, w.book)).to.equal(0n);
    expect((await w.book.accountOf(w.alice)).claim).to.equal(TOKEN);
  });

  it("works all the same when somebody has used the permit before", async () => {
    await w.session.connect(w.outsider).permit(w.alice, w.bookAddress, TOKEN, deadline, permit.v, permit.r, permit.s);
    const tx = w.book.connect(w.alice).depositWithPermit(w.alice, TOKEN, deadline, permit.v, permit.r, permit.s);
    await expect(tx).to.emit(w.book, "Deposited").withArgs(1, 0, TOKEN);
  });

  it("works on an older allowance when the permit is bad", async () => {
    await w.session.connect(w.alice).approve(w.book, TOKEN);
    const tx = w.book.connect(w.alice).depositWithPermit(w.alice, TOKEN, 0, permit.v, permit.r, permit.s);
    await expect(tx).to.emit(w.book, "Deposited").withArgs(1, 0, TOKEN);
  });

  it("fails for want of allowance when the permit is bad and there is none", async () => {
    const forged = await signPermit(w.session, w.bob, { spender: w.bookAddress, value: TOKEN, deadline });
    for (const { v, r, s } of [forged, { v: permit.v, r: permit.s, s: permit.r }]) {
      await expect(w.book.connect(w.alice).depositWithPermit(w.alice, TOKEN, deadline, v, r, s))
        .to.be.revertedWithCustomError(w.session, "ERC20InsufficientAllowance")
        .withArgs(w.bookAddress, 0n, TOKEN);
    }
  });

  it("fails for want of allowance when the permit is for less", async () => {
    const { v, r, s } = await signPermit(w.session, w.alice, { spender: w.bookAddress, value: TOKEN - 1n, deadline });
    await expect(w.book.connect(w.alice).depositWithPermit(w.alice, TOKEN, deadline, v, r, s))
      .to.be.revertedWithCustomError(w.session, "ERC20InsufficientAllowance")
      .withArgs(w.bookAddress, 0n, TOKEN);
  });

  it("takes from the caller alone: nobody can pay with another's permit", async () => {
    await expect(
      w.book.connect(w.bob).depositWithPermit(w.bob, TOKEN, deadline, permit.v, permit.r, permit.s),
    ).to.be.revertedWithCustomError(w.session, "ERC20InsufficientAllowance");
    expect(await w.session.balanceOf(w.alice)).to.equal(5n * TOKEN);
  });

  it("refuses zero and closed deposits like deposit does", async () => {
    const { v, r, s } = permit;
    const book = w.book.connect(w.alice);
    await expect(book.depositWithPermit(w.alice, 0, deadline, v, r, s)).to.be.revertedWithCustomError(
      book,
      "Book_ZeroAmount",
    );
    await networkHelpers.time.setNextBlockTimestamp(w.t2);
    await expect(book.depositWithPermit(w.alice, TOKEN, deadline, v, r, s))
      .to.be.revertedWithCustomError(book, "Book_DepositsClosed")
      .withArgs(w.t2, w.t2);
  });
});

describe("OrderBook.depositLegWithPermit", () => {
  let w: World;
  let permit: Signature;
  const deadline = MaxUint256;
  const lots = 1_500n;
  beforeEach(async () => {
    w = await networkHelpers.loadFixture(open);
    permit = await signPermit(w.leg(2), w.alice, { spender: w.bookAddress, value: lots * LOT_VALUE, deadline });
  });
  afterEach(() => expectSound(w));

  it("takes the leg tokens of that many lots on the permit", async () => {
    const { v, r, s } = permit;
    const tx = w.book.connect(w.alice).depositLegWithPermit(w.alice, 2, lots, deadline, v, r, s);
    await expect(tx)
      .to.emit(w.book, "Deposited")
      .withArgs(1, 2, lots * LOT_VALUE);
    expect([...(await w.book.positionOf(w.alice, 1))]).to.deep.equal([-lots, 0n]); // leg 2 is the last
    expect(await w.leg(2).allowance(w.alice, w.book)).to.equal(0n);
  });

  it("works all the same when somebody has used the permit before", async () => {
    const { v, r, s } = permit;
    await w.leg(2).permit(w.alice, w.bookAddress, lots * LOT_VALUE, deadline, v, r, s);
    const tx = w.book.connect(w.alice).depositLegWithPermit(w.alice, 2, lots, deadline, v, r, s);
    await expect(tx).to.emit(w.book, "Deposited");
  });

  it("does not take one leg's permit for another's", async () => {
    const { v, r, s } = permit;
    await w
      .leg(1)
      .connect(w.organiser)
      .transfer(w.alice, 5n * TOKEN);
    await expect(w.book.connect(w.alice).depositLegWithPermit(w.alice, 1, lots, deadline, v, r, s))
      .to.be.revertedWithCustomError(w.leg(1), "ERC20InsufficientAllowance")
      .withArgs(w.bookAddress, 0n, lots * LOT_VALUE);
  });

  it("refuses unknown legs", async () => {
    const { v, r, s } = permit;
    for (const leg of [0, 3]) {
      await expect(w.book.connect(w.alice).depositLegWithPermit(w.alice, leg, lots, deadline, v, r, s))
        .to.be.revertedWithCustomError(w.book, "Book_MarketUnknown")
        .withArgs(1, leg);
    }
  });
});
