/**
 * The bloom filter of a block's header (logsBloom): of every address and topic that the block's logs have, three of 2048 bits are set.
 * So what is not in it is in no log; what is in it may be there by chance, the more likely the fuller it is.
 */
import { getBytes, keccak256 } from "ethers";

const BYTES = 256;
const BITS = 8 * BYTES;

/** @param bloom 256 bytes, 0x and hex @param item an address or a topic */
export function mayHold(bloom: Uint8Array, item: string): boolean {
  const hash = getBytes(keccak256(item));
  return [0, 2, 4].every((at) => {
    const bit = (((hash[at] ?? 0) << 8) | (hash[at + 1] ?? 0)) % BITS;
    return (((bloom[BYTES - 1 - (bit >> 3)] ?? 0) >> (bit & 7)) & 1) === 1;
  });
}

/** How likely something that is in no log is in the bloom all the same, 0 to 1. */
export function chanceOf(bloom: Uint8Array): number {
  let set = 0;
  for (const byte of bloom) for (let rest = byte; rest !== 0; rest &= rest - 1) set += 1;
  return (set / BITS) ** 3;
}
