import { readText, vegaDataset } from "../command/table-file.js";
import { parsePriceFile } from "./price-file.js";
import { type PriceHistory, selectHistory } from "./prices.js";

/** Monthly prices of AAPL, AMZN, GOOG, IBM and MSFT from 2000 to 2010, from the package vega-datasets. */
export function defaultPriceFile(): string {
  return vegaDataset("stocks.csv");
}

/**
 * Reads a price file and takes from it what was asked for.
 * @param path a file of the user's own; undefined for the default one
 * @throws InputError any of the codes that begin with PRICES_
 */
export function loadHistory(path: string | undefined, wanted: Parameters<typeof selectHistory>[2]): PriceHistory {
  const name = path ?? "vega-datasets/data/stocks.csv";
  const text = readText("PRICES", path ?? defaultPriceFile(), name);
  return selectHistory(parsePriceFile(text, name), name, wanted);
}
