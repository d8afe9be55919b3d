/**
 * What the index knows, page by page, at one block: every answer names the block it holds at, and the pages that follow by its
 * cursor hold at the same one, or say that this block is no part of the chain any more.
 */
import { and, asc, desc, eq, inArray, lte, sql, sum } from "drizzle-orm";
import type { PgColumn } from "drizzle-orm/pg-core";

import type { MarketRef } from "../../protocol/signing/package.js";
import type { RootWords } from "../../views/markets.js";
import type { Database } from "../store/database.js";
import { type CandleRequest, candles, type Candles, type Ticker, ticker } from "./candles.js";
import { levelSeries, type LevelsSpan, type Series, weightSeries, type WeightSpan } from "./series.js";
import { wordsOf } from "./words.js";
import { anchor, atOnce, type HistoryBlock, type Reading } from "./reading.js";
import { type Archived, archivedOf, refuseArchived } from "./archives.js";
import { historyBlocks, historyFills, historyOffsets } from "./schema.js";
import { type Cursor, fingerprintOf, readCursor, writeCursor } from "./cursor.js";
import type { HistoryRows } from "../../history/rows.js";
import { alternatives, beyond, columnsOf, type HistoryFilters, SOURCES } from "./sources.js";

export interface HistoryRequest extends HistoryFilters {
  readonly limit: number;
  /** Newest first, or oldest. */
  readonly order: "desc" | "asc";
  /** Where the page before ended. */
  readonly cursor?: string | undefined;
  /** The block to hold at, the newest by default. */
  readonly at?: number | undefined;
}

/** When and where a row was recorded. */
export interface Placed {
  readonly blockNumber: number;
  readonly position: number;
  readonly timestamp: bigint;
}

export type HistoryRow<Kind extends keyof HistoryRows> = Omit<(typeof SOURCES)[Kind]["table"]["$inferSelect"], "book"> &
  Placed;

export interface HistoryPage<Item> {
  /** The block at which all of it holds. */
  readonly block: HistoryBlock;
  readonly items: readonly Item[];
  /** Asks for what follows; null at the end. */
  readonly next: string | null;
}

/** What had become of an order by then. */
export interface OrderState {
  /** Lots, all three above or at zero; together they are the order's. */
  readonly filled: bigint;
  readonly offset: bigint;
  readonly left: bigint;
}

export interface History {
  /** @throws RelayError RELAY_NOT_READY, RELAY_BLOCK_UNKNOWN, RELAY_CURSOR_STALE, RELAY_CURSOR_INVALID, RELAY_ARCHIVED */
  page<Kind extends keyof HistoryRows>(kind: Kind, request: HistoryRequest): Promise<HistoryPage<HistoryRow<Kind>>>;
  /** As `page`, with what had become of each order. */
  orders(request: HistoryRequest): Promise<HistoryPage<HistoryRow<"orders"> & OrderState>>;
  /** What the owners of these roots say that they are about. */
  words(roots: readonly number[]): Promise<RootWords>;
  /** @throws RelayError RELAY_NOT_READY, RELAY_REQUEST_INVALID for more spans than are answered at once */
  candles(market: MarketRef, request: CandleRequest): Promise<Candles>;
  /** @throws RelayError RELAY_NOT_READY */
  ticker(market: MarketRef): Promise<Ticker>;
  /** As each span ended. @throws as `candles` */
  weightSeries(request: CandleRequest): Promise<Series<WeightSpan>>;
  /** The same. @throws as `candles` */
  levelSeries(market: MarketRef, request: CandleRequest & { readonly levels: number }): Promise<Series<LevelsSpan>>;
}

/** Lots by order. */
type OrderSums = Omit<OrderState, "left">;

export function createHistory(database: Pick<Database, "reads">, book: string): History {
  return {
    page: (kind, request) => atOnce(database, book, (reading) => page(reading, kind, request)),
    orders: (request) => atOnce(database, book, (reading) => orders(reading, request)),
    words: (roots) => atOnce(database, book, (reading) => wordsOf(reading, roots)),
    candles: (market, request) => atOnce(database, book, (reading) => candles(reading, market, request)),
    ticker: (market) => atOnce(database, book, (reading) => ticker(reading, market)),
    weightSeries: (request) => atOnce(database, book, (reading) => weightSeries(reading, request)),
    levelSeries: (market, request) => atOnce(database, book, (reading) => levelSeries(reading, market, request)),
  };
}

async function page<Kind extends keyof HistoryRows>(
  reading: Reading,
  kind: Kind,
  request: HistoryRequest,
): Promise<HistoryPage<HistoryRow<Kind>>> {
  const fingerprint = fingerprintOf(kind, request);
  const cursor = request.cursor === undefined ? undefined : readCursor(request.cursor, fingerprint);
  const block = await anchor(reading, request.at, cursor);
  const held = await heldOf(reading, kind, request, cursor ?? block);
  const rows = await rowsUpTo(reading, kind, { ...request, fromBlock: held.from }, block.number, cursor); // one more than is wanted, if there are more
  const items = rows.slice(0, request.limit);
  const last = items.at(-1);
  const isLast = rows.length <= request.limit;
  if (isLast && held.archived !== undefined && last === undefined) refuseArchived(held.archived);
  const { number, hash } = block;
  const next =
    last === undefined || (isLast && held.archived === undefined)
      ? null // else whoever goes on is told where the rest is
      : writeCursor({ number, hash, blockNumber: last.blockNumber, position: last.position, fingerprint });
  return { block, items, next };
}

