/**
 * Parts of the history that were taken out of the tables, and written to files by whoever asked for it. What still counts of their blocks
 * stays, in a small partition in their place: so a start, the levels of a market and what its roots are about are what they were. Whoever
 * asks for the rest is told where it went; a partition that is brought back has every row again.
 */
import { and, eq, getTableName, type SQL, sql } from "drizzle-orm";
import type { PgTable } from "drizzle-orm/pg-core";

import { RING } from "../../protocol/amounts/limits.js";
import { RelayError } from "../errors.js";
import { KEPT, type OrderedTable, refused, type TextRow, textRows } from "../store/archiving.js";
import { type Database, queryRows, type Tables } from "../store/database.js";
import {
  attach,
  bytesOf,
  detach,
  type Partition,
  type PartitionedTable,
  partitionsOf,
  partitionWith,
  upkeep,
} from "../store/partitions.js";
import { ARCHIVED_KINDS, type ArchivedKind } from "./archived-kinds.js";
import { HISTORY_TABLES } from "./block-rows.js";
import { PARTITIONED } from "./partitions.js";
import { historyArchives, historyBlocks } from "./schema.js";

/** Where the rows of a book went that lie below a block. */
export interface Archived {
  /** The first block of which all rows are here; 0 if nothing was taken out. */
  readonly heldFrom: number;
  readonly place: string;
}

/** Blocks that one partition of each table has: what is archived at once. */
export interface BlockRange {
  /** From 0 for the first partition, which has no beginning. */
  readonly from: number;
  readonly to: number;
}

export interface ArchiveRange extends BlockRange {
  /** On the disk, with indexes. */
  readonly bytes: number;
  readonly books: readonly { readonly book: string; readonly blocks: number }[];
}

export interface ArchivePlan {
  /** Oldest first. */
  readonly ranges: readonly ArchiveRange[];
  /** Why the next one stays; undefined if there is none that was asked for. */
  readonly stays: string | undefined;
}

export interface ArchiveNote {
  readonly place: string;
  /** That are in the files, of each kind. */
  readonly rows: Readonly<Record<ArchivedKind, number>>;
  /** SHA-256 of the manifest. */
  readonly manifest: string;
}

/** Every kind with its table. */
export const ARCHIVED_TABLES = { blocks: historyBlocks, ...HISTORY_TABLES } as const satisfies Record<
  ArchivedKind,
  PgTable
>;

export const partitioned = (kind: ArchivedKind): PartitionedTable => {
  const table = getTableName(ARCHIVED_TABLES[kind]);
  const found = PARTITIONED.find(({ name }) => name === table);
  if (found === undefined) throw new RangeError(`unreachable: ${kind} is partitioned`);
  return found;
};

/** From which block on all of a book is here, for a reader. */
export async function archivedOf(tables: Tables, book: string): Promise<Archived> {
  const { toBlock, place } = historyArchives;
  const rows = await tables.select({ toBlock, place }).from(historyArchives).where(eq(historyArchives.book, book));
  return rows.reduce(
    (last, row) => (row.toBlock > last.heldFrom ? { heldFrom: row.toBlock, place: row.place } : last),
    { heldFrom: 0, place: "" },
  );
}

/** @throws RelayError RELAY_ARCHIVED */
export function refuseArchived({ heldFrom, place }: Archived): never {
  throw new RelayError("RELAY_ARCHIVED", { heldFrom, place });
}

/**
 * What can be archived: whole partitions below a block, the oldest first.
 * @param depth blocks that may still be reorganised
 */
export async function planArchive(database: Database, before: number, depth: number): Promise<ArchivePlan> {
  return database.index.run(async (tables) => {
    const ranges: ArchiveRange[] = [];
    const all = await alignedPartitions(tables);
    for (const parts of all) {
      const [{ from, to } = { from: 0, to: 0 }] = parts;
      if (to > before) break;
      if (parts.every(({ name }) => name.endsWith(KEPT))) continue;
      const books = await booksIn(tables, parts[0]?.name ?? "");
      const stays = await whyItStays(
        tables,
        to,
        books.map(({ book }) => book),
        depth,
      );
      if (stays !== undefined) return { ranges, stays: `blocks ${Math.max(0, from)} to ${to - 1}: ${stays}` };
      ranges.push({ from: Math.max(0, from), to, bytes: await bytesOf(tables, parts), books });
    }
    return { ranges, stays: undefined };
  });
}

