/** What the executables of all examples do alike: print, compile what is missing, explain errors, and exit. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { ProtocolError } from "../../src/protocol/amounts/errors.js";
import { InputError } from "./errors.js";
import type { Request } from "./options.js";

const EXIT = { proved: 0, failed: 1, badInput: 2 } as const;

const PROJECT = fileURLToPath(new URL("../..", import.meta.url));
const GENERATED_TYPES = join(PROJECT, "typechain-types", "index.ts");
/** Hardhat's `bin`, wherever npm has put it. */
const HARDHAT = join(dirname(createRequire(import.meta.url).resolve("hardhat/package.json")), "dist", "src", "cli.js");

/** An example, in the order of its life. */
export interface Example<Options extends { readonly json: boolean }, Input> {
  /** @throws InputError */
  readonly parse: (words: readonly string[]) => Request<Options>;
  /** Reads what the options name. @throws InputError */
  readonly load: (options: Options) => Input;
  /** Runs it. Has to import what needs the generated types, which may not be there before. */
  readonly run: (options: Options, input: Input, tell: Tell) => Promise<Finished>;
}

/** Who wants to hear how it goes. */
export interface Tell {
  /** A phase begins. */
  readonly phase: (line: string) => void;
  /** A step is done, and this is what it was like. */
  readonly step: (text: string) => void;
}

/** An example that has run. */
export interface Finished {
  /** For people, and for programs. */
  readonly text: () => string;
  readonly document: () => string;
  /** Whether everything that was promised holds. */
  readonly proved: boolean;
  readonly close: () => Promise<void>;
}

/** Runs an example from the words of the command line, and ends the process. */
export async function runCommand<Options extends { readonly json: boolean }, Input>(
  example: Example<Options, Input>,
): Promise<never> {
  try {
    process.exit(await execute(example, process.argv.slice(2)));
  } catch (error) {
    process.stderr.write(`${explain(error)}\n`);
    process.exit(error instanceof InputError ? EXIT.badInput : EXIT.failed);
  }
}

/** npm changes to the project's folder, and leaves a note of where it was called. */
export function pathFromCaller(path: string | undefined): string | undefined {
  return path === undefined ? undefined : resolve(process.env["INIT_CWD"] ?? process.cwd(), path);
}

/** @returns the exit status */
async function execute<Options extends { readonly json: boolean }, Input>(
  example: Example<Options, Input>,
  words: readonly string[],
): Promise<number> {
  const request = example.parse(words);
  if (request.kind === "help") {
    await print(request.text);
    return EXIT.proved;
  }
  const { options } = request;
  const input = example.load(options);
  compileIfMissing();
  const progress = options.json ? process.stderr : process.stdout;
  const finished = await example.run(options, input, {
    phase: (line) => progress.write(`${line} ...\n`),
    step: (text) => progress.write(`\n${text}`),
  });
  await print(options.json ? `${finished.document()}\n` : `\n${finished.text()}\n`);
  await finished.close();
  return finished.proved ? EXIT.proved : EXIT.failed;
}

/** The npm command has compiled already; whoever starts the file directly may not have. */
function compileIfMissing(): void {
  if (existsSync(GENERATED_TYPES)) return;
  process.stderr.write("Compiling the contracts (first run) ...\n");
  // In a process of its own: Hardhat writes to stdout even when it is to be quiet, and that is kept for the document.
  const command = [HARDHAT, "build", "--no-tests", "--quiet"];
  const { status } = spawnSync(process.execPath, command, { cwd: PROJECT, stdio: ["ignore", 2, 2] });
  if (status !== 0) throw new Error("the contracts do not compile: see above");
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
