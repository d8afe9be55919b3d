import { Command } from "commander";

import { parseInteger, type Request } from "../command/options.js";
import { parseWeatherOptions, type WeatherOptions } from "../weather/options.js";

/** What one run of the wettest-month study is to do. */
export interface YearOptions extends WeatherOptions {
  /** The year whose wettest month is traded. */
  readonly year: number;
}

// A chain's clock starts in 1970, and its start must lie before the session does.
const FIRST_YEAR = 1971n;
const LAST_YEAR = 9998n;

function describeCommand(): Command {
  return new Command("npm run lab wettest-month --")
    .description(
      "Runs one session in which people bet on the month of a year that gets most rain, and proves it. Months are eliminated as soon as they are beaten.",
    )
    .option("--year <YYYY>", "the year whose wettest month is traded", "2015");
}

/** @throws InputError OPTION_UNKNOWN, OPTION_INVALID */
export function parseOptions(words: readonly string[]): Request<YearOptions> {
  const command = describeCommand();
  return parseWeatherOptions(command, words, () => {
    const { year } = command.opts<{ readonly year: string }>();
    return { year: Number(parseInteger("--year", year, FIRST_YEAR, LAST_YEAR)) };
  });
}
