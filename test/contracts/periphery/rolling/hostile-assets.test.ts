import { expect } from "chai";
import hre from "hardhat";

import type { Roller } from "../../../../typechain-types/index.js";
import { createRoller, giveTo, openForRoll, rollOpen } from "../../../../stage/contracts/rolling.js";
import { TOKEN } from "../../../../stage/contracts/units.js";
import {
  createSession,
  deployContracts,
  paramsFor,
  supplyBasket,
  type World,
} from "../../../../stage/contracts/world.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;

/** A session of an asset that may be hostile and an honest one; alice has given 200 session tokens, bob 100 legs of the honest one. */
async function rolling(name: string): Promise<{ w: World; roller: Roller }> {
  const contracts = await deployContracts(connection);
  const honest = await ethers.deployContract("TestAsset", ["Honest", "HON", 18]);
  const other = await ethers.deployContract(name, []);
  const params = await paramsFor(contracts, { assets: [await other.getAddress(), await honest.getAddress()] });
  const w = await createSession(contracts, params);
  await supplyBasket(w);
  if (name === "LyingAsset") await (other as unknown as Lying).moveInstead(100n * TOKEN, false);
  await w.session.fund();
  await w.session.transfer(w.alice, 200n * TOKEN);
  await w.session.transfer(w.bob, 100n * TOKEN);
  await w.session.connect(w.bob).split(100n * TOKEN);
  const roller = await createRoller(w);
  await giveTo(w, roller, w.alice, 200n * TOKEN);
  await giveTo(w, roller, w.bob, 0n, [0n, 100n * TOKEN]);
  await openForRoll(w);
  return { w, roller };
}

interface Lying {
  moveInstead: (amount: bigint, shrinks: boolean) => Promise<unknown>;
}

const refusing = async (): ReturnType<typeof rolling> => rolling("RefusingAsset");
const lying = async (): ReturnType<typeof rolling> => rolling("LyingAsset");
const reentrant = async (): ReturnType<typeof rolling> => rolling("ReentrantAsset");
const silent = async (): ReturnType<typeof rolling> => rolling("SilentAsset");

/** Nothing has changed, and everybody gets back what it gave. */
async function expectAllTakenBack({ w, roller }: { w: World; roller: Roller }): Promise<void> {
  expect(await roller.next()).to.equal(ethers.ZeroAddress);
  expect(await w.session.outstandingClaims(1)).to.equal(1_000n * TOKEN);
  await roller.connect(w.bob).takeBack(w.bob);
  await roller.connect(w.alice).takeBack(w.alice);
  expect(await w.session.balanceOf(w.alice)).to.equal(200n * TOKEN);
  expect(await w.leg(2).balanceOf(w.bob)).to.equal(100n * TOKEN);
  expect([...(await roller.totals())]).to.deep.equal([0n, 0n]);
}

describe("A roll, given an asset that is stopped by its issuer", () => {
  it("fails as a whole, and everybody takes back what it gave; those who gave none of it roll without it", async () => {
    const { w, roller } = await networkHelpers.loadFixture(refusing);
    const asset = await ethers.getContractAt("RefusingAsset", await w.assets[0]!.getAddress());
    await asset.refuse(true);
    await expect(roller.roll()).to.be.revertedWithCustomError(asset, "TransfersStopped");
    const snapshot = await networkHelpers.takeSnapshot();
    await expectAllTakenBack({ w, roller });
    await snapshot.restore();
    await roller.connect(w.alice).takeBack(w.alice);
    await roller.roll();
    const next = await ethers.getContractAt("Session", await roller.next());
    expect((await next.basket())[1]).to.deep.equal([10n * TOKEN]);
  });
});

describe("A roll, given an asset that moves something else than it says", () => {
  it("fails if the next vault gets another amount than q', and everybody takes back what it gave", async () => {
    const { w, roller } = await networkHelpers.loadFixture(lying);
    const asset = await ethers.getContractAt("LyingAsset", await w.assets[0]!.getAddress());
    // It pays the roller 20 of 20; then the next vault gets 19: it is the same call, so what came is made to differ.
    await w.assets[0]!.mint(roller, 1n);
    await asset.moveInstead(20n * TOKEN, false);
    await expect(roller.roll())
      .to.be.revertedWithCustomError(w.session, "Session_ReceivedOtherAmount")
      .withArgs(await asset.getAddress(), 20n * TOKEN, 20n * TOKEN + 1n);
    await expectAllTakenBack({ w, roller });
  });

  it("fails if nothing comes of claims that were given", async () => {
    const { w, roller } = await networkHelpers.loadFixture(lying);
    const asset = await ethers.getContractAt("LyingAsset", await w.assets[0]!.getAddress());
    await asset.moveInstead(0n, false);
    await expect(roller.roll())
      .to.be.revertedWithCustomError(roller, "Roller_NothingCame")
      .withArgs(1, await asset.getAddress());
    await expectAllTakenBack({ w, roller });
  });

  it("fails if more comes than a basket can have", async () => {
    const { w, roller } = await networkHelpers.loadFixture(lying);
    const asset = await ethers.getContractAt("LyingAsset", await w.assets[0]!.getAddress());
    await asset.moveInstead(2n ** 128n, false);
    const errors = await ethers.getContractFactory("Roller");
    await expect(roller.roll())
      .to.be.revertedWithCustomError(errors, "SafeCastOverflowedUintDowncast")
      .withArgs(128, 2n ** 128n);
    await expectAllTakenBack({ w, roller });
  });

  it("takes what really came, if that is what really arrives", async () => {
    const { w, roller } = await networkHelpers.loadFixture(lying);
    const asset = await ethers.getContractAt("LyingAsset", await w.assets[0]!.getAddress());
    await asset.moveInstead(5n * TOKEN, false);
    const next = await rollOpen(w, roller);
    expect([...(await next.basket())[1]]).to.deep.equal([5n * TOKEN, 30n * TOKEN]);
  });
});

