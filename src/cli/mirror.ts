/** A session's book rebuilt from its logs by the protocol library, and checked against the head on the chain. */
import type { JsonRpcProvider } from "ethers";

import { logsByRange } from "../bindings/logs.js";
import { readBookTerms } from "../bindings/market-terms.js";
import { type BookRecord, bookRecordOf } from "../bindings/records.js";
import type { SessionHandle } from "../bindings/session.js";
import { read } from "../bindings/transact.js";
import type { Book } from "../protocol/book/book.js";
import { type LoggedEvent, rebuildBook } from "../protocol/book/rebuild.js";
import type { BookTerms } from "../protocol/book/terms.js";
import type { Account } from "../protocol/margin/worth.js";
import type { MarketRef } from "../protocol/signing/package.js";
import type { Depth, Level } from "../protocol/value/quote.js";
import type { Lots, Ticks, TokenWei } from "../protocol/amounts/units.js";
import type { CliContext } from "./context.js";
import { CliError } from "./errors.js";
import { readSettings, type SettingOptions } from "./input/settings.js";

export interface Mirror {
  readonly book: Book;
  /** What the book recorded, in log order. */
  readonly records: readonly BookRecord[];
  /** The block as of which the book stands, and its time. */
  readonly blockNumber: number;
  readonly timestamp: bigint;
}

/** Blocks asked for at once. */
const BLOCKS_AT_ONCE = 64;

/**
 * Signatures are not recovered again: the chain has accepted them. `session verify` does.
 * @throws CliError MIRROR_DIFFERS, SETTINGS_INVALID; ClientError what the node says; RuleError RECORD_IMPOSSIBLE
 */
export async function readMirror(context: CliContext, handle: SessionHandle, options: SettingOptions): Promise<Mirror> {
  const { fromBlock } = readSettings(context.env, options, "fromBlock");
  const provider = handle.runner.provider as JsonRpcProvider; // `openReader` has made it
  const blockNumber = await read(provider.getBlockNumber());
  context.progress(`Reading the session's logs from block ${fromBlock} to ${blockNumber}`);
  const [terms, logged, { head }] = await Promise.all([
    readBookTerms(handle),
    readBookLogs(handle, provider, fromBlock, blockNumber),
    read(handle.book.chainState({ blockTag: blockNumber })),
  ]);
  const times = await timesOf(provider, [...new Set([...logged.map((log) => log.blockNumber), blockNumber])]);
  const records = logged.map(({ record }) => record);
  const book = rebuilt(terms, loggedEvents(logged, times), { fromBlock, blockNumber });
  if (book.head !== head) throw new CliError("MIRROR_DIFFERS", { fromBlock, blockNumber, head, rebuilt: book.head });
  return { book, records, blockNumber, timestamp: times.get(blockNumber) ?? 0n };
}

/** Without a session's first records the rest contradict themselves, in one way or another. */
function rebuilt(
  terms: BookTerms,
  logged: readonly LoggedEvent[],
  blocks: { readonly fromBlock: number; readonly blockNumber: number },
): Book {
  try {
    return rebuildBook(terms, logged);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CliError("MIRROR_DIFFERS", { ...blocks, reason }, error);
  }
}

interface BookLog {
  readonly record: BookRecord;
  readonly blockNumber: number;
}

async function readBookLogs(
  { bookAddress }: SessionHandle,
  provider: JsonRpcProvider,
  fromBlock: number,
  toBlock: number,
): Promise<BookLog[]> {
  const found: BookLog[] = [];
  for await (const { logs } of logsByRange(provider, [{ address: bookAddress }], fromBlock, toBlock)) {
    found.push(...logs.map((log) => ({ record: bookRecordOf(log), blockNumber: log.blockNumber })));
  }
  return found;
}

/** What was skipped changed nothing. */
function loggedEvents(logs: readonly BookLog[], times: ReadonlyMap<number, bigint>): LoggedEvent[] {
  return logs.flatMap(({ record: event, blockNumber }): LoggedEvent[] => {
    if (event.kind === "skipped" || event.kind === "offsetSkipped") return [];
    return [{ event, timestamp: times.get(blockNumber) ?? 0n }]; // every block's time was read
  });
}

async function timesOf(provider: JsonRpcProvider, blocks: readonly number[]): Promise<Map<number, bigint>> {
  const times = new Map<number, bigint>();
  for (let first = 0; first < blocks.length; first += BLOCKS_AT_ONCE) {
    const part = blocks.slice(first, first + BLOCKS_AT_ONCE);
    const found = await read(Promise.all(part.map((number) => provider.getBlock(number))));
    found.forEach((block) => {
      if (block !== null) times.set(block.number, BigInt(block.timestamp));
    });
  }
  return times;
}

/** Cash and positions as the book has them. */
export function accountIn({ state }: Book, traderId: number): Account {
  const positions = [...state.margin.positionsOf(traderId)].map(
    ([marketRootId, { lots }]) => [marketRootId, lots as readonly Lots[]] as const, // what the book stores fits
  );
  return { cash: state.margin.accountOf(traderId).cash as TokenWei, positions: new Map(positions) };
}

/** What the book has stored as each position's worst case. */
export function storedWorstIn({ state }: Book, traderId: number): Map<number, TokenWei> {
  const positions = state.margin.positionsOf(traderId);
  return new Map([...positions].map(([marketRootId, { worst }]) => [marketRootId, worst as TokenWei]));
}

/** Both sides of a market, one level for each price. @param without a trader whose own orders are left out */
export function depthIn({ state }: Book, market: MarketRef, without?: number): Depth {
  const { bids, asks } = state.queues.of(market);
  const levels = (side: typeof bids): Level[] => {
    const found = new Map<bigint, bigint>(); // keeps the order in which prices come
    for (const { traderId, price, lots } of side) {
      if (traderId === without) continue;
      found.set(price, (found.get(price) ?? 0n) + (lots < 0n ? -lots : lots));
    }
    return [...found].map(([price, lots]) => ({ price: price as Ticks, lots: lots as Lots }));
  };
  return { bids: levels(bids), asks: levels(asks) };
}
