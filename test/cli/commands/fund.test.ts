import { expect } from "chai";

import type { SessionHandle } from "../../../src/bindings/session.js";
import { createSession } from "../../../src/client/organiser.js";
import { TestAsset__factory } from "../../../typechain-types/index.js";
import { as, ask, type Env, expectSaid, expectTold, ONE, partsOf, session, tell } from "../support.js";
import { HOUR, openWorld, termsOf, type World } from "../world.js";

describe("session fund", function () {
  let world: World;
  let made: SessionHandle;
  let env: Env;

  beforeEach(async function () {
    world = await openWorld();
    const terms = termsOf(world.assets, world.handle.t1 + HOUR);
    made = await createSession(world.factory, world.organiser, terms);
    env = { ...as(world.env, world.organiser), SESSION_ADDRESS: made.address };
  });

  const balances = (address: string): Promise<bigint[]> =>
    Promise.all(
      [...world.assets, made.address].map((token) =>
        TestAsset__factory.connect(token, world.provider).balanceOf(address),
      ),
    );

  it("moves just the basket into the vault, and all session tokens to the organiser", async function () {
    const [gold, silver] = await balances(world.organiser.address);
    const funded = await ask<object>(env, "fund");
    expect(funded).to.deep.include({
      session: made.address,
      organiser: world.organiser.address,
      supplyWei: (1_000n * ONE).toString(),
    });
    expect(await balances(made.address)).to.deep.equal([100n * ONE, 200_500_000n, 0n]);
    expect(await balances(world.organiser.address)).to.deep.equal([
      gold! - 100n * ONE,
      silver! - 200_500_000n,
      1_000n * ONE,
    ]);
    for (const asset of world.assets) {
      const token = TestAsset__factory.connect(asset, world.provider);
      expect(await token.allowance(world.organiser.address, made.address)).to.equal(0n);
    }
  });

  it("tells people what is where now", async function () {
    const { stdout, stderr } = await session(env, "fund");
    expect(stderr).to.equal("Approving and paying 100 AU + 200.5 AG ...\n");
    const { text, next } = partsOf(stdout);
    expect(text.split("\n")).to.deep.equal([
      `Funded: 100 AU + 200.5 AG in the vault, 1000 session tokens for ${world.organiser.address}`,
      "",
      `asset   paid in  ${"at".padStart(42)}`,
      `------  --------  ${"-".repeat(42)}`.replace("------  --------", "-----  --------"),
      `AU       100 AU  ${world.assets[0]}`,
      `AG     200.5 AG  ${world.assets[1]}`,
    ]);
    expect(next).to.deep.equal(["session deposit AMOUNT", "session market create --help", "session show"]);
  });

  it("is done once", async function () {
    await tell(env, "fund");
    await expectTold(session(env, "fund", "--json"), 1, "Session_AlreadyFunded");
    await expectSaid(session(env, "fund"), 1, "Session_AlreadyFunded", "send nothing more");
  });

  it("is the organiser's alone", async function () {
    const run = session({ ...env, ...as({}, world.alice) }, "fund", "--json");
    await expectTold(run, 1, "Client_NotOrganiser", {
      caller: world.alice.address,
      organiser: world.organiser.address,
    });
  });

  it("needs all of every asset: what is short is named, and nothing has moved", async function () {
    const silver = TestAsset__factory.connect(world.assets[1], world.organiser);
    const held = await silver.balanceOf(world.organiser.address);
    await (await silver.transfer(world.carol.address, held - 200_499_999n)).wait();
    const before = await balances(world.organiser.address);
    await expectTold(session(env, "fund", "--json"), 1, "Client_AssetShort", {
      asset: world.assets[1],
      balance: "200499999",
      required: "200500000",
    });
    expect(await balances(world.organiser.address)).to.deep.equal(before);
  });

  it("is over at t1", async function () {
    await world.moveTo(made.t1);
    await expectTold(session(env, "fund", "--json"), 1, "Session_FundingClosed", { t1: String(made.t1) });
    expect(await tell(env, "show")).to.match(/^phase +cancelled$/m);
  });
});
