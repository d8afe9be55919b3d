/**
 * The index in the database. Any number of relays may follow the chain into one database: whoever comes first with a block writes
 * it, under the lock of the tip's row, and the others find it there. What a relay does not find there, although it is part of its
 * chain, it writes again from what it remembers.
 */
import { and, desc, eq, gt, inArray, lte, max, sql } from "drizzle-orm";
import type { PgColumn, PgTable } from "drizzle-orm/pg-core";

import type { EventsSoFar } from "../../history/event-rows.js";
import type { LastPrice } from "../../history/figures.js";
import { type BlockRows, isEmpty } from "../../history/rows.js";
import { ticks } from "../../protocol/amounts/units.js";
import { RING } from "../../protocol/amounts/limits.js";
import { marketOfStream } from "../../wire/stream.js";
import { type Database, queryRows, type Tables } from "../store/database.js";
import { archivedOf, forgetArchives } from "./archives.js";
import { HISTORY_TABLES, writeBlocks } from "./block-rows.js";
import { historyBlocks, historyCheckpoints, historyOrders, historyRecords, historyTips } from "./schema.js";
import {
  createStreamStore,
  type PlacedMessage,
  say,
  snapshotOf,
  streamsAbove,
  type StreamStore,
} from "./stream-store.js";
import { createPartitions, type Partitions } from "./partitions.js";
import { reorganised } from "./streams.js";

export interface IndexStore extends StreamStore {
  /**
   * Brings the index to the last of some blocks that follow each other.
   * @param recent what is remembered of the chain, oldest first, the newest included
   * @param isWhole whether nothing came before them
   * @returns false if the index holds none of them, nor what came before: then the chain has to be told from its start
   */
  put(recent: readonly BlockRows[], isWhole: boolean): Promise<boolean>;
  /** Blocks are no part of the chain any more: deletes them, and all above `ancestor`, if the index still holds one of them. */
  drop(ancestor: number, gone: readonly BlockRows[]): Promise<void>;
  /** Whether it has come as far as that block, and has it: what comes behind it is all that is missing. */
  holds(block: { readonly number: number; readonly hash: string }): Promise<boolean>;
  /** Of each market that had a trade by then, the price of the last one. */
  lastPrices(blockNumber: number): Promise<LastPrice[]>;
  /** What rows of events go on from behind a block. @param resting orders that rest after it */
  eventsSoFar(blockNumber: number, resting: readonly number[]): Promise<EventsSoFar>;
  /** Forgets the whole history; it is told again. */
  clear(): Promise<void>;
  /** The same, if a relay has written it that did not know of records yet. @returns whether it was so */
  clearIfOlder(): Promise<boolean>;
}

/** The last block that is in the index; number -1 before the first. */
interface Tip {
  readonly number: number;
  readonly hash: string;
}

const NO_TIP: Tip = { number: -1, hash: "" };

/** @param partitions makes room for what is put */
export function createIndexStore(
  database: Database,
  book: string,
  partitions: Partitions = createPartitions(database),
): IndexStore {
  return {
    ...createStreamStore(database, book),
    async put(recent, isWhole) {
      await partitions.ahead(recent.at(-1)?.number ?? -1);
      return database.index.transaction((tables) => put(tables, book, recent, isWhole));
    },
    drop: (ancestor, gone) => database.index.transaction((tables) => drop(tables, book, ancestor, gone)),
    holds: ({ number, hash }) =>
      database.index.run(async (tables) => (await hashesOf(tables, book, [{ number }])).get(number) === hash),
    lastPrices: (blockNumber) => database.index.run((tables) => lastPrices(tables, book, blockNumber)),
    eventsSoFar: (blockNumber, resting) =>
      database.index.transaction((tables) => eventsSoFar(tables, book, blockNumber, resting)),
    clear: () => database.index.transaction((tables) => clear(tables, book)),
    clearIfOlder: () =>
      database.index.transaction(async (tables) => {
        const has = (table: PgTable & { readonly book: PgColumn }) =>
          tables.select({ book: table.book }).from(table).where(eq(table.book, book)).limit(1);
        const [orders, records] = [await has(historyOrders), await has(historyRecords)];
        const isOlder = orders.length > 0 && records.length === 0;
        if (isOlder) await clear(tables, book);
        return isOlder;
      }),
  };
}

