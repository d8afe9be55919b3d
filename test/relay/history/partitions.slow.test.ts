/** The history in partitions: made of an older database's tables as they are, ended in time, and read one after the other. */
import { expect } from "chai";
import { sql } from "drizzle-orm";
import { Client } from "pg";

import type { BlockRows } from "../../../src/history/rows.js";
import { createHistory } from "../../../src/relay/history/history.js";
import { createIndexStore } from "../../../src/relay/history/index-store.js";
import { createPartitions, PARTITIONED } from "../../../src/relay/history/partitions.js";
import { type Database, queryRows } from "../../../src/relay/store/database.js";
import { openDatabase } from "../../../src/relay/store/open.js";
import { partitionsOf } from "../../../src/relay/store/partitions.js";
import { withDatabase } from "../../../stage/postgres.js";
import { blocksOf, eventfulRun, projectAll, projectorOf } from "../../history/support.js";
import { fileOf, makeOlder } from "../store/older.js";
import { requirePostgres } from "../support.js";
import { embeddedDatabase, postgresDatabase } from "./databases.js";

const run = eventfulRun(11, 160);
const FIRST = 1_005;
const BLOCKS: readonly BlockRows[] = projectAll(projectorOf(run), blocksOf(run.logged, FIRST));
const LAST = BLOCKS.at(-1)!.number;
const SIZE = 40;
const KINDS = ["orders", "fills", "offsets", "bounds", "allocations", "markets", "weights", "records"] as const;

async function everything(database: Database, book: string): Promise<unknown> {
  const history = createHistory(database, book);
  const pages = KINDS.map((kind) => history.page(kind, { limit: 100_000, order: "desc" }));
  return Promise.all(pages.map(async (page) => (await page).items));
}

const bounds = (database: Database, table: string) =>
  database.run(async (tables) => (await partitionsOf(tables, table)).map(({ from, to }) => [from, to]));

/** Rows by the partition in which they lie. */
async function counts(database: Database, table: string, key: string) {
  const rows = await database.run((tables) =>
    queryRows<{ count: string; least: string; most: string }>(
      tables,
      sql`select count(*) as count, min(${sql.identifier(key)}) as least, max(${sql.identifier(key)}) as most
        from ${sql.identifier(table)} group by tableoid order by 2`,
    ),
  );
  return rows.map(({ count, least, most }) => [Number(count), Number(least), Number(most)] as const);
}

function behavesWell(open: () => Database): void {
  it("holds what comes block by block in parts of so many blocks, the newest open to the top, and reads it as one", async () => {
    const [database, book] = [open(), "1:0xparts"];
    const store = createIndexStore(database, book, createPartitions(database, SIZE));
    for (let end = 1; end <= BLOCKS.length; end += 5)
      expect(await store.put(BLOCKS.slice(0, end), true)).to.equal(true);
    expect(await store.put(BLOCKS, true)).to.equal(true);
    for (const { name, key } of PARTITIONED) {
      const parts = await bounds(database, name);
      expect(parts[0]).to.deep.equal([-Infinity, 1_040]);
      expect(parts.at(-1)![1]).to.equal(Infinity);
      expect(LAST - parts.at(-1)![0]!, "not more than half of it is behind").to.be.below(SIZE / 2);
      parts.slice(1).forEach(([from], at) => expect(from, "no gaps").to.equal(parts[at]![1]));
      for (const [, least, most] of await counts(database, name, key)) {
        expect(Math.floor(least / SIZE), name).to.equal(Math.floor(most / SIZE));
      }
    }
    const plain = createIndexStore(database, "1:0xplain");
    await plain.put(BLOCKS, true);
    expect(await everything(database, book)).to.deep.equal(await everything(database, "1:0xplain"));
  });

  it("takes what a relay writes that knows of no partitions, far beyond the last end, and ends it behind that later", async () => {
    const [database, book] = [open(), "1:0xolder"];
    const shift = 5_000;
    const far = projectAll(projectorOf(run), blocksOf(run.logged, FIRST + shift));
    const older = createIndexStore(database, book, { ahead: () => Promise.resolve() });
    expect(await older.put(far.slice(0, -1), true)).to.equal(true);
    const newer = createIndexStore(database, book, createPartitions(database, SIZE));
    expect(await newer.put(far.slice(-3), false)).to.equal(true);
    const parts = await bounds(database, "history_fills");
    expect(parts.at(-1)).to.deep.equal([(Math.floor((LAST + shift) / SIZE) + 1) * SIZE, Infinity]);
    const plain = await everything(database, "1:0xplain");
    const shifted = JSON.stringify(await everything(database, book), text);
    expect(shifted.length).to.equal(JSON.stringify(plain, text).length);
  });

  it("is ended once by many who write at once", async () => {
    const database = open();
    const stores = ["1:0xone", "1:0xtwo", "1:0xthree"].map((book) =>
      createIndexStore(database, book, createPartitions(database, 100_000)),
    );
    const far = projectAll(projectorOf(run), blocksOf(run.logged, 260_000));
    expect(await Promise.all(stores.map((store) => store.put(far, true)))).to.deep.equal([true, true, true]);
    expect((await bounds(database, "history_orders")).at(-1)).to.deep.equal([300_000, Infinity]);
  });
}

