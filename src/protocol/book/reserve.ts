/** What a trader's open orders may need, as the book keeps it: 16 bits of whole units, rounded up (R15). */
import { MAX_RESERVE } from "../amounts/limits.js";

const RESERVE_BITS = 16;

/** A unit of reserve is 2^s wei, where s is the least with supply < 2^(16 + s). */
export function reserveShiftOf(supply: bigint): number {
  return Math.max(0, supply.toString(2).length - RESERVE_BITS);
}

/**
 * Wei that are held back for an order that may need `need` wei. From 2^16 - 1 units on it is 2^16 of them, more than there are
 * session tokens: then nothing can be withdrawn before the order is gone.
 */
export function reserveFor(need: bigint, shift: number): bigint {
  const unit = 1n << BigInt(shift);
  const units = (need + unit - 1n) / unit;
  return (units >= MAX_RESERVE ? MAX_RESERVE + 1n : units) * unit;
}
