/** The records of a root as its owner signed them, checked again here: links, signatures, the text's hash, and what each set free. */
import { id } from "ethers";

import type { ChainRecord } from "../../../src/bindings/records.js";
import type { BookState } from "../../../src/protocol/book/state.js";
import { fallbackChange, rootAfter } from "../../../src/protocol/market/market-chain.js";
import type { MarketRoot } from "../../../src/protocol/market/market-table.js";
import { worstOfRoot } from "../../../src/protocol/margin/worth.js";
import type { Lots, TokenWei } from "../../../src/protocol/amounts/units.js";
import type { MarketRecord } from "../../../src/protocol/signing/market-record.js";
import { recoverSigner } from "../../../src/protocol/signing/signatures.js";
import { type BookDomain, type Hash, marketDigest, marketLink } from "../../../src/protocol/signing/typed-data.js";

/** Who spoke: a key whose signature recovers to it, a contract that only itself can judge, or the owner who called the book itself. */
export type Speaker =
  { readonly kind: "key"; readonly address: string } | { readonly kind: "contract" } | { readonly kind: "caller" };

/** One record, or the fallback, with its place. */
export interface MarketRecordFacts {
  readonly blockNumber: number;
  readonly logIndex: number;
  readonly transactionHash: string;
  /** Unix seconds. */
  readonly timestamp: bigint;
  /** Undefined of a fallback, which nobody signs. */
  readonly record: MarketRecord | undefined;
  readonly link: Hash | undefined;
  /** Whether the link is the record's hashStruct. */
  readonly isLinkRight: boolean;
  readonly speaker: Speaker | undefined;
  /** Wei of collateral that it set free in all accounts; undefined where its block had other things in between. */
  readonly freed: TokenWei | undefined;
}

/** The text of a root beside what its owner signed of it. */
export interface SignedDescription {
  readonly text: string;
  readonly descriptionHash: string;
  /** Whether the text has that hash, and the record that was signed has the link that the book recorded. */
  readonly isAsSigned: boolean;
}

type Recorded = Extract<ChainRecord, { kind: "marketRecorded" }>;

export function signedDescription({ description: text, record, link }: Recorded): SignedDescription {
  const { descriptionHash } = record;
  return { text, descriptionHash, isAsSigned: id(text) === descriptionHash && marketLink(record) === link };
}

interface Known {
  readonly domain: BookDomain;
  readonly timeOf: (blockNumber: number) => bigint;
  readonly freedBy: (record: ChainRecord) => TokenWei | undefined;
}

/** Of one root, oldest first. */
export function marketRecordsOf(
  records: readonly ChainRecord[],
  marketRootId: number,
  { domain, timeOf, freedBy }: Known,
): MarketRecordFacts[] {
  return records.flatMap((one): MarketRecordFacts[] => {
    if (one.kind !== "marketRecorded" && one.kind !== "fallbackApplied") return [];
    if (one.marketRootId !== marketRootId) return [];
    const { blockNumber, logIndex, transactionHash } = one;
    const place = { blockNumber, logIndex, transactionHash, timestamp: timeOf(blockNumber), freed: freedBy(one) };
    if (one.kind === "fallbackApplied") {
      return [{ ...place, record: undefined, link: undefined, isLinkRight: true, speaker: undefined }];
    }
    const { record, link } = one;
    const isLinkRight = marketLink(record) === link;
    return [{ ...place, record, link, isLinkRight, speaker: speakerOf(domain, one) }];
  });
}

function speakerOf(domain: BookDomain, { record, signature }: Recorded): Speaker {
  if (signature === "0x") return { kind: "caller" };
  const address = recoverSigner(marketDigest(domain, record), signature);
  return address === undefined || address !== record.owner ? { kind: "contract" } : { kind: "key", address };
}

/** After which the positions of a block's beginning are not those that a record of the same block found. */
const MOVES: ReadonlySet<ChainRecord["kind"]> = new Set(["matched", "realised", "exited"]);

/**
 * What each record of the market table in a block sets free: over all who hold something of the root, how much better its worst case
 * becomes, by today's bounds before it and after.
 * @param state before the block @param records of the block, in their order
 * @returns by logIndex; nothing for records that come after trades of the same block
 */
export function freedInBlock(
  state: BookState,
  records: readonly ChainRecord[],
  timestamp: bigint,
): Map<number, TokenWei> {
  const found = new Map<number, TokenWei>();
  const roots = new Map<number, MarketRoot>();
  for (const one of records) {
    if (MOVES.has(one.kind)) return found;
    if (one.kind !== "marketRecorded" && one.kind !== "fallbackApplied") continue;
    const { marketRootId } = one;
    const before = roots.get(marketRootId) ?? state.markets.table.roots.get(marketRootId);
    if (before === undefined) continue; // the root is made: nobody holds anything of it
    const { terms } = state.markets.table;
    const table = { terms, roots: new Map([[marketRootId, before]]) };
    const after =
      one.kind === "marketRecorded"
        ? { ...rootAfter(before, one.record), tip: one.link }
        : fallbackChange(table, marketRootId, timestamp).root;
    roots.set(marketRootId, after);
    found.set(one.logIndex, freedBetween(state, before, after));
  }
  return found;
}

function freedBetween({ margin, traders }: BookState, before: MarketRoot, after: MarketRoot): TokenWei {
  let freed = 0n;
  for (const { traderId } of traders.all()) {
    const held = margin.positionsOf(traderId).get(before.marketRootId);
    if (held === undefined) continue;
    const lots = held.lots as readonly Lots[]; // checked when they came in
    freed += worstOfRoot(after, lots).worst - worstOfRoot(before, lots).worst;
  }
  return freed as TokenWei; // a sum of wei
}
