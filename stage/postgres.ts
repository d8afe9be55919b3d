/** A Postgres of one's own for as long as it is needed: a new database on the server that DATABASE_URL names, or a new server. */
import { execFileSync, spawn } from "node:child_process";
import { chownSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";

import { Client } from "pg";

import { ownFolder } from "./ending.js";

export interface PostgresServer {
  readonly url: string;
  /** Ends it at once, as a power cut would. */
  kill(): Promise<void>;
  /** Starts it again on the same data. */
  start(): Promise<void>;
  /** Stands still as a whole, connections and all, as a machine that hangs. */
  pause(): void;
  /** Goes on where it stood still. */
  resume(): void;
  /** Ends it and removes its data. */
  stop(): Promise<void>;
}

const DEBIAN = "/usr/lib/postgresql";
const USER = "postgres";
const START_TRIES = 100;

/** Gives `work` an empty database. @throws Error if there is no server and none is installed */
export async function withDatabase<Result>(work: (url: string) => Promise<Result>): Promise<Result> {
  const given = process.env["DATABASE_URL"];
  if (given === undefined) {
    const server = await startPostgres();
    try {
      return await work(server.url);
    } finally {
      await server.stop();
    }
  }
  const name = `relay_${process.pid}_${Date.now()}`;
  const admin = new Client({ connectionString: given });
  await admin.connect();
  try {
    await admin.query(`create database ${name}`);
    const url = new URL(given);
    url.pathname = `/${name}`;
    return await work(url.href);
  } finally {
    await admin.query(`drop database if exists ${name} with (force)`);
    await admin.end();
  }
}

/** Whether `withDatabase` has a server here. */
export function hasPostgres(): boolean {
  return process.env["DATABASE_URL"] !== undefined || canStartPostgres();
}

/** Whether `startPostgres` finds one to start. */
export function canStartPostgres(): boolean {
  return binaries() !== undefined;
}

/** A cluster of its own in a folder of its own, on a free port of the loopback interface. */
export function startPostgres(): Promise<PostgresServer> {
  return startServer((run, data) => {
    run("initdb", ["-D", data, "-U", USER, "-A", "trust", "-N"]);
  });
}

/** A copy that follows a server as it writes, and can only be read. */
export function startStandby({ url }: Pick<PostgresServer, "url">): Promise<PostgresServer> {
  return startServer((run, data) => {
    run("pg_basebackup", ["-D", data, "-d", url, "--write-recovery-conf", "--checkpoint=fast", "--no-sync"]);
  });
}

/** @param make fills the folder of the data */
async function startServer(
  make: (run: (tool: string, words: readonly string[]) => void, data: string) => void,
): Promise<PostgresServer> {
  const found = binaries();
  if (found === undefined)
    throw new Error("no Postgres is installed: set DATABASE_URL, or apt-get install postgresql-15");
  let child: ReturnType<typeof spawn> | undefined;
  const { path: folder, remove } = ownFolder("relay-postgres-", () => child?.kill("SIGQUIT"));
  const isRoot = process.getuid?.() === 0;
  const ids = isRoot ? ownerIds() : undefined;
  if (ids !== undefined) chownSync(folder, ids.uid, ids.gid);
  const owner = ids ?? {};
  const data = join(folder, "data");
  make((tool, words) => {
    execFileSync(join(found, tool), words, { ...owner, cwd: folder, stdio: "ignore" });
  }, data);
  const port = await freePort();
  const words = ["-D", data, "-p", String(port), "-k", folder, "-h", "127.0.0.1"];
  const url = `postgres://${USER}@127.0.0.1:${port}/postgres`;
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const ending = child;
    if (ending?.exitCode !== null || ending.signalCode !== null) return;
    const gone = new Promise((resolve) => ending.once("exit", resolve));
    ending.kill(signal);
    await gone;
  };
  const start = async (): Promise<void> => {
    child = spawn(join(found, "postgres"), words, { ...owner, stdio: "ignore" });
    await answering(url);
  };
  await start();
  return {
    url,
    start,
    kill: () => end("SIGQUIT"), // every process of the server ends at once, without a word to its clients
    pause: () => {
      signalFamily(child?.pid, "SIGSTOP");
    },
    resume: () => {
      signalFamily(child?.pid, "SIGCONT");
    },
    async stop() {
      signalFamily(child?.pid, "SIGCONT"); // what stands still cannot end
      await end("SIGINT");
      remove();
    },
  };
}

/** To a server and then to its processes, one for each connection. */
function signalFamily(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  const parentOf = (other: string): string | undefined => {
    try {
      return /^PPid:\t(\d+)$/m.exec(readFileSync(`/proc/${other}/status`, "utf8"))?.[1];
    } catch {
      return undefined; // it has just ended
    }
  };
  const numbers = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  for (const one of [pid, ...numbers.filter((other) => parentOf(other) === String(pid)).map(Number)]) {
    try {
      process.kill(one, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error; // as `kill` throws; that one has just ended
    }
  }
}

/** As an operator does: the whole database into a file, in Postgres' own form. */
export function dumpDatabase(url: string, file: string): void {
  runTool("pg_dump", ["--dbname", url, "-Fc", "--file", file]);
}

/** And out of it, into a database that is empty. */
export function restoreDatabase(url: string, file: string): void {
  runTool("pg_restore", ["--dbname", url, "--exit-on-error", file]);
}

function runTool(name: string, words: readonly string[]): void {
  const found = binaries();
  if (found === undefined)
    throw new Error(`no Postgres is installed, and so no ${name}: apt-get install postgresql-15`);
  execFileSync(join(found, name), words, { stdio: ["ignore", "ignore", "inherit"] });
}

function binaries(): string | undefined {
  if (!existsSync(DEBIAN)) return undefined;
  const folders = readdirSync(DEBIAN).map((version) => join(DEBIAN, version, "bin"));
  return folders.findLast((folder) => existsSync(join(folder, "initdb")));
}

/** A server refuses to run as root. */
function ownerIds(): { uid: number; gid: number } {
  const idOf = (flag: string): number => Number(execFileSync("id", [flag, USER], { encoding: "utf8" }));
  return { uid: idOf("-u"), gid: idOf("-g") };
}

/** Of the loopback interface. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => {
        if (typeof address === "object" && address !== null) resolve(address.port);
        else reject(new Error("no free port"));
      });
    });
  });
}

async function answering(url: string): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    const client = new Client({ connectionString: url, connectionTimeoutMillis: 1_000 });
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      if (tries === START_TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
