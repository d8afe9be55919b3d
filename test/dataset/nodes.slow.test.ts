/** Another version of Node makes the same bytes, and finds nothing different in what this one has made. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import { printSessionLog } from "../../src/verify/session-log.js";
import { busySession, endSession } from "./support/busy.js";

/** Programs that may be another Node: OTHER_NODES with colons between, else that of the system. */
const CANDIDATES = (process.env["OTHER_NODES"] ?? "/usr/bin/node:/usr/local/bin/node").split(":");
const OLDEST = 20;

interface OtherNode {
  readonly program: string;
  readonly version: string;
}

function otherNodes(): OtherNode[] {
  const found = CANDIDATES.filter((program) => existsSync(program)).map((program) => ({
    program,
    version: spawnSync(program, ["--version"], { encoding: "utf8" }).stdout.trim(),
  }));
  const major = (version: string): number => Number(/^v(\d+)/.exec(version)?.[1] ?? 0);
  return found.filter(({ version }) => major(version) >= OLDEST && major(version) !== major(process.version));
}

describe("dataset: another version of Node", () => {
  let folder: string;
  before(async function () {
    if (otherNodes().length === 0) {
      process.stdout.write("    skipped: no other Node here. Set OTHER_NODES to programs with colons between.\n");
      this.skip();
    }
    folder = await mkdtemp(join(tmpdir(), "dataset-nodes-"));
    await writeFile(join(folder, "session.log"), printSessionLog(endSession(busySession({ calls: 80 })).log()));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const run = (program: string, env: Readonly<Record<string, string>>, ...words: readonly string[]) => {
    const started = ["--import", "tsx/esm", join("src", "cli", "main.ts"), "dataset", ...words];
    return spawnSync(program, started, { encoding: "utf8", env: { ...process.env, ...env } });
  };
  const sumsOf = (name: string): string => readFileSync(join(folder, name, "SHA256SUMS"), "utf8");

  it("gives the same sums, in another language and time zone, and each finds the other's folder whole", () => {
    const log = join(folder, "session.log");
    const own = run(process.execPath, { TZ: "UTC", LC_ALL: "C" }, "--logs", log, "--out", join(folder, "own"));
    expect(own.status, own.stderr).to.equal(0);
    for (const [k, { program, version }] of otherNodes().entries()) {
      const env = { TZ: "Asia/Kathmandu", LANG: "tr_TR.UTF-8", LC_ALL: "tr_TR.UTF-8" };
      const made = run(program, env, "--logs", log, "--out", join(folder, `other ${k}`));
      expect(made.status, made.stderr).to.equal(0);
      expect(sumsOf(`other ${k}`), version).to.equal(sumsOf("own"));
      const checked = run(program, env, "--check", join(folder, "own"));
      expect(checked.status, `${checked.stdout}${checked.stderr}`).to.equal(0);
      expect(run(process.execPath, {}, "--check", join(folder, `other ${k}`)).status).to.equal(0);
    }
  });
});
