/** The main job: one session on real prices, from its funding to the proof. This is the only place that exits. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { ProtocolError } from "../protocol/errors.js";
import { InputError } from "./errors.js";
import { parseOptions, type RunOptions } from "./options.js";
import { loadHistory } from "./price-source.js";
import type { PriceHistory } from "./prices.js";

const EXIT = { proved: 0, failed: 1, badInput: 2 } as const;

const PROJECT = fileURLToPath(new URL("../..", import.meta.url));
const GENERATED_TYPES = join(PROJECT, "typechain-types", "index.ts");
/** Hardhat's `bin`, wherever npm has put it. */
const HARDHAT = join(dirname(createRequire(import.meta.url).resolve("hardhat/package.json")), "dist", "src", "cli.js");

/** @returns the exit status */
async function main(words: readonly string[]): Promise<number> {
  const request = parseOptions(words);
  if (request.kind === "help") {
    await print(request.text);
    return EXIT.proved;
  }
  const { options } = request;
  const history = loadHistory(pathFromCaller(options.priceFile), options);
  compileIfMissing();
  return (await simulate(options, history)) ? EXIT.proved : EXIT.failed;
}

/** npm changes to the project's folder, and leaves a note of where it was called. */
function pathFromCaller(path: string | undefined): string | undefined {
  return path === undefined ? undefined : resolve(process.env["INIT_CWD"] ?? process.cwd(), path);
}

/** `npm start` has compiled already; whoever starts this file directly may not have. */
function compileIfMissing(): void {
  if (existsSync(GENERATED_TYPES)) return;
  process.stderr.write("Compiling the contracts (first run) ...\n");
  // In a process of its own: Hardhat writes to stdout even when it is to be quiet, and that is kept for the document.
  const command = [HARDHAT, "build", "--no-tests", "--quiet"];
  const { status } = spawnSync(process.execPath, command, { cwd: PROJECT, stdio: ["ignore", 2, 2] });
  if (status !== 0) throw new Error("the contracts do not compile: see above");
}

/** @returns whether everything that was promised holds */
async function simulate(options: RunOptions, history: PriceHistory): Promise<boolean> {
  // Not before now: these need the generated types.
  const [{ runSession }, { renderMonth, renderResult }, { renderDocument }, { holds }] = await Promise.all([
    import("./simulation.js"),
    import("./report.js"),
    import("./document.js"),
    import("./proof.js"),
  ]);
  const progress = options.json ? process.stderr : process.stdout;
  const run = await runSession(options, history, {
    phase: (line) => progress.write(`${line} ...\n`),
    month: (step, scale) => progress.write(`\n${renderMonth(step, options.symbols, scale)}`),
  });
  await print(options.json ? `${renderDocument(run)}\n` : `\n${renderResult(run)}\n`);
  await run.stage.chain.close();
  return holds(run.proof);
}

/** Waits until all of it is out: exiting would cut off what a pipe has not taken yet. */
function print(text: string): Promise<void> {
  return new Promise((done, failed) => {
    process.stdout.write(text, (error) => {
      if (error) failed(error);
      else done();
    });
  });
}

function explain(error: unknown): string {
  if (error instanceof ProtocolError) return `${error.code}: ${error.message}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

try {
  process.exit(await main(process.argv.slice(2)));
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  process.exit(error instanceof InputError ? EXIT.badInput : EXIT.failed);
}
