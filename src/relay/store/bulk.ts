/** Many rows of many tables in one statement, with one parameter for each table: a parameter for each value takes several times as long. */
import { getTableColumns, type SQL, sql } from "drizzle-orm";
import type { PgTable } from "drizzle-orm/pg-core";

import { toJson } from "../../protocol/amounts/json.js";

/** An insert into one table, but for the rows, which go between. */
export interface Shape {
  readonly before: SQL;
  readonly after: SQL;
}

/** How rows with all values of a table go into it. Made once for each table. */
export function shapeOf(table: PgTable): Shape {
  const columns = Object.entries(getTableColumns(table));
  const names = columns.map(([, { name }]) => `"${name}"`).join(", ");
  const values = columns.map(([key]) => `"${key}"`).join(", ");
  const types = columns.map(([key, column]) => `"${key}" ${column.getSQLType()}`).join(", ");
  return {
    before: sql`insert into ${table} (${sql.raw(names)}) select ${sql.raw(values)} from jsonb_to_recordset(`,
    after: sql.raw(`::jsonb) as new(${types})`),
  };
}

/** An insert of those rows, as a statement or as part of one. Each row has all values of the shape; amounts come as decimal text, of which the database makes exact numbers. */
export function insertOf({ before, after }: Shape, rows: readonly object[]): SQL {
  return sql`${before}${toJson(rows)}${after}`;
}
