/** What a table of prices must be like to be a history: dates that rise, and of each asset a price above zero on each of them. */
import { RuleError } from "../protocol/amounts/errors.js";
import { parseTokenWei } from "../protocol/amounts/units.js";
import type { Observation } from "./historical.js";

const DAY = /^\d{4}-\d\d-\d\d([T ].+)?$/;

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
  let last = "";
  const observations = lines.flatMap(({ line, date, prices }): Observation[] => {
    if (!DAY.test(date)) problems.push(`line ${line}, date: ${date} is none, such as 2026-11-30`);
    else if (date <= last) problems.push(`line ${line}, date: ${date} does not come after ${last}`);
    last = date;
    const gap = prices.indexOf("");
    if (gap >= 0 && onGap === "skip") return [];
    if (gap >= 0 && onGap !== "skip") problems.push(`line ${line}, ${columns[gap] ?? ""}: ${onGap.said}`);
    const read = prices.map((text, k) => priceOf(text, `line ${line}, ${columns[k] ?? ""}`, problems));
    return [{ name: date, prices: read }];
  });
  return { observations: problems.length > 0 ? [] : observations, problems };
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
