/** Rows of histories with what follows from them and the session's basket, in the words of the wire. */
import type { Fraction } from "../protocol/amounts/fraction.js";
import type { Ticks, TokenWei } from "../protocol/amounts/units.js";
import { type Allocation, allocation, type Basket, wholeUnits } from "../protocol/value/allocations.js";
import { impliedRelativePrices, impliedWeights } from "../protocol/value/valuation.js";

interface ClaimedRow {
  readonly claims: readonly TokenWei[];
}

/** x = v · q / N, exactly and rounded down. */
export function allocationItem<Row extends ClaimedRow>(
  row: Row,
  basket: Basket,
): Row & { readonly allocation: Allocation; readonly wholeUnits: ReturnType<typeof wholeUnits> } {
  const allocated = allocation(row.claims, basket);
  return { ...row, allocation: allocated, wholeUnits: wholeUnits(allocated) };
}

interface QuotedRow {
  readonly doubledMiddles: readonly bigint[];
}

/** @param numeraire the asset that prices are given in, from 1 */
export function weightsItem<Row extends QuotedRow>(
  row: Row,
  basket: Basket,
  numeraire: number,
): Row & { readonly weights: Fraction[]; readonly relativePrices: Fraction[] | null } {
  const { doubledMiddles } = row;
  return {
    ...row,
    weights: impliedWeights(doubledMiddles as readonly Ticks[]), // sums of two ticks
    relativePrices: relativePrices(doubledMiddles, basket, numeraire),
  };
}

function relativePrices(middles: readonly bigint[], { quantities }: Basket, numeraire: number): Fraction[] | null {
  const unit = middles[numeraire - 1];
  return unit === undefined || unit === 0n ? null : impliedRelativePrices(middles, quantities, numeraire - 1);
}
