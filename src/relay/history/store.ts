/**
 * The index in the database. Any number of relays may follow the chain into one database: whoever comes first with a block writes
 * it, under the lock of the tip's row, and the others find it there. What a relay does not find there, although it is part of its
 * chain, it writes again from what it remembers.
 */
import { and, asc, desc, eq, gt, inArray, lte, max, type SQL, sql } from "drizzle-orm";
import type { PgTable } from "drizzle-orm/pg-core";

import type { MarketRef } from "../../protocol/signing/package.js";
import { insertOf, jsonOf, type Shape, shapeOf } from "../store/bulk.js";
import { type Database, queryRows, type Tables } from "../store/database.js";
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
} from "./schema.js";
import { type BlockRows, type HistoryRows, isEmpty } from "../../history/rows.js";
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

const BLOCKS = shapeOf(historyBlocks);
const SHAPES: Readonly<Record<keyof HistoryRows, Shape>> = {
  orders: shapeOf(historyOrders),
  fills: shapeOf(historyFills),
  offsets: shapeOf(historyOffsets),
  bounds: shapeOf(historyBounds),
  allocations: shapeOf(historyAllocations),
  markets: shapeOf(historyMarkets),
  weights: shapeOf(historyWeights),
};

/** A message and the block that it tells of. */
interface PlacedMessage extends StreamMessage {
  readonly blockNumber: number;
}

/** Rows in one statement, about: a server is given up that works on one for too long. */
const PORTION = 2_000;

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
    const [tip] = await queryRows<{ readonly number: string | number; readonly hash: string }>(
      tables,
      sql`insert into history_tips (book, number, hash) values (${book}, -1, '')
        on conflict (book) do update set number = history_tips.number returning number, hash`,
    );
    return { number: Number(tip?.number ?? -1), hash: tip?.hash ?? "" };
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
    for (const part of portions(blocks)) await writePart(tables, part);
  }

  /** All of some blocks in one statement. */
  async function writePart(tables: Tables, blocks: readonly BlockRows[]): Promise<void> {
    const last = blocks.at(-1);
    if (last === undefined) return;
    const heads = blocks.map(({ number, hash, timestamp, head }) => ({ book, number, hash, timestamp, head }));
    const kinds = (Object.keys(TABLES) as (keyof HistoryRows)[]).flatMap((name) => {
      const rows = blocks.flatMap(({ number, rows: { [name]: list } }) =>
        list.map((row, position) => ({ ...row, book, blockNumber: number, position })),
      );
      return rows.length === 0 ? [] : [sql`${sql.raw(name)} as (${insertOf(SHAPES[name], rows)}), `];
    });
    const messages = blocks.flatMap((block) =>
      messagesOf(block).map((message) => ({ ...message, blockNumber: block.number })),
    );
    await say(
      tables,
      messages,
      sql`blocks as (${insertOf(BLOCKS, heads)}), ${sql.join(kinds)}tip as (
        update history_tips set number = ${last.number}, hash = ${last.hash} where book = ${book}), `,
    );
  }

  /** Adds to streams, after other parts of the same statement. Each stream goes on from its last number. */
  async function say(tables: Tables, messages: readonly PlacedMessage[], before: SQL = sql.empty()): Promise<void> {
    const told = await queryRows<{ stream: string; head: string | number; added: string | number }>(
      tables,
      sql`with ${before}messages as (
          select * from rows from (jsonb_to_recordset(${jsonOf(messages)}::jsonb)
            as (stream text, "blockNumber" bigint, payload jsonb))
          with ordinality as message(stream, block_number, payload, place)),
        heads as (
          select stream, coalesce((select seq from stream_events said
            where said.book = ${book} and said.stream = named.stream order by seq desc limit 1), 0) as head
          from (select distinct stream from messages) named),
        said as (
          insert into stream_events (book, stream, seq, block_number, payload)
          select ${book}, stream, head + row_number() over (partition by stream order by place), block_number, payload
          from messages join heads using (stream) order by place
          returning stream, seq)
        select stream, max(seq) as head, count(*) as added from said group by stream`,
    );
    for (const { stream, head: newest, added } of told) {
      const [head, earlier] = [Number(newest), Number(newest) - Number(added)];
      const isDue = Math.floor(head / SHORTEN_EVERY) > Math.floor(earlier / SHORTEN_EVERY);
      if (!isDue || head <= KEPT_EVENTS) continue;
      await tables.delete(streamEvents).where(and(ofStream(stream), lte(streamEvents.seq, head - KEPT_EVENTS)));
    }
  }

  async function headOf(tables: Tables, stream: string): Promise<number> {
    const [row] = await tables
      .select({ seq: max(streamEvents.seq) })
      .from(streamEvents)
      .where(ofStream(stream));
    return row?.seq ?? 0;
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
    const messages: PlacedMessage[] = [];
    for (const { stream } of told) {
      messages.push({ stream, payload: reorganised(number), blockNumber: number });
      const market = marketOfStream(stream);
      if (market === undefined) continue;
      messages.push({ stream, payload: await snapshotOf(tables, market), blockNumber: number });
    }
    await say(tables, messages);
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
    headOf: (stream) => database.run((tables) => headOf(tables, stream)),
    bookStart: (stream, market) =>
      database.transaction(async (tables) => {
        await tables.execute(sql`set transaction isolation level repeatable read`);
        const seq = await headOf(tables, stream);
        return { seq, payload: await snapshotOf(tables, market) };
      }),
  };
}

/** Blocks in their order, as many at once as have about PORTION rows. */
function portions(blocks: readonly BlockRows[]): BlockRows[][] {
  const parts: BlockRows[][] = [];
  let size = PORTION;
  for (const block of blocks) {
    if (size >= PORTION) {
      parts.push([]);
      size = 0;
    }
    parts.at(-1)?.push(block);
    for (const name of Object.keys(TABLES) as (keyof HistoryRows)[]) size += block.rows[name].length;
    size += 1;
  }
  return parts;
}
