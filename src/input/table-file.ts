/** Small tables in files: CSV with a header, or JSON with an object for each row. Both give rows of named cells. */
import * as z from "zod";

import { InputError } from "./errors.js";
import { parseJson, problemsOf } from "./json-text.js";
import { columnTable } from "./text-table.js";

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
 * @param nameColumn the column that names the rows; it must be there, in whatever case
 * @throws InputError FILE_INVALID with everything that is wrong
 */
export function readRows(file: string, text: string, nameColumn: string): Row[] {
  const isJson = text
    .replace(/^\uFEFF/, "")
    .trimStart()
    .startsWith("[");
  const rows = isJson ? jsonRows(file, text) : csvRows(file, text);
  if (rows.length === 0) throw new InputError("FILE_INVALID", { file, problems: ["it has no rows"] });
  return rows.map(({ line, cells }) => {
    const column = cells.has(nameColumn) ? nameColumn : soleLike(cells, nameColumn);
    const name = column === undefined ? undefined : cells.get(column);
    if (column === undefined || name === undefined)
      throw new InputError("FILE_INVALID", { file, problems: [`line ${line}: no ${nameColumn}`] });
    cells.delete(column);
    return { file, line, name, cells };
  });
}

/** `Date` is `date`, unless `DATE` is there too. */
function soleLike(cells: ReadonlyMap<string, string>, wanted: string): string | undefined {
  const like = [...cells.keys()].filter((column) => column.toLowerCase() === wanted);
  return like.length === 1 ? like[0] : undefined;
}

interface Cells {
  readonly line: number;
  readonly cells: Map<string, string>;
}

function jsonRows(file: string, text: string): Cells[] {
  const result = JSON_ROWS.safeParse(parseJson(file, text));
  if (!result.success) throw new InputError("FILE_INVALID", { file, problems: problemsOf(result.error) });
  return result.data.map((row, index) => ({ line: index + 1, cells: new Map(Object.entries(row)) }));
}

/** Empty lines are passed over, and so are columns with neither a name nor a cell: programs leave separators at the end of lines. */
function csvRows(file: string, text: string): Cells[] {
  const { columns, rows, problems } = columnTable(text);
  const nameless = rows.filter(({ cells }) => cells.some((cell, k) => cell !== "" && columns[k] === ""));
  const wrong = [
    ...problems.map(({ line, problem }) => `line ${line}: ${problem}`),
    ...nameless.map(({ line }) => `line ${line}: a cell stands under no name of a column`),
  ];
  if (wrong.length > 0) throw new InputError("FILE_INVALID", { file, problems: wrong });
  return rows.map(({ line, cells }) => {
    const named = columns.flatMap((column, k): [string, string][] => (column === "" ? [] : [[column, cells[k] ?? ""]]));
    return { line, cells: new Map(named) };
  });
}
