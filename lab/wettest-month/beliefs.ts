/** How likely each month is to be the wettest: exact sums over what each month's rain may be, no random numbers. */
import { fraction } from "../../src/protocol/amounts/fraction.js";
import type { Ticks } from "../../src/protocol/amounts/units.js";
import { InputError } from "../command/errors.js";
import { formatMonth, type Month } from "../command/months.js";
import { weightsInTicks } from "../../src/protocol/value/apportion.js";
import { covers, rainIn, yearsOf } from "../weather/climate.js";
import { spanOfMonth } from "../weather/days.js";
import { loadRain, type RainHistory } from "../weather/weather-file.js";
import { beatenOutcomes, SCALE } from "./contract.js";

const MONTHS = 12;

/** Amounts of rain that are equally likely, for each month from January; a month that is over has one. */
export type Possibilities = readonly (readonly Ticks[])[];

/** A weight for each month, in ticks that sum to the scale. */
export type Belief = readonly Ticks[];

/** What is known when the first `passed` months of the year are over. */
export interface Knowledge {
  readonly year: number;
  /** Rain of the months that are over. */
  readonly totals: readonly Ticks[];
  /** By the rain that the months to come had in other years. */
  readonly close: Belief;
  /** By that of the months around them too, and with some room for surprise. */
  readonly wide: Belief;
}

/**
 * Reads a weather file, and makes sure before anything is done that it covers the year, and other years to learn from.
 * @throws InputError any of the codes that begin with WEATHER_
 */
export function loadYear(path: string | undefined, year: number): RainHistory {
  const history = loadRain(path);
  for (let month = 0; month < MONTHS; month++) rainIn(history, spanOfMonth(monthOf(year, month)));
  knowledgeOf(history, year, 0);
  return history;
}

/** @throws InputError WEATHER_DAY_MISSING, WEATHER_TOO_SHORT */
export function knowledgeOf(history: RainHistory, year: number, passed: number): Knowledge {
  const totals = totalsOf(history, year, passed);
  const belief = (around: readonly number[]) =>
    chances(
      Array.from({ length: MONTHS }, (_, month) => {
        const known = totals[month];
        return known === undefined ? inOtherYears(history, year, month, around) : [known];
      }),
    );
  return { year, totals, close: belief([0]), wide: surprised(belief([-1, 0, 1]), totals) };
}

const SURPRISE_PERCENT = 4n;

/** A few years cannot show everything: some of the weight goes to all months alike that are not beaten yet. */
function surprised(belief: Belief, totals: readonly Ticks[]): Belief {
  const beaten = new Set(beatenOutcomes(totals));
  const open = belief.map((_, k) => !beaten.has(k + 1));
  const count = BigInt(open.filter(Boolean).length);
  const weights = belief.map((weight, k) => {
    const share = open[k] === true ? SURPRISE_PERCENT * SCALE : 0n;
    return fraction((100n - SURPRISE_PERCENT) * weight * count + share, 100n * SCALE * count);
  });
  return weightsInTicks(weights, SCALE);
}

/** Rain of the first `count` months of a year. @throws InputError WEATHER_DAY_MISSING */
export function totalsOf(history: RainHistory, year: number, count: number): Ticks[] {
  return Array.from({ length: count }, (_, month) => rainIn(history, spanOfMonth(monthOf(year, month))));
}

/**
 * The chance of each month to be the wettest, the months being independent: for each amount that it may have, the chance that
 * no other month beats it. Of equal months the earlier wins.
 */
export function chances(possibilities: Possibilities): Belief {
  const product = (factors: readonly number[]) => factors.reduce((result, factor) => result * BigInt(factor), 1n);
  const all = product(possibilities.map(({ length }) => length));
  const wins = possibilities.map((amounts, month) =>
    amounts
      .map((own) =>
        product(
          possibilities.map((rival, k) =>
            k === month ? 1 : rival.filter((amount) => amount < own || (amount === own && k > month)).length,
          ),
        ),
      )
      .reduce((sum, ways) => sum + ways, 0n),
  );
  return weightsInTicks(
    wins.map((ways) => fraction(ways, all)),
    SCALE,
  );
}

/** The mean of two beliefs, as weights that sum to the scale. */
export function between(one: Belief, other: Belief): Belief {
  return weightsInTicks(
    one.map((weight, k) => fraction(weight + (other[k] ?? 0n), 2n * SCALE)),
    SCALE,
  );
}

/** Rain of a month, and of those at the distances in `around`, in every other year that the file covers there. */
function inOtherYears(history: RainHistory, year: number, month: number, around: readonly number[]): Ticks[] {
  const years = yearsOf(history).filter((other) => other !== year);
  const months = years.flatMap((other) => around.map((distance) => monthOf(other, month + distance)));
  const learned = months.filter((other) => Math.floor(other / MONTHS) !== year && covers(history, spanOfMonth(other)));
  if (learned.length === 0) {
    const value = formatMonth(monthOf(year, month));
    throw new InputError("WEATHER_TOO_SHORT", { file: history.file, value, reason: "no other year covers" });
  }
  return learned.map((other) => rainIn(history, spanOfMonth(other)));
}

/** @param month from 0; below 0 and beyond 11 it is one of the years around */
export function monthOf(year: number, month: number): Month {
  return (year * MONTHS + month) as Month;
}
