/**
 * Faults in the words of the order path, one at a time: the tests of words and rooms (test/contracts/words and book) must catch
 * each. They run in a project of their own that has the libraries alone, so that a fault is compiled in seconds; first without any.
 * The tests that have the name of the file are asked before all of them. A fault with which they do not end is caught, too.
 */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, globSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";

import type { Mutant } from "./mutants/mutant.js";
import { MUTANTS } from "./mutants/table.js";
import { BadWords, EXIT, readWords, report, tell } from "./trial.js";

const FOLDER = "cache/mutants";
const COPIED = [
  ...["hardhat.config.ts", "package.json", "tsconfig.json", "test/vectors"],
  ...["book", "interfaces", "libraries", "periphery", "Types.sol"].map((name) => `contracts/${name}`),
  ...["words", "book"].map((name) => `test/contracts/${name}`),
  ...["Test", "Vm", "Random", "Plain"].map((name) => `test/contracts/support/${name}.sol`),
  "test/contracts/reference/PlainSimplex.sol",
];
/** It asks a whole book. */
const LEFT_OUT = "DirtyWords.t.sol";
/** Times the run without any fault. */
const PATIENCE = 2;

export function run(words: readonly string[]): number {
  const values = readWords(words, { only: { type: "string", multiple: true, default: [""] } });
  const chosen = MUTANTS.filter(({ file, about }) => values.only.some((text) => `${file} ${about}`.includes(text)));
  if (chosen.length === 0)
    throw new BadWords(`--only ${values.only.join(", ")}: no mutant has that in its file or its line`);
  prepare();
  const began = Date.now();
  if (!testsPass()) return report("without any fault", ["the tests fail"]) ? EXIT.held : EXIT.failed;
  // That run has compiled everything: a multiple of it is far more than any other needs.
  const limit = PATIENCE * (Date.now() - began);
  const missed = chosen.filter((mutant) => !isCaught(mutant, limit)).map(({ file, about }) => `${file}: ${about}`);
  return report(`${chosen.length - missed.length} of ${chosen.length} faults caught`, missed) ? EXIT.held : EXIT.failed;
}

function prepare(): void {
  rmSync(FOLDER, { recursive: true, force: true });
  for (const name of COPIED) {
    mkdirSync(join(FOLDER, name, ".."), { recursive: true });
    cpSync(name, join(FOLDER, name), {
      recursive: true,
      filter: (path) => !path.endsWith(".test.ts") && !path.endsWith(LEFT_OUT),
    });
  }
  if (!existsSync(join(FOLDER, "node_modules"))) symlinkSync("../../node_modules", join(FOLDER, "node_modules"));
}

/** @param limit milliseconds after which the tests are held not to end */
function isCaught({ file, about, from, to }: Mutant, limit: number): boolean {
  const path = join(FOLDER, "contracts", file);
  const source = readFileSync(path, "utf8");
  if (source.split(from).length !== 2) throw new Error(`${file}, ${about}: "${from}" must occur once`);
  writeFileSync(
    path,
    source.replace(from, () => to),
  );
  try {
    const nearest = globSync(`test/**/${basename(file, ".sol")}*.t.sol`, { cwd: FOLDER });
    const caught = (nearest.length > 0 && !testsPass(nearest, limit)) || !testsPass([], limit);
    tell(`${caught ? "caught" : "MISSED"}  ${file}: ${about}`);
    return caught;
  } finally {
    writeFileSync(path, source);
  }
}

/** @param files all by default. @throws if the tests did not run: a fault that does not compile is none */
function testsPass(files: readonly string[] = [], limit?: number): boolean {
  const { status, stdout, stderr, error } = spawnSync(
    process.execPath,
    ["node_modules/hardhat/dist/src/cli.js", "test", "solidity", ...files],
    {
      cwd: FOLDER,
      encoding: "utf8",
      env: { ...process.env, HARDHAT_DISABLE_TELEMETRY: "true" },
      timeout: limit,
      killSignal: "SIGKILL",
    },
  );
  if (error !== undefined && "code" in error && error.code === "ETIMEDOUT") {
    tell(`the tests do not end in ${String(limit)} ms`);
    return false;
  }
  if (!stdout.includes(" passing")) throw new Error(`the tests did not run:\n${stdout}\n${stderr}`);
  return status === 0;
}
