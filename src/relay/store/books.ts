/**
 * Under which key a session's rows are: its chain and its order book. One database may have rows of many, also of books with one
 * address on two chains. Chains of one id that are not the same chain, as those of two local nodes, tell by their first block.
 */
import { sql } from "drizzle-orm";
import type { PgTable } from "drizzle-orm/pg-core";

import { toJson } from "../../protocol/amounts/json.js";
import { RelayError } from "../errors.js";
import { type Database, type Queries, queryRows, type Tables } from "./database.js";
import { cancellations, leases, packages, snapshots, submissions, switches } from "./schema.js";

export interface BookIdentity {
  readonly chainId: bigint;
  /** Address of the order book. */
  readonly book: string;
  /** Hash of the chain's first block; undefined if the node does not have it any more. */
  readonly genesis: string | undefined;
}

/** The tables of this store whose rows are a book's. */
const TABLES = [packages, cancellations, switches, submissions, leases, snapshots] as const;

/** What stands in the column `book` of every table. */
export function keyOf({ chainId, book }: Pick<BookIdentity, "chainId" | "book">): string {
  return `${chainId}:${book.toLowerCase()}`;
}

/**
 * Notes that the database has rows of that book on that chain. Rows of an older database, which knew the book's address alone, become
 * those of the chain that asks first.
 * @param others tables whose rows are a book's, too
 * @returns the key of its rows
 * @throws RelayError RELAY_OTHER_CHAIN if they are of another chain with the same id
 */
export function claimBook(
  database: Pick<Database, "upkeep">,
  identity: BookIdentity,
  others: readonly PgTable[],
): Promise<string> {
  const key = keyOf(identity);
  return database.upkeep(async (tables) => {
    const [known] = await queryRows<{ readonly genesis: string | null }>(
      tables,
      sql`select genesis from books where key = ${key}`,
    );
    if (known === undefined) await adopt(tables, [...TABLES, ...others], key, identity.book.toLowerCase());
    const genesis = identity.genesis ?? null;
    const stored = known?.genesis ?? null;
    if (stored !== null && genesis !== null && stored !== genesis) {
      throw new RelayError("RELAY_OTHER_CHAIN", { chainId: identity.chainId, book: identity.book, stored, genesis });
    }
    await tables.execute(
      sql`insert into books (key, genesis) values (${key}, ${genesis})
        on conflict (key) do update set genesis = coalesce(books.genesis, ${genesis})`,
    );
    return key;
  });
}

/** What whoever takes packages for a book says of itself: those who only read say the same. */
export function tellOfBook(database: Queries, key: string, told: object): Promise<void> {
  return database.run(async (tables) => {
    await tables.execute(sql`update books set told = ${toJson(told)}::jsonb where key = ${key}`);
  });
}

async function adopt(tables: Tables, ofBooks: readonly PgTable[], key: string, book: string): Promise<void> {
  for (const table of ofBooks) await tables.execute(sql`update ${table} set book = ${key} where book = ${book}`);
}
