/**
 * The records that nearly all of a book's logs are, read word by word, because the general decoder is slow. What is not written exactly as the contract writes it is left to the general decoder, which judges this in its test.
 */
import { id } from "ethers";

import { type BookEvent, OFFSET_REASONS } from "../protocol/book/events.js";
import { checksumAddress } from "../protocol/signing/addresses.js";
import { tradePackage } from "../protocol/signing/package.js";
import { MAX_QUOTES } from "../protocol/signing/quote-set.js";
import { lots, ticks, tokenWei } from "../protocol/amounts/units.js";
import { at, numberIn, signedIn, unsignedDigits, unsignedIn } from "./words.js";

/** The parts of a log that say what was recorded. */
export interface LogWords {
  readonly topics: readonly string[];
  /** 0x and hex digits. */
  readonly data: string;
}

type PlainKind =
  | "checkpoint"
  | "deposited"
  | "matched"
  | "offset"
  | "quoteCreated"
  | "quoteSetCreated"
  | "tradeCreated"
  | "tradePlaced"
  | "userCreated";
type PlainEvent = Extract<BookEvent, { kind: PlainKind }>;

/** Of TradeCreated, all but the indexed ones. */
const CREATED = "uint32,uint16,int32,int64,bytes32,uint64,uint40,uint8,bytes32,bytes32";
/** By topic. */
const READERS: ReadonlyMap<string, (log: LogWords) => PlainEvent | undefined> = new Map([
  [id(`TradeCreated(uint32,address,${CREATED})`), tradeCreated],
  [id("TradesMatched(uint32,uint32,int32,uint64)"), tradesMatched],
  [id("Checkpoint(bytes32,bytes32)"), checkpoint],
  [id("TradeOffset(uint32,uint64,uint8)"), tradeOffset],
  [id("TradePlaced(uint32,uint32)"), tradePlaced],
  [id("QuoteSetCreated(uint32,address,bytes32,uint64,uint40,uint8,bytes32,bytes32,uint256)"), quoteSetCreated],
  [id("QuoteCreated(uint32,uint32,uint16,int32,int64,uint32)"), quoteCreated],
  [id("UserCreated(uint32,address)"), userCreated],
  [id("Deposited(uint32,uint256,uint256)"), deposited],
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

function tradeOffset({ topics, data }: LogWords): PlainEvent | undefined {
  const fields = { tradeRootId: numberIn(topics[1], 2, 32), lots: unsignedIn(data, at(0), 64) };
  const reason = OFFSET_REASONS[numberIn(data, at(1), 8) ?? -1];
  if (topics.length !== 2 || data.length !== at(2) || reason === undefined || !isWhole(fields)) return undefined;
  return { kind: "offset", tradeRootId: fields.tradeRootId, lots: lots(fields.lots), reason };
}

function tradePlaced({ topics, data }: LogWords): PlainEvent | undefined {
  const fields = { tradeRootId: numberIn(data, at(0), 32), place: numberIn(data, at(1), 32) };
  if (topics.length !== 1 || data.length !== at(2) || !isWhole(fields)) return undefined;
  return { kind: "tradePlaced", ...fields };
}

function quoteSetCreated({ topics, data }: LogWords): PlainEvent | undefined {
  const fields = {
    tradeRootId: numberIn(topics[1], 2, 32),
    trader: addressIn(topics[2], 2),
    previousLink: `0x${data.slice(at(0), at(1)).toLowerCase()}`,
    nonce: unsignedIn(data, at(1), 64),
    deadline: unsignedIn(data, at(2), 40),
    timeInForce: numberIn(data, at(3), 8),
    signature: `0x${data.slice(at(4), at(6)).toLowerCase()}`,
    quotes: numberIn(data, at(6), 32),
  };
  if (topics.length !== 3 || data.length !== at(7) || !isWhole(fields) || fields.quotes > MAX_QUOTES) return undefined;
  return { kind: "quoteSetCreated", ...fields };
}

function quoteCreated({ topics, data }: LogWords): PlainEvent | undefined {
  const fields = {
    tradeRootId: numberIn(topics[1], 2, 32),
    marketRootId: numberIn(data, at(0), 32),
    marketBranchId: numberIn(data, at(1), 16),
    priceTicks: signedIn(data, at(2), 32),
    quantityLots: signedIn(data, at(3), 64),
    place: numberIn(data, at(4), 32),
  };
  if (topics.length !== 2 || data.length !== at(5) || !isWhole(fields)) return undefined;
  const { priceTicks, quantityLots } = fields;
  return { kind: "quoteCreated", ...fields, priceTicks: ticks(priceTicks), quantityLots: lots(quantityLots) };
}

function userCreated({ topics, data }: LogWords): PlainEvent | undefined {
  const fields = { traderId: numberIn(topics[1], 2, 32), trader: addressIn(topics[2], 2) };
  if (topics.length !== 3 || data.length !== at(0) || !isWhole(fields)) return undefined;
  return { kind: "userCreated", ...fields };
}

function deposited({ topics, data }: LogWords): PlainEvent | undefined {
  const fields = {
    traderId: numberIn(topics[1], 2, 32),
    leg: numberIn(topics[2], 2, 32),
    amount: unsignedIn(data, at(0), 128),
  };
  if (topics.length !== 3 || data.length !== at(1) || !isWhole(fields)) return undefined;
  return { kind: "deposited", ...fields, amount: tokenWei(fields.amount) };
}

function addressIn(text: string | undefined, from: number): string | undefined {
  const digits = unsignedDigits(text, from, 160);
  return digits === undefined ? undefined : checksumAddress(`0x${digits.toLowerCase()}`);
}

type Whole<Fields> = { readonly [Name in keyof Fields]: NonNullable<Fields[Name]> };

function isWhole<Fields extends object>(fields: Fields): fields is Fields & Whole<Fields> {
  return Object.values(fields).every((value) => value !== undefined);
}
