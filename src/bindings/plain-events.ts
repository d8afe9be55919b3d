/**
 * The records that nearly all of a book's logs are, read word by word, because the general decoder is slow. What is not written exactly as the contract writes it is left to the general decoder, which judges this in its test.
 */
import { id } from "ethers";

import type { BookEvent } from "../protocol/book/events.js";
import { tradePackage } from "../protocol/signing/package.js";
import { lots, ticks } from "../protocol/amounts/units.js";

/** The parts of a log that say what was recorded. */
export interface LogWords {
  readonly topics: readonly string[];
  /** 0x and hex digits. */
  readonly data: string;
}

type PlainEvent = Extract<BookEvent, { kind: "tradeCreated" | "matched" | "checkpoint" }>;

/** Of TradeCreated, all but the indexed ones. */
const CREATED = "uint32,uint16,int32,int64,bytes32,uint64,uint40,uint8,bytes32,bytes32";
/** Hex digits of a word. */
const WORD = 64;

/** By topic. */
const READERS: ReadonlyMap<string, (log: LogWords) => PlainEvent | undefined> = new Map([
  [id(`TradeCreated(uint32,address,${CREATED})`), tradeCreated],
  [id("TradesMatched(uint32,uint32,int32,uint64)"), tradesMatched],
  [id("Checkpoint(bytes32,bytes32)"), checkpoint],
]);

/**
 * @returns undefined for other events, and for other ways of writing these
 * @throws RuleError PACKAGE_FIELD_INVALID for a package that no order book has accepted
 */
export function plainEventOf(log: LogWords): PlainEvent | undefined {
  return READERS.get(log.topics[0] ?? "")?.(log);
}

function tradeCreated({ topics, data }: LogWords): PlainEvent | undefined {
  const tradeRootId = numberIn(topics[1], 2, 32);
  const trader = unsignedDigits(topics[2], 2, 160);
  const fields = {
    marketRootId: numberIn(data, at(0), 32),
    marketBranchId: numberIn(data, at(1), 16),
    priceTicks: signedIn(data, at(2), 32),
    quantityLots: signedIn(data, at(3), 64),
    previousLink: `0x${data.slice(at(4), at(5))}`,
    nonce: unsignedIn(data, at(5), 64),
    deadline: unsignedIn(data, at(6), 40),
    timeInForce: numberIn(data, at(7), 8),
  };
  if (topics.length !== 3 || data.length !== at(10) || trader === undefined) return undefined;
  if (tradeRootId === undefined || !isWhole(fields)) return undefined;
  const order = tradePackage({ ...fields, trader: `0x${trader.toLowerCase()}` });
  return { kind: "tradeCreated", tradeRootId, package: order, signature: keySignature(data.slice(at(8))) };
}

/** r and vs; zeros if no key has signed. @param words 128 digits */
function keySignature(words: string): string {
  return /^0*$/.test(words) ? "0x" : `0x${words.toLowerCase()}`;
}

function tradesMatched({ topics, data }: LogWords): PlainEvent | undefined {
  const [makerRootId, takerRootId] = [numberIn(topics[1], 2, 32), numberIn(topics[2], 2, 32)];
  const [price, filled] = [signedIn(data, at(0), 32), unsignedIn(data, at(1), 64)];
  if (topics.length !== 3 || data.length !== at(2)) return undefined;
  if (makerRootId === undefined || takerRootId === undefined || price === undefined || filled === undefined) {
    return undefined;
  }
  return { kind: "matched", makerRootId, takerRootId, priceTicks: ticks(price), lots: lots(filled) };
}

function checkpoint({ topics, data }: LogWords): PlainEvent | undefined {
  if (topics.length !== 1 || data.length !== at(2)) return undefined;
  const [head, link] = [data.slice(2, at(1)), data.slice(at(1))].map((digits) => `0x${digits.toLowerCase()}`);
  return { kind: "checkpoint", head, link } as PlainEvent; // two words, as its length says
}

// ------------------------------------------------------------------ words

function at(word: number): number {
  return 2 + word * WORD;
}

/** The last digits of a word, if those before are zeros. */
function unsignedDigits(text: string | undefined, from: number, bits: number): string | undefined {
  if (text === undefined || text.length < from + WORD) return undefined;
  const start = from + WORD - bits / 4;
  return text.startsWith(ZEROS.slice(0, start - from), from) ? text.slice(start, from + WORD) : undefined;
}

function unsignedIn(text: string | undefined, from: number, bits: number): bigint | undefined {
  const digits = unsignedDigits(text, from, bits);
  return digits === undefined ? undefined : BigInt(`0x${digits}`);
}

/** @param bits at most 32 */
function numberIn(text: string | undefined, from: number, bits: number): number | undefined {
  const digits = unsignedDigits(text, from, bits);
  return digits === undefined ? undefined : Number.parseInt(digits, 16);
}

/** Two's complement: a number below zero has the digit f in front, all through. */
function signedIn(text: string, from: number, bits: number): bigint | undefined {
  const start = from + WORD - bits / 4;
  const value = BigInt.asIntN(bits, BigInt(`0x${text.slice(start, from + WORD) || "0"}`));
  const fill = (value < 0n ? EFFS : ZEROS).slice(0, start - from);
  return text.slice(from, start).toLowerCase() === fill ? value : undefined;
}

const ZEROS = "0".repeat(WORD);
const EFFS = "f".repeat(WORD);

type Whole<Fields> = { readonly [Name in keyof Fields]: NonNullable<Fields[Name]> };

function isWhole<Fields extends object>(fields: Fields): fields is Fields & Whole<Fields> {
  return Object.values(fields).every((value) => value !== undefined);
}
