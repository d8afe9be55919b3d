/** A session's book rebuilt from its logs by the protocol library, and checked against the checkpoint on the chain. */
import type { JsonRpcProvider } from "ethers";

import { readBlockTimes, readRecords } from "../bindings/logs.js";
import { readBookTerms } from "../bindings/market-terms.js";
import { type ChainRecord, sharesMark } from "../bindings/records.js";
import { loggedEvents } from "../bindings/replay.js";
import type { SessionHandle } from "../bindings/session.js";
import { read } from "../bindings/transact.js";
import type { Book } from "../protocol/book/book.js";
import { type MarketHead, parseDescription } from "../protocol/market/description.js";
import { linkToSign } from "../protocol/book/projections.js";
import { type LoggedEvent, rebuildBook } from "../protocol/book/rebuild.js";
import type { BookTerms } from "../protocol/book/terms.js";
import type { Hash } from "../protocol/signing/typed-data.js";
import type { CliContext } from "./context.js";
import { CliError } from "./errors.js";
import { readSettings, type SettingOptions } from "./input/settings.js";
import { messageOf } from "../protocol/amounts/errors.js";

export interface Mirror {
  readonly book: Book;
  /** What the book recorded, in log order. */
  readonly records: readonly ChainRecord[];
  /** The block as of which the book stands, and its time. */
  readonly blockNumber: number;
  readonly timestamp: bigint;
  /** What an order is to be signed over. */
  readonly linkToSign: Hash;
}

/** What the owner of a root called it, if its description has a head. */
export function headOf(logs: Pick<Mirror, "records">, marketRootId: number): MarketHead | undefined {
  return headsOf(logs).get(marketRootId);
}

/** Of every root whose description has one. */
export function headsOf({ records }: Pick<Mirror, "records">): ReadonlyMap<number, MarketHead> {
  const heads = new Map<number, MarketHead>();
  const seen = new Set<number>();
  for (const record of records) {
    if (record.kind !== "marketRecorded" || seen.has(record.marketRootId)) continue;
    seen.add(record.marketRootId);
    const { head } = parseDescription(record.description); // of its first record: the book has checked the text
    if (head !== undefined) heads.set(record.marketRootId, head);
  }
  return heads;
}

/**
 * Signatures are not recovered again: the chain has accepted them. `session verify` does.
 * @throws CliError MIRROR_DIFFERS, SETTINGS_INVALID; ClientError what the node says; RuleError RECORD_IMPOSSIBLE
 */
export async function readMirror(context: CliContext, handle: SessionHandle, options: SettingOptions): Promise<Mirror> {
  const { terms, records, times, blockNumber, fromBlock, link } = await readLogs(context, handle, options);
  const book = rebuilt(terms, loggedEvents(records, times), { fromBlock, blockNumber });
  const rebuiltLink = book.state.chain.link;
  if (rebuiltLink !== link)
    throw new CliError("MIRROR_DIFFERS", { fromBlock, blockNumber, link, rebuilt: rebuiltLink });
  return {
    book,
    records,
    blockNumber,
    timestamp: times.get(blockNumber) ?? 0n,
    linkToSign: linkToSign(book.state, records.some(sharesMark)),
  };
}

/** What a session's book is rebuilt from, and the newest checkpoint that must come of it. */
export interface SessionLogs extends Pick<Mirror, "records" | "blockNumber"> {
  readonly terms: BookTerms;
  /** Of every block that has a record, and of the newest. */
  readonly times: ReadonlyMap<number, bigint>;
  readonly fromBlock: number;
  readonly link: Hash;
}

/** @throws CliError SETTINGS_INVALID; ClientError, NodeError what the node says */
export async function readLogs(
  context: CliContext,
  handle: SessionHandle,
  options: SettingOptions,
): Promise<SessionLogs> {
  const { fromBlock } = readSettings(context, options, "fromBlock");
  const provider = handle.runner.provider as JsonRpcProvider; // `openReader` has made it
  const blockNumber = await read(provider.getBlockNumber());
  context.progress(`Reading the session's logs from block ${fromBlock} to ${blockNumber}`);
  const [terms, records, { link }] = await Promise.all([
    readBookTerms(handle),
    readRecords(handle, fromBlock, blockNumber),
    read(handle.book.chainState({ blockTag: blockNumber })),
  ]);
  const times = await readBlockTimes(provider, [...records.map((record) => record.blockNumber), blockNumber]);
  return { terms, records, times, blockNumber, fromBlock, link };
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
    const reason = messageOf(error);
    throw new CliError("MIRROR_DIFFERS", { ...blocks, reason }, error);
  }
}