/** Where the rows that are asked for begin: not before those that are here, behind which the others are told of. */
interface Held {
  readonly from: number | undefined;
  /** Where rows are that were asked for, too. */
  readonly archived: Archived | undefined;
}

/** @param start where the page begins @throws RelayError RELAY_ARCHIVED if that is in blocks that were archived */
async function heldOf(
  { tables, book }: Reading,
  kind: keyof HistoryRows,
  { order, fromBlock, toBlock }: HistoryRequest,
  start: Partial<Cursor> & HistoryBlockNumber,
): Promise<Held> {
  const archived = await archivedOf(tables, book);
  const { heldFrom } = archived;
  if (kind === "bounds" || heldFrom === 0 || (fromBlock ?? 0) >= heldFrom)
    return { from: fromBlock, archived: undefined };
  const begins = order === "asc" ? (start.blockNumber ?? fromBlock ?? 0) : Math.min(toBlock ?? Infinity, start.number);
  if (begins < heldFrom) refuseArchived(archived);
  return { from: heldFrom, archived: order === "asc" ? undefined : archived };
}

type HistoryBlockNumber = Pick<HistoryBlock, "number">;

async function orders(
  reading: Reading,
  request: HistoryRequest,
): Promise<HistoryPage<HistoryRow<"orders"> & OrderState>> {
  const found = await page(reading, "orders", request);
  const ids = found.items.map(({ tradeRootId }) => tradeRootId);
  const sums = await sumsOf(reading, ids, found.block.number);
  const items = found.items.map((order) => {
    const { filled, offset } = sums(order.tradeRootId);
    const size = order.quantityLots < 0n ? 0n - order.quantityLots : order.quantityLots;
    return { ...order, filled, offset, left: size - filled - offset };
  });
  return { ...found, items };
}

/** What is asked for of blocks up to `at`, and one row more. */
async function rowsUpTo<Kind extends keyof HistoryRows>(
  { tables, book }: Reading,
  kind: Kind,
  request: HistoryRequest,
  at: number,
  cursor: Cursor | undefined,
): Promise<HistoryRow<Kind>[]> {
  const { table, by } = SOURCES[kind];
  const direction = request.order === "asc" ? asc : desc;
  const parts: HistoryRow<Kind>[][] = [];
  for (const wanted of alternatives(by, table.blockNumber, request)) {
    const found = tables
      .select({ ...columnsOf(table), blockNumber: table.blockNumber })
      .from(table)
      .where(
        and(
          eq(table.book, book),
          lte(table.blockNumber, at),
          wanted,
          cursor === undefined ? undefined : beyond(table, request.order, cursor),
        ),
      )
      .orderBy(direction(table.blockNumber), direction(table.position))
      .limit(request.limit + 1)
      .as("found"); // first, so that only blocks of these are looked up
    const joined = await tables
      .select()
      .from(found)
      .innerJoin(historyBlocks, and(eq(historyBlocks.book, book), eq(historyBlocks.number, found.blockNumber)));
    const rows = joined.map(({ found: row, history_blocks: { timestamp } }) => ({ ...row, timestamp }));
    // The columns are those of the table of that kind, which the types cannot follow through a variable.
    parts.push(rows as unknown as HistoryRow<Kind>[]);
  }
  return inOrder(parts.flat(), request.order).slice(0, request.limit + 1);
}

function inOrder<Row extends Placed>(rows: readonly Row[], order: HistoryRequest["order"]): Row[] {
  const sign = order === "asc" ? 1 : -1;
  return [...rows].sort((a, b) => sign * (a.blockNumber - b.blockNumber || a.position - b.position));
}

/** Lots by order, as far as blocks up to `at` say. */
async function sumsOf(reading: Reading, ids: readonly number[], at: number): Promise<(id: number) => OrderSums> {
  const filled = new Map<number, bigint>();
  const offset = new Map<number, bigint>();
  if (ids.length > 0) {
    await addLots(reading, filled, historyFills, historyFills.makerRootId, ids, at);
    await addLots(reading, filled, historyFills, historyFills.takerRootId, ids, at);
    await addLots(reading, offset, historyOffsets, historyOffsets.tradeRootId, ids, at);
  }
  return (id) => ({ filled: filled.get(id) ?? 0n, offset: offset.get(id) ?? 0n });
}

/** Adds the lots of some orders, which `root` names, in blocks up to `at`. */
async function addLots(
  { tables, book }: Reading,
  sums: Map<number, bigint>,
  table: typeof historyFills | typeof historyOffsets,
  root: PgColumn,
  ids: readonly number[],
  at: number,
): Promise<void> {
  const rows = await tables
    .select({ root: sql<number>`${root}`.mapWith(Number), lots: sum(table.lots) })
    .from(table)
    .where(and(eq(table.book, book), inArray(root, [...ids]), lte(table.blockNumber, at)))
    .groupBy(root);
  for (const { root: id, lots } of rows) sums.set(id, (sums.get(id) ?? 0n) + BigInt(lots ?? 0));
}
