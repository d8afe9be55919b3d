/**
 * What the index knows, page by page, at one block: every answer names the block it holds at, and the pages that follow by its
 * cursor hold at the same one, or say that this block is no part of the chain any more.
 */
import { and, asc, desc, eq, getTableColumns, gt, gte, inArray, lt, lte, or, type SQL, sql, sum } from "drizzle-orm";
import type { PgColumn, PgTable } from "drizzle-orm/pg-core";

import { RelayError } from "../errors.js";
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
} from "./schema.js";
import { type Cursor, fingerprintOf, readCursor, writeCursor } from "./cursor.js";
import type { HistoryRows } from "../../history/rows.js";

/** What to leave out. Which of them a kind of history knows is in `FILTERS`. */
export interface HistoryFilters {
  readonly marketRootId?: number | undefined;
  readonly marketBranchId?: number | undefined;
  readonly trader?: string | undefined;
  readonly tradeRootId?: number | undefined;
  readonly reason?: string | undefined;
  /** Blocks, both included. */
  readonly fromBlock?: number | undefined;
  readonly toBlock?: number | undefined;
}

export interface HistoryRequest extends HistoryFilters {
  readonly limit: number;
  /** Newest first, or oldest. */
  readonly order: "desc" | "asc";
  /** Where the page before ended. */
  readonly cursor?: string | undefined;
  /** The block to hold at, the newest by default. */
  readonly at?: number | undefined;
}

export interface HistoryBlock {
  readonly number: number;
  readonly hash: string;
  /** Unix seconds. */
  readonly timestamp: bigint;
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
  /** @throws RelayError RELAY_NOT_READY, RELAY_BLOCK_UNKNOWN, RELAY_CURSOR_STALE, RELAY_CURSOR_INVALID */
  page<Kind extends keyof HistoryRows>(kind: Kind, request: HistoryRequest): Promise<HistoryPage<HistoryRow<Kind>>>;
  /** As `page`, with what had become of each order. */
  orders(request: HistoryRequest): Promise<HistoryPage<HistoryRow<"orders"> & OrderState>>;
}

interface Source {
  readonly market?: { readonly root: PgColumn; readonly branch: PgColumn };
  readonly traders?: readonly PgColumn[];
  readonly roots?: readonly PgColumn[];
  readonly reason?: PgColumn;
}

const marketOf = (table: { marketRootId: PgColumn; marketBranchId: PgColumn }): NonNullable<Source["market"]> => ({
  root: table.marketRootId,
  branch: table.marketBranchId,
});

/** The table of each kind of history, and the columns that its filters look at. */
const SOURCES = {
  orders: {
    table: historyOrders,
    by: { market: marketOf(historyOrders), traders: [historyOrders.trader], roots: [historyOrders.tradeRootId] },
  },
  fills: {
    table: historyFills,
    by: {
      market: marketOf(historyFills),
      traders: [historyFills.maker, historyFills.taker],
      roots: [historyFills.makerRootId, historyFills.takerRootId],
    },
  },
  offsets: {
    table: historyOffsets,
    by: {
      market: marketOf(historyOffsets),
      traders: [historyOffsets.trader],
      roots: [historyOffsets.tradeRootId],
      reason: historyOffsets.reason,
    },
  },
  bounds: { table: historyBounds, by: { market: marketOf(historyBounds) } },
  allocations: { table: historyAllocations, by: { traders: [historyAllocations.trader] } },
  markets: { table: historyMarkets, by: { market: marketOf(historyMarkets) } },
  weights: { table: historyWeights, by: {} },
} as const satisfies Record<keyof HistoryRows, { readonly table: unknown; readonly by: Source }>;

