/** What the logs of a block say of packages: which have landed, and which a transaction tried in vain. */
import { bookEventOf } from "../../bindings/records.js";
import type { Book } from "../../protocol/book/book.js";
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

/** @returns what has landed, if the logs of one transaction are those that the batch was expected to have */
export function landedAsExpected(batch: Batch, logs: readonly ChainLog[]): Landed[] | undefined {
  const last = logs.at(-1);
  if (!batch.changes || last?.topics[0] !== CHECKPOINT) return undefined;
  const { number, head } = events.decodeEventLog("Checkpoint", last.data, last.topics); // of this event, by its topic
  if (number !== batch.checkpoints || head !== batch.head) return undefined;
  if (!logs.slice(0, -1).every(({ topics: [topic] }) => topic !== undefined && OF_TRADES.has(topic))) return undefined;
  if (batch.expected.some(({ outcome }) => typeof outcome !== "number")) return undefined;
  return batch.expected.map(({ link, outcome }) => ({ link, tradeRootId: outcome as number })); // as was just asked
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
