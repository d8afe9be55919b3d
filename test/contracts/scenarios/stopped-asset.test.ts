/** One asset that does not move any more holds up nobody's other assets. */
import { expect } from "chai";
import hre from "hardhat";

import type { RefusingAsset } from "../../../typechain-types/index.js";
import { expectSound } from "../support/sound.js";
import { TOKEN } from "../../../stage/contracts/units.js";
import { bankroll, closeTrading, openWorld, type World } from "../../../stage/contracts/world.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;

interface Fixture {
  readonly w: World;
  readonly asset: RefusingAsset;
}

async function settling(): Promise<Fixture> {
  const asset = await ethers.deployContract("RefusingAsset");
  const honest = await ethers.deployContract("TestAsset", ["Honest", "HON", 18]);
  const w = await openWorld(connection, { assets: [await honest.getAddress(), await asset.getAddress()] });
  await bankroll(w, 10n * TOKEN, w.alice);
  await closeTrading(w);
  await asset.refuse(true);
  return { w, asset };
}

describe("An asset stopped by its issuer", () => {
  let w: World;
  let asset: RefusingAsset;
  beforeEach(async () => {
    ({ w, asset } = await networkHelpers.loadFixture(settling));
  });
  afterEach(() => expectSound(w));

  it("fails an exit in assets, and the account is as before", async () => {
    await expect(w.book.connect(w.alice).exit(w.alice, true)).to.be.revertedWithCustomError(asset, "TransfersStopped");
    expect([...(await w.book.claimsOf(w.alice))]).to.deep.equal([10n * TOKEN, 10n * TOKEN]);
  });

  it("leaves the way in tokens: split, and redeem what moves", async () => {
    await w.book.connect(w.alice).exit(w.alice, false);
    const session = w.session.connect(w.alice);
    await session.split(10n * TOKEN);
    await session.redeemLeg(1, 10n * TOKEN, w.alice);
    expect(await w.assets[0]!.balanceOf(w.alice)).to.equal(TOKEN);
    await expect(session.redeemLeg(2, 10n * TOKEN, w.alice)).to.be.revertedWithCustomError(asset, "TransfersStopped");
    await asset.refuse(false);
    await session.redeemLeg(2, 10n * TOKEN, w.alice);
    expect(await asset.balanceOf(w.alice)).to.equal(TOKEN);
  });
});
