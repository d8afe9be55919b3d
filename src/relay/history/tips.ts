/** How far the index has come, of many books at once: what whoever only reads knows of the chain. */
import { sql } from "drizzle-orm";

import type { MarketRef } from "../../protocol/signing/package.js";
import { RelayError } from "../errors.js";
import { type Database, queryRows } from "../store/database.js";
import { historyBounds } from "./schema.js";

export interface BookTip {
  /** The key of its rows. */
  readonly book: string;
  /** When this database had it first, as text: of another database it is another. */
  readonly since: string;
  /** Hash of its chain's first block; undefined if no node has told it. */
  readonly genesis: string | undefined;
  /** What those who take packages for it say of themselves; undefined if none has yet. */
  readonly told: unknown;
  /** The last block that is in the index; undefined before the first. */
  readonly block: { readonly number: number; readonly hash: string; readonly timestamp: bigint } | undefined;
}

interface Row {
  readonly key: string;
  readonly since: string;
  readonly genesis: string | null;
  readonly told: unknown;
  readonly number: string | number | null;
  readonly hash: string | null;
  readonly timestamp: string | number | bigint | null;
}

/** Of those of the books that somebody has written of. */
export async function tipsOf(database: Pick<Database, "index">, books: readonly string[]): Promise<readonly BookTip[]> {
  if (books.length === 0) return [];
  const rows = await database.index.run((tables) =>
    queryRows<Row>(
      tables,
      sql`select books.key, (extract(epoch from books.since) * 1000000)::bigint::text as since, books.genesis, books.told, tip.number, tip.hash, newest.timestamp
        from jsonb_array_elements_text(${JSON.stringify(books)}::jsonb) as asked(book)
        join books on books.key = asked.book
        left join history_tips tip on tip.book = books.key and tip.number >= 0
        left join lateral (select timestamp from history_blocks
          where book = books.key and number <= tip.number order by number desc limit 1) as newest on true`,
    ),
  );
  return rows.map(({ key, since, genesis, told, number, hash, timestamp }) => {
    const isThere = number !== null && hash !== null && timestamp !== null;
    const block = isThere ? { number: Number(number), hash, timestamp: BigInt(timestamp) } : undefined;
    return { book: key, since, genesis: genesis ?? undefined, told: told ?? undefined, block };
  });
}

/** Under which name other processes are told of a book: a new database, whose events have other numbers, tells under another. */
export function topicOf({ book, since }: Pick<BookTip, "book" | "since">): string {
  return `${book}:${since}`;
}

/** The same, asked once. @throws RelayError of the database, RELAY_NOT_READY before the book is written of */
export function topicAsked(database: Pick<Database, "index">, book: string): () => Promise<string> {
  let topic: string | undefined;
  return async () => {
    const [tip] = topic === undefined ? await tipsOf(database, [book]) : [];
    if (tip !== undefined) topic = topicOf(tip);
    if (topic === undefined) throw new RelayError("RELAY_NOT_READY");
    return topic;
  };
}

/** Whether the index has a market: it has a row of what each can pay from its first record on. */
export async function isInIndex(
  database: Pick<Database, "reads">,
  book: string,
  { marketRootId, marketBranchId }: MarketRef,
): Promise<boolean> {
  const rows = await database.reads.run((tables) =>
    queryRows<{ readonly there: boolean }>(
      tables,
      sql`select exists (select from ${historyBounds} where book = ${book}
        and market_root_id = ${marketRootId} and market_branch_id = ${marketBranchId}) as there`,
    ),
  );
  return rows[0]?.there === true;
}
