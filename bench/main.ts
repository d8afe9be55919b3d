/** `npm run bench`: runs the parts that are asked for, prints the figures, and keeps them in `bench/`. */
import { fork, spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { Command, CommanderError } from "commander";

import type { KeptTrials } from "./capacity/inputs.js";
import { capacityPage } from "./capacity/page.js";
import { renderPicture } from "./chart.js";
import { figuresOf, type Results } from "./document.js";
import { meetsAim, type PartResult } from "./part.js";
import { isPartName, PART_NAMES, type PartName } from "./parts.js";
import { performancePage, withPerformance } from "./readme.js";
import { renderItems, renderRows } from "./table.js";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const PROJECT = join(HERE, "..");
const RESULTS = join(HERE, "results.json");
const TRIALS = join(HERE, "trials.json");
const [CAPACITY, RELAY_PAGE] = [join(PROJECT, "docs", "capacity.md"), join(PROJECT, "docs", "relay.md")];
/** No part, for it measures nothing: a page that is made of what parts and trials have kept. */
const CAPACITY_WORD = "capacity";
/** Contracts are measured as they are deployed. */
const PROFILE = { SESSION_PROFILE: "production" };
const EXIT = { done: 0, failed: 1, badInput: 2 } as const;

interface Options {
  readonly json?: true;
  readonly quick?: true;
  readonly write: boolean;
}

const program = new Command("npm run bench --")
  .description(
    "Measures gas, collateral checks, the engine, signatures, replay, verification and the ranking of stress scenarios.",
  )
  .argument(
    "[parts...]",
    `which: ${PART_NAMES.join(", ")}; all by default; ${CAPACITY_WORD} writes docs/capacity.md from what is kept`,
  )
  .option("--json", "one JSON document on stdout and nothing else; progress goes to stderr")
  .option("--quick", "fewer sizes, to see whether it works; writes nothing")
  .option("--no-write", "leave bench/results.json, the pictures and the README as they are")
  .exitOverride();

async function main(): Promise<number> {
  const parts = parse();
  if (typeof parts === "number") return parts;
  if (program.args.includes(CAPACITY_WORD)) {
    writeCapacity(readResults());
    process.stdout.write(`${CAPACITY}\n`);
    if (parts.length === 0) return EXIT.done;
  }
  const options = program.opts<Options>();
  const results: Partial<Record<PartName, PartResult>> = {};
  for (const name of parts) results[name] = await runPart(name, options);
  if (options.write && options.quick !== true && options.json !== true) keep(results);
  const text = options.json === true ? JSON.stringify(figuresOf(results), null, 2) : report(results);
  process.stdout.write(`${text}\n`);
  return EXIT.done;
}

/** @returns the parts, or the exit status */
function parse(): readonly PartName[] | number {
  try {
    program.parse();
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? EXIT.done : EXIT.badInput;
  }
  const unknown = program.args.filter((name) => !isPartName(name) && name !== CAPACITY_WORD);
  if (unknown.length > 0) {
    process.stderr.write(`no part ${unknown.join(", ")}: there are ${PART_NAMES.join(", ")}\n`);
    return EXIT.badInput;
  }
  const wanted = program.args.filter(isPartName);
  return program.args.length === 0 ? PART_NAMES : wanted;
}

async function runPart(name: PartName, { quick }: Options): Promise<PartResult> {
  process.stderr.write(`${name} ...\n`);
  const env = { ...process.env, ...(name === "gas" ? PROFILE : {}) };
  if (name === "gas") build(env);
  // As the tests do: tsx for modules alone. The garbage collector is exposed for figures of memory.
  // A young generation that holds what a few thousand orders leave behind spares it half of its work.
  const execArgv = ["--import", "tsx/esm", "--expose-gc", "--max-old-space-size=8192", "--max-semi-space-size=64"];
  const child = fork(join(HERE, "run-part.ts"), [name, ...(quick === true ? ["--quick"] : [])], {
    env,
    execArgv,
    stdio: ["ignore", 2, 2, "ipc"],
  });
  return new Promise((done, failed) => {
    let result: PartResult | undefined;
    child.on("message", (message) => (result = message as PartResult)); // what run-part sends
    child.on("close", (status) => {
      if (result !== undefined && status === 0) done(result);
      else failed(new Error(`the part ${name} ended with ${status ?? "a signal"}: see above`));
    });
  });
}

function build(env: NodeJS.ProcessEnv): void {
  process.stderr.write("  compiling as for deployment\n");
  const { status } = spawnSync("hardhat", ["build", "--no-tests", "--quiet"], {
    cwd: PROJECT,
    env,
    stdio: ["ignore", 2, 2],
  });
  if (status !== 0) throw new Error("the contracts do not compile: see above");
}

/** Parts that did not run keep their last figures. */
function keep(results: Results): void {
  const all: Results = { ...readResults(), ...results };
  const machine = { node: process.version, processor: cpus()[0]?.model ?? "unknown", cores: cpus().length };
  writeFileSync(RESULTS, `${JSON.stringify({ machine, parts: all }, null, 2)}\n`);
  for (const { pictures } of Object.values(results)) {
    for (const picture of pictures) writeFileSync(join(HERE, `${picture.id}.svg`), renderPicture(picture));
  }
  writeFileSync(join(PROJECT, "docs", "performance.md"), performancePage(all));
  writeCapacity(all);
  const readme = join(PROJECT, "README.md");
  writeFileSync(readme, withPerformance(readFileSync(readme, "utf8"), all));
}

function writeCapacity(results: Results): void {
  const trials = JSON.parse(readFileSync(TRIALS, "utf8")) as KeptTrials; // as trials wrote it
  writeFileSync(CAPACITY, capacityPage({ results, trials, relayPage: readFileSync(RELAY_PAGE, "utf8") }));
}

function readResults(): Results {
  try {
    return (JSON.parse(readFileSync(RESULTS, "utf8")) as { parts: Results }).parts; // as `keep` wrote it
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return {};
    throw error;
  }
}

function report(results: Results): string {
  const sections = Object.entries(results).map(([name, { rows, notes }]) =>
    [
      `${name}\n${"=".repeat(name.length)}`,
      renderRows(rows),
      ...[...renderItems(rows), ...notes].map((note) => `* ${note}`),
    ].join("\n"),
  );
  const aimed = Object.values(results).flatMap(({ rows }) => rows.filter(({ aim }) => aim !== undefined));
  const met = aimed.filter((row) => meetsAim(row) === true).length;
  return [...sections, `${met} of ${aimed.length} aims are met.`].join("\n\n");
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = EXIT.failed;
}
