/** A basket of one asset: its weight is always one, so a leg is as good as a session token and there is nothing to bet on. */
import { expect } from "chai";
import hre from "hardhat";

import { submit } from "../../../stage/contracts/orders.js";
import { expectSound } from "../support/sound.js";
import { SCALE, TOKEN } from "../../../stage/contracts/units.js";
import { bankroll, closeTrading, openWorld, type World } from "../../../stage/contracts/world.js";

const connection = await hre.network.create();
const { networkHelpers } = connection;

/** Alice pays in 10 tokens, Bob 10 tokens of the only leg. */
async function open(): Promise<World> {
  const w = await openWorld(connection, { assetCount: 1 });
  await bankroll(w, 10n * TOKEN, w.alice);
  await w.session.split(10n * TOKEN);
  await w
    .leg(1)
    .connect(w.organiser)
    .approve(w.book, 10n * TOKEN);
  await w.book.connect(w.organiser).depositLeg(w.bob, 1, 10_000n);
  return w;
}

describe("A session of one asset", () => {
  let w: World;
  beforeEach(async () => {
    w = await networkHelpers.loadFixture(open);
  });
  afterEach(() => expectSound(w));

  it("refuses every order: the market can only pay its scale", async () => {
    const { marketMin, marketMax } = await w.book.marketOf(1, 1);
    expect([marketMin, marketMax]).to.deep.equal([SCALE, SCALE]);
    for (const [lots, price] of [
      [1n, SCALE],
      [-1n, SCALE],
      [1n, 0n],
    ] as const) {
      await expect(submit(w, { trader: w.alice, lots, price }))
        .to.be.revertedWithCustomError(w.book, "Book_MarketDetermined")
        .withArgs(1, 1, SCALE);
    }
  });

  it("counts a lot at its certain value", async () => {
    const { claim, worst } = await w.book.accountOf(w.bob);
    expect([claim, worst]).to.deep.equal([10n * TOKEN, 0n]); // a full set is cash
    expect([...(await w.book.positionOf(w.bob, 1))]).to.deep.equal([0n]);
    expect([...(await w.book.claimsOf(w.bob))]).to.deep.equal([10n * TOKEN]);
  });

  it("pays session tokens for legs and legs for session tokens", async () => {
    await w.book.connect(w.bob).withdraw(10n * TOKEN, w.bob, 0);
    expect(await w.session.balanceOf(w.bob)).to.equal(10n * TOKEN);
    await w.book.connect(w.alice).withdrawLeg(1, 10_000n, w.alice, 0);
    expect(await w.leg(1).balanceOf(w.alice)).to.equal(10n * TOKEN);
    expect([...(await w.book.claimsOf(w.alice))]).to.deep.equal([0n]);
  });

  it("delivers everything to the last unit", async () => {
    await closeTrading(w);
    await w.book.connect(w.alice).exit(w.alice, true);
    await w.book.connect(w.bob).exit(w.bob, true);
    await w.session.redeem(980n * TOKEN, w.organiser);
    expect(await w.assets[0]!.balanceOf(w.session)).to.equal(0n);
    for (const trader of [w.alice, w.bob]) expect(await w.assets[0]!.balanceOf(trader)).to.equal(TOKEN);
  });
});
