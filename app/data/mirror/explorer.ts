/**
 * The chain of orders, call by call: what each call appended, the words of it, and the head folded again from what was there before.
 * It is told by the records alone and asks neither the book nor the node: what does not fold to what the book said is shown as that.
 */
import { ZeroHash } from "ethers";

import type { ChainRecord } from "../../../src/bindings/records.js";
import { checkpointLink, type CheckpointCounts, countsOf, genesisLink } from "../../../src/protocol/book/checkpoint.js";
import {
  foldCall,
  foldedWords,
  marketWords,
  recordWord,
  TradeBranch,
} from "../../../src/protocol/book/record-words.js";

import { type Lots, opposite, type Ticks } from "../../../src/protocol/amounts/units.js";
import { type PackageFields, type TradePackage, tradePackage } from "../../../src/protocol/signing/package.js";
import { packageOfQuote } from "../../../src/protocol/signing/quote-set.js";
import { recoverSigner } from "../../../src/protocol/signing/signatures.js";
import {
  type BookDomain,
  domainSeparator,
  type Hash,
  marketDigest,
  packageDigest,
  primaryLink,
  quoteSetDigest,
} from "../../../src/protocol/signing/typed-data.js";

export interface CallsQuery {
  /** Only calls before this one; all by default. */
  readonly before?: number | undefined;
  readonly limit: number;
}

/** A call that appended something, as a line of a list. */
export interface CallLine {
  /** Its place among all calls, from 0. */
  readonly index: number;
  readonly blockNumber: number;
  readonly timestamp: bigint | undefined;
  readonly transactionHash: string;
  /** Of the checkpoint that it ended with. */
  readonly counts: CheckpointCounts;
  readonly head: Hash;
  readonly link: Hash;
  /** Whether a later call of the same block wrote over its checkpoint. */
  readonly isOverwritten: boolean;
  /** How many records it has of each kind. */
  readonly kinds: readonly (readonly [kind: ChainRecord["kind"], count: number])[];
}

export interface CallsPage {
  readonly total: number;
  readonly calls: readonly CallLine[];
}

/** Whether a signature is its signer's. */
export type Signed =
  | {
      readonly kind: "recovered";
      readonly signer: string;
      readonly digest: Hash;
      readonly recovered: string | undefined;
    }
  | { readonly kind: "contract"; readonly signer: string }
  | { readonly kind: "caller"; readonly signer: string };

/** An order's previousLink, and the call that ended with it. */
export interface NamedLink {
  readonly link: Hash;
  readonly number: number;
  /** Undefined of the genesis, and of a checkpoint that was written over. */
  readonly callIndex: number | undefined;
}

export interface RecordFacts {
  readonly record: ChainRecord;
  /** What it adds to the fold: words of 32 bytes; none if it is not folded. */
  readonly words: readonly Hash[];
  /** Of an order: what was signed, and over what. */
  readonly order?: TradePackage | undefined;
  readonly primaryLink?: Hash | undefined;
  readonly signed?: Signed | undefined;
  readonly previous?: NamedLink | undefined;
}

export interface CallFacts extends CallLine {
  /** The checkpoint from which it went on. */
  readonly from: Hash;
  readonly records: readonly RecordFacts[];
  /** Folded here from `from` and the words. */
  readonly foldedHead: Hash;
  readonly foldedLink: Hash;
  readonly isRight: boolean;
}

/** What is jumped to. */
export type ChainSearch =
  | { readonly kind: "order"; readonly tradeRootId: number }
  | { readonly kind: "block"; readonly blockNumber: number }
  | { readonly kind: "trader"; readonly address: string }
  | { readonly kind: "hash"; readonly hash: string };

export interface Found {
  readonly callIndex: number;
  /** logIndex of the record in it, if it is one. */
  readonly logIndex: number | undefined;
}

export interface Explorer {
  readonly page: (query: CallsQuery) => CallsPage;
  readonly call: (index: number) => CallFacts | undefined;
  readonly find: (search: ChainSearch) => Found | undefined;
}

/** Most lines of one answer. */
export const MOST_CALLS = 200;

interface Around {
  readonly domain: BookDomain;
  readonly times: ReadonlyMap<number, bigint>;
}

interface Order {
  readonly limit: Ticks;
  /** Whether it buys. */
  readonly isBid: boolean;
}

/** Where a call's records begin and end among all. */
interface Span {
  readonly first: number;
  /** Of its checkpoint. */
  readonly last: number;
}

type Checkpoint = Extract<ChainRecord, { kind: "checkpoint" }>;
type RecordOf<Kind extends ChainRecord["kind"]> = Extract<ChainRecord, { kind: Kind }>;

