/** `loader.py` of a folder, asked by Python itself: its frames, books, imbalances and views, held against what was written. */
import { spawn, spawnSync } from "node:child_process";
import { rm } from "node:fs/promises";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { expect } from "chai";

import { CHECKS, QUESTIONS } from "../../../src/dataset/folder/queries.js";
import { TABLE_NAMES, tableOf } from "../../../src/dataset/schema/tables.js";
import type { TableRow } from "../../../src/dataset/schema/tables.js";
import { busySession, endSession } from "../support/busy.js";
import { onDisk, openSql, type Sql, type SqlRow } from "../support/duckdb.js";
import { built, rowsOf } from "../support/folders.js";

const DRIVER = fileURLToPath(new URL("../support/drive_loader.py", import.meta.url));
/** The one that is asked for, and that of the system, which has Debian's packages. */
const PYTHONS = ["python3", "/usr/bin/python3"];

const knows = (python: string, module: string): boolean => spawnSync(python, ["-c", `import ${module}`]).status === 0;

interface Values {
  readonly tables: Readonly<Record<string, { kind: string; types?: string[]; rows: Record<string, unknown>[] }>>;
  readonly books: readonly { seq: number; market: string; sides: readonly (readonly [number, number, number])[][] }[];
  readonly ofi: Readonly<Record<string, readonly (readonly [number, number])[][]>>;
}

describe("dataset: loader.py", () => {
  const log = endSession(busySession({ calls: 160, seed: 3n })).log();
  const all = rowsOf(log);
  const markets = [...new Set(all.book10.map(({ root_id: root, branch_id: branch }) => `${root}.${branch}`))];
  let path: string;

  before(async function () {
    if (!knows("python3", "json")) this.skip();
    path = await onDisk((await built(log)).folder);
    const sql = await openSql(path, "csv", false);
    for (const name of TABLE_NAMES) cells[name] = await sql.rows(`SELECT * FROM ${name}`);
    await sql.close();
  });
  after(async () => {
    await rm(path, { recursive: true, force: true });
  });

  function valuesBy(python: string): Values {
    const run = spawnSync(python, [DRIVER, path, "values", ...markets], { encoding: "utf8", maxBuffer: 1 << 28 });
    expect(run.status, run.stderr).to.equal(0);
    return (JSON.parse(run.stdout) as { answer: Values }).answer;
  }

  /** Every cell of the CSV files as text, by another reader. */
  const cells = {} as Record<(typeof TABLE_NAMES)[number], readonly SqlRow[]>;

  function expectTables({ tables }: Values): void {
    expect(Object.keys(tables)).to.have.members([...TABLE_NAMES]);
    for (const name of TABLE_NAMES) {
      const { columns } = tableOf(name);
      const rows = tables[name]!.rows.map((row) => Object.keys(columns).map((column) => textOf(row[column])));
      expect(rows, name).to.deep.equal(cells[name].map((row) => Object.keys(columns).map((column) => row[column])));
    }
  }

  it("has every cell of every table, integers whole, where there is no pandas", function () {
    const python = PYTHONS.find((one) => knows(one, "json") && !knows(one, "pandas"));
    if (python === undefined) this.skip();
    const values = valuesBy(python);
    expect(new Set(Object.values(values.tables).map(({ kind }) => kind))).to.deep.equal(new Set(["list"]));
    expectTables(values);
  });

  it("has the same in frames of pandas, whose columns are objects so that no wei is rounded", function () {
    const python = PYTHONS.find((one) => knows(one, "pandas"));
    if (python === undefined) this.skip(); // Debian: python3-pandas
    const values = valuesBy(python);
    for (const { kind, types, rows } of Object.values(values.tables)) {
      expect(kind).to.equal("frame");
      if (rows.length > 0) expect(types).to.deep.equal(["object"]);
    }
    expectTables(values);
  });

  it("makes books of events alone that are those of book10, and imbalances that are those of its quotes", () => {
    const { books, ofi } = valuesBy("python3");
    expect(books.length).to.be.above(30);
    for (const { seq, market, sides } of books) {
      const row = all.book10.find((one) => Number(one.seq) === seq && `${one.root_id}.${one.branch_id}` === market)!;
      expect(
        sides.map((side) => side.slice(0, 10)),
        `${market} at ${seq}`,
      ).to.deep.equal([levelsOf(row, "bid"), levelsOf(row, "ask")]);
    }
    for (const market of markets) {
      const rows = all.book10.filter((one) => `${one.root_id}.${one.branch_id}` === market);
      const each = rows.slice(1).map((row, k) => [Number(row.seq), imbalance(rows[k]!, row)] as const);
      const threes = each.flatMap(([seq], k) =>
        k % 3 === 2 ? [[seq, each.slice(k - 2, k + 1).reduce((total, [, one]) => total + one, 0)] as const] : [],
      );
      expect(ofi[market], market).to.deep.equal([each, threes]);
    }
    expect(Object.values(ofi).some(([ones]) => ones!.some(([, lots]) => lots < 0))).to.equal(true);
  });

  describe("whose views DuckDB runs", () => {
    let sql: Sql;
    beforeEach(async () => {
      sql = await openSql(path, "parquet", false);
      for (const name of TABLE_NAMES) await sql.connection.run(`DROP VIEW ${name}`);
    });
    afterEach(async () => {
      await sql.close();
    });

    interface Viewed {
      readonly broken: string[];
      readonly questions: Readonly<Record<string, number>>;
    }

    /** @param after what is run once the loader has made that view */
    async function views(after: Readonly<Record<string, string>> = {}): Promise<Viewed> {
      const python = spawn("python3", [DRIVER, path, "views"], { stdio: ["pipe", "pipe", "inherit"] });
      for await (const line of createInterface(python.stdout)) {
        const said = JSON.parse(line) as { sql?: string; answer?: Viewed };
        if (said.answer !== undefined) return said.answer;
        const result = await sql.connection.runAndReadAll(said.sql!);
        const made = /VIEW (\w+) AS/.exec(said.sql!)?.[1];
        if (made !== undefined && after[made] !== undefined) await sql.connection.run(after[made]);
        const rows = result.getRowsJS().map((row) => row.map(String));
        python.stdin.write(`${JSON.stringify(rows)}\n`);
      }
      throw new Error("it ended without an answer");
    }

    it("has a view of each table, every check holds, and each question has an answer", async () => {
      const { broken, questions } = await views();
      expect(broken).to.deep.equal([]);
      expect(Object.keys(questions)).to.deep.equal(QUESTIONS.map(({ name }) => name));
      expect(Object.values(questions).every((rows) => rows > 0)).to.equal(true);
      for (const name of TABLE_NAMES) expect((await sql.rows(`SELECT count(*)::INT n FROM ${name}`))[0]!["n"]).to.equal(cells[name].length); // prettier-ignore
    });

    it("names the checks that do not hold of a table that was altered", async () => {
      const altered = `CREATE OR REPLACE VIEW trades AS SELECT * REPLACE (lots + 1 AS lots) FROM read_parquet('${path}/trades.parquet')`;
      const { broken } = await views({ trades: altered });
      expect(broken).to.not.deep.equal([]);
      expect(CHECKS.map(({ name }) => name)).to.include.members(broken);
    });
  });
});

