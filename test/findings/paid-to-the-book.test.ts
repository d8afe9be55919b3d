/** What a trader had paid out to the book itself left its account and belonged to nobody any more. */
import { expect } from "chai";
import hre from "hardhat";

import { expectSound } from "../contracts/support/sound.js";
import { TOKEN } from "../../stage/contracts/units.js";
import { closeTrading, type World } from "../../stage/contracts/world.js";
import { openWithPosition } from "../contracts/support/openings.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;

async function open(): Promise<World> {
  return openWithPosition(connection);
}

describe("Finding: nothing is paid out to the book itself, where it would be lost", () => {
  let w: World;
  beforeEach(async () => {
    w = await networkHelpers.loadFixture(open);
  });
  // Claims are backed exactly (invariant 3): what the book holds without owing it is lost.
  afterEach(() => expectSound(w));

  it("withdraw", async () => {
    await expect(w.book.connect(w.alice).withdraw(TOKEN, w.book, 0)).to.revert(ethers);
  });

  it("withdrawLeg", async () => {
    await expect(w.book.connect(w.alice).withdrawLeg(1, 1_000n, w.book, 0)).to.revert(ethers);
  });

  for (const redeemAssets of [false, true]) {
    it(`exit ${redeemAssets ? "in assets" : "in tokens"}`, async () => {
      await closeTrading(w);
      await expect(w.book.connect(w.alice).exit(w.book, redeemAssets)).to.revert(ethers);
    });
  }
});
