import { concat, type EventFragment, type Log, type Result, ZeroHash } from "ethers";

import { type IOrderBook, IOrderBook__factory } from "../../typechain-types/index.js";
import type { TypedLogDescription } from "../../typechain-types/common.js";
import { type BookEvent, OFFSET_REASONS, type OffsetReason } from "../protocol/book/events.js";
import { MAX_QUOTES } from "../protocol/signing/quote-set.js";
import { tradesCancellation } from "../protocol/signing/trades-cancellation.js";
import { countsOf } from "../protocol/book/checkpoint.js";
import { lots as toLots, ticks, tokenWei } from "../protocol/amounts/units.js";
import { ClientError, refusalOfSelector } from "./errors.js";
import { marketRecordOf } from "./market-records.js";
import { packageOf } from "./packages.js";
import { plainEventOf } from "./plain-events.js";

const bookInterface = IOrderBook__factory.createInterface();

/** By topic. The interface's own search hashes every event's signature again for every log. */
const FRAGMENTS = new Map<string, EventFragment>();
bookInterface.forEachEvent((fragment) => FRAGMENTS.set(fragment.topicHash, fragment));
/** The first topic of each event of a book. */
export const BOOK_TOPICS: readonly string[] = [...FRAGMENTS.keys()];

/** Where a record stands in the chain's logs. */
export interface LogPlace {
  readonly blockNumber: number;
  readonly logIndex: number;
  readonly transactionHash: string;
}

/** What the book recorded: one of its events, and the event's place. */
export type ChainRecord = BookEvent<ClientError> & LogPlace;

/** The parts of a log that are read here; receipts and log queries both give them. */
type RawLog = Pick<Log, "address" | "blockNumber" | "data" | "index" | "topics" | "transactionHash">;

/** The records among some logs, in the order of the logs; logs of other contracts are passed over. */
export function recordsOf(book: { readonly bookAddress: string }, logs: readonly RawLog[]): ChainRecord[] {
  const address = book.bookAddress.toLowerCase();
  return logs.filter((log) => log.address.toLowerCase() === address).map(parseRecord);
}

function parseRecord(log: RawLog): ChainRecord {
  const { blockNumber, index: logIndex, transactionHash } = log;
  return { ...bookEventOf(log), blockNumber, logIndex, transactionHash };
}

/** The event alone, as the book made it. */
export function eventOf(record: ChainRecord): BookEvent<ClientError> {
  const event: BookEvent<ClientError> & { -readonly [Name in keyof LogPlace]?: LogPlace[Name] } = { ...record };
  delete event.blockNumber;
  delete event.logIndex;
  delete event.transactionHash;
  return event;
}

/** Whether a record shows that block.number, which marks checkpoints, is another chain's number than its block's (R25). */
export function sharesMark(record: ChainRecord): boolean {
  return record.kind === "checkpoint" && countsOf(record.link).mark !== BigInt(record.blockNumber);
}

/** What a log of the book says. @throws ClientError Client_LogUnreadable if it is none of the book's events */
export function bookEventOf(log: RawLog): BookEvent<ClientError> {
  return plainEventOf(log) ?? decodedEventOf(log);
}

/** As `bookEventOf`, by the general decoder alone. @throws ClientError Client_LogUnreadable */
export function decodedEventOf(log: RawLog): BookEvent<ClientError> {
  const { blockNumber, index: logIndex } = log;
  const fragment = FRAGMENTS.get(log.topics[0] ?? "");
  if (fragment === undefined || !isEventName(fragment.name)) {
    throw new ClientError("Client_LogUnreadable", { blockNumber, logIndex, topic: log.topics[0] });
  }
  return parseArgs(fragment.name, bookInterface.decodeEventLog(fragment, log.data, log.topics));
}

type Filters = IOrderBook["filters"];
/** The book's events by their plain names; the generated type lists each under its full signature too. */
type EventName = Exclude<keyof Filters, `${string}(${string}`>;
type EventArgs<Name extends EventName> = TypedLogDescription<Filters[Name]>["args"];

