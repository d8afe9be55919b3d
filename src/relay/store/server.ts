/** A database on a Postgres server: pools of connections, one for each kind of work. */
import { drizzle, type NodePgDatabase } from "drizzle-orm/node-postgres";
import { Client, Pool, type PoolConfig } from "pg";

import { RelayError } from "../errors.js";
import { guarded } from "./away.js";
import type { Database, DatabaseOptions, PoolFigures, Queries, Tables } from "./database.js";
import { migrate, requireTables, takeTurn } from "./migrate.js";

const CONNECT_MS = 3_000;
const POOL: PoolConfig = {
  connectionTimeoutMillis: CONNECT_MS,
  idleTimeoutMillis: 30_000,
  /** A server that holds a query for longer counts as away. */
  query_timeout: 10_000,
  /** A process that stands still in a transaction holds its locks no longer. */
  idle_in_transaction_session_timeout: 30_000,
  keepAlive: true,
};
/** What a process that only reads may never do, whoever it is there: the server itself refuses it. */
const READ_ONLY: PoolConfig = { options: "-c default_transaction_read_only=on" };
/** Statements that write, ms: the server ends them before they are given up here, so that none goes on unseen. */
const WRITE_MS = 9_000;
type Sizes = Readonly<Record<PoolFigures["pool"], number>>;
/** Connections of a process that does all, and of one that only reads: that one stores nothing, and answers more. */
const SIZES = { intake: 4, index: 2, reads: 4 } as const satisfies Sizes;
const READER_SIZES = { intake: 1, index: 2, reads: 8 } as const satisfies Sizes;

interface ServerOptions extends DatabaseOptions {
  readonly readTimeoutMs: number;
}

interface OpenPool {
  readonly pool: Pool;
  readonly queries: Queries;
}

export async function openServer(
  url: string,
  onFault: (error: unknown) => void,
  { readTimeoutMs, replicaUrl = url, readsOnly = false, keepsTables = false }: ServerOptions,
): Promise<Database> {
  const open = (name: PoolFigures["pool"], config: PoolConfig = {}): OpenPool => {
    const connectionString = readsOnly || name === "reads" ? replicaUrl : url;
    const { [name]: max } = readsOnly ? READER_SIZES : SIZES;
    return openPool({ ...POOL, ...(readsOnly && READ_ONLY), ...config, max, connectionString }, onFault);
  };
  const upkeep = <Result>(work: (tables: Tables) => Promise<Result>): Promise<Result> =>
    guarded(() => onOwnConnection(url, onFault, work));
  if (readsOnly) await guarded(() => onOwnConnection(replicaUrl, onFault, requireTables));
  else await upkeep(keepsTables ? requireTables : migrate);
  const pools = {
    intake: inTime(open("intake", { statement_timeout: WRITE_MS })),
    index: inTime(open("index", { statement_timeout: WRITE_MS })),
    reads: open("reads", { statement_timeout: readTimeoutMs }),
  };
  return {
    kind: "postgres",
    ...pools.intake.queries,
    index: pools.index.queries,
    reads: pools.reads.queries,
    lags: !readsOnly && replicaUrl !== url, // who reads all of it there sees one state
    upkeep: (work) =>
      upkeep(async (tables) => {
        await takeTurn(tables);
        return work(tables);
      }),
    pools: () =>
      Object.entries(pools).map(([name, { pool }]) => ({
        pool: name as PoolFigures["pool"], // a key of the pools, as just written
        open: pool.totalCount,
        idle: pool.idleCount,
        waiting: pool.waitingCount,
      })),
    async close() {
      await Promise.all(Object.values(pools).map(({ pool }) => pool.end()));
    },
  };
}

/** What is not done in time there is no question that somebody asked badly. */
function inTime({ pool, queries }: OpenPool): OpenPool {
  return {
    pool,
    queries: { run: (work) => orAway(queries.run(work)), transaction: (work) => orAway(queries.transaction(work)) },
  };
}

async function orAway<Result>(done: Promise<Result>): Promise<Result> {
  try {
    return await done;
  } catch (error) {
    if (!(error instanceof RelayError) || error.code !== "RELAY_QUERY_TIMEOUT") throw error;
    throw new RelayError("RELAY_STORE_UNAVAILABLE", { reason: `a statement took more than ${WRITE_MS} ms` }, error);
  }
}

function openPool(config: PoolConfig, onFault: (error: unknown) => void): OpenPool {
  const pool = new Pool(config);
  // Of idle connections, and of those in use between two statements: without a listener either would end the process.
  pool.on("error", onFault);
  pool.on("connect", (client) => client.on("error", onFault));
  const tables = drizzle(pool);
  return {
    pool,
    queries: {
      run: (work) => guarded(() => work(tables)),
      transaction: (work) => guarded(() => onConnection(pool, (connected) => connected.transaction(work))),
    },
  };
}

/** On one connection, which is given back whatever happens: given the pool, drizzle keeps one for good whose `begin` fails. */
async function onConnection<Result>(pool: Pool, work: (tables: NodePgDatabase) => Promise<Result>): Promise<Result> {
  const connection = await pool.connect();
  try {
    return await work(drizzle(connection));
  } finally {
    connection.release();
  }
}

/** A transaction on a connection that is there for nothing else, and has no limit of time. */
async function onOwnConnection<Result>(
  url: string,
  onFault: (error: unknown) => void,
  work: (tables: Tables) => Promise<Result>,
): Promise<Result> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: CONNECT_MS, keepAlive: true });
  client.on("error", onFault);
  try {
    await client.connect();
    return await drizzle(client).transaction(work);
  } finally {
    await client.end().catch(onFault);
  }
}
