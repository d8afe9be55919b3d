/** A table as CSV and as Parquet, row by row. */
import { utf8ToBytes } from "@noble/hashes/utils.js";

import type { Cell, Column, Table } from "../schema/column.js";
import { type Emit, TABLE_NAMES, type TableName, tableOf } from "../schema/tables.js";
import { csvCell } from "./cells.js";
import { CountedFile, type Folder, type Written } from "./files.js";
import { ParquetFile } from "./parquet.js";

/** A table that was written. */
export interface WrittenTable {
  readonly rows: number;
  readonly csv: Written;
  readonly parquet: Written;
}

/** Characters that are written at once. */
const CHUNK = 65_536;

export class TableWriter {
  readonly #columns: readonly (readonly [name: string, column: Column])[];
  readonly #csv: CountedFile;
  readonly #parquetFile: CountedFile;
  readonly #parquet: ParquetFile;
  #text: string;
  #rows = 0;

  public constructor(table: Table, folder: Folder) {
    this.#columns = Object.entries(table.columns);
    this.#csv = new CountedFile(folder, `${table.name}.csv`);
    this.#parquetFile = new CountedFile(folder, `${table.name}.parquet`);
    this.#parquet = new ParquetFile(table, this.#parquetFile);
    this.#text = `${this.#columns.map(([name]) => name).join(",")}\n`;
  }

  public add(row: Readonly<Record<string, Cell>>): void {
    const cells = this.#columns.map(([name]) => row[name] ?? null);
    this.#text += `${this.#columns.map(([, column], k) => csvCell(column, cells[k] ?? null)).join(",")}\n`;
    if (this.#text.length > CHUNK) this.#flush();
    this.#parquet.add(cells);
    this.#rows += 1;
  }

  public end(): WrittenTable {
    this.#flush();
    this.#parquet.end();
    return { rows: this.#rows, csv: this.#csv.end(), parquet: this.#parquetFile.end() };
  }

  #flush(): void {
    if (this.#text !== "") this.#csv.write(utf8ToBytes(this.#text));
    this.#text = "";
  }
}

export type WrittenTables = Readonly<Record<TableName, WrittenTable>>;

/** All tables of a dataset, side by side. */
export function createTableWriters(folder: Folder): { readonly emit: Emit; end(): WrittenTables } {
  const writers = new Map(TABLE_NAMES.map((name) => [name, new TableWriter(tableOf(name), folder)]));
  return {
    emit: (name, row) => writers.get(name)?.add(row),
    end: () => Object.fromEntries([...writers].map(([name, writer]) => [name, writer.end()])) as WrittenTables, // of all names
  };
}
