/** What is told of a session, line by line, and the same as its contracts would log it. */
import { dataSlice, id, ZeroHash } from "ethers";

import { checkpointLink } from "../../../src/protocol/book/checkpoint.js";
import { type BookEvent, OFFSET_REASONS } from "../../../src/protocol/book/events.js";
import type { BookEventInLog, SessionCreated, SessionEvent, TokenEvent } from "../../../src/verify/events.js";
import type { LogHeader } from "../../../src/verify/log-header.js";
import { type LogRecord, sealed, type SessionLog } from "../../../src/verify/session-log.js";
import { rechained } from "../../../trials/altered/edit.js";
import { IOrderBook__factory, ISession__factory, ISessionFactory__factory } from "../../../typechain-types/index.js";

/** One event, and when it happened. Events with one number of a call are logged by one transaction, alone in its block. */
export interface Line {
  readonly call: number;
  readonly timestamp: bigint;
  readonly said: SessionEvent;
  /** Whether a contract wallet was asked about its signature. */
  readonly byWallet: boolean;
}

const BOOK = IOrderBook__factory.createInterface();
const SESSION = ISession__factory.createInterface();
const FACTORY = ISessionFactory__factory.createInterface();

/** A call's last line: it is filled in when the log is written. */
export const CHECKPOINT: BookEventInLog = { kind: "checkpoint", head: ZeroHash, link: ZeroHash };

const TOKEN_KINDS: ReadonlySet<string> = new Set(["transfer", "funded", "split", "merged", "redeemed", "assetMoved"]);

/** An event with whoever logs it. */
export function saidOf(event: BookEventInLog | TokenEvent | SessionCreated): SessionEvent {
  if (event.kind === "sessionCreated") return { source: "factory", event };
  if (isTokenEvent(event)) return { source: "tokens", event };
  return { source: "book", event };
}

function isTokenEvent(event: BookEventInLog | TokenEvent): event is TokenEvent {
  return TOKEN_KINDS.has(event.kind);
}

/** block.number as the contracts of a block see it. */
export type MarkOf = (blockNumber: number) => bigint;

/** The log of these lines, its checkpoints computed from them. */
export function written(header: LogHeader, lines: readonly Line[], markOf: MarkOf): SessionLog {
  let before: LogRecord | undefined;
  const records = lines.map(({ call, timestamp, said, byWallet }): LogRecord => {
    const blockNumber = header.fromBlock + call;
    const isSameCall = before?.blockNumber === blockNumber;
    const place = { blockNumber, timestamp: Number(timestamp), logIndex: isSameCall ? (before?.logIndex ?? 0) + 1 : 0 };
    before = {
      ...place,
      transactionHash: id(`call ${call}`),
      ...encoded(header, marked(said, markOf(blockNumber))),
      byWallet,
    };
    return before;
  });
  return sealed(header, rechained(header, records, new Map()));
}

function marked(said: SessionEvent, mark: bigint): SessionEvent {
  if (said.source !== "book" || said.event.kind !== "checkpoint") return said;
  const link = checkpointLink(said.event.head, { mark, trades: 0, number: 0 });
  return { source: "book", event: { ...said.event, link } };
}

/** Address, topics and data of an event's log. */
export function encoded(header: LogHeader, { event }: SessionEvent): Pick<LogRecord, "address" | "topics" | "data"> {
  const { session, legs, terms } = header;
  switch (event.kind) {
    case "sessionCreated": {
      const { organiser, orderBook, legTokens, params } = event;
      const values = [event.session, organiser, orderBook, legTokens, params];
      return { address: header.factory, ...FACTORY.encodeEventLog("SessionCreated", values) };
    }
    case "transfer": {
      const { token, from, to, value } = event;
      const address = token === 0 ? session : (legs[token - 1] ?? session);
      return { address, ...SESSION.encodeEventLog("Transfer", [from, to, value]) };
    }
    case "assetMoved": {
      const { leg, from, to, value } = event;
      return { address: terms.assets[leg - 1] ?? session, ...SESSION.encodeEventLog("Transfer", [from, to, value]) };
    }
    case "funded":
      return { address: session, ...SESSION.encodeEventLog("Funded", [event.organiser, event.supply]) };
    case "split":
    case "merged": {
      const name = event.kind === "split" ? "Split" : "Merged";
      return { address: session, ...SESSION.encodeEventLog(name, [event.holder, event.amount]) };
    }
    case "redeemed": {
      const { holder, leg, to, claims, assets } = event;
      return { address: session, ...SESSION.encodeEventLog("Redeemed", [holder, leg, to, claims, assets]) };
    }
    default: {
      const [name, values] = bookLog(event);
      return { address: header.book, ...BOOK.encodeEventLog(name, values) };
    }
  }
}

