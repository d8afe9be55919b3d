/** A session's logs, read from a node and replayed, block after block: what the mirror's worker keeps. */
import type { JsonRpcProvider } from "ethers";

import { logsByRange, readBlockTimes } from "../../../src/bindings/logs.js";
import { createPace } from "../../../src/bindings/pace.js";
import { type ChainRecord, recordsOf, sharesMark } from "../../../src/bindings/records.js";
import { openSession, type SessionHandle } from "../../../src/bindings/session.js";
import { readSessionTerms } from "../../../src/bindings/session-terms.js";
import type { SessionTerms } from "../../../src/protocol/book/terms.js";
import { read } from "../../../src/bindings/transact.js";
import { createProjector, type OpenProjector } from "../../../src/history/projector.js";
import { NodeProvider } from "../../../src/node/provider.js";
import type { Hash } from "../../../src/protocol/signing/typed-data.js";
import type { RootWord } from "../../../src/views/markets.js";
import { readCreation } from "../../../src/verify/find-session.js";
import type { TokenWei } from "../../../src/protocol/amounts/units.js";
import { type KeptHistory, keepHistory } from "./history.js";
import { freedInBlock, type SignedDescription, signedDescription } from "./market-records.js";

export interface FollowOptions {
  readonly rpcUrl: string;
  readonly session: string;
  /** Not after the session's creation; looked for if undefined. */
  readonly fromBlock: number | undefined;
}

/** A block of the chain that the mirror stands at. */
export interface Tip {
  readonly number: number;
  readonly hash: Hash;
  readonly timestamp: bigint;
}

export interface Followed {
  readonly provider: NodeProvider;
  readonly handle: SessionHandle;
  readonly terms: SessionTerms;
  readonly fromBlock: number;
  projector: OpenProjector;
  history: KeptHistory;
  tip: Tip;
  /** What the owners of roots have published with them. */
  words: Map<number, RootWord>;
  descriptions: Map<number, SignedDescription>;
  sharesMarks: boolean;
  /** Unix seconds of every block that has a record. */
  times: Map<number, bigint>;
  /** What records of the market table set free, by block and logIndex. */
  freed: Map<number, ReadonlyMap<number, TokenWei>>;
  /** All records, in log order: for the explorer of the chain. */
  records: ChainRecord[];
}

/** Blocks that can be taken off again; deeper reorganisations read everything anew. */
const UNDO_DEPTH = 64;

export async function openFollowed({ rpcUrl, session, fromBlock }: FollowOptions): Promise<Followed> {
  const provider = await NodeProvider.open(rpcUrl);
  const handle = await openSession(session, provider);
  const first = fromBlock ?? (await readCreation(session, provider)).blockNumber;
  const terms = await readSessionTerms(handle);
  return emptied({ provider, handle, terms, fromBlock: first });
}

type Fixed = Pick<Followed, "provider" | "handle" | "terms" | "fromBlock">;

function emptied(fixed: Fixed): Followed {
  const followed: Followed = {
    ...fixed,
    projector: createProjector(fixed.terms, UNDO_DEPTH),
    history: keepHistory(fixed.terms.basket, () => ({ ...followed.tip, head: followed.projector.state.chain.link })),
    tip: { number: fixed.fromBlock - 1, hash: fixed.terms.domain.verifyingContract, timestamp: 0n },
    words: new Map(),
    descriptions: new Map(),
    sharesMarks: false,
    times: new Map(),
    freed: new Map(),
    records: [],
  };
  return followed;
}

/** What of a block says where it stands. */
interface Header {
  readonly number: number;
  readonly hash: Hash;
  readonly timestamp: bigint;
}

async function headerOf(provider: JsonRpcProvider, number: number | "latest"): Promise<Header | undefined> {
  const block = await read(provider.getBlock(number));
  const hash = block?.hash;
  if (block === null || typeof hash !== "string") return undefined;
  return { number: block.number, hash, timestamp: BigInt(block.timestamp) };
}

/**
 * Reads what the chain has become since.
 * @param tell how many blocks of how many were searched
 * @returns whether anything is different @throws NodeError, ClientError what the node says; RuleError for logs that contradict themselves
 */
