/**
 * Tables in parts by a number that rises: what is read is the newest part, and old parts can be taken out whole. The last one is open to
 * the top, so that whoever writes finds room, an older relay too; it gets an end, and one that begins there takes its place.
 */
import { type SQL, sql } from "drizzle-orm";

import { sqlStateOf } from "./away.js";
import { type Database, queryRows, type Tables } from "./database.js";

export interface PartitionedTable {
  readonly name: string;
  /** The column with the number. */
  readonly key: string;
}

export interface Partition {
  /** Its own name as a table. */
  readonly name: string;
  /** Its numbers: from this one on to the one before `to`; -Infinity and Infinity if there is no bound. */
  readonly from: number;
  readonly to: number;
}

/** Readers wait no longer than this for a change that takes a moment; if it does not come about, it is tried again. */
export const LOCK_MS = 500;
/** Others were in the way: a lock that did not come in time, or a deadlock. */
const IN_THE_WAY: ReadonlySet<string | undefined> = new Set(["55P03", "40P01"]);

export function isInTheWay(error: unknown): boolean {
  return IN_THE_WAY.has(sqlStateOf(error));
}

/**
 * Ends the partition that is open, behind all rows that there are. Nothing is done to one that another relay has ended meanwhile.
 * @param part as it shall be
 * @param begun what goes with it, of the one that is open then; nobody else reads or writes the table meanwhile
 */
export async function endOne(
  database: Database,
  table: PartitionedTable,
  part: Partition,
  begun?: (tables: Tables, next: Partition) => Promise<void>,
): Promise<void> {
  const name = sql.identifier(part.name);
  const check = sql.identifier(`${part.name}_end`);
  const step = (work: (tables: Tables) => Promise<unknown>): Promise<unknown> =>
    upkeep(database, async (tables) => {
      if ((await openPartitions(tables, [table])).get(table.name)?.name === part.name) await work(tables);
    });
  // That all rows are below the end is looked at while others read and write: then nothing is read while they may not.
  await step(async (tables) => {
    const holds = sql`${sql.identifier(table.key)} < ${sql.raw(`${part.to}`)}`;
    await tables.execute(sql`alter table ${name} drop constraint if exists ${check}`);
    await tables.execute(sql`alter table ${name} add constraint ${check} check (${holds}) not valid`);
  });
  await step((tables) => tables.execute(sql`alter table ${name} validate constraint ${check}`));
  await step(async (tables) => {
    await detach(tables, table, part.name);
    await attach(tables, table, part);
    await tables.execute(sql`alter table ${name} drop constraint ${check}`);
    const next = { name: `${table.name}_${part.to}`, from: part.to, to: Infinity };
    await tables.execute(
      sql`create table ${sql.identifier(next.name)} partition of ${sql.identifier(table.name)} ${boundsOf(next)}`,
    );
    await begun?.(tables, next);
  });
}

/** As the database's, but waits for nobody for long. */
export function upkeep<Result>(database: Database, work: (tables: Tables) => Promise<Result>): Promise<Result> {
  return database.upkeep(async (tables) => {
    await tables.execute(sql`set local lock_timeout = ${sql.raw(`${LOCK_MS}`)}`);
    return work(tables);
  });
}

export async function attach(tables: Tables, { name }: PartitionedTable, part: Partition): Promise<void> {
  await tables.execute(
    sql`alter table ${sql.identifier(name)} attach partition ${sql.identifier(part.name)} ${boundsOf(part)}`,
  );
}

export async function detach(tables: Tables, { name }: PartitionedTable, part: string): Promise<void> {
  await tables.execute(sql`alter table ${sql.identifier(name)} detach partition ${sql.identifier(part)}`);
}

function boundsOf({ from, to }: Partition): SQL {
  const bound = (at: number): string => (at === Infinity ? "maxvalue" : at === -Infinity ? "minvalue" : `${at}`);
  return sql.raw(`for values from (${bound(from)}) to (${bound(to)})`);
}

/** The partitions of a table, lowest first. */
export async function partitionsOf(tables: Tables, table: string): Promise<Partition[]> {
  const rows = await queryRows<StoredPartition>(tables, sql`${STORED} where inhparent = ${table}::regclass`);
  return rows.map(readPartition).sort((a, b) => a.from - b.from);
}

/** The one with these numbers, of which the lowest is 0; undefined if there is none. */
export async function partitionWith(
  tables: Tables,
  table: string,
  { from, to }: Pick<Partition, "from" | "to">,
): Promise<Partition | undefined> {
  return (await partitionsOf(tables, table)).find((part) => Math.max(0, part.from) === from && part.to === to);
}

/** Of each table the one that is open to the top, by the table's name. */
export async function openPartitions(
  tables: Tables,
  of: readonly PartitionedTable[],
): Promise<ReadonlyMap<string, Partition>> {
  const names = JSON.stringify(of.map(({ name }) => name));
  const rows = await queryRows<StoredPartition>(
    tables,
    sql`${STORED} where parent.relname in (select jsonb_array_elements_text(${names}::jsonb))
      and pg_table_is_visible(parent.oid) and pg_get_expr(part.relpartbound, part.oid) like '%TO (MAXVALUE)'`,
  );
  return new Map(rows.map((row) => [row.parent, readPartition(row)]));
}

/** On the disk, with indexes. */
export async function bytesOf(tables: Tables, parts: readonly Partition[]): Promise<number> {
  const names = JSON.stringify(parts.map(({ name }) => name));
  const [row] = await queryRows<{ readonly bytes: string | number }>(
    tables,
    sql`select sum(pg_total_relation_size(name::regclass)) as bytes from jsonb_array_elements_text(${names}::jsonb) as parts(name)`,
  );
  return Number(row?.bytes ?? 0);
}

interface StoredPartition {
  readonly parent: string;
  readonly name: string;
  readonly bounds: string;
}

const STORED = sql`select parent.relname as parent, part.relname as name, pg_get_expr(part.relpartbound, part.oid) as bounds
  from pg_inherits join pg_class part on part.oid = inhrelid join pg_class parent on parent.oid = inhparent`;

/** Bounds as Postgres writes them. */
function readPartition({ name, bounds }: StoredPartition): Partition {
  const [, from = "", to = ""] = /^FOR VALUES FROM \('?(-?\w+)'?\) TO \('?(-?\w+)'?\)$/.exec(bounds) ?? [];
  const number = (bound: string): number =>
    bound === "MINVALUE" ? -Infinity : bound === "MAXVALUE" ? Infinity : Number(bound);
  return { name, from: number(from), to: number(to) };
}