/** @param records all of a book, in log order */
export function createExplorer(records: readonly ChainRecord[], { domain, times }: Around): Explorer {
  const spans: Span[] = [];
  const orders = new Map<number, Order>();
  const byLink = new Map<Hash, number>();
  let first = 0;
  records.forEach((record, index) => {
    if (record.kind === "tradeCreated") noteOrder(orders, record.tradeRootId, record.package);
    if (record.kind === "quoteCreated") noteOrder(orders, record.tradeRootId, record);
    if (record.kind !== "checkpoint") return;
    byLink.set(record.link, spans.length);
    spans.push({ first, last: index });
    first = index + 1;
  });
  const genesis = genesisLink(domainSeparator(domain));
  const checkpointOf = (index: number): Checkpoint | undefined => {
    const record = records[spans[index]?.last ?? -1];
    return record?.kind === "checkpoint" ? record : undefined;
  };
  const lineOf = (index: number): CallLine[] => {
    const [span, checkpoint] = [spans[index], checkpointOf(index)];
    if (span === undefined || checkpoint === undefined) return [];
    const { blockNumber, transactionHash, head, link } = checkpoint;
    const kinds = new Map<ChainRecord["kind"], number>();
    for (const { kind } of records.slice(span.first, span.last)) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    const counts = countsOf(link);
    const next = checkpointOf(index + 1);
    const isOverwritten = next !== undefined && countsOf(next.link).number === counts.number;
    const timestamp = times.get(blockNumber);
    return [{ index, blockNumber, timestamp, transactionHash, counts, head, link, isOverwritten, kinds: [...kinds] }];
  };
  return {
    page: ({ before = spans.length, limit }) => {
      const end = Math.max(0, Math.min(before, spans.length));
      const count = Math.max(0, Math.min(limit, MOST_CALLS, end));
      return { total: spans.length, calls: Array.from({ length: count }, (_, k) => end - 1 - k).flatMap(lineOf) };
    },
    call: (index) => {
      const [line] = lineOf(index);
      const span = spans[index];
      if (line === undefined || span === undefined) return undefined;
      const from = checkpointOf(index - 1)?.link ?? genesis;
      const within = records.slice(span.first, span.last);
      const read = createReader({ domain, orders, byLink, genesis });
      const facts = within.map((record, k) => read(record, within.slice(k + 1)));
      const foldedHead = foldCall(
        from,
        facts.flatMap(({ words }) => words),
      );
      const foldedLink = checkpointLink(foldedHead, countsOf(line.link));
      const isRight = foldedHead === line.head && foldedLink === line.link;
      return { ...line, from, records: facts, foldedHead, foldedLink, isRight };
    },
    find: (search) => {
      const at = indexOf(records, search);
      if (at === undefined) return undefined;
      const callIndex = spans.findIndex(({ last }) => last >= at);
      if (callIndex < 0) return undefined;
      const isItself = at === spans[callIndex]?.last;
      return { callIndex, logIndex: isItself ? undefined : records[at]?.logIndex };
    },
  };
}

function noteOrder(
  orders: Map<number, Order>,
  tradeRootId: number,
  { priceTicks, quantityLots }: Pick<PackageFields, "priceTicks" | "quantityLots">,
): void {
  orders.set(tradeRootId, { limit: priceTicks as Ticks, isBid: quantityLots > 0n }); // the book has checked what it took
}

/** The newest record that is meant; of an order the record that appended it. */
function indexOf(records: readonly ChainRecord[], search: ChainSearch): number | undefined {
  const at = records.findLastIndex((record) => isMeant(record, search));
  return at < 0 ? undefined : at;
}

function isMeant(record: ChainRecord, search: ChainSearch): boolean {
  switch (search.kind) {
    case "order":
      return (
        (record.kind === "tradeCreated" || record.kind === "quoteCreated") && record.tradeRootId === search.tradeRootId
      );
    case "block":
      return record.blockNumber === search.blockNumber;
    case "trader":
      return sameText(traderOf(record), search.address);
    case "hash":
      return hashesOf(record).some((hash) => sameText(hash, search.hash));
  }
}

function traderOf(record: ChainRecord): string | undefined {
  switch (record.kind) {
    case "tradeCreated":
      return record.package.trader;
    case "quoteSetCreated":
    case "userCreated":
      return record.trader;
    case "marketRecorded":
      return record.record.owner;
    case "tradesCancelled":
      return record.cancellation.trader;
    default:
      return undefined;
  }
}

function hashesOf(record: ChainRecord): string[] {
  const { transactionHash } = record;
  switch (record.kind) {
    case "checkpoint":
      return [transactionHash, record.head, record.link];
    case "tradeCreated":
      return [transactionHash, primaryLink(record.package)];
    case "marketRecorded":
      return [transactionHash, record.link];
    default:
      return [transactionHash];
  }
}

function sameText(a: string | undefined, b: string): boolean {
  return a?.toLowerCase() === b.toLowerCase();
}

// ------------------------------------------------------------------ one record

interface Reading {
  readonly domain: BookDomain;
  readonly orders: ReadonlyMap<number, Order>;
  readonly byLink: ReadonlyMap<Hash, number>;
  readonly genesis: Hash;
}

