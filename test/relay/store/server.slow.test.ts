import { expect } from "chai";
import { sql } from "drizzle-orm";

import { canStartPostgres, type PostgresServer, startPostgres } from "../../../stage/postgres.js";
import { type Database, queryRows } from "../../../src/relay/store/database.js";
import { openDatabase } from "../../../src/relay/store/open.js";
import { eventually, requirePostgres } from "../support.js";

const DEATHS = 3;
const AT_ONCE = 8;

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
