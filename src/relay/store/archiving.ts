/** Rows on their way out of tables and back: as text, whatever a table has. */
import { getTableColumns, type SQL, sql } from "drizzle-orm";
import type { PgTable } from "drizzle-orm/pg-core";

import { RelayError } from "../errors.js";
import { type Queries, queryRows, type Tables } from "./database.js";

/** A row with every cell as text: lists and whatever has parts as JSON, times in UTC. */
export type TextRow = Readonly<Record<string, string | null>>;

/** A table, and the columns that order its rows. */
export interface OrderedTable {
  readonly table: PgTable;
  readonly key: readonly string[];
}

export interface TextColumn {
  /** In the database. */
  readonly name: string;
  readonly type: string;
  readonly nullable: boolean;
}

/** How the small partition is called that stays: as the whole one, and this. */
export const KEPT = "_kept";
const PAGE = 5_000;
/** Deadlines count as over only so long after, seconds: by then no chain's clock is before them. */
export const LATE_SECONDS = 86_400;

export function refused(reason: string): RelayError {
  return new RelayError("RELAY_ARCHIVE_REFUSED", { reason });
}

/** Names in the database, with their types. */
export function columnsOf(table: PgTable): readonly TextColumn[] {
  return Object.values(getTableColumns(table)).map((column) => ({
    name: column.name,
    type: column.getSQLType().replace("bigserial", "bigint"),
    nullable: !column.notNull,
  }));
}

function textCell({ name, type }: TextColumn): string {
  if (type.endsWith("[]")) return `to_jsonb(rows."${name}"::text[])::text as "${name}"`;
  if (!type.startsWith("timestamp")) return `rows."${name}"::text as "${name}"`;
  return `to_char(rows."${name}" at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "${name}"`;
}

/**
 * Rows in their order, some at a time.
 * @param from what is read, which has the table's columns
 * @param which of its `rows`; all by default
 */
export async function* textRows(
  queries: Queries,
  { table, key }: OrderedTable,
  from: SQL,
  which = sql`true`,
): AsyncGenerator<TextRow> {
  const columns = columnsOf(table);
  const order = sql.raw(key.map((name) => `rows."${name}"`).join(", ")); // not the text of that name
  const cells = sql.raw(columns.map(textCell).join(", "));
  const typeOf = new Map(columns.map(({ name, type }) => [name, type]));
  const casts = (last: TextRow): SQL =>
    sql.join(
      key.map((name) => sql`${last[name]}::${sql.raw(typeOf.get(name) ?? "text")}`),
      sql`, `,
    );
  let last: TextRow | undefined;
  for (let length = PAGE; length === PAGE;) {
    const behind = last === undefined ? sql`` : sql`and (${order}) > (${casts(last)})`;
    const page = await queries.run((tables) =>
      queryRows<TextRow>(
        tables,
        sql`select ${cells} from ${from} as rows where ${which} ${behind} order by ${order} limit ${sql.raw(`${PAGE}`)}`,
      ),
    );
    yield* page;
    last = page.at(-1);
    ({ length } = page);
  }
}

/** @param name of a table with the columns of `table` */
export async function insertText(
  tables: Tables,
  table: PgTable,
  name: string,
  rows: readonly TextRow[],
): Promise<void> {
  const columns = columnsOf(table);
  const names = columns.map((column) => `"${column.name}"`).join(", ");
  const types = columns.map((column) => `"${column.name}" ${column.type}`).join(", ");
  const whole = rows.map((row) =>
    Object.fromEntries(columns.map((column) => [column.name, cellOf(column.type, row[column.name] ?? null)])),
  );
  await tables.execute(
    sql`insert into ${sql.identifier(name)} (${sql.raw(names)}) select ${sql.raw(names)}
      from jsonb_to_recordset(${JSON.stringify(whole)}::jsonb) as brought(${sql.raw(types)})`,
  );
}

/** Lists, and whatever has parts, were text of JSON. */
function cellOf(type: string, cell: string | null): unknown {
  return cell !== null && (type.endsWith("[]") || type === "jsonb") ? (JSON.parse(cell) as unknown) : cell;
}
