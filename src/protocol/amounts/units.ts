/**
 * Amounts and their text. Every amount is an exact integer of its unit; text becomes an amount in the `parse…` functions
 * only, and no float occurs on the way.
 */
import { RuleError } from "./errors.js";

declare const unit: unique symbol;
type Amount<Unit extends string> = bigint & { readonly [unit]: Unit };

/** Size of an order or a position in lots: + bid or long, − offer or short. Fits an int64. */
export type Lots = Amount<"lots">;
/** Price, bound, strike or outcome in ticks of its root market. Fits an int32. */
export type Ticks = Amount<"ticks">;
/** Ticks × lots: a payoff before it is multiplied by the root's tickValue. */
export type TickLots = Amount<"ticks * lots">;
/** Wei of the session token or of a leg token (18 decimals), signed. Fits an int128. */
export type TokenWei = Amount<"token wei">;
/** Smallest units of one basket asset; how many make a whole is the asset's affair. Fits a uint128. */
export type AssetUnits = Amount<"asset units">;

/** Decimals of session and leg tokens. */
export const TOKEN_DECIMALS = 18;

/** The least and the most that a quantity can be. */
export interface Range {
  readonly least: bigint;
  readonly most: bigint;
}

export const signedRange = (bits: number): Range => ({
  least: -(2n ** BigInt(bits - 1)),
  most: 2n ** BigInt(bits - 1) - 1n,
});
export const unsignedRange = (bits: number): Range => ({ least: 0n, most: 2n ** BigInt(bits) - 1n });

/** @throws RuleError AMOUNT_OUT_OF_RANGE unless the value fits an int64 */
export function lots(value: bigint): Lots {
  return within("lots", value, signedRange(64)) as Lots;
}

/** @throws RuleError AMOUNT_OUT_OF_RANGE unless the value fits an int32 */
export function ticks(value: bigint): Ticks {
  return within("ticks", value, signedRange(32)) as Ticks;
}

/** @throws RuleError AMOUNT_OUT_OF_RANGE unless the value fits an int128 */
export function tokenWei(value: bigint): TokenWei {
  return within("tokenWei", value, signedRange(128)) as TokenWei;
}

/** @throws RuleError AMOUNT_OUT_OF_RANGE unless the value fits a uint128 */
export function assetUnits(value: bigint): AssetUnits {
  return within("assetUnits", value, unsignedRange(128)) as AssetUnits;
}

/** The same amount with the other sign: a bid's lots as an offer's. Only the least value of a signed type has none that fits. */
export function opposite<A extends Lots | TickLots | TokenWei>(amount: A): A {
  return (0n - amount) as A;
}

/** `12` as lots. @throws RuleError AMOUNT_MALFORMED, AMOUNT_NOT_EXACT, AMOUNT_OUT_OF_RANGE */
export function parseLots(text: string): Lots {
  return lots(parseExact(text, 1n));
}

/**
 * `0.55` as ticks where `ticksPerOne` ticks make 1: the scale of a simplex root; 1 if the text counts ticks.
 * @throws RuleError AMOUNT_MALFORMED, AMOUNT_NOT_EXACT (between two ticks), AMOUNT_OUT_OF_RANGE
 */
export function parseTicks(text: string, ticksPerOne = 1n): Ticks {
  return ticks(parseExact(text, ticksPerOne));
}

/**
 * `55.05` percent as ticks where `scale` ticks make a weight of 1.
 * @throws RuleError AMOUNT_MALFORMED, AMOUNT_NOT_EXACT (between two ticks), AMOUNT_OUT_OF_RANGE
 */
export function parsePercent(text: string, scale: bigint): Ticks {
  const hundredfold = parseExact(text, scale);
  if (hundredfold % 100n === 0n) return ticks(hundredfold / 100n);
  throw new RuleError("AMOUNT_NOT_EXACT", { text: `${text}%`, unitsPerOne: scale });
}

/** `1.5` as wei of the session token or a leg token. @throws RuleError AMOUNT_MALFORMED, AMOUNT_NOT_EXACT, AMOUNT_OUT_OF_RANGE */
export function parseTokenWei(text: string): TokenWei {
  return tokenWei(parseExact(text, 10n ** BigInt(TOKEN_DECIMALS)));
}

/** `1.5` as smallest units of an asset with that many decimals. @throws RuleError AMOUNT_MALFORMED, AMOUNT_NOT_EXACT, AMOUNT_OUT_OF_RANGE */
export function parseAssetUnits(text: string, decimals: number): AssetUnits {
  return assetUnits(parseExact(text, 10n ** BigInt(decimals)));
}

export function formatLots(value: Lots): string {
  return value.toString();
}

/** The inverse of `parseTicks`. @throws RuleError AMOUNT_NOT_EXACT if the decimals never end, as with three ticks to 1 */
export function formatTicks(value: Ticks, ticksPerOne = 1n): string {
  return formatExact(value, ticksPerOne);
}

/** All digits, no trailing zeros: `1.5`. */
export function formatTokenWei(value: TokenWei): string {
  return formatExact(value, 10n ** BigInt(TOKEN_DECIMALS));
}

/** All digits, no trailing zeros: `1.5`. */
export function formatAssetUnits(value: AssetUnits, decimals: number): string {
  return formatExact(value, 10n ** BigInt(decimals));
}

function within(what: string, value: bigint, { least, most }: Range): bigint {
  if (value >= least && value <= most) return value;
  throw new RuleError("AMOUNT_OUT_OF_RANGE", { what, value, least, most });
}

/** Longer text is no amount of ours (an int256 has 78 digits), and would only cost time. */
const MAX_TEXT = 100;

function parseExact(text: string, unitsPerOne: bigint): bigint {
  const match = text.length > MAX_TEXT ? null : /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
  if (match === null) throw new RuleError("AMOUNT_MALFORMED", { text: text.slice(0, MAX_TEXT) });
  const [, sign = "", whole = "", decimals = ""] = match;
  const scaled = BigInt(whole + decimals) * unitsPerOne;
  const divisor = 10n ** BigInt(decimals.length);
  if (scaled % divisor !== 0n) throw new RuleError("AMOUNT_NOT_EXACT", { text, unitsPerOne });
  const magnitude = scaled / divisor;
  return sign === "-" ? -magnitude : magnitude;
}

/** `value / unitsPerOne` by long division. A unit that is no product of 2 and 5 gives decimals that never end. */
function formatExact(value: bigint, unitsPerOne: bigint): string {
  const magnitude = value < 0n ? -value : value;
  let remainder = magnitude % unitsPerOne;
  let decimals = "";
  while (remainder !== 0n) {
    if (decimals.length === MAX_TEXT) throw new RuleError("AMOUNT_NOT_EXACT", { value, unitsPerOne });
    decimals += ((remainder * 10n) / unitsPerOne).toString();
    remainder = (remainder * 10n) % unitsPerOne;
  }
  return `${value < 0n ? "-" : ""}${magnitude / unitsPerOne}${decimals === "" ? "" : `.${decimals}`}`;
}