/** The partitions of all tables, those of one range together and in the order of the tables; the open ones left out. @throws RelayError RELAY_ARCHIVE_REFUSED if tables differ */
async function alignedPartitions(tables: Tables): Promise<Partition[][]> {
  const columns: Partition[][] = [];
  for (const { name } of PARTITIONED)
    columns.push((await partitionsOf(tables, name)).filter(({ to }) => to !== Infinity));
  const [first = []] = columns;
  return first.map(({ from, to }) =>
    columns.map((column, at) => {
      const part = column.find((one) => one.from === from && one.to === to);
      if (part === undefined) throw refused(`${PARTITIONED[at]?.name ?? ""} has no partition from ${from} to ${to}`);
      return part;
    }),
  );
}

async function booksIn(tables: Tables, blocks: string): Promise<{ book: string; blocks: number }[]> {
  const rows = await queryRows<{ readonly book: string; readonly blocks: string | number }>(
    tables,
    sql`select book, count(*) as blocks from ${sql.identifier(blocks)} group by book order by book`,
  );
  return rows.map(({ book, blocks: count }) => ({ book, blocks: Number(count) }));
}

/** Blocks below `to` must be final on each chain that has rows there, and every snapshot that a start may go on from behind them. */
async function whyItStays(
  tables: Tables,
  to: number,
  books: readonly string[],
  depth: number,
): Promise<string | undefined> {
  const wanted = sql`select jsonb_array_elements_text(${JSON.stringify(books)}::jsonb)`;
  const chains = await queryRows<{ readonly chain: string; readonly newest: string | number }>(
    tables,
    sql`select split_part(book, ':', 1) as chain, max(number) as newest from history_tips
      where split_part(book, ':', 1) in (select split_part(one, ':', 1) from (${wanted}) as books(one)) group by 1`,
  );
  const early = chains.find(({ newest }) => Number(newest) - depth < to - 1);
  if (early !== undefined)
    return `chain ${early.chain} has come to block ${early.newest}, and its last ${depth} may be reorganised`;
  const [snapshot] = await queryRows<{ readonly book: string; readonly number: string | number }>(
    tables,
    sql`select book, block_number as number from snapshots where book in (${wanted}) and block_number < ${to}
      order by block_number limit 1`,
  );
  return snapshot && `a start of ${snapshot.book} may go on from its snapshot of block ${snapshot.number}`;
}

export function orderedTable(kind: ArchivedKind): OrderedTable {
  const key = kind === "blocks" ? ["book", "number"] : ["book", "block_number", "position"];
  return { table: ARCHIVED_TABLES[kind], key };
}

/** All rows of one partition, in their order. @param part its name */
export function rowsOf(database: Database, kind: ArchivedKind, part: string): AsyncGenerator<TextRow> {
  return textRows(database.index, orderedTable(kind), sql`${sql.identifier(part)}`);
}

/** The partition of a kind that has these blocks. @throws RelayError RELAY_ARCHIVE_REFUSED if there is none */
export async function partitionAt(tables: Tables, kind: ArchivedKind, range: BlockRange): Promise<Partition> {
  const found = await partitionWith(tables, partitioned(kind).name, range);
  if (found === undefined)
    throw refused(`there is no partition of ${kind} with blocks ${range.from} to ${range.to - 1}`);
  return found;
}

/**
 * Takes the rows of a range out of the tables for good, but for what still counts, and notes where they went. All or nothing. What is kept
 * is worked out first: whoever reads waits only while the small partitions take the large ones' place.
 */
