/**
 * Prices of the outside world, and what they say about a basket and its allocations. A price is an integer in any fixed
 * point: the same factor for all assets, and per smallest unit of each. Where all assets have equal decimals, prices of whole
 * assets serve as they are. Results are exact fractions in that fixed point.
 */
import type { Allocation } from "./allocations.js";
import { RuleError } from "../amounts/errors.js";
import { type Fraction, fraction, negate, sum, times } from "../amounts/fraction.js";
import { requireEqual } from "../amounts/matrix.js";
import type { AssetUnits, Ticks } from "../amounts/units.js";

/** S, one entry for each asset. */
export type Prices = readonly bigint[];

/** V = q · S. */
export function basketValue(quantities: readonly AssetUnits[], prices: Prices): bigint {
  return assetValues(quantities, prices).reduce((total, value) => total + value, 0n);
}

/** The basket's true weights: w_k = q_k · S_k / V. They sum to 1. @throws RuleError SHAPE_MISMATCH, FRACTION_UNDEFINED if V is zero */
export function basketWeights(quantities: readonly AssetUnits[], prices: Prices): Fraction[] {
  return normalised(assetValues(quantities, prices));
}

/**
 * The weights that leg prices imply: each as a part of their sum. They sum to 1, which prices of separate books need not.
 * @param legPrices not negative, one for each leg
 * @throws RuleError FRACTION_UNDEFINED if all are zero
 */
export function impliedWeights(legPrices: readonly Ticks[]): Fraction[] {
  return normalised(legPrices);
}

/**
 * S_k / S_j for every asset k, in terms of asset j: the papers' relative prices.
 * @param numeraire index of asset j, from 0
 * @throws RuleError SHAPE_MISMATCH if there is no such asset, FRACTION_UNDEFINED if its price is zero
 */
export function relativePrices(prices: Prices, numeraire: number): Fraction[] {
  const unit = entryAt(prices, numeraire);
  return prices.map((price) => fraction(price, unit));
}

/**
 * The relative prices that weights imply: S_k / S_j = (w_k / q_k) / (w_j / q_j), units of asset j for one of asset k.
 * @param weights or anything proportional to them, such as leg prices in ticks
 * @param numeraire index of asset j, from 0
 * @throws RuleError SHAPE_MISMATCH, FRACTION_UNDEFINED if the numeraire has no weight
 */
export function impliedRelativePrices(
  weights: readonly bigint[],
  quantities: readonly AssetUnits[],
  numeraire: number,
): Fraction[] {
  requireEqual("weights", weights.length, quantities.length);
  const [unitWeight, unitQuantity] = [entryAt(weights, numeraire), entryAt(quantities, numeraire)];
  return quantities.map((quantity, k) => fraction((weights[k] ?? 0n) * unitQuantity, quantity * unitWeight));
}

/** π = x · S: what an allocation is worth. Over all traders they sum to V. @throws RuleError SHAPE_MISMATCH */
export function allocationValue(allocated: Allocation, prices: Prices): Fraction {
  requireEqual("allocation", allocated.length, prices.length);
  return sum(allocated.map((entry, k) => times(entry, prices[k] ?? 0n)));
}

/**
 * (x − x̄) · S: what trading has brought against a baseline. Where the baselines sum to the basket, as the allocations do,
 * these sum to exactly zero.
 * @throws RuleError SHAPE_MISMATCH
 */
export function profitAndLoss(allocated: Allocation, baseline: Allocation, prices: Prices): Fraction {
  return sum([allocationValue(allocated, prices), negate(allocationValue(baseline, prices))]);
}

function assetValues(quantities: readonly AssetUnits[], prices: Prices): bigint[] {
  requireEqual("prices", prices.length, quantities.length);
  return quantities.map((quantity, k) => quantity * (prices[k] ?? 0n));
}

function normalised(values: readonly bigint[]): Fraction[] {
  const total = values.reduce((subtotal, value) => subtotal + value, 0n);
  return values.map((value) => fraction(value, total));
}

function entryAt(values: readonly bigint[], index: number): bigint {
  const value = values[index];
  if (value === undefined) throw new RuleError("SHAPE_MISMATCH", { what: "numeraire", index, length: values.length });
  return value;
}
