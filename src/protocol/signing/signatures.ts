/** Signatures by keys (R21), in the forms that the book accepts. Those of contract wallets only their contract can judge. */
import { keccak_256 } from "@noble/hashes/sha3.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { getBytes, Signature, toBeHex } from "ethers";

import { remembering } from "./addresses.js";
import type { Keccak } from "./hashing.js";
import { type RecoverKey, recoverPlainly } from "./recovery.js";
import type { Hash } from "./typed-data.js";

/**
 * The address whose key signed `digest`: 65 bytes (r, s, v with v 27 or 28) or 64 bytes (r, vs; ERC-2098), with low s.
 * @returns undefined for anything else, and for numbers that are no signature
 */
export type RecoverSigner = (digest: Hash, signature: string) => string | undefined;

/** Half the order of the curve, 32 bytes of hex: of s and its negative the book takes the lower. */
const HALF_ORDER = "7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0";

/** @returns `recoverSigner` with a recovery and a hash of one's choice */
export function signerRecovery(recoverKey: RecoverKey, keccak: Keccak): RecoverSigner {
  const addressOf = remembering((text) => checksummed(text, keccak));
  return (digest, signature) => {
    const bytes = getBytes(signature);
    const parity = parityOf(bytes);
    if (parity === undefined) return undefined;
    const compact = bytes.slice(0, 64);
    if (bytes.length === 64) compact[32] = (compact[32] ?? 0) & 0x7f; // the parity's place
    if (bytesToHex(compact.subarray(32)) > HALF_ORDER) return undefined;
    const key = recoverKey(getBytes(digest), compact, parity);
    return key === undefined ? undefined : addressOf(bytesToHex(keccak(key.subarray(1)).subarray(12)));
  };
}

export const recoverSigner: RecoverSigner = signerRecovery(recoverPlainly, keccak_256);

function parityOf(bytes: Uint8Array): 0 | 1 | undefined {
  if (bytes.length === 64) return ((bytes[32] ?? 0) & 0x80) === 0 ? 0 : 1;
  const v = bytes.length === 65 ? bytes[64] : undefined;
  if (v === 27) return 0;
  return v === 28 ? 1 : undefined;
}

/** 20 bytes of hex as an address with its checksum (ERC-55): a letter is a capital where the digit of the text's hash is above 7. */
function checksummed(text: string, keccak: Keccak): string {
  const hash = bytesToHex(keccak(new TextEncoder().encode(text)));
  const letters = Array.from(text, (letter, index) => ((hash[index] ?? "0") > "7" ? letter.toUpperCase() : letter));
  return `0x${letters.join("")}`;
}

/** Whether text has a length that a key's signature has. */
export function hasKeyForm(signature: string): boolean {
  return signature.length === 2 + 2 * 65 || signature.length === 2 + 2 * 64;
}

/** A key's signature as the book logs it: 64 bytes (ERC-2098), in whatever form it came. */
export function loggedSignature(signature: string): string {
  const text = signature.toLowerCase();
  if (text.length !== 2 + 2 * 65) return text;
  const [rAndS, v] = [text.slice(0, -2), text.slice(-2)];
  if (v !== "1c") return rAndS;
  const parity = Number.parseInt(rAndS.charAt(S_AT), 16) | 8;
  return `${rAndS.slice(0, S_AT)}${parity.toString(16)}${rAndS.slice(S_AT + 1)}`;
}

/** Where the digits of s begin. */
const S_AT = 2 + 64;

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
