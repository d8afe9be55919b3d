/** What a trader had paid out to the book itself left its account and belonged to nobody any more. */
import { expect } from "chai";
import hre from "hardhat";

import { place } from "../../stage/contracts/orders.js";
import { expectSound } from "../contracts/support/sound.js";
import { TOKEN } from "../../stage/contracts/units.js";
import { bankroll, closeTrading, openWorld, type World } from "../../stage/contracts/world.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;

async function open(): Promise<World> {
  const w = await openWorld(connection);
  await bankroll(w, 10n * TOKEN, w.alice, w.bob);
  await place(w, { trader: w.alice, lots: 2_000n, price: 5_000n });
  await place(w, { trader: w.bob, lots: -2_000n, price: 5_000n });
  return w;
}

describe("Finding: nothing is paid out to the book itself, where it would be lost", () => {
  let w: World;
  beforeEach(async () => {
    w = await networkHelpers.loadFixture(open);
  });
  // Claims are backed exactly (invariant 3): what the book holds without owing it is lost.
  afterEach(() => expectSound(w));

  it("withdraw", async () => {
    await expect(w.book.connect(w.alice).withdraw(TOKEN, w.book)).to.revert(ethers);
  });

  it("withdrawLeg", async () => {
    await expect(w.book.connect(w.alice).withdrawLeg(1, 1_000n, w.book)).to.revert(ethers);
  });

  for (const redeemAssets of [false, true]) {
    it(`exit ${redeemAssets ? "in assets" : "in tokens"}`, async () => {
      await closeTrading(w);
      await expect(w.book.connect(w.alice).exit(w.book, redeemAssets)).to.revert(ethers);
    });
  }
});
