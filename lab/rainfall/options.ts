import { Command } from "commander";

import type { Month } from "../command/months.js";
import {
  type CommonOptions,
  parseCommonOptions,
  parseInteger,
  parseMonthOption,
  type RawCommonOptions,
  readWords,
  type Request,
  withCommonOptions,
} from "../command/options.js";

/** What one run of the rainfall study is to do. */
export interface RainOptions extends CommonOptions {
  /** The month whose rain is traded. */
  readonly month: Month;
  /** Days between two announcements of how much it has rained. */
  readonly everyDays: number;
  /** A weather file of the user's own; undefined for the one that comes with the project. */
  readonly weatherFile: string | undefined;
}

type RawOptions = RawCommonOptions & Readonly<Record<"month" | "every", string>> & { readonly weather?: string };

const MAX_EVERY = 31n; // the longest month

function describeCommand(): Command {
  const command = new Command("npm run lab rainfall --")
    .description(
      "Runs one session in which the rain of one month is traded in strips of 10 mm, and proves it. The market is settled as the rain falls.",
    )
    .option("--month <YYYY-MM>", "the month whose rain is traded", "2015-11")
    .option("--every <days>", `days between two announcements, 1 to ${MAX_EVERY}`, "3")
    .option("--weather <FILE.csv>", "own weather, columns date,precipitation (mm) (default: Seattle, vega-datasets)");
  return withCommonOptions(command);
}

/**
 * Reads the words after the command's name.
 * @throws InputError OPTION_UNKNOWN, OPTION_INVALID
 */
export function parseOptions(words: readonly string[]): Request<RainOptions> {
  const command = describeCommand();
  const help = readWords(command, words);
  if (help !== undefined) return { kind: "help", text: help };
  const raw = command.opts<RawOptions>();
  const options = {
    month: parseMonthOption("--month", raw.month, "2015-11"),
    everyDays: Number(parseInteger("--every", raw.every, 1n, MAX_EVERY)),
    weatherFile: raw.weather,
    ...parseCommonOptions(raw),
  };
  return { kind: "run", options };
}
