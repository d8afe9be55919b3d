/** Readers whose database is a real copy that follows the one that is written, as Postgres itself makes them. */
import { expect } from "chai";
import { sql } from "drizzle-orm";
import { Client } from "pg";

import type { Relay } from "../../src/relay/running/serving.js";
import { queryRows } from "../../src/relay/store/database.js";
import { openDatabase } from "../../src/relay/store/open.js";
import { canStartPostgres, type PostgresServer, startPostgres, startStandby } from "../../stage/postgres.js";
import { type RedisServer, startRedis } from "../../stage/redis.js";
import { eventually, requirePostgres, requireRedis } from "./support.js";
import { askFor, openVenueWorld, type VenueWorld } from "./venue-world.js";

describe("given a reader on a copy of the database", function () {
  this.timeout(300_000);
  let server: PostgresServer;
  let copy: PostgresServer;
  let world: VenueWorld;
  let relay: Relay;
  let reader: Relay;

  /** To the copy alone, as its operator. */
  const tellCopy = async (statement: string): Promise<void> => {
    const client = new Client({ connectionString: copy.url });
    await client.connect();
    try {
      await client.query(statement);
    } finally {
      await client.end();
    }
  };
  const fills = (of: Relay): string => `${world.at(of)}/history/fills`;
  const statusOf = async (where: string): Promise<number> => (await askFor(where)).status;

  before(async function () {
    requirePostgres(this, canStartPostgres());
    server = await startPostgres();
    world = await openVenueWorld({ sessions: 1, traders: 4 }, server.url);
    relay = await world.open({ "poll-ms": 30, "batch-ms": 30 });
    await world.ready(relay);
    copy = await startStandby(server);
    reader = await world.open({ role: "read", "replica-url": copy.url, "poll-ms": 30 });
    await world.ready(reader);
  });
  after(async function () {
    if (!canStartPostgres()) return;
    await world.close();
    await copy.stop();
    await server.stop();
  });

  it("answers what was as who has written it does, word for word", async () => {
    await world.bring(relay, 6);
    const block = await world.caughtUp(reader, relay);
    for (const kind of ["orders", "fills", "records", "accounts"]) {
      const path = `/history/${kind}?at=${block}&limit=50`;
      const [own, same] = await Promise.all([relay, reader].map((one) => askFor(`${world.at(one)}${path}`)));
      expect(same, kind).to.deep.equal(own);
      expect(own!.status).to.equal(200);
    }
  });

  it("answers what the copy had, as long as that stands still, and goes on with it", async () => {
    await tellCopy("select pg_wal_replay_pause()");
    const had = await world.caughtUp(reader, reader);
    await world.bring(relay, 2);
    const { status, body } = await askFor(fills(reader));
    expect(status).to.equal(200);
    expect(body).to.have.nested.property("block.number", had);
    await tellCopy("select pg_wal_replay_resume()");
    expect(await world.caughtUp(reader, relay)).to.be.above(had);
  });

  it("tells what a broker says before the copy has it: each event once, in order", async function () {
    requireRedis(this);
    const broker: RedisServer = await startRedis();
    await relay.stop();
    relay = await world.open({ role: "intake,submit,index", broker: broker.url, "poll-ms": 30, "batch-ms": 30 });
    const hearer = await world.open({ role: "read", "replica-url": copy.url, broker: broker.url, "poll-ms": 30 });
    await Promise.all([world.ready(relay), world.ready(hearer)]);
    const stopping = new AbortController();
    const seen: number[] = [];
    const hearing = (async () => {
      const stream = world.clientOf(hearer).stream([{ channel: "head" }], { signal: stopping.signal });
      for await (const message of stream) {
        if (message.type === "gap") throw new Error("nothing is gone");
        if (message.type === "subscribed" || message.type === "event") seen.push(message.seq);
      }
    })();
    await eventually("it is subscribed", () => seen.length === 1);
    await tellCopy("select pg_wal_replay_pause()");
    await world.bring(relay, 3);
    await eventually("it hears what the copy has not", () => seen.length >= 4);
    await tellCopy("select pg_wal_replay_resume()");
    await world.bring(relay, 2);
    await eventually("it hears on", () => seen.length >= 6);
    stopping.abort();
    await hearing;
    expect(seen).to.deep.equal(seen.map((_, index) => seen[0]! + index));
    await hearer.stop();
    await relay.stop();
    await broker.stop();
    relay = await world.open({ "poll-ms": 30, "batch-ms": 30 });
    await world.ready(relay);
  });

  it("has whoever is in the copy's way for its half minute ask again, and says nothing of what was asked", async () => {
    const database = await openDatabase(server.url, () => undefined, { replicaUrl: copy.url, readTimeoutMs: 120_000 });
    await database.run((tables) => tables.execute(sql`create table in_the_way (one integer)`));
    await eventually("the copy has it", () =>
      database.reads.run(async (tables) => {
        const asked = sql`select to_regclass('in_the_way') is not null as there`;
        const [found] = await queryRows<{ readonly there: boolean }>(tables, asked);
        return found?.there === true;
      }),
    );
    let isAsking: () => void = () => undefined;
    const asking = new Promise<void>((resolve) => (isAsking = resolve));
    const asked = database.reads
      .transaction(async (tables) => {
        await tables.execute(sql`select count(*) from in_the_way`);
        isAsking();
        await tables.execute(sql`select pg_sleep(100)`);
      })
      .catch((error: unknown) => error);
    await asking;
    await database.run((tables) => tables.execute(sql`drop table in_the_way`));
    expect(await asked).to.include({ code: "RELAY_STORE_UNAVAILABLE", retryable: true });
    await database.close();
  });

  it("says that it is not ready while the copy is away, and goes on when that is back", async () => {
    await copy.kill();
    await eventually("it knows", async () => (await statusOf(`${reader.url}/ready`)) === 503);
    expect(await askFor(fills(reader))).to.have.nested.property("body.error.code", "RELAY_STORE_UNAVAILABLE");
    await world.bring(relay, 1);
    await copy.start();
    await eventually("it goes on", async () => (await statusOf(`${reader.url}/ready`)) === 200);
    await world.caughtUp(reader, relay);
  });
});
