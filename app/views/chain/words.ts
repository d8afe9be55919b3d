/** A record's word of 32 bytes cut into its parts (R23), and what each of them says. */
import type { Hash } from "../../../src/protocol/signing/typed-data.js";
import { TradeBranch } from "../../../src/protocol/book/record-words.js";

export interface WordPart {
  readonly name: string;
  /** Its digits in the word, without 0x. */
  readonly digits: string;
  readonly value: string;
}

/** Digits from the left: 120 bits that are zero, then 32, 8, 32 and 64. */
const CUTS = { zeros: 30, root: 38, branch: 40, price: 48, lots: 64 } as const;
const BRANCH_NAMES: Readonly<Record<number, string>> = {
  0: "market table",
  [TradeBranch.Primary]: "primary",
  [TradeBranch.Offset]: "offset",
  [TradeBranch.Match]: "match",
};

/** @param word 0x and 64 hex digits @returns parts whose digits together are the word's */
export function wordParts(word: Hash): WordPart[] {
  const digits = word.slice(2);
  const part = (from: number, to: number): string => digits.slice(from, to);
  const [root, branch, price, lots] = [
    part(CUTS.zeros, CUTS.root),
    part(CUTS.root, CUTS.branch),
    part(CUTS.branch, CUTS.price),
    part(CUTS.price, CUTS.lots),
  ];
  const kind = Number.parseInt(branch, 16);
  const isTrade = kind !== 0;
  return [
    { name: "unused", digits: part(0, CUTS.zeros), value: "0" },
    { name: isTrade ? "trade" : "root", digits: root, value: String(Number.parseInt(root, 16)) },
    { name: "kind", digits: branch, value: BRANCH_NAMES[kind] ?? String(kind) },
    { name: isTrade ? "price, ticks" : "fallback outcome, ticks", digits: price, value: signed(price, 32) },
    { name: isTrade ? "lots" : "branch", digits: lots, value: signed(lots, 64) },
  ];
}

function signed(digits: string, bits: number): string {
  return BigInt.asIntN(bits, BigInt(`0x${digits}`)).toString();
}

/** The words of one record, each either a word with parts or the link behind one. */
export function wordsAndLinks(
  words: readonly Hash[],
  hasLink: boolean,
): { readonly word: Hash; readonly isLink: boolean }[] {
  return words.map((word, index) => ({ word, isLink: hasLink && index % 2 === 1 }));
}
