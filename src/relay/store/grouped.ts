/**
 * Questions that the sessions of one process ask the database again and again, each about its own book: those of a moment become one.
 * Without that a hundred sessions in which nothing happens would ask a thousand times a second.
 */
import DataLoader from "dataloader";
import { type SQL, sql } from "drizzle-orm";
import type { PgColumn } from "drizzle-orm/pg-core";

import type { Database } from "./database.js";

/** How long a question waits for others, ms: little beside how often each asks. */
const WAIT_MS = 25;
const MOST_TOGETHER = 1_000;

/**
 * @param ask answers all, in their order
 * @returns asks one; what goes wrong goes wrong for all that were asked together
 */
export function grouped<Key, Answer>(
  ask: (database: Pick<Database, "run">, keys: readonly Key[]) => Promise<readonly Answer[]>,
): (database: Pick<Database, "run">, key: Key) => Promise<Answer> {
  const loaders = new WeakMap<object, DataLoader<Key, Answer>>();
  return (database, key) => {
    const known = loaders.get(database);
    if (known !== undefined) return known.load(key);
    const loader = new DataLoader<Key, Answer>((keys) => ask(database, keys), {
      cache: false,
      maxBatchSize: MOST_TOGETHER,
      batchScheduleFn: (go) => setTimeout(go, WAIT_MS),
    });
    loaders.set(database, loader);
    return loader.load(key);
  };
}

/** Behind which number of a table a book wants to hear on. */
export interface BookPlace {
  readonly book: string;
  readonly seq: number;
}

/** As a table to join with. */
export function placesOf(asked: readonly BookPlace[]): SQL {
  return sql`jsonb_to_recordset(${JSON.stringify(asked)}::jsonb) as asked(book text, seq bigint)`;
}

/** Whether a row lies behind a place. */
export function isBehind(row: BookPlace, { book, seq }: BookPlace): boolean {
  return row.book === book && row.seq > seq;
}

/** The same for the database. */
export function behindPlace({ book, seq }: { readonly book: PgColumn; readonly seq: PgColumn }): SQL {
  return sql`${book} = asked.book and ${seq} > asked.seq`;
}
