/** Prices of a basket's assets over time, from a table of the user's own: a column of times, and one for each asset. */
import { basename } from "node:path";

import type { ReferencePrice } from "../../dataset/inputs.js";
import { isOfSession } from "../../measures/reference.js";
import { momentOf } from "../../protocol/amounts/times.js";
import type { Observation } from "../../risk/historical.js";
import { type KnownPrices, knownPrices, type PriceLine, readPrice, readPriceLines } from "../../risk/price-history.js";
import type { CliContext } from "../context.js";
import { InputError } from "../../input/errors.js";
import { date } from "../output/text.js";
import { assetColumns } from "../../input/asset-names.js";
import { readText } from "./files.js";
import { readRows } from "../../input/table-file.js";

/** Eighteen digits before the point, as many behind it. */
const MOST_PRICE = 10n ** 36n - 1n;

/**
 * A history: observations in the sequence of their dates (column `date`), which must rise. Columns that are no asset's are passed over; a
 * cell without a price is refused, for a return across a gap would be another horizon's, unless such rows are to be left out.
 * @param symbols by which columns name assets; a number from 1 does, too
 * @param skipGaps leaves out rows in which a price is missing
 * @throws CliError FILE_UNREADABLE, FILE_INVALID with every line that is wrong
 */
export function readPrices(
  context: Pick<CliContext, "cwd">,
  file: string,
  symbols: readonly string[],
  skipGaps: boolean,
): readonly Observation[] {
  const rows = readRows(file, readText(context, file), "date");
  const found = assetColumns(file, rows[0]?.cells.keys() ?? [], symbols);
  const missing = symbols.filter((_, k) => found[k] === undefined).map((symbol) => `no column for ${symbol}`);
  if (missing.length > 0) throw new InputError("FILE_INVALID", { file, problems: missing });
  const columns = found.map((column) => column ?? "");
  const lines = rows.map(({ line, name, cells }): PriceLine => {
    return { line, date: name, prices: columns.map((column) => cells.get(column) ?? "") };
  });
  const onGap = skipGaps ? "skip" : { said: "no price; --skip-gaps leaves such days out" };
  const { observations, problems } = readPriceLines(lines, columns, onGap);
  if (problems.length > 0) throw new InputError("FILE_INVALID", { file, problems });
  return observations;
}

/**
 * The same, and from when on each was known: a day's prices from its end on (UTC), a moment's from then on. Lines in which a price is
 * missing are left out.
 * @throws CliError FILE_UNREADABLE, FILE_INVALID
 */
export function readKnownPrices(
  context: Pick<CliContext, "cwd">,
  file: string,
  symbols: readonly string[],
): readonly KnownPrices[] {
  const { rows, problems } = knownPrices(readPrices(context, file, symbols, true));
  if (problems.length > 0) throw new InputError("FILE_INVALID", { file, problems });
  return rows;
}

/**
 * @param maxAge of a price that still counts, seconds
 * @throws InputError FILE_INVALID if no price is of the time from t1 to t2: a file of other days measures nothing
 */
export function requireOverlap(
  file: string,
  rows: readonly KnownPrices[],
  { t1, t2 }: { readonly t1: bigint; readonly t2: bigint },
  maxAge: bigint,
): void {
  if (isOfSession(rows, { t1, t2 }, maxAge)) return;
  const [first, last] = [rows[0], rows.at(-1)];
  const span =
    first === undefined || last === undefined ? "no whole line" : `${date(first.timestamp)} to ${date(last.timestamp)}`;
  const problems = [`it has ${span}, and the session goes from ${date(t1)} to ${date(t2)}`];
  throw new InputError("FILE_INVALID", { file, problems });
}

/**
 * Prices that stand beside a session's own, of some of its assets at any times (column `time`: Unix seconds, a date of UTC, or a date and
 * time with its zone), in any sequence. An empty cell is no price.
 * @param symbols of the assets, as far as they are known; a number from 1 names one, too
 * @returns by time and leg
 * @throws CliError FILE_UNREADABLE, FILE_INVALID with everything that is wrong
 */
export function readReferencePrices(
  context: Pick<CliContext, "cwd">,
  file: string,
  symbols: readonly (string | undefined)[],
): readonly ReferencePrice[] {
  const names = symbols.map((symbol) => symbol ?? "");
  const rows = readRows(file, readText(context, file), "time");
  const columns = assetColumns(file, rows[0]?.cells.keys() ?? [], names);
  const wanted = names.map((name, k) => (name === "" ? String(k + 1) : name)).join(", ");
  if (columns.every((column) => column === undefined))
    throw new InputError("FILE_INVALID", { file, problems: [`no column for one or more of ${wanted}`] });
  const problems: string[] = [];
  const read = new Map<string, ReferencePrice>();
  for (const { line, name, cells } of rows) {
    const second = momentOf(name);
    if (second === undefined) {
      problems.push(`line ${line}, time: ${name} is no moment such as 2026-11-30T16:00:00Z`);
      continue;
    }
    for (const [k, column] of columns.entries()) {
      const cell = column === undefined ? "" : (cells.get(column) ?? "");
      if (cell === "") continue;
      const place = `line ${line}, ${column ?? ""}`;
      const price = readPrice(cell, place, problems);
      const key = `${second} ${k}`;
      if (price > MOST_PRICE) problems.push(`${place}: ${cell} has more than 18 digits before its point`);
      if (read.has(key)) problems.push(`${place}: that moment has a price of asset ${k + 1} already`);
      read.set(key, { second: BigInt(second), leg: k + 1, price, source: basename(file) });
    }
  }
  if (problems.length > 0) throw new InputError("FILE_INVALID", { file, problems });
  return [...read.values()].sort((a, b) => (a.second === b.second ? a.leg - b.leg : a.second < b.second ? -1 : 1));
}
