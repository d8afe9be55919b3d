/** A long history in a real index: how long it takes to write, what it takes of a disk, how soon a page comes, a relay starts, and what an archive keeps. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { sql } from "drizzle-orm";

import { runProgram } from "../../src/cli/program.js";
import { createRelayClient } from "../../src/client/relay/client.js";
import type { BlockRows } from "../../src/history/rows.js";
import { createHistory } from "../../src/relay/history/history.js";
import { createIndexStore, type IndexStore } from "../../src/relay/history/index-store.js";
import { createPartitions, PARTITIONED } from "../../src/relay/history/partitions.js";
import { type Database, queryRows } from "../../src/relay/store/database.js";
import { openDatabase } from "../../src/relay/store/open.js";
import { partitionsOf } from "../../src/relay/store/partitions.js";
import { startRelayProcess } from "../../stage/relay-process.js";
import { createRandom } from "../../stage/rng.js";
import { createHistoryMaker, hashOf, type HistoryMaker, traderOf } from "./history-blocks.js";
import { openVenueStage, until } from "./stage.js";

export interface HistoryPlan {
  readonly orders: number;
  readonly traders: number;
  readonly ordersPerBlock: number;
  /** Partitions that the history comes to, about. */
  readonly partitions: number;
  /** Pages of own fills that are asked for. */
  readonly pages: number;
  readonly seed: number;
  readonly databaseUrl: string;
}

export interface HistoryResult {
  /** What the server says of itself. */
  readonly server: DatabaseServer;
  readonly orders: number;
  readonly partitions: number;
  /** Orders a second, while it was written. */
  readonly written: number;
  readonly bytesPerOrder: number;
  /** Of each table, the largest first. */
  readonly tables: readonly { readonly table: string; readonly bytesPerOrder: number }[];
  /** Ms of a page of a hundred fills of one trader. */
  readonly page: { readonly median: number; readonly p99: number };
  /** Ms: of a relay of another book on this database, and of what the start of a relay of this one asks the index. */
  readonly start: { readonly process: number; readonly index: number };
  readonly archive: { readonly orders: number; readonly outMs: number; readonly backMs: number };
  readonly problems: readonly string[];
}

interface DatabaseServer {
  readonly version: string;
  readonly sharedBuffers: string;
  readonly maxWalSize: string;
}

const BOOK = `1:${hashOf("book", 0).slice(0, 42)}`;
const BLOCKS_AT_ONCE = 20;
const [TOLD_EVERY, READY_MS] = [100_000, 300_000];
const SHARES = { half: 0.5, most: 0.99 } as const;
const LEGS = 2;
/** Tables of which an archive leaves little or nothing. */
const LEAVING: readonly string[] = ["orders", "fills", "offsets", "allocations", "records"].map(
  (kind) => `history_${kind}`,
);

export async function runHistory(plan: HistoryPlan, tell: (line: string) => void): Promise<HistoryResult> {
  const database = await openDatabase(plan.databaseUrl, () => undefined);
  try {
    const blocks = Math.ceil(plan.orders / plan.ordersPerBlock);
    const size = Math.ceil(blocks / plan.partitions);
    const maker = createHistoryMaker({ ...plan, legs: LEGS });
    const written = await writeAll(database, plan, maker, size, tell);
    await database.upkeep((tables) => tables.execute(sql`analyze`));
    const { orders } = maker;
    const tables = await sizesOf(database, orders);
    const page = await pagesOf(database, plan);
    tell(`a page of own fills: half within ${page.median} ms, 99 of 100 within ${page.p99} ms`);
    const index = await indexStart(database, maker);
    const process = await processStart(plan.databaseUrl);
    tell(`a relay is ready after ${process} ms; of a start of this book the index takes ${index} ms`);
    const { problems, ...archive } = await archiveOne(database, plan, maker, tell);
    const server = await serverOf(database);
    return {
      ...{ server, orders, tables, page, archive, problems },
      partitions: Math.ceil(blocks / size),
      written,
      bytesPerOrder: tables.reduce((sum, one) => sum + one.bytesPerOrder, 0),
      start: { process, index },
    };
  } finally {
    await database.close();
  }
}

