/** `session archive`: old blocks out of a relay's database and back, on both databases, with every figure as it was. */
import { createHash } from "node:crypto";
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

import { expect } from "chai";
import { sql } from "drizzle-orm";
import { Client } from "pg";

import { HISTORY_FORM, PACKAGES_FORM, readKind } from "../../../src/cli/archive/files.js";
import { tableOfKind } from "../../../src/cli/archive/tables.js";
import { TABLES } from "../../../src/dataset/schema/tables.js";
import type { BlockRows } from "../../../src/history/rows.js";
import { primaryLink } from "../../../src/protocol/signing/typed-data.js";
import type { RelayError } from "../../../src/relay/errors.js";
import { ARCHIVED_KINDS, type ArchivedKind } from "../../../src/relay/history/archived-kinds.js";
import { partitionAt, takeOut } from "../../../src/relay/history/archives.js";
import { beginReturn } from "../../../src/relay/history/returning.js";
import { createHistory, type HistoryRequest } from "../../../src/relay/history/history.js";
import { createIndexStore } from "../../../src/relay/history/index-store.js";
import { createPartitions, PARTITIONED } from "../../../src/relay/history/partitions.js";
import { type Database, queryRows } from "../../../src/relay/store/database.js";
import { openDatabase } from "../../../src/relay/store/open.js";
import { createPackagePartitions } from "../../../src/relay/store/package-partitions.js";
import { createPackageStore } from "../../../src/relay/store/packages.js";
import { withDatabase } from "../../../stage/postgres.js";
import { blocksOf, eventfulRun, projectAll, projectorOf } from "../../history/support.js";
import { PaperChain } from "../../relay/paper/chain.js";
import { requirePostgres } from "../../relay/support.js";
import { ask, expectTold, sessionIn, tell } from "../support.js";

const run = eventfulRun(11, 160);
const FIRST = 1_005;
const BLOCKS: readonly BlockRows[] = projectAll(projectorOf(run), blocksOf(run.logged, FIRST));
const LAST = BLOCKS.at(-1)!.number;
const SIZE = 20;
/** Two books of one chain: both have rows in each range. */
const [ONE, TWO] = ["1:0xone", "1:0xtwo"];
const ALL: HistoryRequest = { limit: 100_000, order: "desc" };
const ENDS = [1_020, 1_040] as const;
const [, HELD] = ENDS;

/** Counts, and a hash of every cell, of each table. */
async function figures(database: Database): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {};
  for (const { name, key } of PARTITIONED) {
    const order = key === "number" ? sql`book, number` : sql`book, block_number, position`;
    [found[name]] = await database.run((tables) =>
      queryRows<object>(
        tables,
        sql`select count(*)::text as rows, md5(string_agg(rows::text, '/' order by ${order})) as hash from ${sql.identifier(name)} as rows`,
      ),
    );
  }
  return found;
}

async function refusal(attempt: Promise<unknown>): Promise<unknown> {
  const error = await attempt.then(
    () => expect.fail("was not refused"),
    (reason: unknown) => reason as RelayError, // as every refusal of the history
  );
  return [error.code, error.values];
}

const kindsBut = (...left: readonly string[]) =>
  (
    ["orders", "fills", "offsets", "allocations", "markets", "weights", "records", "accounts", "checkpoints"] as const
  ).filter((kind) => !left.includes(kind));

