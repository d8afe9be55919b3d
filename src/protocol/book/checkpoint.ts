/**
 * Checkpoints of the chain, each of them one word, which orders name as their previousLink (R24, R25): head 160 | mark 32 |
 * trades 32 | number 32, the most significant first. Twin of the words in `contracts/book/Chain.sol`.
 */
import type { Hash } from "../signing/typed-data.js";

/** The parts of a checkpoint besides the head. */
export interface CheckpointCounts {
  /** block.number of the block that it ended. */
  readonly mark: bigint;
  /** The last tradeRootId. */
  readonly trades: number;
  /** From 1; 0 is the genesis. */
  readonly number: number;
}

const HEAD_DIGITS = 40;
const COUNT_DIGITS = 8;

/** Checkpoint 0: the upper 160 bits of the domain separator, all else zero. */
export function genesisLink(separator: Hash): Hash {
  return checkpointLink(separator, { mark: 0n, trades: 0, number: 0 });
}

/** @param head the whole hash, of which the upper 160 bits are kept. Counts fit 32 bits. */
export function checkpointLink(head: Hash, { mark, trades, number }: CheckpointCounts): Hash {
  const counts = [mark, trades, number].map((count) => count.toString(16).padStart(COUNT_DIGITS, "0"));
  return head.slice(0, 2 + HEAD_DIGITS) + counts.join("");
}

/** @param link 0x and 64 hex digits */
export function countsOf(link: Hash): CheckpointCounts {
  const [mark, trades, number] = [0, 1, 2].map((index) => countAt(link, index)) as [number, number, number];
  return { mark: BigInt(mark), trades, number };
}

/** The number alone, which is asked of the link of every order. */
export function numberOf(link: Hash): number {
  return countAt(link, 2);
}

function countAt(link: Hash, index: number): number {
  const at = 2 + HEAD_DIGITS + index * COUNT_DIGITS;
  return Number.parseInt(link.slice(at, at + COUNT_DIGITS), 16);
}
