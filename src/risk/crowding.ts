/** How crowded a session is: in how few hands each asset is, and how alike what holders have at stake is. */
import { type Fraction, fraction } from "../protocol/amounts/fraction.js";
import { type Allocation } from "../protocol/value/allocations.js";
import {
  type Concentration,
  concentrationOf,
  type Crowding,
  largestShares,
  likenessOf,
} from "../protocol/value/concentration.js";

export interface AssetCrowding extends Concentration {
  /** 1 / Σ share²: how many holders of equal parts would be as concentrated; undefined if there is nothing. */
  readonly effective: Fraction | undefined;
  /** What the three largest have together. */
  readonly topThree: Fraction;
}

const TOP = 3;

/** HHI_k = Σ_i (x_ik / q_k)² and what follows from it, one for each asset. @throws RangeError if somebody has less than nothing */
export function assetCrowding(allocations: readonly Allocation[]): AssetCrowding[] {
  const assets = allocations[0]?.length ?? 0;
  return Array.from({ length: assets }, (_, k) => {
    const amounts = wholes(allocations.map((own) => own[k] ?? fraction(0n)));
    const found = concentrationOf(amounts);
    const { numerator, denominator } = found.herfindahl;
    const effective = numerator === 0n ? undefined : fraction(denominator, numerator);
    return { ...found, effective, topThree: largestShares(amounts, TOP) };
  });
}

/** Mean cosine of all pairs of d_i: 1 if a move that hurts one hurts all alike. Holders with nothing at stake have no view. */
export function overlapOf(exposures: readonly (readonly Fraction[])[]): Crowding {
  return likenessOf(exposures.map(wholes));
}

/** The same in integers: each times the product of what it takes, so that ratios stay. */
function wholes(values: readonly Fraction[]): bigint[] {
  const common = values.reduce((multiple, { denominator }) => leastMultiple(multiple, denominator), 1n);
  return values.map(({ numerator, denominator }) => numerator * (common / denominator));
}

function leastMultiple(a: bigint, b: bigint): bigint {
  let [x, y] = [a, b];
  while (y !== 0n) [x, y] = [y, x % y];
  return (a / x) * b;
}
