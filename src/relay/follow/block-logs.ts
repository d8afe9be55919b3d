/** What the logs of a block say of packages and cancellations: which have landed, and which a transaction tried in vain. */
import { bookEventOf } from "../../bindings/records.js";
import type { Book } from "../../protocol/book/book.js";
import { countsOf } from "../../protocol/book/checkpoint.js";
import type { OrderChain } from "../../protocol/book/order-chain.js";
import { BookReplay } from "../../protocol/book/rebuild.js";
import type { Hashing } from "../../protocol/signing/hashing.js";
import type { TradesCancellation } from "../../protocol/signing/trades-cancellation.js";
import { cancellationHash, type Hash } from "../../protocol/signing/typed-data.js";
import { IOrderBook__factory } from "../../../typechain-types/index.js";
import { type Batch, placedIn, throughOf } from "./batch.js";
import { ordersMeant } from "./cancelling.js";
import type { ChainLog } from "../../node/node.js";

/** A package that a block brought onto the chain. */
export interface Landed {
  readonly link: Hash;
  readonly tradeRootId: number;
}

/** A package that a transaction of this block tried and the book refused. */
export interface Skipped {
  /** Its place in the batch, from 0. */
  readonly index: number;
  readonly trader: string;
  readonly nonce: bigint;
  readonly transactionHash: Hash;
  readonly code: string;
}

/** A cancellation that a block brought. */
export interface Cancelled {
  readonly hash: Hash;
  /** Whether none of the orders is left that it was about then. */
  readonly isWhole: boolean;
}

/** What of a batch has landed. */
export interface LandedBatch {
  readonly landed: readonly Landed[];
  readonly cancelled: readonly Cancelled[];
}

/** A cancellation in the logs, and the last order in front of it. */
interface LoggedCancellation {
  readonly cancellation: TradesCancellation;
  readonly trades: number;
}

const events = IOrderBook__factory.createInterface();
const OF_TRADES = [
  ...(["TradesCancelled", "TradeCreated", "TradeApproved", "TradePlaced"] as const),
  ...(["TradesMatched", "TradeOffset"] as const),
] as const;
const topicOf = (name: (typeof OF_TRADES)[number] | "Checkpoint"): string => events.getEvent(name).topicHash;
const CHECKPOINT = topicOf("Checkpoint");
const [CANCELLED, PLACED] = [topicOf("TradesCancelled"), topicOf("TradePlaced")];
/** What a batch logs before its checkpoint, if all its packages are taken. The head commits to each but cancellations and places. */
const EXPECTED = new Set(OF_TRADES.map(topicOf));

/** The logs of a block, transaction by transaction. */
export function callsOf(logs: readonly ChainLog[]): ChainLog[][] {
  const calls: ChainLog[][] = [];
  let of = "";
  for (const log of logs) {
    if (log.transactionHash !== of) calls.push([]);
    of = log.transactionHash;
    calls.at(-1)?.push(log);
  }
  return calls;
}

/** Whether a checkpoint among the logs of a block is marked with another number than the block's (R25). */
export function marksAreShared(logs: readonly ChainLog[], blockNumber: number): boolean {
  const found = logs.find(({ topics: [topic] }) => topic === CHECKPOINT);
  if (found === undefined) return false;
  const { link } = events.decodeEventLog("Checkpoint", found.data, found.topics); // of this event, by its topic
  return countsOf(link as Hash).mark !== BigInt(blockNumber);
}

/**
 * Takes the oldest expected batch for landed, if the logs of one transaction are those that it was expected to have: its head
 * commits to every record, and its mark is whatever block it came into; what the head does not commit to is compared.
 * What a house brings never is: its own order names the second of its block, so that nobody knows the head before.
 * @returns what has landed; undefined if something else has, and then nothing was changed
 */
export function landAsExpected(chain: OrderChain, batch: Batch, logs: readonly ChainLog[]): LandedBatch | undefined {
  const last = logs.at(-1);
  if (!batch.changes || throughOf(batch) !== undefined || last?.topics[0] !== CHECKPOINT) return undefined;
  if (batch.expected.some(({ outcome }) => typeof outcome !== "number")) return undefined;
  if (!logs.slice(0, -1).every(({ topics: [topic] }) => topic !== undefined && EXPECTED.has(topic))) return undefined;
  if (!hasCancellations(batch, logs) || !hasPlaces(batch, logs)) return undefined;
  const { head, link } = events.decodeEventLog("Checkpoint", last.data, last.topics); // of this event, by its topic
  const { mark } = countsOf(link as Hash);
  if (mark < chain.nextMark - 1n) return undefined;
  const ending = chain.nextEnding(mark);
  if (head !== ending.head || link !== ending.link) return undefined;
  chain.land(ending.link);
  return {
    landed: batch.expected.map(({ link: name, outcome }) => ({ link: name, tradeRootId: outcome as number })), // as was just asked
    cancelled: batch.cancellations.map(({ hash, isWhole }) => ({ hash, isWhole })),
  };
}

/** Whether the logs name just the batch's cancellations: nonces that they made void are in no record. */
function hasCancellations({ cancellations }: Batch, logs: readonly ChainLog[]): boolean {
  const logged = logs.filter(({ topics: [topic] }) => topic === CANCELLED).map(cancellationIn);
  return logged.length === cancellations.length && cancellations.every(({ hash }, index) => logged[index] === hash);
}

/** Whether orders rest where they were expected to: places are in no record. */
function hasPlaces({ placed }: Batch, logs: readonly ChainLog[]): boolean {
  const logged = placedIn(logs.filter(({ topics: [topic] }) => topic === PLACED).map(bookEventOf));
  if (logged.length !== placed.length) return false;
  return placed.every(({ tradeRootId, place }, index) => {
    const { tradeRootId: id, place: at } = logged[index] ?? {};
    return tradeRootId === id && place === at;
  });
}

function cancellationIn(log: ChainLog): Hash | undefined {
  const event = bookEventOf(log);
  return event.kind === "tradesCancelled" ? cancellationHash(event.cancellation) : undefined;
}

/** @throws RuleError if the logs contradict themselves or the book; RangeError if they end in the middle of a call */
export function replayLogs(
  book: Book,
  hashing: Hashing,
  logs: readonly ChainLog[],
  timestamp: bigint,
): LandedBatch & { readonly skipped: readonly Skipped[] } {
  const landed: Landed[] = [];
  const skipped: Skipped[] = [];
  const cancellations: LoggedCancellation[] = [];
  const replayer = new BookReplay(book);
  for (const log of logs) {
    const event = bookEventOf(log);
    if (event.kind === "skipped") {
      const { index, trader, nonce, refusal } = event;
      skipped.push({ index, trader, nonce, transactionHash: log.transactionHash, code: refusal.code });
    }
    if (event.kind === "tradeCreated") {
      landed.push({ link: hashing.primaryLink(event.package), tradeRootId: event.tradeRootId });
    }
    if (event.kind === "tradesCancelled") {
      cancellations.push({ cancellation: event.cancellation, trades: book.state.chain.trades });
    }
    replayer.feed({ event, timestamp });
  }
  if (replayer.isMidCall) throw new RangeError("the logs of the block end in the middle of a call");
  const cancelled = cancellations.map(({ cancellation, trades }) => ({
    hash: cancellationHash(cancellation),
    isWhole: ordersMeant(book, cancellation, trades).length === 0,
  }));
  return { landed, skipped, cancelled };
}
