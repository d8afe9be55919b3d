/** The first command that somebody types: what it prints is its own, not what the compiler says of code that others wrote. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

const SCRIPTS = join(import.meta.dirname, "../../scripts");
const WARNING = "Warning: Unused local variable.";

describe("scripts/run.mjs", function () {
  let root: string;
  before(function () {
    root = mkdtempSync(join(tmpdir(), "session-run-"));
    if (process.platform === "win32") this.skip(); // the programs here are shell scripts
    const folders = ["scripts", "node_modules/.bin", "node_modules/node/bin", "typechain-types"];
    for (const folder of folders) mkdirSync(join(root, folder), { recursive: true });
    for (const script of ["run.mjs", "ensure-installed.mjs"]) {
      cpSync(join(SCRIPTS, script), join(root, "scripts", script));
    }
    const [manifest, lock] = [{ dependencies: {}, devDependencies: {}, overrides: {} }, "{}"];
    writeFileSync(join(root, "package.json"), JSON.stringify(manifest));
    writeFileSync(join(root, "package-lock.json"), lock);
    writeFileSync(join(root, "typechain-types/index.ts"), "");
    writeFileSync(join(root, "node_modules/.package-lock.json"), lock);
    const hash = createHash("sha256")
      .update(lock)
      .update(JSON.stringify(Object.values(manifest)))
      .digest("hex");
    writeFileSync(join(root, "node_modules/.session-install.json"), `${hash} ${process.platform}-${process.arch}`);
    program("study", "echo the answer; exit 3");
  });
  after(() => {
    rmSync(root, { recursive: true });
  });

  const program = (name: string, script: string): void => {
    writeFileSync(join(root, "node_modules/.bin", name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  };
  /** With a compiler that warns on both streams and ends so. */
  const run = (compiler: number, ...words: readonly string[]) => {
    program("hardhat", `echo "${WARNING}"; echo "${WARNING}" >&2; exit ${compiler}`);
    const child = spawnSync(process.execPath, [join(root, "scripts/run.mjs"), ...words], { encoding: "utf8" });
    return [child.status, child.stdout, child.stderr];
  };

  it("tells nothing of a compiler that only warns, and hands the program's words and status on", function () {
    expect(run(0, "--build", "study")).to.deep.equal([3, "the answer\n", ""]);
  });

  it("tells what the compiler says on stderr with --verbose, and if it fails", function () {
    expect(run(0, "--build", "study", "--verbose")).to.deep.equal([3, "the answer\n", `${WARNING}\n${WARNING}\n`]);
    expect(run(1, "--build", "study")).to.deep.equal([1, "", `${WARNING}\n${WARNING}\n`]);
  });

  it("compiles nothing where nothing is to be compiled", function () {
    expect(run(1, "study")).to.deep.equal([3, "the answer\n", ""]);
  });
});
