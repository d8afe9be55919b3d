/** What somebody expects of the month's rain: a list of totals that are equally likely, and what contracts are worth then. */
import { clamp, type Bounds } from "../../src/protocol/market/bounds.js";
import type { Composition } from "../../src/protocol/value/composition.js";
import { payoffAt } from "../../src/protocol/value/composition.js";
import type { TickLots, Ticks } from "../../src/protocol/amounts/units.js";
import { rainAtSuchTimes, rainIn } from "../weather/climate.js";
import type { Month } from "../command/months.js";
import { addDays, type Day, type Span, spanOfMonth } from "../weather/days.js";
import { loadRain, type RainHistory } from "../weather/weather-file.js";

/** At least one total, ticks. */
export type Forecast = readonly [Ticks, ...Ticks[]];

/** What is known on the morning of a day of the month. */
export interface Knowledge {
  readonly month: Span;
  readonly today: Day;
  /** Rain from the first of the month until yesterday. */
  readonly soFar: Ticks;
  /** Rain so far, and for what is left of the month the rain of such days in other years: a few days' leeway, or a month's. */
  readonly climatology: Forecast;
  readonly seasons: Forecast;
}

/**
 * Reads a weather file, and makes sure before anything is done that it covers the month, and other years to learn from.
 * @throws InputError any of the codes that begin with WEATHER_
 */
export function loadMonth(path: string | undefined, month: Month): RainHistory {
  const history = loadRain(path);
  const span = spanOfMonth(month);
  rainIn(history, span);
  for (let day = span.first; day < span.end; day = addDays(day, 1)) knowledgeOf(history, span, day);
  return history;
}

// Leeway in days around the same days of other years.
const CLOSE = { reach: 10, step: 5 };
const WIDE = { reach: 30, step: 10 };

/** @throws InputError WEATHER_DAY_MISSING, WEATHER_TOO_SHORT */
export function knowledgeOf(history: RainHistory, month: Span, today: Day): Knowledge {
  const soFar = rainIn(history, { first: month.first, end: today });
  const rest = { first: today, end: month.end };
  const forecast = (leeway: typeof CLOSE) =>
    rainAtSuchTimes(history, rest, month, leeway).map((rain) => (soFar + rain) as Ticks) as [Ticks, ...Ticks[]]; // never empty
  return { month, today, soFar, climatology: forecast(CLOSE), seasons: forecast(WIDE) };
}

const PACES = [60n, 80n, 100n, 120n, 140n] as const; // percent

/** That it goes on raining as it has so far, more or less. @returns undefined on the first day: nothing has gone on yet */
export function extrapolation({ month, today, soFar }: Knowledge): Forecast | undefined {
  const [passed, left] = [BigInt(today - month.first), BigInt(month.end - today)];
  if (passed === 0n) return undefined;
  const totalAt = (percent: bigint) => (soFar + (soFar * left * percent) / (passed * 100n)) as Ticks;
  const [slowest, ...faster] = PACES;
  return [totalAt(slowest), ...faster.map(totalAt)];
}

/** What a lot of a branch is worth, in ticks, rounded down. */
export function valueOf(forecast: Forecast, strikes: Bounds): Ticks {
  return (sum(forecast.map((total) => clamp(total, strikes))) / BigInt(forecast.length)) as Ticks;
}

/** What a composition is worth, in ticks × lots, rounded towards zero. */
export function worthOf(forecast: Forecast, span: Bounds, composition: Composition): TickLots {
  const payoffs = forecast.map((total) => payoffAt(composition, clamp(total, span)));
  return (sum(payoffs) / BigInt(forecast.length)) as TickLots;
}

/** The middle total, ticks. */
export function medianOf(forecast: Forecast): Ticks {
  const sorted = [...forecast].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return sorted[Math.floor(sorted.length / 2)] ?? forecast[0];
}

function sum(values: readonly bigint[]): bigint {
  return values.reduce((subtotal, value) => subtotal + value, 0n);
}
