import type { IOrderBook } from "../../typechain-types/index.js";
import { read } from "../bindings/transact.js";
import { firstUnused, nonceLimit } from "../protocol/book/nonces.js";

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
      const { nonceFloor: floor, used } = await read(book.noncesOf(trader));
      const window = { floor, used };
      const nonce = firstUnused(window, counter) ?? firstUnused(window) ?? floor; // no await from here on
      counter = nonce + 1n;
      return nonce;
    },
  };
}

/**
 * A floor above every nonce that the book would take today: with it no order of the trader that was signed before can land, unless
 * it was signed over a nonce that lies out of reach still.
 */
export async function floorAbove(book: IOrderBook, trader: string): Promise<bigint> {
  const { nonceFloor: floor, used } = await read(book.noncesOf(trader));
  return nonceLimit({ floor, used });
}
