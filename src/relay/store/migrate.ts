/** Brings the tables up to date: everything or nothing, and one relay after the other, however many start at once. */
import { fileURLToPath } from "node:url";

import { sql } from "drizzle-orm";
import { readMigrationFiles } from "drizzle-orm/migrator";

import { RelayError } from "../errors.js";
import { queryRows, type Tables } from "./database.js";

const MIGRATIONS = { migrationsFolder: fileURLToPath(new URL("migrations", import.meta.url)) };
const UPKEEP_LOCK = 0x5e5512; // any constant: the lock's name

/** Whoever looks after the database as a whole waits here until nobody else does. @param tables of a transaction, which then has the lock */
export async function takeTurn(tables: Tables): Promise<void> {
  await tables.execute(sql`select pg_advisory_xact_lock(${UPKEEP_LOCK})`);
}

/** Tables are as this version knows them, or newer. @throws RelayError RELAY_STORE_UNAVAILABLE if whoever writes has not made them yet */
export async function requireTables(tables: Tables): Promise<void> {
  if (await areUpToDate(tables)) return;
  throw new RelayError("RELAY_STORE_UNAVAILABLE", {
    reason: "its tables are of an earlier version, or none: start who writes them",
  });
}

async function areUpToDate(tables: Tables): Promise<boolean> {
  const [known] = await queryRows<{ readonly there: boolean }>(
    tables,
    sql`select to_regclass('drizzle.__drizzle_migrations') is not null as there`,
  );
  const done = known?.there === true ? await newestOf(tables) : -1;
  return done >= Math.max(...readMigrationFiles(MIGRATIONS).map(({ folderMillis }) => folderMillis));
}

async function newestOf(tables: Tables): Promise<number> {
  const [newest] = await queryRows<{ readonly at: string | number | null }>(
    tables,
    sql`select max(created_at) as at from drizzle.__drizzle_migrations`,
  );
  return Number(newest?.at ?? -1);
}

/** @param tables of a transaction, whose connection has no limit of time. What was done is noted where drizzle's own migrator does. */
export async function migrate(tables: Tables): Promise<void> {
  if (await areUpToDate(tables)) return; // who has nothing to do waits for nobody: an archive takes minutes
  await takeTurn(tables);
  await tables.execute(sql`create schema if not exists drizzle`);
  await tables.execute(
    sql`create table if not exists drizzle.__drizzle_migrations (id serial primary key, hash text not null, created_at bigint)`,
  );
  const done = await newestOf(tables);
  for (const { folderMillis, hash, sql: statements } of readMigrationFiles(MIGRATIONS)) {
    if (folderMillis <= done) continue;
    for (const statement of statements) await tables.execute(sql.raw(statement));
    await tables.execute(
      sql`insert into drizzle.__drizzle_migrations (hash, created_at) values (${hash}, ${folderMillis})`,
    );
  }
}
