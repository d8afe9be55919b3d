import type { Ticks } from "../../src/protocol/amounts/units.js";
import { ONE, parseDecimal } from "../command/decimals.js";
import { InputError } from "../command/errors.js";
import { brokenLine, parseTable, readText, type TableRow, vegaDataset } from "../command/table-file.js";
import { type Day, formatDay, parseDay } from "./days.js";

/** How much it rained on each day that a file covers. One tick is 0.1 mm, in which rain is measured: nothing is rounded. */
export interface RainHistory {
  /** Its name, for errors. */
  readonly file: string;
  readonly rain: ReadonlyMap<Day, Ticks>;
}

/** Ticks in a millimetre. */
export const TICKS_PER_MM = 10n;

/** The most that was ever measured is 1825 mm (Foc-Foc, Réunion, 1966). */
const MOST_OF_A_DAY = 2_000n * ONE;
const COLUMNS = ["date", "precipitation"] as const;
const TICK = ONE / TICKS_PER_MM;

/**
 * Reads daily rain from a file with the columns `date` and `precipitation` (millimetres).
 * @param path a file of the user's own; undefined for Seattle from 2012 to 2015, from the package vega-datasets
 * @throws InputError any of the codes that begin with WEATHER_
 */
export function loadRain(path: string | undefined): RainHistory {
  const name = path ?? "vega-datasets/data/seattle-weather.csv";
  return parseRain(readText("WEATHER", path ?? vegaDataset("seattle-weather.csv"), name), name);
}

/** @throws InputError WEATHER_EMPTY, WEATHER_HEADER, WEATHER_LINE_BROKEN, WEATHER_DAY_REPEATED */
export function parseRain(text: string, file: string): RainHistory {
  const rain = new Map<Day, Ticks>();
  for (const row of parseTable("WEATHER", COLUMNS, text, file, "weather")) {
    const day = parseDayField(row, file);
    if (rain.has(day)) throw new InputError("WEATHER_DAY_REPEATED", { file, line: row.line, value: formatDay(day) });
    rain.set(day, parseRainField(row, file));
  }
  return { file, rain };
}

type Row = TableRow<(typeof COLUMNS)[number]>;

function parseDayField({ field, line }: Row, file: string): Day {
  const day = parseDay(field("date"));
  if (day !== undefined) return day;
  throw brokenLine("WEATHER", file, line, field("date"), "a date like 2015-11-03 is wanted");
}

function parseRainField({ field, line }: Row, file: string): Ticks {
  const millimetres = parseDecimal(field("precipitation"));
  if (millimetres !== undefined && millimetres > MOST_OF_A_DAY) {
    const reason = "more than it has ever rained on a day: numbers such as 9999.9 stand for a day that nobody measured";
    throw brokenLine("WEATHER", file, line, field("precipitation"), reason);
  }
  if (millimetres !== undefined && millimetres >= 0n && millimetres % TICK === 0n) return (millimetres / TICK) as Ticks;
  const reason = "millimetres of rain are wanted, not negative, with one digit after the point at most";
  throw brokenLine("WEATHER", file, line, field("precipitation"), reason);
}
