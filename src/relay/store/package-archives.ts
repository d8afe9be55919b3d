/**
 * Old packages that were taken out of the tables, and written to files by whoever asked for it, with the calls that brought them and the
 * signed cancellations that came by then. A package goes when nothing can come of it any more: it is final, and the chain itself would
 * refuse it if it were handed in again, for its nonce is used or its deadline over. All others stay, in a small partition in the place of
 * the whole one. A cancellation goes when it is final and its deadline over: one that is not might be brought, and paid for, once more.
 */
import { asc, eq, type SQL, sql } from "drizzle-orm";

import { insertText, KEPT, LATE_SECONDS, type OrderedTable, refused, type TextRow, textRows } from "./archiving.js";
import { type Database, queryRows, type Tables } from "./database.js";
import { PACKAGES_TABLE } from "./package-partitions.js";
import { attach, bytesOf, detach, type Partition, partitionsOf, partitionWith, upkeep } from "./partitions.js";
import { cancellations, packageArchives, packages, submissions, transactions } from "./schema.js";

/** Kinds of rows that go together, as files call them. */
export const PACKAGE_KINDS = ["packages", "submissions", "transactions", "cancellations"] as const;
export type PackageKind = (typeof PACKAGE_KINDS)[number];

/** Every kind with its table, and what orders its rows. */
export const PACKAGE_TABLES = {
  packages: { table: packages, key: ["seq"] },
  submissions: { table: submissions, key: ["id"] },
  transactions: { table: transactions, key: ["submission_id", "hash"] },
  cancellations: { table: cancellations, key: ["seq"] },
} as const satisfies Record<PackageKind, OrderedTable>;

/** Numbers of one partition: what is archived at once. */
export interface SeqRange {
  /** From 0 for the first partition, which has no beginning. */
  readonly from: number;
  readonly to: number;
}

export interface KindSum {
  readonly rows: number;
  /** Another one if any cell is. */
  readonly sum: string;
}

/** What goes of a partition. Whether it still is that is looked at once more when it goes. */
export interface GoingPackages extends SeqRange {
  /** Unix seconds: deadlines before it are over. */
  readonly over: number;
  /** Calls from this number on are those of packages that came later. */
  readonly callsTo: number;
  /** When the last package of the partition came: cancellations that came later are of later ones. */
  readonly newest: string;
  /** What goes, of each kind. */
  readonly sums: Readonly<Record<PackageKind, KindSum>>;
  /** Of the whole partition, on the disk with indexes. */
  readonly bytes: number;
  /** Packages that go, of each book. */
  readonly books: readonly { readonly book: string; readonly packages: number }[];
  /** Packages that stay. */
  readonly kept: number;
}

export interface PackagePlan {
  /** Oldest first. */
  readonly ranges: readonly GoingPackages[];
  /** Why the next one stays; undefined if there is none. */
  readonly stays: string | undefined;
}

export interface PackageNote {
  readonly place: string;
  /** That are in the files, of each kind. */
  readonly rows: Readonly<Record<PackageKind, number>>;
  /** SHA-256 of the manifest. */
  readonly manifest: string;
}

/** What can be archived: whole partitions whose packages all came before a time, the oldest first. */
export async function planPackages(database: Database, before: Date): Promise<PackagePlan> {
  const over = Math.floor(Math.min(before.getTime(), Date.now()) / 1_000) - LATE_SECONDS;
  return database.index.run(async (tables) => {
    const ranges: GoingPackages[] = [];
    for (const part of await partitionsOf(tables, PACKAGES_TABLE.name)) {
      const [oldest, newest] = await cameBetween(tables, part.name);
      if (part.name.endsWith(KEPT) || oldest === undefined || newest === undefined) continue;
      if (Date.parse(oldest) >= before.getTime()) break;
      const isOpen = part.to === Infinity;
      if (isOpen || Date.parse(newest) >= before.getTime()) {
        const why = isOpen ? "their partition has no end yet" : `the newest of their partition came at ${newest}`;
        return { ranges, stays: `packages from ${Math.max(0, part.from)} on: ${why}` };
      }
      ranges.push(await goingOf(tables, part, { over, newest }));
    }
    return { ranges, stays: undefined };
  });
}

