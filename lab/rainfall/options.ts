import { Command } from "commander";

import type { Month } from "../command/months.js";
import { parseInteger, parseMonthOption, type Request } from "../command/options.js";
import { parseWeatherOptions, type WeatherOptions } from "../weather/options.js";

/** What one run of the rainfall study is to do. */
export interface RainOptions extends WeatherOptions {
  /** The month whose rain is traded. */
  readonly month: Month;
  /** Days between two announcements of how much it has rained. */
  readonly everyDays: number;
}

const MAX_EVERY = 31n; // the longest month

function describeCommand(): Command {
  return new Command("npm run lab rainfall --")
    .description(
      "Runs one session in which the rain of one month is traded in strips of 10 mm, and proves it. The market is settled as the rain falls.",
    )
    .option("--month <YYYY-MM>", "the month whose rain is traded", "2015-11")
    .option("--every <days>", `days between two announcements, 1 to ${MAX_EVERY}`, "3");
}

/** @throws InputError OPTION_UNKNOWN, OPTION_INVALID */
export function parseOptions(words: readonly string[]): Request<RainOptions> {
  const command = describeCommand();
  return parseWeatherOptions(command, words, () => {
    const { month, every } = command.opts<Readonly<Record<"month" | "every", string>>>();
    return {
      month: parseMonthOption("--month", month, "2015-11"),
      everyDays: Number(parseInteger("--every", every, 1n, MAX_EVERY)),
    };
  });
}
