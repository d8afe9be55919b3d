/**
 * Prices as people have them: long (symbol, date, price), wide (date, and a column for each symbol), or one file a symbol with
 * open, high, low and close, as Yahoo and Stooq give them. Of several days of a month the last one counts.
 */
import { basename } from "node:path";

import { InputError } from "../command/errors.js";
import { formatMonth, type MonthDay, type Month, parseMonthDay } from "../command/months.js";
import { brokenLine, readTable, requireColumns, type Table, type TableRow } from "../command/table-file.js";

/** Money for one share, in units of 1e-18 of whatever currency the file is in. */
export type Price = bigint & { readonly __unit: "price" };

/** A symbol's price of a month. */
export interface PriceRow {
  readonly line: number;
  readonly symbol: string;
  readonly month: Month;
  readonly price: Price;
}

/** A symbol's price of a day; without one, its month's only price. */
export interface DatedPrice extends PriceRow {
  readonly day: number | undefined;
}

/** Adjusted for splits and dividends if the file has both: what a share was worth to whoever kept it. */
const CLOSES = ["adj close", "adjusted close", "adjclose", "close"] as const;
const SYMBOLS = ["symbol", "ticker"] as const;
/** What programs write for a day without a price. */
const NOTHING: ReadonlySet<string> = new Set(["", "null", "nan", "n/a", "na", "-"]);

/**
 * Reads every line of a price file, in its order.
 * @param file its name, for the errors; of a file with one symbol it is that symbol
 * @throws InputError PRICES_EMPTY, PRICES_HEADER, PRICES_LINE_BROKEN, PRICES_NOT_POSITIVE, PRICES_DATE_REPEATED
 */
export function parsePriceFile(text: string, file: string): PriceRow[] {
  return lastOfMonths(parseDatedPrices(text, file));
}

/** As `parsePriceFile`, every day of a month by itself. */
export function parseDatedPrices(text: string, file: string): DatedPrice[] {
  const table = readTable("PRICES", text, file, "prices");
  requireColumns("PRICES", file, table, ["date"]);
  const rows = cellsOf(table, file).flatMap((cell) => read(cell, table, file));
  requireOnce(rows, file);
  return rows;
}

/** A price where it stands in the file. */
interface Cell {
  readonly row: TableRow<string>;
  readonly symbol: string;
  readonly text: string;
  /** Whether there may be none. */
  readonly isOptional: boolean;
}

function cellsOf(table: Table, file: string): Cell[] {
  const { names, rows } = table;
  const has = (name: string): boolean => names.some((known) => known.toLowerCase() === name);
  const close = CLOSES.find(has);
  const symbolColumn = SYMBOLS.find(has);
  if (symbolColumn !== undefined) {
    const column = has("price") ? "price" : close;
    if (column === undefined) requireColumns("PRICES", file, table, ["price"]);
    return rows.map((row) => ({
      row,
      symbol: row.field(symbolColumn),
      text: row.field(column ?? ""),
      isOptional: false,
    }));
  }
  if (close !== undefined) {
    const symbol = symbolOf(file);
    return rows.map((row) => ({ row, symbol, text: row.field(close), isOptional: true }));
  }
  const symbols = names.filter((name) => name.toLowerCase() !== "date" && name !== "");
  if (symbols.length === 0) requireColumns("PRICES", file, table, ["symbol", "price"]);
  return rows.flatMap((row) => symbols.map((symbol) => ({ row, symbol, text: row.field(symbol), isOptional: true })));
}

/** `aapl_us_d.csv` is of AAPL, and so is `AAPL.csv`. */
function symbolOf(file: string): string {
  return (/^[^_.\s]+/.exec(basename(file))?.[0] ?? file).toUpperCase();
}

function read({ row, symbol, text, isOptional }: Cell, { decimal }: Table, file: string): DatedPrice[] {
  const { content, line } = row;
  const broken = (reason: string, value: string) => brokenLine("PRICES", file, line, value, reason);
  if (symbol === "") throw broken("the symbol is missing", content);
  const date: MonthDay | undefined = parseMonthDay(row.field("date"));
  if (date === undefined) throw broken("a date like 2008-01, 2008-01-31 or Jan 1 2008 is wanted", row.field("date"));
  if (isOptional && NOTHING.has(text.toLowerCase())) return [];
  const price = decimal(text);
  if (price === undefined) throw broken("a plain decimal price is wanted", text);
  if (price <= 0n) {
    throw new InputError("PRICES_NOT_POSITIVE", { file, line, value: text, reason: `the price of ${symbol}` });
  }
  return [{ line, symbol, ...date, price: price as Price }];
}

/** A price without a day is its month's only one. @throws InputError PRICES_DATE_REPEATED */
function requireOnce(rows: readonly DatedPrice[], file: string): void {
  const seen = new Map<string, Map<number | undefined, DatedPrice>>();
  for (const row of rows) {
    const key = keyOf(row);
    const days = seen.get(key) ?? new Map<number | undefined, DatedPrice>();
    const clash =
      days.get(row.day) ?? days.get(undefined) ?? (row.day === undefined ? [...days.values()][0] : undefined);
    if (clash !== undefined) {
      const reason = `line ${clash.line} has it already`;
      throw new InputError("PRICES_DATE_REPEATED", { file, line: row.line, value: key, reason });
    }
    seen.set(key, days.set(row.day, row));
  }
}

function lastOfMonths(rows: readonly DatedPrice[]): PriceRow[] {
  const last = new Map<string, DatedPrice>();
  for (const row of rows) {
    const known = last.get(keyOf(row));
    if (known === undefined || (row.day ?? 0) > (known.day ?? 0)) last.set(keyOf(row), row);
  }
  return rows
    .filter((row) => last.get(keyOf(row)) === row)
    .map(({ line, symbol, month, price }) => ({ line, symbol, month, price }));
}

const keyOf = ({ month, symbol }: PriceRow): string => `${formatMonth(month)} ${symbol}`;
