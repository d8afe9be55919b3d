/** Rows that were archived, brought back: beside the tables at first, and then into the place of what was kept of them. */
import { eq, sql } from "drizzle-orm";

import { insertText, KEPT, refused, type TextRow } from "../store/archiving.js";
import { type Database, queryRows, type Tables } from "../store/database.js";
import { attach, detach, upkeep } from "../store/partitions.js";
import { ARCHIVED_KINDS, type ArchivedKind } from "./archived-kinds.js";
import { ARCHIVED_TABLES, type BlockRange, holdWriters, partitionAt, partitioned, tableSql } from "./archives.js";
import { historyArchives } from "./schema.js";

/** Tables beside the partitions, into which rows are brought back. */
export interface Returning {
  /** Adds rows, in any portions. */
  add(kind: ArchivedKind, rows: readonly TextRow[]): Promise<void>;
  /** The table's name. */
  readonly nameOf: (kind: ArchivedKind) => string;
  /** Puts them in the place of what was kept, and forgets that they were out. All or nothing. */
  finish(): Promise<void>;
  /** Forgets what was brought. */
  abandon(): Promise<void>;
}

/** @throws RelayError RELAY_ARCHIVE_REFUSED if nothing was taken out there, or a later range has to come back first */
export async function beginReturn(database: Database, range: BlockRange): Promise<Returning> {
  const names = new Map<ArchivedKind, string>();
  const nameOf = (kind: ArchivedKind): string => names.get(kind) ?? "";
  const dropAll = async (tables: Tables): Promise<void> => {
    for (const name of names.values()) {
      // One that has taken its place already, though nobody could say so, is not what was only brought.
      const [placed] = await queryRows(tables, sql`select from pg_inherits where inhrelid = to_regclass(${name})`);
      if (placed === undefined) await tables.execute(sql`drop table if exists ${sql.identifier(name)}`);
    }
  };
  await upkeep(database, async (tables) => {
    await requireNewest(tables, range);
    for (const kind of ARCHIVED_KINDS) {
      const { name } = await partitionAt(tables, kind, range);
      if (!name.endsWith(KEPT)) throw refused(`${name} has its rows`);
      names.set(kind, name.slice(0, -KEPT.length));
    }
    await dropAll(tables); // of an attempt that was broken off
    for (const kind of ARCHIVED_KINDS) {
      const [name, key] = [sql.identifier(nameOf(kind)), sql.identifier(partitioned(kind).key)];
      await tables.execute(sql`create table ${name} (like ${tableSql(kind)} including all)`);
      const bounds = range.from === 0 ? sql`` : sql`${key} >= ${sql.raw(`${range.from}`)} and `;
      await tables.execute(
        sql`alter table ${name} add constraint within check (${bounds}${key} < ${sql.raw(`${range.to}`)})`,
      );
    }
  });
  return {
    nameOf,
    add: (kind, rows) => database.index.run((tables) => insertText(tables, ARCHIVED_TABLES[kind], nameOf(kind), rows)),
    abandon: () => upkeep(database, dropAll),
    finish: () =>
      upkeep(database, async (tables) => {
        await holdWriters(tables);
        for (const kind of ARCHIVED_KINDS) await putBack(tables, kind, range, nameOf(kind));
        await tables.delete(historyArchives).where(eq(historyArchives.fromBlock, range.from));
      }),
  };
}

async function requireNewest(tables: Tables, { from, to }: BlockRange): Promise<void> {
  const notes = await tables.select().from(historyArchives);
  if (!notes.some((note) => note.fromBlock === from && note.toBlock <= to))
    throw refused(`nothing of blocks ${from} to ${to - 1} is archived here`);
  const later = notes.find((note) => note.fromBlock > from);
  if (later !== undefined) throw refused(`blocks from ${later.fromBlock} on are archived, too: bring them back first`);
}

/** Rows of books that were read anew meanwhile, or are behind what was archived, stay as they are. */
async function putBack(tables: Tables, kind: ArchivedKind, range: BlockRange, name: string): Promise<void> {
  const table = partitioned(kind);
  const [part, key] = [sql.identifier(name), sql.identifier(table.key)];
  const kept = await partitionAt(tables, kind, range);
  const noted = sql`select from history_archives as notes where notes.book = rows.book and notes.from_block = ${range.from}`;
  await tables.execute(sql`delete from ${part} as rows where not exists (${noted})`);
  await tables.execute(
    sql`insert into ${part} select rows.* from ${sql.identifier(kept.name)} as rows
      where not exists (${noted} and rows.${key} < notes.to_block)`,
  );
  await detach(tables, table, kept.name);
  await tables.execute(sql`drop table ${sql.identifier(kept.name)}`);
  await attach(tables, table, { ...kept, name });
  await tables.execute(sql`alter table ${part} drop constraint within`);
}
