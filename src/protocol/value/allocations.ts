/**
 * Who owns what of the basket: claims v, allocations x, shares and weights (R16). x_i = v_i · q / N is kept as an exact
 * fraction with denominator N, so Σ_i x_i = q exactly; only `wholeUnits` rounds, and downwards.
 */
import { RuleError } from "../amounts/errors.js";
import { type Fraction, floor, fraction, sum } from "../amounts/fraction.js";
import { requireEqual } from "../amounts/matrix.js";
import type { AssetUnits, Lots, TokenWei } from "../amounts/units.js";

/** x_i: one entry for each asset, in its smallest units. */
export type Allocation = readonly Fraction[];

/** What a session never changes, as far as allocations need it. */
export interface Basket {
  /** q, one entry for each asset. */
  readonly quantities: readonly AssetUnits[];
  /** N, in session-token wei; above zero. */
  readonly supply: TokenWei;
}

/**
 * v_k = cash + Q_k · lotValue: the wei of claims on asset k, which is net collateral if all weight fell on leg k.
 * @param lots Q, one entry for each leg
 * @param lotValue wei that a lot pays at weight 1: scale · tickValue
 */
export function claims(cash: TokenWei, lots: readonly Lots[], lotValue: TokenWei): TokenWei[] {
  return lots.map((held) => (cash + held * lotValue) as TokenWei);
}

/** x_k = v_k · q_k / N. @throws RuleError SHAPE_MISMATCH, FRACTION_UNDEFINED if N is zero */
export function allocation(claimed: readonly TokenWei[], { quantities, supply }: Basket): Allocation {
  requireEqual("claims", claimed.length, quantities.length);
  return quantities.map((quantity, k) => fraction((claimed[k] ?? 0n) * quantity, supply));
}

/** Σ_i x_i, asset by asset. @throws RuleError SHAPE_MISMATCH */
export function totalAllocation(allocations: readonly Allocation[]): Allocation {
  const assets = allocations[0]?.length ?? 0;
  for (const each of allocations) requireEqual("allocation", each.length, assets);
  return Array.from({ length: assets }, (_, k) => sum(allocations.flatMap((each) => each[k] ?? [])));
}

/** What can be delivered: each entry rounded down, in favour of the pool. */
export function wholeUnits(allocated: Allocation): AssetUnits[] {
  return allocated.map((entry) => floor(entry) as AssetUnits);
}

/** The same part of everything for each of `participants`: q / participants. They sum to q. */
export function equalSlice({ quantities }: Pick<Basket, "quantities">, participants: number): Allocation {
  if (!Number.isInteger(participants) || participants < 1) {
    throw new RuleError("FRACTION_UNDEFINED", { participants });
  }
  return quantities.map((quantity) => fraction(quantity, BigInt(participants)));
}

/** What somebody who holds `tokens` of the N session tokens, and never trades, owns: q · tokens / N. */
export function passiveSlice({ quantities, supply }: Basket, tokens: TokenWei): Allocation {
  return quantities.map((quantity) => fraction(quantity * tokens, supply));
}

/** v_k / N: which part of asset k's pool is claimed. Σ over traders is 1 for every asset. */
export function poolShares(claimed: readonly TokenWei[], supply: TokenWei): Fraction[] {
  return claimed.map((claim) => fraction(claim, supply));
}

/**
 * The papers' w_i, the fraction of the basket that a trader controls, counted in shares: v_k / (N · n). Over all traders and
 * assets they sum to 1. (The paper divides by Σ q instead of n, which is no simplex unless both are equal.)
 */
export function controlWeights(claimed: readonly TokenWei[], supply: TokenWei): Fraction[] {
  return claimed.map((claim) => fraction(claim, supply * BigInt(claimed.length)));
}
