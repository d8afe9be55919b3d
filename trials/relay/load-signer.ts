/** Signs as fast as the machine can: many thousands of packages are signed before a measurement starts. */
import { createRequire } from "node:module";

import type { SigningKey } from "ethers";
import { getBytes, hexlify } from "ethers";

import type { Hash } from "../../src/protocol/signing/typed-data.js";

interface NativeSigner {
  ecdsaSign(digest: Uint8Array, key: Uint8Array): { readonly signature: Uint8Array; readonly recid: number };
}

export type Sign = (key: SigningKey, digest: Hash) => string;

export const plainSign: Sign = (key, digest) => key.sign(digest).serialized;

/** With the native library where it is installed, else plainly: the signatures are the same (RFC 6979). */
export function fastSign(): Sign {
  const native = loadNative();
  if (native === undefined) return plainSign;
  return ({ privateKey }, digest) => {
    const { signature, recid } = native.ecdsaSign(getBytes(digest), getBytes(privateKey));
    return `${hexlify(signature)}${recid === 0 ? "1b" : "1c"}`;
  };
}

function loadNative(): NativeSigner | undefined {
  try {
    return createRequire(import.meta.url)("secp256k1") as NativeSigner; // as its documentation says
  } catch {
    return undefined;
  }
}
