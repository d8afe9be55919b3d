/** Rows as Parquet, with every setting fixed: the same rows give the same bytes with one version of the writer. */
import type { SchemaElement } from "hyparquet";
import { ByteWriter, ParquetWriter } from "hyparquet-writer";

import type { Cell, Column, Table } from "../schema/column.js";
import { SCHEMA } from "../schema/tables.js";
import type { CountedFile } from "./files.js";

/** Rows of a row group: 60 of DuckDB's vectors; of wide tables as many as keep a group's cells within bounds. */
const ROWS = 122_880;
const VECTOR = 2_048;
const MOST_CELLS = 3_000_000;

export function rowsPerGroup(table: Table): number {
  const most = Math.floor(MOST_CELLS / Object.keys(table.columns).length / VECTOR) * VECTOR;
  return Math.min(ROWS, most);
}

/** Packages whose versions a Parquet file's bytes depend on, as the lock file has them. */
export const PARQUET_WRITER = {
  "hyparquet-writer": {
    version: "0.17.0",
    integrity: "sha512-GZ4QeopztjSli/Sz1dSOP/TrSKtwG2ydP2yuPMxeiZnho+PCXF7x+wx8OIVtpQn8rcv559IH1EJMHnTbv0sn+Q==",
  },
  hyparquet: {
    version: "1.31.5",
    integrity: "sha512-KPVfaxW8xOiO2/4fjeiBfFNEXhGVw9tfcb9ha2iNZdJ3J/yBjEwIeAnTyyuhllFFTb9YO9wg0DfRAOnm6KCvBg==",
  },
} as const;

/** Hands what was written on to a file, whenever a row group is whole. */
class FileBytes extends ByteWriter {
  readonly #file: CountedFile;

  public constructor(file: CountedFile) {
    super();
    this.#file = file;
  }

  public flush(): void {
    this.#file.write(this.getBytes().slice());
    this.index = 0;
  }

  public override finish(): void {
    this.flush();
  }
}

export class ParquetFile {
  readonly #columns: readonly (readonly [name: string, column: Column])[];
  readonly #writer: ParquetWriter;
  readonly #rows: number;
  #cells: Cell[][];

  public constructor(table: Table, file: CountedFile) {
    this.#columns = Object.entries(table.columns);
    this.#rows = rowsPerGroup(table);
    this.#cells = this.#columns.map(() => []);
    this.#writer = new ParquetWriter({
      writer: new FileBytes(file),
      schema: schemaOf(this.#columns),
      codec: "SNAPPY",
      statistics: true,
      createdBy: SCHEMA,
    });
  }

  /** @param cells in the order of the columns */
  public add(cells: readonly Cell[]): void {
    for (const [k, column] of this.#cells.entries()) column.push(cells[k] ?? null);
    if (this.#cells[0]?.length === this.#rows) this.#writeGroup();
  }

  public end(): void {
    this.#writeGroup();
    void this.#writer.finish(); // a writer that flushes at once finishes at once
  }

  #writeGroup(): void {
    const cells = this.#cells;
    if (cells[0]?.length === 0) return;
    this.#cells = this.#columns.map(() => []);
    const columnData = this.#columns.map(([name], k) => ({ name, data: cells[k] ?? [] }));
    void this.#writer.write({ columnData, rowGroupSize: this.#rows }); // likewise
  }
}

function schemaOf(columns: readonly (readonly [string, Column])[]): SchemaElement[] {
  return [{ name: "root", num_children: columns.length }, ...columns.map(([name, column]) => elementOf(name, column))];
}

const WIDE = 16;
const DIGITS = 38;
const decimal = (scale: number) =>
  ({ type: "FIXED_LEN_BYTE_ARRAY", type_length: WIDE, converted_type: "DECIMAL", precision: DIGITS, scale }) as const;

const ELEMENTS = {
  i32: { type: "INT32" },
  i64: { type: "INT64" },
  wei: decimal(0),
  price: decimal(18),
  text: { type: "BYTE_ARRAY", converted_type: "UTF8" },
  bool: { type: "BOOLEAN" },
  time: { type: "INT64", converted_type: "TIMESTAMP_MILLIS" },
} as const satisfies Record<Column["type"], Omit<SchemaElement, "name">>;

function elementOf(name: string, { type, nullable }: Column): SchemaElement {
  return { name, ...ELEMENTS[type], repetition_type: nullable ? "OPTIONAL" : "REQUIRED" };
}
