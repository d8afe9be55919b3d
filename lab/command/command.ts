/** What all studies do alike: read their words, compile what is missing, run, and print. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import type { RanSession } from "./dataset.js";
import type { CommonOptions, Request } from "./options.js";

export const EXIT = { proved: 0, failed: 1, badInput: 2 } as const;

const PROJECT = fileURLToPath(new URL("../..", import.meta.url));
const GENERATED_TYPES = join(PROJECT, "typechain-types", "index.ts");
const RUNNER = join(PROJECT, "scripts", "run.mjs");

/** Runs a study from the words after its name. @returns the exit status @throws InputError */
export type RunStudy = (words: readonly string[]) => Promise<number>;

/** What `createStudy` looks at; a study without sessions takes no folder for tables. */
type StudyOptions = Pick<CommonOptions, "json"> & Partial<Pick<CommonOptions, "dataset">>;

/** A study, in the order of its life. */
export interface StudyParts<Options extends StudyOptions, Input> {
  /** @throws InputError */
  readonly parse: (words: readonly string[]) => Request<Options>;
  /** Reads what the options name. @throws InputError */
  readonly load: (options: Options) => Input;
  /** Loads what runs it: that needs the generated types, which may not be there before. */
  readonly perform: () => Promise<{ readonly perform: Perform<Options, Input> }>;
}

export type Perform<Options, Input> = (options: Options, input: Input, tell: Tell) => Promise<Finished>;

/** Who wants to hear how it goes. */
export interface Tell {
  /** A phase begins. */
  readonly phase: (line: string) => void;
  /** A step is done, and this is what it was like. */
  readonly step: (text: string) => void;
}

/** A study that has run. */
export interface Finished {
  /** For people, and for programs. */
  readonly text: () => string;
  readonly document: () => string;
  /** Whether everything that was promised holds. */
  readonly proved: boolean;
  /** What was run, for who wants tables of it; its chain is there until `close`. */
  readonly sessions?: () => readonly RanSession[];
  readonly close: () => Promise<void>;
}

export function createStudy<Options extends StudyOptions, Input>(study: StudyParts<Options, Input>): RunStudy {
  return async (words) => {
    const request = study.parse(words);
    if (request.kind === "help") {
      await print(request.text);
      return EXIT.proved;
    }
    const { options } = request;
    const input = study.load(options);
    compileIfMissing();
    const { perform } = await study.perform();
    const progress = options.json ? process.stderr : process.stdout;
    const finished = await perform(options, input, {
      phase: (line) => progress.write(`${line} ...\n`),
      step: (text) => progress.write(`\n${text}`),
    });
    await print(options.json ? `${finished.document()}\n` : `\n${finished.text()}\n`);
    if (options.dataset !== undefined) {
      const { writeDatasets } = await import("./dataset.js");
      await writeDatasets(options.dataset, finished.sessions?.() ?? []);
      progress.write(`Tables in ${options.dataset}\n`);
    }
    await finished.close();
    return finished.proved ? EXIT.proved : EXIT.failed;
  };
}

/** The npm command has compiled already; whoever starts the file directly may not have. */
export function compileIfMissing(): void {
  if (existsSync(GENERATED_TYPES)) return;
  process.stderr.write("Compiling the contracts (first run) ...\n");
  const { status } = spawnSync(process.execPath, [RUNNER, "--build"], { cwd: PROJECT, stdio: ["ignore", 2, 2] });
  if (status !== 0) throw new Error("the contracts do not compile: see above");
}

/** Waits until all of it is out: exiting would cut off what a pipe has not taken yet. */
export function print(text: string): Promise<void> {
  return new Promise((done, failed) => {
    process.stdout.write(text, (error) => {
      if (error) failed(error);
      else done();
    });
  });
}
