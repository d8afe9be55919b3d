/** What all studies in a laboratory do alike: their options, their figures beside theory's, their pictures, their verdict. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { Command } from "commander";

import { printPicture } from "../../src/pictures/svg/print.js";
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
  /** Files of prices in place of those that come with the project; none but for a study that reads prices. */
  readonly prices: readonly string[];
}

/** What an experiment found. */
export interface Findings {
  readonly chapters: readonly Chapter[];
  /** What is measured and nothing is expected of; none if it is not said. */
  readonly tables?: readonly MeasuredTable[];
  /** By the name of its file, without an ending. */
  readonly pictures: Readonly<Record<string, Picture>>;
}

export type Experiment = (
  options: Pick<LabOptions, "short" | "seed" | "prices">,
  tell: Tell["phase"],
) => Promise<Findings>;

export interface LabStudy {
  /** As after `npm run lab`. */
  readonly name: string;
  /** Sentences. */
  readonly about: string;
  /** Whether it reads prices, which may be one's own. */
  readonly takesPrices?: boolean;
  /** Loads what runs it, which needs the generated types. */
  readonly load: () => Promise<{ readonly experiment: Experiment }>;
}

export function createLabStudy({ load, ...study }: LabStudy): RunStudy {
  return createStudy<LabOptions, undefined>({
    parse: (words) => parseLabOptions(study, words),
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
            document: () => renderDocument(study.name, options, { chapters, tables }),
            proved: allHold(chapters),
            close: () => Promise.resolve(),
          };
        },
      };
    },
  });
}

/** As commander gives them. */
interface Words {
  readonly short?: true;
  readonly seed: string;
  readonly svg?: string;
  readonly json?: true;
  readonly prices?: readonly string[];
}

/** @throws InputError OPTION_UNKNOWN, OPTION_INVALID */
export function parseLabOptions(
  { name, about, takesPrices = false }: Omit<LabStudy, "load">,
  words: readonly string[],
): Request<LabOptions> {
  const command = new Command(`npm run lab ${name} --`)
    .description(about)
    .option("--short", "less of everything: seconds instead of a minute or two")
    .option("--seed <number>", "of what is drawn: the same seed gives the same figures", "1")
    .option("--svg <folder>", "write the curves there, as pictures")
    .option("--json", "one JSON document on stdout; progress goes to stderr")
    .allowExcessArguments(false);
  if (takesPrices)
    command.option(
      "--prices <files...>",
      "prices of your own: CSV of any of the forms that `npm start -- --prices` reads",
    );
  const help = readWords(command, words);
  if (help !== undefined) return { kind: "help", text: help };
  const { short, seed, svg, json, prices } = command.opts<Words>();
  const options = {
    short: short === true,
    seed: parseInteger("--seed", seed, 0n, MAX_SEED),
    svg: pathFromCaller(svg),
    json: json === true,
    prices: (prices ?? []).flatMap((file) => pathFromCaller(file) ?? []),
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
