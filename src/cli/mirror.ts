/** A session's book rebuilt from its logs by the protocol library, and checked against the head on the chain. */
import type { JsonRpcProvider } from "ethers";

import { readBlockTimes, readRecords } from "../bindings/logs.js";
import { readBookTerms } from "../bindings/market-terms.js";
import type { ChainRecord } from "../bindings/records.js";
import { loggedEvents } from "../bindings/replay.js";
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
  readonly records: readonly ChainRecord[];
  /** The block as of which the book stands, and its time. */
  readonly blockNumber: number;
  readonly timestamp: bigint;
}

/**
 * Signatures are not recovered again: the chain has accepted them. `session verify` does.
 * @throws CliError MIRROR_DIFFERS, SETTINGS_INVALID; ClientError what the node says; RuleError RECORD_IMPOSSIBLE
 */
export async function readMirror(context: CliContext, handle: SessionHandle, options: SettingOptions): Promise<Mirror> {
  const { fromBlock } = readSettings(context.env, options, "fromBlock");
  const provider = handle.runner.provider as JsonRpcProvider; // `openReader` has made it
  const blockNumber = await read(provider.getBlockNumber());
  context.progress(`Reading the session's logs from block ${fromBlock} to ${blockNumber}`);
  const [terms, records, { head }] = await Promise.all([
    readBookTerms(handle),
    readRecords(handle, fromBlock, blockNumber),
    read(handle.book.chainState({ blockTag: blockNumber })),
  ]);
  const times = await readBlockTimes(provider, [...records.map((record) => record.blockNumber), blockNumber]);
  const book = rebuilt(terms, loggedEvents(records, times), { fromBlock, blockNumber });
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
