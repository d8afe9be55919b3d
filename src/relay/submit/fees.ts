/** What is offered for gas. */
import type { BlockHeader } from "../../node/node.js";

/** Wei a unit of gas. */
export interface Fees {
  readonly maxFee: bigint;
  readonly priorityFee: bigint;
}

export const GWEI = 10n ** 9n;
/** Nodes take a replacement if it offers a tenth more; an eighth is safely above that. */
const RAISE_DIVISOR = 8n;

/** Room for the base fee to double. @param most that may be offered */
export function feesAt({ baseFee }: Pick<BlockHeader, "baseFee">, priorityFee: bigint, most: bigint): Fees {
  return { maxFee: least((baseFee ?? GWEI) * 2n + priorityFee, most), priorityFee };
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
