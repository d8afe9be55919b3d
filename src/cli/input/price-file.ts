/** A history of prices: CSV or JSON with a column `date` and one for each asset. */
import { RuleError } from "../../protocol/amounts/errors.js";
import { parseTokenWei } from "../../protocol/amounts/units.js";
import type { Observation } from "../../risk/historical.js";
import type { CliContext } from "../context.js";
import { CliError } from "../errors.js";
import { readText } from "./files.js";
import { assetIndex } from "./stress-scenarios.js";
import { readRows, type Row } from "./table-file.js";

const DAY = /^\d{4}-\d\d-\d\d([T ].+)?$/;

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
): Observation[] {
  const rows = readRows(file, readText(context, file), "date");
  const columns = columnsOf(file, rows, symbols);
  const problems: string[] = [];
  let last = "";
  const found = rows.flatMap(({ line, name, cells }): Observation[] => {
    if (!DAY.test(name)) problems.push(`line ${line}, date: ${name} is none, such as 2026-11-30`);
    else if (name <= last) problems.push(`line ${line}, date: ${name} does not come after ${last}`);
    last = name;
    const texts = columns.map((column) => cells.get(column) ?? "");
    const gap = texts.indexOf("");
    if (gap >= 0 && skipGaps) return [];
    if (gap >= 0) problems.push(`line ${line}, ${columns[gap] ?? ""}: no price; --skip-gaps leaves such days out`);
    const prices = texts.map((text, k) => priceOf(text, `line ${line}, ${columns[k] ?? ""}`, problems));
    return [{ name, prices }];
  });
  if (problems.length > 0) throw new CliError("FILE_INVALID", { file, problems });
  return found;
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

/** In 18 decimals; a problem is noted, and zero given. */
function priceOf(text: string, place: string, problems: string[]): bigint {
  if (text === "") return 0n;
  try {
    const price = parseTokenWei(text);
    if (price <= 0n) problems.push(`${place}: ${text} is no price above zero`);
    return price;
  } catch (error) {
    if (!(error instanceof RuleError)) throw error;
    problems.push(`${place}: ${error.message}`);
    return 0n;
  }
}
