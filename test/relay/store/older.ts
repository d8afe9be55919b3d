/** A server's database as an older relay left it. */
import { readFileSync } from "node:fs";

import type { Client } from "pg";

const folder = new URL("../../../src/relay/store/migrations/", import.meta.url);

export interface Step {
  readonly tag: string;
  readonly when: number;
}

/** Every step that there is, in their order. */
export function allSteps(): readonly Step[] {
  const journal = readFileSync(new URL("meta/_journal.json", folder), "utf8");
  return (JSON.parse(journal) as { readonly entries: readonly Step[] }).entries; // drizzle's own
}

/** Does the first steps in an empty database, and notes them as an older relay did. @param until that one is not done any more */
export async function makeOlder(client: Client, until: number | string): Promise<void> {
  await client.query("create schema drizzle");
  await client.query(
    "create table drizzle.__drizzle_migrations (id serial primary key, hash text not null, created_at bigint)",
  );
  const steps = allSteps();
  const end = typeof until === "number" ? until : steps.findIndex(({ tag }) => tag === until);
  for (const { tag, when } of steps.slice(0, end)) {
    await client.query(readFileSync(new URL(`${tag}.sql`, folder), "utf8"));
    await client.query("insert into drizzle.__drizzle_migrations (hash, created_at) values ($1, $2)", [tag, when]);
  }
}

/** Tells a table's rows from rows that were written again. */
export async function fileOf(client: Client, table: string): Promise<number> {
  const { rows } = await client.query<{ file: number }>("select pg_relation_filenode($1::regclass) as file", [table]);
  return rows[0]!.file;
}