/** When the first and the last package of a partition came; undefined if it has none. */
async function cameBetween(tables: Tables, part: string): Promise<(string | undefined)[]> {
  const rows = await Promise.all(
    ["asc", "desc"].map((order) =>
      queryRows<{ readonly at: string }>(
        tables,
        sql`select ${isoTime(sql`received_at`)} as at from ${sql.identifier(part)} order by seq ${sql.raw(order)} limit 1`,
      ),
    ),
  );
  return rows.map(([row]) => row?.at);
}

function isoTime(time: SQL): SQL {
  return sql`to_char(${time} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}

async function goingOf(
  tables: Tables,
  part: Partition,
  times: Pick<GoingPackages, "over" | "newest">,
): Promise<GoingPackages> {
  const range = { from: Math.max(0, part.from), to: part.to };
  const going = { ...range, ...times, callsTo: await firstLaterCall(tables, part.to) };
  const books = await queryRows<{ readonly book: string; readonly packages: string | number }>(
    tables,
    sql`select book, count(*) as packages from ${sql.identifier(part.name)} as rows where ${goes("packages", going)}
      group by book order by book`,
  );
  const [whole] = await queryRows<{ readonly rows: string | number }>(
    tables,
    sql`select count(*) as rows from ${sql.identifier(part.name)}`,
  );
  const sums = {
    packages: await sumOf(tables, "packages", going),
    submissions: await sumOf(tables, "submissions", going),
    transactions: await sumOf(tables, "transactions", going),
    cancellations: await sumOf(tables, "cancellations", going),
  };
  return {
    ...going,
    sums,
    bytes: await bytesOf(tables, [part]),
    books: books.map(({ book, packages: count }) => ({ book, packages: Number(count) })),
    kept: Number(whole?.rows ?? 0) - sums.packages.rows,
  };
}

/** Calls are made after what they bring has come, so those of later packages have higher numbers than any that is done with. */
async function firstLaterCall(tables: Tables, to: number): Promise<number> {
  const [row] = await queryRows<{ readonly first: string | number | null; readonly next: string | number }>(
    tables,
    sql`select (select min(submission_id) from packages where seq >= ${to}) as first,
      (select coalesce(max(id), 0) + 1 from submissions) as next`,
  );
  return Number(row?.first ?? row?.next ?? 0);
}

type Going = Pick<GoingPackages, "from" | "to" | "over" | "callsTo" | "newest">;

/**
 * Whether one of the `rows` of a kind goes. What a start may read over again, from a snapshot that is older, stays; so do calls and
 * cancellations of packages that stay.
 */
function goes(kind: PackageKind, { from, to, over, callsTo, newest }: Going): SQL {
  const isBehind = (row: SQL): SQL => sql`not exists (select from snapshots
    where snapshots.book = ${row}.book and snapshots.block_number < ${row}.block_number)`;
  const settled = (row: SQL): SQL =>
    sql`(${row}.final and (${row}.status = 'onChain' or ${row}.deadline < ${over}) and ${isBehind(row)})`;
  /** Of the packages before the end, whether one stays: those of partitions that went before did. */
  const stays = (row: SQL): SQL => sql`not (${row}.seq >= ${from} and ${settled(row)})`;
  const isDone = (
    call: SQL,
  ): SQL => sql`(${call}.final and ${call}.id < ${callsTo} and not exists (select from packages as others
    where others.seq < ${to} and others.submission_id = ${call}.id and ${stays(sql`others`)}))`;
  /** By a package that stays, of the partition or a later one. */
  const isNamedIn = (column: SQL): SQL => sql`exists (select from packages as others where others.book = rows.book
    and others.${column} = rows.hash and (others.seq >= ${to} or ${stays(sql`others`)}))`;
  switch (kind) {
    case "packages":
      return sql`rows.seq >= ${from} and rows.seq < ${to} and ${settled(sql`rows`)}`;
    case "submissions":
      return isDone(sql`rows`);
    case "transactions":
      return sql`exists (select from submissions as calls where calls.id = rows.submission_id and ${isDone(sql`calls`)})`;
    case "cancellations":
      return sql`rows.final and rows.deadline < ${over} and rows.received_at < ${newest}::timestamptz and ${isBehind(sql`rows`)}
        and not ${isNamedIn(sql`withdrawn_by`)} and not ${isNamedIn(sql`replaces`)}`;
  }
}

/** Rows of a kind that go, in their order. */
export function goingRows(database: Database, kind: PackageKind, going: Going): AsyncGenerator<TextRow> {
  const { table } = PACKAGE_TABLES[kind];
  return textRows(database.index, PACKAGE_TABLES[kind], sql`${table}`, goes(kind, going));
}

function sumOf(tables: Tables, kind: PackageKind, going: Going): Promise<KindSum> {
  return sumIn(tables, sql`select * from ${PACKAGE_TABLES[kind].table} as rows where ${goes(kind, going)}`);
}

/** What it has taken out is what is summed: others may write between two statements. */
function removed(tables: Tables, kind: PackageKind, going: Going): Promise<KindSum> {
  return sumIn(tables, sql`delete from ${PACKAGE_TABLES[kind].table} as rows where ${goes(kind, going)} returning *`);
}

async function sumIn(tables: Tables, rows: SQL): Promise<KindSum> {
  const [found] = await queryRows<{ readonly count: string | number; readonly sum: string }>(
    tables,
    sql`with found as (${rows})
      select count(*) as count, coalesce(sum(hashtextextended(found::text, 0)), 0)::text as sum from found`,
  );
  return { rows: Number(found?.count ?? 0), sum: found?.sum ?? "" };
}

/** The partition with these numbers. @throws RelayError RELAY_ARCHIVE_REFUSED if there is none */
async function partitionAt(tables: Tables, range: SeqRange): Promise<Partition> {
  const found = await partitionWith(tables, PACKAGES_TABLE.name, range);
  if (found === undefined)
    throw refused(`there is no partition of packages with numbers ${range.from} to ${range.to - 1}`);
  return found;
}

/**
 * Takes what goes out of the tables for good, and notes where it went. All or nothing. Packages are taken and read on meanwhile; what has
 * become of any is written once it is done.
 */
export async function takePackagesOut(
  database: Database,
  going: GoingPackages,
  { place, manifest, rows }: PackageNote,
): Promise<void> {
  await upkeep(database, async (tables) => {
    const part = await partitionAt(tables, going);
    if (part.name.endsWith(KEPT)) throw refused(`${part.name} has nothing that goes`);
    const requireUnchanged = (kind: PackageKind, { rows: count, sum }: KindSum): void => {
      if (count !== rows[kind] || sum !== going.sums[kind].sum)
        throw refused(`${part.name} has other ${kind} than the files: it was written to meanwhile, try again`);
    };
    // Transactions before what they are of, which would take them along.
    for (const kind of ["transactions", "submissions", "cancellations"] as const)
      requireUnchanged(kind, await removed(tables, kind, going));
    await tables.execute(sql`lock table ${sql.identifier(part.name)} in share mode`);
    requireUnchanged("packages", await sumOf(tables, "packages", going));
    const kept = part.name + KEPT;
    await makeTable(tables, kept, going);
    await tables.execute(
      sql`insert into ${sql.identifier(kept)} select * from ${sql.identifier(part.name)} as rows
        where not (${goes("packages", going)})`,
    );
    const { from: fromSeq, to: toSeq } = going;
    await tables.insert(packageArchives).values({ fromSeq, toSeq, packages: rows.packages, place, manifest });
    await takePlace(tables, part, kept);
  });
}

/** As the partition of a range is, beside the table. */
async function makeTable(tables: Tables, part: string, { from, to }: SeqRange): Promise<void> {
  const name = sql.identifier(part);
  await tables.execute(sql`create table ${name} (like ${sql.identifier(PACKAGES_TABLE.name)} including all)`);
  const above = from === 0 ? sql`` : sql`seq >= ${sql.raw(`${from}`)} and `;
  await tables.execute(sql`alter table ${name} add constraint within check (${above}seq < ${sql.raw(`${to}`)})`);
}

/** @param part as it is @param name of the table that comes into its place */
async function takePlace(tables: Tables, part: Partition, name: string): Promise<void> {
  await detach(tables, PACKAGES_TABLE, part.name);
  await tables.execute(sql`drop table ${sql.identifier(part.name)}`);
  await attach(tables, PACKAGES_TABLE, { ...part, name });
  await tables.execute(sql`alter table ${sql.identifier(name)} drop constraint within`);
}

/** What was archived, oldest first. */
export function archivedPackages(database: Database) {
  return database.index.run((tables) => tables.select().from(packageArchives).orderBy(asc(packageArchives.fromSeq)));
}

/** Tables beside the others, into which rows are brought back. */
export interface PackagesReturning {
  /** Adds rows, in any portions. */
  add(kind: PackageKind, rows: readonly TextRow[]): Promise<void>;
  /** All that were brought, as they are in the database now. */
  brought(kind: PackageKind): AsyncGenerator<TextRow>;
  /** Puts them where they were, and forgets that they were out. All or nothing. */
  finish(): Promise<void>;
  /** Forgets what was brought. */
  abandon(): Promise<void>;
}

/** @throws RelayError RELAY_ARCHIVE_REFUSED if nothing was taken out there */
export async function beginPackagesReturn(database: Database, range: SeqRange): Promise<PackagesReturning> {
  let whole = "";
  const beside = (kind: PackageKind): string => (kind === "packages" ? whole : `${kind}_${range.from}_brought`);
  const dropAll = async (tables: Tables): Promise<void> => {
    for (const kind of PACKAGE_KINDS) {
      // One that has taken its place already, though nobody could say so, is not what was only brought.
      const name = beside(kind);
      const [placed] = await queryRows(tables, sql`select from pg_inherits where inhrelid = to_regclass(${name})`);
      if (placed === undefined) await tables.execute(sql`drop table if exists ${sql.identifier(name)}`);
    }
  };
  await upkeep(database, async (tables) => {
    whole = (await requireOut(tables, range)).name.slice(0, -KEPT.length);
    await dropAll(tables); // of an attempt that was broken off
    await makeTable(tables, whole, range);
    for (const kind of WHOLE_KINDS)
      await tables.execute(
        sql`create table ${sql.identifier(beside(kind))} (like ${PACKAGE_TABLES[kind].table} including all)`,
      );
  });
  return {
    add: (kind, rows) =>
      database.index.run((tables) => insertText(tables, PACKAGE_TABLES[kind].table, beside(kind), rows)),
    brought: (kind) => textRows(database.index, PACKAGE_TABLES[kind], sql`${sql.identifier(beside(kind))}`),
    abandon: () => upkeep(database, dropAll),
    finish: () =>
      upkeep(database, async (tables) => {
        await putBack(tables, range, beside);
        await dropAll(tables);
      }),
  };
}

async function requireOut(tables: Tables, range: SeqRange): Promise<Partition> {
  const part = await partitionAt(tables, range);
  if (!part.name.endsWith(KEPT)) throw refused(`packages ${range.from} to ${range.to - 1} have not been archived here`);
  return part;
}

/** What has no partitions. Transactions come behind what they are of. */
const WHOLE_KINDS = ["submissions", "transactions", "cancellations"] as const;

/** What is here counts: rows that stayed are the newer ones, and so would be what had come anew. */
async function putBack(tables: Tables, range: SeqRange, beside: (kind: PackageKind) => string): Promise<void> {
  const kept = await requireOut(tables, range);
  const whole = sql.identifier(beside("packages"));
  await tables.execute(
    sql`delete from ${whole} as brought using packages as others
      where others.book = brought.book and others.link = brought.link`,
  );
  for (const kind of WHOLE_KINDS)
    await tables.execute(
      sql`insert into ${PACKAGE_TABLES[kind].table} select * from ${sql.identifier(beside(kind))} on conflict do nothing`,
    );
  await tables.execute(sql`lock table ${sql.identifier(kept.name)} in share mode`);
  await tables.execute(sql`insert into ${whole} select * from ${sql.identifier(kept.name)}`);
  await takePlace(tables, kept, beside("packages"));
  await tables.delete(packageArchives).where(eq(packageArchives.fromSeq, range.from));
}
