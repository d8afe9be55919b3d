/**
 * Places to be used again (R30): where an order rested that is gone another rests for some 17 000 gas less than at a place of its own.
 * No view of the book says which these are; the words in its storage do (docs/words.md).
 */
import type { Provider } from "ethers";

import type { SessionHandle } from "../bindings/session.js";

/** Of orders, by place. */
const ORDERS_SLOT = 0xfb5bd50a778b024e1e5318fc61a0b49776b9c3ea8c7c4727b55c8680f0cc5700n;
/** An open order has its lots above. */
const LOTS_SHIFT = 216n;
/** Places looked at beyond those that are wanted. */
const LOOKED_AT = 16;
/** Places that are known, to be looked at again before others. */
const REMEMBERED = 256;

export interface UsedPlaces {
  /**
   * As many as are wanted, all different; 0 for each that was not found: it is a hint. One that somebody else has used meanwhile
   * costs 2 100 gas, and the order rests at a place of its own.
   */
  find(wanted: number): Promise<number[]>;
}

/** Goes round all places of a book, a few at a time, and remembers those that it found. */
export function usedPlaces({ book, bookAddress, runner: { provider } }: SessionHandle): UsedPlaces {
  let remembered: number[] = [];
  let next = 1;

  function toLookAt(wanted: number, trades: number): number[] {
    const chosen = new Set(remembered.filter((place) => place <= trades).slice(0, wanted + LOOKED_AT));
    for (let tries = Math.min(trades, wanted + LOOKED_AT - chosen.size); tries > 0; tries -= 1) {
      if (next > trades) next = 1;
      chosen.add(next);
      next += 1;
    }
    return [...chosen];
  }

  async function look(from: Provider, wanted: number): Promise<number[]> {
    const { trades } = await book.chainState();
    const places = toLookAt(wanted, Number(trades));
    const words = await Promise.all(places.map((place) => from.getStorage(bookAddress, ORDERS_SLOT + BigInt(place))));
    const dead = places.filter((_, index) => isDead(BigInt(words[index] ?? 0)));
    const looked = new Set(places);
    const [taken, spare] = [dead.slice(0, wanted), dead.slice(wanted)];
    remembered = [...spare, ...remembered.filter((place) => !looked.has(place)), ...taken].slice(0, REMEMBERED);
    return taken;
  }

  return {
    async find(wanted) {
      if (wanted === 0) return [];
      // A node that does not tell storage costs gas and no more.
      const found = provider === null ? [] : await look(provider, wanted).catch(() => []);
      return Array.from({ length: wanted }, (_, index) => found[index] ?? 0);
    },
  };
}

/** An order rested there, and is gone. */
function isDead(word: bigint): boolean {
  return word !== 0n && word >> LOTS_SHIFT === 0n;
}
