/** What all studies in a laboratory do alike: their options, their figures beside theory's, their pictures, their verdict. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { Command } from "commander";

import { printPicture } from "../../src/cli/output/svg/print.js";
import type { Picture } from "../../src/pictures/marks.js";
import { createStudy, type RunStudy, type Tell } from "../command/command.js";
import { pathFromCaller } from "../command/paths.js";
import { renderJson } from "../command/document.js";
import { MAX_SEED, parseInteger, readWords, type Request } from "../command/options.js";
import { documentOf, type MeasuredTable, renderMeasured } from "./measured.js";
import { allHold, type Chapter, renderChapters } from "./figures.js";

export interface LabOptions {
  /** Less of everything: seconds instead of a minute or two. */
  readonly short: boolean;
  /** Of what is drawn, and of keys. */
  readonly seed: bigint;
  readonly json: boolean;
  /** The folder that pictures are written to. */
  readonly svg: string | undefined;
}

/** What an experiment found. */
export interface Findings {
  readonly chapters: readonly Chapter[];
  /** What is measured and nothing is expected of; none if it is not said. */
  readonly tables?: readonly MeasuredTable[];
  /** By the name of its file, without an ending. */
  readonly pictures: Readonly<Record<string, Picture>>;
}

export type Experiment = (options: Pick<LabOptions, "short" | "seed">, tell: Tell["phase"]) => Promise<Findings>;

export interface LabStudy {
  /** As after `npm run lab`. */
  readonly name: string;
  /** Sentences. */
  readonly about: string;
  /** Loads what runs it, which needs the generated types. */
  readonly load: () => Promise<{ readonly experiment: Experiment }>;
}

export function createLabStudy({ name, about, load }: LabStudy): RunStudy {
  return createStudy<LabOptions, undefined>({
    parse: (words) => parseLabOptions(name, about, words),
    load: () => undefined,
    perform: async () => {
      const { experiment } = await load();
      return {
        perform: async (options, _, tell) => {
          const { chapters, pictures, tables = [] } = await experiment(options, tell.phase);
          const written = options.svg === undefined ? [] : writePictures(options.svg, pictures);
          return {
            text: () =>
              [
                ...tables.map(renderMeasured),
                renderChapters(chapters),
                ...written.map((file) => `Picture: ${file}`),
              ].join("\n\n"),
            document: () => renderDocument(name, options, { chapters, tables }),
            proved: allHold(chapters),
            close: () => Promise.resolve(),
          };
        },
      };
    },
  });
}

/** @throws InputError OPTION_UNKNOWN, OPTION_INVALID */
export function parseLabOptions(name: string, about: string, words: readonly string[]): Request<LabOptions> {
  const command = new Command(`npm run lab ${name} --`)
    .description(about)
    .option("--short", "less of everything: seconds instead of a minute or two")
    .option("--seed <number>", "of what is drawn: the same seed gives the same figures", "1")
    .option("--svg <folder>", "write the curves there, as pictures")
    .option("--json", "one JSON document on stdout; progress goes to stderr")
    .allowExcessArguments(false);
  const help = readWords(command, words);
  if (help !== undefined) return { kind: "help", text: help };
  const { short, seed, svg, json } = command.opts<{ short?: true; seed: string; svg?: string; json?: true }>();
  const options = {
    short: short === true,
    seed: parseInteger("--seed", seed, 0n, MAX_SEED),
    svg: pathFromCaller(svg),
    json: json === true,
  };
  return { kind: "run", options };
}

/** Figures as plain numbers: they are estimates, not amounts. */
function renderDocument(
  name: string,
  { short, seed }: LabOptions,
  { chapters, tables }: Required<Pick<Findings, "chapters" | "tables">>,
): string {
  return renderJson({
    study: name,
    size: short ? "short" : "full",
    seed,
    figures: chapters.flatMap(({ title, figures }) => figures.map((one) => ({ chapter: title, ...one }))),
    ...(tables.length === 0 ? {} : { tables: tables.map(documentOf) }),
    ok: allHold(chapters),
  });
}

/** @returns the files */
function writePictures(folder: string, pictures: Findings["pictures"]): string[] {
  mkdirSync(folder, { recursive: true });
  return Object.entries(pictures).map(([name, picture]) => {
    const file = join(folder, `${name}.svg`);
    writeFileSync(file, printPicture(picture));
    return file;
  });
}