const text = (_: string, value: unknown): unknown => (typeof value === "bigint" ? `${value}` : value);

describe("given a history in the embedded database, in partitions", () => {
  behavesWell(embeddedDatabase());
});

describe("given a history on a Postgres server, in partitions", () => {
  behavesWell(postgresDatabase());
});

describe("given a server with the history of a relay of before there were partitions", () => {
  before(function () {
    requirePostgres(this);
  });

  it("keeps every row where it lies, with the names of tables and indexes, and goes on behind them", () =>
    withDatabase(async (url) => {
      const client = new Client({ connectionString: url });
      client.on("error", () => undefined); // the server ends before it, if anything here fails
      await client.connect();
      await makeOlderWithOrders(client);
      const filled = await fileOf(client, "history_orders");
      const database = await openDatabase(url, () => undefined);
      expect(await fileOf(client, "history_orders_0"), "was not written again").to.equal(filled);
      const { rows } = await client.query<{ count: string; sum: string }>(
        "select count(*), sum(quantity) from history_orders",
      );
      expect(rows).to.deep.equal([{ count: "1000", sum: "3000" }]);
      for (const { name } of PARTITIONED) expect(await indexesOf(client, name), name).to.deep.equal(found.get(name));
      const size = LAST + 10; // more than half of it is full
      const store = createIndexStore(database, "7:0xnew", createPartitions(database, size));
      expect(await store.put(BLOCKS, true)).to.equal(true);
      expect(await bounds(database, "history_orders")).to.deep.equal([
        [-Infinity, size],
        [size, Infinity],
      ]);
      expect(await fileOf(client, "history_orders_0"), "was not written again now").to.equal(filled);
      await database.close();
      await client.end();
    }));

  const found = new Map<string, string[]>();

  /** As the steps before it left them, with a thousand orders. */
  async function makeOlderWithOrders(client: Client): Promise<void> {
    await makeOlder(client, "0013_partitions");
    await client.query(
      `insert into history_orders select '7:0xold', n, 0, 1, 1, 0, '0x', n, '0x', '0x', 5000, 3, n, 4000000000, 0
        from generate_series(1, 1000) as n`,
    );
    for (const { name } of PARTITIONED) found.set(name, await indexesOf(client, name));
  }

  /** Names and definitions of a table's indexes, but for the word that it is of the table alone. */
  async function indexesOf(client: Client, table: string): Promise<string[]> {
    const { rows } = await client.query<{ definition: string }>(
      `select replace(pg_get_indexdef(indexrelid), ' ON ONLY ', ' ON ') as definition from pg_index
        where indrelid = '${table}'::regclass order by 1`,
    );
    return rows.map(({ definition }) => definition);
  }
});
