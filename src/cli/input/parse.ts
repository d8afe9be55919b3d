/** Words of the command line into domain types. All throw CliError ARGUMENT_INVALID, or RuleError for amounts. */
import { getAddress, isAddress } from "ethers";

import type { MarketRoot } from "../../protocol/market/market-table.js";
import { BASKET_ROOT_ID, type MarketRef, TimeInForce } from "../../protocol/signing/package.js";
import { RuleError } from "../../protocol/amounts/errors.js";
import { parseTicks, type Ticks, ticks } from "../../protocol/amounts/units.js";
import { CliError } from "../errors.js";

export function invalid(argument: string, value: string, wanted: string): CliError {
  return new CliError("ARGUMENT_INVALID", { argument, value, wanted });
}

export function parseAddress(argument: string, text: string): string {
  if (isAddress(text)) return getAddress(text);
  throw invalid(argument, text, "an address: 0x and 40 hex digits, checksum right if mixed");
}

/** A whole number that counts something. */
export function parseCount(argument: string, text: string, least: number, most: number): number {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
  if (value >= least && value <= most) return value;
  throw invalid(argument, text, `a whole number from ${least} to ${most}`);
}

/** What an order, or a look into the book, is on. `2.1` is branch 1 of root 2, and so is `2`. */
export interface TargetOptions {
  readonly leg?: string;
  readonly market?: string;
}

const MAX_ROOT = 2 ** 32 - 1;
const MAX_BRANCH = 2 ** 16 - 1;

/** Leg 1 if neither is given. */
export function parseTarget({ leg, market }: TargetOptions): MarketRef {
  if (leg !== undefined && market !== undefined) throw invalid("--leg", leg, "either --leg or --market");
  if (market === undefined) {
    return { marketRootId: BASKET_ROOT_ID, marketBranchId: parseCount("--leg", leg ?? "1", 1, MAX_BRANCH) };
  }
  const [, root, branch = "1"] = /^(\d{1,10})(?:\.(\d{1,5}))?$/.exec(market) ?? [];
  if (root === undefined) throw invalid("--market", market, "ROOT or ROOT.BRANCH, such as 2.1");
  return {
    marketRootId: parseCount("--market", root, 1, MAX_ROOT),
    marketBranchId: parseCount("--market", branch, 1, MAX_BRANCH),
  };
}

/**
 * `5500` is ticks; `55%` is a weight of a simplex root, exactly.
 * @throws RuleError AMOUNT_… if it is no number, or lies between two ticks
 */
export function parsePrice(text: string, root: MarketRoot): Ticks {
  if (!text.endsWith("%")) return parseTicks(text);
  if (root.kind === "interval") throw invalid("--price", text, "ticks: only weights are given in %");
  const hundredfold = parseTicks(text.slice(0, -1), root.scale);
  if (hundredfold % 100n === 0n) return ticks(hundredfold / 100n);
  throw new RuleError("AMOUNT_NOT_EXACT", { text, unitsPerOne: root.scale });
}

export const TIMES_IN_FORCE = {
  gtc: TimeInForce.GoodTillCancelled,
  ioc: TimeInForce.ImmediateOrCancel,
  fok: TimeInForce.FillOrKill,
  post: TimeInForce.PostOnly,
} as const;
export type TimeInForceName = keyof typeof TIMES_IN_FORCE;

const UNITS_OF_TIME = { s: 1, m: 60, h: 3_600, d: 86_400 } as const;
const MAX_TIME = 2 ** 40 - 1;

/**
 * Unix seconds, a date with its zone (2026-12-01T00:00:00Z), or from the chain's time on: +30m, +2h, +7d.
 * @param now the chain's time, Unix seconds
 */
export function parseTime(argument: string, text: string, now: number): number {
  const [, amount, unit] = /^\+(\d{1,9})([smhd])$/.exec(text) ?? [];
  if (amount !== undefined) return now + Number(amount) * UNITS_OF_TIME[unit as keyof typeof UNITS_OF_TIME]; // matched
  if (/^\d{1,13}$/.test(text)) return parseCount(argument, text, 0, MAX_TIME);
  const isDate = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)$/.test(text);
  const time = isDate ? Date.parse(text) : NaN;
  if (!Number.isNaN(time)) return Math.floor(time / 1000);
  throw invalid(argument, text, "Unix seconds, a date like 2026-12-01T00:00:00Z, or +30m, +2h, +7d");
}
