/** One embedded database for all quick tests: each of them has a book of its own in it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { makeEmptyDatabase } from "../../../stage/database.js";
import { type Database } from "../../../src/relay/store/database.js";
import { openDatabase } from "../../../src/relay/store/open.js";

let opened: Promise<Database> | undefined;
let books = 0;

/** Opened when it is first asked for, which takes a second or two; gone with the process. */
export function sharedDatabase(): Promise<Database> {
  return (opened ??= open());
}

/** A name that no other test has its rows under. */
export function freshBook(): string {
  books += 1;
  return `0xb00c${books}`;
}

async function open(): Promise<Database> {
  const folder = mkdtempSync(join(tmpdir(), "relay-quick-"));
  process.once("exit", () => {
    rmSync(folder, { recursive: true, force: true });
  });
  const location = join(folder, "database");
  await makeEmptyDatabase(location);
  return openDatabase(location, () => undefined);
}