async function clear(tables: Tables, book: string): Promise<void> {
  await lockTip(tables, book);
  await cutBack(tables, book, -1);
}

async function put(tables: Tables, book: string, recent: readonly BlockRows[], isWhole: boolean): Promise<boolean> {
  const tip = await lockTip(tables, book);
  const at = recent.findLastIndex(({ number, hash }) => number === tip.number && hash === tip.hash);
  if (at !== -1 || (isWhole && tip.number === -1)) {
    await writeBlocks(tables, book, recent.slice(at + 1));
    return true;
  }
  const { common, differs } = await compare(tables, book, recent, tip.number);
  if (!differs) return true;
  if (common === -1 && !isWhole) return false;
  await cutBack(tables, book, recent[common]?.number ?? (recent[0]?.number ?? 0) - 1);
  await writeBlocks(tables, book, recent.slice(common + 1));
  return true;
}

async function drop(tables: Tables, book: string, ancestor: number, gone: readonly BlockRows[]): Promise<void> {
  if (gone.length === 0) return;
  await lockTip(tables, book);
  const stored = await hashesOf(tables, book, gone);
  if (gone.some(({ number, hash }) => stored.get(number) === hash)) await cutBack(tables, book, ancestor);
}

/** The tip's row, held until the transaction ends. */
async function lockTip(tables: Tables, book: string): Promise<Tip> {
  const [tip] = await queryRows<{ readonly number: string | number; readonly hash: string }>(
    tables,
    sql`insert into history_tips (book, number, hash) values (${book}, ${NO_TIP.number}, ${NO_TIP.hash})
      on conflict (book) do update set number = history_tips.number returning number, hash`,
  );
  return tip === undefined ? NO_TIP : { number: Number(tip.number), hash: tip.hash };
}

/** The place in `recent` of the last block that the index holds, and whether anything is missing or contradicts. */
async function compare(
  tables: Tables,
  book: string,
  recent: readonly BlockRows[],
  tip: number,
): Promise<{ readonly common: number; readonly differs: boolean }> {
  const stored = await hashesOf(tables, book, recent);
  const { heldFrom } = await archivedOf(tables, book); // what lies below is there, in files
  let differs = false;
  for (let at = recent.length - 1; at >= 0; at -= 1) {
    const block = recent[at];
    if (block === undefined) continue;
    const hash = stored.get(block.number);
    if (hash === block.hash) return { common: at, differs };
    const isPassedOver = hash === undefined && block.number <= tip && (isEmpty(block) || block.number < heldFrom);
    if (!isPassedOver) differs = true;
  }
  return { common: -1, differs };
}

/** As drivers give numbers that may be large. */
type PricedMarket = Readonly<Record<"root" | "branch" | "price", string | number | bigint | null>>;

/** From one market to the next by the index, and of each its last row: as many looks as there are markets, however many rows they have. */
async function lastPrices(tables: Tables, book: string, blockNumber: number): Promise<LastPrice[]> {
  const rows = await queryRows<PricedMarket>(
    tables,
    sql`with recursive markets as (
        (select market_root_id as root, market_branch_id as branch from history_markets where book = ${book}
          order by market_root_id, market_branch_id limit 1)
        union all
        select following.root, following.branch from markets cross join lateral (
          select market_root_id as root, market_branch_id as branch from history_markets
          where book = ${book} and (market_root_id, market_branch_id) > (markets.root, markets.branch)
          order by market_root_id, market_branch_id limit 1) as following)
      select root, branch, (
        select last_price from history_markets where book = ${book} and market_root_id = root and market_branch_id = branch
          and block_number <= ${blockNumber} order by block_number desc limit 1) as price
      from markets order by root, branch`,
  );
  return rows.flatMap(({ root, branch, price }) =>
    price === null ? [] : [{ marketRootId: Number(root), marketBranchId: Number(branch), price: ticks(BigInt(price)) }],
  );
}

type SeenOrder = Readonly<Record<"order_id" | "seen_seq" | "age_checkpoints", string | number | bigint>>;

/** Between two portions whatever else waits has its turn: there may be hundreds of thousands. */
const ORDERS_AT_ONCE = 5_000;

