import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

import { InputError } from "./errors.js";
import { parsePriceFile } from "./price-file.js";
import { type PriceHistory, selectHistory } from "./prices.js";

/** Monthly prices of AAPL, AMZN, GOOG, IBM and MSFT from 2000 to 2010, from the package vega-datasets. */
export function defaultPriceFile(): string {
  // The package exports its code only; the data lies beside it.
  const entry = createRequire(import.meta.url).resolve("vega-datasets");
  return join(dirname(dirname(entry)), "data", "stocks.csv");
}

/**
 * Reads a price file and takes from it what was asked for.
 * @param path a file of the user's own; undefined for the default one
 * @throws InputError any of the codes that begin with PRICES_
 */
export function loadHistory(path: string | undefined, wanted: Parameters<typeof selectHistory>[2]): PriceHistory {
  const file = path ?? defaultPriceFile();
  const name = path ?? "vega-datasets/data/stocks.csv";
  return selectHistory(parsePriceFile(readText(file, name), name), name, wanted);
}

function readText(file: string, name: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const reason = error instanceof Error ? error.message : "it cannot be read";
    throw new InputError("PRICES_UNREADABLE", { file: name, reason }, error);
  }
}
