import { join } from "node:path";

import { expect } from "chai";
import { id } from "ethers";

import { ownBuild } from "../../../src/deployment/build.js";
import { PROFILE } from "../../deployment/support.js";
import { as, ask, type Env, expectTold, session, tell } from "../support.js";
import { openWorld, type World } from "../world.js";

interface Scored {
  readonly root: string;
  readonly traders: readonly { readonly trader: string; readonly profitPpm: string; readonly informationPpm: string }[];
  readonly isSame?: boolean;
}

describe("session score", function () {
  let world: World;
  let alice: Env;
  let file: string;

  beforeEach(async function () {
    world = await openWorld();
    alice = as(world.env, world.alice);
    file = join(world.folder, "session.log");
    const bob = as(world.env, world.bob);
    await ask(alice, "trade", "sell", "10", "--price", "6000", "--leg", "1", "--direct");
    await ask(bob, "trade", "buy", "10", "--price", "6000", "--leg", "1", "--direct");
    await ask(alice, "logs", "--out", file);
  });

  it("prints a table that anybody comes to, and says whether a root is its root", async function () {
    const { root, traders } = await ask<Scored>(world.env, "score", "--logs", file);
    const who = traders.map(({ trader }) => trader);
    expect(who).to.have.members([world.alice.address, world.bob.address]);
    const bob = traders.find(({ trader }) => trader === world.bob.address)!;
    // One fill at 6 000, which is the final weight: no profit; from 5 000 to 6 000, a thousandth of the range, squared.
    expect([bob.profitPpm, bob.informationPpm]).to.deep.equal(["0", "10000"]);
    const same = await ask<Scored>(world.env, "score", "--logs", file, "--check", root);
    expect(same.isSame).to.equal(true);
    const { status, stdout } = await session(world.env, "score", "--logs", file, "--check", id("another"));
    expect(status).to.equal(1);
    expect(stdout).to.include(`It is not ${id("another")}`);
    expect(await tell(world.env, "score", "--logs", file)).to.include(`Root ${root}, of 2 traders in 1 session.`);
    await expectTold(session(world.env, "score", "--logs", file, file, "--json"), 2, "FILE_INVALID");
  });

  it("gives the root of a policy that admits by it", async function () {
    const { root } = await ask<Scored>(world.env, "score", "--logs", file);
    const terms = ["--least-profit", "0", "--least-information", "10000"];
    const here = ["--artifacts", ownBuild(PROFILE)];
    const { policy } = await ask<{ policy: string }>(alice, "policy", "record", "--root", root, ...terms, ...here);
    await ask(as(world.env, world.bob), "policy", "claim", policy, "--logs", file);
    expect((await session(alice, "policy", "check", policy, world.bob.address)).status).to.equal(0);
    await expectTold(session(alice, "policy", "claim", policy, "--logs", file, "--json"), 1, "TrackRecord_NotEnough");
    await expectTold(session(alice, "policy", "claim", policy, "--json"), 2, "SETTINGS_INVALID");
    const carol = ["--trader", world.carol.address];
    await expectTold(
      session(alice, "policy", "claim", policy, "--logs", file, ...carol, "--json"),
      1,
      "Client_NoRecord",
    );
  });
});
