/**
 * Tables with blocks are partitioned by block number: what is read is the newest part, and old parts can be taken out whole. A part has
 * blocks of all books of the database, for one process serves one chain. The last one is open to the top, so that whoever writes
 * finds room, an older relay too; when it is half full, it gets an end, and one that begins there takes its place.
 */
import { getTableName, max, sql } from "drizzle-orm";

import { sqlStateOf } from "../store/away.js";
import { type Database, queryRows, type Tables } from "../store/database.js";
import { HISTORY_TABLES } from "./block-rows.js";
import { historyBlocks, historyTips } from "./schema.js";

/** Blocks of a partition, if nothing else is said. */
export const PARTITION_BLOCKS = 1_000_000;

export interface PartitionedTable {
  readonly name: string;
  /** The column with the block's number. */
  readonly key: string;
}

/** Every table that is partitioned. */
export const PARTITIONED: readonly PartitionedTable[] = [
  { name: getTableName(historyBlocks), key: historyBlocks.number.name },
  ...Object.values(HISTORY_TABLES).map((table) => ({ name: getTableName(table), key: table.blockNumber.name })),
];

export interface Partition {
  /** Its own name as a table. */
  readonly name: string;
  /** Its blocks: from this one on to the one before `to`; -Infinity and Infinity if there is no bound. */
  readonly from: number;
  readonly to: number;
}

export interface Partitions {
  /** Before blocks up to this one are written: ends the open partitions if it is time. */
  ahead(last: number): Promise<void>;
}

/** Readers wait no longer than this for a change that takes a moment; if it does not come about, it is tried again. */
export const LOCK_MS = 500;
const RETRY_MS = 10_000;
/** Others were in the way: a lock that did not come in time, or a deadlock. */
const IN_THE_WAY: ReadonlySet<string | undefined> = new Set(["55P03", "40P01"]);

export function createPartitions(database: Database, blocks = PARTITION_BLOCKS): Partitions {
  /** Of the open ones, the lowest; undefined until it is looked up. */
  let from: number | undefined;
  /** Where one without a beginning counts as begun. */
  let first: number | undefined;
  let notBefore = -Infinity;
  return {
    async ahead(last) {
      first ??= Math.floor(last / blocks) * blocks;
      const writing = { first, last, blocks };
      if ((from !== undefined && !isHalfFull(from, writing)) || performance.now() < notBefore) return;
      try {
        from = await endAll(database, writing);
      } catch (error) {
        if (!isInTheWay(error)) throw error;
        notBefore = performance.now() + RETRY_MS;
      }
    },
  };
}

export function isInTheWay(error: unknown): boolean {
  return IN_THE_WAY.has(sqlStateOf(error));
}

/** Which blocks are written, and how many a partition has. */
interface Writing {
  readonly first: number;
  readonly last: number;
  readonly blocks: number;
}

function isHalfFull(from: number, { first, last, blocks }: Writing): boolean {
  return last >= (from === -Infinity ? first : from) + blocks / 2;
}

/** Ends the open partitions, behind all rows that there are, if they are half full. @returns where the open ones begin, the lowest of them */
async function endAll(database: Database, writing: Writing): Promise<number> {
  const { last, blocks } = writing;
  const { open, newest } = await database.index.run(async (tables) => {
    const [tip] = await tables.select({ number: max(historyTips.number) }).from(historyTips);
    return { open: await openPartitions(tables), newest: tip?.number ?? -1 };
  });
  const end = (Math.floor(Math.max(newest, last) / blocks) + 1) * blocks;
  const begins: number[] = [];
  for (const table of PARTITIONED) {
    const part = open.get(table.name);
    if (part === undefined) throw new RangeError(`${table.name} has no partition that is open`);
    const isDue = isHalfFull(part.from, writing);
    if (isDue) await endOne(database, table, { ...part, to: end });
    begins.push(isDue ? end : part.from);
  }
  return Math.min(...begins);
}

/** Nothing is done to one that another relay has ended meanwhile. */
async function endOne(database: Database, table: PartitionedTable, part: Partition): Promise<void> {
  const name = sql.identifier(part.name);
  const check = sql.identifier(`${part.name}_end`);
  const step = (work: (tables: Tables) => Promise<unknown>): Promise<unknown> =>
    upkeep(database, async (tables) => {
      if ((await openPartitions(tables)).get(table.name)?.name === part.name) await work(tables);
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

function boundsOf({ from, to }: Partition) {
  const bound = (at: number): string => (at === Infinity ? "maxvalue" : at === -Infinity ? "minvalue" : `${at}`);
  return sql.raw(`for values from (${bound(from)}) to (${bound(to)})`);
}

/** The partitions of a table, lowest first. */
export async function partitionsOf(tables: Tables, table: string): Promise<Partition[]> {
  const rows = await queryRows<StoredPartition>(tables, sql`${STORED} where inhparent = ${table}::regclass`);
  return rows.map(readPartition).sort((a, b) => a.from - b.from);
}

/** Of each table the one that is open to the top, by the table's name. */
async function openPartitions(tables: Tables): Promise<Map<string, Partition>> {
  const names = JSON.stringify(PARTITIONED.map(({ name }) => name));
  const rows = await queryRows<StoredPartition>(
    tables,
    sql`${STORED} where parent.relname in (select jsonb_array_elements_text(${names}::jsonb))
      and pg_table_is_visible(parent.oid) and pg_get_expr(part.relpartbound, part.oid) like '%TO (MAXVALUE)'`,
  );
  return new Map(rows.map((row) => [row.parent, readPartition(row)]));
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
