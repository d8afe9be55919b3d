/** Blocks as rows of many tables, written in few statements. */
import { type SQL, sql } from "drizzle-orm";
import type { PgTable } from "drizzle-orm/pg-core";

import type { BlockRows, HistoryRows } from "../../history/rows.js";
import { insertOf, type Shape, shapeOf } from "../store/bulk.js";
import type { Tables } from "../store/database.js";
import {
  historyAccounts,
  historyAllocations,
  historyArchives,
  historyBlocks,
  historyBounds,
  historyCheckpoints,
  historyFills,
  historyMarkets,
  historyOffsets,
  historyOrders,
  historyRecords,
  historyTips,
  historyWeights,
  streamEvents,
} from "./schema.js";
import { say } from "./stream-store.js";
import { messagesOf } from "./streams.js";

/** The table of each kind of row. */
export const HISTORY_TABLES = {
  orders: historyOrders,
  fills: historyFills,
  offsets: historyOffsets,
  bounds: historyBounds,
  allocations: historyAllocations,
  markets: historyMarkets,
  weights: historyWeights,
  records: historyRecords,
  accounts: historyAccounts,
  checkpoints: historyCheckpoints,
} as const satisfies Record<keyof HistoryRows, PgTable>;

/** All tables of the history whose rows are a book's. */
export const TABLES_OF_BOOKS: readonly PgTable[] = [
  historyTips,
  historyBlocks,
  historyArchives,
  streamEvents,
  ...Object.values(HISTORY_TABLES),
];

/** What a table holds, but for where its rows stand. */
type Columns<Kind extends keyof HistoryRows> = Omit<
  (typeof HISTORY_TABLES)[Kind]["$inferSelect"],
  "book" | "blockNumber" | "position"
>;

/** Kinds whose rows are just what their table holds. If one is not, `insertsOf` may not be called with it. */
type StoredKind = {
  [Kind in keyof HistoryRows]: [HistoryRows[Kind][number], Columns<Kind>] extends [
    Columns<Kind>,
    HistoryRows[Kind][number],
  ]
    ? Kind
    : never;
}[keyof HistoryRows];

const KINDS = Object.keys(HISTORY_TABLES) as (keyof HistoryRows)[]; // its keys, as just written

const BLOCKS = shapeOf(historyBlocks);
const SHAPES = Object.fromEntries(KINDS.map((kind) => [kind, shapeOf(HISTORY_TABLES[kind])])) as Readonly<
  Record<keyof HistoryRows, Shape> // one for each kind
>;

/** Rows in one statement, about: a server is given up that works on one for too long. */
const PORTION = 2_000;

/** Writes blocks, moves the tip onto the last of them, and tells subscribers. Whoever calls holds the tip's row. */
export async function writeBlocks(tables: Tables, book: string, blocks: readonly BlockRows[]): Promise<void> {
  for (const part of portions(blocks)) await writePart(tables, book, part);
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
    size += KINDS.reduce((sum, kind) => sum + block.rows[kind].length, 1);
  }
  return parts;
}

/** All of some blocks in one statement. */
async function writePart(tables: Tables, book: string, blocks: readonly BlockRows[]): Promise<void> {
  const last = blocks.at(-1);
  if (last === undefined) return;
  const heads = blocks.map(({ number, hash, timestamp, head, transactions }) => {
    return { book, number, hash, timestamp, head, transactions };
  });
  const messages = blocks.flatMap((block) =>
    messagesOf(block).map((message) => ({ ...message, blockNumber: block.number })),
  );
  const rows = KINDS.flatMap((kind) => insertsOf(kind, book, blocks));
  await say(
    tables,
    book,
    messages,
    sql`blocks as (${insertOf(BLOCKS, heads)}), ${sql.join(rows)}tip as (
      update history_tips set number = ${last.number}, hash = ${last.hash} where book = ${book}), `,
  );
}

/** A part of a statement; none if there are no rows of that kind. */
function insertsOf(kind: StoredKind, book: string, blocks: readonly BlockRows[]): SQL[] {
  const rows = blocks.flatMap(({ number, rows: { [kind]: list } }) =>
    list.map((row, position) => ({ ...row, book, blockNumber: number, position })),
  );
  return rows.length === 0 ? [] : [sql`${sql.raw(kind)} as (${insertOf(SHAPES[kind], rows)}), `];
}