/** @param location where the database is; nobody else has it open while a command runs */
function behavesWell(location: () => string): void {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "session-archive-"));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const using = async <Result>(work: (database: Database) => Promise<Result>): Promise<Result> => {
    const database = await openDatabase(location(), () => undefined);
    try {
      return await work(database);
    } finally {
      await database.close();
    }
  };
  const env = () => ({ DATABASE_URL: location() });
  const out = () => join(folder, "out");
  const words = (...more: string[]) => [
    "archive",
    "--before",
    String(HELD + 5),
    "--out",
    out(),
    "--reorg-depth",
    "5",
    ...more,
  ];

  it("takes out what was asked for and is final, tells where it went, and brings back every figure", async () => {
    const before = await using(async (database) => {
      for (const book of [ONE, TWO]) {
        const store = createIndexStore(database, book, createPartitions(database, SIZE));
        for (let end = 1; end <= BLOCKS.length; end += 4) await store.put(BLOCKS.slice(0, end), true);
        await store.put(BLOCKS, true);
      }
      return stateOf(database);
    });

    const shown = await ask<{ ranges: { fromBlock: number; lastBlock: number; books: unknown[] }[]; stays: null }>(
      env(),
      ...words("--dry-run"),
    );
    expect(shown.ranges.map(({ fromBlock, lastBlock }) => [fromBlock, lastBlock + 1])).to.deep.equal([
      [0, 1_020],
      [1_020, 1_040],
    ]);
    expect(shown.ranges[0]!.books).to.deep.equal([ONE, TWO].map((book) => ({ book, blocks: 15 })));
    expect((await using(stateOf)).figures).to.deep.equal(before.figures);
    await expectTold(sessionIn(folder, env(), ...words("--json")), 2, "CONFIRMATION_MISSING");

    const done = await ask<{ archived: { folder: string; manifestSha256: string }[] }>(
      env(),
      ...words("--place", "https://files.example/old", "--yes"),
    );
    const [first, second] = done.archived.map((one) => one.folder) as [string, string];
    expect([basename(first), basename(second)]).to.deep.equal(["0-1020", "1020-1040"]);

    await using(async (database) => {
      await expectLess(database);
      await expectKept(database, before);
      await expectHeld(database, before);
    });
    await expectFiles(first, before);

    await expectTold(
      sessionIn(folder, env(), "archive", "restore", first, "--yes", "--json"),
      2,
      "RELAY_ARCHIVE_REFUSED",
    );
    for (const one of [second, first]) await ask(env(), "archive", "restore", one, "--yes");
    const after = await using(stateOf);
    expect(after.figures).to.deep.equal(before.figures);
    expect(after).to.deep.equal(before);
    expect(await ask(env(), "archive", "list")).to.deep.equal({ archives: [], packages: [] });
  });

  it("takes nothing out of which the files do not have every row", async () => {
    const before = await using(stateOf);
    const range = { from: 0, to: ENDS[0] };
    await using(async (database) => {
      const counts: [ArchivedKind, number][] = [];
      for (const kind of ARCHIVED_KINDS) {
        const { name } = await database.run((tables) => partitionAt(tables, kind, range));
        const [row] = await database.run((tables) =>
          queryRows<{ readonly rows: string }>(tables, sql`select count(*)::text as rows from ${sql.identifier(name)}`),
        );
        counts.push([kind, Number(row!.rows)]);
      }
      const rows = Object.fromEntries(counts) as Record<ArchivedKind, number>;
      const written = { ...rows, fills: rows.fills - 1 }; // one came when the files were written
      const [code] = (await refusal(
        takeOut(database, range, { place: "out", manifest: "aa", rows: written }),
      )) as readonly unknown[];
      expect(code).to.equal("RELAY_ARCHIVE_REFUSED");
    });
    expect(await using(stateOf)).to.deep.equal(before);
  });

  it("drops nothing that has taken its place, though nobody heard that it had", async () => {
    const before = await using(stateOf);
    const { archived } = await ask<{ archived: [{ folder: string }] }>(
      env(),
      ...["archive", "--before", String(ENDS[0]), "--out", join(folder, "unheard"), "--reorg-depth", "5", "--yes"],
    );
    await using(async (database) => {
      const returning = await beginReturn(database, { from: 0, to: ENDS[0] });
      for (const kind of ARCHIVED_KINDS) {
        for await (const rows of readKind(HISTORY_FORM, archived[0].folder, kind)) await returning.add(kind, rows);
      }
      await returning.finish();
      await returning.abandon();
    });
    expect((await using(stateOf)).figures).to.deep.equal(before.figures);
  });

  it("keeps what was read anew while it was out, and takes no files that were altered", async () => {
    const before = await using(stateOf);
    const [{ folder: first }] = (
      await ask<{ archived: [{ folder: string }] }>(
        env(),
        ...["archive", "--before", String(ENDS[0]), "--out", join(folder, "again"), "--reorg-depth", "5", "--yes"],
      )
    ).archived;
    await using(async (database) => {
      const store = createIndexStore(database, ONE);
      await store.clear();
      expect(await store.put(BLOCKS, true)).to.equal(true);
      const { items } = await createHistory(database, ONE).page("fills", { ...ALL, order: "asc" });
      expect(items, "all of it is here again").to.have.lengthOf(before.pages["fills"]!.length);
    });
    await ask(env(), "archive", "restore", first, "--yes");
    expect((await using(stateOf)).figures).to.deep.equal(before.figures);

    const { archived } = await ask<{ archived: [{ folder: string }] }>(
      env(),
      ...["archive", "--before", String(ENDS[0]), "--out", join(folder, "altered"), "--reorg-depth", "5", "--yes"],
    );
    appendFileSync(join(archived[0].folder, "fills.parquet"), "x");
    await expectTold(
      sessionIn(folder, env(), "archive", "restore", archived[0].folder, "--yes", "--json"),
      2,
      "ARCHIVE_DAMAGED",
    );
  });

  it("takes old packages out, with their calls, tells where they went, and brings back every row", async () => {
    const chain = new PaperChain();
    const packagesOf = (database: Database) =>
      database.run((tables) => queryRows(tables, sql`select rows::text as row from packages as rows order by seq`));
    const offered = [1_000n, 1_000n, 4_000_000_000n].map((deadline, nonce) => {
      const signed = chain.sign(0, { nonce: BigInt(nonce), deadline });
      return { link: primaryLink(signed.package), signed };
    });
    const before = await using(async (database) => {
      const store = createPackageStore(database, ONE);
      for (const [, seq] of await store.add(offered)) await store.withdraw(seq, "0x77");
      await database.run((tables) => tables.execute(sql`update packages set received_at = now() - interval '90 days'`));
      await createPackagePartitions(database).keep();
      return packagesOf(database);
    });
    for (const wrong of [["--before", "7"], []]) {
      const time = wrong.length === 0 ? [] : ["--packages-before", "2020-01-01T00:00:00Z"];
      const run = sessionIn(folder, env(), "archive", ...wrong, ...time, "--out", out(), "--json");
      await expectTold(run, 2, "ARGUMENT_INVALID", { argument: "--before or --packages-before" });
    }
    const month = String(Math.floor(Date.now() / 1_000) - 30 * 86_400);
    const asked = ["archive", "--packages-before", month, "--out", out(), "--place", "https://files.example/old"];
    const shown = await ask<{ ranges: { packages: number; kept: number }[] }>(env(), ...asked, "--dry-run");
    expect(shown.ranges.map(({ packages, kept }) => [packages, kept])).to.deep.equal([[2, 1]]);
    const { archived } = await ask<{ archived: [{ folder: string; lastSeq: number; manifestSha256: string }] }>(
      env(),
      ...[...asked, "--yes"],
    );
    const [{ folder: done, lastSeq, manifestSha256 }] = archived;
    expect(basename(done)).to.equal(`packages-0-${lastSeq + 1}`);
    const { packages: listed } = await ask<{ packages: Record<string, unknown>[] }>(env(), "archive", "list");
    const place = `https://files.example/old/${basename(done)}`;
    expect(listed.map(({ archivedAt, ...note }) => [typeof archivedAt, note])).to.deep.equal([
      ["string", { fromSeq: 0, lastSeq, packages: 2, place, manifestSha256 }],
    ]);
    expect(await tell(env(), "archive", "list")).to.include(manifestSha256);
    const links: (string | null | undefined)[] = [];
    for await (const rows of readKind(PACKAGES_FORM, done, "packages")) links.push(...rows.map(({ link }) => link));
    expect(links).to.deep.equal(offered.slice(0, 2).map(({ link }) => link));
    expect(await using(packagesOf)).to.deep.equal(before.slice(2));
    await ask(env(), "archive", "restore", done, "--dry-run");
    expect(await using(packagesOf), "only looked at").to.deep.equal(before.slice(2));
    await ask(env(), "archive", "restore", done, "--yes");
    expect(await using(packagesOf)).to.deep.equal(before);
    const again = await ask<{ archived: [{ folder: string }] }>(
      env(),
      ...asked.with(asked.indexOf("--out") + 1, `${out()}2`),
      "--yes",
    );
    const [{ folder: old }] = again.archived;
    const manifest = join(old, "manifest.json");
    const { tables, files, ...rest } = JSON.parse(readFileSync(manifest, "utf8")) as Record<string, object>;
    const without = (all: object | undefined, name: string) =>
      Object.fromEntries(Object.entries(all ?? {}).filter(([one]) => one !== name));
    const [olderTables, olderFiles] = [without(tables, "cancellations"), without(files, "cancellations.parquet")];
    const text = JSON.stringify({ ...rest, tables: olderTables, files: olderFiles });
    writeFileSync(manifest, text);
    const sha256 = createHash("sha256").update(text).digest("hex");
    await using((database) =>
      database.run((run) => run.execute(sql`update package_archives set manifest = ${sha256}`)),
    );
    const { rows } = await ask<{ rows: object }>(env(), "archive", "restore", old, "--yes");
    expect(rows, "a folder of before there were any").to.include({ packages: 2, cancellations: 0 });
    expect(await using(packagesOf)).to.deep.equal(before);
    appendFileSync(join(done, "packages.parquet"), "x");
    await expectTold(sessionIn(folder, env(), "archive", "restore", done, "--yes", "--json"), 2, "ARCHIVE_DAMAGED");
  });

  it("leaves what may be reorganised, and says why", async () => {
    const deep = ["archive", "--before", "1100", "--out", out(), "--reorg-depth", String(LAST - 1_030), "--dry-run"];
    const { ranges, stays } = await ask<{ ranges: unknown[]; stays: string }>(env(), ...deep);
    expect(ranges).to.deep.equal([]);
    expect(stays).to.match(/^blocks 1020 to 1039: chain 1 has come to block \d+, and its last \d+ may be reorganised$/);
  });
}

