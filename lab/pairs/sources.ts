/** The real prices that come with the packages of this project, and what the rule has been found to pay on them. */
import { sampleDataset, vegaDataset } from "../command/table-file.js";
import type { Observations, PriceFile } from "./observations.js";
import type { RuleTerms } from "./rule.js";

/** A way to play the rule. */
export interface Played {
  readonly terms: RuleTerms;
  readonly name: string;
}

/** What a rule pays on a file, computed elsewhere before: figures to be met, rounded as they are written here. */
export interface Known extends Played {
  readonly windows: number;
  readonly trades: number;
  /** Mean payoff for each unit of money that is long. */
  readonly mean: number;
  readonly t?: number;
  readonly won: number;
  readonly crossed?: number;
}

export interface Source {
  readonly name: string;
  readonly about: string;
  readonly files: () => readonly PriceFile[];
  readonly known: readonly Known[];
}

/** `2008-01`. */
const MONTH_LENGTH = 7;
/** Dates in a month, on an average: prices of months may bear a day, and now and then a second one. */
const MOST_A_MONTH = 2;
const YEAR_AND_HALF = { formation: 12, trading: 6 } as const;
const DAYS = { formation: 252, trading: 126 } as const;

export const MONTHLY: Source = {
  name: "five stocks",
  about: "monthly prices of MSFT, AMZN, IBM, GOOG and AAPL, 2000 to 2010 (vega-datasets)",
  files: () => [{ path: vegaDataset("stocks.csv"), name: "vega-datasets/data/stocks.csv" }],
  known: [
    {
      name: "closest pair",
      terms: { ...YEAR_AND_HALF, top: 1, wait: 0 },
      windows: 18,
      trades: 9,
      mean: 0.0245,
      t: 0.56,
      won: 5,
      crossed: 1,
    },
    {
      name: "closest pair, a month later",
      terms: { ...YEAR_AND_HALF, top: 1, wait: 1 },
      windows: 18,
      trades: 7,
      mean: 0.0056,
      t: 0.1,
      won: 4,
    },
    {
      name: "three closest",
      terms: { ...YEAR_AND_HALF, top: 3, wait: 0 },
      windows: 18,
      trades: 30,
      mean: 0.0623,
      t: 2.55,
      won: 19,
      crossed: 4,
    },
    {
      name: "three closest, a month later",
      terms: { ...YEAR_AND_HALF, top: 3, wait: 1 },
      windows: 18,
      trades: 23,
      mean: 0.0634,
      t: 2.17,
      won: 15,
    },
    {
      name: "all ten",
      terms: { ...YEAR_AND_HALF, top: 10, wait: 0 },
      windows: 18,
      trades: 57,
      mean: 0.0029,
      t: 0.13,
      won: 30,
      crossed: 4,
    },
    {
      name: "all ten, a month later",
      terms: { ...YEAR_AND_HALF, top: 10, wait: 1 },
      windows: 18,
      trades: 43,
      mean: 0.0336,
      t: 1.33,
      won: 26,
    },
  ],
};

export const DAILY: Source = {
  name: "a stock and the index",
  about: "daily prices of AAPL and of the S&P 500, 2013 to 2018 (@observablehq/sample-datasets, vega-datasets)",
  files: () => [
    { path: sampleDataset("aapl.csv"), name: "aapl.csv" },
    { path: vegaDataset("sp500-2000.csv"), name: "sp500-2000.csv" },
  ],
  known: [
    {
      name: "the one pair",
      terms: { ...DAYS, top: 1, wait: 0 },
      windows: 8,
      trades: 3,
      mean: -0.0948,
      won: 0,
      crossed: 0,
    },
  ],
};

/**
 * How the rule is played on prices of which nobody knows what it pays: a year's formation and half a year of trading, in months or, where
 * prices are of days, in days; the closest pair, the three closest and all, at once and an observation later.
 */
export function playedOn({ symbols, dates }: Pick<Observations, "symbols" | "dates">): Played[] {
  const months = new Set(dates.map((date) => date.slice(0, MONTH_LENGTH))).size;
  const period = dates.length > MOST_A_MONTH * months ? DAYS : YEAR_AND_HALF;
  const pairs = (symbols.length * (symbols.length - 1)) / 2;
  const tops = [1, 3, pairs].filter((top, k, all) => top <= pairs && all.indexOf(top) === k);
  const nameOf = (top: number): string =>
    top === 1 ? "closest pair" : top === pairs ? `all ${pairs}` : `${top} closest`;
  return tops.flatMap((top) =>
    [0, 1].map((wait) => ({ name: `${nameOf(top)}${wait === 0 ? "" : ", later"}`, terms: { ...period, top, wait } })),
  );
}

export const SOURCES: readonly Source[] = [MONTHLY, DAILY];
