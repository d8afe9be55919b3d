/** Relays that start together, on a server whose tables are not there yet, or older. */
import { expect } from "chai";
import { sql } from "drizzle-orm";
import { Client } from "pg";

import { withDatabase } from "../../../stage/postgres.js";
import { TABLES_OF_BOOKS } from "../../../src/relay/history/block-rows.js";
import { claimBook } from "../../../src/relay/store/books.js";
import { type Database, queryRows } from "../../../src/relay/store/database.js";
import { openDatabase } from "../../../src/relay/store/open.js";
import { requirePostgres } from "../support.js";
import { allSteps, makeOlder } from "./older.js";

const OPENERS = 4;
const BOOK = "0x5e55";

/** The tables as an older relay left them, after the first of its steps, with a row of its own. */
async function makeOlderWithLease(url: string, steps: number): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await makeOlder(client, steps);
  await client.query(
    "insert into leases (book, holder, epoch, expires_at) values ($1, 'older', 7, now() - interval '1 hour')",
    [BOOK],
  );
  await client.end();
}

async function openAll(url: string): Promise<Database[]> {
  const opened = await Promise.allSettled(Array.from({ length: OPENERS }, () => openDatabase(url, () => undefined)));
  const databases = opened.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  const reasons = opened.flatMap((one) => (one.status === "rejected" ? [String(one.reason)] : []));
  expect(reasons).to.deep.equal([]);
  return databases;
}

describe("given relays that start at once", () => {
  before(function () {
    requirePostgres(this);
  });

  it("all open a database that is empty, and each step was done once", () =>
    withDatabase(async (url) => {
      const databases = await openAll(url);
      const done = await databases[0]!.run((tables) =>
        queryRows<{ at: string }>(tables, sql`select created_at as at from drizzle.__drizzle_migrations order by id`),
      );
      expect(done.map(({ at }) => Number(at))).to.deep.equal(allSteps().map(({ when }) => when));
      await Promise.all(databases.map((one) => one.close()));
    }));

  it("opens while somebody archives, who looks after the database for minutes", () =>
    withDatabase(async (url) => {
      const databases = await openAll(url);
      let end = (): void => undefined;
      const over = new Promise<void>((resolve) => (end = resolve));
      const begun = new Promise<void>((resolve) => {
        void databases[0]!.upkeep(async () => {
          resolve();
          await over;
        });
      });
      await begun;
      databases.push(await openDatabase(url, () => undefined));
      end();
      await Promise.all(databases.map((one) => one.close()));
    }));

  for (const steps of [1, 3]) {
    it(`all open an older one, of ${steps} steps, and find its rows under the chain that they follow`, () =>
      withDatabase(async (url) => {
        await makeOlderWithLease(url, steps);
        const databases = await openAll(url);
        const keys = await Promise.all(
          databases.map((one) => claimBook(one, { chainId: 7n, book: BOOK, genesis: "0x01" }, TABLES_OF_BOOKS)),
        );
        expect(new Set(keys)).to.deep.equal(new Set([`7:${BOOK}`]));
        const leases = await databases[0]!.run((tables) =>
          queryRows<{ book: string; holder: string }>(tables, sql`select book, holder from leases`),
        );
        expect(leases).to.deep.equal([{ book: `7:${BOOK}`, holder: "older" }]);
        await Promise.all(databases.map((one) => one.close()));
      }));
  }

  it("do not say through what a fill came that an older one has written", () =>
    withDatabase(async (url) => {
      await makeOlderWithLease(url, 7);
      const client = new Client({ connectionString: url });
      await client.connect();
      await client.query(
        `insert into history_fills (book, block_number, position, market_root_id, market_branch_id, log_index, transaction_hash,
          maker_root_id, taker_root_id, maker, taker, price, lots, taker_buys) values ($1, 1, 0, 1, 1, 0, '0x', 1, 2, '', '', 5, 6, true)`,
        [BOOK],
      );
      await client.end();
      const [database, ...others] = await openAll(url);
      const rows = await database!.run((tables) =>
        queryRows<{ via: string; column_default: unknown }>(
          tables,
          sql`select via, column_default from history_fills, information_schema.columns
            where table_name = 'history_fills' and column_name = 'via'`,
        ),
      );
      expect(rows).to.deep.equal([{ via: "unknown", column_default: null }]);
      await Promise.all([database!, ...others].map((one) => one.close()));
    }));
});
