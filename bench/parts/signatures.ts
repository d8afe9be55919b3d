/** Signature recovery and keccak-256, by the ways that Node and browsers have. */
import { computeAddress, getBytes, keccak256, recoverAddress, Signature, SigningKey, toBeHex } from "ethers";
import { keccak_256 } from "@noble/hashes/sha3.js";

import { fastCrypto } from "../../src/bindings/fast-crypto.js";
import type { Keccak } from "../../src/protocol/signing/hashing.js";
import { recoverSigner as recoverPlain, type RecoverSigner } from "../../src/protocol/signing/signatures.js";
import type { Part, PartOptions, PartResult, Row } from "../part.js";
import { median, perSecond, rounded } from "./measure.js";

const RUNS = 3;
/** Signatures that are taken in turn, so that no table of one key helps. */
const SAMPLES = 256;

interface Sample {
  readonly digest: string;
  readonly signature: string;
  readonly signer: string;
}

/** What the chain hashes: 64 bytes for a fill or an offset, 96 for an order, 320 for a package. */
const LENGTHS = [64, 96, 320] as const;

async function run({ quick, onProgress }: PartOptions): Promise<PartResult> {
  const seconds = quick ? 0.02 : 0.7;
  const fast = await fastCrypto();
  onProgress("signatures: recovery");
  const samples = drawSamples();
  const ways: readonly (readonly [id: string, what: string, recover: RecoverSigner])[] = [
    [
      "recovery Node",
      fast.native ? "secp256k1 5.0.2, native; what the library uses on Node" : "native library not found: plain",
      fast.recoverSigner,
    ],
    ["recovery browser", "@noble/curves 2.4.0, plain JavaScript; what the library uses elsewhere", recoverPlain],
    ["recovery ethers", "ethers 6.17.0", (digest, signature) => recoverAddress(digest, Signature.from(signature))],
  ];
  const rows = ways.map(([id, what, recover]) =>
    rowOf(
      id,
      `digest and signature to address, one after the other; ${what}`,
      "recoveries/s",
      recovering(samples, recover),
      seconds,
    ),
  );
  onProgress("signatures: hashes");
  const hashes: readonly (readonly [id: string, what: string, keccak: Keccak])[] = [
    ["wasm", "hash-wasm 4.13.0, WebAssembly; what the library uses on Node", fast.keccak],
    ["plain", "@noble/hashes 2.4.0, plain JavaScript; what the library uses elsewhere", keccak_256],
    ["ethers", "ethers 6.17.0, from bytes to hex", (bytes) => getBytes(keccak256(bytes))],
  ];
  const hashRows = LENGTHS.flatMap((length) =>
    hashes.map(([id, what, keccak]) =>
      rowOf(
        `keccak ${length} ${id}`,
        `keccak-256 of ${length} bytes; ${what}`,
        "hashes/s",
        hashing(length, keccak),
        seconds / 3,
      ),
    ),
  );
  return { rows: [...rows, ...hashRows], pictures: [], notes: NOTES };
}

function rowOf(id: string, what: string, unit: string, work: () => void, seconds: number): Row {
  const rates = Array.from({ length: RUNS }, () => perSecond(work, seconds));
  return { id, what, value: rounded(median(rates)), unit };
}

/** @throws Error when an answer is wrong */
function recovering(samples: readonly Sample[], recover: RecoverSigner): () => void {
  let turn = 0;
  return () => {
    const sample = samples[turn % SAMPLES];
    turn += 1;
    if (sample === undefined || recover(sample.digest, sample.signature) !== sample.signer)
      throw new Error("wrong signer");
  };
}

/** @throws Error when an answer is wrong */
function hashing(length: number, keccak: Keccak): () => void {
  const bytes = new Uint8Array(length).map((_, index) => index);
  const expected = getBytes(keccak256(bytes))[31];
  return () => {
    if (keccak(bytes)[31] !== expected) throw new Error("wrong hash");
  };
}

function drawSamples(): Sample[] {
  return Array.from({ length: SAMPLES }, (_, index) => {
    const key = new SigningKey(keccak256(toBeHex(index + 1, 32)));
    const digest = keccak256(toBeHex(SAMPLES + index, 32));
    return { digest, signature: key.sign(digest).serialized, signer: computeAddress(key) };
  });
}

const NOTES = [
  "Rates are per second of processor time of one thread, the middle one of three runs.",
  "Recovery includes parsing the signature, the check for low s, and the address with its checksum.",
];

export const signatures: Part = { name: "signatures", title: "Signatures and hashes", run };
