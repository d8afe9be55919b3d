import { expect } from "chai";
import { sql } from "drizzle-orm";

import { canStartPostgres, type PostgresServer, startPostgres, withDatabase } from "../../../stage/postgres.js";
import type { RelayError } from "../../../src/relay/errors.js";
import { type Database, queryRows } from "../../../src/relay/store/database.js";
import { createLeaseStore } from "../../../src/relay/store/lease.js";
import { createPackageStore } from "../../../src/relay/store/packages.js";
import { openDatabase } from "../../../src/relay/store/open.js";
import { eventually, requirePostgres } from "../support.js";

const DEATHS = 3;
const AT_ONCE = 8;
const BOOK = "0xb00c";
/** Some more than there are connections for reading: who waits for one longer than 3 s is told that the database is away. */
const SLOW = 6;

/** Transactions without an end, until the server is away. */
async function hammer(database: Database): Promise<void> {
  for (;;) {
    try {
      await database.transaction((tables) => tables.execute(sql`select 1`));
    } catch {
      return;
    }
  }
}

describe("given a database on a server that dies in the middle of transactions", () => {
  let server: PostgresServer;

  before(async function () {
    requirePostgres(this, canStartPostgres());
    server = await startPostgres();
  });
  after(async () => {
    if (canStartPostgres()) await server.stop();
  });

  it("when it is back, has lost no connection: it answers, and can be closed", async () => {
    const database = await openDatabase(server.url, () => undefined);
    for (let death = 0; death < DEATHS; death += 1) {
      const hammers = Promise.all(Array.from({ length: AT_ONCE }, () => hammer(database)));
      await database.run((tables) => tables.execute(sql`select 1`));
      await server.kill();
      await hammers;
      await server.start();
      await eventually("the server answers again", () =>
        database
          .transaction((tables) => queryRows(tables, sql`select 1 as one`))
          .then(
            (rows) => rows.length === 1,
            () => false,
          ),
      );
    }
    const answers = await Promise.all(
      Array.from({ length: AT_ONCE }, () =>
        database.transaction((tables) => queryRows<{ one: number }>(tables, sql`select 1 as one`)),
      ),
    );
    expect(answers.flat().map(({ one }) => one)).to.deep.equal(Array.from({ length: AT_ONCE }, () => 1));
    await database.close();
  });
});

describe("given what is written, and takes too long, on a server", () => {
  it("is ended by the server itself, and told as the database's fault and not as somebody's question", async function () {
    requirePostgres(this);
    await withDatabase(async (url) => {
      const database = await openDatabase(url, () => undefined);
      const long = [database, database.index].map((queries) =>
        queries
          .run((tables) => tables.execute(sql`select pg_sleep(3600)`))
          .catch((error: unknown) => error as RelayError),
      );
      for (const error of await Promise.all(long)) {
        expect(error).to.deep.include({ code: "RELAY_STORE_UNAVAILABLE", retryable: true });
      }
      const { rows } = (await database.reads.run((tables) =>
        tables.execute(sql`select count(*)::int as n from pg_stat_activity where query like '%pg_sleep(3600)%' and pid <> pg_backend_pid()
          and state = 'active'`),
      )) as { rows: { n: number }[] }; // as both drivers answer
      expect(rows, "nothing goes on unseen").to.deep.equal([{ n: 0 }]);
      await database.close();
    });
  });
});

describe("given reads for people that take long, on a server", () => {
  it("each ends at its limit, and packages and the right to submit do not wait for them", async function () {
    requirePostgres(this);
    await withDatabase(async (url) => {
      const database = await openDatabase(url, () => undefined, { readTimeoutMs: 1_000 });
      let ended = 0;
      const slow = Array.from({ length: SLOW }, () =>
        database.reads
          .run((tables) => tables.execute(sql`select pg_sleep(3600)`))
          .then(
            () => "read",
            (error: unknown) => (error as RelayError).code,
          )
          .finally(() => (ended += 1)),
      );
      await eventually("more reads wait than there are connections", () =>
        database.pools().some(({ pool, waiting }) => pool === "reads" && waiting > 0),
      );
      const fence = await createLeaseStore(database, BOOK).acquire("a relay", 60_000);
      const live = await createPackageStore(database, BOOK).live();
      expect([fence?.holder, live, ended]).to.deep.equal(["a relay", [], 0]);
      expect(new Set(await Promise.all(slow))).to.deep.equal(new Set(["RELAY_QUERY_TIMEOUT"]));
      await database.close();
    });
  });
});
