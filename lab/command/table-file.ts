/** Reading tables from text files with columns: lines, fields, and where something is wrong. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

import { decodeText, tableLines } from "../../src/cli/input/text-table.js";
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

/** A file of the package vega-datasets, which exports its code only; the data lies beside it. */
export function vegaDataset(name: string): string {
  const entry = createRequire(import.meta.url).resolve("vega-datasets");
  return join(dirname(dirname(entry)), "data", name);
}

/**
 * @param name how errors call the file
 * @throws InputError …_UNREADABLE
 */
export function readText(kind: TableKind, file: string, name: string): string {
  try {
    const text = decodeText(readFileSync(file));
    if (text !== undefined) return text;
  } catch (error) {
    const reason = error instanceof Error ? error.message : "it cannot be read";
    throw new InputError(`${kind}_UNREADABLE`, { file: name, reason }, error);
  }
  throw new InputError(`${kind}_UNREADABLE`, { file: name, reason: "it is no text in UTF-8" });
}

/**
 * Every line of a file, in its order. Columns may stand in any order and others may stand beside them; fields may be in double
 * quotes, but not span lines.
 * @param what the file should hold, for the errors
 * @throws InputError …_EMPTY, …_HEADER, …_LINE_BROKEN
 */
export function parseTable<Column extends string>(
  kind: TableKind,
  columns: readonly Column[],
  text: string,
  file: string,
  what: string,
): TableRow<Column>[] {
  const [header, ...body] = tableLines(text);
  if (header === undefined || body.length === 0) {
    throw new InputError(`${kind}_EMPTY`, { file, reason: `it holds no ${what}` });
  }
  const names = header.cells?.map((name) => name.toLowerCase()) ?? [];
  const missing = columns.filter((column) => !names.includes(column));
  if (missing.length > 0) {
    const reason = `no column ${missing.join(", ")}`;
    throw new InputError(`${kind}_HEADER`, { file, line: header.line, value: header.content, reason });
  }
  const repeated = columns.find((column) => names.indexOf(column) !== names.lastIndexOf(column));
  if (repeated !== undefined) {
    const reason = `the column ${repeated} stands there twice`;
    throw new InputError(`${kind}_HEADER`, { file, line: header.line, value: header.content, reason });
  }
  return body.map(({ content, line, cells: fields }) => {
    if (fields?.length !== names.length) {
      throw brokenLine(kind, file, line, content, `${names.length} fields are wanted`);
    }
    return { content, line, field: (column) => fields[names.indexOf(column)] ?? "" };
  });
}

export function brokenLine(kind: TableKind, file: string, line: number, value: string, reason: string): InputError {
  return new InputError(`${kind}_LINE_BROKEN`, { file, line, value, reason });
}
