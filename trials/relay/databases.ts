/** The databases that relays are tried on. */
import { withEmbeddedDatabase } from "../../stage/database.js";
import { withDatabase } from "../../stage/postgres.js";
import { BadWords } from "../trial.js";

export const DATABASES = ["postgres", "embedded"] as const;
export type DatabaseKind = (typeof DATABASES)[number];

/** Names with commas between them. @throws BadWords */
export function databasesOf(text: string): DatabaseKind[] {
  return text.split(",").map((name) => {
    const kind = DATABASES.find((known) => known === name);
    if (kind === undefined) throw new BadWords(`--on takes ${DATABASES.join(" and ")}, not ${name}`);
    return kind;
  });
}

/** Gives `work` an empty database of its own. @throws Error if there is no Postgres for it */
export function withDatabaseOf<Result>(kind: DatabaseKind, work: (database: string) => Promise<Result>) {
  return kind === "postgres" ? withDatabase(work) : withEmbeddedDatabase(work);
}
