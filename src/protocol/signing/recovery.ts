/**
 * From a digest and a signature back to the key that made it: the dearest step of taking an order, and so one that can be
 * exchanged. This form runs everywhere; programs for Node can put a native one in its place.
 */
import { secp256k1 } from "@noble/curves/secp256k1.js";

/**
 * The public key behind a signature, as 65 bytes 0x04, x, y.
 * @param digest 32 bytes
 * @param compact r and s, 64 bytes; s may be high
 * @param parity 0 or 1: whether the point behind r has an odd y
 * @returns undefined if there is none: r or s is 0 or beyond the order, or r no point of the curve
 */
export type RecoverKey = (digest: Uint8Array, compact: Uint8Array, parity: 0 | 1) => Uint8Array | undefined;

export const recoverPlainly: RecoverKey = (digest, compact, parity) => {
  try {
    const signature = secp256k1.Signature.fromBytes(compact, "compact").addRecoveryBit(parity);
    return signature.recoverPublicKey(digest).toBytes(false);
  } catch {
    return undefined;
  }
};