/** All that is looked at before and after. */
async function stateOf(database: Database) {
  const history = createHistory(database, ONE);
  const store = createIndexStore(database, ONE);
  const pages: Record<string, readonly { blockNumber: number }[]> = {};
  for (const kind of [...kindsBut("orders"), "bounds" as const]) pages[kind] = (await history.page(kind, ALL)).items;
  const orders = (await history.orders(ALL)).items;
  const resting = orders.filter(({ left }) => left > 0n).map(({ tradeRootId }) => tradeRootId);
  const markets = [...new Set(orders.map((row) => `${row.marketRootId}/${row.marketBranchId}`))].sort();
  const roots = [...new Set(orders.map(({ marketRootId }) => marketRootId))];
  return {
    figures: await figures(database),
    pages,
    orders,
    resting,
    start: {
      events: await store.eventsSoFar(LAST, resting),
      prices: await store.lastPrices(LAST),
      books: await Promise.all(
        markets.map((name) => {
          const [marketRootId = 0, marketBranchId = 0] = name.split("/").map(Number);
          return store.bookStart(`book:${name}`, { marketRootId, marketBranchId });
        }),
      ),
      words: [...(await history.words(roots))],
    },
  };
}
type State = Awaited<ReturnType<typeof stateOf>>;

/** Below the end there are few rows: those that still count. */
async function expectLess(database: Database): Promise<void> {
  const below = async (table: string) =>
    (
      await database.run((tables) =>
        queryRows<{ n: string }>(
          tables,
          sql`select count(*)::text as n from ${sql.identifier(table)} where block_number < ${HELD}`,
        ),
      )
    )[0]!.n;
  for (const table of ["orders", "fills", "offsets", "allocations"])
    expect(await below(`history_${table}`), table).to.equal("0");
  const markets = Number(await below("history_markets"));
  expect(markets).to.be.above(0);
}

