import { expect } from "chai";

import { auditRelay } from "../../trials/relay/audit.js";
import { createRawClient, type RawClient } from "../../trials/relay/http-client.js";
import { drained, ready } from "../../trials/relay/load-generator.js";
import { cancelDigest } from "../../src/wire/cancellation.js";
import { canStartPostgres, type PostgresServer, startPostgres } from "../../stage/postgres.js";
import { startRelayProcess } from "../../stage/relay-process.js";
import {
  accepted,
  becomes,
  eventually,
  openWorld,
  requirePostgres,
  type TestRelay,
  type TestWorld,
} from "./support.js";

/** A database server that dies and comes back. */
describe("given a relay on a Postgres server", function () {
  let world: TestWorld;
  let server: PostgresServer;
  let relay: TestRelay;
  const links: string[] = [];

  before(async function () {
    requirePostgres(this, canStartPostgres());
    server = await startPostgres();
    world = await openWorld({ traders: 2 });
    relay = await world.startRelay({ database: server.url });
  });
  after(async () => {
    if (!canStartPostgres()) return;
    await world.close();
    await server.stop();
  });

  it("when the server is away, it acknowledges nothing, and goes on when the server is back", async () => {
    const before = await accepted(relay.client, await world.sign(0, { nonce: 0n }));
    await becomes(relay.client, before, "onChain");
    await server.kill();
    const signed = await world.sign(0, { nonce: 1n, priceTicks: 4_900n });
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

  it("when a package is taken back at a relay that does not submit, the one that submits leaves it out", async () => {
    await relay.relay.stop();
    const flags = ["--batch-size", "2", "--batch-ms", "600000"]; // what waits goes when a second one comes
    const both = await Promise.all(
      [0, 1].map((account) => world.startRelay({ database: server.url, account, flags: [...flags] })),
    );
    const clients = both.map(({ client }) => client);
    const submitter = await submitterOf(clients);
    const [submitting, standing] = [clients[submitter]!, clients[1 - submitter]!];
    const link = await accepted(standing, await world.sign(0, { nonce: 2n, priceTicks: 4_600n }));
    await becomes(submitting, link, "pending");
    const signature = world.stage.traders[0]!.key.sign(cancelDigest(world.stage.handle.domain, link)).serialized;
    const { status } = await standing.post(`/v1/packages/${link}/cancel`, { signature });
    expect(status).to.equal(200);
    await becomes(submitting, link, "withdrawn"); // else the third might go without the fourth, which would wait for a fifth
    for (const nonce of [3n, 4n]) {
      links.push(await accepted(submitting, await world.sign(0, { nonce, priceTicks: 4_500n })));
    }
    for (const one of links.slice(-2)) await becomes(submitting, one, "onChain");
    for (const client of clients) await becomes(client, link, "withdrawn");
    const { problems, landed } = await auditRelay(world.stage, submitting, links);
    expect([problems, landed]).to.deep.equal([[], 4]);
    for (const one of both) await one.relay.stop();
  });

  it("when the server and the submitting relay go away together, the other relay goes on when the server is back", async () => {
    const { handle, relayKeys } = world.stage;
    const processes = await Promise.all(
      [0, 1].map((index) =>
        startRelayProcess({
          rpcUrl: world.node.url,
          session: handle.address,
          privateKey: relayKeys[index]!,
          database: server.url,
          flags: ["--poll-ms", "30", "--batch-ms", "1000", "--lease-ms", "1000", "--index", "off"],
        }),
      ),
    );
    try {
      const clients = processes.map(({ url }) => createRawClient(url));
      for (const client of clients) await ready(client, 60_000);
      const submitter = await submitterOf(clients);
      const [leaving, staying] = [processes[submitter]!, clients[1 - submitter]!];
      links.push(await accepted(clients[submitter]!, await world.sign(1, { nonce: 0n, priceTicks: 4_800n })));
      await server.kill();
      await leaving.kill();
      await eventually("the other relay has noticed", async () => {
        const { body } = await staying.get("/health");
        return (body["faults"] as object[]).length > 0;
      });
      await server.start();
      await becomes(staying, links.at(-1)!, "onChain");
      const signed = await world.sign(1, { nonce: 1n, priceTicks: 4_700n });
      links.push(await accepted(staying, signed));
      await becomes(staying, links.at(-1)!, "onChain");
      await eventually("all faults are over", async () => {
        const { body } = await staying.get("/health");
        return body["submits"] === true && (body["faults"] as object[]).length === 0;
      });
      expect(await drained(staying, 30_000)).to.equal(true);
      const { problems, landed } = await auditRelay(world.stage, staying, links);
      expect([problems, landed]).to.deep.equal([[], 6]);
    } finally {
      for (const one of processes) await one.kill();
    }
  });
});

/** @returns the place of the relay that submits */
async function submitterOf(clients: readonly RawClient[]): Promise<number> {
  let found = -1;
  await eventually("one relay submits", async () => {
    const states = await Promise.all(clients.map((client) => client.get("/health")));
    found = states.findIndex(({ body }) => body["submits"] === true);
    return found !== -1;
  });
  return found;
}
