import { expect } from "chai";
import hre from "hardhat";

import { SUPPLY, TOKEN } from "../../../stage/contracts/units.js";
import { openWorld, supplyBasket, type World } from "../../../stage/contracts/world.js";

const connection = await hre.network.create();
const { networkHelpers } = connection;

async function created(): Promise<World> {
  const w = await openWorld(connection, { stage: "created", quantities: [100n * TOKEN, 7n] });
  await supplyBasket(w);
  return w;
}

describe("Session.fund (R1)", () => {
  let w: World;
  beforeEach(async () => {
    w = await networkHelpers.loadFixture(created);
  });

  describe("given the organiser has the basket and the clock is before t1", () => {
    it("takes exactly q of every asset", async () => {
      const tx = w.session.fund();
      await expect(tx).to.changeTokenBalances(
        connection.ethers,
        w.assets[0]!,
        [w.organiser, w.session],
        [-100n * TOKEN, 100n * TOKEN],
      );
      await expect(tx).to.changeTokenBalances(connection.ethers, w.assets[1]!, [w.organiser, w.session], [-7n, 7n]);
    });

    it("mints N session tokens to the organiser and says so", async () => {
      const tx = w.session.fund();
      await expect(tx).to.emit(w.session, "Funded").withArgs(w.organiser.address, SUPPLY);
      await expect(tx)
        .to.emit(w.session, "Transfer")
        .withArgs(connection.ethers.ZeroAddress, w.organiser.address, SUPPLY);
      expect(await w.session.totalSupply()).to.equal(SUPPLY);
      expect(await w.session.balanceOf(w.organiser)).to.equal(SUPPLY);
      expect(await w.session.outstandingClaims(1)).to.equal(SUPPLY);
    });

    it("may be done in the last second before t1", async () => {
      await networkHelpers.time.setNextBlockTimestamp(w.t1 - 1);
      await expect(w.session.fund()).to.emit(w.session, "Funded");
    });

    it("is not disturbed by assets that somebody sent before", async () => {
      await w.assets[0]!.mint(w.session, 5n);
      await w.session.fund();
      expect(await w.assets[0]!.balanceOf(w.session)).to.equal(100n * TOKEN + 5n);
      expect(await w.session.totalSupply()).to.equal(SUPPLY);
    });
  });

  describe("it refuses", () => {
    it("another caller than the organiser", async () => {
      await expect(w.session.connect(w.alice).fund())
        .to.be.revertedWithCustomError(w.session, "Session_NotAllowed")
        .withArgs(w.alice.address, w.organiser.address);
    });

    it("a second time", async () => {
      await w.session.fund();
      await supplyBasket(w);
      await expect(w.session.fund()).to.be.revertedWithCustomError(w.session, "Session_AlreadyFunded").withArgs(SUPPLY);
      expect(await w.assets[0]!.balanceOf(w.organiser)).to.equal(100n * TOKEN);
    });

    it("at t1 and later", async () => {
      for (const timestamp of [w.t1, w.t1 + 1, w.t2 + 1]) {
        await networkHelpers.time.setNextBlockTimestamp(timestamp);
        await expect(w.session.fund())
          .to.be.revertedWithCustomError(w.session, "Session_FundingClosed")
          .withArgs(timestamp, w.t1);
      }
    });

    it("without allowance, and takes nothing of the other assets", async () => {
      await w.assets[1]!.connect(w.organiser).approve(w.session, 6n);
      await expect(w.session.fund())
        .to.be.revertedWithCustomError(w.assets[1]!, "ERC20InsufficientAllowance")
        .withArgs(await w.session.getAddress(), 6n, 7n);
      expect(await w.assets[0]!.balanceOf(w.session)).to.equal(0n);
      expect(await w.session.totalSupply()).to.equal(0n);
      expect(await w.session.phase()).to.equal(0n);
    });

    it("without the assets", async () => {
      await w.assets[0]!.connect(w.organiser).transfer(w.bob, 1n);
      await expect(w.session.fund())
        .to.be.revertedWithCustomError(w.assets[0]!, "ERC20InsufficientBalance")
        .withArgs(w.organiser.address, 100n * TOKEN - 1n, 100n * TOKEN);
    });
  });
});
