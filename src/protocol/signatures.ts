/** Signatures by keys (R21), in the forms that the book accepts. Those of contract wallets only their contract can judge. */
import { getBytes, recoverAddress, Signature, toBeHex } from "ethers";

import type { Hash } from "./typedData.js";

/**
 * The address whose key signed `digest`: 65 bytes (r, s, v with v 27 or 28) or 64 bytes (r, vs; ERC-2098), with low s.
 * @returns undefined for anything else, and for numbers that are no signature
 */
export function recoverSigner(digest: Hash, signature: string): string | undefined {
  const bytes = getBytes(signature);
  if (bytes.length !== 64 && bytes.length !== 65) return undefined;
  const v = bytes[64];
  if (v !== undefined && v !== 27 && v !== 28) return undefined;
  try {
    return recoverAddress(digest, Signature.from(signature));
  } catch {
    return undefined; // high s, or no point of the curve
  }
}

/** A signature in its 64-byte form. */
export function compactSignature(signature: string): string {
  return Signature.from(signature).compactSerialized;
}

/** The same signature in its other form, with high s, which the book refuses. */
export function malleatedSignature(signature: string): string {
  const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
  const { r, s, v } = Signature.from(signature);
  return `${r}${toBeHex(ORDER - BigInt(s), 32).slice(2)}${v === 27 ? "1c" : "1b"}`;
}
