/** What is offered for gas. */
import type { BlockHeader } from "../../node/node.js";

/** Wei a unit of gas. A chain without EIP-1559 takes one price: both are that price then. */
export interface Fees {
  readonly maxFee: bigint;
  readonly priorityFee: bigint;
}

/** What a block says of the way in which transactions are priced behind it. */
export type Pricing = Pick<BlockHeader, "baseFee">;

export const GWEI = 10n ** 9n;

/** For figures, which may be rounded. */
export function inGwei(wei: bigint): number {
  return Number(wei) / Number(GWEI);
}

/** Nodes take a replacement if it offers a tenth more; an eighth is safely above that. */
const RAISE_DIVISOR = 8n;

/** On chains without EIP-1559 transactions have one price, and another form. */
export function isLegacy({ baseFee }: Pricing): boolean {
  return baseFee === undefined;
}

/**
 * Room for the base fee to double; without EIP-1559 the price as the node gave it.
 * @param tip what a block's producer is offered; without EIP-1559 the price
 * @param most that may be offered
 */
export function feesAt({ baseFee }: Pricing, tip: bigint, most: bigint): Fees {
  const maxFee = least(baseFee === undefined ? tip : baseFee * 2n + tip, most);
  return { maxFee, priorityFee: least(tip, maxFee) };
}

/** The same, but that a transaction spends no more than that in all. @param spent wei; undefined for no bound */
export function feesWithin(fees: Fees, gasLimit: bigint, spent: bigint | undefined): Fees {
  if (spent === undefined) return fees;
  const maxFee = least(fees.maxFee, spent / gasLimit);
  return { maxFee, priorityFee: least(fees.priorityFee, maxFee) };
}

/**
 * As much more than the last offer as nodes ask for, or what the market asks for if that is more.
 * @returns undefined if that is more than may be offered
 */
export function raisedFees(last: Fees, market: Fees, most: bigint): Fees | undefined {
  const maxFee = greatest(raised(last.maxFee), market.maxFee);
  if (maxFee > most) return undefined;
  return { maxFee, priorityFee: least(greatest(raised(last.priorityFee), market.priorityFee), maxFee) };
}

export function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

function raised(fee: bigint): bigint {
  return fee + fee / RAISE_DIVISOR + 1n;
}

function greatest(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
