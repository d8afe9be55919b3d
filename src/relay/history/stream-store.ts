/** Events of streams in the database: each stream has its own numbers, which rise by one, and keeps its newest events. */
import { and, asc, desc, eq, gt, lte, max, type SQL, sql } from "drizzle-orm";

import { toJson } from "../../protocol/amounts/json.js";
import type { MarketRef } from "../../protocol/signing/package.js";
import { type Database, queryRows, type Tables } from "../store/database.js";
import { historyMarkets, streamEvents } from "./schema.js";
import type { StoredLevel } from "../../history/rows.js";
import { type Payload, snapshot, type StreamMessage } from "./streams.js";

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

export interface StreamStore {
  /** The number of the last event there is, 0 if none. */
  lastEvent(): Promise<number>;
  /** The same of what pages and starts are read from; undefined if that is the same place. */
  readonly lastRead: (() => Promise<number>) | undefined;
  eventsAfter(id: number, limit: number): Promise<StreamEvent[]>;
  /** Of one stream, in order. */
  streamAfter(stream: string, seq: number, limit: number): Promise<StreamEvent[]>;
  /** The last number of a stream, 0 if nothing was ever said there. */
  headOf(stream: string): Promise<number>;
  /** A market's levels, and the number in its stream after which changes to them come. */
  bookStart(stream: string, market: MarketRef): Promise<BookStart>;
}

/** A message and the block that it tells of. */
export interface PlacedMessage extends StreamMessage {
  readonly blockNumber: number;
}

/** Events of a stream that can still be asked for, at least. */
export const KEPT_EVENTS = 10_000;
/** A stream is shortened whenever it has grown by about so many. */
const SHORTEN_EVERY = 1_000;
/** Events of all streams of a book together, at most about: each trader has a stream, and few ever come to be shortened. */
const KEPT_OF_BOOK = 1_000_000;
const SHORTEN_BOOK_EVERY = 20_000;
/** More than come between two times, so that a book with too many catches up; a delete of more would hold its writer up. */
const FORGOTTEN_AT_ONCE = 40_000;

const COLUMNS = {
  id: streamEvents.id,
  stream: streamEvents.stream,
  seq: streamEvents.seq,
  payload: streamEvents.payload,
};

export function createStreamStore(database: Database, book: string): StreamStore {
  return {
    lastEvent: () => database.index.run((tables) => lastEvent(tables, book)),
    lastRead: database.lags ? () => database.reads.run((tables) => lastEvent(tables, book)) : undefined,
    eventsAfter: (id, limit) => database.index.run((tables) => eventsAfter(tables, book, id, limit)),
    streamAfter: (stream, seq, limit) => database.reads.run((tables) => streamAfter(tables, book, stream, seq, limit)),
    headOf: (stream) => database.reads.run((tables) => headOf(tables, book, stream)),
    bookStart: (stream, market) =>
      database.reads.transaction(async (tables) => {
        await tables.execute(sql`set transaction isolation level repeatable read`);
        return { seq: await headOf(tables, book, stream), payload: await snapshotOf(tables, book, market) };
      }),
  };
}

/** Adds to streams, after other parts of the same statement. Each stream goes on from its last number. */
export async function say(
  tables: Tables,
  book: string,
  messages: readonly PlacedMessage[],
  before: SQL = sql.empty(),
): Promise<void> {
  const told = await queryRows<Told>(
    tables,
    sql`with ${before}messages as (
        select * from rows from (jsonb_to_recordset(${toJson(messages)}::jsonb)
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
        returning stream, seq, id)
      select stream, max(seq) as head, count(*) as added, max(id) as last from said group by stream`,
  );
  for (const one of told) await shorten(tables, book, one);
  const last = told.reduce((most, one) => Math.max(most, Number(one.last)), 0);
  const added = told.reduce((sum, one) => sum + Number(one.added), 0);
  if (isPassed(SHORTEN_BOOK_EVERY, last - added, last)) await shortenBook(tables, book, KEPT_OF_BOOK);
}

/** The levels of a market after the newest block that changed them. */
export async function snapshotOf(tables: Tables, book: string, market: MarketRef): Promise<Payload> {
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

/** Streams that were told of blocks above `number`. */
export async function streamsAbove(tables: Tables, book: string, number: number): Promise<string[]> {
  const told = await tables
    .selectDistinct({ stream: streamEvents.stream })
    .from(streamEvents)
    .where(and(eq(streamEvents.book, book), gt(streamEvents.blockNumber, number)));
  return told.map(({ stream }) => stream);
}

/** A stream's new head, and how many events it got. Numbers of 64 bits come as text from one driver. */
interface Told {
  readonly stream: string;
  readonly head: string | number;
  readonly added: string | number;
  /** The id of its last event. */
  readonly last: string | number;
}

/** Whether a multiple lies behind one number and not behind the other. */
function isPassed(multiple: number, before: number, after: number): boolean {
  return Math.floor(after / multiple) > Math.floor(before / multiple);
}

/** Forgets the oldest events of a book, a portion of them; the last of each stream stays, so that its numbers go on. */
export async function shortenBook(tables: Tables, book: string, kept: number): Promise<void> {
  const [oldest] = await tables
    .select({ block: streamEvents.blockNumber })
    .from(streamEvents)
    .where(eq(streamEvents.book, book))
    .orderBy(desc(streamEvents.blockNumber))
    .offset(kept)
    .limit(1);
  if (oldest === undefined) return;
  await tables.execute(
    sql`delete from stream_events where id in (
      select id from stream_events as said where book = ${book} and block_number <= ${oldest.block} and exists (
        select from stream_events as later where later.book = ${book} and later.stream = said.stream and later.seq > said.seq)
      order by block_number, id limit ${FORGOTTEN_AT_ONCE})`,
  );
}

async function shorten(tables: Tables, book: string, { stream, head: newest, added }: Told): Promise<void> {
  const head = Number(newest);
  const isDue = isPassed(SHORTEN_EVERY, head - Number(added), head);
  if (!isDue || head <= KEPT_EVENTS) return;
  await tables.delete(streamEvents).where(and(ofStream(book, stream), lte(streamEvents.seq, head - KEPT_EVENTS)));
}

async function lastEvent(tables: Tables, book: string): Promise<number> {
  const [row] = await tables
    .select({ id: max(streamEvents.id) })
    .from(streamEvents)
    .where(eq(streamEvents.book, book));
  return row?.id ?? 0;
}

function eventsAfter(tables: Tables, book: string, id: number, limit: number): Promise<StreamEvent[]> {
  return tables
    .select(COLUMNS)
    .from(streamEvents)
    .where(and(eq(streamEvents.book, book), gt(streamEvents.id, id)))
    .orderBy(asc(streamEvents.id))
    .limit(limit);
}

function streamAfter(tables: Tables, book: string, stream: string, seq: number, limit: number): Promise<StreamEvent[]> {
  return tables
    .select(COLUMNS)
    .from(streamEvents)
    .where(and(ofStream(book, stream), gt(streamEvents.seq, seq)))
    .orderBy(asc(streamEvents.seq))
    .limit(limit);
}

async function headOf(tables: Tables, book: string, stream: string): Promise<number> {
  const [row] = await tables
    .select({ seq: max(streamEvents.seq) })
    .from(streamEvents)
    .where(ofStream(book, stream));
  return row?.seq ?? 0;
}

function ofStream(book: string, stream: string): SQL | undefined {
  return and(eq(streamEvents.book, book), eq(streamEvents.stream, stream));
}
