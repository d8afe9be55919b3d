/** Prices of a basket's assets over time, from a table of the user's own. */
import type { ReferencePrice } from "../../dataset/inputs.js";
import { secondsOf } from "../../protocol/amounts/times.js";
import { tableLines } from "./text-table.js";

const DECIMALS = 18;
const MOST_DIGITS = 18;
/** Ten digits. */
const MOST_SECOND = 9_999_999_999;

/**
 * The column `time` (Unix seconds, a date of UTC, or a date and time with its zone), and a column for each asset that has prices,
 * under its symbol or the number of its leg. An empty cell is no price.
 * @param symbols of the assets, as far as they are known
 * @returns prices by time and leg; or what is wrong, in words
 */
export function readReferencePrices(
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

/** As everywhere, and a date alone, which is of UTC. */
function secondOf(text: string): bigint | undefined {
  const isRelative = text.startsWith("+"); // a table has no time to count from
  const second = isRelative ? undefined : secondsOf(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : text, 0);
  return second === undefined || second < 0 || second > MOST_SECOND ? undefined : BigInt(second);
}

function priceOf(text: string): bigint | undefined {
  const [, whole, decimals = ""] = /^(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  if (whole === undefined || whole.length > MOST_DIGITS || decimals.length > DECIMALS) return undefined;
  const price = BigInt(whole + decimals.padEnd(DECIMALS, "0"));
  return price > 0n ? price : undefined;
}
