/** The folder as a whole: what is in it, that its hashes are right, and that it is the same wherever it is made. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";

import { expect } from "chai";

import { parseInputs, printInputs } from "../../src/dataset/inputs.js";
import { TABLE_NAMES, tableOf } from "../../src/dataset/schema/tables.js";
import { printSessionLog } from "../../src/verify/session-log.js";
import { ONE } from "../verify/support/header.js";
import { eventful } from "../verify/support/stories.js";
import { expectDatasetError, expectDatasetRefusal } from "./support/expect.js";
import { onDisk } from "./support/duckdb.js";
import { built, type Built } from "./support/folders.js";

const INPUTS = {
  assets: [
    { symbol: "AU", decimals: 18 },
    { symbol: "AG", decimals: 6 },
  ],
  // 100 AU at 30 and 7 AG at 200: 3 000 and 1 400.
  prices: [
    { second: 1_999_999_000n, leg: 1, price: 30n * ONE, source: "spot" },
    { second: 1_999_999_000n, leg: 2, price: 200n * ONE, source: "spot" },
    { second: 2_000_000_000n, leg: 1, price: 31n * ONE, source: "spot" },
  ],
};

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

interface Manifest {
  readonly schema: string;
  readonly log_sha256: string;
  readonly final_head: string;
  readonly tables: Readonly<Record<string, { readonly rows: number; readonly logical_sha256: string }>>;
  readonly files: Readonly<Record<string, { readonly bytes: number; readonly sha256: string }>>;
}

describe("dataset: the folder", () => {
  let made: Built;
  const log = eventful().log();

  before(async () => {
    made = await built(log, INPUTS);
  });

  it("has the log as it is, and the same rows as CSV and Parquet", () => {
    const { folder } = made;
    expect(folder.text("session.log")).to.equal(printSessionLog(log));
    for (const name of TABLE_NAMES) {
      const lines = folder.text(`${name}.csv`).split("\n");
      expect(lines[0]).to.equal(Object.keys(tableOf(name).columns).join(","));
      expect(lines.at(-1)).to.equal("");
    }
  });

  it("has a manifest and sums with the right hash and size of every file", () => {
    const { folder } = made;
    const manifest = JSON.parse(folder.text("manifest.json")) as Manifest;
    const others = folder.names.filter((name) => name !== "manifest.json" && name !== "SHA256SUMS");
    expect(Object.keys(manifest.files)).to.have.members(others);
    for (const [name, told] of Object.entries(manifest.files)) {
      const bytes = folder.bytes(name);
      expect(told, name).to.deep.equal({ bytes: bytes.length, sha256: sha256(bytes) });
    }
    for (const [name, { rows, logical_sha256 }] of Object.entries(manifest.tables)) {
      const csv = folder.text(`${name}.csv`);
      expect(logical_sha256).to.equal(sha256(folder.bytes(`${name}.csv`)));
      expect(rows, name).to.equal(csv.split("\n").length - 2);
    }
    expect(manifest.log_sha256).to.equal(log.checksum);
    const sums = folder
      .text("SHA256SUMS")
      .trimEnd()
      .split("\n")
      .map((line) => line.split("  "));
    expect(sums.map(([, name]) => name)).to.have.members([...others, "manifest.json"]);
    for (const [sum, name] of sums) expect(sum, name).to.equal(sha256(folder.bytes(name!)));
  });

  it("is told in catalogues with every table, column and hash", () => {
    const { folder } = made;
    const dataPackage = JSON.parse(folder.text("datapackage.json")) as {
      readonly resources: readonly {
        readonly name: string;
        readonly path: string;
        readonly hash: string;
        readonly bytes: number;
        readonly schema?: { readonly fields: readonly { readonly name: string }[] };
      }[];
    };
    expect(dataPackage.resources).to.have.length(2 * TABLE_NAMES.length);
    for (const { path, hash, bytes } of dataPackage.resources) {
      expect([hash, bytes], path).to.deep.equal([`sha256:${sha256(folder.bytes(path))}`, folder.bytes(path).length]);
    }
    for (const name of TABLE_NAMES) {
      const fields = dataPackage.resources.find((one) => one.name === name)!.schema!.fields.map((field) => field.name);
      expect(fields).to.deep.equal(Object.keys(tableOf(name).columns));
      for (const column of fields) expect(folder.text("DICTIONARY.md")).to.include(`| ${column} |`);
    }
    const croissant = JSON.parse(folder.text("croissant.json")) as {
      readonly distribution: readonly { readonly "@id": string; readonly sha256: string }[];
      readonly recordSet: readonly {
        readonly "@id": string;
        readonly field: readonly {
          readonly "@id": string;
          readonly references?: { readonly field: { readonly "@id": string } };
        }[];
      }[];
    };
    for (const one of croissant.distribution) expect(one.sha256).to.equal(sha256(folder.bytes(one["@id"])));
    const ids = new Set(croissant.recordSet.flatMap(({ field }) => field.map((one) => one["@id"])));
    expect(ids.size).to.equal(TABLE_NAMES.reduce((sum, name) => sum + Object.keys(tableOf(name).columns).length, 0));
    for (const { field } of croissant.recordSet) {
      for (const { references } of field) if (references !== undefined) expect(ids).to.include(references.field["@id"]);
    }
  });

  it("has what was given beside the log, and what follows of it", () => {
    const { folder } = made;
    const { assets: addresses } = log.header.terms;
    expect(folder.text("assets.csv")).to.equal(
      `leg,address,symbol,decimals,quantity\n1,${addresses[0]!},AU,18,${100n * ONE}\n2,${addresses[1]!},AG,6,7000000\n`,
    );
    expect(folder.text("reference.csv")).to.equal(
      "ts,leg,price,source,true_weight_ppm\n" +
        "2033-05-18T03:16:40.000Z,1,30,spot,681818\n" +
        "2033-05-18T03:16:40.000Z,2,200,spot,318182\n" +
        "2033-05-18T03:33:20.000Z,1,31,spot,\n",
    );
    expect(printInputs(parseInputs(folder.text("inputs.json")))).to.equal(folder.text("inputs.json"));
    for (const text of ["", "{}", '{"assets":[],"houses":{},"prices":[],"license":"a b"}']) {
      expectDatasetError(() => parseInputs(text), "DATASET_INPUTS_INVALID");
    }
  });

  it("is not made of a log whose seal is another", async () => {
    const sealOfAnother = { ...log, checksum: "0".repeat(64) };
    await expectDatasetRefusal(built(sealOfAnother), "DATASET_LOG_ALTERED", { announced: "0".repeat(64) });
  });

  it("is the same in every language and time zone, and twice", async () => {
    const path = await onDisk(made.folder);
    const script = join(import.meta.dirname, "support", "print-sums.ts");
    const sums = made.folder.text("SHA256SUMS");
    for (const env of [
      { TZ: "UTC", LANG: "C" },
      { TZ: "Asia/Kathmandu", LANG: "tr_TR.UTF-8", LC_ALL: "tr_TR.UTF-8" },
      { TZ: "America/St_Johns", LANG: "de_DE.UTF-8", LC_ALL: "de_DE.UTF-8" },
    ]) {
      const run = spawnSync(process.execPath, ["--import", "tsx/esm", script, path], {
        env: { ...process.env, ...env },
        encoding: "utf8",
      });
      expect(run.stdout, run.stderr).to.equal(sums);
    }
    await rm(path, { recursive: true });
  });

  it("brings a loader that reads it, and folds the rows into the head", async function () {
    const python = spawnSync("python3", ["--version"]);
    if (python.status !== 0) this.skip();
    const path = await onDisk(made.folder);
    const run = spawnSync("python3", ["-B", join(path, "loader.py")], { encoding: "utf8" });
    expect(run.status, run.stderr).to.equal(0);
    const told = JSON.parse(run.stdout) as { rows: Record<string, number>; fold_gives_final_head: boolean };
    expect(told.fold_gives_final_head).to.equal(true);
    expect(told.rows["events"]).to.equal(made.facts.tables.events.rows);
    await rm(path, { recursive: true });
  });
});
