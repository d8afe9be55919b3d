/**
 * The hashes that every order of a book takes, over bytes instead of hex, with a keccak-256 of one's choice: a session of a
 * million orders takes five million of them. `primaryLink` and `record-words.ts` say the same plainly, and judge this.
 */
import { keccak_256 } from "@noble/hashes/sha3.js";
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";

import type { PackageFields } from "./package.js";
import { type Hash, TRADE_PACKAGE_TYPEHASH } from "./typed-data.js";

/** Keccak-256: 32 bytes that nobody else writes to. The input may change after the call. */
export type Keccak = (bytes: Uint8Array) => Uint8Array;

/** What the chain takes over: the parts of a record word, whose values fit their fields, and what is hashed with it. */
export interface ChainEntry {
  /** uint32: the trade's, or of the market table the root's. */
  readonly rootId: number;
  /** A `TradeBranch`, or 0 for the market table. */
  readonly kind: number;
  /** int32. */
  readonly price: bigint;
  /** int64; of the market table the branch. */
  readonly lots: bigint;
  /** Of a primary trade and of what comes from the market table. */
  readonly link: Hash | undefined;
}

/** All hashing that a book does with orders. A book that is only to be measured can count instead. */
export interface Hashing {
  /** Link of a package's primary trade. The fields fit their types; address and link are 0x and hex. */
  primaryLink(order: PackageFields): Hash;
  /** What is signed over that link (EIP-712). */
  digestOf(separator: Hash, link: Hash): Hash;
  /** The whole head after a call that appended these entries to a checkpoint. */
  foldCall(checkpoint: Hash, entries: readonly ChainEntry[]): Hash;
}

const WORD = 32;
/** Words: those of two orders that match take nine. */
const FIRST_ROOM = 16;

/** Hashing as the contracts do it. */
export function hashingWith(keccak: Keccak): Hashing {
  const encodePackage = packageEncoder();
  const signed = new Uint8Array(2 + 2 * WORD);
  signed.set([0x19, 0x01]);
  return {
    primaryLink: (order) => hash(keccak(encodePackage(order))),
    digestOf(separator, link) {
      writeHex(signed, 2, separator);
      writeHex(signed, 2 + WORD, link);
      return hash(keccak(signed));
    },
    foldCall: folder(keccak),
  };
}

/** In plain JavaScript, so that it runs wherever this library does. */
export const PLAIN_HASHING = hashingWith(keccak_256);

/** @returns an encoder of hashStruct's input; the bytes it gives hold until it is called again */
function packageEncoder(): (order: PackageFields) => Uint8Array {
  const bytes = new Uint8Array(10 * WORD);
  const view = new DataView(bytes.buffer);
  bytes.set(hexToBytes(TRADE_PACKAGE_TYPEHASH.slice(2)));
  const end = (word: number): number => (word + 1) * WORD;
  return (order) => {
    view.setUint32(end(1) - 4, order.marketRootId);
    view.setUint16(end(2) - 2, order.marketBranchId);
    writeHex(bytes, end(3) - 20, order.trader);
    bytes.fill(order.priceTicks < 0n ? 0xff : 0, end(3), end(4) - 4);
    view.setInt32(end(4) - 4, Number(order.priceTicks)); // int32
    bytes.fill(order.quantityLots < 0n ? 0xff : 0, end(4), end(5) - 8);
    view.setBigInt64(end(5) - 8, order.quantityLots);
    writeHex(bytes, end(5), order.previousLink);
    view.setBigUint64(end(7) - 8, order.nonce);
    view.setBigUint64(end(8) - 8, order.deadline);
    view.setUint8(end(9) - 1, order.timeInForce);
    return bytes;
  };
}

/** The checkpoint, then of each entry a word and, if there is one, its link. The room grows with the longest call. */
function folder(keccak: Keccak): Hashing["foldCall"] {
  let bytes = new Uint8Array(FIRST_ROOM * WORD);
  let view = new DataView(bytes.buffer);
  return (checkpoint, entries) => {
    const most = (1 + 2 * entries.length) * WORD;
    if (bytes.length < most) {
      bytes = new Uint8Array(2 * most);
      view = new DataView(bytes.buffer);
    }
    writeHex(bytes, 0, checkpoint);
    let end = WORD;
    for (const { rootId, kind, price, lots, link } of entries) {
      bytes.fill(0, end, end + WORD - 17);
      end += WORD;
      view.setUint32(end - 17, rootId);
      view.setUint8(end - 13, kind);
      view.setInt32(end - 12, Number(price)); // int32
      view.setBigInt64(end - 8, lots);
      if (link === undefined) continue;
      writeHex(bytes, end, link);
      end += WORD;
    }
    return hash(keccak(bytes.subarray(0, end)));
  };
}

function hash(bytes: Uint8Array): Hash {
  return `0x${bytesToHex(bytes)}`;
}

/** Writes 0x and hex digits, of either case, as bytes. */
function writeHex(bytes: Uint8Array, at: number, text: string): void {
  const count = (text.length - 2) / 2;
  for (let index = 0; index < count; index += 1) {
    const high = digit(text.charCodeAt(2 + 2 * index));
    bytes[at + index] = (high << 4) | digit(text.charCodeAt(3 + 2 * index));
  }
}

/** ASCII: digits come before letters, and bit 5 makes a letter small. */
function digit(code: number): number {
  return code < 58 ? code - 48 : (code | 32) - 87;
}