/** A start, and whoever begins to listen, finds what it found before. */
async function expectKept(database: Database, before: State): Promise<void> {
  const [store, history] = [createIndexStore(database, ONE), createHistory(database, ONE)];
  const { events, prices } = before.start;
  const found = await store.eventsSoFar(LAST, before.resting);
  const byId = (list: typeof events.orders) => [...list].sort((a, b) => a.orderId - b.orderId);
  expect({ ...found, orders: byId(found.orders) }).to.deep.equal({ ...events, orders: byId(events.orders) });
  expect(before.resting.length, "some orders rest since before").to.be.above(0);
  expect(await store.lastPrices(LAST)).to.deep.equal(prices);
  expect([...(await history.words(before.start.words.map(([root]) => root)))]).to.deep.equal(before.start.words);
  expect((await history.page("bounds", ALL)).items).to.deep.equal(before.pages["bounds"]);
  const counted = await figures(database);
  expect(await store.put(BLOCKS, true), "told again from its start").to.equal(true);
  expect(await figures(database)).to.deep.equal(counted);
}

/** What is here is answered as before, and whoever asks for the rest is told where it is. */
async function expectHeld(database: Database, before: State): Promise<void> {
  const history = createHistory(database, ONE);
  const gone = ["RELAY_ARCHIVED", { heldFrom: HELD, place: `https://files.example/old/${ENDS[0]}-${HELD}` }];
  for (const kind of kindsBut("orders")) {
    const held = before.pages[kind]!.filter(({ blockNumber }) => blockNumber >= HELD);
    const ask = { ...ALL, fromBlock: HELD };
    expect(await history.page(kind, ask), kind).to.deep.include({ items: held, next: null });
    expect((await history.page(kind, { ...ask, order: "asc" })).items, kind).to.deep.equal([...held].reverse());
    for (const asked of [
      { ...ALL, order: "asc" as const },
      { ...ALL, toBlock: HELD - 1 },
      { ...ALL, at: HELD - 1 },
    ]) {
      expect(await refusal(history.page(kind, asked)), `${kind} ${JSON.stringify(asked)}`).to.deep.equal(gone);
    }
    const newest = await history.page(kind, ALL);
    expect(newest.items).to.deep.equal(held);
    expect(await refusal(history.page(kind, { ...ALL, cursor: newest.next! }))).to.deep.equal(gone);
  }
  const { items } = await history.orders(ALL);
  expect(items).to.deep.equal(before.orders.filter(({ blockNumber }) => blockNumber >= HELD));
  const [{ marketRootId, marketBranchId }] = before.orders as [State["orders"][number]];
  const market = { marketRootId, marketBranchId };
  const [first, last] = [BLOCKS.find(({ number }) => number >= HELD)!, BLOCKS.findLast(({ number }) => number < HELD)!];
  const second = ({ timestamp }: BlockRows) => ({ interval: 1, from: Number(timestamp), to: Number(timestamp) + 1 });
  expect((await history.candles(market, second(first))).candles).to.have.lengthOf(1);
  expect((await history.weightSeries(second(first))).spans).to.have.lengthOf(1);
  expect(await refusal(history.candles(market, second(last)))).to.deep.equal(gone);
  expect(await refusal(history.weightSeries(second(last)))).to.deep.equal(gone);
  expect(await refusal(history.levelSeries(market, { ...second(last), levels: 3 }))).to.deep.equal(gone);
}

