/**
 * Hashes of what is signed, and the links between trades (R20, R21). The one place in TypeScript that knows the types;
 * `contracts/libraries/TypedData.sol` is its twin; `test/vectors/typed-data.json` and `market-records.json` tie both.
 */
import { AbiCoder, concat, id, keccak256, TypedDataEncoder } from "ethers";

import type { MarketRecord } from "./market-record.js";
import type { TradePackage } from "./package.js";
import type { TradesCancellation } from "./trades-cancellation.js";

/** 32 bytes as 0x and 64 hex digits. */
export type Hash = string;

/** EIP-712 domain of one order book; its separator is the genesis link of the book's chain. */
export interface BookDomain {
  readonly name: "Session Contracts";
  readonly version: "1";
  readonly chainId: bigint;
  /** The order book. */
  readonly verifyingContract: string;
}

/** The links of the three trades of a package. */
export interface TradeLinks {
  readonly primary: Hash;
  readonly offset: Hash;
  readonly match: Hash;
}

/** The EIP-712 types a wallet is asked to sign. Mutable arrays, because ethers asks for them; do not change them. */
export const TRADE_PACKAGE_TYPES: Record<"TradePackage", { name: keyof TradePackage; type: string }[]> = {
  TradePackage: [
    { name: "marketRootId", type: "uint32" },
    { name: "marketBranchId", type: "uint16" },
    { name: "trader", type: "address" },
    { name: "priceTicks", type: "int32" },
    { name: "quantityLots", type: "int64" },
    { name: "previousLink", type: "bytes32" },
    { name: "nonce", type: "uint64" },
    { name: "deadline", type: "uint40" },
    { name: "timeInForce", type: "uint8" },
  ],
};

/** As above, for quote sets (R44); the primary type is `QuoteSet`. */
export const QUOTE_SET_TYPES: Record<"QuoteSet" | "TradePackage", { name: string; type: string }[]> = {
  QuoteSet: [{ name: "quotes", type: "TradePackage[]" }],
  ...TRADE_PACKAGE_TYPES,
};

/** As above, for records of the market table; the primary type is `Market`. */
export const MARKET_TYPES: Record<"Market", { name: keyof MarketRecord; type: string }[]> = {
  Market: [
    { name: "marketRootId", type: "uint32" },
    { name: "marketBranchId", type: "uint16" },
    { name: "parentBranchId", type: "uint16" },
    { name: "owner", type: "address" },
    { name: "marketMin", type: "int32" },
    { name: "marketMax", type: "int32" },
    { name: "kind", type: "uint8" },
    { name: "outcomes", type: "uint16" },
    { name: "tickValue", type: "uint128" },
    { name: "closesAt", type: "uint40" },
    { name: "settleBy", type: "uint40" },
    { name: "fallbackOutcome", type: "int32" },
    { name: "descriptionHash", type: "bytes32" },
    { name: "previousLink", type: "bytes32" },
  ],
};

/** As above, for signed cancellations. */
export const CANCEL_TRADES_TYPES: Record<"CancelTrades", { name: keyof TradesCancellation; type: string }[]> = {
  CancelTrades: [
    { name: "trader", type: "address" },
    { name: "fromTradeRootId", type: "uint32" },
    { name: "toTradeRootId", type: "uint32" },
    { name: "nonceFloor", type: "uint64" },
    { name: "deadline", type: "uint40" },
  ],
};

const OFFSET_TYPEHASH = id("OffsetTrade(bytes32 previousLink)");
const MATCH_TYPEHASH = id("MatchTrade(bytes32 previousLink)");

export const TRADE_PACKAGE_TYPEHASH = id(TypedDataEncoder.from(TRADE_PACKAGE_TYPES).encodeType("TradePackage"));
const QUOTE_SET_TYPEHASH = id(TypedDataEncoder.from(QUOTE_SET_TYPES).encodeType("QuoteSet"));
const cancellationEncoder = TypedDataEncoder.from(CANCEL_TRADES_TYPES);
const marketEncoder = TypedDataEncoder.from(MARKET_TYPES);
const abi = AbiCoder.defaultAbiCoder();

export function bookDomain(chainId: bigint, orderBook: string): BookDomain {
  return { name: "Session Contracts", version: "1", chainId, verifyingContract: orderBook };
}

/** The genesis link: what the first order of a book names as its previousLink. */
export function domainSeparator(domain: BookDomain): Hash {
  return TypedDataEncoder.hashDomain(domain);
}

/** What the trader's key signs. */
export function packageDigest(domain: BookDomain, order: TradePackage): Hash {
  return TypedDataEncoder.hash(domain, TRADE_PACKAGE_TYPES, order);
}

/** What is signed over a struct with that hash (EIP-712), where the domain's separator is known already. */
export function digestOf(separator: Hash, structHash: Hash): Hash {
  return keccak256(concat(["0x1901", separator, structHash]));
}

/**
 * Link of the primary trade: the hashStruct of the package, the same in every book. Encoded by hand, which takes a fraction of
 * the general encoder's time; a book, which hashes every order of a replay, does it by bytes (`hashing.ts`).
 */
export function primaryLink(order: TradePackage): Hash {
  const { marketRootId, marketBranchId, trader, priceTicks, quantityLots, previousLink, nonce, deadline, timeInForce } =
    order;
  const market = word(BigInt(marketRootId)) + word(BigInt(marketBranchId)) + word(BigInt(trader));
  const terms = word(priceTicks) + word(quantityLots) + previousLink.slice(2);
  const rest = word(nonce) + word(deadline) + word(BigInt(timeInForce));
  return keccak256(TRADE_PACKAGE_TYPEHASH + market + terms + rest);
}

/** The hashStruct of a quote set, from the primary links of its quotes in their order; the same in every book. */
export function quoteSetHash(links: readonly Hash[]): Hash {
  return keccak256(concat([QUOTE_SET_TYPEHASH, keccak256(concat(links))]));
}

/** What the trader's key signs for a quote set. */
export function quoteSetDigest(domain: BookDomain, quotes: readonly TradePackage[]): Hash {
  return digestOf(domainSeparator(domain), quoteSetHash(quotes.map(primaryLink)));
}

/** A value as 32 bytes of hex without 0x, negative ones in two's complement. */
function word(value: bigint): string {
  return BigInt.asUintN(256, value).toString(16).padStart(64, "0");
}

/** Primary, offset and match link, each chained to the one before. */
export function tradeLinks(order: TradePackage): TradeLinks {
  const primary = primaryLink(order);
  const offset = chained(OFFSET_TYPEHASH, primary);
  return { primary, offset, match: chained(MATCH_TYPEHASH, offset) };
}

/** What the market owner's key signs. */
export function marketDigest(domain: BookDomain, record: MarketRecord): Hash {
  return TypedDataEncoder.hash(domain, MARKET_TYPES, record);
}

/** Link of a market record: its hashStruct, the same in every book. */
export function marketLink(record: MarketRecord): Hash {
  return marketEncoder.hash(record);
}

/** The hashStruct of a cancellation, the same in every book. */
export function cancellationHash(cancellation: TradesCancellation): Hash {
  return cancellationEncoder.hash(cancellation);
}

/** What the trader's key signs to have orders taken out. */
export function cancellationDigest(domain: BookDomain, cancellation: TradesCancellation): Hash {
  return TypedDataEncoder.hash(domain, CANCEL_TRADES_TYPES, cancellation);
}

function chained(typeHash: Hash, previousLink: Hash): Hash {
  return keccak256(abi.encode(["bytes32", "bytes32"], [typeHash, previousLink]));
}
