/** R41: an asset that calls back into book and session while it is delivered can only do what it could do anyway. */
import { expect } from "chai";
import hre from "hardhat";

import type { ReentrantAsset } from "../../../typechain-types/index.js";
import { packBatch } from "../../../stage/contracts/batches.js";
import { at, place, sign } from "../../../stage/contracts/orders.js";
import { expectSound } from "../support/sound.js";
import { TOKEN } from "../../../stage/contracts/units.js";
import { bankroll, closeTrading, openWorld, type World } from "../../../stage/contracts/world.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;

interface Fixture {
  readonly w: World;
  readonly asset: ReentrantAsset;
}

/** The hostile asset has an account of 10 tokens itself. Alice is about to leave with claims of 11 and 9. */
async function settling(): Promise<Fixture> {
  const asset = await ethers.deployContract("ReentrantAsset");
  const honest = await ethers.deployContract("TestAsset", ["Honest", "HON", 18]);
  const w = await openWorld(connection, { assets: [await asset.getAddress(), await honest.getAddress()] });
  await bankroll(w, 10n * TOKEN, w.alice, w.bob, { address: await asset.getAddress() });
  await place(w, { trader: w.alice, lots: 2_000n, price: 5_000n });
  await place(w, { trader: w.bob, lots: -2_000n, price: 5_000n });
  await closeTrading(w);
  return { w, asset };
}

describe("A reentrant asset, while a trader exits in assets", () => {
  let w: World;
  let asset: ReentrantAsset;
  beforeEach(async () => {
    ({ w, asset } = await networkHelpers.loadFixture(settling));
  });
  afterEach(() => expectSound(w));

  const GUARD = "0x3ee5aeb5"; // ReentrancyGuardReentrantCall()

  async function expectOnlyAliceLeft(): Promise<void> {
    expect(await asset.balanceOf(w.alice)).to.equal((11n * TOKEN) / 10n);
    expect(await w.assets[1]!.balanceOf(w.alice)).to.equal((9n * TOKEN) / 10n);
    expect([...(await w.book.claimsOf(w.alice))]).to.deep.equal([0n, 0n]);
    expect([...(await w.book.claimsOf(asset))]).to.deep.equal([10n * TOKEN, 10n * TOKEN]);
  }

  const attempts: [string, () => Promise<readonly unknown[]> | readonly unknown[]][] = [
    ["exit", () => [w.frank.address, true]],
    ["withdraw", () => [10n * TOKEN, w.frank.address, 0]],
    ["withdrawLeg", () => [1, 10n, w.frank.address, 0]],
    ["deposit", () => [w.frank.address, 1n]],
    ["depositLeg", () => [w.frank.address, 1, 1n]],
    ["createUser", () => [w.frank.address]],
    ["offset", () => [at(1), 0]],
    ["matchTrades", () => [1, 1, 1, 0]],
    ["createTrade", async () => [await sign(w, { trader: w.bob, lots: 1n, price: 1n }), 1, 1]],
    ["createTrades", async () => [packBatch([await sign(w, { trader: w.bob, lots: 1n, price: 1n })])]],
  ];
  for (const [name, args] of attempts) {
    it(`cannot enter the book's ${name}`, async () => {
      const data = w.book.interface.encodeFunctionData(name as "exit", (await args()) as never);
      await asset.aim(w.book, data, true);
      await expect(w.book.connect(w.alice).exit(w.alice, true)).to.emit(asset, "CalledBack").withArgs(false, GUARD);
      await expectOnlyAliceLeft();
    });
  }

  it("sees a book that has paid already: the account is empty before the asset is called", async () => {
    await asset.aim(w.book, w.book.interface.encodeFunctionData("claimsOf", [w.alice.address]), false);
    const answer = w.book.interface.encodeFunctionResult("claimsOf", [[0n, 0n]]);
    await expect(w.book.connect(w.alice).exit(w.alice, true)).to.emit(asset, "CalledBack").withArgs(true, answer);
    await expectOnlyAliceLeft();
  });

  it("that lets its failure through stops that delivery only; legs can be had instead", async () => {
    const data = w.book.interface.encodeFunctionData("exit", [w.frank.address, true]);
    await asset.aim(w.book, data, false);
    await expect(w.book.connect(w.alice).exit(w.alice, true))
      .to.be.revertedWithCustomError(asset, "CallBackFailed")
      .withArgs(GUARD);
    await w.book.connect(w.alice).exit(w.alice, false);
    expect(await w.session.balanceOf(w.alice)).to.equal(9n * TOKEN);
    expect(await w.leg(1).balanceOf(w.alice)).to.equal(2n * TOKEN);
  });

  it("can leave itself afterwards, with what is its own", async () => {
    await w.book.connect(w.alice).exit(w.alice, true);
    await asset.act(w.book, w.book.interface.encodeFunctionData("exit", [w.frank.address, true]));
    expect(await asset.balanceOf(w.frank)).to.equal(TOKEN);
  });
});
