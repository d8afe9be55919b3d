/** Words of the command line into domain types. All throw InputError ARGUMENT_INVALID, or RuleError for amounts. */
import { type MarketHead, parseUnits } from "../../protocol/market/description.js";
import type { MarketRoot } from "../../protocol/market/market-table.js";
import { addressIn } from "../../protocol/signing/addresses.js";
import { MAX_LOTS } from "../../protocol/amounts/limits.js";
import { BASKET_ROOT_ID, type MarketRef, TimeInForce } from "../../protocol/signing/package.js";
import { dayOf, secondsOf } from "../../protocol/amounts/times.js";
import { type Lots, parseLots, parsePercent, parseTicks, type Ticks } from "../../protocol/amounts/units.js";
import { parseCount } from "../../input/counts.js";
import { invalid } from "../../input/errors.js";

/** What stands before the first separator, and all that follows it; nothing follows where there is none. */
export function splitOnce(text: string, separator: string): [before: string, after: string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + separator.length)];
}

export function parseAddress(argument: string, text: string): string {
  const address = addressIn(text);
  if (address !== undefined) return address;
  throw invalid(argument, text, "an address: 0x and 40 hex digits, checksum right if mixed");
}

/** The amount that the text was, if there is any of it. */
export function aboveZero<Amount extends bigint>(
  argument: string,
  text: string,
  amount: Amount,
  wanted = "an amount above zero",
): Amount {
  if (amount > 0n) return amount;
  throw invalid(argument, text, wanted);
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
  return parseMarket("--market", market);
}

/** `2.1`, or `2` for its branch 1. */
export function parseMarket(argument: string, text: string): MarketRef {
  const [, root, branch = "1"] = /^(\d{1,10})(?:\.(\d{1,5}))?$/.exec(text) ?? [];
  if (root === undefined) throw invalid(argument, text, "ROOT or ROOT.BRANCH, such as 2.1");
  return {
    marketRootId: parseCount(argument, root, 1, MAX_ROOT),
    marketBranchId: parseCount(argument, branch, 1, MAX_BRANCH),
  };
}

/**
 * `5500` is ticks, and so is `5500t`; `55%` is a weight of a simplex root, exactly. On an interval root whose description has a head
 * `34.5` is 34.5 of its units, as it is shown, and so is `34.5mm`.
 * @throws RuleError AMOUNT_… if it is no number, or lies between two ticks
 */
export function parsePrice(text: string, root: MarketRoot, head?: MarketHead): Ticks {
  if (/\dt$/.test(text)) return parseTicks(text.slice(0, -1));
  if (root.kind === "interval" && head !== undefined) return parseUnits(head, withoutUnit(text, head.unit));
  if (!text.endsWith("%")) return parseTicks(text);
  if (root.kind === "interval") throw invalid("--price", text, "ticks: only weights are given in %");
  return parsePercent(text.slice(0, -1), root.scale);
}

/** `34.5mm` and `34.5 mm` as `34.5`. */
export function withoutUnit(text: string, unit: string): string {
  return unit !== "" && text.endsWith(unit) ? text.slice(0, -unit.length).trimEnd() : text;
}

/** An outcome of an event by its number from 1, or by its name. */
export function parseOutcome(argument: string, text: string, count: number, head: MarketHead | undefined): number {
  const names = head?.outcomes ?? [];
  const named = names.indexOf(text.trim());
  if (named >= 0) return named + 1;
  if (names.length > 0 && !/^\d+$/.test(text)) throw invalid(argument, text, `an outcome: ${namesText(names)}`);
  return parseCount(argument, text, 1, count);
}

/** `1 (red), 2 (green)`, for either is taken. */
function namesText(names: readonly string[]): string {
  return names.map((name, index) => `${index + 1} (${name})`).join(", ");
}

/**
 * How many lots an order is of, without a sign.
 * @throws InputError ARGUMENT_INVALID for none, and for more than an order can be of; RuleError AMOUNT_… if it is no whole number
 */
export function parseSize(argument: string, text: string): Lots {
  const isTooMuch = /^\d+$/.test(text) && BigInt(text) > MAX_LOTS;
  if (isTooMuch) throw invalid(argument, text, `a number of lots up to ${MAX_LOTS}`);
  return aboveZero(argument, text, parseLots(text), "a number above zero; buy or sell says the direction");
}

export const TIMES_IN_FORCE = {
  gtc: TimeInForce.GoodTillCancelled,
  ioc: TimeInForce.ImmediateOrCancel,
  fok: TimeInForce.FillOrKill,
  post: TimeInForce.PostOnly,
} as const;
export type TimeInForceName = keyof typeof TIMES_IN_FORCE;

/** As the contracts store times. */
const MAX_TIME = 2 ** 40 - 1;

/**
 * Unix seconds, a date with its zone (2026-12-01T00:00:00Z), or from the chain's time on: +30m, +2h, +7d.
 * @param now the chain's time, Unix seconds; undefined where nothing can be counted from it
 */
export function parseTime(argument: string, text: string, now: number | undefined): number {
  const time = secondsOf(text, now);
  if (time !== undefined && time >= 0 && time <= MAX_TIME) return time;
  if (dayOf(text) !== undefined)
    throw invalid(argument, text, `a time of that day and its zone, too: ${text}T00:00:00Z`);
  if (secondsOf(`${text}Z`, now) !== undefined) throw invalid(argument, text, `its zone, too: ${text}Z`);
  const relative = now === undefined ? "" : ", or +30m, +2h, +7d";
  throw invalid(
    argument,
    text,
    `Unix seconds${relative === "" ? " or" : ","} a date like 2026-12-01T00:00:00Z${relative}`,
  );
}
