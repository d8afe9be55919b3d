import { expect } from "chai";
import { ZeroAddress } from "ethers";
import hre from "hardhat";

import type { LmsrMaker } from "../../../../typechain-types/index.js";
import { eventRoot, tighten } from "../../../../stage/contracts/markets.js";
import { createMaker, deployFactory, openMaker, tradeThrough } from "../../../../stage/contracts/makers.js";
import { SUPPLY, TOKEN } from "../../../../stage/contracts/units.js";
import { bankroll, closeTrading, openWorld, type World } from "../../../../stage/contracts/world.js";

const connection = await hre.network.create();
const { networkHelpers } = connection;

/** A basket of two and a maker to which the organiser has paid a quarter, carol the rest. */
async function open(): Promise<{ w: World; maker: LmsrMaker; needed: bigint }> {
  const w = await openWorld(connection, { assetCount: 2 });
  await bankroll(w, 100n * TOKEN, w.alice);
  const maker = await createMaker(w, await deployFactory(w), { liquidity: 1_000n, prior: [1, 1] });
  const needed = await maker.depositNeeded();
  for (const [sponsor, amount] of [
    [w.organiser, needed / 4n],
    [w.carol, needed],
  ] as const) {
    await w.session.transfer(sponsor, needed);
    await w.session.connect(sponsor).approve(maker, SUPPLY);
    await maker.connect(sponsor).fund(amount);
  }
  return { w, maker, needed };
}

describe("A maker's sponsors", () => {
  let w: World;
  let maker: LmsrMaker;
  let needed: bigint;
  beforeEach(async () => {
    ({ w, maker, needed } = await networkHelpers.loadFixture(open));
  });

  it("pay in together exactly what is needed, and have shares as they paid", async () => {
    const quarter = needed / 4n;
    expect(await Promise.all([maker.paidIn(), maker.paidBy(w.organiser), maker.paidBy(w.carol)])).to.deep.equal([
      needed,
      quarter,
      needed - quarter,
    ]);
    expect((await w.book.accountOf(maker)).claim).to.equal(needed);
  });

  it("cannot take it out before the end, nor can anybody", async () => {
    await expect(maker.close()).to.be.revertedWithCustomError(maker, "Maker_StillOpen").withArgs(1, w.t2);
    expect([...(await maker.connect(w.carol).collect.staticCall(w.carol))]).to.deep.equal([0n, 0n, 0n]);
    await expect(maker.connect(w.bob).collect(w.bob)).to.be.revertedWithCustomError(maker, "Maker_NotASponsor");
  });

  it("get what is left at t2, in session tokens and legs, in proportion, to the wei", async () => {
    await tradeThrough(w, maker, { trader: w.alice, lots: 800n, price: 9_000n });
    await closeTrading(w);
    const claims = [...(await w.book.claimsOf(maker))];
    await maker.close();
    await maker.close(); // there is nothing more, which is no error
    const least = claims.reduce((a, b) => (b < a ? b : a));
    const got: bigint[][] = [];
    for (const sponsor of [w.organiser, w.carol]) {
      got.push([...(await maker.connect(sponsor).collect.staticCall(w.dave))]);
      await maker.connect(sponsor).collect(w.dave);
      expect([...(await maker.connect(sponsor).collect.staticCall(w.dave))], "once").to.deep.equal([0n, 0n, 0n]);
    }
    const sums = [0, 1, 2].map((k) => (got[0]?.[k] ?? 0n) + (got[1]?.[k] ?? 0n));
    const all = [least, (claims[0] ?? 0n) - least, (claims[1] ?? 0n) - least];
    expect(
      sums.every((sum, k) => (all[k] ?? 0n) - sum <= 1n && sum <= (all[k] ?? 0n)),
      `${sums.join()} of ${all.join()}`,
    ).to.equal(true);
    expect(await w.session.balanceOf(w.dave)).to.equal(sums[0]);
    const quarter = needed / 4n;
    expect(got[0]?.[2]).to.equal(((all[2] ?? 0n) * quarter) / needed);
  });

  it("have it sent nowhere where it would be lost: a share that the maker kept would be everybody's", async () => {
    await closeTrading(w);
    await maker.close();
    for (const to of [ZeroAddress, await maker.getAddress(), await w.session.getAddress()]) {
      await expect(maker.connect(w.carol).collect(to))
        .to.be.revertedWithCustomError(maker, "Receiver_Invalid")
        .withArgs(to);
    }
    for (const sponsor of [w.organiser, w.carol]) await maker.connect(sponsor).collect(w.dave);
    expect(await w.session.balanceOf(w.dave)).to.equal(needed);
  });

  it("of an event get it as soon as that is settled: never less than nothing, and what traders lost", async () => {
    const root = await eventRoot(w);
    const maker2 = await openMaker(w, { root, liquidity: 1_000n, prior: [1, 1, 1] });
    const paid = await maker2.depositNeeded();
    await tradeThrough(w, maker2, { trader: w.alice, root, leg: 2, lots: 700n, price: 99n });
    await expect(maker2.close()).to.be.revertedWithCustomError(maker2, "Maker_StillOpen");
    for (const leg of [1, 2]) await tighten(w, root, leg, 0n, 0n);
    await maker2.close();
    const back = await w.session.balanceOf(maker2);
    expect(back > paid, "the second did not win").to.equal(true);
    await maker2.connect(w.organiser).collect(w.dave);
    expect(await w.session.balanceOf(w.dave)).to.equal(back);
    await expect(maker2.connect(w.organiser).fund(1n)).to.be.revertedWithCustomError(maker2, "Maker_Funded");
  });

  it("of an event that is open at t2 get what is safe then, and the rest once it is settled", async () => {
    const root = await eventRoot(w);
    const maker2 = await openMaker(w, { root, liquidity: 1_000n, prior: [1, 1, 1] });
    await tradeThrough(w, maker2, { trader: w.alice, root, leg: 2, lots: 700n, price: 99n });
    await closeTrading(w);
    await maker2.close();
    await maker2.connect(w.organiser).collect(w.dave);
    const first = await w.session.balanceOf(w.dave);
    for (const leg of [1, 2]) await tighten(w, root, leg, 0n, 0n);
    await maker2.close();
    await maker2.connect(w.organiser).collect(w.dave);
    expect((await w.session.balanceOf(w.dave)) > first).to.equal(true);
    expect((await w.book.claimsOf(maker2)).every((claim) => claim === 0n)).to.equal(true);
  });

  it("of a maker that never got all it needs get all of it back", async () => {
    const root = await eventRoot(w);
    const poor = await createMaker(w, await deployFactory(w), { root, liquidity: 1_000n, prior: [1, 1, 1] });
    await w.session.connect(w.organiser).approve(poor, SUPPLY);
    await poor.connect(w.organiser).fund(TOKEN);
    for (const leg of [1, 2]) await tighten(w, root, leg, 0n, 0n);
    await expect(poor.connect(w.organiser).fund(TOKEN))
      .to.be.revertedWithCustomError(poor, "Maker_Over")
      .withArgs(root);
    await poor.close();
    await poor.connect(w.organiser).collect(w.dave);
    expect(await w.session.balanceOf(w.dave)).to.equal(TOKEN);
  });
});
