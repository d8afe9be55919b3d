/** The session's log in the database. Any number of relays may add to it: whoever comes first with some blocks writes them. */
import { randomUUID } from "node:crypto";

import { and, eq } from "drizzle-orm";

import type { Database, Queries, Tables } from "../store/database.js";
import { logParts, logTips } from "./schema.js";

/** A block that was searched. */
export interface SearchedBlock {
  readonly number: number;
  readonly hash: string;
  /** Unix seconds. */
  readonly timestamp: number;
}

/** The last block that was searched, and what all of them have logged. */
export interface LogTip extends SearchedBlock {
  /** The first line of the log, without the block up to which it goes. */
  readonly header: string;
  /** Another one whenever the log is begun anew. */
  readonly edition: string;
  readonly parts: number;
  readonly records: number;
}

/** What the blocks up to this one have logged. */
export interface LogPiece extends SearchedBlock {
  /** Lines with their ends; none if nothing was logged. */
  readonly lines: string;
  readonly records: number;
}

export interface LogStore {
  /** Undefined before the first block. */
  tip(): Promise<LogTip | undefined>;
  /** @throws what the database says @returns the lines of a part, from 1 on; undefined if there is no such part any more */
  part(part: number): Promise<string | undefined>;
  /** Before any block. */
  begin(header: string, before: SearchedBlock): Promise<void>;
  /** Adds what comes behind `tip`. @returns the new tip; undefined if another relay has been there, or all was forgotten */
  add(tip: LogTip, piece: LogPiece): Promise<LogTip | undefined>;
  /** Forgets all: it is read again. */
  clear(): Promise<void>;
}

export function createLogStore(database: Pick<Database, "index" | "reads">, book: string): LogStore {
  const { index, reads } = database;
  return {
    tip: () => reads.run((tables) => tipOf(tables, book)),
    part: async (part) => {
      const of = and(eq(logParts.book, book), eq(logParts.part, part));
      const rows = await reads.run((tables) => tables.select({ lines: logParts.lines }).from(logParts).where(of));
      return rows[0]?.lines;
    },
    begin: (header, { number, hash, timestamp }) =>
      index.run(async (tables) => {
        const first = { book, header, number, hash, timestamp, edition: randomUUID(), parts: 0, records: 0 };
        await tables.insert(logTips).values(first).onConflictDoNothing();
      }),
    add: (tip, piece) => index.transaction((tables) => add(tables, book, tip, piece)),
    clear: () => clear(index, book),
  };
}

async function tipOf(tables: Tables, book: string): Promise<LogTip | undefined> {
  const { header, number, hash, timestamp, edition, parts, records } = logTips;
  const [tip] = await tables
    .select({ header, number, hash, timestamp, edition, parts, records })
    .from(logTips)
    .where(eq(logTips.book, book));
  return tip;
}

async function add(tables: Tables, book: string, tip: LogTip, piece: LogPiece): Promise<LogTip | undefined> {
  const [held] = await tables.select().from(logTips).where(eq(logTips.book, book)).for("update");
  if (held?.number !== tip.number || held.edition !== tip.edition) return undefined;
  const { lines, records, number, hash, timestamp } = piece;
  const parts = tip.parts + (lines === "" ? 0 : 1);
  if (parts > tip.parts) await tables.insert(logParts).values({ book, part: parts, lines });
  const next = { ...tip, number, hash, timestamp, parts, records: tip.records + records };
  await tables.update(logTips).set(next).where(eq(logTips.book, book));
  return next;
}

function clear(index: Queries, book: string): Promise<void> {
  return index.transaction(async (tables) => {
    await tables.delete(logParts).where(eq(logParts.book, book));
    await tables.delete(logTips).where(eq(logTips.book, book));
  });
}
