/** Changes to a log as somebody would make them who knows how it is written. */
import type { Interface } from "ethers";

import { checkpointLink, countsOf, genesisLink } from "../../src/protocol/book/checkpoint.js";
import { foldCall, foldedWords, marketWords, recordWord, TradeBranch } from "../../src/protocol/book/record-words.js";
import { domainSeparator, type Hash, primaryLink } from "../../src/protocol/signing/typed-data.js";
import { type Lots, opposite, ticks, type Ticks } from "../../src/protocol/amounts/units.js";
import type { TradePackage } from "../../src/protocol/signing/package.js";
import { packageOfQuote } from "../../src/protocol/signing/quote-set.js";
import { type BookEventInLog, createReader, type SessionEvent } from "../../src/verify/events.js";
import { bookTermsOf, type LogHeader } from "../../src/verify/log-header.js";
import type { LogRecord } from "../../src/verify/session-log.js";
import { IOrderBook__factory } from "../../typechain-types/index.js";

export const BOOK = IOrderBook__factory.createInterface();

/** Bits of a record's topics and data, the first topic left out, which says what the record is. */
export function bitsOf({ topics, data }: LogRecord): number {
  return (topics.length - 1) * 256 + (data.length - 2) * 4;
}

/** The record with one bit flipped. */
export function withBitFlipped(record: LogRecord, bit: number): LogRecord {
  const inTopics = (record.topics.length - 1) * 256;
  if (bit < inTopics) {
    const topic = 1 + Math.floor(bit / 256);
    return { ...record, topics: record.topics.with(topic, flipped(record.topics[topic] ?? "", bit % 256)) };
  }
  return { ...record, data: flipped(record.data, bit - inTopics) };
}

/** The record with other values, written as the contract writes them. */
export function rewritten(record: LogRecord, via: Interface, change: (values: unknown[]) => unknown[]): LogRecord {
  const description = via.parseLog(record);
  if (description === null) throw new Error("an alteration of a record that is none of this contract's");
  const { topics, data } = via.encodeEventLog(description.fragment, change(description.args.toArray()));
  return { ...record, topics, data };
}

/** Records with places that rise again, each in its block: after one was put in or taken out. */
export function renumbered(records: readonly LogRecord[]): LogRecord[] {
  let last: LogRecord | undefined;
  return records.map((record) => {
    const isTooLow = last?.blockNumber === record.blockNumber && record.logIndex <= last.logIndex;
    last = isTooLow ? { ...record, logIndex: (last?.logIndex ?? 0) + 1 } : record;
    return last;
  });
}

/** Every checkpoint as it should be after what comes before it, with the mark that it has: heads, trades and numbers. */
export function rechained(
  header: LogHeader,
  records: readonly LogRecord[],
  known: Map<string, SessionEvent>,
): LogRecord[] {
  const read = createReader(header, known);
  const orders = new Map<number, { readonly price: Ticks; readonly isBid: boolean }>();
  const quotes = quoteReader();
  let link = genesisLink(domainSeparator(bookTermsOf(header).domain));
  let words: Hash[] = [];
  return records.map((record) => {
    if (record.address !== header.book) return record;
    const { event } = read(record);
    if (event.kind !== "checkpoint") {
      words.push(...wordsOf(orders, quotes(event as BookEventInLog))); // the book's, by its address
      return record;
    }
    const head = foldCall(link, words);
    words = [];
    const [{ mark }, before] = [countsOf(event.link), countsOf(link)];
    const number = before.number + (mark === before.mark ? 0 : 1);
    link = checkpointLink(head, { mark, trades: Math.max(before.trades, ...orders.keys()), number });
    const next = [head, link];
    return rewritten(record, BOOK, () => next);
  });
}

/** Makes a quote the order that it is, by the set that came last. */
function quoteReader(): (event: BookEventInLog) => BookEventInLog {
  let set: Extract<BookEventInLog, { kind: "quoteSetCreated" }> | undefined;
  return (event) => {
    if (event.kind === "quoteSetCreated") set = event;
    if (event.kind !== "quoteCreated" || set === undefined) return event;
    const { tradeRootId } = event;
    const order = packageOfQuote(set, event) as TradePackage; // its fields are those of a log
    return { kind: "tradeCreated", tradeRootId, package: order, signature: set.signature };
  };
}

/** What is folded of an event. */
function wordsOf(
  orders: Map<number, { readonly price: Ticks; readonly isBid: boolean }>,
  event: BookEventInLog,
): Hash[] {
  const promoted = (tradeRootId: number, lots: bigint, at?: Ticks): Hash[] => {
    const order = orders.get(tradeRootId);
    if (order === undefined) return [];
    const signed = (order.isBid ? lots : -lots) as Lots;
    const offset = { tradeRootId, tradeBranchId: TradeBranch.Offset, price: order.price, lots: opposite(signed) };
    const words = foldedWords(recordWord(offset));
    if (at === undefined) return words;
    const match = { tradeRootId, tradeBranchId: TradeBranch.Match, price: at, lots: signed };
    return [...words, ...foldedWords(recordWord(match))];
  };
  switch (event.kind) {
    case "tradeCreated": {
      const { tradeRootId, package: order } = event;
      const { priceTicks: price, quantityLots: quantity } = order;
      orders.set(tradeRootId, { price, isBid: quantity > 0n });
      const word = recordWord({ tradeRootId, tradeBranchId: TradeBranch.Primary, price, lots: quantity });
      return foldedWords(word, primaryLink(order));
    }
    case "matched": {
      const { makerRootId, takerRootId, lots, priceTicks: price } = event;
      return [...promoted(makerRootId, lots, price), ...promoted(takerRootId, lots, price)];
    }
    case "offset":
      return promoted(event.tradeRootId, event.lots);
    case "marketRecorded": {
      const { marketRootId, link } = event;
      const { marketBranchId } = event.record;
      return marketWords({ marketRootId, marketBranchId, link, outcome: ticks(0n) });
    }
    case "fallbackApplied": {
      const { marketRootId, fallbackOutcome } = event;
      const link = `0x${"00".repeat(32)}`;
      return marketWords({ marketRootId, marketBranchId: 0, link, outcome: ticks(fallbackOutcome) });
    }
    default:
      return [];
  }
}

function flipped(hex: string, bit: number): string {
  const digit = 2 + Math.floor(bit / 4);
  const value = Number.parseInt(hex[digit] ?? "0", 16) ^ (1 << (bit % 4));
  return hex.slice(0, digit) + value.toString(16) + hex.slice(digit + 1);
}
