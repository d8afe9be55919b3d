/** The embedded database: one connection for all work, in this process, on a folder that it has for itself. */
import { mkdirSync } from "node:fs";

import { PGlite } from "@electric-sql/pglite";
import { drizzle } from "drizzle-orm/pglite";

import { guarded, isBroken } from "./away.js";
import type { Database, Queries, Tables } from "./database.js";
import { type FolderLock, lockFolder } from "./folder-lock.js";
import { migrate, takeTurn } from "./migrate.js";

/** The database as it was opened last. */
interface Client {
  readonly tables: Tables;
  close(): Promise<void>;
}

/** It ends for good when it cannot write; it is opened again then, which recovers it from its own log. */
export async function openEmbedded(folder: string, onFault: (error: unknown) => void): Promise<Database> {
  mkdirSync(folder, { recursive: true });
  const lock = await lockFolder(folder);
  let client: Promise<Client> = openFolder(folder);
  const use = async <Result>(work: (client: Client) => Promise<Result>): Promise<Result> => {
    lock.check();
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
  const queries: Queries = {
    run: (work) => use(({ tables }) => work(tables)),
    transaction: (work) => use(({ tables }) => tables.transaction(work)),
  };
  return {
    kind: "embedded",
    ...queries,
    index: queries,
    reads: queries,
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
  const pglite = await PGlite.create(folder);
  const tables = drizzle(pglite);
  await tables.transaction(migrate);
  return { tables, close: () => pglite.close() };
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
