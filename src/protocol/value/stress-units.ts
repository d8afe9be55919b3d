/** A stress test's amounts as people know them: whole units of assets instead of their smallest ones. */
import { type Fraction, fraction, reduced } from "../amounts/fraction.js";
import type { Numeraire } from "./stress.js";
import { SHOCKED_SCALE } from "./stress-scenarios.js";
import type { Prices } from "./valuation.js";

/** Prices of whole units as prices of smallest ones, all in one fixed point. @param decimals of each asset */
export function pricesOfUnits(prices: Prices, decimals: readonly number[]): Prices {
  const most = Math.max(...decimals);
  return prices.map((price, k) => price * 10n ** BigInt(most - (decimals[k] ?? 0)));
}

/** How many units of a `stressTable` of such prices make one that people know. */
export function stressScale(numeraire: Numeraire, decimals: readonly number[]): bigint {
  if (numeraire === "basket") return 1n;
  if (numeraire === "price") return SHOCKED_SCALE * 10n ** BigInt(Math.max(...decimals));
  return 10n ** BigInt(decimals[numeraire.asset] ?? 0);
}

/** A table's entry in the unit that people know, exactly, in lowest terms. */
export function inKnownUnit({ numerator, denominator }: Fraction, scale: bigint): Fraction {
  return reduced(fraction(numerator, denominator * scale));
}
