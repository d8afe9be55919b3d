/** Kinds of history as tables of Parquet, in the names that they have in the database: those of a dataset, where a dataset has them. */
import type { Cell, Column, Table } from "../../dataset/schema/column.js";
import type { ArchivedKind } from "../../relay/history/archived-kinds.js";
import { ARCHIVED_TABLES, columnsOf, type TextRow } from "../../relay/history/archives.js";
import { getTableName } from "drizzle-orm";

/** What a Parquet DECIMAL(38, 0) has no room for. */
const MOST = 10n ** 38n;

export function tableOfKind(kind: ArchivedKind): Table {
  const columns = columnsOf(kind).map(({ name, type, nullable }): [string, Column] => [
    name,
    { type: typeOf(type), nullable, about: `${name} of ${getTableName(ARCHIVED_TABLES[kind])}.` },
  ]);
  return {
    name: kind,
    about: `Rows of ${getTableName(ARCHIVED_TABLES[kind])}.`,
    key: kind === "blocks" ? ["book", "number"] : ["book", "block_number", "position"],
    references: [],
    columns: Object.fromEntries(columns),
  };
}

/** Amounts keep every digit; lists and levels are text of JSON. */
function typeOf(type: string): Column["type"] {
  if (type === "bigint") return "i64";
  if (type === "integer") return "i32";
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
