/**
 * The index in the database. Any number of relays may follow the chain into one database: whoever comes first with a block writes
 * it, under the lock of the tip's row, and the others find it there. What a relay does not find there, although it is part of its
 * chain, it writes again from what it remembers.
 */
import { and, asc, desc, eq, gt, inArray, lte, max, sql } from "drizzle-orm";
import type { PgTable } from "drizzle-orm/pg-core";

import type { MarketRef } from "../../protocol/package.js";
import { insertMany } from "../store/bulk.js";
import type { Database, Tables } from "../store/database.js";
import {
  historyAllocations,
  historyBlocks,
  historyBounds,
  historyFills,
  historyMarkets,
  historyOffsets,
  historyOrders,
  historyTips,
  historyWeights,
  type StoredLevel,
  streamEvents,
} from "../store/history-schema.js";
import { type BlockRows, type HistoryRows, isEmpty } from "./rows.js";
import { marketOfStream, messagesOf, type Payload, reorganised, snapshot, type StreamMessage } from "./streams.js";

export interface StreamEvent {
  readonly id: number;
  readonly stream: string;
  readonly seq: number;
  readonly payload: Payload;
}

/** A market as subscribers start with it. */
export interface BookStart {
  readonly seq: number;
  readonly payload: Payload;
}

export interface IndexStore {
  /**
   * Brings the index to the last of some blocks that follow each other.
   * @param recent what is remembered of the chain, oldest first, the newest included
   * @param isWhole whether nothing came before them
   * @returns false if the index holds none of them, nor what came before: then the chain has to be told from its start
   */
  put(recent: readonly BlockRows[], isWhole: boolean): Promise<boolean>;
  /** Blocks are no part of the chain any more: deletes them, and all above `ancestor`, if the index still holds one of them. */
  drop(ancestor: number, gone: readonly BlockRows[]): Promise<void>;
  /** Forgets the whole history; it is told again. */
  clear(): Promise<void>;
  /** The number of the last event there is, 0 if none. */
  lastEvent(): Promise<number>;
  eventsAfter(id: number, limit: number): Promise<StreamEvent[]>;
  /** Of one stream, in order. */
  streamAfter(stream: string, seq: number, limit: number): Promise<StreamEvent[]>;
  /** The last number of a stream, 0 if nothing was ever said there. */
  headOf(stream: string): Promise<number>;
  /** A market's levels, and the number in its stream after which changes to them come. */
  bookStart(stream: string, market: MarketRef): Promise<BookStart>;
}

const TABLES = {
  orders: historyOrders,
  fills: historyFills,
  offsets: historyOffsets,
  bounds: historyBounds,
  allocations: historyAllocations,
  markets: historyMarkets,
  weights: historyWeights,
} as const satisfies Record<keyof HistoryRows, PgTable>;

/** Events of a stream that can still be asked for, at least. */
export const KEPT_EVENTS = 10_000;
/** A stream is shortened whenever it has grown by about so many. */
const SHORTEN_EVERY = 1_000;

