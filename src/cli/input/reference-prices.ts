/** Prices of a basket's assets from elsewhere, and from when on each was known. */
import { secondsOf } from "../../protocol/amounts/times.js";
import type { Prices } from "../../protocol/value/valuation.js";
import { date } from "../output/text.js";
import type { CliContext } from "../context.js";
import { CliError } from "../errors.js";
import { readPrices } from "./price-file.js";

/** What every asset cost at one moment. */
export interface KnownPrices {
  /** Unix seconds. */
  readonly timestamp: bigint;
  /** Of whole assets, 18 digits after the point. */
  readonly prices: Prices;
}

const DAY = 86_400;

/**
 * A day's prices are known from its end on (UTC), a moment's from then on. Lines in which a price is missing are left out.
 * @param symbols by which columns name assets; a number from 1 does, too
 * @throws CliError FILE_UNREADABLE, FILE_INVALID
 */
export function readKnownPrices(context: CliContext, file: string, symbols: readonly string[]): KnownPrices[] {
  const problems: string[] = [];
  const rows = readPrices(context, file, symbols, true).flatMap(({ name, prices }): KnownPrices[] => {
    const timestamp = timeOf(name);
    if (timestamp === undefined) problems.push(`date: ${name} is no day, and no moment such as 2026-11-30T16:00:00Z`);
    return timestamp === undefined ? [] : [{ timestamp, prices }];
  });
  rows.forEach(({ timestamp }, k) => {
    const before = rows[k - 1]?.timestamp;
    if (before !== undefined && timestamp <= before)
      problems.push(`two lines are of ${date(timestamp)}, or out of order`);
  });
  if (problems.length > 0) throw new CliError("FILE_INVALID", { file, problems });
  return rows;
}

/**
 * @param maxAge of a price that still counts, seconds
 * @throws CliError FILE_INVALID if no price is of the time from t1 to t2: a file of other days measures nothing
 */
export function requireOverlap(
  file: string,
  rows: readonly KnownPrices[],
  { t1, t2 }: { readonly t1: bigint; readonly t2: bigint },
  maxAge: bigint,
): void {
  if (rows.some(({ timestamp }) => timestamp >= t1 - maxAge && timestamp <= t2)) return;
  const [first, last] = [rows[0], rows.at(-1)];
  const span =
    first === undefined || last === undefined ? "no whole line" : `${date(first.timestamp)} to ${date(last.timestamp)}`;
  const problems = [`it has ${span}, and the session goes from ${date(t1)} to ${date(t2)}`];
  throw new CliError("FILE_INVALID", { file, problems });
}

function timeOf(name: string): bigint | undefined {
  const isDay = /^\d{4}-\d\d-\d\d$/.test(name);
  const time = secondsOf(isDay ? `${name}T00:00:00Z` : name, 0);
  return time === undefined ? undefined : BigInt(isDay ? time + DAY : time);
}
