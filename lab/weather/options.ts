import type { Command } from "commander";

import {
  type CommonOptions,
  parseCommonOptions,
  type RawCommonOptions,
  readWords,
  type Request,
  withCommonOptions,
} from "../command/options.js";

/** What both studies of the weather can be told. */
export interface WeatherOptions extends CommonOptions {
  /** A weather file of the user's own; undefined for the one that comes with the project. */
  readonly weatherFile: string | undefined;
}

type RawWeatherOptions = RawCommonOptions & { readonly weather?: string };

/**
 * Reads the words after the study's name.
 * @param command with the study's own options
 * @param parseOwn what its own options mean, once the words are read
 * @throws InputError OPTION_UNKNOWN, OPTION_INVALID
 */
export function parseWeatherOptions<Own extends object>(
  command: Command,
  words: readonly string[],
  parseOwn: () => Own,
): Request<Own & WeatherOptions> {
  command.option(
    "--weather <FILE.csv>",
    "own weather, columns date,precipitation (mm) (default: Seattle, vega-datasets)",
  );
  const help = readWords(withCommonOptions(command), words);
  if (help !== undefined) return { kind: "help", text: help };
  const raw = command.opts<RawWeatherOptions>();
  return { kind: "run", options: { ...parseOwn(), weatherFile: raw.weather, ...parseCommonOptions(raw) } };
}
