/** Prices of a basket's assets in a file of the user's own: as history, and as what was known when. */
import { columnTable } from "../../src/input/text-table.js";
import type { PricesElsewhere } from "../../src/measures/reference.js";
import { USUAL_AGE } from "../../src/measures/session.js";
import { pricesOfUnits } from "../../src/protocol/value/stress-units.js";
import {
  type KnownPrices,
  knownPrices,
  type PriceLine,
  type ReadHistory,
  readPriceLines,
} from "../../src/risk/price-history.js";

/** Of a CSV with a column `date` and one for each asset, by symbol or number; days on which a price is missing are left out. */
export function observationsIn(text: string, symbols: readonly string[]): ReadHistory {
  const { columns: titles, rows, problems: broken } = columnTable(text);
  const wrong = broken.map(({ line, problem }) => `line ${line}: ${problem}`);
  const date = titles.indexOf("date");
  const columns = symbols.map((symbol, k) => {
    const [bySymbol, byNumber] = [titles.indexOf(symbol), titles.indexOf(String(k + 1))];
    if (bySymbol >= 0 && byNumber >= 0) wrong.push(`${k + 1} is the same asset as ${symbol}`);
    return bySymbol >= 0 ? bySymbol : byNumber;
  });
  const missing = [...(date < 0 ? ["date"] : []), ...symbols.filter((_, k) => (columns[k] ?? -1) < 0)];
  if (missing.length > 0) return { observations: [], problems: missing.map((name) => `no column ${name}`) };
  if (wrong.length > 0) return { observations: [], problems: wrong };
  const lines = rows.map(({ line, cells }): PriceLine => {
    return { line, date: cells[date] ?? "", prices: columns.map((column) => cells[column] ?? "") };
  });
  return readPriceLines(lines, symbols, "skip");
}

export interface KnownRead {
  /** By rising time; none with any problem. */
  readonly rows: readonly KnownPrices[];
  readonly problems: readonly string[];
}

/** The same table, as it was known: a day's prices from its end on (UTC), a moment's from then on. */
export function knownIn(text: string, symbols: readonly string[]): KnownRead {
  const { observations, problems } = observationsIn(text, symbols);
  const known = knownPrices(observations);
  const wrong = [...problems, ...known.problems];
  if (wrong.length > 0) return { rows: [], problems: wrong };
  return { rows: known.rows, problems: known.rows.length === 0 ? ["it has no line with all prices"] : [] };
}

export interface ElsewhereRead {
  /** Undefined with any problem. */
  readonly elsewhere: PricesElsewhere | undefined;
  readonly problems: readonly string[];
}

/** The same table, as it is measured beside a session: prices count for four days. */
export function elsewhereIn(
  text: string,
  assets: readonly { readonly symbol: string; readonly decimals: number }[],
): ElsewhereRead {
  const known = knownIn(text, assets.map(({ symbol }) => symbol)); // prettier-ignore
  if (known.problems.length > 0) return { elsewhere: undefined, problems: known.problems };
  const decimals = assets.map((asset) => asset.decimals);
  const rows = known.rows.map(({ timestamp, prices }) => ({ timestamp, prices: pricesOfUnits(prices, decimals) }));
  return { elsewhere: { rows, maxAge: USUAL_AGE }, problems: [] };
}