/** What TradeCreated logs of an order: the fields of the package, the trader in front, and the signature of a key. */
export function createdValues({
  tradeRootId,
  package: order,
  signature,
}: Extract<BookEvent, { kind: "tradeCreated" }>): readonly unknown[] {
  const { trader, marketRootId, marketBranchId, priceTicks, quantityLots } = order;
  const { previousLink, nonce, deadline, timeInForce } = order;
  const halves = signature === "0x" ? [ZeroHash, ZeroHash] : [dataSlice(signature, 0, 32), dataSlice(signature, 32)];
  const limit = [marketRootId, marketBranchId, priceTicks, quantityLots];
  return [tradeRootId, trader, ...limit, previousLink, nonce, deadline, timeInForce, ...halves];
}

/** Of the error that a refusal is, whether the library has made it or a log. */
function selectorOf(refusal: unknown): string {
  const { code, args } = refusal as { code: string; args?: { data?: string } };
  return BOOK.getError(code)?.selector ?? args?.data ?? "0x00000000";
}

function bookLog(event: BookEventInLog): [name: string, values: readonly unknown[]] {
  switch (event.kind) {
    case "userCreated":
      return ["UserCreated", [event.traderId, event.trader]];
    case "deposited":
      return ["Deposited", [event.traderId, event.leg, event.amount]];
    case "withdrawn":
      return ["Withdrawn", [event.traderId, event.leg, event.amount, event.to]];
    case "exited":
      return ["Exited", [event.traderId, event.to, event.claims, event.redeemed]];
    case "noncesInvalidated":
      return ["NoncesInvalidated", [event.traderId, event.nonceFloor]];
    case "tradeCreated":
      return ["TradeCreated", createdValues(event)];
    case "tradeApproved":
      return ["TradeApproved", [event.tradeRootId, event.signature]];
    case "tradePlaced":
      return ["TradePlaced", [event.tradeRootId, event.place]];
    case "quoteSetCreated": {
      const { tradeRootId, trader, previousLink, nonce, deadline, timeInForce, signature, quotes } = event;
      const terms = [tradeRootId, trader, previousLink, nonce, deadline, timeInForce];
      return ["QuoteSetCreated", [...terms, dataSlice(signature, 0, 32), dataSlice(signature, 32), quotes]];
    }
    case "quoteCreated": {
      const { tradeRootId, marketRootId, marketBranchId, priceTicks, quantityLots, place } = event;
      return ["QuoteCreated", [tradeRootId, marketRootId, marketBranchId, priceTicks, quantityLots, place]];
    }
    case "quoteSkipped":
      return ["QuoteSkipped", [event.trader, event.quote, event.primaryLink, selectorOf(event.refusal)]];
    case "matched":
      return ["TradesMatched", [event.makerRootId, event.takerRootId, event.priceTicks, event.lots]];
    case "offset":
      return ["TradeOffset", [event.tradeRootId, event.lots, OFFSET_REASONS.indexOf(event.reason)]];
    case "tradesCancelled": {
      const { trader, fromTradeRootId, toTradeRootId, nonceFloor, deadline } = event.cancellation;
      return ["TradesCancelled", [trader, fromTradeRootId, toTradeRootId, nonceFloor, deadline, event.signature]];
    }
    case "checkpoint":
      return ["Checkpoint", [event.head, event.link]];
    case "marketRecorded": {
      const { marketRootId, link, record, signature, organiserSignature, description } = event;
      const { marketBranchId } = record;
      const values = [marketRootId, marketBranchId, link, record, signature, organiserSignature, description];
      return ["MarketRecorded", values];
    }
    case "fallbackApplied":
      return ["FallbackApplied", [event.marketRootId, event.fallbackOutcome]];
    case "realised":
      return ["Realised", [event.marketRootId, event.traderId, event.cash]];
    case "refreshed":
      return ["Refreshed", [event.marketRootId, event.traderId, event.worst]];
  }
}