/** Through the index's own door, as an indexer brings blocks. What a run before has written into this database is gone on from. @returns orders a second */
export async function writeAll(
  database: Database,
  { orders }: Pick<HistoryPlan, "orders">,
  maker: HistoryMaker,
  size: number,
  tell: (line: string) => void,
): Promise<number> {
  const store = createIndexStore(database, BOOK, createPartitions(database, size));
  let [last, there]: [BlockRows | undefined, number] = [undefined, 0];
  let blocks = maker.next(BLOCKS_AT_ONCE);
  while (maker.orders < orders && (await holds(store, blocks))) {
    [last, there] = [blocks.at(-1), maker.orders];
    blocks = maker.next(BLOCKS_AT_ONCE);
  }
  if (there > 0) tell(`${there} orders are there`);
  const began = performance.now();
  const written = (): number => Math.round((1_000 * (maker.orders - there)) / (performance.now() - began));
  for (let told = there; ; blocks = maker.next(BLOCKS_AT_ONCE)) {
    const isKnown = await store.put(last === undefined ? blocks : [last, ...blocks], last === undefined);
    if (!isKnown) throw new Error("the index does not know the chain that it was told");
    last = blocks.at(-1);
    if (maker.orders >= told + TOLD_EVERY) {
      told = maker.orders;
      tell(`${told} orders, ${written()} a second`);
    }
    if (maker.orders >= orders) return written();
  }
}

async function holds(store: Pick<IndexStore, "holds">, blocks: readonly BlockRows[]): Promise<boolean> {
  const newest = blocks.at(-1);
  return newest !== undefined && store.holds(newest);
}

async function serverOf(database: Database): Promise<DatabaseServer> {
  const [row] = await database.run((tables) =>
    queryRows<DatabaseServer>(
      tables,
      sql`select current_setting('server_version') as version, current_setting('shared_buffers') as "sharedBuffers",
        current_setting('max_wal_size') as "maxWalSize"`,
    ),
  );
  if (row === undefined) throw new Error("the server says nothing of itself");
  return row;
}

/** What tables take with their indexes; of partitions together. */
async function sizesOf(database: Database, orders: number) {
  const rows = await database.run((tables) =>
    queryRows<{ readonly name: string; readonly bytes: string }>(
      tables,
      sql`select coalesce(parent.relname, class.relname) as name, sum(pg_total_relation_size(class.oid)) as bytes
        from pg_class class left join pg_inherits on inhrelid = class.oid left join pg_class parent on parent.oid = inhparent
        where class.relkind = 'r' and class.relnamespace = 'public'::regnamespace group by 1 order by 2 desc`,
    ),
  );
  return rows.map(({ name, bytes }) => ({ table: name, bytesPerOrder: Math.round(Number(bytes) / orders) }));
}

async function pagesOf(database: Database, { pages, traders, seed }: HistoryPlan): Promise<HistoryResult["page"]> {
  const history = createHistory(database, BOOK);
  const random = createRandom(BigInt(seed), "who asks");
  const times: number[] = [];
  for (let page = 0; page < pages; page += 1) {
    const trader = traderOf(random.integer(0, traders - 1));
    const began = performance.now();
    await history.page("fills", { trader, limit: 100, order: "desc" });
    times.push(performance.now() - began);
  }
  times.sort((a, b) => a - b);
  const within = (share: number): number => Math.ceil(times[Math.floor(share * (times.length - 1))] ?? 0);
  return { median: within(SHARES.half), p99: within(SHARES.most) };
}

/** What `openProjector` asks. */
async function indexStart(database: Database, { resting }: HistoryMaker): Promise<number> {
  const store = createIndexStore(database, BOOK);
  const began = performance.now();
  await store.lastPrices(Number.MAX_SAFE_INTEGER);
  await store.eventsSoFar(Number.MAX_SAFE_INTEGER, resting);
  return Math.round(performance.now() - began);
}

