import { expect } from "chai";

import { type Design, OPEN } from "../../../lab/design/designs.js";
import { runDesign } from "../../../lab/design/run.js";
import { laboratoryOf, openSession } from "../../../lab/design/session.js";
import { MEAN, worldOf } from "../../../lab/design/world.js";
import { createRandom } from "../../../stage/rng.js";

const DESIGN: Design = {
  ...{ name: "plain", split: 1, arrivals: 60, windows: 1, isRolled: false, liquidity: 0, crowd: OPEN },
};
const world = worldOf(createRandom(7n, "runs"), 60);

describe("A session of the design study", () => {
  it("stands where it was told to, then in the middle of its orders, then at its last price", async () => {
    const session = await openSession(await laboratoryOf(3, 4), { start: 4_321, liquidity: 0n });
    expect(session.price()).to.equal(4_321);
    await session.arrive(0, 6_050); // bids 6 000
    expect(session.price()).to.equal(4_321);
    expect(session.look()).to.deep.equal({ spread: undefined, covered: 0, displayed: 0 });
    await session.arrive(1, 4_200); // offers 4 250, and sells at 6 000
    expect(session.price()).to.equal(6_000);
    expect(session.traded()).to.equal(10);
    await session.arrive(0, 6_150);
    await session.arrive(1, 6_100); // offers 6 150: as it is below what it wants to be paid
    const { maker, gains, bound } = await session.settle(5_500);
    expect([maker, bound]).to.deep.equal([0n, 0n]);
    expect(gains.reduce((sum, gain) => sum + gain)).to.equal(0n);
    expect(gains[1]! > 0n, "who sold above what it pays").to.equal(true);
  });

  it("refuses what its trader could not bear", async () => {
    const session = await openSession(await laboratoryOf(1, 0.2), { start: MEAN, liquidity: 0n });
    expect(await session.arrive(0, 9_000)).to.equal(false);
    expect(await session.arrive(0, 1_000)).to.equal(false);
  });

  it("has a maker on both sides, at the price that it was told and then at its own", async () => {
    const session = await openSession(await laboratoryOf(2, 4), { start: 3_000, liquidity: 200n });
    expect(session.price()).to.be.closeTo(3_000, 2);
    const { spread, covered } = session.look();
    expect(spread).to.be.within(80, 130); // 10 lots each way, of a slope of 0.21 · 10 000 / 200
    expect(covered).to.equal(20);
    await session.arrive(0, 9_000);
    expect(session.price()).to.be.within(3_050, 3_200);
    const { maker, gains, bound } = await session.settle(10_000);
    expect(gains[0]! + maker).to.equal(0n);
    expect(maker < 0n && -maker <= bound).to.equal(true);
  });
});

describe("A design in a world", () => {
  it("says the same each time, and has money that is only moved", async () => {
    const design = { ...DESIGN, split: 2, windows: 2, isRolled: true, liquidity: 100 };
    const run = await runDesign(design, world);
    expect(await runDesign(design, world)).to.deep.equal(run);
    expect([run.sessions, run.zeroSums, run.bounded]).to.deep.equal([4, 4, 4]);
    expect(run.orders).to.equal(60);
    expect(run.looks).to.have.length(60);
  });

  it("knows as much as before if nobody may come", async () => {
    const run = await runDesign({ ...DESIGN, crowd: { informedShare: 0, errorPart: 1, keptOut: 1 } }, world);
    expect(run.orders).to.be.at.most(2); // the last of the ranks ends at the edge
    expect([run.alone, run.together]).to.deep.equal([run.before, run.before]);
  });

  it("refuses more the more its people's money is split", async () => {
    const refused = async (split: number) => (await runDesign({ ...DESIGN, split }, world)).refused;
    expect(await refused(1)).to.equal(0);
    expect(await refused(12)).to.be.above(20);
  });
});
