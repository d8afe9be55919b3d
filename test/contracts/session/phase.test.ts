import { expect } from "chai";
import hre from "hardhat";

import { openWorld, type World } from "../../../stage/contracts/world.js";

const connection = await hre.network.create();
const { networkHelpers } = connection;

async function created(): Promise<World> {
  return openWorld(connection, { stage: "created" });
}
async function funded(): Promise<World> {
  return openWorld(connection, { stage: "funded" });
}

const PHASES = ["created", "cancelled", "funded", "open", "settling"];

async function phaseAt(w: World, timestamp: number): Promise<string | undefined> {
  await networkHelpers.time.increaseTo(timestamp);
  return PHASES[Number(await w.session.phase())];
}

describe("Session.phase (R3)", () => {
  it("given nobody funds it: is created, and from t1 on cancelled for ever", async () => {
    const w = await networkHelpers.loadFixture(created);
    expect(await phaseAt(w, w.t1 - 1)).to.equal("created");
    expect(await phaseAt(w, w.t1)).to.equal("cancelled");
    expect(await phaseAt(w, w.t2)).to.equal("cancelled");
  });

  it("given it is funded: is funded, open from t1, settling from t2", async () => {
    const w = await networkHelpers.loadFixture(funded);
    expect(await phaseAt(w, w.t1 - 1)).to.equal("funded");
    expect(await phaseAt(w, w.t1)).to.equal("open");
    expect(await phaseAt(w, w.t2 - 1)).to.equal("open");
    expect(await phaseAt(w, w.t2)).to.equal("settling");
  });
});

describe("A cancelled session (R9)", () => {
  it("has nothing to split, merge or redeem", async () => {
    const w = await networkHelpers.loadFixture(created);
    await networkHelpers.time.increaseTo(w.t2);
    const { session, organiser } = w;
    await expect(session.split(1)).to.be.revertedWithCustomError(session, "Session_NotFunded");
    await expect(session.merge(1)).to.be.revertedWithCustomError(session, "Session_NotFunded");
    await expect(session.redeem(1, organiser)).to.be.revertedWithCustomError(session, "Session_NotFunded");
    await expect(session.redeemLeg(1, 1, organiser)).to.be.revertedWithCustomError(session, "Session_NotFunded");
  });
});
