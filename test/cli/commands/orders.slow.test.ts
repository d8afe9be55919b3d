/** Own orders and fills as a relay's index tells them, compared with what the chain's logs say. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import { fundMaker, openMaker, planMaker, readMaker } from "../../../src/client/maker.js";
import { createRelayClient } from "../../../src/client/relay/client.js";
import { readConfig } from "../../../src/relay/config/config.js";
import { createLog } from "../../../src/relay/reporting/log.js";
import type { Relay } from "../../../src/relay/running/serving.js";
import { openRelay } from "../../../src/relay/running/run.js";
import { LmsrMakerFactory__factory } from "../../../typechain-types/index.js";
import { as, ask, type Env, expectTold, ONE, session, tell } from "../support.js";
import { openWorld, trade, type World } from "../world.js";
import { withOrdersInUnits } from "./orders-support.js";

/** The same, and a maker of root 2 that Alice has bought from. */
async function withMaker(world: World): Promise<void> {
  await withOrdersInUnits(world);
  const { handle, organiser, alice } = world;
  const contract = await (await new LmsrMakerFactory__factory(organiser).deploy()).waitForDeployment();
  const factory = await contract.getAddress();
  const { address } = await openMaker(
    handle,
    organiser,
    factory,
    await planMaker(handle, { marketRootId: 2, liquidity: 100n }),
  );
  await fundMaker(handle, organiser, await readMaker(handle, factory, address), 1_000n * ONE);
  const words = ["--market", "2.1", "--price", "600", "--tif", "ioc", "--maker", address, "--maker-factory", factory];
  await trade(world, alice, "buy", "20", ...words);
}

describe("session orders and fills, asked of a relay", function () {
  let world: World;
  let folder: string;
  let relay: Relay;
  let alice: Env;

  before(async function () {
    world = await openWorld(withMaker);
    alice = as(world.env, world.alice);
    folder = await mkdtemp(join(tmpdir(), "session-orders-"));
    const { SESSION_RPC_URL: rpc, SESSION_ADDRESS: address } = world.env;
    const settings = { rpc, session: address, database: join(folder, "database"), port: 0, "poll-ms": 20 };
    const config = readConfig(settings, { RELAY_PRIVATE_KEY: `0x${"77".repeat(32)}` });
    relay = await openRelay(config, createLog("silent"));
    const newest = await world.provider.getBlockNumber();
    const client = createRelayClient(relay.url);
    while (((await client.health()).index?.block ?? 0) < newest)
      await new Promise((resolve) => setTimeout(resolve, 20));
  });
  after(async function () {
    await relay.stop();
    await rm(folder, { recursive: true, force: true });
  });

  for (const words of [["orders"], ["orders", "--all"], ["fills"]]) {
    it(`tells the same of ${words.join(" ")}, to programs and to people`, async function () {
      for (const who of [world.alice, world.bob, world.carol]) {
        const env = as(world.env, who);
        const fromChain = await ask<Record<string, unknown>>(env, ...words);
        expect(await ask<object>(env, ...words, "--relay", relay.url), who.address).to.deep.equal(fromChain);
        expect(await tell(env, ...words, "--relay", relay.url)).to.equal(await tell(env, ...words));
      }
      const own = await ask<Record<string, unknown[]>>(alice, ...words);
      expect(own[words[0]!]!.length, "and there is something to tell").to.be.at.least(2);
    });
  }

  it("tells through what the fills came: the relay has asked its node what code trades", async function () {
    const { fills } = await ask<{ fills: { via: string }[] }>(alice, "fills", "--relay", relay.url);
    expect(fills.map(({ via }) => via)).to.deep.equal(["book", "book", "maker"]);
    const { items } = await createRelayClient(relay.url).history("fills", { order: "asc" });
    expect(items.map(({ via }) => via)).to.deep.equal(["book", "book", "maker"]);
  });

  it("tells prices in a market's own units, by the head of its description", async function () {
    expect(await tell(alice, "orders", "--relay", relay.url)).to.match(/3\.1 Rain in Seattle +buy +4 +34\.5 mm /);
    const { roots } = await createRelayClient(relay.url).markets();
    expect(roots.map(({ head }) => head)).to.deep.equal([
      null,
      null,
      { title: "Rain in Seattle", unit: "mm", ticksPerUnit: 10n, outcomes: [], source: "the airport's gauge" },
    ]);
  });

  it("needs neither a node nor a key, and takes the relay that is set", async function () {
    const env = { SESSION_RELAY_URL: relay.url, SESSION_RPC_URL: "http://127.0.0.1:1" };
    const words = ["fills", "--trader", world.bob.address] as const;
    expect(await ask<object>(env, ...words, "--relay")).to.deep.equal(await ask<object>(world.env, ...words));
  });

  it("asks no relay of another session", async function () {
    const words = ["orders", "--relay", relay.url, "--session", world.alice.address, "--json"];
    const { values } = await expectTold(session(alice, ...words), 2, "ARGUMENT_INVALID", { argument: "--relay" });
    expect(values["wanted"]).to.include(world.env["SESSION_ADDRESS"]);
  });
});
