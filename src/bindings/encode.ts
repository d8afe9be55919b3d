/**
 * The calldata of createTrades, written word by word: the general encoder takes so long for a batch that
 * others wait for their answers. The general one judges it in its test.
 */
import { id } from "ethers";

import type { HintedPackage } from "./packages.js";

const PACKAGE = "(uint32,uint16,address,int32,int64,bytes32,uint64,uint40,uint8)";
const SELECTOR = id(`createTrades((${PACKAGE},bytes,uint32)[],uint256,uint256)`).slice(0, 10);
const WORD_BYTES = 32;
const WORD_DIGITS = 64;
/** Nine words of the package, where the signature is, and the hint. */
const HEAD_WORDS = 11;

export function encodeCreateTrades(orders: readonly HintedPackage[], maxMatches: number, maxWalk: number): string {
  const tuples = orders.map(encodeOrder);
  const places: string[] = [];
  let at = orders.length * WORD_BYTES;
  for (const tuple of tuples) {
    places.push(word(at));
    at += tuple.length / 2;
  }
  const head = [3 * WORD_BYTES, maxMatches, maxWalk, orders.length].map(word);
  return [SELECTOR, ...head, ...places, ...tuples].join("");
}

function encodeOrder({ signed: { package: order, signature }, insertAfter }: HintedPackage): string {
  const { marketRootId, marketBranchId, trader, priceTicks, quantityLots, previousLink, nonce, deadline, timeInForce } =
    order;
  const digits = signature.slice(2);
  return [
    word(marketRootId),
    word(marketBranchId),
    trader.slice(2).toLowerCase().padStart(WORD_DIGITS, "0"),
    signedWord(priceTicks),
    signedWord(quantityLots),
    previousLink.slice(2),
    word(nonce),
    word(deadline),
    word(timeInForce),
    word(HEAD_WORDS * WORD_BYTES),
    word(insertAfter),
    word(digits.length / 2),
    digits.padEnd(Math.ceil(digits.length / WORD_DIGITS) * WORD_DIGITS, "0"),
  ].join("");
}

function word(value: number | bigint): string {
  return value.toString(16).padStart(WORD_DIGITS, "0");
}

/** Two's complement. */
function signedWord(value: bigint): string {
  return value < 0n ? BigInt.asUintN(256, value).toString(16) : word(value);
}
