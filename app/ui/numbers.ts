/**
 * Amounts for readers: exact decimal text first, then written in the reader's own way. Nothing goes through a float before it is
 * shown, so the last digit is right however long the number is.
 */
import {
  formatAssetUnits,
  formatTicks,
  formatTokenWei,
  type AssetUnits,
  type Ticks,
  type TokenWei,
} from "../../src/protocol/amounts/units.js";
import type { Fraction } from "../../src/protocol/amounts/fraction.js";
import { numberFormat } from "./locale.js";

/** Digits after the point that are shown; the whole number stands in the tooltip. */
const SHOWN_DIGITS = 4;

/**
 * `1,234.5678` in the reader's locale, of exact decimal text.
 * @param digits most after the point; a number that was cut begins with ~
 * @param least after the point, filled up with zeros: for columns
 */
export function localText(exact: string, digits: number = SHOWN_DIGITS, least = 0): string {
  const [whole = "", rest = ""] = exact.split(".");
  const isCut = rest.slice(digits).replace(/0+$/, "") !== "";
  const kept = isCut ? `${whole}.${rest.slice(0, digits)}` : exact;
  const format = numberFormat({
    maximumFractionDigits: Math.max(digits, 0),
    minimumFractionDigits: Math.min(least, Math.max(digits, 0)),
  });
  const text = format.format((kept.endsWith(".") ? whole : kept) as Intl.StringNumericLiteral);
  return isCut ? `~${text}` : text;
}

export function tokensText(wei: bigint): string {
  return formatTokenWei(wei as TokenWei); // formatting takes any whole number
}

export function assetText(units: bigint, decimals: number): string {
  return formatAssetUnits(units as AssetUnits, decimals); // as of tokens
}

/** A weight in percent, exactly: `55.05`. @param scale ticks that make a weight of 1 */
export function percentText(price: bigint, scale: bigint): string {
  // With scale = 2^a 5^b · 100 it ends; else as many digits as tell one tick from the next.
  const digits = decimalsOf(scale);
  const scaled = (price * 100n * 10n ** BigInt(digits)) / scale;
  return decimalText(scaled, digits);
}

function decimalsOf(scale: bigint): number {
  for (let digits = 0; digits < 18; digits += 1) if ((100n * 10n ** BigInt(digits)) % scale === 0n) return digits;
  return scale.toString().length;
}

/** `value / 10^digits` without zeros at its end. */
export function decimalText(value: bigint, digits: number): string {
  const sign = value < 0n ? "-" : "";
  const text = (value < 0n ? -value : value).toString().padStart(digits + 1, "0");
  const whole = text.slice(0, text.length - digits);
  const rest = digits === 0 ? "" : text.slice(-digits).replace(/0+$/, "");
  return `${sign}${whole}${rest === "" ? "" : `.${rest}`}`;
}

/** An exact fraction to so many digits, cut towards zero. */
export function fractionText({ numerator, denominator }: Fraction, digits: number): string {
  return decimalText((numerator * 10n ** BigInt(digits)) / denominator, digits);
}

/** In the unit that a market's owner gave, or in ticks. */
export function unitsText(
  price: bigint,
  head: { readonly unit: string; readonly ticksPerUnit: bigint } | undefined,
): string {
  if (head === undefined) return price.toString();
  return formatTicks(price as Ticks, head.ticksPerUnit); // any whole number
}

/** What a person has typed in their own way of writing numbers, as plain decimal text. @returns undefined for what is no number */
export function plainDecimal(typed: string): string | undefined {
  const { decimal, group } = separators();
  let text = typed
    .trim()
    .replace(/[\s\u00a0\u202f\u061c\u200e\u200f]/g, "") // spaces, and what turns the direction of writing
    .replace(/[\u0660-\u0669]/g, (digit) => String(digit.charCodeAt(0) - 0x660));
  text = text.replace(/^\u2212/, "-").replace("٫", decimal);
  if (group !== "" && group !== decimal) {
    // 1.234,5 in German; a lone point is a decimal point wherever groups are not of three.
    const grouped = new RegExp(`^-?\\d{1,3}(\\${group}\\d{3})+(\\${decimal}\\d*)?$`);
    if (grouped.test(text)) text = text.replaceAll(group, "");
  }
  text = text.replace(decimal, ".");
  return /^-?(\d+\.?\d*|\.\d+)$/.test(text) ? text.replace(/\.$/, "").replace(/^(-?)\./, "$10.") : undefined;
}

function separators(): { readonly decimal: string; readonly group: string } {
  const parts = numberFormat({}).formatToParts(12_345.6);
  const of = (type: string): string => parts.find((part) => part.type === type)?.value.trim() ?? "";
  return { decimal: of("decimal") || ".", group: of("group") };
}
