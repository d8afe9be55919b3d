/** Addresses in their one usual way of writing. The same few traders sign all orders, and each checksum takes a hash. */
import { getAddress } from "ethers";

/** Texts that are remembered. Whoever sends in more has them hashed again: memory stays bounded. */
export const REMEMBERED_ADDRESSES = 8_192;

/** @returns the same function, which remembers what it answered lately */
export function remembering(compute: (text: string) => string): (text: string) => string {
  const known = new Map<string, string>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    const computed = compute(text);
    if (known.size === REMEMBERED_ADDRESSES) known.clear();
    known.set(text, computed);
    return computed;
  };
}

/**
 * @param text 0x and 40 hex digits
 * @returns the address with its checksum (ERC-55)
 * @throws Error if the text is no address, or has capitals and small letters in the wrong places
 */
export const checksumAddress = remembering(getAddress);

/**
 * What a person wrote as an address, with its checksum. Forty digits without 0x are an amount as well, and of other forms (ICAP) nobody knows.
 * @returns undefined for what is none, or has capitals and small letters in the wrong places
 */
export function addressIn(text: string): string | undefined {
  if (!/^0x[0-9a-fA-F]{40}$/.test(text)) return undefined;
  try {
    return checksumAddress(text);
  } catch {
    return undefined;
  }
}
