import { expect } from "chai";

import { auditRelay } from "../../scripts/relay/audit.js";
import { drained } from "../../scripts/relay/load-generator.js";
import { hasPostgres, type PostgresServer, startPostgres } from "../../scripts/relay/postgres.js";
import { accepted, becomes, eventually, openWorld, type TestRelay, type TestWorld } from "./support.js";

/** A database server that dies and comes back. */
describe("given a relay on a Postgres server", function () {
  let world: TestWorld;
  let server: PostgresServer;
  let relay: TestRelay;
  const links: string[] = [];

  before(async function () {
    if (!hasPostgres()) this.skip();
    server = await startPostgres();
    world = await openWorld({ traders: 2 });
    relay = await world.startRelay({ database: server.url });
  });
  after(async () => {
    if (!hasPostgres()) return;
    await world.close();
    await server.stop();
  });

  it("when the server is away, it acknowledges nothing, and goes on when the server is back", async () => {
    const before = await accepted(relay.client, await world.sign(0, { nonce: 0n }));
    await becomes(relay.client, before, "onChain");
    await server.kill();
    const signed = await world.sign(0, { nonce: 1n, price: 4_900n });
    const { status, body } = await relay.client.submit(signed);
    expect([status, (body["error"] as { code: string }).code]).to.deep.equal([503, "RELAY_STORE_UNAVAILABLE"]);
    await server.start();
    let link = "";
    await eventually("the same package is taken", async () => {
      const again = await relay.client.submit(signed);
      link = String(again.body["link"]);
      return again.status === 202;
    });
    await becomes(relay.client, link, "onChain");
    expect(await drained(relay.client, 30_000)).to.equal(true);
    const { problems, landed } = await auditRelay(world.stage, relay.client, [before, link]);
    expect(problems).to.deep.equal([]);
    expect(landed).to.equal(2);
    links.push(before, link);
  });

  it("when it is told to derive everything again, it comes to the same", async () => {
    await relay.relay.stop();
    relay = await world.startRelay({ database: server.url, flags: ["--rebuild"] });
    for (const [index, link] of links.entries()) {
      expect((await becomes(relay.client, link, "onChain"))["tradeRootId"]).to.equal(index + 1);
    }
    const { landed, problems } = await auditRelay(world.stage, relay.client, links);
    expect([landed, problems]).to.deep.equal([2, []]);
  });
});
