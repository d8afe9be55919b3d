import { existsSync, readFileSync } from "node:fs";
import { cp, mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { openDatabase } from "../src/relay/store/open.js";
import { ownFolder } from "./ending.js";

const PROJECT = fileURLToPath(new URL("..", import.meta.url));
const CACHE = join(PROJECT, "cache", "relay");

/**
 * Makes an embedded database without a row in it. The first one takes several seconds to make: it is kept, and the others are
 * copies of it.
 * @param folder where it shall be; must not exist
 */
export async function makeEmptyDatabase(folder: string): Promise<void> {
  const original = join(CACHE, `empty-${engineVersion()}-${newestMigration()}`);
  if (!existsSync(original)) await makeOriginal(original);
  await cp(original, folder, { recursive: true });
}

/** Gives `work` the place of an embedded database that is not there yet, and removes what it has become. */
export async function withEmbeddedDatabase<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const above = ownFolder("session-database-");
  try {
    return await work(join(above.path, "database"));
  } finally {
    above.remove();
  }
}

/** As the project pins it: a database of another version could not be opened. */
function engineVersion(): string {
  const manifest = readFileSync(join(PROJECT, "package.json"), "utf8");
  const { dependencies } = JSON.parse(manifest) as { readonly dependencies: Readonly<Record<string, string>> }; // our own
  return dependencies["@electric-sql/pglite"] ?? "";
}

/** A database with older tables would have to be brought up to date each time that it is used. */
function newestMigration(): string {
  const journal = readFileSync(join(PROJECT, "src", "relay", "store", "migrations", "meta", "_journal.json"), "utf8");
  const { entries } = JSON.parse(journal) as { readonly entries: readonly { readonly tag: string }[] }; // drizzle's own
  return entries.at(-1)?.tag ?? "";
}

/** Made elsewhere and moved, so that it is there as a whole or not at all; another process may have been faster. */
async function makeOriginal(original: string): Promise<void> {
  await mkdir(dirname(original), { recursive: true });
  const made = await mkdtemp(`${original}-`);
  try {
    const database = await openDatabase(made, () => undefined);
    await database.close();
    await rename(made, original);
  } catch (error) {
    if (!existsSync(original)) throw error;
  } finally {
    await rm(made, { recursive: true, force: true });
  }
}
