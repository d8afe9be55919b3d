/** Tables of the session's log, as `session logs` writes it: what is final, line by line, in parts that never change. */
import { bigint, integer, type PgTable, pgTable, primaryKey, text } from "drizzle-orm/pg-core";

const id = (name: string) => bigint(name, { mode: "number" });

/** How far the log has come. Whoever adds parts holds this row's lock. */
export const logTips = pgTable("log_tips", {
  /** The order book and its chain: a key of `books`. */
  book: text("book").primaryKey(),
  /** The first line of the log, without the block up to which it goes. */
  header: text("header").notNull(),
  /** The last block that was searched, and its hash. */
  number: id("number").notNull(),
  hash: text("hash").notNull(),
  /** Of that block; Unix seconds. */
  timestamp: id("timestamp").notNull(),
  /** Another one whenever the log is begun anew. */
  edition: text("edition").notNull(),
  parts: integer("parts").notNull(),
  records: id("records").notNull(),
});

export const logParts = pgTable(
  "log_parts",
  {
    book: text("book").notNull(),
    /** From 1 on. */
    part: integer("part").notNull(),
    /** Lines, each with its end. */
    lines: text("lines").notNull(),
  },
  (table) => [primaryKey({ columns: [table.book, table.part] })],
);

/** Rows of these are a book's. */
export const LOG_TABLES: readonly PgTable[] = [logTips, logParts];