async function eventsSoFar(
  tables: Tables,
  book: string,
  blockNumber: number,
  resting: readonly number[],
): Promise<EventsSoFar> {
  const upTo = sql`book = ${book} and block_number <= ${blockNumber}`;
  const newest = async (table: string, column: string): Promise<bigint> => {
    const [row] = await queryRows<{ readonly newest: string | number | bigint }>(
      tables,
      sql`select ${sql.raw(column)} as newest from ${sql.raw(table)} where ${upTo} and ${sql.raw(column)} is not null
        order by block_number desc, position desc limit 1`,
    );
    return BigInt(row?.newest ?? 0);
  };
  const [records, accounts] = [await newest("history_records", "seq"), await newest("history_accounts", "seq")];
  const [block] = await tables
    .select({ transactions: historyBlocks.transactions })
    .from(historyBlocks)
    .where(and(eq(historyBlocks.book, book), lte(historyBlocks.number, blockNumber)))
    .orderBy(desc(historyBlocks.number))
    .limit(1);
  const last = await newest("history_checkpoints", "checkpoint");
  const { checkpoint, seq } = historyCheckpoints;
  const seen = await tables
    .select({ checkpoint, seq: max(seq) }) // later calls of a block overwrite its checkpoint
    .from(historyCheckpoints)
    .where(
      and(
        eq(historyCheckpoints.book, book),
        gt(checkpoint, last - BigInt(RING)),
        lte(historyCheckpoints.blockNumber, blockNumber),
      ),
    )
    .groupBy(checkpoint);
  const orders: SeenOrder[] = [];
  for (let at = 0; at < resting.length; at += ORDERS_AT_ONCE) {
    const some = JSON.stringify(resting.slice(at, at + ORDERS_AT_ONCE));
    const found = await queryRows<SeenOrder>(
      tables,
      sql`select order_id, seen_seq, age_checkpoints from jsonb_array_elements_text(${some}::jsonb) as resting(id)
        join history_records on book = ${book} and order_id = resting.id::bigint and action = 'A'`,
    );
    orders.push(...found);
  }
  return {
    seq: records > accounts ? records : accounts,
    tx: block?.transactions ?? 0n,
    matches: await newest("history_records", "match_id"),
    seen: [[0, 0n], ...seen.map(({ checkpoint: number, seq: row }) => [Number(number), row ?? 0n] as const)],
    orders: orders.map(({ order_id, seen_seq, age_checkpoints }) => ({
      orderId: Number(order_id),
      seenSeq: BigInt(seen_seq),
      age: Number(age_checkpoints),
    })),
  };
}

/** What the index has where these blocks would be. */
async function hashesOf(
  tables: Tables,
  book: string,
  blocks: readonly Pick<BlockRows, "number">[],
): Promise<Map<number, string>> {
  const numbers = blocks.map(({ number }) => number);
  const rows = await tables
    .select({ number: historyBlocks.number, hash: historyBlocks.hash })
    .from(historyBlocks)
    .where(and(eq(historyBlocks.book, book), inArray(historyBlocks.number, numbers)));
  return new Map(rows.map(({ number, hash }) => [number, hash]));
}

/** Deletes what came after block `number`, and tells everybody who had heard of it. */
async function cutBack(tables: Tables, book: string, number: number): Promise<void> {
  for (const table of Object.values(HISTORY_TABLES)) {
    await tables.delete(table).where(and(eq(table.book, book), gt(table.blockNumber, number)));
  }
  await tables.delete(historyBlocks).where(and(eq(historyBlocks.book, book), gt(historyBlocks.number, number)));
  await forgetArchives(tables, book, number);
  await tellOfCut(tables, book, number);
  const [tip] = await tables
    .select({ number: historyBlocks.number, hash: historyBlocks.hash })
    .from(historyBlocks)
    .where(eq(historyBlocks.book, book))
    .orderBy(desc(historyBlocks.number))
    .limit(1);
  await tables
    .update(historyTips)
    .set(tip ?? NO_TIP)
    .where(eq(historyTips.book, book));
}

/** Subscribers of books get a snapshot besides, to start from again. */
async function tellOfCut(tables: Tables, book: string, number: number): Promise<void> {
  const messages: PlacedMessage[] = [];
  for (const stream of await streamsAbove(tables, book, number)) {
    messages.push({ stream, payload: reorganised(number), blockNumber: number });
    const market = marketOfStream(stream);
    if (market === undefined) continue;
    messages.push({ stream, payload: await snapshotOf(tables, book, market), blockNumber: number });
  }
  await say(tables, book, messages);
}