export async function takeOut(
  database: Database,
  range: BlockRange,
  { place, manifest, rows }: ArchiveNote,
): Promise<void> {
  await upkeep(database, async (tables) => {
    await holdWriters(tables);
    const parts = new Map<ArchivedKind, Partition>();
    for (const kind of ARCHIVED_KINDS) {
      const part = await partitionAt(tables, kind, range);
      parts.set(kind, part);
      await requireUnchanged(tables, part.name, rows[kind]);
      await tables.execute(
        sql`create table ${sql.identifier(part.name + KEPT)} (like ${tableSql(kind)} including all)`,
      );
    }
    const named = (kind: ArchivedKind): SQL => sql`${sql.identifier(parts.get(kind)?.name ?? "")}`;
    for (const kind of [...ARCHIVED_KINDS].reverse()) {
      // blocks last: of those that others were kept of
      const kept = KEEPERS[kind]?.(named(kind), named("bounds"));
      const name = `${parts.get(kind)?.name ?? ""}${KEPT}`;
      if (kept !== undefined) await tables.execute(sql`insert into ${sql.identifier(name)} ${kept}`);
    }
    await tables.execute(
      sql`insert into history_archives (book, from_block, to_block, place, manifest)
        select book, ${range.from}, least(${range.to}, number + 1), ${place}, ${manifest} from history_tips
        where book in (select distinct book from ${named("blocks")})`,
    );
    for (const [kind, part] of parts) {
      await detach(tables, partitioned(kind), part.name);
      await attach(tables, partitioned(kind), { ...part, name: part.name + KEPT });
      await tables.execute(sql`drop table ${sql.identifier(part.name)}`);
    }
  });
}

/** A book that is read anew meanwhile writes old blocks: files that lack them must not be all there is. */
async function requireUnchanged(tables: Tables, part: string, rows: number): Promise<void> {
  await tables.execute(sql`lock table ${sql.identifier(part)} in share mode`); // it is read on, and not written
  const [counted] = await queryRows<{ readonly rows: string | number }>(
    tables,
    sql`select count(*) as rows from ${sql.identifier(part)}`,
  );
  const there = Number(counted?.rows ?? 0);
  if (there !== rows)
    throw refused(`${part} has ${there} rows, and the files have ${rows}: it was written to meanwhile, try again`);
}

export const tableSql = (kind: ArchivedKind) => sql.identifier(partitioned(kind).name);

/** No block is written meanwhile: whoever writes holds the row of its book. */
export async function holdWriters(tables: Tables): Promise<void> {
  await tables.execute(sql`select 1 from history_tips order by book for update`);
}

const newestOf = (part: SQL, which: SQL, by = sql`book`): SQL =>
  sql`select distinct on (${by}) * from ${part} where ${which} order by ${by}, block_number desc, position desc`;

/**
 * What still counts of a partition's rows when it is out. Of records the newest, the newest fill, and what is told of orders that rest at its
 * end; of markets and weights the last of each; what roots are about; links that orders may still be signed over.
 */
const KEEPERS: Partial<Record<ArchivedKind, (part: SQL, bounds: SQL) => SQL>> = {
  blocks: (part, bounds) => sql`select * from ${part} as rows
    where number = (select max(number) from ${part} as others where others.book = rows.book)
      or exists (select from ${bounds} as told where told.book = rows.book and told.block_number = rows.number)`,
  bounds: (part) => sql`select * from ${part}`,
  markets: (part) => newestOf(part, sql`true`, sql`book, market_root_id, market_branch_id`),
  weights: (part) => newestOf(part, sql`true`),
  accounts: (part) => newestOf(part, sql`true`),
  checkpoints: (part) => sql`select * from ${part} as rows
    where checkpoint > (select max(checkpoint) from ${part} as others where others.book = rows.book) - ${RING}`,
  records: (part) => sql`(${newestOf(part, sql`true`)}) union (${newestOf(part, sql`match_id is not null`)}) union (
    select added.* from ${part} as added join (
      ${newestOf(part, sql`order_id is not null`, sql`book, order_id`)}) as last using (book, order_id)
    where added.action = 'A' and last.lots_left > 0)`,
};

/** What was archived of all books, oldest first. */
export function archivedRanges(database: Database) {
  return database.index.run((tables) =>
    tables.select().from(historyArchives).orderBy(historyArchives.fromBlock, historyArchives.book),
  );
}

/** Nothing of a book is out any more that lies above a block: it was read anew, or comes anew. */
export async function forgetArchives(tables: Tables, book: string, above: number): Promise<void> {
  await tables
    .delete(historyArchives)
    .where(and(eq(historyArchives.book, book), sql`${historyArchives.toBlock} > ${above} + 1`));
}
