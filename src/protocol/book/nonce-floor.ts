/** A trader's nonces made void from below (R26): by a call of the trader's own, or along with another. */
import type { BookState } from "./state.js";
import type { Trader } from "./traders.js";

/**
 * Voids all nonces below `floor`, if that is higher than today's. @returns whether it is.
 * @throws Refusal Book_NonceTooFar if there is no such nonce
 */
export function raiseNonceFloor({ traders, events }: BookState, trader: Trader, floor: bigint): boolean {
  if (!traders.raiseNonceFloor(trader, floor)) return false;
  events.emit({ kind: "noncesInvalidated", traderId: trader.traderId, nonceFloor: floor });
  return true;
}