/** One parser for each event. Ids are uint32 and counts small: they fit a number. */
const PARSERS: { readonly [Name in EventName]: (args: EventArgs<Name>) => BookEvent<ClientError> } = {
  UserCreated: ({ traderId, trader }) => ({ kind: "userCreated", traderId: Number(traderId), trader }),
  Deposited: ({ traderId, leg, amount }) => ({
    kind: "deposited",
    traderId: Number(traderId),
    leg: Number(leg),
    amount: tokenWei(amount),
  }),
  Withdrawn: ({ traderId, leg, amount, to }) => ({
    kind: "withdrawn",
    traderId: Number(traderId),
    leg: Number(leg),
    amount: tokenWei(amount),
    to,
  }),
  Exited: ({ traderId, to, claims, redeemed }) => ({
    kind: "exited",
    traderId: Number(traderId),
    to,
    claims: claims.map(tokenWei),
    redeemed,
  }),
  NoncesInvalidated: ({ traderId, nonceFloor }) => ({
    kind: "noncesInvalidated",
    traderId: Number(traderId),
    nonceFloor,
  }),
  TradeCreated: (created) => ({
    kind: "tradeCreated",
    tradeRootId: Number(created.tradeRootId),
    package: packageOf(created),
    signature: signatureOf(created),
  }),
  TradeApproved: ({ tradeRootId, signature }) => ({
    kind: "tradeApproved",
    tradeRootId: Number(tradeRootId),
    signature,
  }),
  TradePlaced: ({ tradeRootId, place }) => ({
    kind: "tradePlaced",
    tradeRootId: Number(tradeRootId),
    place: Number(place),
  }),
  TradesMatched: ({ makerRootId, takerRootId, priceTicks, lots }) => ({
    kind: "matched",
    makerRootId: Number(makerRootId),
    takerRootId: Number(takerRootId),
    priceTicks: ticks(priceTicks),
    lots: toLots(lots),
  }),
  TradeOffset: ({ tradeRootId, lots, reason }) => ({
    kind: "offset",
    tradeRootId: Number(tradeRootId),
    lots: toLots(lots),
    reason: reasonOf(reason),
  }),
  TradesCancelled: ({ trader, fromTradeRootId, toTradeRootId, nonceFloor, deadline, signature }) => ({
    kind: "tradesCancelled",
    cancellation: tradesCancellation({
      trader,
      fromTradeRootId: Number(fromTradeRootId),
      toTradeRootId: Number(toTradeRootId),
      nonceFloor,
      deadline,
    }),
    signature,
  }),
  PackageSkipped: ({ index, trader, nonce, reason }) => ({
    kind: "skipped",
    index: Number(index),
    trader,
    nonce,
    refusal: refusalOfSelector(reason),
  }),
  CancellationSkipped: ({ trader, reason }) => ({
    kind: "cancellationSkipped",
    trader,
    refusal: refusalOfSelector(reason),
  }),
  QuoteSetSkipped: ({ index, trader, nonce, reason }) => ({
    kind: "quoteSetSkipped",
    index: Number(index),
    trader,
    nonce,
    refusal: refusalOfSelector(reason),
  }),
  QuoteSetCreated: (created) => ({
    kind: "quoteSetCreated",
    tradeRootId: Number(created.tradeRootId),
    trader: created.trader,
    previousLink: created.previousLink,
    nonce: created.nonce,
    deadline: created.deadline,
    timeInForce: Number(created.timeInForce),
    signature: concat([created.r, created.vs]),
    quotes: countOf(created.quotes),
  }),
  QuoteCreated: ({ tradeRootId, marketRootId, marketBranchId, priceTicks, quantityLots, place }) => ({
    kind: "quoteCreated",
    tradeRootId: Number(tradeRootId),
    marketRootId: Number(marketRootId),
    marketBranchId: Number(marketBranchId),
    priceTicks: ticks(priceTicks),
    quantityLots: toLots(quantityLots),
    place: Number(place),
  }),
  QuoteSkipped: ({ trader, quote, primaryLink, reason }) => ({
    kind: "quoteSkipped",
    trader,
    quote: countOf(quote),
    primaryLink,
    refusal: refusalOfSelector(reason),
  }),
  OffsetSkipped: ({ tradeRootId, reason }) => ({
    kind: "offsetSkipped",
    tradeRootId: Number(tradeRootId),
    refusal: refusalOfSelector(reason),
  }),
  Checkpoint: ({ head, link }) => ({ kind: "checkpoint", head, link }),
  MarketRecorded: ({ marketRootId, link, record, signature, organiserSignature, description }) => ({
    kind: "marketRecorded",
    marketRootId: Number(marketRootId),
    link,
    record: marketRecordOf(record),
    signature,
    organiserSignature,
    description,
  }),
  FallbackApplied: ({ marketRootId, fallbackOutcome }) => ({
    kind: "fallbackApplied",
    marketRootId: Number(marketRootId),
    fallbackOutcome,
  }),
  Realised: ({ marketRootId, traderId, cash }) => ({
    kind: "realised",
    marketRootId: Number(marketRootId),
    traderId: Number(traderId),
    cash: tokenWei(cash),
  }),
  Refreshed: ({ marketRootId, traderId, worst }) => ({
    kind: "refreshed",
    marketRootId: Number(marketRootId),
    traderId: Number(traderId),
    worst: tokenWei(worst),
  }),
};

function isEventName(name: string): name is EventName {
  return Object.hasOwn(PARSERS, name);
}

/** ethers' own type of decoded arguments does not know the ABI; the generated types do. */
function parseArgs(name: EventName, args: Result): BookEvent<ClientError> {
  return PARSERS[name](args as never);
}

/** Of the trader's key; zeros say that a wallet has approved the order. */
function signatureOf({ r, vs }: { readonly r: string; readonly vs: string }): string {
  return r === ZeroHash && vs === ZeroHash ? "0x" : concat([r, vs]);
}

/** Of quotes of a set, which a batch counts in one byte. */
function countOf(quotes: bigint): number {
  if (quotes > MAX_QUOTES) throw new ClientError("Client_LogUnreadable", { quotes });
  return Number(quotes);
}

function reasonOf(reason: bigint): OffsetReason {
  const name = OFFSET_REASONS[Number(reason)];
  if (name === undefined) throw new ClientError("Client_LogUnreadable", { offsetReason: reason });
  return name;
}