describe("A roll, given an asset that takes a fee", () => {
  it("is refused by the next vault, and everybody takes back what it gave", async () => {
    const { w, roller } = await networkHelpers.loadFixture(refusing);
    // No session of such an asset can be funded; here its fee begins later.
    const { deployedBytecode } = await hre.artifacts.readArtifact("FeeOnTransferAsset");
    await ethers.provider.send("hardhat_setCode", [await w.assets[0]!.getAddress(), deployedBytecode]);
    const came = 20n * TOKEN - TOKEN / 5n;
    await expect(roller.roll())
      .to.be.revertedWithCustomError(w.session, "Session_ReceivedOtherAmount")
      .withArgs(await w.assets[0]!.getAddress(), came - came / 100n, came);
    await expectAllTakenBack({ w, roller });
  });
});

describe("A roll, given an asset that answers nothing", () => {
  it("succeeds", async () => {
    const { w, roller } = await networkHelpers.loadFixture(silent);
    const next = await rollOpen(w, roller);
    expect([...(await next.basket())[1]]).to.deep.equal([20n * TOKEN, 30n * TOKEN]);
  });
});

describe("A roll, given an asset that calls back", () => {
  const guard = "0x3ee5aeb5"; // ReentrancyGuardReentrantCall()
  const attempts = [
    ["give", [0n, [0n, 0n]]],
    ["giveFromInbox", [ethers.ZeroAddress]],
    ["emptyInbox", [[], ethers.ZeroAddress]],
    ["takeBack", [ethers.ZeroAddress]],
    ["roll", []],
    ["take", [ethers.ZeroAddress]],
  ] as const;
  for (const [name, args] of attempts) {
    it(`refuses ${name} in the middle, and rolls the same as without`, async () => {
      const { w, roller } = await networkHelpers.loadFixture(reentrant);
      const asset = await ethers.getContractAt("ReentrantAsset", await w.assets[0]!.getAddress());
      const data = roller.interface.encodeFunctionData(name as "take", args as never);
      await asset.aim(roller, data, true);
      await expect(roller.roll()).to.emit(asset, "CalledBack").withArgs(false, guard);
      const next = await ethers.getContractAt("Session", await roller.next());
      expect([...(await next.basket())[1]]).to.deep.equal([20n * TOKEN, 30n * TOKEN]);
      await asset.aim(ethers.ZeroAddress, "0x", true);
      await roller.connect(w.alice).take(w.alice);
      await roller.connect(w.bob).take(w.bob);
      expect(await next.balanceOf(w.alice)).to.equal(200n * TOKEN);
    });
  }

  it("cannot take the next vault's tokens, nor its leave to be funded, in the middle", async () => {
    const { w, roller } = await networkHelpers.loadFixture(reentrant);
    const asset = await ethers.getContractAt("ReentrantAsset", await w.assets[0]!.getAddress());
    const next = await roller.roll.staticCall();
    const fund = w.session.interface.encodeFunctionData("fund");
    await asset.aim(next, fund, true);
    const tx = roller.roll();
    await expect(tx).to.emit(asset, "CalledBack").withArgs(false, guard);
    expect(await roller.next()).to.equal(next);
  });

  it("pays a gift that it makes in the middle into the next basket", async () => {
    const { w, roller } = await networkHelpers.loadFixture(reentrant);
    const asset = await ethers.getContractAt("ReentrantAsset", await w.assets[0]!.getAddress());
    const gift = w.assets[1]!.interface.encodeFunctionData("mint", [await roller.getAddress(), 9n]);
    await asset.aim(w.assets[1]!, gift, false);
    await roller.roll();
    const next = await ethers.getContractAt("Session", await roller.next());
    // While it is redeemed; what it gives while the vault is funded comes too late, and stays.
    expect([...(await next.basket())[1]]).to.deep.equal([20n * TOKEN, 30n * TOKEN + 9n]);
    expect(await w.assets[1]!.balanceOf(roller)).to.equal(9n);
  });
});
