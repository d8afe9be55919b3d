/** What the logs of a block say of packages: which have landed, and which a transaction tried in vain. */
import { bookEventOf } from "../../bindings/records.js";
import type { Book } from "../../protocol/book/book.js";
import { countsOf } from "../../protocol/book/checkpoint.js";
import type { OrderChain } from "../../protocol/book/order-chain.js";
import { BookReplay } from "../../protocol/book/rebuild.js";
import type { Hashing } from "../../protocol/signing/hashing.js";
import type { Hash } from "../../protocol/signing/typed-data.js";
import { IOrderBook__factory } from "../../../typechain-types/index.js";
import type { Batch } from "./batch.js";
import type { ChainLog } from "./node.js";

/** A package that a block brought onto the chain. */
export interface Landed {
  readonly link: Hash;
  readonly tradeRootId: number;
}

/** A package that a transaction of this block tried and the book refused. */
export interface Skipped {
  readonly link: Hash;
  readonly transactionHash: Hash;
  readonly refusal: { readonly code: string; readonly args: Readonly<Record<string, unknown>> };
}

const events = IOrderBook__factory.createInterface();
const topicOf = (name: "TradeCreated" | "TradeApproved" | "TradesMatched" | "TradeOffset" | "Checkpoint"): string =>
  events.getEvent(name).topicHash;
const CHECKPOINT = topicOf("Checkpoint");
/** What a batch logs before its checkpoint, if all its packages are taken: the head commits to each of these. */
const OF_TRADES = new Set((["TradeCreated", "TradeApproved", "TradesMatched", "TradeOffset"] as const).map(topicOf));

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
 * commits to every record, and its mark is whatever block it came into.
 * @returns what has landed; undefined if something else has, and then nothing was changed
 */
export function landAsExpected(chain: OrderChain, batch: Batch, logs: readonly ChainLog[]): Landed[] | undefined {
  const last = logs.at(-1);
  if (!batch.changes || last?.topics[0] !== CHECKPOINT) return undefined;
  if (batch.expected.some(({ outcome }) => typeof outcome !== "number")) return undefined;
  if (!logs.slice(0, -1).every(({ topics: [topic] }) => topic !== undefined && OF_TRADES.has(topic))) return undefined;
  const { head, link } = events.decodeEventLog("Checkpoint", last.data, last.topics); // of this event, by its topic
  const { mark } = countsOf(link as Hash);
  if (mark < chain.nextMark - 1n) return undefined;
  const ending = chain.nextEnding(mark);
  if (head !== ending.head || link !== ending.link) return undefined;
  chain.land(ending.link);
  return batch.expected.map(({ link: name, outcome }) => ({ link: name, tradeRootId: outcome as number })); // as was just asked
}

/** @throws RuleError if the logs contradict themselves or the book; RangeError if they end in the middle of a call */
export function replayLogs(
  book: Book,
  hashing: Hashing,
  logs: readonly ChainLog[],
  timestamp: bigint,
): { landed: Landed[]; skipped: Skipped[] } {
  const landed: Landed[] = [];
  const skipped: Skipped[] = [];
  const replayer = new BookReplay(book);
  for (const log of logs) {
    const event = bookEventOf(log);
    if (event.kind === "skipped") {
      const { code, args } = event.refusal;
      skipped.push({ link: event.link, transactionHash: log.transactionHash, refusal: { code, args } });
    }
    if (event.kind === "skipped" || event.kind === "offsetSkipped") continue; // they change nothing
    if (event.kind === "tradeCreated") {
      landed.push({ link: hashing.primaryLink(event.package), tradeRootId: event.tradeRootId });
    }
    replayer.feed({ event, timestamp });
  }
  if (replayer.isMidCall) throw new RangeError("the logs of the block end in the middle of a call");
  return { landed, skipped };
}
