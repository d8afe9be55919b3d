import type { IOrderBook } from "../../typechain-types/index.js";
import { read } from "../bindings/transact.js";
import { NONCE_REACH, NONCE_WINDOW } from "../protocol/amounts/limits.js";

/** Picks nonces for one trader: unused on the chain, and not handed out before as far as that is possible. */
export interface NonceSource {
  next(): Promise<bigint>;
}

/**
 * A counter that follows the chain. It goes up by one for each order, over what others used. When it has run out of the
 * book's reach, because so many signed orders never landed, it starts again at the lowest unused nonce: of two orders with
 * one nonce only one can ever land, so the oldest signed orders are the ones that are given up.
 */
export function createNonceSource(book: IOrderBook, trader: string): NonceSource {
  let counter = 0n;
  return {
    async next() {
      const { nonceFloor, used } = await read(book.noncesOf(trader));
      const start = counter < nonceFloor || counter >= nonceFloor + NONCE_REACH ? nonceFloor : counter; // no await from here on
      const nonce = firstUnused(start, nonceFloor, used) ?? firstUnused(nonceFloor, nonceFloor, used) ?? nonceFloor;
      counter = nonce + 1n;
      return nonce;
    },
  };
}

/**
 * The lowest unused nonce from `start` on, or undefined if there is none within reach.
 * @param used bit i: whether `floor + i` is used; above the window nothing is
 */
export function firstUnused(start: bigint, floor: bigint, used: bigint): bigint | undefined {
  for (let nonce = start; nonce < floor + NONCE_REACH; nonce++) {
    const ahead = nonce - floor;
    if (ahead >= NONCE_WINDOW || ((used >> ahead) & 1n) === 0n) return nonce;
  }
  return undefined;
}
