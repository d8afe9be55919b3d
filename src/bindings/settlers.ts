/** Contracts that own roots and settle them: which code is ours, what they are told to record, and where their logs say what was asserted. */
import { toBeHex } from "ethers";

import { ChainlinkSettler__factory, UmaSettler__factory } from "../../typechain-types/index.js";
import type { BookCall } from "./calls.js";
import { recognise } from "./known-code.js";

/** By what a settler settles: assertions that nobody disputes, or a price that is fixed. */
export type SettlerKind = "assertion" | "price";

const KINDS = [
  ["UmaSettler", "assertion"],
  ["ChainlinkSettler", "price"],
] as const;
const WORD_BYTES = 32;
const uma = UmaSettler__factory.createInterface();
const chainlink = ChainlinkSettler__factory.createInterface();
const ASSERTED = uma.getEvent("OutcomeAsserted").topicHash;

/**
 * By its code: what a contract says of itself is not asked. Whom it asks in turn, an oracle or feeds, may be anybody's.
 * @param address checksummed
 * @param code at that address, 0x-hex
 * @returns undefined if it is no settler of ours that was made for this book
 */
export function settlerIn(book: string, address: string, code: string): SettlerKind | undefined {
  const made = toBeHex(BigInt(book), WORD_BYTES);
  return KINDS.find(([name]) => recognise(name, address, code)?.terms["BOOK"] === made)?.[1];
}

export function recordPriceCall(settler: string, marketRootId: number): BookCall {
  return { kind: "record", to: settler, data: chainlink.encodeFunctionData("record", [marketRootId]) };
}

export function recordAssertionCall(settler: string, assertionId: string): BookCall {
  return { kind: "record", to: settler, data: uma.encodeFunctionData("record", [assertionId]) };
}

/** Topics of the logs in which a settler says what was asserted of a root. */
export function assertedTopics(marketRootId: number): string[] {
  return [ASSERTED, toBeHex(marketRootId, WORD_BYTES)];
}

/** @returns the assertion's number; undefined if the log is no such log */
export function assertionIn({ topics }: { readonly topics: readonly string[] }): string | undefined {
  return topics[0] === ASSERTED ? topics[2] : undefined;
}
