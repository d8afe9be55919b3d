/** Record words and the head that a call folds them into (R22, R23). Twin of `contracts/book/Chain.sol`. */
import { concat, keccak256 } from "ethers";

import { RuleError } from "../amounts/errors.js";
import type { Hash } from "../signing/typed-data.js";
import { type Lots, type Range, signedRange, type Ticks, unsignedRange } from "../amounts/units.js";

/** tradeBranchId of the three trades of a package. */
export const TradeBranch = { Primary: 1, Offset: 2, Match: 3 } as const;
export type TradeBranch = (typeof TradeBranch)[keyof typeof TradeBranch];

/** One trade as the chain records it. */
export interface TradeRecord {
  /** Place of the package in the chain, from 1, uint32. */
  readonly tradeRootId: number;
  readonly tradeBranchId: TradeBranch;
  /** The order's limit; of a match the price of the trade. */
  readonly price: Ticks;
  /** Signed as the trade: of an offset the opposite of the order's. */
  readonly lots: Lots;
}

/**
 * tradeRootId 32 | tradeBranchId 8 | price 32 | lots 64, the last two in two's complement, in the low bits of a uint256.
 * @throws RuleError RECORD_FIELD_INVALID if something does not fit
 */
export function recordWord({ tradeRootId, tradeBranchId, price, lots }: TradeRecord): bigint {
  checkField("tradeRootId", BigInt(tradeRootId), unsignedRange(32));
  checkField("price", price, signedRange(32));
  checkField("lots", lots, signedRange(64));
  return (
    (BigInt(tradeRootId) << 104n) |
    (BigInt(tradeBranchId) << 96n) |
    (BigInt.asUintN(32, price) << 64n) |
    BigInt.asUintN(64, lots)
  );
}

/** What is folded of a record: its word, and behind it the link of what was signed, which primary trades and market records have. */
export function foldedWords(word: bigint, link?: Hash): Hash[] {
  return link === undefined ? [hex(word)] : [hex(word), link];
}

/** The whole head after a call: its records' words behind the checkpoint from which it went on, hashed at once. */
export function foldCall(checkpoint: Hash, words: readonly Hash[]): Hash {
  return keccak256(concat([checkpoint, ...words]));
}

/** What the chain takes over from a record of the market table, or from a fallback (branch 0, zero link). */
export interface MarketFold {
  readonly marketRootId: number;
  readonly marketBranchId: number;
  /** hashStruct of the record; zero for a fallback. */
  readonly link: Hash;
  /** Of a fallback; 0 for a record. */
  readonly outcome: Ticks;
}

/**
 * What is folded of a change of the market table: a word of the shape of a trade's with tradeBranchId 0, the root in place of the
 * trade's number, the outcome as price and the branch as lots; then the link.
 */
export function marketWords(fold: MarketFold): Hash[] {
  checkMarketFold(fold);
  const { marketRootId, marketBranchId, link, outcome } = fold;
  const word = (BigInt(marketRootId) << 104n) | (BigInt.asUintN(32, outcome) << 64n) | BigInt(marketBranchId);
  return foldedWords(word, link);
}

/** @throws RuleError RECORD_FIELD_INVALID if something does not fit its field of the word */
export function checkMarketFold({ marketRootId, marketBranchId, outcome }: MarketFold): void {
  checkField("marketRootId", BigInt(marketRootId), unsignedRange(32));
  checkField("marketBranchId", BigInt(marketBranchId), unsignedRange(16));
  checkField("outcome", outcome, signedRange(32));
}

function hex(word: bigint): Hash {
  return `0x${word.toString(16).padStart(64, "0")}`;
}

function checkField(field: string, value: bigint, { least, most }: Range): void {
  if (value >= least && value <= most) return;
  throw new RuleError("RECORD_FIELD_INVALID", { field, value, least, most });
}
