/** Prices of several symbols at the same dates, in the files' own steps: months, or days. */
import { formatMonth } from "../command/months.js";
import { type DatedPrice, parseDatedPrices, type Price } from "../stocks/price-file.js";
import { readText } from "../command/table-file.js";

export interface Observations {
  readonly symbols: readonly string[];
  /** `2008-01`, or `2008-01-31`; in order. At each of them at least two symbols have a price. */
  readonly dates: readonly string[];
  /** `prices[t][k]`: of symbol k at date t, if it has one there. */
  readonly prices: readonly (readonly (Price | undefined)[])[];
}

/** A pair takes two. */
const LEAST_TOGETHER = 2;

/**
 * Files of any form that the main job reads, all their symbols together.
 * @throws InputError any of the codes that begin with PRICES_
 */
export function readObservations(files: readonly PriceFile[]): Observations {
  return observationsOf(files.flatMap(({ path, name }) => parseDatedPrices(readText("PRICES", path, name), name)));
}

export interface PriceFile {
  readonly path: string;
  /** As errors call it; of a file with one symbol, that symbol. */
  readonly name: string;
}

export function observationsOf(rows: readonly DatedPrice[]): Observations {
  const symbols = [...new Set(rows.map(({ symbol }) => symbol))];
  const byDate = new Map<string, Map<string, Price>>();
  for (const row of rows) {
    const date = dateOf(row);
    const there = byDate.get(date) ?? new Map<string, Price>();
    byDate.set(date, there.set(row.symbol, row.price));
  }
  const dates = [...byDate].filter(([, there]) => there.size >= LEAST_TOGETHER).map(([date]) => date);
  dates.sort();
  return { symbols, dates, prices: dates.map((date) => symbols.map((symbol) => byDate.get(date)?.get(symbol))) };
}

function dateOf({ month, day }: DatedPrice): string {
  return day === undefined ? formatMonth(month) : `${formatMonth(month)}-${day.toString().padStart(2, "0")}`;
}