/** The files have the rows, in a dataset's names where it has them. */
async function expectFiles(folder: string, before: State): Promise<void> {
  for (const [kind, { columns }] of [
    ["records", TABLES.events],
    ["checkpoints", TABLES.checkpoints],
  ] as const) {
    const names = Object.keys(columns).filter((name) => name !== "ts_event"); // that is its block's
    expect(Object.keys(tableOfKind(kind, HISTORY_FORM.tableOf(kind)).columns)).to.include.members(names);
  }
  for (const kind of ARCHIVED_KINDS) {
    let rows = 0;
    for await (const some of readKind(HISTORY_FORM, folder, kind))
      rows += some.filter(({ book }) => book === ONE).length;
    const wanted = kind === "orders" ? before.orders : before.pages[kind];
    if (wanted !== undefined)
      expect(rows, kind).to.equal(wanted.filter(({ blockNumber }) => blockNumber < ENDS[0]).length);
  }
}

describe("session archive on an embedded database", function () {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "session-archive-"));
  });
  after(() => rm(folder, { recursive: true, force: true }));
  behavesWell(() => join(folder, "database"));
});

describe("session archive on a Postgres server", function () {
  let url = "";
  let end: (() => void) | undefined;
  let ended: Promise<void> | undefined;
  before(async function () {
    requirePostgres(this);
    await new Promise<void>((opened, failed) => {
      ended = withDatabase(async (given) => {
        url = given;
        opened();
        await new Promise<void>((resolve) => (end = resolve));
      });
      ended.catch(failed);
    });
  });
  after(async () => {
    end?.();
    await ended;
  });
  it("makes no tables where no relay has: of new ones nothing was archived, and it would say so", async () => {
    for (const words of [["list"], ["--before", "9", "--out", "new", "--yes"]]) {
      const run = sessionIn(tmpdir(), { DATABASE_URL: url }, "archive", ...words, "--json");
      const { values } = await expectTold(run, 1, "RELAY_STORE_UNAVAILABLE");
      expect(values).to.have.property("reason").that.contains("or none");
      const client = new Client({ connectionString: url });
      await client.connect();
      const { rows } = await client.query("select relname from pg_class where relname in ('packages', 'books')");
      await client.end();
      expect(rows, words.join(" ")).to.deep.equal([]);
    }
  });
  behavesWell(() => url);
});