/** A whole relay, of a session of its own, on the database that has all that. */
async function processStart(database: string): Promise<number> {
  const venue = await openVenueStage({ sessions: 1, traders: 2 });
  try {
    const began = performance.now();
    const [session = ""] = venue.sessions.map(({ handle }) => handle.address);
    const flags = ["--factory", venue.factory, "--poll-ms", "100", "--log-level", "warn"];
    const relay = await startRelayProcess({
      ...{ rpcUrl: venue.node.url, session, privateKey: venue.relayKeys.join(), database, flags },
    });
    try {
      const client = createRelayClient(relay.url, { timeoutMs: READY_MS });
      await until("the relay is ready", READY_MS, async () =>
        client.link().then(
          () => true,
          () => false,
        ),
      );
      return Math.round(performance.now() - began);
    } finally {
      await relay.stop();
    }
  } finally {
    await venue.close();
  }
}

/** Of all rows of each table how many, and a sum over hashes of all their cells. */
async function figuresOf(database: Database): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const { name } of PARTITIONED) {
    const [row] = await database.upkeep((tables) =>
      queryRows<{ readonly figures: string }>(
        tables,
        sql`select count(*) || ' rows, ' || coalesce(sum(hashtextextended(rows::text, 0)), 0) as figures from ${sql.identifier(name)} as rows`,
      ),
    );
    found.set(name, row?.figures ?? "");
  }
  return found;
}

/** The oldest partition out and back, by the program. */
async function archiveOne(database: Database, plan: HistoryPlan, maker: HistoryMaker, tell: (line: string) => void) {
  const [oldest] = await database.run((tables) => partitionsOf(tables, "history_blocks"));
  const end = oldest?.to ?? 0;
  const folder = await mkdtemp(join(tmpdir(), "venue-history-"));
  const problems: string[] = [];
  try {
    const before = await figuresOf(database);
    const timed = async (...words: string[]): Promise<[number, string]> => {
      const began = performance.now();
      const stdout = await sessionProgram(plan.databaseUrl, folder, ["archive", ...words, "--yes", "--json"]);
      return [Math.round(performance.now() - began), stdout];
    };
    const [outMs, said] = await timed("--before", String(end), "--out", "out");
    const { archived = [] } = JSON.parse(said) as { archived?: { folder: string; rows: { orders: number } }[] }; // as the program says it
    if (archived.length !== 1) problems.push(`${archived.length} ranges were archived, of 1 below block ${end}`);
    const out = await figuresOf(database);
    for (const [table, figures] of before) {
      if (LEAVING.includes(table) && out.get(table) === figures)
        problems.push(`${table} has as many rows as before it was archived`);
    }
    const orders = archived.reduce((sum, { rows }) => sum + rows.orders, 0);
    tell(`${orders} of ${maker.orders} orders archived in ${outMs} ms`);
    let backMs = 0;
    for (const { folder: one } of archived) backMs += (await timed("restore", one))[0];
    tell(`brought back in ${backMs} ms`);
    const after = await figuresOf(database);
    for (const [table, figures] of before) {
      if (after.get(table) !== figures)
        problems.push(`${table} has ${after.get(table) ?? "nothing"}, and had ${figures}`);
    }
    return { orders, outMs, backMs, problems };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function sessionProgram(database: string, cwd: string, words: readonly string[]): Promise<string> {
  let [stdout, stderr] = ["", ""];
  const status = await runProgram(words, {
    ...{ env: { DATABASE_URL: database }, cwd },
    stdout: (text) => (stdout += text),
    stderr: (text) => (stderr += text),
    readSecret: () => Promise.reject(new Error("nobody is there")),
    confirm: () => Promise.reject(new Error("nobody is there")),
    onInterrupt: () => new AbortController().signal,
  });
  if (status !== 0) throw new Error(`session ${words.join(" ")} ended with ${status}: ${stdout}${stderr}`);
  return stdout;
}
