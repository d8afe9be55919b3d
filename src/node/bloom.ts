/**
 * The bloom filter of a block's header (logsBloom): of every address and topic that the block's logs have, three of 2048 bits are set.
 * So what is not in it is in no log; what is in it may be there by chance, the more likely the fuller it is.
 */
import { getBytes, keccak256 } from "ethers";

const BYTES = 256;
const BITS = 8 * BYTES;
/** As many items are remembered: events, traders and markets come again in block after block, and a hash takes long. */
const MOST_REMEMBERED = 4_096;

/** @param bloom 256 bytes @param item an address or a topic, 0x and hex */
export function mayHold(bloom: Uint8Array, item: string): boolean {
  return bitsOf(item).every((bit) => (((bloom[BYTES - 1 - (bit >> 3)] ?? 0) >> (bit & 7)) & 1) === 1);
}

/**
 * Where the bits of an item are; remembered, but for those that were asked for least lately.
 * @param hash keccak-256 of an item, both 0x and hex
 */
export function bloomBits(hash: (item: string) => string, most: number): (item: string) => readonly number[] {
  const remembered = new Map<string, readonly number[]>();
  return (item) => {
    const known = remembered.get(item);
    const bits = known ?? bitsIn(getBytes(hash(item)));
    remembered.delete(item);
    remembered.set(item, bits);
    if (remembered.size > most) {
      const [oldest] = remembered.keys();
      if (oldest !== undefined) remembered.delete(oldest);
    }
    return bits;
  };
}

const bitsOf = bloomBits(keccak256, MOST_REMEMBERED);

function bitsIn(hash: Uint8Array): readonly number[] {
  return [0, 2, 4].map((at) => (((hash[at] ?? 0) << 8) | (hash[at + 1] ?? 0)) % BITS);
}

/** How likely something that is in no log is in the bloom all the same, 0 to 1. */
export function chanceOf(bloom: Uint8Array): number {
  let set = 0;
  for (const byte of bloom) for (let rest = byte; rest !== 0; rest &= rest - 1) set += 1;
  return (set / BITS) ** 3;
}
