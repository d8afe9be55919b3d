/** DuckDB over the tables of a folder in memory: an independent reader. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";

import { CHECKS } from "../../../src/dataset/folder/queries.js";
import { TABLE_NAMES } from "../../../src/dataset/schema/tables.js";
import type { MemoryFolder } from "./folders.js";

export type SqlRow = Readonly<Record<string, unknown>>;

export interface Sql {
  readonly connection: DuckDBConnection;
  /** Rows as JavaScript has them: bigints, and DuckDB's own decimals as text. */
  readonly rows: (sql: string) => Promise<SqlRow[]>;
  readonly close: () => Promise<void>;
}

/** On disk, as it would be. @returns its path */
export async function onDisk(folder: MemoryFolder): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "dataset-"));
  for (const name of folder.names) await writeFile(join(path, name), folder.bytes(name));
  return path;
}

/** A view of each table, of its Parquet or its CSV file. @param isOwn whether the folder goes when it is closed */
export async function openSql(path: string, format: "parquet" | "csv" = "parquet", isOwn = true): Promise<Sql> {
  const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
  const connection = await instance.connect();
  for (const name of TABLE_NAMES) {
    const file = join(path, `${name}.${format}`);
    const from =
      format === "parquet" ? `read_parquet('${file}')` : `read_csv('${file}', header = true, all_varchar = true)`;
    await connection.run(`CREATE VIEW ${name} AS SELECT * FROM ${from}`);
  }
  return {
    connection,
    rows: async (sql) => (await connection.runAndReadAll(sql)).getRowObjectsJS(),
    close: async () => {
      connection.closeSync();
      instance.closeSync();
      if (isOwn) await rm(path, { recursive: true, force: true });
    },
  };
}

/** Names of the checks that do not hold. */
export async function brokenChecks({ rows }: Sql): Promise<string[]> {
  const broken: string[] = [];
  for (const { name, sql } of CHECKS) if ((await rows(sql)).length > 0) broken.push(name);
  return broken;
}
