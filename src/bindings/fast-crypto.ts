/**
 * Hashes and signatures on Node, by the fastest ways that were measured: keccak-256 in WebAssembly, recovery in the C library
 * of Bitcoin Core. Where one of them is missing or does not give the expected answer, the plain one stays: the answers are the
 * same, only slower. In a browser use the plain ones.
 */
import { createRequire } from "node:module";

import { keccak_256 } from "@noble/hashes/sha3.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { createKeccak } from "hash-wasm";

import { type Hashing, hashingWith, type Keccak } from "../protocol/signing/hashing.js";
import { type RecoverKey, recoverPlainly } from "../protocol/signing/recovery.js";
import { type RecoverSigner, signerRecovery } from "../protocol/signing/signatures.js";

export interface FastCrypto {
  readonly keccak: Keccak;
  readonly recoverKey: RecoverKey;
  readonly hashing: Hashing;
  readonly recoverSigner: RecoverSigner;
  /** Whether the native library was found; recovery is plain without it. */
  readonly native: boolean;
}

export async function fastCrypto(): Promise<FastCrypto> {
  const keccak = await wasmKeccak();
  const found = nativeRecovery();
  const recoverKey = found ?? recoverPlainly;
  return {
    keccak,
    recoverKey,
    hashing: hashingWith(keccak),
    recoverSigner: signerRecovery(recoverKey, keccak),
    native: found !== undefined,
  };
}

async function wasmKeccak(): Promise<Keccak> {
  try {
    const hasher = await createKeccak(256);
    const keccak: Keccak = (bytes) => hasher.init().update(bytes).digest("binary");
    const sample = new Uint8Array(200).map((_, index) => index);
    return bytesToHex(keccak(sample)) === bytesToHex(keccak_256(sample)) ? keccak : keccak_256;
  } catch {
    return keccak_256; // no WebAssembly here
  }
}

/** The part of the native library that is used. */
interface NativeLibrary {
  ecdsaRecover(compact: Uint8Array, parity: number, digest: Uint8Array, compressed: boolean): Uint8Array;
}

/** @returns undefined if the library is not installed, has no build for this machine, or answers wrongly */
function nativeRecovery(): RecoverKey | undefined {
  const library = loadNative();
  if (library === undefined) return undefined;
  const recover: RecoverKey = (digest, compact, parity) => {
    try {
      return library.ecdsaRecover(compact, parity, digest, false);
    } catch {
      return undefined; // no signature: r or s out of range, or no point
    }
  };
  const [digest, compact] = [new Uint8Array(32).fill(1), new Uint8Array(64).fill(1)];
  const [given, expected] = [recover(digest, compact, 0), recoverPlainly(digest, compact, 0)];
  if (given === undefined || expected === undefined) return undefined;
  return bytesToHex(given) === bytesToHex(expected) ? recover : undefined;
}

/** `bindings` is the native code itself: the package's main file would fall back to a slow one by itself. */
function loadNative(): NativeLibrary | undefined {
  try {
    const loaded: unknown = createRequire(import.meta.url)("secp256k1/bindings.js");
    return isNativeLibrary(loaded) ? loaded : undefined;
  } catch {
    return undefined;
  }
}

function isNativeLibrary(loaded: unknown): loaded is NativeLibrary {
  return (
    typeof loaded === "object" &&
    loaded !== null &&
    "ecdsaRecover" in loaded &&
    typeof loaded.ecdsaRecover === "function"
  );
}
