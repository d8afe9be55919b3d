import type { IOrderBook } from "../../typechain-types/index.js";
import { read } from "../bindings/transact.js";
import { isNonceUsed, nonceLimit, type NonceWindow } from "../protocol/book/nonces.js";

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

/** The lowest unused nonce that is at least `start`; undefined if there is none within the book's reach. */
export function firstUnused(window: NonceWindow, start = window.floor): bigint | undefined {
  for (let nonce = start > window.floor ? start : window.floor; nonce < nonceLimit(window); nonce++) {
    if (!isNonceUsed(window, nonce)) return nonce;
  }
  return undefined;
}

/** So many unused nonces, rising: above `start` as far as the book's reach goes, and else from the lowest unused one on. */
export function nextNonces(window: NonceWindow, count: number, start = window.floor): bigint[] {
  const nonces: bigint[] = [];
  let from = start;
  while (nonces.length < count) {
    const next = firstUnused(window, from) ?? firstUnused(window) ?? window.floor;
    nonces.push(next);
    from = next + 1n;
  }
  return nonces;
}

/**
 * A floor above every nonce that the book would take today: with it no order of the trader that was signed before can land, unless
 * it was signed over a nonce that lies out of reach still.
 */
export async function floorAbove(book: IOrderBook, trader: string): Promise<bigint> {
  const { nonceFloor: floor, used } = await read(book.noncesOf(trader));
  return nonceLimit({ floor, used });
}