export async function catchUp(
  followed: Followed,
  signal: AbortSignal,
  tell: (done: number, total: number) => void,
): Promise<boolean> {
  const newest = await headerOf(followed.provider, "latest");
  if (newest === undefined || newest.hash === followed.tip.hash) return false;
  await leaveOldBranch(followed);
  await readUpTo(followed, newest, signal, tell);
  return true;
}

/** Takes blocks off that are no part of the chain any more. */
async function leaveOldBranch(followed: Followed): Promise<void> {
  while (followed.tip.number >= followed.fromBlock) {
    const { number, hash } = followed.tip;
    const now = await headerOf(followed.provider, number);
    if (now?.hash === hash) return;
    const kept = followed.projector.tip;
    // The newest block need not have had records: only those with some are layers.
    const before = kept !== undefined && kept.number < number ? kept : undefined;
    if (before !== undefined) followed.tip = before;
    else if (kept === undefined || !takeOff(followed, kept.number - 1)) {
      Object.assign(followed, emptied(followed));
      return;
    }
  }
}

function takeOff(followed: Followed, number: number): boolean {
  if (!followed.projector.takeOff(number)) return false;
  followed.history.takeOff(number);
  while ((followed.records.at(-1)?.blockNumber ?? 0) > number) followed.records.pop();
  for (const kept of [followed.times, followed.freed]) {
    for (const block of [...kept.keys()]) if (block > number) kept.delete(block);
  }
  for (const [root, { createdAt }] of [...followed.words]) {
    if (createdAt.blockNumber <= number) continue;
    followed.words.delete(root);
    followed.descriptions.delete(root);
  }
  const { tip } = followed.projector;
  if (tip === undefined) return false;
  followed.tip = tip;
  return true;
}

async function readUpTo(
  followed: Followed,
  newest: Header,
  signal: AbortSignal,
  tell: (done: number, total: number) => void,
): Promise<void> {
  const { handle, provider } = followed;
  const first = followed.tip.number + 1;
  if (newest.number < first) return;
  const filters = [{ address: handle.bookAddress }];
  for await (const { logs, toBlock } of logsByRange(provider, filters, first, newest.number, signal)) {
    const records = recordsOf(handle, logs);
    const hashes = new Map(logs.map((log) => [log.blockNumber, log.blockHash]));
    const times = await readBlockTimes(provider, [...hashes.keys()], { signal });
    await apply(
      followed,
      records,
      (number) => ({
        number,
        hash: hashes.get(number) ?? newest.hash,
        timestamp: times.get(number) ?? newest.timestamp,
      }),
      signal,
    );
    tell(toBlock - first + 1, newest.number - first + 1);
  }
  followed.tip = newest;
}

/** Block by block; other events have their turn meanwhile. */
async function apply(
  followed: Followed,
  records: readonly ChainRecord[],
  headerAt: (number: number) => Header,
  signal: AbortSignal,
): Promise<void> {
  const pace = createPace(signal);
  for (let first = 0; first < records.length;) {
    const number = records[first]?.blockNumber ?? 0;
    let end = first;
    while (records[end]?.blockNumber === number) end += 1;
    const some = records.slice(first, end);
    const header = headerAt(number);
    followed.times.set(number, header.timestamp);
    if (some.some(isOfMarketTable)) {
      followed.freed.set(number, freedInBlock(followed.projector.state, some, header.timestamp));
    }
    followed.history.add(followed.projector.apply(header, some));
    for (const record of some) note(followed, record, header.timestamp);
    first = end;
    const turn = pace();
    if (turn !== undefined) await turn;
  }
}

function isOfMarketTable({ kind }: ChainRecord): boolean {
  return kind === "marketRecorded" || kind === "fallbackApplied";
}

function note(followed: Followed, record: ChainRecord, timestamp: bigint): void {
  followed.records.push(record);
  if (sharesMark(record)) followed.sharesMarks = true;
  if (record.kind !== "marketRecorded" || followed.words.has(record.marketRootId)) return;
  const { description, blockNumber } = record;
  followed.words.set(record.marketRootId, { description, createdAt: { blockNumber, timestamp } });
  followed.descriptions.set(record.marketRootId, signedDescription(record));
}