/** Python writes moments and truths in its own way. */
function textOf(cell: unknown): unknown {
  if (typeof cell === "boolean") return String(cell);
  const isMoment = typeof cell === "string" && /^\d{4}-\d\d-\d\d \d\d:/.test(cell);
  return isMoment ? new Date(cell).toISOString() : cell;
}

type Book = TableRow<"book10">;

function levelsOf(row: Book, side: "bid" | "ask"): (readonly [number, number, number])[] {
  const cells = row as unknown as Readonly<Record<string, bigint | number | null>>; // by the names of its columns
  return Array.from({ length: 10 }, (_, k) => ["px", "sz", "ct"].map((what) => cells[`${side}_${what}_0${k}`])).flatMap(
    ([price, lots, orders]) => (price === null ? [] : [[Number(price), Number(lots), Number(orders)] as const]),
  );
}

/** By the definition of Cont, Kukanov and Stoikov: what came to the best bid less what left it, less the same of the offer. */
function imbalance(before: Book, now: Book): number {
  const best = (row: Book, side: "bid" | "ask"): { price: number; lots: number } | undefined => {
    const [level] = levelsOf(row, side);
    return level && { price: level[0], lots: level[1] };
  };
  const change = (
    was: ReturnType<typeof best>,
    is: ReturnType<typeof best>,
    better: (a: number, b: number) => boolean,
  ): number => {
    if (was === undefined || is === undefined) return (is?.lots ?? 0) - (was?.lots ?? 0);
    if (was.price === is.price) return is.lots - was.lots;
    return better(is.price, was.price) ? is.lots : -was.lots;
  };
  const bids = change(best(before, "bid"), best(now, "bid"), (a, b) => a > b);
  return bids - change(best(before, "ask"), best(now, "ask"), (a, b) => a < b);
}
