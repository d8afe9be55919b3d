import { readText, vegaDataset } from "../command/table-file.js";
import { MAX_ASSETS } from "../../src/protocol/amounts/limits.js";
import { InputError } from "../command/errors.js";
import type { Month } from "../command/months.js";
import { parsePriceFile, type PriceRow } from "./price-file.js";
import { type PriceHistory, selectHistory } from "./prices.js";

/** Monthly prices of AAPL, AMZN, GOOG, IBM and MSFT from 2000 to 2010, from the package vega-datasets. */
export function defaultPriceFile(): string {
  return vegaDataset("stocks.csv");
}

/**
 * Reads price files and takes from them what was asked for.
 * @param paths files of the user's own; none for the default one
 * @throws InputError any of the codes that begin with PRICES_
 */
export function loadHistory(paths: readonly string[], wanted: Parameters<typeof selectHistory>[2]): PriceHistory {
  const { rows, name } = readPrices(paths);
  return selectHistory(rows, name, wanted);
}

/** What a run is about if the user does not say. */
export interface Known {
  readonly symbols: readonly string[];
  readonly from: Month;
  readonly to: Month;
}

const MOST_MONTHS = 12;

/**
 * All symbols of the files, as many as a basket takes, and the last year that all of them have prices of.
 * @param symbols which ones, if they are named
 * @param until the last month, if it is named
 * @throws InputError any of the codes that begin with PRICES_
 */
export function knownOf(paths: readonly string[], symbols?: readonly string[], until?: Month): Known {
  const { rows, name } = readPrices(paths);
  const named = symbols ?? [...new Set(rows.map(({ symbol }) => symbol))].slice(0, MAX_ASSETS);
  const spans = named.map((symbol) => rows.filter((row) => row.symbol === symbol).map(({ month }) => month));
  const missing = named.find((_, k) => spans[k]?.length === 0);
  if (missing !== undefined) {
    const has = [...new Set(rows.map(({ symbol }) => symbol))].join(", ");
    throw new InputError("PRICES_ASSET_MISSING", { file: name, value: missing, reason: `it has ${has}, but no` });
  }
  const last = until ?? (Math.min(...spans.map((months) => Math.max(...months))) as Month);
  const first = Math.max(last - MOST_MONTHS + 1, ...spans.map((months) => Math.min(...months))) as Month;
  return { symbols: named, from: first > last ? last : first, to: last };
}

function readPrices(paths: readonly string[]): { readonly rows: PriceRow[]; readonly name: string } {
  if (paths.length === 0) {
    const name = "vega-datasets/data/stocks.csv";
    return { name, rows: parsePriceFile(readText("PRICES", defaultPriceFile(), name), name) };
  }
  const rows = paths.flatMap((path) => parsePriceFile(readText("PRICES", path, path), path));
  return { name: paths.join(", "), rows };
}
