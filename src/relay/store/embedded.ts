/** The embedded database: one connection for all work, in this process, on a folder that it has for itself. */
import { existsSync, mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";

import { drizzle } from "drizzle-orm/pglite";

import { messageOf } from "../../protocol/amounts/errors.js";
import { RelayError } from "../errors.js";
import { guarded, isBroken } from "./away.js";
import type { Database, Queries, Tables } from "./database.js";
import { type FolderLock, lockFolder } from "./folder-lock.js";
import { Instance } from "./instance.js";
import { migrate, takeTurn } from "./migrate.js";

/** The database as it was opened last. */
interface Client {
  readonly tables: Tables;
  /** Whether it answers no more, whatever the last error was: of a full disk it may say so in words, and have ended. */
  hasEnded(): boolean;
  close(): Promise<void>;
}

/** One after the other: asked for all of them at once, Node does not come back from where none can be made. @throws RelayError RELAY_CONFIG_INVALID */
function makeFolder(folder: string): void {
  if (isFolder(folder)) return;
  const above = dirname(folder);
  if (above !== folder) makeFolder(above);
  try {
    mkdirSync(folder);
  } catch (error) {
    if (isFolder(folder)) return; // by another process, just now
    throw new RelayError(
      "RELAY_CONFIG_INVALID",
      { problems: `\n  --database ${folder} cannot be made: ${messageOf(error)}` },
      error,
    );
  }
}

function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}

/** It ends for good when it cannot write; it is opened again then, which recovers it from its own log. */
export async function openEmbedded(folder: string, onFault: (error: unknown) => void): Promise<Database> {
  makeFolder(folder);
  const lock = await lockFolder(folder);
  let client: Promise<Client> = openFolder(folder);
  const use = async <Result>(work: (client: Client) => Promise<Result>): Promise<Result> => {
    lock.check();
    const used = client;
    let opened: Client | undefined;
    try {
      return await guarded(async () => work((opened = await used)));
    } catch (error) {
      if (client === used && (isBroken(error) || opened?.hasEnded() === true)) {
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
  const queries: Queries = {
    run: (work) => use(({ tables }) => work(tables)),
    transaction: (work) => use(({ tables }) => tables.transaction(work)),
  };
  return {
    kind: "embedded",
    ...queries,
    index: queries,
    reads: queries,
    lags: false,
    upkeep: (work) =>
      queries.transaction(async (tables) => {
        await takeTurn(tables);
        return work(tables);
      }),
    pools: () => [],
    close: () => closeEmbedded(client, lock),
  };
}

async function openFolder(folder: string): Promise<Client> {
  const instance = await Instance.open(folder);
  const tables = drizzle(instance);
  try {
    await tables.transaction(migrate);
  } catch (error) {
    await instance.close().catch(() => undefined); // it may have ended
    throw error;
  }
  return { tables, hasEnded: () => instance.hasEnded, close: () => instance.close() };
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