export function createHistory(database: Database, book: string): History {
  /** All statements of one answer see the same state. */
  const atOnce = <Result>(work: (tables: Tables) => Promise<Result>): Promise<Result> =>
    database.transaction(async (tables) => {
      await tables.execute(sql`set transaction isolation level repeatable read, read only`);
      return work(tables);
    });

  async function blockAt(tables: Tables, at: number): Promise<HistoryBlock | undefined> {
    const { number, hash, timestamp } = historyBlocks;
    const [found] = await tables
      .select({ number, hash, timestamp })
      .from(historyBlocks)
      .where(and(eq(historyBlocks.book, book), lte(number, at)))
      .orderBy(desc(number))
      .limit(1);
    return found;
  }

  /** The block that an answer holds at. */
  async function anchor(tables: Tables, { at }: HistoryRequest, cursor: Cursor | undefined): Promise<HistoryBlock> {
    const [tip] = await tables.select().from(historyTips).where(eq(historyTips.book, book));
    if (tip === undefined || tip.number < 0) throw new RelayError("RELAY_NOT_READY");
    if (cursor === undefined && at !== undefined && at > tip.number) {
      throw new RelayError("RELAY_BLOCK_UNKNOWN", { at, newest: tip.number });
    }
    const wanted = cursor?.number ?? at ?? tip.number;
    const block = await blockAt(tables, wanted);
    if (cursor !== undefined && (block?.number !== cursor.number || block.hash !== cursor.hash)) {
      throw new RelayError("RELAY_CURSOR_STALE", { number: cursor.number, hash: cursor.hash });
    }
    if (block === undefined) throw new RelayError("RELAY_BLOCK_UNKNOWN", { at: wanted, newest: tip.number });
    return block;
  }

  async function read<Kind extends keyof HistoryRows>(
    tables: Tables,
    kind: Kind,
    request: HistoryRequest,
  ): Promise<HistoryPage<HistoryRow<Kind>>> {
    const fingerprint = fingerprintOf(kind, request);
    const cursor = request.cursor === undefined ? undefined : readCursor(request.cursor, fingerprint);
    const block = await anchor(tables, request, cursor);
    const { table, by } = SOURCES[kind];
    const direction = request.order === "asc" ? asc : desc;
    const rows = await tables
      .select({ ...columnsOf(table), timestamp: historyBlocks.timestamp })
      .from(table)
      .innerJoin(historyBlocks, and(eq(historyBlocks.book, table.book), eq(historyBlocks.number, table.blockNumber)))
      .where(
        and(
          eq(table.book, book),
          lte(table.blockNumber, block.number),
          ...conditions(by, table.blockNumber, request),
          cursor === undefined ? undefined : beyond(table, request.order, cursor),
        ),
      )
      .orderBy(direction(table.blockNumber), direction(table.position))
      .limit(request.limit + 1);
    // The columns are those of the table of that kind, which the types cannot follow through a variable.
    const items = rows.slice(0, request.limit) as unknown as HistoryRow<Kind>[];
    const last = items.at(-1);
    const { number, hash } = block;
    const next =
      rows.length <= request.limit || last === undefined
        ? null
        : writeCursor({ number, hash, blockNumber: last.blockNumber, position: last.position, fingerprint });
    return { block, items, next };
  }

  /** Lots by order, as far as blocks up to `at` say. */
  async function sums(tables: Tables, ids: readonly number[], at: number): Promise<(id: number) => OrderSums> {
    const filled = new Map<number, bigint>();
    const offset = new Map<number, bigint>();
    const collect = async (
      table: typeof historyFills | typeof historyOffsets,
      root: PgColumn,
      into: Map<number, bigint>,
    ): Promise<void> => {
      const rows = await tables
        .select({ root: sql<number>`${root}`.mapWith(Number), lots: sum(table.lots) })
        .from(table)
        .where(and(eq(table.book, book), inArray(root, [...ids]), lte(table.blockNumber, at)))
        .groupBy(root);
      for (const { root: id, lots } of rows) into.set(id, (into.get(id) ?? 0n) + BigInt(lots ?? 0));
    };
    if (ids.length > 0) {
      await collect(historyFills, historyFills.makerRootId, filled);
      await collect(historyFills, historyFills.takerRootId, filled);
      await collect(historyOffsets, historyOffsets.tradeRootId, offset);
    }
    return (id) => ({ filled: filled.get(id) ?? 0n, offset: offset.get(id) ?? 0n });
  }

  return {
    page: (kind, request) => atOnce((tables) => read(tables, kind, request)),
    orders: (request) =>
      atOnce(async (tables) => {
        const page = await read(tables, "orders", request);
        const ids = page.items.map(({ tradeRootId }) => tradeRootId);
        const of = await sums(tables, ids, page.block.number);
        const items = page.items.map((order) => {
          const { filled, offset } = of(order.tradeRootId);
          const size = order.quantity < 0n ? -order.quantity : order.quantity;
          return { ...order, filled, offset, left: size - filled - offset };
        });
        return { ...page, items };
      }),
  };
}

/** All but the book, which is the same in every row. */
function columnsOf(table: PgTable): Record<string, PgColumn> {
  return Object.fromEntries(Object.entries(getTableColumns(table)).filter(([name]) => name !== "book"));
}

type OrderSums = Omit<OrderState, "left">;

function conditions(by: Source, blockNumber: PgColumn, filters: HistoryFilters): (SQL | undefined)[] {
  const { marketRootId, marketBranchId, trader, tradeRootId, reason, fromBlock, toBlock } = filters;
  const given = (column: PgColumn | undefined, value: unknown): SQL | undefined =>
    column === undefined || value === undefined ? undefined : eq(column, value);
  const any = (columns: readonly PgColumn[] | undefined, value: unknown): SQL | undefined =>
    columns === undefined || value === undefined ? undefined : or(...columns.map((column) => eq(column, value)));
  return [
    given(by.market?.root, marketRootId),
    given(by.market?.branch, marketBranchId),
    any(by.traders, trader),
    any(by.roots, tradeRootId),
    given(by.reason, reason),
    fromBlock === undefined ? undefined : gte(blockNumber, fromBlock),
    toBlock === undefined ? undefined : lte(blockNumber, toBlock),
  ];
}

function beyond(
  { blockNumber, position }: { blockNumber: PgColumn; position: PgColumn },
  order: "asc" | "desc",
  last: Cursor,
): SQL | undefined {
  const past = order === "asc" ? gt : lt;
  return or(past(blockNumber, last.blockNumber), and(eq(blockNumber, last.blockNumber), past(position, last.position)));
}
