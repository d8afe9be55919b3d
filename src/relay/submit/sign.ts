/**
 * Signs EIP-1559 transactions, and those of chains without it (EIP-155). A batch is long, and a general library takes so long to
 * encode and hash it that others wait for their answers; this does the two kinds that are needed in bytes. The library judges it in
 * its test.
 */
import { SigningKey } from "ethers";

import type { Keccak } from "../../protocol/signing/hashing.js";

export interface UnsignedTransaction {
  readonly chainId: bigint;
  readonly nonce: number;
  /** Wei a unit of gas. */
  readonly priorityFee: bigint;
  readonly maxFee: bigint;
  /** For a chain without EIP-1559: `maxFee` is the price. */
  readonly isLegacy: boolean;
  readonly gasLimit: bigint;
  readonly to: string;
  /** 0x and hex digits. */
  readonly data: string;
}

export interface RawTransaction {
  readonly hash: string;
  readonly raw: string;
}

export type TransactionSigner = (transaction: UnsignedTransaction) => RawTransaction;

const TYPE = 2;
const NOTHING = new Uint8Array();

export function createTransactionSigner(privateKey: string, keccak: Keccak): TransactionSigner {
  const key = new SigningKey(privateKey);
  return (transaction) => {
    const raw = (transaction.isLegacy ? signedLegacy : signedTyped)(key, keccak, transaction);
    return { hash: hexOf(keccak(raw)), raw: hexOf(raw) };
  };
}

function signedTyped(key: SigningKey, keccak: Keccak, transaction: UnsignedTransaction): Uint8Array {
  const { chainId, nonce, priorityFee, maxFee, gasLimit } = transaction;
  const fields = [...amounts(chainId, BigInt(nonce), priorityFee, maxFee, gasLimit), ...calling(transaction)];
  const accessList = list([]);
  const { yParity, r, s } = key.sign(hexOf(keccak(typed(list([...fields, accessList])))));
  return typed(list([...fields, accessList, ...amounts(BigInt(yParity), BigInt(r), BigInt(s))]));
}

/** The chain stands in the signature's v. */
function signedLegacy(key: SigningKey, keccak: Keccak, transaction: UnsignedTransaction): Uint8Array {
  const { chainId, nonce, maxFee, gasLimit } = transaction;
  const fields = [...amounts(BigInt(nonce), maxFee, gasLimit), ...calling(transaction)];
  const { yParity, r, s } = key.sign(hexOf(keccak(list([...fields, ...amounts(chainId, 0n, 0n)]))));
  return list([...fields, ...amounts(chainId * 2n + 35n + BigInt(yParity), BigInt(r), BigInt(s))]);
}

/** No value is sent. */
function calling({ to, data }: UnsignedTransaction): Uint8Array[] {
  return [bytesOfHex(to), NOTHING, bytesOfHex(data)].map(encoded);
}

function amounts(...values: readonly bigint[]): Uint8Array[] {
  return values.map(bytesOfAmount).map(encoded);
}

function typed(payload: Uint8Array): Uint8Array {
  return Buffer.concat([Uint8Array.of(TYPE), payload]);
}

// ------------------------------------------------------------------ RLP

/** Bytes; one below 0x80 stands for itself. */
function encoded(bytes: Uint8Array): Uint8Array {
  const [first] = bytes;
  if (bytes.length === 1 && first !== undefined && first < 0x80) return bytes;
  return Buffer.concat([header(0x80, bytes.length), bytes]);
}

function list(items: readonly Uint8Array[]): Uint8Array {
  const length = items.reduce((sum, item) => sum + item.length, 0);
  return Buffer.concat([header(0xc0, length), ...items]);
}

/** Up to 55 bytes the length is part of the first byte, else that says how long the length is. */
function header(offset: number, length: number): Uint8Array {
  if (length <= 55) return Uint8Array.of(offset + length);
  const bytes = bytesOfAmount(BigInt(length));
  return Uint8Array.of(offset + 55 + bytes.length, ...bytes);
}

/** Without leading zeros; zero is nothing. */
function bytesOfAmount(amount: bigint): Uint8Array {
  const digits = amount === 0n ? "" : amount.toString(16);
  return Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, "hex");
}

function bytesOfHex(text: string): Uint8Array {
  return Buffer.from(text.slice(2), "hex");
}

function hexOf(bytes: Uint8Array): string {
  return `0x${Buffer.from(bytes).toString("hex")}`;
}
