/** One answer of the index: all of it is read from one state of the database, and holds at one block. */
import { and, desc, eq, lte, sql } from "drizzle-orm";

import { RelayError } from "../errors.js";
import type { Database, Tables } from "../store/database.js";
import type { Cursor } from "./cursor.js";
import { archivedOf, refuseArchived } from "./archives.js";
import { historyBlocks, historyTips } from "./schema.js";

export interface HistoryBlock {
  readonly number: number;
  readonly hash: string;
  /** Unix seconds. */
  readonly timestamp: bigint;
}

/** The state of the database that one answer is read from. */
export interface Reading {
  readonly tables: Tables;
  readonly book: string;
}

/** A question that only rows can answer which may be archived. */
export interface Wanted {
  /** The first second of what is asked for, Unix. */
  readonly from: bigint;
}

/** All statements of one answer see the same state. */
export function atOnce<Result>(
  database: Pick<Database, "reads">,
  book: string,
  read: (reading: Reading) => Promise<Result>,
): Promise<Result> {
  return database.reads.transaction(async (tables) => {
    await tables.execute(sql`set transaction isolation level repeatable read, read only`);
    return read({ tables, book });
  });
}

/** The block that an answer holds at. */
export async function anchor({ tables, book }: Reading, at?: number, cursor?: Cursor): Promise<HistoryBlock> {
  const [tip] = await tables.select().from(historyTips).where(eq(historyTips.book, book));
  if (tip === undefined || tip.number < 0) throw new RelayError("RELAY_NOT_READY");
  if (cursor === undefined && at !== undefined && at > tip.number) {
    throw new RelayError("RELAY_BLOCK_UNKNOWN", { at, newest: tip.number });
  }
  const wanted = cursor?.number ?? at ?? tip.number;
  const block = await blockAt({ tables, book }, wanted);
  if (cursor !== undefined && (block?.number !== cursor.number || block.hash !== cursor.hash)) {
    throw new RelayError("RELAY_CURSOR_STALE", { number: cursor.number, hash: cursor.hash });
  }
  if (block === undefined) throw new RelayError("RELAY_BLOCK_UNKNOWN", { at: wanted, newest: tip.number });
  return block;
}

/** Of a span of time all blocks are here. @throws RelayError RELAY_ARCHIVED if one of them was archived */
export async function requireHeld({ tables, book }: Reading, { from }: Wanted): Promise<void> {
  const archived = await archivedOf(tables, book);
  if (archived.heldFrom === 0) return;
  const last = await blockAt({ tables, book }, archived.heldFrom - 1);
  if (last !== undefined && last.timestamp >= from) refuseArchived(archived);
}

/** The newest block that is not above `at`. */
async function blockAt({ tables, book }: Reading, at: number): Promise<HistoryBlock | undefined> {
  const { number, hash, timestamp } = historyBlocks;
  const [found] = await tables
    .select({ number, hash, timestamp })
    .from(historyBlocks)
    .where(and(eq(historyBlocks.book, book), lte(number, at)))
    .orderBy(desc(number))
    .limit(1);
  return found;
}
