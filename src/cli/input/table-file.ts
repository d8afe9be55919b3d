/** Small tables in files: CSV with a header, or JSON with an object for each row. Both give rows of named cells. */
import * as z from "zod";

import { CliError } from "../errors.js";
import { tableLines } from "./text-table.js";
import { messageOf } from "../../protocol/amounts/errors.js";

export interface Row {
  readonly file: string;
  /** Of the file, from 1, for CSV; of the list, from 1, for JSON. */
  readonly line: number;
  readonly name: string;
  /** All other columns, in their order, as text. */
  readonly cells: ReadonlyMap<string, string>;
}

const JSON_ROWS = z.array(z.record(z.string(), z.union([z.string(), z.int().transform(String)])));

/**
 * @param nameColumn the column that names the rows; it must be there
 * @throws CliError FILE_INVALID
 */
export function readRows(file: string, text: string, nameColumn: string): Row[] {
  const rows = text
    .replace(/^\uFEFF/, "")
    .trimStart()
    .startsWith("[")
    ? jsonRows(file, text)
    : csvRows(file, text);
  if (rows.length === 0) throw new CliError("FILE_INVALID", { file, problems: ["it has no rows"] });
  return rows.map(({ line, cells }) => {
    const name = cells.get(nameColumn);
    if (name === undefined) throw new CliError("FILE_INVALID", { file, problems: [`line ${line}: no ${nameColumn}`] });
    cells.delete(nameColumn);
    return { file, line, name, cells };
  });
}

interface Cells {
  readonly line: number;
  readonly cells: Map<string, string>;
}

function jsonRows(file: string, text: string): Cells[] {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    const reason = messageOf(error);
    throw new CliError("FILE_INVALID", { file, problems: [reason] }, error);
  }
  const result = JSON_ROWS.safeParse(value);
  if (result.success)
    return result.data.map((row, index) => ({ line: index + 1, cells: new Map(Object.entries(row)) }));
  const problems = result.error.issues.map(({ path, message }) => `${path.join(".") || "file"}: ${message}`);
  throw new CliError("FILE_INVALID", { file, problems });
}

/** Empty lines are passed over. */
function csvRows(file: string, text: string): Cells[] {
  const wrong = (problem: string): CliError => new CliError("FILE_INVALID", { file, problems: [problem] });
  const [header, ...rows] = tableLines(text);
  const columns = header === undefined ? [] : header.cells;
  if (columns === undefined) throw wrong("line 1: a quote is left open, or stands inside a cell");
  const repeated = columns.find((column, index) => columns.indexOf(column) !== index);
  if (repeated !== undefined) throw wrong(`column "${repeated}" stands there twice`);
  return rows.map(({ line, cells }) => {
    if (cells === undefined) throw wrong(`line ${line}: a quote is left open, or stands inside a cell`);
    if (cells.length !== columns.length)
      throw wrong(`line ${line}: ${cells.length} cells under ${columns.length} columns`);
    return { line, cells: new Map(columns.map((column, index) => [column, cells[index] ?? ""])) };
  });
}
