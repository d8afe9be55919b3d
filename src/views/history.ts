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

interface ToldRow {
  blockNumber: number;
  position: number;
  /** Unix seconds. */
  timestamp: bigint;
}

/** A row in a dataset's names, with its block in them, too. */
export function toldItem<Row extends ToldRow>(
  row: Row,
): Omit<Row, keyof ToldRow> & { readonly block_number: number; readonly ts_event: string } {
  const { blockNumber, timestamp } = row;
  const own: Omit<Row, keyof ToldRow> & Partial<ToldRow> = { ...row };
  delete own.blockNumber;
  delete own.position;
  delete own.timestamp;
  return { ...own, block_number: blockNumber, ts_event: new Date(Number(timestamp) * 1_000).toISOString() };
}
