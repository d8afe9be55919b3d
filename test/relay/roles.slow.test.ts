/** One venue, each of its four jobs done by a process of its own, on a real node and one Postgres. */
import { createClient } from "@redis/client";
import { expect } from "chai";

import type { RelayClient } from "../../src/client/relay/client.js";
import { type Role, ROLES } from "../../src/relay/config/settings.js";
import type { Relay } from "../../src/relay/running/serving.js";
import { computeAddress } from "ethers";
import type { Stage } from "../../stage/stage.js";
import { startFaultProxy } from "../../stage/faulty-node.js";
import { startRedis } from "../../stage/redis.js";
import { hasPostgres } from "../../stage/postgres.js";
import { ordersIn } from "../../trials/venue/stage.js";
import { pause } from "../../trials/relay/load-generator.js";
import { eventually, requireRedis } from "./support.js";
import { openVenueWorld, type VenueWorld } from "./venue-world.js";

describe("given each job of a relay in a process of its own, on one Postgres", function () {
  this.timeout(300_000);
  let world: VenueWorld;
  const relays = new Map<Role, Relay>();

  const start = async (role: Role): Promise<void> => {
    relays.set(role, await world.open({ role, ...payerOf(role), "poll-ms": 30, "batch-ms": 30 }));
  };
  const payerOf = (role: Role) =>
    role === "submit" || role === "read" ? {} : { payer: world.venue.relayKeys.map(computeAddress).join() };
  const urlOf = (role: Role): string => relays.get(role)!.url;
  const clientOf = (role: Role, stage?: Stage): RelayClient => world.clientOf(relays.get(role)!, stage);
  const health = async (role: Role): Promise<{ readonly ready: boolean; readonly submits: boolean }> =>
    (await (await fetch(`${urlOf(role)}/health`)).json()) as { ready: boolean; submits: boolean };
  const refusedBy = async (role: Role, path: string): Promise<unknown> => {
    const answer = await fetch(`${world.at(relays.get(role)!)}/${path}`);
    const { error } = (await answer.json()) as { readonly error: { readonly code: string; readonly values: object } };
    return [answer.status, error.code, error.values];
  };

  before(async function () {
    if (!hasPostgres()) this.skip(); // what one process writes another reads: it takes a server
    world = await openVenueWorld({ sessions: 2, traders: 4 });
  });
  after(async () => {
    if (hasPostgres()) await world.close();
  });

  it("starts them, whoever comes first with the tables", async () => {
    for (const role of ROLES) await start(role);
    for (const role of ROLES) await world.ready(relays.get(role)!);
    await eventually("the one that submits has the right to", async () => (await health("submit")).submits);
    for (const role of ROLES) expect((await health(role)).submits, role).to.equal(role === "submit");
  });

  it("takes an order at one, brings it by another, and tells of it at a third what a fourth has written", async () => {
    const [stage] = world.venue.sessions;
    const source = ordersIn(stage!, 1);
    const intake = clientOf("intake");
    const links: string[] = [];
    for (let brought = 0; brought < 3; brought += 1) {
      const { link } = await intake.submit(source.next((await intake.link()).link));
      expect(await intake.settled(link)).to.have.property("status", "onChain");
      links.push(link);
    }
    await eventually("the reader tells all three", async () => {
      const { items } = await clientOf("read").history("orders", { limit: 10 });
      return links.every((link) => items.some((item) => item.link === link));
    });
  });

  it("says at each who does what it does not", async () => {
    for (const role of ["submit", "index", "read"] as const) {
      expect(await refusedBy(role, "link"), role).to.deep.equal([421, "RELAY_ROLE_ELSEWHERE", { role: "intake" }]);
    }
    for (const role of ["submit", "index", "intake"] as const) {
      expect(await refusedBy(role, "history/fills"), role).to.deep.equal([
        421,
        "RELAY_ROLE_ELSEWHERE",
        { role: "read" },
      ]);
    }
  });

  it("acknowledges while nobody submits, and brings it once somebody does", async () => {
    await relays.get("submit")!.stop();
    const [, stage] = world.venue.sessions;
    const intake = clientOf("intake", stage);
    const { link } = await intake.submit(ordersIn(stage!, 2).next((await intake.link()).link));
    expect(await intake.package(link)).to.have.property("status", "pending");
    expect(await health("intake")).to.deep.include({ ready: true, submits: false });
    await start("submit");
    expect(await intake.settled(link)).to.have.property("status", "onChain");
  });

  it("leaves nothing behind of a start that failed", async function () {
    requireRedis(this);
    const broker = await startRedis();
    const proxy = await startFaultProxy(world.venue.node.url);
    const watcher = createClient({ url: broker.url });
    await watcher.connect();
    const asked = (): number => [...proxy.asked.values()].reduce((sum, count) => sum + count, 0);
    const { port } = new URL(urlOf("read")); // which is taken
    for (const role of ["intake", "read"] as const) {
      const session = world.venue.sessions.map(({ handle }) => handle.address).join();
      const ground = { rpc: proxy.url, session, broker: broker.url, port: Number(port), "poll-ms": 30 };
      const refused = await world.open({ ...ground, role, ...payerOf(role) }).catch((error: unknown) => error);
      expect(refused, role).to.have.property("code", "RELAY_LISTEN_FAILED");
      const before = asked();
      expect(before, role).to.be.above(0);
      await pause(300); // ten looks at the chain
      expect(asked(), role).to.equal(before);
      expect(await watcher.clientList(), role).to.have.length(1);
    }
    watcher.destroy();
    await proxy.close();
    await broker.stop();
  });
});
