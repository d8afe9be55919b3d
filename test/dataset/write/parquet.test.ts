/** Parquet files, read by two readers that have nothing to do with the writer's own state. */
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { DuckDBInstance } from "@duckdb/node-api";
import { expect } from "chai";
import { parquetMetadata } from "hyparquet";

import {
  bool,
  type Cell,
  i32,
  i64,
  optional,
  price,
  table,
  text,
  time,
  wei,
} from "../../../src/dataset/schema/column.js";
import { SCHEMA, TABLE_NAMES, tableOf } from "../../../src/dataset/schema/tables.js";
import { CountedFile } from "../../../src/dataset/write/files.js";
import { PARQUET_WRITER, ParquetFile, rowsPerGroup } from "../../../src/dataset/write/parquet.js";
import { TableWriter } from "../../../src/dataset/write/table-writer.js";
import { MemoryFolder } from "../support/folders.js";

const MOST_WEI = 2n ** 96n - 1n;

const SAMPLE = table("sample", "Every type, with and without a value.", ["a"], {
  a: i32(""),
  b: optional(i64("")),
  c: optional(wei("")),
  d: optional(price("")),
  e: optional(text("")),
  f: optional(bool("")),
  g: optional(time("")),
  h: wei(""),
});

const ROWS: readonly Readonly<Record<string, Cell>>[] = [
  { a: -(2 ** 31), b: -(2n ** 63n), c: -MOST_WEI, d: 1n, e: "", f: true, g: 0n, h: MOST_WEI },
  {
    a: 2 ** 31 - 1,
    b: 2n ** 63n - 1n,
    c: MOST_WEI,
    d: 13_536n * 10n ** 16n,
    e: 'a "b",\nç',
    f: false,
    g: 1_199_145_600_123n,
    h: -1n,
  },
  { a: 0, b: null, c: null, d: null, e: null, f: null, g: null, h: 0n },
];

function write(rows: readonly Readonly<Record<string, Cell>>[]): MemoryFolder {
  const folder = new MemoryFolder();
  const writer = new TableWriter(SAMPLE, folder);
  for (const row of rows) writer.add(row);
  writer.end();
  return folder;
}

async function inDuckDb(folder: MemoryFolder, sql: string): Promise<readonly (readonly unknown[])[]> {
  const path = await mkdtemp(join(tmpdir(), "parquet-"));
  await writeFile(join(path, "sample.parquet"), folder.bytes("sample.parquet"));
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const read = await connection.runAndReadAll(sql.replace("$file", `'${join(path, "sample.parquet")}'`));
  const rows = read.getRowsJS();
  connection.closeSync();
  instance.closeSync();
  await rm(path, { recursive: true });
  return rows;
}

describe("dataset: Parquet", () => {
  it("has the types of the description, to the bit, in DuckDB", async () => {
    const types = await inDuckDb(write(ROWS), "SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM $file)");
    expect(types).to.deep.equal([
      ["a", "INTEGER"],
      ["b", "BIGINT"],
      ["c", "DECIMAL(38,0)"],
      ["d", "DECIMAL(38,18)"],
      ["e", "VARCHAR"],
      ["f", "BOOLEAN"],
      ["g", "TIMESTAMP"],
      ["h", "DECIMAL(38,0)"],
    ]);
  });

  it("has the values, exactly, and nothing where there is nothing", async () => {
    const sql =
      "SELECT CAST(a AS VARCHAR), CAST(b AS VARCHAR), CAST(c AS VARCHAR), CAST(d AS VARCHAR), e, f, epoch_ms(g), CAST(h AS VARCHAR) FROM $file";
    expect(await inDuckDb(write(ROWS), sql)).to.deep.equal([
      ["-2147483648", "-9223372036854775808", `${-MOST_WEI}`, "0.000000000000000001", "", true, 0n, `${MOST_WEI}`],
      [
        "2147483647",
        "9223372036854775807",
        `${MOST_WEI}`,
        "135.360000000000000000",
        'a "b",\nç',
        false,
        1_199_145_600_123n,
        "-1",
      ],
      ["0", null, null, null, null, null, null, "0"],
    ]);
  });

  it("says who wrote it, what it is packed with, and has statistics", () => {
    const bytes = write(ROWS).bytes("sample.parquet");
    const { created_by, row_groups, num_rows } = parquetMetadata(new Uint8Array(bytes).buffer);
    expect([created_by, num_rows, row_groups.length]).to.deep.equal([SCHEMA, 3n, 1]);
    for (const { meta_data } of row_groups[0]!.columns) {
      expect(meta_data!.codec).to.equal("SNAPPY");
      expect(meta_data!.statistics).to.not.equal(undefined);
    }
  });

  it("is the same bytes for the same rows, and of no rows still a table", async () => {
    expect(write(ROWS).bytes("sample.parquet").equals(write(ROWS).bytes("sample.parquet"))).to.equal(true);
    expect(await inDuckDb(write([]), "SELECT count(*), count(a) FROM $file")).to.deep.equal([[0n, 0n]]);
    expect(write([]).text("sample.csv")).to.equal("a,b,c,d,e,f,g,h\n");
  });

  it("begins a row group when one is full", () => {
    const wide = table(
      "wide",
      "As few rows as can be in a group.",
      ["c0"],
      Object.fromEntries(Array.from({ length: 1_400 }, (_, k) => [`c${k}`, i32("")])),
    );
    expect(rowsPerGroup(wide)).to.equal(2_048);
    const folder = new MemoryFolder();
    const file = new CountedFile(folder, "wide.parquet");
    const parquet = new ParquetFile(wide, file);
    for (let row = 0; row < 2_049; row += 1) parquet.add(new Array<number>(1_400).fill(row));
    parquet.end();
    const written = file.end();
    const bytes = folder.bytes("wide.parquet");
    expect(written.bytes).to.equal(bytes.length);
    const { row_groups } = parquetMetadata(new Uint8Array(bytes).buffer);
    expect(row_groups.map(({ num_rows }) => num_rows)).to.deep.equal([2_048n, 1n]);
  });

  it("has groups of 122 880 rows, but of the widest table", () => {
    const sizes = new Map(TABLE_NAMES.map((name) => [name, rowsPerGroup(tableOf(name))]));
    const others = [...sizes].filter(([name]) => name !== "book10").map(([, rows]) => rows);
    expect(new Set(others)).to.deep.equal(new Set([122_880]));
    expect(sizes.get("book10")).to.equal(34_816);
  });

  it("is written by the packages that the lock file has", () => {
    const lock = JSON.parse(readFileSync(new URL("../../../package-lock.json", import.meta.url), "utf8")) as {
      readonly packages: Readonly<Record<string, { readonly version: string; readonly integrity: string }>>;
    };
    for (const [name, { version, integrity }] of Object.entries(PARQUET_WRITER)) {
      const locked = lock.packages[`node_modules/${name}`]!;
      expect([locked.version, locked.integrity]).to.deep.equal([version, integrity]);
    }
  });
});
