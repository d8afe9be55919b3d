/** A history of prices: CSV or JSON with a column `date` and one for each asset. */
import type { Observation } from "../../risk/historical.js";
import { type PriceLine, readPriceLines } from "../../risk/price-history.js";
import type { CliContext } from "../context.js";
import { CliError } from "../errors.js";
import { readText } from "./files.js";
import { assetIndex } from "./stress-scenarios.js";
import { readRows, type Row } from "./table-file.js";

/**
 * Observations in the sequence of their dates, which must rise. Columns that are no asset's are passed over; a cell without a price is
 * refused, for a return across a gap would be another horizon's, unless such rows are to be left out.
 * @param skipGaps leaves out rows in which a price is missing
 * @throws CliError FILE_UNREADABLE, FILE_INVALID with every line that is wrong
 */
export function readPrices(
  context: CliContext,
  file: string,
  symbols: readonly string[],
  skipGaps: boolean,
): readonly Observation[] {
  const rows = readRows(file, readText(context, file), "date");
  const columns = columnsOf(file, rows, symbols);
  const lines = rows.map(({ line, name, cells }): PriceLine => {
    return { line, date: name, prices: columns.map((column) => cells.get(column) ?? "") };
  });
  const onGap = skipGaps ? "skip" : { said: "no price; --skip-gaps leaves such days out" };
  const { observations, problems } = readPriceLines(lines, columns, onGap);
  if (problems.length > 0) throw new CliError("FILE_INVALID", { file, problems });
  return observations;
}

/** Of each asset the name of its column. */
function columnsOf(file: string, rows: readonly Row[], symbols: readonly string[]): string[] {
  const found = symbols.map((): string | undefined => undefined);
  for (const column of rows[0]?.cells.keys() ?? []) {
    const asset = assetOf(column, symbols);
    if (asset === undefined) continue;
    if (found[asset] !== undefined) {
      throw new CliError("FILE_INVALID", { file, problems: [`${column} is the same asset as ${found[asset]}`] });
    }
    found[asset] = column;
  }
  const missing = symbols.filter((_, k) => found[k] === undefined).map((symbol) => `no column for ${symbol}`);
  if (missing.length > 0) throw new CliError("FILE_INVALID", { file, problems: missing });
  return found.map((column) => column ?? "");
}

function assetOf(column: string, symbols: readonly string[]): number | undefined {
  try {
    return assetIndex(column, symbols);
  } catch (error) {
    if (error instanceof CliError) return undefined;
    throw error;
  }
}
