/** Prices of a basket's assets over time, from a table of the user's own. */
import type { ReferencePrice } from "../../dataset/inputs.js";
import { tableLines } from "./text-table.js";

const DECIMALS = 18;
const MOST_DIGITS = 18;

/**
 * The column `time` (Unix seconds, a date of UTC, or a date and time with its zone), and a column for each asset that has prices,
 * under its symbol or the number of its leg. An empty cell is no price.
 * @param symbols of the assets, as far as they are known
 * @returns prices by time and leg; or what is wrong, in words
 */
export function readPrices(
  text: string,
  symbols: readonly (string | undefined)[],
  source: string,
): readonly ReferencePrice[] | string {
  const [header, ...rows] = tableLines(text);
  const names = header?.cells ?? [];
  const at = names.findIndex((name) => name.toLowerCase() === "time");
  const legs = symbols.map((symbol, k) => names.findIndex((name) => name === symbol || name === String(k + 1)));
  if (at < 0 || legs.every((place) => place < 0)) {
    const wanted = symbols.map((symbol, k) => symbol ?? String(k + 1)).join(", ");
    return `the first line has to name time, and one or more of ${wanted}`;
  }
  const read = new Map<string, ReferencePrice>();
  for (const { line, cells } of rows) {
    const second = secondOf(cells?.[at] ?? "");
    if (second === undefined) return `line ${line}: no moment`;
    for (const [k, place] of legs.entries()) {
      const cell = place < 0 ? "" : (cells?.[place] ?? "");
      if (cell === "") continue;
      const price = priceOf(cell);
      const key = `${second} ${k}`;
      if (price === undefined)
        return `line ${line}: ${JSON.stringify(cell)} is no price above zero with at most ${DECIMALS} decimals`;
      if (read.has(key)) return `line ${line}: that moment has a price of asset ${k + 1} already`;
      read.set(key, { second, leg: k + 1, price, source });
    }
  }
  return [...read.values()].sort((a, b) => (a.second === b.second ? a.leg - b.leg : a.second < b.second ? -1 : 1));
}

function secondOf(text: string): bigint | undefined {
  if (/^\d{1,10}$/.test(text)) return BigInt(text);
  const isDate = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d))?$/.test(text);
  const time = isDate ? Date.parse(text) : NaN; // a date alone is of UTC
  return Number.isNaN(time) || time < 0 ? undefined : BigInt(Math.floor(time / 1_000));
}

function priceOf(text: string): bigint | undefined {
  const [, whole, decimals = ""] = /^(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  if (whole === undefined || whole.length > MOST_DIGITS || decimals.length > DECIMALS) return undefined;
  const price = BigInt(whole + decimals.padEnd(DECIMALS, "0"));
  return price > 0n ? price : undefined;
}
