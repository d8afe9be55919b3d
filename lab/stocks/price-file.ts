import { parseDecimal } from "../command/decimals.js";
import { InputError } from "../command/errors.js";
import { formatMonth, parseMonthOfDate, type Month } from "../command/months.js";
import { brokenLine, parseTable, type TableRow } from "../command/table-file.js";

/** Money for one share, in units of 1e-18 of whatever currency the file is in. */
export type Price = bigint & { readonly __unit: "price" };

/** One good line of a price file. */
export interface PriceRow {
  readonly line: number;
  readonly symbol: string;
  readonly month: Month;
  readonly price: Price;
}

const COLUMNS = ["symbol", "date", "price"] as const;
type Column = (typeof COLUMNS)[number];

/**
 * Reads every line of a price file, in its order (see `parseTable`).
 * @param file its name, for the errors
 * @throws InputError PRICES_EMPTY, PRICES_HEADER, PRICES_LINE_BROKEN, PRICES_NOT_POSITIVE, PRICES_MONTH_REPEATED
 */
export function parsePriceFile(text: string, file: string): PriceRow[] {
  const rows = parseTable("PRICES", COLUMNS, text, file, "prices").map((row) => parseRow(row, file));
  requireDistinctMonths(rows, file);
  return rows;
}

function parseRow({ content, field, line }: TableRow<Column>, file: string): PriceRow {
  const broken = (reason: string, value: string) => brokenLine("PRICES", file, line, value, reason);
  const symbol = field("symbol");
  if (symbol === "") throw broken("the symbol is missing", content);
  const month = parseMonthOfDate(field("date"));
  if (month === undefined) throw broken("a date like 2008-01, 2008-01-31 or Jan 1 2008 is wanted", field("date"));
  const price = parseDecimal(field("price"));
  if (price === undefined) throw broken("a plain decimal price is wanted", field("price"));
  if (price <= 0n) {
    const reason = `the price of ${symbol}`;
    throw new InputError("PRICES_NOT_POSITIVE", { file, line, value: field("price"), reason });
  }
  return { line, symbol, month, price: price as Price };
}

function requireDistinctMonths(rows: readonly PriceRow[], file: string): void {
  const lines = new Map<string, number>();
  for (const { symbol, month, line } of rows) {
    const key = `${formatMonth(month)} ${symbol}`;
    const earlierLine = lines.get(key);
    if (earlierLine !== undefined) {
      throw new InputError("PRICES_MONTH_REPEATED", {
        file,
        line,
        value: key,
        reason: `line ${earlierLine} has it already`,
      });
    }
    lines.set(key, line);
  }
}
