import { Command } from "commander";

import {
  type CommonOptions,
  parseCommonOptions,
  parseInteger,
  type RawCommonOptions,
  readWords,
  type Request,
  withCommonOptions,
} from "../command/options.js";

/** What one run of the wettest-month study is to do. */
export interface YearOptions extends CommonOptions {
  /** The year whose wettest month is traded. */
  readonly year: number;
  /** A weather file of the user's own; undefined for the one that comes with the project. */
  readonly weatherFile: string | undefined;
}

type RawOptions = RawCommonOptions & { readonly year: string; readonly weather?: string };

// A chain's clock starts in 1970, and its start must lie before the session does.
const FIRST_YEAR = 1971n;
const LAST_YEAR = 9998n;

function describeCommand(): Command {
  const command = new Command("npm run lab wettest-month --")
    .description(
      "Runs one session in which people bet on the month of a year that gets most rain, and proves it. Months are eliminated as soon as they are beaten.",
    )
    .option("--year <YYYY>", "the year whose wettest month is traded", "2015")
    .option("--weather <FILE.csv>", "own weather, columns date,precipitation (mm) (default: Seattle, vega-datasets)");
  return withCommonOptions(command);
}

/**
 * Reads the words after the command's name.
 * @throws InputError OPTION_UNKNOWN, OPTION_INVALID
 */
export function parseOptions(words: readonly string[]): Request<YearOptions> {
  const command = describeCommand();
  const help = readWords(command, words);
  if (help !== undefined) return { kind: "help", text: help };
  const raw = command.opts<RawOptions>();
  const options = {
    year: Number(parseInteger("--year", raw.year, FIRST_YEAR, LAST_YEAR)),
    weatherFile: raw.weather,
    ...parseCommonOptions(raw),
  };
  return { kind: "run", options };
}
