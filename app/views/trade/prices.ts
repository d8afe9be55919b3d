/** Prices of a market in its readers' words: a weight in percent, its owner's unit, or bare ticks. Exact both ways. */
import { RuleError } from "../../../src/protocol/amounts/errors.js";
import { parsePercent, parseTicks, type Ticks } from "../../../src/protocol/amounts/units.js";
import { parseUnits } from "../../../src/protocol/market/description.js";
import { amountOf, type Counted, priceDigits, unitNameOf } from "../../ui/market-units.js";
import { localText, plainDecimal } from "../../ui/numbers.js";

/** Of a price, whatever its unit. */
const ALL_DIGITS = 60;

/** What of a root says how its prices are written. */
export type PricedRoot = Counted;

export const priceUnit = unitNameOf;
export { priceDigits }; // what is written of prices is told here

/** All digits, with a point. */
export function exactPrice(root: PricedRoot, ticks: bigint): string {
  return amountOf(root, ticks).exact;
}

/** `55,05 %` in the reader's own way of writing numbers, with all its digits. */
export function priceWords(root: PricedRoot, ticks: bigint): string {
  return `${localText(exactPrice(root, ticks), ALL_DIGITS)} ${priceUnit(root)}`.trimEnd();
}

/** `45,413`. */
export function lotsText(lots: bigint): string {
  return localText(String(lots));
}

/**
 * What was typed, in the reader's own way of writing numbers, as ticks. With `t` at its end it counts ticks.
 * @returns why it is none otherwise
 */
export function readPrice(root: PricedRoot, typed: string): Ticks | { readonly problem: string } {
  const inTicks = /t\s*$/.test(typed);
  const unit = priceUnit(root);
  const bare = inTicks ? typed.replace(/t\s*$/, "") : withoutUnit(typed, unit);
  const plain = plainDecimal(bare);
  if (plain === undefined) return { problem: typed.trim() === "" ? "Give a price." : "This is no number." };
  try {
    if (inTicks) return parseTicks(plain);
    if (root.kind === "simplex") return parsePercent(plain, root.outcomes.upper);
    return parseUnits(root.head ?? undefined, plain);
  } catch (error) {
    if (!(error instanceof RuleError)) throw error;
    return { problem: problemOf(error, root) };
  }
}

function withoutUnit(typed: string, unit: string): string {
  const text = typed.trim();
  return unit !== "" && text.endsWith(unit) ? text.slice(0, -unit.length) : text;
}

function problemOf({ code }: RuleError, root: PricedRoot): string {
  if (code !== "AMOUNT_NOT_EXACT") return "No price is so large.";
  return `Prices go by ticks of ${priceWords(root, 1n)}: this lies between two.`;
}

/** A whole number of lots above zero, as typed. */
export function readLots(typed: string): bigint | { readonly problem: string } {
  const plain = plainDecimal(typed);
  if (plain === undefined) return { problem: typed.trim() === "" ? "Give a number of lots." : "This is no number." };
  if (!/^\d+$/.test(plain))
    return { problem: plain.startsWith("-") ? "Lots are counted from 1 on." : "Lots are whole." };
  const lots = BigInt(plain);
  return lots === 0n ? { problem: "Lots are counted from 1 on." } : lots;
}
