import { InputError } from "../command/errors.js";
import { formatMonth, monthsBetween, type Month } from "../command/months.js";
import type { Price, PriceRow } from "./price-file.js";

/** Prices of the basket's assets, without gaps. */
export interface PriceHistory {
  readonly symbols: readonly string[];
  readonly months: readonly Month[];
  /** `spot[m][k]`: one share of asset k in month m. */
  readonly spot: readonly (readonly Price[])[];
}

/**
 * The prices of `symbols` for each month from `from` to `to`.
 * @throws InputError PRICES_ASSET_MISSING, PRICES_MONTH_MISSING
 */
export function selectHistory(
  rows: readonly PriceRow[],
  file: string,
  wanted: { readonly symbols: readonly string[]; readonly from: Month; readonly to: Month },
): PriceHistory {
  const months = monthsBetween(wanted.from, wanted.to);
  const columns = wanted.symbols.map((symbol) => {
    const ofSymbol = rows.filter((row) => row.symbol === symbol);
    if (ofSymbol.length === 0) {
      const known = [...new Set(rows.map((row) => row.symbol))].join(", ");
      throw new InputError("PRICES_ASSET_MISSING", { file, value: symbol, reason: `it has ${known}, but no` });
    }
    return new Map(ofSymbol.map((row) => [row.month, row]));
  });
  const spot = months.map((month) => wanted.symbols.map((symbol, k) => priceIn(columns[k], symbol, month, file)));
  return { symbols: wanted.symbols, months, spot };
}

function priceIn(column: ReadonlyMap<Month, PriceRow> | undefined, symbol: string, month: Month, file: string): Price {
  const row = column?.get(month);
  if (row !== undefined) return row.price;
  const known = [...(column?.values() ?? [])].toSorted((a, b) => a.month - b.month);
  const line = known.findLast((other) => other.month < month)?.line; // after it, the missing one belongs
  throw new InputError("PRICES_MONTH_MISSING", {
    file,
    ...(line === undefined ? {} : { line }),
    value: `${symbol} ${formatMonth(month)}`,
    reason: `it covers ${formatMonth(known[0]?.month ?? month)} to ${formatMonth(known.at(-1)?.month ?? month)}, but has no`,
  });
}
