import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { as, ask, type Env, expectSaid, expectTold, session, tell } from "../support.js";
import { openWorld, type World } from "../world.js";

describe("session use", function () {
  let world: World;
  /** Names the file of profiles, and nothing else. */
  let env: Env;
  let first: number;

  beforeEach(async function () {
    world = await openWorld();
    env = { SESSION_PROFILE_FILE: join(world.folder, "profiles.json") };
    const own = `0x${"0".repeat(24)}${world.handle.address.slice(2).toLowerCase()}`;
    const [made] = await world.provider.getLogs({ address: world.factory, fromBlock: 0, topics: [null, own] });
    first = made?.blockNumber ?? -1;
  });

  const rpc = (): string => world.env["SESSION_RPC_URL"]!;
  const use = (...words: string[]) =>
    ask<{ fromBlock: number; factory: string; file: string }>(
      env,
      "use",
      world.handle.address,
      "--rpc",
      rpc(),
      ...words,
    );

  it("finds the first block and the factory by itself", async function () {
    const used = await use("--name", "metals");
    expect(used).to.deep.include({
      name: "metals",
      session: world.handle.address,
      rpc: rpc(),
      chainId: 31_337,
      factory: world.factory,
      file: env["SESSION_PROFILE_FILE"],
    });
    expect(first).to.be.above(0);
    expect(used.fromBlock).to.equal(first);
  });

  it("is what later commands are about, without any other word", async function () {
    await expectTold(session(env, "show", "--json"), 2, "SETTINGS_INVALID");
    await use();
    const shown = await ask<{ session: string }>(env, "show");
    expect(shown.session).to.equal(world.handle.address);
    expect(await tell(as(env, world.alice), "deposit", "1")).to.contain("Paid in 1 session tokens");
    expect(await ask<object>(env, "verify")).to.deep.include({ session: world.handle.address });
    const dry = await ask<{ session: string }>(
      ...([
        as(env, world.organiser),
        "create",
        "--asset",
        `${world.assets[0]}=1`,
        "--supply",
        "1",
        "--t1",
        "+1d",
      ] as const),
      ...(["--t2", "+2d", "--name", "n", "--symbol", "s", "--dry-run"] as const),
    );
    expect(dry.session, "by the factory of the profile").to.match(/^0x/);
  });

  it("has orders handed to its relay, unless they are to be sent directly", async function () {
    await use("--relay", "http://127.0.0.1:1");
    const alice = as(env, world.alice);
    const trade = ["trade", "buy", "10", "--price", "40%", "--json"];
    await expectTold(session(alice, ...trade), 2, "RELAY_UNREACHABLE");
    const direct = await ask<{ tradeRootId: number }>(alice, "trade", "buy", "10", "--price", "40%", "--direct");
    expect(direct.tradeRootId).to.be.above(0);
  });

  it("shows no key and no password of a relay, and takes a file that an editor has marked", async function () {
    const told = await use("--relay", "http://alice:s3cretword@127.0.0.1:1/?key=s3cretkey");
    const file = env["SESSION_PROFILE_FILE"]!;
    writeFileSync(file, `\uFEFF${readFileSync(file, "utf8").replaceAll("\n", "\r\n")}`);
    const alice = as(env, world.alice);
    const away = await session(alice, "trade", "buy", "10", "--price", "40%", "--json");
    const said = [JSON.stringify(told), await tell(env, "use"), JSON.stringify(await ask(env, "use")), away.stdout];
    for (const text of said) {
      expect(text).to.include("http://127.0.0.1:1");
      expect(text).to.not.match(/s3cret/);
    }
  });

  it("lists what there is, marks the one in use, and shows no key of a node", async function () {
    expect(await tell(env, "use"))
      .to.contain("No profile yet.")
      .and.to.contain("session use ADDRESS");
    await use("--name", "metals");
    const secret = `${rpc()}/?key=0123456789abcdef0123`;
    await use("--name", "again", "--rpc", secret);
    const told = await tell(env, "use");
    expect(told)
      .to.match(/^\* again .*\?key=…/m)
      .and.to.match(/^ {2}metals /m);
    expect(told).to.not.contain("0123456789abcdef");
    expect(JSON.stringify(await ask(env, "use"))).to.not.contain("0123456789abcdef");
    expect(readFileSync(env["SESSION_PROFILE_FILE"]!, "utf8"), "it is needed there").to.contain(secret);
  });

  it("changes between profiles by name, and forgets one", async function () {
    await use("--name", "metals");
    await use("--name", "again");
    expect(await tell(env, "use", "metals")).to.match(/^Using metals/);
    expect(await ask<{ current: string }>(env, "use")).to.include({ current: "metals" });
    expect(await tell(env, "use", "metals", "--forget")).to.contain("Forgot metals");
    const { current, profiles } = await ask<{ current: string | null; profiles: object }>(env, "use");
    expect([current, Object.keys(profiles)]).to.deep.equal([null, ["again"]]);
    await expectTold(session(env, "use", "metals", "--json"), 2, "ARGUMENT_INVALID", { value: "metals" });
    await expectSaid(session(env, "use", "toString"), 2, "an address, or again");
  });

  it("notes nothing that is no session, or has a name or a relay that is none", async function () {
    const { address } = world.carol;
    await expectTold(session(env, "use", address, "--rpc", rpc(), "--json"), 2, "Client_NotASession");
    const bad = ["use", world.handle.address, "--rpc", rpc(), "--json"];
    await expectTold(session(env, ...bad, "--name", "0x12"), 2, "ARGUMENT_INVALID", { argument: "--name" });
    await expectTold(session(env, ...bad, "--relay", "ws://x"), 2, "SETTINGS_INVALID", {
      problems: ["--relay or SESSION_RELAY_URL: it begins with ws:, not with http:// or https://"],
    });
    await expectTold(session(env, ...bad, "--from-block", "999999"), 2, "LOG_NO_CREATION");
    expect(await ask<{ profiles: object }>(env, "use")).to.deep.include({ profiles: {} });
  });
});
