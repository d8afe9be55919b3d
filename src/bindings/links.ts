import { ZeroHash } from "ethers";

import type { IOrderBook } from "../../typechain-types/index.js";
import { RING } from "../protocol/amounts/limits.js";
import { read } from "./transact.js";

/** The book keeps this many checkpoints; older links are stale for every session. */
const KEPT = BigInt(RING);

/** Finds how many checkpoints ago a link was the head, for the `linkAge` hint. */
export interface LinkAges {
  /** One age for each link; 0 for a link that is not among the kept checkpoints, which the book will refuse by name. */
  agesOf(links: readonly string[]): Promise<number[]>;
}

/** Remembers the checkpoints it has seen, so that each new one is read once. */
export function createLinkAges(book: IOrderBook): LinkAges {
  const numbers = new Map<string, bigint>();
  let newest = -1n; // the newest checkpoint that was read
  let newestHead = "";

  async function catchUp(): Promise<bigint> {
    const { head, checkpoints } = await read(book.chainState());
    if (newest >= 0n && !(await stillHolds(checkpoints, head))) {
      numbers.clear(); // a reorganisation took what was read
      newest = -1n;
    }
    const first = max(newest + 1n, checkpoints - KEPT + 1n, 0n);
    const missing = Array.from({ length: Number(max(checkpoints - first, 0n)) }, (_, index) => first + BigInt(index));
    const heads = await read(Promise.all(missing.map((number) => book.checkpointAt(number))));
    missing.forEach((number, index) => numbers.set(heads[index] ?? ZeroHash, number));
    numbers.set(head, checkpoints);
    [newest, newestHead] = [checkpoints, head];
    for (const [link, number] of numbers) if (checkpoints - number >= KEPT) numbers.delete(link);
    return checkpoints;
  }

  async function stillHolds(checkpoints: bigint, head: string): Promise<boolean> {
    if (checkpoints === newest) return head === newestHead;
    return checkpoints > newest && (await read(book.checkpointAt(newest))) === newestHead;
  }

  return {
    async agesOf(links) {
      const checkpoints = await catchUp();
      return links.map((link) => {
        const number = numbers.get(link);
        return number === undefined ? 0 : Number(checkpoints - number);
      });
    },
  };
}

function max(...values: [bigint, ...bigint[]]): bigint {
  return values.reduce((most, value) => (value > most ? value : most));
}
