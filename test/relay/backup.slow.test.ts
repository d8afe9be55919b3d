/** Backup and restore, rehearsed as docs/operations.md has them: of a relay that runs, into a new server, on which a relay goes on. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import { Client } from "pg";

import { canStartPostgres, dumpDatabase, restoreDatabase, startPostgres } from "../../stage/postgres.js";
import { startRelayProcess } from "../../stage/relay-process.js";
import { auditRelay } from "../../trials/relay/audit.js";
import { createRawClient } from "../../trials/relay/http-client.js";
import { createLoadGenerator, drained, ready } from "../../trials/relay/load-generator.js";
import { openVenueStage, ordersIn, until } from "../../trials/venue/stage.js";

const [READY_MS, DRAIN_MS] = [120_000, 120_000];
/** Acknowledged before the dump, at least. */
const SOME = 10;

describe("given a backup of a relay's database that was made while it took orders", function () {
  this.timeout(600_000);

  before(function () {
    if (!canStartPostgres()) this.skip();
  });

  it("when it is restored into a new server, a relay on that goes on: nothing of the backup is lost, nothing lands twice", async () => {
    const folder = await mkdtemp(join(tmpdir(), "relay-backup-"));
    const venue = await openVenueStage({ sessions: 1, traders: 4 });
    const [old, fresh] = [await startPostgres(), await startPostgres()];
    const [stage] = venue.sessions;
    const start = (database: string) =>
      startRelayProcess({
        ...{ rpcUrl: venue.node.url, session: stage!.handle.address, privateKey: venue.relayKeys.join(), database },
        flags: [
          "--factory",
          venue.factory,
          "--poll-ms",
          "100",
          "--batch-ms",
          "50",
          "--rate",
          "1000000",
          "--log-level",
          "warn",
        ],
      });
    const load = createLoadGenerator(ordersIn(stage!, 7), 2);
    const stopping = new AbortController();
    let relay = await start(old.url);
    try {
      await ready(createRawClient(relay.url), READY_MS);
      load.target = createRawClient(relay.url);
      const driving = load.run(stopping.signal);
      const isMore = (than: number) => () => Promise.resolve(load.acknowledged.size >= than);
      await until("some orders are acknowledged", READY_MS, isMore(SOME));
      const before = [...load.acknowledged];
      dumpDatabase(old.url, join(folder, "relay.dump"));
      await until("orders come after the backup, too", READY_MS, isMore(before.length + SOME));
      load.target = undefined;
      await relay.kill();
      await old.stop(); // the machine is gone

      restoreDatabase(fresh.url, join(folder, "relay.dump"));
      relay = await start(fresh.url);
      const client = createRawClient(relay.url);
      await ready(client, READY_MS);
      load.target = client;
      const known = load.acknowledged.size;
      await until("it takes orders", READY_MS, isMore(known + SOME));
      stopping.abort();
      await driving;
      expect(await drained(client, DRAIN_MS), JSON.stringify((await client.get("/health")).body)).to.equal(true);
      const since = [...load.acknowledged].slice(known);
      const audited = await auditRelay({ provider: venue.chain.provider, handle: stage!.handle }, client, [
        ...before,
        ...since,
      ]);
      expect(audited.problems).to.deep.equal([]);
      expect(audited.landed + audited.refused).to.equal(before.length + since.length);
      await expectWhole(fresh.url);
    } finally {
      stopping.abort();
      await relay.kill();
      await Promise.all([old.stop(), fresh.stop(), venue.close()]);
      await rm(folder, { recursive: true, force: true });
    }
  });

  /** Partitions came with it, and rows go into them. */
  async function expectWhole(url: string): Promise<void> {
    const client = new Client({ connectionString: url });
    await client.connect();
    const { rows } = await client.query<{ orders: number; parts: number }>(
      `select (select count(*)::int from history_orders) as orders,
        (select count(*)::int from pg_inherits where inhparent = 'history_orders'::regclass) as parts`,
    );
    expect(rows[0]!.orders).to.be.above(0);
    expect(rows[0]!.parts).to.be.above(0);
    await client.end();
  }
});
