/** A database of its own for a file of tests. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { type Database, openDatabase } from "../../../src/relay/store/database.js";

/** @returns the embedded database that is open while the tests around run */
export function embeddedDatabase(): () => Database {
  let folder: string;
  let database: Database;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "relay-index-"));
    database = await openDatabase(folder, () => undefined);
  });
  after(async () => {
    await database.close();
    await rm(folder, { recursive: true, force: true });
  });
  return () => database;
}
