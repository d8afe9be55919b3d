/** What a table of prices must be like to be a history: dates that rise, and of each asset a price above zero on each of them. */
import { RuleError } from "../protocol/amounts/errors.js";
import { dayOf, momentOf } from "../protocol/amounts/times.js";
import { parseTokenWei } from "../protocol/amounts/units.js";
import type { Prices } from "../protocol/value/valuation.js";
import type { Observation } from "./historical.js";

/** A day; behind it a time, and a zone behind that, as programs write them. */
const DATE =
  /^(\d{4}-\d\d-\d\d)(?:[T ]([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d(?:\.\d{1,9})?))?(?:Z| ?([+-])(\d\d):?(\d\d))?)?$/;

/** A line of such a table. */
export interface PriceLine {
  readonly line: number;
  readonly date: string;
  /** One for each asset, as they stand there. */
  readonly prices: readonly string[];
}

export interface ReadHistory {
  readonly observations: readonly Observation[];
  /** What is wrong, line by line; with any of them the observations are none. */
  readonly problems: readonly string[];
}

/**
 * @param columns what each asset's column is called
 * @param onGap whether lines in which a price is missing are left out, or what is said of them: a return across a gap is of another horizon
 */
export function readPriceLines(
  lines: readonly PriceLine[],
  columns: readonly string[],
  onGap: "skip" | { readonly said: string },
): ReadHistory {
  const problems: string[] = [];
  let last: { readonly date: string; readonly second: number } | undefined;
  const observations = lines.flatMap(({ line, date, prices }): Observation[] => {
    const second = secondIn(date);
    if (second === undefined) problems.push(`line ${line}, date: ${date} is none, such as 2026-11-30`);
    else {
      if (last !== undefined && second <= last.second)
        problems.push(`line ${line}, date: ${date} does not come after ${last.date}`);
      last = { date, second };
    }
    const gap = prices.indexOf("");
    if (gap >= 0 && onGap === "skip") return [];
    if (gap >= 0 && onGap !== "skip") problems.push(`line ${line}, ${columns[gap] ?? ""}: ${onGap.said}`);
    const read = prices.map((text, k) => readPrice(text, `line ${line}, ${columns[k] ?? ""}`, problems));
    return [{ name: date, prices: read }];
  });
  return { observations: problems.length > 0 ? [] : observations, problems };
}

/** What every asset cost at one moment. */
export interface KnownPrices {
  /** From when on it was known, Unix seconds. */
  readonly timestamp: bigint;
  /** Of whole assets, 18 digits after the point. */
  readonly prices: Prices;
}

const DAY = 86_400;

/** When each observation was known: a day's prices from its end on (UTC), a moment's from then on. With any problem the rows are none. */
export function knownPrices(observations: readonly Observation[]): {
  readonly rows: readonly KnownPrices[];
  readonly problems: readonly string[];
} {
  const problems: string[] = [];
  const rows = observations.flatMap(({ name, prices }): KnownPrices[] => {
    const day = dayOf(name);
    const time = day === undefined ? momentOf(name) : day + DAY;
    if (time === undefined) problems.push(`date: ${name} is no day, and no moment such as 2026-11-30T16:00:00Z`);
    return time === undefined ? [] : [{ timestamp: BigInt(time), prices }];
  });
  rows.forEach(({ timestamp }, k) => {
    const before = rows[k - 1]?.timestamp;
    if (before !== undefined && timestamp <= before)
      problems.push(
        `two lines are of ${new Date(Number(timestamp) * 1_000).toISOString().replace(".000Z", "Z")}, or out of order`,
      );
  });
  return { rows: problems.length > 0 ? [] : rows, problems };
}

/** Since 1970, of UTC where no zone is named; undefined for what is no date. */
function secondIn(date: string): number | undefined {
  const [, day = "", hours = "0", minutes = "0", seconds = "0", sign, zoneHours = "0", zoneMinutes = "0"] =
    DATE.exec(date) ?? [];
  const midnight = dayOf(day);
  if (midnight === undefined) return undefined;
  const ahead = (Number(zoneHours) * 60 + Number(zoneMinutes)) * (sign === "-" ? -60 : 60);
  return midnight + Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds) - ahead;
}

/** In 18 decimals; a problem is noted, and zero given. */
export function readPrice(text: string, place: string, problems: string[]): bigint {
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
