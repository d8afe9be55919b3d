/** One database for all stores: a Postgres server, or the embedded one, with the same tables and the same queries. */
import type { SQL } from "drizzle-orm";
import type { PgDatabase, PgQueryResultHKT } from "drizzle-orm/pg-core";

export type Tables = PgDatabase<PgQueryResultHKT>;

export interface Queries {
  /**
   * Runs queries.
   * @throws RelayError RELAY_STORE_UNAVAILABLE if the database is away or cannot go on, RELAY_QUERY_TIMEOUT if one took longer than it
   * may; else what they throw
   */
  run<Result>(work: (tables: Tables) => Promise<Result>): Promise<Result>;
  /** As `run`, all or nothing. */
  transaction<Result>(work: (tables: Tables) => Promise<Result>): Promise<Result>;
}

/**
 * What packages, submissions and the lease need goes by itself; the index, and what is read for people, have connections of their own
 * on a server, so that neither keeps a package from being stored.
 */
export interface Database extends Queries {
  readonly kind: "postgres" | "embedded";
  readonly index: Queries;
  /** Statements here may take no longer than the settings say. */
  readonly reads: Queries;
  /** Whether they are asked of a copy, which may be behind. */
  readonly lags: boolean;
  /** One transaction without a limit of time, and no other of this kind meanwhile, of whatever relay. */
  upkeep<Result>(work: (tables: Tables) => Promise<Result>): Promise<Result>;
  /** Connections of each pool; none of an embedded database. */
  pools(): readonly PoolFigures[];
  close(): Promise<void>;
}

export interface PoolFigures {
  readonly pool: "intake" | "index" | "reads";
  readonly open: number;
  readonly idle: number;
  /** Work that waits for a connection. */
  readonly waiting: number;
}

export interface DatabaseOptions {
  /** A copy of the database, from which is read for people; the same server by default. */
  readonly replicaUrl?: string | undefined;
  /** Whether nothing is ever written: then all of it is read from the copy, and tables are left as they are. */
  readonly readsOnly?: boolean;
  /** Whether the tables must be there, and are left as they are, though rows are written: who made them is a relay's to say. */
  readonly keepsTables?: boolean;
  /** How long a statement may take that reads for people, ms. */
  readonly readTimeoutMs?: number;
}

/** Rows of a query that is written out; what a row has is for the query to say. Both drivers answer like this. */
export async function queryRows<Row>(tables: Tables, query: SQL): Promise<readonly Row[]> {
  const result: unknown = await tables.execute(query);
  return (result as { readonly rows: readonly Row[] }).rows;
}

/**
 * A query that is asked often: built once for each pool or connection, which takes longer than asking. It has no name on the server,
 * where a connection may be another one's next time.
 * @param build ends in `.prepare("")`
 */
export function builtOnce<Query>(build: (tables: Tables) => Query): (tables: Tables) => Query {
  const built = new WeakMap<Tables, Query>();
  return (tables) => {
    const known = built.get(tables) ?? build(tables);
    built.set(tables, known);
    return known;
  };
}

export function isServer(location: string): boolean {
  return /^postgres(ql)?:\/\//.test(location);
}
