/** One database for all stores: a Postgres server, or the embedded one, with the same tables and the same queries. */
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { PGlite } from "@electric-sql/pglite";
import { DrizzleQueryError, type SQL } from "drizzle-orm";
import { drizzle as drizzlePg, type NodePgDatabase } from "drizzle-orm/node-postgres";
import { migrate as migratePg } from "drizzle-orm/node-postgres/migrator";
import type { PgDatabase, PgQueryResultHKT } from "drizzle-orm/pg-core";
import { drizzle as drizzlePglite } from "drizzle-orm/pglite";
import { migrate as migratePglite } from "drizzle-orm/pglite/migrator";
import { Pool } from "pg";

import { RelayError, messageOf } from "../errors.js";
import { type FolderLock, lockFolder } from "./folder-lock.js";

export type Tables = PgDatabase<PgQueryResultHKT>;

export interface Database {
  readonly kind: "postgres" | "embedded";
  /** Runs queries. @throws RelayError RELAY_STORE_UNAVAILABLE if the database is away or cannot go on; else what they throw */
  run<Result>(work: (tables: Tables) => Promise<Result>): Promise<Result>;
  /** As `run`, all or nothing. */
  transaction<Result>(work: (tables: Tables) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

/** Rows of a query that is written out; what a row has is for the query to say. Both drivers answer like this. */
export async function queryRows<Row>(tables: Tables, query: SQL): Promise<readonly Row[]> {
  const result: unknown = await tables.execute(query);
  return (result as { readonly rows: readonly Row[] }).rows;
}

/** One connection, or pool of connections, that may have to be made anew. */
interface Client {
  readonly tables: Tables;
  migrate(): Promise<void>;
  close(): Promise<void>;
}

const MIGRATIONS = { migrationsFolder: fileURLToPath(new URL("migrations", import.meta.url)) };
const POOL = {
  max: 4,
  connectionTimeoutMillis: 3_000,
  idleTimeoutMillis: 30_000,
  /** A server that holds a query for longer counts as away. */
  query_timeout: 10_000,
  keepAlive: true,
};

/** SQLSTATE classes that say nothing about the query: connection, resources, operator, system, internal. */
const AWAY_CLASSES = new Set(["08", "53", "57", "58", "XX"]);

/**
 * Opens the database and brings its tables up to date.
 * @param location postgres://… , or a folder, which is made if need be
 * @param onFault hears of a connection that broke while nobody used it
 * @throws RelayError RELAY_LOCKED, RELAY_STORE_UNAVAILABLE
 */
export async function openDatabase(location: string, onFault: (error: unknown) => void): Promise<Database> {
  return isServer(location) ? openServer(location, onFault) : openEmbedded(location, onFault);
}

export function isServer(location: string): boolean {
  return /^postgres(ql)?:\/\//.test(location);
}

async function openServer(url: string, onFault: (error: unknown) => void): Promise<Database> {
  const pool = new Pool({ ...POOL, connectionString: url });
  // Of idle connections, and of those in use between two statements: without a listener either would end the process.
  pool.on("error", onFault);
  pool.on("connect", (client) => client.on("error", onFault));
  const tables = drizzlePg(pool);
  try {
    await guarded(() => onConnection(pool, (connected) => migratePg(connected, MIGRATIONS)));
  } catch (error) {
    await pool.end();
    throw error;
  }
  return {
    kind: "postgres",
    run: (work) => guarded(() => work(tables)),
    transaction: (work) => guarded(() => onConnection(pool, (connected) => connected.transaction(work))),
    close: () => pool.end(),
  };
}

/** On one connection, which is given back whatever happens: given the pool, drizzle keeps one for good whose `begin` fails. */
async function onConnection<Result>(pool: Pool, work: (tables: NodePgDatabase) => Promise<Result>): Promise<Result> {
  const connection = await pool.connect();
  try {
    return await work(drizzlePg(connection));
  } finally {
    connection.release();
  }
}

/** The embedded database ends for good when it cannot write; it is opened again then, which recovers it from its own log. */
async function openEmbedded(folder: string, onFault: (error: unknown) => void): Promise<Database> {
  mkdirSync(folder, { recursive: true });
  const lock = await lockFolder(folder);
  let client: Promise<Client> = openFolder(folder);
  const use = async <Result>(work: (client: Client) => Promise<Result>): Promise<Result> => {
    const used = client;
    try {
      return await guarded(async () => work(await used));
    } catch (error) {
      if (client === used && isBroken(error)) {
        onFault(error);
        client = reopened(used, folder);
        client.catch(() => undefined); // whoever uses it next hears of it
      }
      throw error;
    }
  };
  try {
    await guarded(() => client);
  } catch (error) {
    await lock.release();
    throw error;
  }
  return {
    kind: "embedded",
    run: (work) => use(({ tables }) => work(tables)),
    transaction: (work) => use(({ tables }) => tables.transaction(work)),
    close: () => closeEmbedded(client, lock),
  };
}

async function openFolder(folder: string): Promise<Client> {
  const pglite = await PGlite.create(folder);
  const tables = drizzlePglite(pglite);
  const client: Client = { tables, migrate: () => migratePglite(tables, MIGRATIONS), close: () => pglite.close() };
  await client.migrate();
  return client;
}

async function reopened(broken: Promise<Client>, folder: string): Promise<Client> {
  await broken.then((client) => client.close()).catch(() => undefined); // broken already: nothing more can go wrong with it
  return openFolder(folder);
}

async function closeEmbedded(client: Promise<Client>, lock: FolderLock): Promise<void> {
  try {
    await (await client).close();
  } finally {
    await lock.release();
  }
}

async function guarded<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof RelayError) throw error;
    if (!isAway(error)) throw error instanceof DrizzleQueryError ? innermost(error) : error; // it names all values, secret ones too
    throw new RelayError("RELAY_STORE_UNAVAILABLE", { reason: messageOf(innermost(error)) }, innermost(error));
  }
}

/** Whether an embedded database has ended: what it can still put in words, such as that the disk is full, it has survived. */
function isBroken(error: unknown): boolean {
  return isAway(error) && !/^(08|53|57)/.test(sqlStateOf(error) ?? "");
}

/** Whether the database itself is at fault, and not what it was asked. An error without a SQLSTATE is none of a query. */
function isAway(error: unknown): boolean {
  if (error instanceof RelayError) return error.code === "RELAY_STORE_UNAVAILABLE";
  const state = sqlStateOf(error);
  return state === undefined || AWAY_CLASSES.has(state.slice(0, 2));
}

function sqlStateOf(error: unknown): string | undefined {
  const cause = innermost(error);
  const state = typeof cause === "object" && cause !== null && "code" in cause ? cause.code : undefined;
  return typeof state === "string" && /^[0-9A-Z]{5}$/.test(state) ? state : undefined;
}

function innermost(error: unknown): unknown {
  return error instanceof Error && error.cause !== undefined ? innermost(error.cause) : error;
}
