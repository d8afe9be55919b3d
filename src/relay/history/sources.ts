/** The table of each kind of history, and what of it a request asks for. */
import { and, eq, getTableColumns, gt, gte, lt, lte, ne, or, type SQL, sql } from "drizzle-orm";
import type { PgColumn, PgTable } from "drizzle-orm/pg-core";

import type { HistoryRows } from "../../history/rows.js";
import {
  historyAccounts,
  historyAllocations,
  historyBounds,
  historyCheckpoints,
  historyFills,
  historyMarkets,
  historyOffsets,
  historyOrders,
  historyRecords,
  historyWeights,
} from "./schema.js";
import type { Cursor } from "./cursor.js";

/** What to leave out. Which of them a kind of history knows is in `SOURCES`. */
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
export const SOURCES = {
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
  records: {
    table: historyRecords,
    by: {
      market: { root: historyRecords.root_id, branch: historyRecords.branch_id },
      traders: [historyRecords.address],
      roots: [historyRecords.order_id],
    },
  },
  accounts: { table: historyAccounts, by: { traders: [historyAccounts.address] } },
  checkpoints: { table: historyCheckpoints, by: {} },
} as const satisfies Record<keyof HistoryRows, { readonly table: unknown; readonly by: Source }>;

/** All but the book, which is the same in every row. */
export function columnsOf(table: PgTable): Record<string, PgColumn> {
  return Object.fromEntries(Object.entries(getTableColumns(table)).filter(([name]) => name !== "book"));
}

/**
 * That a row is wanted: alternatives, each of which one look into an index answers, in the order that is asked for. Of both sides of a
 * fill no index knows. No row meets two of them.
 */
export function alternatives(by: Source, blockNumber: PgColumn, filters: HistoryFilters): SQL[] {
  const { marketRootId, marketBranchId, trader, tradeRootId, reason, fromBlock, toBlock } = filters;
  const given = (column: PgColumn | undefined, value: unknown): SQL | undefined =>
    column === undefined || value === undefined ? undefined : eq(column, value);
  const always = [
    given(by.market?.root, marketRootId),
    given(by.market?.branch, marketBranchId),
    given(by.reason, reason),
    fromBlock === undefined ? undefined : gte(blockNumber, fromBlock),
    toBlock === undefined ? undefined : lte(blockNumber, toBlock),
  ];
  const sides = [
    ...(tradeRootId === undefined || by.roots === undefined ? [] : [{ columns: by.roots, value: tradeRootId }]),
    ...(trader === undefined || by.traders === undefined ? [] : [{ columns: by.traders, value: trader }]),
  ];
  const [first, ...others] = sides; // of an order there are fewer rows than of a trader
  const rest = others.map(({ columns, value }) => or(...columns.map((column) => eq(column, value))));
  const apart = first === undefined ? [undefined] : disjoint(first);
  return apart.map((one) => and(one, ...rest, ...always) ?? sql`true`);
}

/** That one of the columns has the value, and none of those before it. */
function disjoint({ columns, value }: { readonly columns: readonly PgColumn[]; readonly value: unknown }) {
  return columns.map((column, at) =>
    and(eq(column, value), ...columns.slice(0, at).map((before) => ne(before, value))),
  );
}

/** That a row comes after the last one that was handed out. */
export function beyond(
  { blockNumber, position }: { blockNumber: PgColumn; position: PgColumn },
  order: "asc" | "desc",
  last: Cursor,
): SQL | undefined {
  const past = order === "asc" ? gt : lt;
  return or(past(blockNumber, last.blockNumber), and(eq(blockNumber, last.blockNumber), past(position, last.position)));
}
