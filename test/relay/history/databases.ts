/** Databases of their own for tests. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { withDatabase } from "../../../stage/postgres.js";
import { makeEmptyDatabase } from "../../../stage/database.js";
import { type Database } from "../../../src/relay/store/database.js";
import { openDatabase } from "../../../src/relay/store/open.js";
import { requirePostgres } from "../support.js";

/** @returns the embedded database that is open while the tests around run */
export function embeddedDatabase(): () => Database {
  let folder: string;
  let database: Database;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "relay-index-"));
    const location = join(folder, "database");
    await makeEmptyDatabase(location);
    database = await openDatabase(location, () => undefined);
  });
  after(async () => {
    await database.close();
    await rm(folder, { recursive: true, force: true });
  });
  return () => database;
}

/** @returns an empty database on a Postgres server, open while the tests around run; without a server they are skipped */
export function postgresDatabase(): () => Database {
  let database: Database;
  let end: (() => void) | undefined;
  let ended: Promise<void> | undefined;
  before(async function () {
    requirePostgres(this);
    await new Promise<void>((opened, failed) => {
      ended = withDatabase(async (url) => {
        database = await openDatabase(url, () => undefined);
        opened();
        await new Promise<void>((resolve) => (end = resolve));
        await database.close();
      });
      ended.catch(failed);
    });
  });
  after(async () => {
    end?.();
    await ended;
  });
  return () => database;
}
