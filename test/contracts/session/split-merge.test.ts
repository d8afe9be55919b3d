import { expect } from "chai";
import hre from "hardhat";

import { SUPPLY, TOKEN } from "../../../stage/contracts/units.js";
import { openWorld, type World } from "../../../stage/contracts/world.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;

async function funded(): Promise<World> {
  return openWorld(connection, { stage: "funded", assetCount: 3 });
}
async function created(): Promise<World> {
  return openWorld(connection, { stage: "created" });
}

async function expectFixedSum(w: World): Promise<void> {
  for (const k of [1, 2, 3]) {
    expect((await w.leg(k).totalSupply()) + (await w.session.totalSupply())).to.equal(SUPPLY);
    expect(await w.session.outstandingClaims(k)).to.equal(SUPPLY);
  }
}

describe("Session.split (R4)", () => {
  let w: World;
  beforeEach(async () => {
    w = await networkHelpers.loadFixture(funded);
  });
  afterEach(() => expectFixedSum(w));

  it("turns session tokens into as many leg tokens of every asset", async () => {
    const tx = w.session.split(10n * TOKEN);
    await expect(tx)
      .to.emit(w.session, "Split")
      .withArgs(w.organiser.address, 10n * TOKEN);
    await expect(tx).to.changeTokenBalance(ethers, w.session, w.organiser, -10n * TOKEN);
    for (const k of [1, 2, 3]) await expect(tx).to.changeTokenBalance(ethers, w.leg(k), w.organiser, 10n * TOKEN);
  });

  it("works for a single wei, and for all there is", async () => {
    await w.session.split(1n);
    await w.session.split(SUPPLY - 1n);
    expect(await w.session.totalSupply()).to.equal(0n);
    expect(await w.leg(3).balanceOf(w.organiser)).to.equal(SUPPLY);
  });

  it("stays open while trading and in settlement", async () => {
    await networkHelpers.time.increaseTo(w.t1);
    await expect(w.session.split(1n)).to.emit(w.session, "Split");
    await networkHelpers.time.increaseTo(w.t2);
    await expect(w.session.split(1n)).to.emit(w.session, "Split");
  });

  it("refuses more than the caller has", async () => {
    await expect(w.session.split(SUPPLY + 1n))
      .to.be.revertedWithCustomError(w.session, "ERC20InsufficientBalance")
      .withArgs(w.organiser.address, SUPPLY, SUPPLY + 1n);
    await expect(w.session.connect(w.alice).split(1n))
      .to.be.revertedWithCustomError(w.session, "ERC20InsufficientBalance")
      .withArgs(w.alice.address, 0n, 1n);
  });

  it("refuses an amount of zero", async () => {
    await expect(w.session.split(0n)).to.be.revertedWithCustomError(w.session, "Session_NothingToDo");
  });
});

describe("Session.merge (R4)", () => {
  let w: World;
  beforeEach(async () => {
    w = await networkHelpers.loadFixture(funded);
    await w.session.split(10n * TOKEN);
  });
  afterEach(() => expectFixedSum(w));

  it("turns leg tokens of every asset back into session tokens", async () => {
    const tx = w.session.merge(4n * TOKEN);
    await expect(tx)
      .to.emit(w.session, "Merged")
      .withArgs(w.organiser.address, 4n * TOKEN);
    await expect(tx).to.changeTokenBalance(ethers, w.session, w.organiser, 4n * TOKEN);
    for (const k of [1, 2, 3]) await expect(tx).to.changeTokenBalance(ethers, w.leg(k), w.organiser, -4n * TOKEN);
  });

  it("takes leg tokens from whoever holds a whole set, wherever they came from", async () => {
    for (const k of [1, 2, 3]) await w.leg(k).connect(w.organiser).transfer(w.bob, 3n);
    await w.session.connect(w.bob).merge(3n);
    expect(await w.session.balanceOf(w.bob)).to.equal(3n);
  });

  it("refuses when one leg is missing, and burns nothing", async () => {
    await w
      .leg(3)
      .connect(w.organiser)
      .transfer(w.bob, 7n * TOKEN);
    await expect(w.session.merge(4n * TOKEN))
      .to.be.revertedWithCustomError(w.leg(3), "ERC20InsufficientBalance")
      .withArgs(w.organiser.address, 3n * TOKEN, 4n * TOKEN);
    expect(await w.leg(1).balanceOf(w.organiser)).to.equal(10n * TOKEN);
  });

  it("refuses an amount of zero", async () => {
    await expect(w.session.merge(0n)).to.be.revertedWithCustomError(w.session, "Session_NothingToDo");
  });
});

describe("Session.split and merge before funding", () => {
  it("are refused", async () => {
    const w = await networkHelpers.loadFixture(created);
    await expect(w.session.split(1n)).to.be.revertedWithCustomError(w.session, "Session_NotFunded");
    await expect(w.session.merge(1n)).to.be.revertedWithCustomError(w.session, "Session_NotFunded");
  });
});
