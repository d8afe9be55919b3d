/**
 * The storage words that a transaction has touched, by name, and what the chain charges for them at least: EIP-2929 for the
 * first touch of each, EIP-2200 for a change. A word that has no name here is an error: then this table is out of date.
 */
import { AbiCoder, keccak256, toBeHex } from "ethers";

import type { World } from "../../stage/contracts/world.js";

/** The first touch of a word in a transaction. */
export const COLD = 2_100;
/** Writing what a word holds anyway, beyond its first touch; */
const SAME = 100;
/** changing a word that was not zero before; */
const CHANGE = 2_900;
/** and one that was. */
const FILL = 20_000;

/** Where each room of BookState begins. Before it are the two names of EIP712, in slots 0 and 1. */
const SLOT = { ids: 3, traders: 4, markets: 5, roots: 6, accounts: 9, positions: 10, chain: 11, ring: 12, orders: 268 };
const RING = 256;
const POSITION_WORDS = 9;
const LADDER_START = 3;
const LADDER_WORDS = 10;
const MARKET_BITS = 6;

/** What the touched words of one name cost at least. */
export interface Touched {
  readonly name: string;
  /** Words that were touched, and so read at least. */
  readonly words: number;
  /** Those of them that hold something else afterwards. */
  readonly changed: number;
  readonly reads: number;
  readonly writes: number;
}

/** Whether a write of that cost was the first touch of its word. */
export function isCold(cost: number): boolean {
  return [SAME, CHANGE, FILL].includes(cost - COLD);
}

/** Of these words of the book's storage, between the block before `block` and `block`; in the order of their names' first touch. */
export async function touchedWords(world: World, words: readonly string[], block: number): Promise<Touched[]> {
  const names = await namesOf(world);
  const provider = world.connection.ethers.provider;
  const touched = new Map<string, Touched>();
  for (const word of words) {
    const name = names.get(BigInt(word));
    if (name === undefined) throw new Error(`storage word ${word} has no name in bench/gas/words.ts`);
    const [before, after] = await Promise.all([
      provider.getStorage(world.bookAddress, BigInt(word), block - 1),
      provider.getStorage(world.bookAddress, BigInt(word), block),
    ]);
    const changed = before !== after;
    const price = !changed ? 0 : BigInt(before) === 0n ? FILL : CHANGE;
    const sum = touched.get(name) ?? { name, words: 0, changed: 0, reads: 0, writes: 0 };
    touched.set(name, {
      name,
      words: sum.words + 1,
      changed: sum.changed + (changed ? 1 : 0),
      reads: sum.reads + COLD,
      writes: sum.writes + price,
    });
  }
  return [...touched.values()];
}

/** Every word that this book can have in use. */
async function namesOf({ book }: World): Promise<ReadonlyMap<bigint, string>> {
  const names = new Map<bigint, string>([[BigInt(SLOT.chain), "number of the newest checkpoint"]]);
  for (let i = 0; i < RING; i += 1) names.set(BigInt(SLOT.ring + i), "checkpoint");
  const { trades } = await book.chainState();
  for (let id = 1n; id <= trades; id += 1n) names.set(entry(id, SLOT.orders), "resting order");
  const createdRoots = await book.createdRoots();
  const users = await book.queryFilter(book.filters.UserCreated());
  for (const { args } of users) {
    names.set(entry(BigInt(args.trader), SLOT.ids), "number of a trader");
    names.set(entry(args.traderId, SLOT.traders), "nonces and reserve of a trader");
    names.set(entry(args.traderId, SLOT.accounts), "account of a trader");
  }
  for (let root = 1n; root <= 1n + createdRoots; root += 1n) {
    for (const { args } of users) {
      const position = entry((args.traderId << 32n) | root, SLOT.positions);
      for (let i = 0; i < POSITION_WORDS; i += 1) names.set(position + BigInt(i), "position of a trader in the root");
    }
    for (let branch = 0n; branch < 1n << BigInt(MARKET_BITS); branch += 1n) {
      names.set(entry((root << BigInt(MARKET_BITS)) | branch, SLOT.markets), "queues of the market");
    }
    const terms = entry(root, SLOT.roots);
    names.set(terms, "terms of the root");
    for (let i = LADDER_START; i < LADDER_START + LADDER_WORDS; i += 1) {
      names.set(terms + BigInt(i), "strikes of the root");
    }
  }
  return names;
}

/** Where the compiler puts an entry of a mapping. */
function entry(key: bigint, slot: number): bigint {
  return BigInt(keccak256(AbiCoder.defaultAbiCoder().encode(["bytes32", "uint256"], [toBeHex(key, 32), slot])));
}
