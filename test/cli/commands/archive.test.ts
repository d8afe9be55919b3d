/** What `session archive` says before it opens a database. What it does with one: archive.slow. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import { expectTold, sessionIn } from "../support.js";

describe("session archive", function () {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "session-archive-"))));
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const COMMANDS: readonly (readonly string[])[] = [
    ["list"],
    ["out", "--before", "100", "--out", "archive", "--dry-run"],
    ["restore", "archive", "--dry-run"],
  ];

  it("makes no database where none is: of a new one nothing was archived, and it would say so", async function () {
    mkdirSync(join(folder, "other"));
    writeFileSync(join(folder, "file"), "");
    for (const words of COMMANDS) {
      for (const named of [["--database", "nowhere"], ["--database", "other"], ["--database", "file"], []]) {
        const run = sessionIn(folder, {}, "archive", ...words, ...named, "--json");
        await expectTold(run, 2, "ARGUMENT_INVALID", { argument: "--database", value: named[1] ?? "relay-data" });
      }
    }
    expect(readdirSync(folder).sort()).to.deep.equal(["file", "other"]);
    expect(existsSync(join(folder, "other", "PG_VERSION"))).to.equal(false);
  });

  it("tells nothing of an address that is none", async function () {
    for (const location of [
      '"postgres://u:S3cr3t@h/d"',
      "POSTGRES://u:S3cr3t@h/d",
      "postgres://u:S3cr3t#1@h/d",
      "host=h password=S3cr3t",
    ]) {
      for (const words of COMMANDS) {
        for (const [env, named] of [
          [{ DATABASE_URL: location }, []],
          [{}, ["--database", location]],
        ] as const) {
          const run = sessionIn(folder, env, "archive", ...words, ...named, "--json");
          const { message } = await expectTold(run, 2, "ARGUMENT_INVALID", { argument: "--database or DATABASE_URL" });
          expect(message).to.not.include("S3cr3t");
        }
      }
    }
    expect(readdirSync(folder)).to.deep.equal([]);
  });
});