export function createIndexStore(database: Database, book: string): IndexStore {
  const ofStream = (stream: string) => and(eq(streamEvents.book, book), eq(streamEvents.stream, stream));
  const eventColumns = {
    id: streamEvents.id,
    stream: streamEvents.stream,
    seq: streamEvents.seq,
    payload: streamEvents.payload,
  };

  /** The tip's row, held until the transaction ends. */
  async function lockTip(tables: Tables): Promise<{ readonly number: number; readonly hash: string }> {
    await tables.insert(historyTips).values({ book, number: -1, hash: "" }).onConflictDoNothing();
    const [tip] = await tables.select().from(historyTips).where(eq(historyTips.book, book)).for("update");
    return tip ?? { number: -1, hash: "" };
  }

  async function hashesOf(tables: Tables, numbers: readonly number[]): Promise<Map<number, string>> {
    const rows = await tables
      .select({ number: historyBlocks.number, hash: historyBlocks.hash })
      .from(historyBlocks)
      .where(and(eq(historyBlocks.book, book), inArray(historyBlocks.number, [...numbers])));
    return new Map(rows.map(({ number, hash }) => [number, hash]));
  }

  /** Places in `recent` of the last block that the index holds, and whether anything is missing or contradicts. */
  async function compare(
    tables: Tables,
    recent: readonly BlockRows[],
    tip: number,
  ): Promise<{ readonly common: number; readonly differs: boolean }> {
    const stored = await hashesOf(
      tables,
      recent.map(({ number }) => number),
    );
    let differs = false;
    for (let at = recent.length - 1; at >= 0; at -= 1) {
      const block = recent[at];
      if (block === undefined) continue;
      const hash = stored.get(block.number);
      if (hash === block.hash) return { common: at, differs };
      const isPassedOver = hash === undefined && block.number <= tip && isEmpty(block);
      if (!isPassedOver) differs = true;
    }
    return { common: -1, differs };
  }

  async function write(tables: Tables, blocks: readonly BlockRows[]): Promise<void> {
    const last = blocks.at(-1);
    if (last === undefined) return;
    const rows = blocks.map(({ number, hash, timestamp, head }) => ({ book, number, hash, timestamp, head }));
    await insertMany(tables, historyBlocks, rows);
    for (const name of Object.keys(TABLES) as (keyof HistoryRows)[]) await insertRows(tables, name, blocks);
    for (const block of blocks) await say(tables, block.number, messagesOf(block));
    const { number, hash } = last;
    await tables.update(historyTips).set({ number, hash }).where(eq(historyTips.book, book));
  }

  async function insertRows(tables: Tables, name: keyof HistoryRows, blocks: readonly BlockRows[]): Promise<void> {
    const rows = blocks.flatMap(({ number, rows: { [name]: list } }) =>
      list.map((row, position) => ({ ...row, book, blockNumber: number, position })),
    );
    // The rows are those of the table of that name, which the types cannot follow through a variable.
    await insertMany<PgTable>(tables, TABLES[name], rows);
  }

  async function headsOf(tables: Tables, streams: readonly string[]): Promise<Map<string, number>> {
    if (streams.length === 0) return new Map();
    const rows = await tables
      .select({ stream: streamEvents.stream, seq: max(streamEvents.seq) })
      .from(streamEvents)
      .where(and(eq(streamEvents.book, book), inArray(streamEvents.stream, [...streams])))
      .groupBy(streamEvents.stream);
    return new Map(rows.map(({ stream, seq }) => [stream, seq ?? 0]));
  }

  async function say(tables: Tables, blockNumber: number, messages: readonly StreamMessage[]): Promise<void> {
    const before = await headsOf(tables, [...new Set(messages.map(({ stream }) => stream))]);
    const heads = new Map(before);
    const rows = messages.map(({ stream, payload }) => {
      const seq = (heads.get(stream) ?? 0) + 1;
      heads.set(stream, seq);
      return { book, stream, seq, blockNumber, payload };
    });
    await insertMany(tables, streamEvents, rows);
    for (const [stream, head] of heads) {
      const isDue = Math.floor(head / SHORTEN_EVERY) > Math.floor((before.get(stream) ?? 0) / SHORTEN_EVERY);
      if (!isDue || head <= KEPT_EVENTS) continue;
      await tables.delete(streamEvents).where(and(ofStream(stream), lte(streamEvents.seq, head - KEPT_EVENTS)));
    }
  }

  /** Deletes what came after block `number`, and tells everybody who had heard of it. */
  async function cutBack(tables: Tables, number: number): Promise<void> {
    for (const table of Object.values(TABLES)) {
      await tables.delete(table).where(and(eq(table.book, book), gt(table.blockNumber, number)));
    }
    await tables.delete(historyBlocks).where(and(eq(historyBlocks.book, book), gt(historyBlocks.number, number)));
    const told = await tables
      .selectDistinct({ stream: streamEvents.stream })
      .from(streamEvents)
      .where(and(eq(streamEvents.book, book), gt(streamEvents.blockNumber, number)));
    const messages: StreamMessage[] = [];
    for (const { stream } of told) {
      messages.push({ stream, payload: reorganised(number) });
      const market = marketOfStream(stream);
      if (market !== undefined) messages.push({ stream, payload: await snapshotOf(tables, market) });
    }
    await say(tables, number, messages);
    const [tip] = await tables
      .select({ number: historyBlocks.number, hash: historyBlocks.hash })
      .from(historyBlocks)
      .where(eq(historyBlocks.book, book))
      .orderBy(desc(historyBlocks.number))
      .limit(1);
    await tables
      .update(historyTips)
      .set(tip ?? { number: -1, hash: "" })
      .where(eq(historyTips.book, book));
  }

  async function snapshotOf(tables: Tables, market: MarketRef): Promise<Payload> {
    const [row] = await tables
      .select({ bids: historyMarkets.bids, asks: historyMarkets.asks })
      .from(historyMarkets)
      .where(
        and(
          eq(historyMarkets.book, book),
          eq(historyMarkets.marketRootId, market.marketRootId),
          eq(historyMarkets.marketBranchId, market.marketBranchId),
        ),
      )
      .orderBy(desc(historyMarkets.blockNumber))
      .limit(1);
    const none: readonly StoredLevel[] = [];
    return snapshot(market, row?.bids ?? none, row?.asks ?? none);
  }

  return {
    put: (recent, isWhole) =>
      database.transaction(async (tables) => {
        const tip = await lockTip(tables);
        const at = recent.findLastIndex(({ number, hash }) => number === tip.number && hash === tip.hash);
        if (at !== -1 || (isWhole && tip.number === -1)) {
          await write(tables, recent.slice(at + 1));
          return true;
        }
        const { common, differs } = await compare(tables, recent, tip.number);
        if (!differs) return true;
        if (common === -1 && !isWhole) return false;
        await cutBack(tables, recent[common]?.number ?? (recent[0]?.number ?? 0) - 1);
        await write(tables, recent.slice(common + 1));
        return true;
      }),
    drop: (ancestor, gone) =>
      database.transaction(async (tables) => {
        if (gone.length === 0) return;
        await lockTip(tables);
        const stored = await hashesOf(
          tables,
          gone.map(({ number }) => number),
        );
        if (gone.some(({ number, hash }) => stored.get(number) === hash)) await cutBack(tables, ancestor);
      }),
    clear: () =>
      database.transaction(async (tables) => {
        await lockTip(tables);
        await cutBack(tables, -1);
      }),
    lastEvent: () =>
      database.run(async (tables) => {
        const [row] = await tables
          .select({ id: max(streamEvents.id) })
          .from(streamEvents)
          .where(eq(streamEvents.book, book));
        return row?.id ?? 0;
      }),
    eventsAfter: (id, limit) =>
      database.run((tables) =>
        tables
          .select(eventColumns)
          .from(streamEvents)
          .where(and(eq(streamEvents.book, book), gt(streamEvents.id, id)))
          .orderBy(asc(streamEvents.id))
          .limit(limit),
      ),
    streamAfter: (stream, seq, limit) =>
      database.run((tables) =>
        tables
          .select(eventColumns)
          .from(streamEvents)
          .where(and(ofStream(stream), gt(streamEvents.seq, seq)))
          .orderBy(asc(streamEvents.seq))
          .limit(limit),
      ),
    headOf: (stream) => database.run(async (tables) => (await headsOf(tables, [stream])).get(stream) ?? 0),
    bookStart: (stream, market) =>
      database.transaction(async (tables) => {
        await tables.execute(sql`set transaction isolation level repeatable read`);
        const seq = (await headsOf(tables, [stream])).get(stream) ?? 0;
        return { seq, payload: await snapshotOf(tables, market) };
      }),
  };
}
