/** A session's book rebuilt from its logs by the protocol library, and checked against the checkpoint on the chain. */
import { messageOf } from "../protocol/amounts/errors.js";
import { Book } from "../protocol/book/book.js";
import { TRUSTING } from "../protocol/book/outside.js";
import { linkToSign } from "../protocol/book/projections.js";
import { BookReplay } from "../protocol/book/rebuild.js";
import type { BookTerms } from "../protocol/book/terms.js";
import { type MarketHead, parseDescription } from "../protocol/market/description.js";
import { type Hashing, PLAIN_HASHING } from "../protocol/signing/hashing.js";
import type { Hash } from "../protocol/signing/typed-data.js";
import { ClientError } from "./errors.js";
import { readBlockTimes, readRecords, type ReadingOptions } from "./logs.js";
import { readBookTerms } from "./market-terms.js";
import { createPace, unlessStopped } from "./pace.js";
import { type ChainRecord, sharesMark } from "./records.js";
import { loggedEvents } from "./replay.js";
import type { SessionHandle } from "./session.js";
import { read } from "./transact.js";

export interface Mirror {
  readonly book: Book;
  /** What the book recorded, in log order. */
  readonly records: readonly ChainRecord[];
  /** Of every block that has a record, and of the newest: when it was made, Unix seconds. */
  readonly times: ReadonlyMap<number, bigint>;
  /** The block as of which the book stands, and its time. */
  readonly blockNumber: number;
  readonly timestamp: bigint;
  /** What an order is to be signed over. */
  readonly linkToSign: Hash;
}

/** How far a mirror is: blocks that were searched, blocks whose time is known, records that were replayed. */
export interface MirrorProgress {
  readonly phase: "reading" | "dating" | "replaying";
  readonly done: number;
  readonly total: number;
}

export interface MirrorOptions {
  /** First block to search; must not be after the session's first record. 0 by default: a public node searches long then. */
  readonly fromBlock?: number;
  /** Last block, the newest by default. */
  readonly toBlock?: number;
  /** Stops it: its reason is thrown. */
  readonly signal?: AbortSignal | undefined;
  /** Told when a phase begins, after every answer of the node, and while records are replayed several times a second. */
  readonly onProgress?: (progress: MirrorProgress) => void;
  /** A faster way to hash: `fastCrypto()` on Node. */
  readonly hashing?: Hashing;
}

/** What a session's book is rebuilt from, and the newest checkpoint that must come of it. */
export interface BookLogs extends Pick<Mirror, "records" | "times" | "blockNumber"> {
  readonly terms: BookTerms;
  readonly fromBlock: number;
  readonly link: Hash;
}

/**
 * Signatures are not recovered again: the chain has accepted them. Verification does. While it works other events have their turn.
 * @throws ClientError Client_MirrorDiffers, Client_NoProvider; NodeError, ClientError what the node says; the signal's reason
 */
export async function readMirror(handle: SessionHandle, options: MirrorOptions = {}): Promise<Mirror> {
  const logs = await readBookLogs(handle, options);
  const { records, times, blockNumber } = logs;
  const book = await rebuilt(logs, options);
  requireLink(logs, book.state.chain.link);
  return {
    book,
    records,
    times,
    blockNumber,
    timestamp: times.get(blockNumber) ?? 0n,
    linkToSign: linkToSign(book.state, records.some(sharesMark)),
  };
}

/** That what was made of the logs is what the chain has. @throws ClientError Client_MirrorDiffers */
export function requireLink({ fromBlock, blockNumber, link }: BookLogs, rebuiltLink: Hash): void {
  if (rebuiltLink === link) return;
  throw new ClientError("Client_MirrorDiffers", { fromBlock, blockNumber, link, rebuilt: rebuiltLink });
}

/** Of logs that contradict themselves. */
export function contradiction({ fromBlock, blockNumber }: BookLogs, cause: unknown): ClientError {
  return new ClientError("Client_MirrorDiffers", { fromBlock, blockNumber, reason: messageOf(cause) }, { cause });
}

/** @throws ClientError Client_NoProvider, Client_NotASession; NodeError, ClientError what the node says; the signal's reason */
export async function readBookLogs(
  handle: SessionHandle,
  { fromBlock = 0, toBlock, signal, onProgress }: MirrorOptions = {},
): Promise<BookLogs> {
  const { provider } = handle.runner;
  if (provider === null) throw new ClientError("Client_NoProvider");
  const blockNumber = toBlock ?? (await unlessStopped(read(provider.getBlockNumber()), signal));
  const watch = (phase: MirrorProgress["phase"]): ReadingOptions => ({
    signal,
    onProgress: (done, total) => onProgress?.({ phase, done, total }),
  });
  const asked = Promise.all([
    readBookTerms(handle),
    readRecords(handle, fromBlock, blockNumber, watch("reading")),
    read(handle.book.chainState({ blockTag: blockNumber })),
  ]);
  const [terms, records, { link }] = await unlessStopped(asked, signal);
  const blocks = [...records.map((record) => record.blockNumber), blockNumber];
  const times = await readBlockTimes(provider, blocks, watch("dating"));
  return { terms, records, times, blockNumber, fromBlock, link };
}

/** Without a session's first records the rest contradict themselves, in one way or another. */
async function rebuilt(logs: BookLogs, { signal, onProgress, hashing = PLAIN_HASHING }: MirrorOptions): Promise<Book> {
  const { terms, records, times } = logs;
  const book = new Book(terms, TRUSTING, hashing);
  const replay = new BookReplay(book);
  const logged = loggedEvents(records, times);
  let done = 0;
  const tell = (): void => onProgress?.({ phase: "replaying", done, total: logged.length });
  const pace = createPace(signal, tell);
  tell();
  for (const one of logged) {
    try {
      replay.feed(one);
    } catch (error) {
      throw contradiction(logs, error);
    }
    done += 1;
    const turn = pace();
    if (turn !== undefined) await turn;
  }
  tell();
  return book;
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
