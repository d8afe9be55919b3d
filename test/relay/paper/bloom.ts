/** The bloom that a block's header has for its logs. Written apart from the one that reads it. */
import { keccak256 } from "ethers";

export function bloomOf(logs: readonly { readonly address: string; readonly topics: readonly string[] }[]): string {
  let bloom = 0n;
  for (const { address, topics } of logs) {
    for (const item of [address, ...topics]) {
      const hash = BigInt(keccak256(item));
      for (const pair of [0n, 1n, 2n]) bloom |= 1n << ((hash >> (240n - 16n * pair)) & 2047n);
    }
  }
  return `0x${bloom.toString(16).padStart(512, "0")}`;
}
