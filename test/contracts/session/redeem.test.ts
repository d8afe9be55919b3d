import { expect } from "chai";
import { ZeroAddress } from "ethers";
import hre from "hardhat";

import { SUPPLY, TOKEN } from "../../../stage/contracts/units.js";
import { closeTrading, openWorld, type World } from "../../../stage/contracts/world.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;

/** 100 tokens of the first asset; 7 units of the second, which do not divide by anything. */
async function settling(): Promise<World> {
  const w = await openWorld(connection, { quantities: [100n * TOKEN, 7n] });
  await w.session.transfer(w.alice, 300n * TOKEN);
  await w.session.transfer(w.bob, 300n * TOKEN);
  await closeTrading(w);
  return w;
}
async function trading(): Promise<World> {
  return openWorld(connection);
}

describe("Session.redeem (R6)", () => {
  let w: World;
  beforeEach(async () => {
    w = await networkHelpers.loadFixture(settling);
  });

  it("burns session tokens for their share of every asset, rounded down", async () => {
    const tx = w.session.connect(w.alice).redeem(300n * TOKEN, w.carol.address);
    const amount = 300n * TOKEN;
    await expect(tx)
      .to.emit(w.session, "Redeemed")
      .withArgs(w.alice.address, 1, w.carol.address, amount, 30n * TOKEN);
    await expect(tx).to.emit(w.session, "Redeemed").withArgs(w.alice.address, 2, w.carol.address, amount, 2n); // of 2.1
    await expect(tx).to.changeTokenBalance(ethers, w.session, w.alice, -amount);
    await expect(tx).to.changeTokenBalance(ethers, w.assets[0]!, w.carol, 30n * TOKEN);
    await expect(tx).to.changeTokenBalance(ethers, w.assets[1]!, w.carol, 2n);
  });

  it("answers what it paid", async () => {
    const paid = await w.session.connect(w.alice).redeem.staticCall(300n * TOKEN, w.alice.address);
    expect([...paid]).to.deep.equal([30n * TOKEN, 2n]);
  });

  it("leaves the dust to the last claim: the vault ends empty", async () => {
    await w.session.connect(w.alice).redeem(300n * TOKEN, w.alice.address); // 2 of 7, 2.1 due
    await w.session.connect(w.bob).redeem(300n * TOKEN, w.bob.address); // 5 * 3 / 7 = 2.14
    await w.session.redeem(400n * TOKEN, w.organiser.address);
    expect(await w.assets[1]!.balanceOf(w.alice)).to.equal(2n);
    expect(await w.assets[1]!.balanceOf(w.bob)).to.equal(2n);
    expect(await w.assets[1]!.balanceOf(w.organiser)).to.equal(3n);
    for (const asset of w.assets) expect(await asset.balanceOf(w.session)).to.equal(0n);
    expect(await w.session.totalSupply()).to.equal(0n);
    expect(await w.session.outstandingClaims(1)).to.equal(0n);
  });

  it("never pays more than the share of what is there, however small the steps", async () => {
    for (let i = 0; i < 5; i += 1) await w.session.connect(w.alice).redeem(60n * TOKEN, w.alice.address);
    expect(await w.assets[1]!.balanceOf(w.alice)).to.equal(0n); // each 0.42 rounded down
    expect(await w.assets[0]!.balanceOf(w.alice)).to.equal(30n * TOKEN);
  });

  it("pays nothing of an asset whose share rounds to zero, and does not even call it", async () => {
    const tx = w.session.connect(w.alice).redeem(1n, w.alice.address);
    await expect(tx).to.emit(w.session, "Redeemed").withArgs(w.alice.address, 2, w.alice.address, 1n, 0n);
    await expect(tx).not.to.emit(w.assets[1]!, "Transfer");
  });

  it("shares what somebody sent to the vault among all claims", async () => {
    await w.assets[0]!.mint(w.session, 10n * TOKEN);
    const paid = await w.session.connect(w.alice).redeem.staticCall(300n * TOKEN, w.alice.address);
    expect(paid[0]).to.equal(33n * TOKEN);
  });

  it("counts leg tokens as claims too", async () => {
    await w.session.connect(w.bob).split(300n * TOKEN);
    const paid = await w.session.connect(w.alice).redeem.staticCall(300n * TOKEN, w.alice.address);
    expect([...paid]).to.deep.equal([30n * TOKEN, 2n]);
  });

  describe("it refuses", () => {
    it("before t2", async () => {
      const early = await networkHelpers.loadFixture(trading);
      await networkHelpers.time.setNextBlockTimestamp(early.t2 - 1);
      await expect(early.session.redeem(1n, early.organiser.address))
        .to.be.revertedWithCustomError(early.session, "Session_NotSettling")
        .withArgs(early.t2 - 1, early.t2);
    });

    it("more than the caller has", async () => {
      await expect(w.session.connect(w.alice).redeem(300n * TOKEN + 1n, w.alice.address))
        .to.be.revertedWithCustomError(w.session, "ERC20InsufficientBalance")
        .withArgs(w.alice.address, 300n * TOKEN, 300n * TOKEN + 1n);
    });

    it("an amount of zero, and the vault or nobody as receiver", async () => {
      const { session } = w;
      await expect(session.redeem(0n, w.alice)).to.be.revertedWithCustomError(session, "Session_NothingToDo");
      await expect(session.redeem(1n, session)).to.be.revertedWithCustomError(session, "Session_NothingToDo");
      await expect(session.redeem(1n, ZeroAddress)).to.be.revertedWithCustomError(session, "Session_NothingToDo");
    });
  });
});

