/** Reading tables from text files with columns: lines, fields, and where something is wrong. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

import { columnTable, decodeText, tableLines } from "../../src/input/text-table.js";
import { parseDecimal } from "./decimals.js";
import { InputError } from "./errors.js";

/** What the file is about; its errors begin with it. */
export type TableKind = "PRICES" | "WEATHER";

/** A line after the header; its number counts from 1, as editors do. */
export interface TableRow<Column extends string> {
  readonly line: number;
  /** The whole line. */
  readonly content: string;
  /** A field without its quotes and outer blanks. */
  readonly field: (column: Column) => string;
}

const require = createRequire(import.meta.url);

/** A file of the package vega-datasets, which exports its code only; the data lies beside it. */
export function vegaDataset(name: string): string {
  return join(dirname(dirname(require.resolve("vega-datasets"))), "data", name);
}

/** A file of the package @observablehq/sample-datasets, which is data alone. */
export function sampleDataset(name: string): string {
  return require.resolve(`@observablehq/sample-datasets/${name}`);
}

/**
 * UTF-8, or UTF-16 with its mark.
 * @param name how errors call the file
 * @throws InputError …_UNREADABLE
 */
export function readText(kind: TableKind, file: string, name: string): string {
  const text = decodeText(bytesOf(kind, file, name));
  if (text !== undefined) return text;
  throw new InputError(`${kind}_UNREADABLE`, { file: name, reason: "it is no text in UTF-8: save it so" });
}

function bytesOf(kind: TableKind, file: string, name: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    const reason = error instanceof Error ? error.message : "it cannot be read";
    throw new InputError(`${kind}_UNREADABLE`, { file: name, reason }, error);
  }
}

/** A table whose columns have yet to be understood. */
export interface Table {
  /** As they are written. */
  readonly names: readonly string[];
  readonly header: { readonly line: number; readonly content: string };
  readonly rows: readonly TableRow<string>[];
  /** A plain decimal number; where cells are not separated by commas, also with a comma for its point. */
  readonly decimal: (cell: string) => bigint | undefined;
}

/**
 * Every line of a file, in its order. Cells are separated by commas, semicolons or tabs; they may be in double quotes, but not
 * span lines. Columns are found whatever the case of their names.
 * @param what the file should hold, for the errors
 * @throws InputError …_EMPTY, …_HEADER, …_LINE_BROKEN
 */
export function readTable(kind: TableKind, text: string, file: string, what: string): Table {
  const [header, ...body] = tableLines(text);
  if (header === undefined || body.length === 0) {
    throw new InputError(`${kind}_EMPTY`, { file, reason: `it holds no ${what}` });
  }
  const { columns: names, rows: read, problems } = columnTable(text, (name) => name.toLowerCase());
  const [broken] = problems;
  if (broken !== undefined) throw brokenLine(kind, file, broken.line, broken.content, broken.problem);
  const places = names.map((name) => name.toLowerCase());
  const rows = read.map(({ content, line, cells }) => {
    return { content, line, field: (column: string) => cells[places.indexOf(column.toLowerCase())] ?? "" };
  });
  const hasCommas = !/[;\t]/.test(header.content);
  const decimal = (cell: string): bigint | undefined =>
    parseDecimal(hasCommas ? cell : cell.replace(/^(-?\d+),(\d+)$/, "$1.$2"));
  return { names, header, rows, decimal };
}

/** As `readTable`, of columns that must be there. Others may stand beside them. */
export function parseTable<Column extends string>(
  kind: TableKind,
  columns: readonly Column[],
  text: string,
  file: string,
  what: string,
): TableRow<Column>[] {
  const { names, header, rows } = readTable(kind, text, file, what);
  requireColumns(kind, file, { names, header }, columns);
  return [...rows];
}

/** @throws InputError …_HEADER */
export function requireColumns(
  kind: TableKind,
  file: string,
  { names, header }: Pick<Table, "names" | "header">,
  columns: readonly string[],
): void {
  const known = new Set(names.map((name) => name.toLowerCase()));
  const missing = columns.filter((column) => !known.has(column));
  if (missing.length === 0) return;
  const reason = `no column ${missing.join(", ")}`;
  throw new InputError(`${kind}_HEADER`, { file, line: header.line, value: header.content, reason });
}

export function brokenLine(kind: TableKind, file: string, line: number, value: string, reason: string): InputError {
  return new InputError(`${kind}_LINE_BROKEN`, { file, line, value, reason });
}