/** @returns what reads the records of one call in their order; a quote is read with the set that came before it */
function createReader(reading: Reading): (record: ChainRecord, following: readonly ChainRecord[]) => RecordFacts {
  let set: RecordOf<"quoteSetCreated"> | undefined;
  return (record, following) => {
    if (record.kind === "quoteSetCreated") {
      set = record;
      return { record, words: [], signed: signedSet(reading, record, following) };
    }
    if (record.kind === "quoteCreated" && set !== undefined) {
      return orderFacts(reading, record, tradePackage(packageOfQuote(set, record)), undefined);
    }
    if (record.kind === "tradeCreated") {
      const { package: order, signature } = record;
      return orderFacts(reading, record, order, signedOrder(reading.domain, order, signature));
    }
    if (record.kind === "marketRecorded") return marketFacts(reading, record);
    return { record, words: wordsOf(record, reading.orders) };
  };
}

function orderFacts(
  { byLink }: Reading,
  record: RecordOf<"tradeCreated" | "quoteCreated">,
  order: TradePackage,
  signed: Signed | undefined,
): RecordFacts {
  const { tradeRootId } = record;
  const { priceTicks: price, quantityLots: lots, previousLink } = order;
  const link = primaryLink(order);
  const word = recordWord({ tradeRootId, tradeBranchId: TradeBranch.Primary, price, lots });
  const named = { link: previousLink, number: countsOf(previousLink).number, callIndex: byLink.get(previousLink) };
  return {
    record,
    words: foldedWords(word, link),
    order,
    primaryLink: link,
    previous: named,
    ...(signed && { signed }),
  };
}

function signedOrder(domain: BookDomain, order: TradePackage, signature: string): Signed {
  const { trader: signer } = order;
  if (signature === "0x") return { kind: "contract", signer };
  const digest = packageDigest(domain, order);
  return { kind: "recovered", signer, digest, recovered: recoverSigner(digest, signature) };
}

/** Over all quotes of the set, those too that were passed over: then only the log's links tell of them, and nothing is recovered. */
function signedSet(
  { domain }: Reading,
  set: RecordOf<"quoteSetCreated">,
  following: readonly ChainRecord[],
): Signed | undefined {
  const quotes: TradePackage[] = [];
  for (const record of following) {
    if (quotes.length === set.quotes) break;
    if (record.kind === "quoteSkipped") return undefined;
    if (record.kind === "quoteCreated") quotes.push(tradePackage(packageOfQuote(set, record)));
  }
  const digest = quoteSetDigest(domain, quotes);
  return { kind: "recovered", signer: set.trader, digest, recovered: recoverSigner(digest, set.signature) };
}

function marketFacts({ domain, byLink }: Reading, facts: RecordOf<"marketRecorded">): RecordFacts {
  const { record: signed, link, marketRootId, signature } = facts;
  const { owner: signer, marketBranchId, previousLink } = signed;
  const words = marketWords({ marketRootId, marketBranchId, link, outcome: 0n as Ticks });
  const digest = marketDigest(domain, signed);
  const callIndex = byLink.get(previousLink);
  return {
    record: facts,
    words,
    // A root's first record names a checkpoint, every other the record before it.
    ...(signed.marketRootId !== marketRootId && {
      previous: { link: previousLink, number: countsOf(previousLink).number, callIndex },
    }),
    signed:
      signature === "0x"
        ? { kind: "caller", signer }
        : { kind: "recovered", signer, digest, recovered: recoverSigner(digest, signature) },
  };
}

function wordsOf(record: ChainRecord, orders: ReadonlyMap<number, Order>): Hash[] {
  switch (record.kind) {
    case "offset":
      return offsetWords(orders, record.tradeRootId, record.lots);
    case "matched": {
      const { makerRootId, takerRootId, lots, priceTicks } = record;
      return [makerRootId, takerRootId].flatMap((tradeRootId) => [
        ...offsetWords(orders, tradeRootId, lots),
        ...matchWords(orders, tradeRootId, lots, priceTicks),
      ]);
    }
    case "fallbackApplied": {
      const { marketRootId, fallbackOutcome } = record;
      return marketWords({ marketRootId, marketBranchId: 0, link: ZeroHash, outcome: fallbackOutcome as Ticks });
    }
    default:
      return [];
  }
}

/** @param size as the log has it: above zero */
function offsetWords(orders: ReadonlyMap<number, Order>, tradeRootId: number, size: Lots): Hash[] {
  const order = orders.get(tradeRootId);
  if (order === undefined) return [];
  const lots = order.isBid ? opposite(size) : size;
  return foldedWords(recordWord({ tradeRootId, tradeBranchId: TradeBranch.Offset, price: order.limit, lots }));
}

function matchWords(orders: ReadonlyMap<number, Order>, tradeRootId: number, size: Lots, price: Ticks): Hash[] {
  const order = orders.get(tradeRootId);
  if (order === undefined) return [];
  const lots = order.isBid ? size : opposite(size);
  return foldedWords(recordWord({ tradeRootId, tradeBranchId: TradeBranch.Match, price, lots }));
}
