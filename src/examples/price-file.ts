import { parseDecimal } from "./decimals.js";
import { InputError } from "./errors.js";
import { formatMonth, parseMonthOfDate, type Month } from "./months.js";

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
 * Reads every line of a price file, in its order. Columns may stand in any order and others may stand beside them;
 * fields may be in double quotes, but not span lines.
 * @param file its name, for the errors
 * @throws InputError PRICES_EMPTY, PRICES_HEADER, PRICES_LINE_BROKEN, PRICES_NOT_POSITIVE, PRICES_MONTH_REPEATED
 */
export function parsePriceFile(text: string, file: string): PriceRow[] {
  const lines = text
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .map((content, index) => ({ content, line: index + 1 }))
    .filter(({ content }) => content.trim() !== "");
  const [header, ...body] = lines;
  if (header === undefined || body.length === 0)
    throw new InputError("PRICES_EMPTY", { file, reason: "it holds no prices" });
  const columns = columnsOf(header.content, header.line, file);
  const rows = body.map(({ content, line }) => parseRow(content, line, columns, file));
  requireDistinctMonths(rows, file);
  return rows;
}

type ColumnPlaces = Readonly<Record<Column, number>> & { readonly count: number };

function columnsOf(content: string, line: number, file: string): ColumnPlaces {
  const names = splitFields(content)?.map((name) => name.toLowerCase()) ?? [];
  const missing = COLUMNS.filter((column) => !names.includes(column));
  if (missing.length > 0) {
    throw new InputError("PRICES_HEADER", { file, line, value: content, reason: `no column ${missing.join(", ")}` });
  }
  const [symbol, date, price] = COLUMNS.map((column) => names.indexOf(column)) as [number, number, number];
  return { symbol, date, price, count: names.length };
}

function parseRow(content: string, line: number, columns: ColumnPlaces, file: string): PriceRow {
  const broken = (reason: string, value: string) => new InputError("PRICES_LINE_BROKEN", { file, line, value, reason });
  const fields = splitFields(content);
  if (fields?.length !== columns.count) throw broken(`${columns.count} fields are wanted`, content);

  const field = (column: Column) => fields[columns[column]] ?? "";
  const symbol = field("symbol");
  if (symbol === "") throw broken("the symbol is missing", content);
  const month = parseMonthOfDate(field("date"));
  if (month === undefined) throw broken("a date like 2008-01, 2008-01-31 or Jan 1 2008 is wanted", field("date"));
  const price = parseDecimal(field("price"));
  if (price === undefined) throw broken("a plain decimal price is wanted", field("price"));
  if (price <= 0n)
    throw new InputError("PRICES_NOT_POSITIVE", {
      file,
      line,
      value: field("price"),
      reason: `the price of ${symbol}`,
    });
  return { line, symbol, month, price: price as Price };
}

const FIELD = /[ \t]*(?:"(?<quoted>(?:[^"]|"")*)"|(?<plain>[^",]*))[ \t]*(?<end>,|$)/gy;

/** Fields without their quotes and outer blanks; undefined if a quote is left open or stands inside a field. */
function splitFields(content: string): string[] | undefined {
  const fields: string[] = [];
  for (const { groups } of content.matchAll(FIELD)) {
    const field = groups?.["quoted"]?.replaceAll('""', '"') ?? groups?.["plain"] ?? "";
    fields.push(field.trim());
    if (groups?.["end"] === "") return fields;
  }
  return undefined;
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
