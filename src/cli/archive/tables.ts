/** Tables of the database as tables of Parquet, in the names that they have there: those of a dataset, where a dataset has them. */
import { getTableName } from "drizzle-orm";

import type { Cell, Column, Table } from "../../dataset/schema/column.js";
import { columnsOf, type OrderedTable, type TextRow } from "../../relay/store/archiving.js";

/** What a Parquet DECIMAL(38, 0) has no room for. */
const MOST = 10n ** 38n;

/** @param kind what the file is called */
export function tableOfKind(kind: string, { table, key }: OrderedTable): Table {
  const rows = getTableName(table);
  const columns = columnsOf(table).map(({ name, type, nullable }): [string, Column] => [
    name,
    { type: typeOf(type), nullable, about: `${name} of ${rows}.` },
  ]);
  return { name: kind, about: `Rows of ${rows}.`, key, references: [], columns: Object.fromEntries(columns) };
}

/** Amounts keep every digit; lists and levels are text of JSON. */
function typeOf(type: string): Column["type"] {
  if (type === "bigint") return "i64";
  if (type === "integer" || type === "smallint") return "i32";
  if (type === "boolean") return "bool";
  return /^numeric\(\d+, 0\)$/.test(type) || /^numeric\(\d+\)$/.test(type) ? "wei" : "text";
}

/** @throws RangeError for an amount of more than 38 digits, which no session has */
export function cellsOf({ columns }: Table, row: TextRow): Record<string, Cell> {
  return Object.fromEntries(Object.entries(columns).map(([name, { type }]) => [name, cellOf(type, row[name] ?? null)]));
}

function cellOf(type: Column["type"], text: string | null): Cell {
  if (text === null) return null;
  if (type === "i32") return Number(text);
  if (type === "bool") return text === "true";
  if (type === "text") return text;
  const value = BigInt(text);
  if (value >= MOST || value <= -MOST) throw new RangeError(`${text} has more than 38 digits`);
  return value;
}

export function textOf(cell: Cell): string | null {
  return cell === null ? null : String(cell);
}
