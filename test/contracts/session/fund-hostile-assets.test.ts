import { expect } from "chai";
import hre from "hardhat";

import type { LyingAsset, ReentrantAsset } from "../../../typechain-types/index.js";
import { SUPPLY, TOKEN } from "../../../stage/contracts/units.js";
import { createSession, deployContracts, paramsFor, supplyBasket, type World } from "../../../stage/contracts/world.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;
const QUANTITY = 100n * TOKEN;

/** An honest asset and one of another kind, with the organiser ready to fund. */
async function created(name: string): Promise<World> {
  const contracts = await deployContracts(connection);
  const honest = await ethers.deployContract("TestAsset", ["Honest", "HON", 18]);
  const other = await ethers.deployContract(name, []);
  const assets = [await honest.getAddress(), await other.getAddress()];
  const w = await createSession(contracts, await paramsFor(contracts, { assets }));
  await supplyBasket(w);
  return w;
}

async function withFee(): Promise<World> {
  return created("FeeOnTransferAsset");
}
async function withLiar(): Promise<World> {
  return created("LyingAsset");
}
async function withRefusal(): Promise<World> {
  return created("RefusingAsset");
}
async function withSilence(): Promise<World> {
  return created("SilentAsset");
}
async function withReentry(): Promise<World> {
  return created("ReentrantAsset");
}

async function expectUntouched(w: World): Promise<void> {
  expect(await w.session.totalSupply()).to.equal(0n);
  expect(await w.assets[0]!.balanceOf(w.organiser)).to.equal(QUANTITY);
  expect(await w.session.phase()).to.equal(0n);
}

describe("Session.fund with an asset that", () => {
  describe("keeps a fee on each transfer", () => {
    it("is refused with what arrived and what should have; nothing is taken", async () => {
      const w = await networkHelpers.loadFixture(withFee);
      await expect(w.session.fund())
        .to.be.revertedWithCustomError(w.session, "Session_ReceivedOtherAmount")
        .withArgs(await w.assets[1]!.getAddress(), QUANTITY - QUANTITY / 100n, QUANTITY);
      await expectUntouched(w);
      expect(await w.assets[1]!.balanceOf(w.organiser)).to.equal(QUANTITY);
    });
  });

  describe("says it moved what it did not", () => {
    let w: World;
    let liar: LyingAsset;
    beforeEach(async () => {
      w = await networkHelpers.loadFixture(withLiar);
      liar = await ethers.getContractAt("LyingAsset", await w.assets[1]!.getAddress());
    });

    for (const [what, moved] of [
      ["nothing arrives", 0n],
      ["less arrives", QUANTITY - 1n],
      ["more arrives", QUANTITY + 1n],
    ] as const) {
      it(`is refused when ${what}`, async () => {
        await liar.moveInstead(moved, false);
        await expect(w.session.fund())
          .to.be.revertedWithCustomError(w.session, "Session_ReceivedOtherAmount")
          .withArgs(await liar.getAddress(), moved, QUANTITY);
        await expectUntouched(w);
      });
    }

    it("is refused when the vault's balance falls", async () => {
      await liar.mint(w.session, 10n);
      await liar.moveInstead(10n, true);
      await expect(w.session.fund())
        .to.be.revertedWithCustomError(w.session, "Session_ReceivedOtherAmount")
        .withArgs(await liar.getAddress(), 0n, QUANTITY);
      await expectUntouched(w);
    });

    it("is taken when for once it moves the right amount", async () => {
      await liar.moveInstead(QUANTITY, false);
      await expect(w.session.fund()).to.emit(w.session, "Funded").withArgs(w.organiser.address, SUPPLY);
    });
  });

  describe("is stopped by its issuer", () => {
    it("is refused with the asset's own reason, and can be funded when it moves again", async () => {
      const w = await networkHelpers.loadFixture(withRefusal);
      const asset = await ethers.getContractAt("RefusingAsset", await w.assets[1]!.getAddress());
      await asset.refuse(true);
      await expect(w.session.fund()).to.be.revertedWithCustomError(asset, "TransfersStopped");
      await expectUntouched(w);
      await asset.refuse(false);
      await expect(w.session.fund()).to.emit(w.session, "Funded");
    });
  });

  describe("answers nothing, as old tokens do", () => {
    it("is taken like any other", async () => {
      const w = await networkHelpers.loadFixture(withSilence);
      await expect(w.session.fund()).to.emit(w.session, "Funded").withArgs(w.organiser.address, SUPPLY);
      expect(await w.assets[1]!.balanceOf(w.session)).to.equal(QUANTITY);
    });
  });

  describe("calls back in the middle of the transfer", () => {
    let w: World;
    let asset: ReentrantAsset;
    beforeEach(async () => {
      w = await networkHelpers.loadFixture(withReentry);
      asset = await ethers.getContractAt("ReentrantAsset", await w.assets[1]!.getAddress());
    });

    const calls = [
      ["fund", []],
      ["split", [1n]],
      ["merge", [1n]],
      ["redeem", [1n, "0x00000000000000000000000000000000000000AA"]],
      ["redeemLeg", [1n, 1n, "0x00000000000000000000000000000000000000AA"]],
    ] as const;
    for (const [name, args] of calls) {
      it(`cannot enter ${name}`, async () => {
        const data = w.session.interface.encodeFunctionData(name as "fund", args as never);
        await asset.aim(w.session, data, false);
        const guard = w.session.interface.encodeErrorResult("ReentrancyGuardReentrantCall");
        await expect(w.session.fund()).to.be.revertedWithCustomError(asset, "CallBackFailed").withArgs(guard);
        await expectUntouched(w);
      });
    }

    it("changes nothing when it hides that its call failed", async () => {
      await asset.aim(w.session, w.session.interface.encodeFunctionData("fund"), true);
      const guard = w.session.interface.encodeErrorResult("ReentrancyGuardReentrantCall");
      const tx = w.session.fund();
      await expect(tx).to.emit(asset, "CalledBack").withArgs(false, guard);
      await expect(tx).to.emit(w.session, "Funded").withArgs(w.organiser.address, SUPPLY);
      expect(await w.session.totalSupply()).to.equal(SUPPLY);
    });
  });
});