describe("Session.redeemLeg (R6)", () => {
  let w: World;
  beforeEach(async () => {
    w = await networkHelpers.loadFixture(settling);
    await w.session.connect(w.alice).split(300n * TOKEN);
  });

  it("burns leg tokens for their share of that asset alone", async () => {
    const tx = w.session.connect(w.alice).redeemLeg(1, 100n * TOKEN, w.carol.address);
    await expect(tx)
      .to.emit(w.session, "Redeemed")
      .withArgs(w.alice.address, 1, w.carol.address, 100n * TOKEN, 10n * TOKEN);
    await expect(tx).to.changeTokenBalance(ethers, w.leg(1), w.alice, -100n * TOKEN);
    await expect(tx).to.changeTokenBalance(ethers, w.assets[0]!, w.carol, 10n * TOKEN);
    await expect(tx).to.changeTokenBalance(ethers, w.leg(2), w.alice, 0n);
    expect(await w.assets[1]!.balanceOf(w.session)).to.equal(7n);
  });

  it("leaves the dust of its asset to the last claim on it", async () => {
    await w.session.connect(w.bob).redeem(300n * TOKEN, w.bob.address);
    await w.session.redeem(400n * TOKEN, w.organiser.address);
    const left = await w.assets[1]!.balanceOf(w.session);
    const paid = await w.session.connect(w.alice).redeemLeg.staticCall(2, 300n * TOKEN, w.alice.address);
    expect(paid).to.equal(left);
    await w.session.connect(w.alice).redeemLeg(2, 300n * TOKEN, w.alice.address);
    expect(await w.assets[1]!.balanceOf(w.session)).to.equal(0n);
    expect(await w.assets[0]!.balanceOf(w.session)).to.equal(30n * TOKEN); // still Alice's first leg
  });

  it("refuses unknown legs", async () => {
    for (const leg of [0, 3]) {
      await expect(w.session.connect(w.alice).redeemLeg(leg, 1n, w.alice.address))
        .to.be.revertedWithCustomError(w.session, "Session_UnknownLeg")
        .withArgs(leg, 2);
      await expect(w.session.legToken(leg)).to.be.revertedWithCustomError(w.session, "Session_UnknownLeg");
      await expect(w.session.outstandingClaims(leg)).to.be.revertedWithCustomError(w.session, "Session_UnknownLeg");
    }
  });

  it("refuses more than the caller has, zero, and bad receivers", async () => {
    const session = w.session.connect(w.alice);
    await expect(session.redeemLeg(1, 300n * TOKEN + 1n, w.alice.address))
      .to.be.revertedWithCustomError(w.leg(1), "ERC20InsufficientBalance")
      .withArgs(w.alice.address, 300n * TOKEN, 300n * TOKEN + 1n);
    await expect(session.redeemLeg(1, 0n, w.alice)).to.be.revertedWithCustomError(session, "Session_NothingToDo");
    await expect(session.redeemLeg(1, 1n, session)).to.be.revertedWithCustomError(session, "Session_NothingToDo");
    await expect(session.redeemLeg(1, 1n, ZeroAddress)).to.be.revertedWithCustomError(session, "Session_NothingToDo");
  });

  it("refuses before t2", async () => {
    const early = await networkHelpers.loadFixture(trading);
    await early.session.split(1n);
    await networkHelpers.time.setNextBlockTimestamp(early.t2 - 1);
    await expect(early.session.redeemLeg(1, 1n, early.organiser.address))
      .to.be.revertedWithCustomError(early.session, "Session_NotSettling")
      .withArgs(early.t2 - 1, early.t2);
  });
});

describe("All claims together", () => {
  it("take the whole vault, to the last unit, in any mixture of tokens", async () => {
    const w = await networkHelpers.loadFixture(settling);
    await w.session.connect(w.alice).split(123n * TOKEN + 1n);
    await w.session.connect(w.bob).redeem(77n, w.bob.address);
    await w.session.connect(w.alice).redeemLeg(2, 123n * TOKEN + 1n, w.alice.address);
    await w.session.connect(w.alice).redeem(177n * TOKEN - 1n, w.alice.address);
    await w.session.redeem(400n * TOKEN, w.carol.address);
    await w.session.connect(w.bob).redeem(300n * TOKEN - 77n, w.bob.address);
    await w.session.connect(w.alice).redeemLeg(1, 123n * TOKEN + 1n, w.alice.address);
    for (const [k, asset] of w.assets.entries()) {
      expect(await asset.balanceOf(w.session)).to.equal(0n);
      const paid = await Promise.all([w.alice, w.bob, w.carol].map((owner) => asset.balanceOf(owner)));
      expect(paid.reduce((sum, amount) => sum + amount)).to.equal(w.params.quantities[k]);
    }
    expect(await w.session.totalSupply()).to.equal(0n);
    expect(SUPPLY).to.equal(await w.session.fixedSupply());
  });
});
