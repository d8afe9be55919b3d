import { expect } from "chai";
import hre from "hardhat";

import type { ReentrantAsset } from "../../../typechain-types/index.js";
import { SUPPLY, TOKEN } from "../../../stage/contracts/units.js";
import {
  closeTrading,
  createSession,
  deployContracts,
  paramsFor,
  supplyBasket,
  type World,
} from "../../../stage/contracts/world.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;
const QUANTITY = 100n * TOKEN;

async function settling(name: string): Promise<World> {
  const contracts = await deployContracts(connection);
  const honest = await ethers.deployContract("TestAsset", ["Honest", "HON", 18]);
  const other = await ethers.deployContract(name, []);
  const assets = [await other.getAddress(), await honest.getAddress()];
  const w = await createSession(contracts, await paramsFor(contracts, { assets }));
  await supplyBasket(w);
  await w.session.fund();
  await w.session.transfer(w.alice, 200n * TOKEN);
  await closeTrading(w);
  return w;
}

async function withRefusal(): Promise<World> {
  return settling("RefusingAsset");
}
async function withReentry(): Promise<World> {
  return settling("ReentrantAsset");
}
async function withSilence(): Promise<World> {
  return settling("SilentAsset");
}

describe("Redemption, given one asset is stopped by its issuer", () => {
  let w: World;
  beforeEach(async () => {
    w = await networkHelpers.loadFixture(withRefusal);
    await (await ethers.getContractAt("RefusingAsset", await w.assets[0]!.getAddress())).refuse(true);
  });

  it("fails as a whole and burns nothing", async () => {
    const asset = await ethers.getContractAt("RefusingAsset", await w.assets[0]!.getAddress());
    await expect(w.session.connect(w.alice).redeem(200n * TOKEN, w.alice)).to.be.revertedWithCustomError(
      asset,
      "TransfersStopped",
    );
    expect(await w.session.balanceOf(w.alice)).to.equal(200n * TOKEN);
  });

  it("leaves the way by legs: the other asset is paid, the stopped one waits", async () => {
    const session = w.session.connect(w.alice);
    await session.split(200n * TOKEN);
    await session.redeemLeg(2, 200n * TOKEN, w.alice);
    expect(await w.assets[1]!.balanceOf(w.alice)).to.equal(20n * TOKEN);
    await (await ethers.getContractAt("RefusingAsset", await w.assets[0]!.getAddress())).refuse(false);
    await session.redeemLeg(1, 200n * TOKEN, w.alice);
    expect(await w.assets[0]!.balanceOf(w.alice)).to.equal(20n * TOKEN);
  });
});

describe("Redemption, given an asset that answers nothing", () => {
  it("pays it like any other", async () => {
    const w = await networkHelpers.loadFixture(withSilence);
    await w.session.redeem(800n * TOKEN, w.bob);
    expect(await w.assets[0]!.balanceOf(w.bob)).to.equal(80n * TOKEN);
  });
});

describe("Redemption, given an asset that calls back", () => {
  let w: World;
  let asset: ReentrantAsset;
  beforeEach(async () => {
    w = await networkHelpers.loadFixture(withReentry);
    asset = await ethers.getContractAt("ReentrantAsset", await w.assets[0]!.getAddress());
    // The asset itself holds claims, so that what it calls is its own right.
    await w.session.transfer(asset, 100n * TOKEN);
    const split = w.session.interface.encodeFunctionData("split", [50n * TOKEN]);
    await asset.act(w.session, split);
  });

  const guard = "0x3ee5aeb5"; // ReentrancyGuardReentrantCall()
  const attempts = [
    ["redeem", (): unknown[] => [50n * TOKEN, w.frank.address]],
    ["redeemLeg", (): unknown[] => [1n, 50n * TOKEN, w.frank.address]],
    ["split", (): unknown[] => [1n]],
    ["merge", (): unknown[] => [50n * TOKEN]],
  ] as const;
  for (const [name, args] of attempts) {
    it(`refuses ${name} in the middle and pays everybody the same as without`, async () => {
      const data = w.session.interface.encodeFunctionData(name as "redeem", args() as never);
      await asset.aim(w.session, data, true);
      const tx = w.session.connect(w.alice).redeem(200n * TOKEN, w.alice);
      await expect(tx).to.emit(asset, "CalledBack").withArgs(false, guard);
      expect(await asset.balanceOf(w.alice)).to.equal(20n * TOKEN);
      expect(await w.assets[1]!.balanceOf(w.alice)).to.equal(20n * TOKEN);
      expect(await asset.balanceOf(w.frank)).to.equal(0n);
    });
  }

  it("can pass its own session tokens on in the middle: that moves no claim", async () => {
    const data = w.session.interface.encodeFunctionData("transfer", [w.frank.address, 50n * TOKEN]);
    await asset.aim(w.session, data, false);
    await w.session.connect(w.alice).redeem(200n * TOKEN, w.alice);
    expect(await asset.balanceOf(w.alice)).to.equal(20n * TOKEN);
    expect(await w.session.outstandingClaims(1)).to.equal(SUPPLY - 200n * TOKEN);
    await asset.aim(ethers.ZeroAddress, "0x", true);
    await w.session.connect(w.frank).redeem(50n * TOKEN, w.frank);
    expect(await asset.balanceOf(w.frank)).to.equal(5n * TOKEN);
    expect(await asset.balanceOf(w.session)).to.equal(QUANTITY - 25n * TOKEN);
  });
});
