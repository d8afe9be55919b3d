/** The book as it was at blocks that no reorganisation changes any more, so that a start need not read all that came before. */
import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";

import { and, desc, eq, notInArray } from "drizzle-orm";

import { messageOf, RuleError } from "../../protocol/amounts/errors.js";
import type { Database, Tables } from "./database.js";
import type { BlockRef } from "./packages.js";
import { snapshots } from "./schema.js";

/** A snapshot, but for the book itself. */
export interface StoredSnapshot {
  readonly block: BlockRef;
  /** Whether block.number, which marks checkpoints, is another chain's than that of the blocks. */
  readonly sharesMarks: boolean;
}

export interface SnapshotStore {
  /** Newest first. */
  list(): Promise<StoredSnapshot[]>;
  /** The book as text. @throws RuleError SNAPSHOT_DAMAGED if it is not there in one piece */
  read(block: BlockRef): Promise<string>;
  /** Adds a snapshot, and forgets all but the newest few. */
  put(snapshot: StoredSnapshot, text: string): Promise<void>;
  drop(block: BlockRef): Promise<void>;
  /** Forgets all: the chain is read again from its logs. */
  clear(): Promise<void>;
}

/** An older one is of use if the newest turns out to be of another chain, or damaged. */
const KEPT = 3;

const [compress, expand] = [promisify(gzip), promisify(gunzip)];

/** @param database its part for the index: packages do not wait for a snapshot */
export function createSnapshotStore({ index: database }: Pick<Database, "index">, book: string): SnapshotStore {
  return {
    list: () => database.run((tables) => list(tables, book)),
    read: async (block) => textOf(await database.run((tables) => bytesOf(tables, book, block)), block),
    async put({ block, sharesMarks }, text) {
      const bytes = await compress(text);
      await database.transaction(async (tables) => {
        const row = { book, blockNumber: block.number, blockHash: block.hash, sharesMarks, bytes };
        const target = [snapshots.book, snapshots.blockNumber];
        await tables.insert(snapshots).values(row).onConflictDoUpdate({ target, set: row });
        const kept = (await list(tables, book)).slice(0, KEPT).map(({ block: { number } }) => number);
        await tables.delete(snapshots).where(and(eq(snapshots.book, book), notInArray(snapshots.blockNumber, kept)));
      });
    },
    drop: ({ number }) =>
      database.run(async (tables) => {
        await tables.delete(snapshots).where(and(eq(snapshots.book, book), eq(snapshots.blockNumber, number)));
      }),
    clear: () =>
      database.run(async (tables) => {
        await tables.delete(snapshots).where(eq(snapshots.book, book));
      }),
  };
}

async function list(tables: Tables, book: string): Promise<StoredSnapshot[]> {
  const { blockNumber, blockHash, sharesMarks } = snapshots;
  const rows = await tables
    .select({ blockNumber, blockHash, sharesMarks })
    .from(snapshots)
    .where(eq(snapshots.book, book))
    .orderBy(desc(blockNumber));
  return rows.map((row) => ({ block: { number: row.blockNumber, hash: row.blockHash }, sharesMarks: row.sharesMarks }));
}

async function bytesOf(tables: Tables, book: string, { number }: BlockRef): Promise<Uint8Array | undefined> {
  const [row] = await tables
    .select({ bytes: snapshots.bytes })
    .from(snapshots)
    .where(and(eq(snapshots.book, book), eq(snapshots.blockNumber, number)));
  return row?.bytes;
}

async function textOf(bytes: Uint8Array | undefined, { number }: BlockRef): Promise<string> {
  if (bytes === undefined) throw new RuleError("SNAPSHOT_DAMAGED", { block: number, reason: "it is gone" });
  try {
    return (await expand(bytes)).toString("utf8");
  } catch (error) {
    throw new RuleError("SNAPSHOT_DAMAGED", { block: number, reason: messageOf(error) }, error);
  }
}
