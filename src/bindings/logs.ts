import type { Filter, Log, Provider } from "ethers";

import { firstBlockSince } from "../node/first-block.js";
import { NodeProvider } from "../node/provider.js";
import { createRanges, type Ranges } from "../node/ranges.js";
import { withoutBlockOfLogs } from "./lacking.js";
import { ClientError } from "./errors.js";
import { unlessStopped } from "./pace.js";
import { type ChainRecord, recordsOf } from "./records.js";
import type { SessionHandle } from "./session.js";
import { read } from "./transact.js";

/** Blocks whose time is asked for at once. */
const BLOCKS_AT_ONCE = 64;

/** For whoever waits while a node is asked for much. */
export interface ReadingOptions {
  /** Stops it: its reason is thrown. */
  readonly signal?: AbortSignal | undefined;
  /** Told at the beginning, and after every answer, how many blocks of how many are done. */
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Everything the book recorded, in log order.
 * @param fromBlock first block; the session's own suffices, and spares a public chain's node much searching
 * @param toBlock last block, the newest by default
 * @throws ClientError Client_NoProvider, Client_LogUnreadable, or what the node says
 */
export async function readRecords(
  handle: SessionHandle,
  fromBlock = 0,
  toBlock?: number,
  { signal, onProgress }: ReadingOptions = {},
): Promise<ChainRecord[]> {
  const { provider } = handle.runner;
  if (provider === null) throw new ClientError("Client_NoProvider");
  const last = toBlock ?? (await unlessStopped(read(provider.getBlockNumber()), signal));
  const total = last - fromBlock + 1;
  const chunks: ChainRecord[][] = [];
  onProgress?.(0, total);
  for await (const { logs, toBlock: searched } of logsByRange(
    provider,
    [{ address: handle.bookAddress }],
    fromBlock,
    last,
    signal,
  )) {
    chunks.push(recordsOf(handle, logs));
    onProgress?.(searched - fromBlock + 1, total);
  }
  return chunks.flat();
}

/** Which logs to ask a node for, whatever the blocks. */
export type LogFilter = Pick<Filter, "address" | "topics">;

/** Logs of some blocks, and the last of these blocks. */
export interface LogRange {
  readonly toBlock: number;
  readonly logs: Log[];
}

/**
 * The logs that any of the filters lets through, a range of blocks at a time, sorted as they stand in the chain. Nodes limit
 * blocks or logs a query, each in its own way: what one has refused or answered is remembered as long as the provider lives.
 * @throws NodeError what the node says to a single block, or why it fails; the signal's reason
 */
export async function* logsByRange(
  provider: Provider,
  filters: readonly LogFilter[],
  fromBlock: number,
  toBlock: number,
  signal?: AbortSignal,
): AsyncGenerator<LogRange> {
  const ranges = rangesOf(provider);
  const ask = async (from: number, to: number): Promise<Log[]> => {
    const queries = filters.map((filter) => provider.getLogs({ ...filter, fromBlock: from, toBlock: to }));
    return (await Promise.all(queries)).flat();
  };
  for (let first = fromBlock; first <= toBlock;) {
    const { last, found } = await unlessStopped(read(ranges.search(first, toBlock, ask)), signal);
    found.sort((a, b) => a.blockNumber - b.blockNumber || a.index - b.index);
    yield { toBlock: last, logs: found };
    first = last + 1;
  }
}

/** Of providers that are not our own. */
const RANGES = new WeakMap<Provider, Ranges>();

function rangesOf(provider: Provider): Ranges {
  const known = provider instanceof NodeProvider ? provider.ranges : RANGES.get(provider);
  if (known !== undefined) return known;
  const ranges = createRanges();
  RANGES.set(provider, ranges);
  return ranges;
}

/**
 * The first block made at that time or later; the one after `last` if there is none.
 * @param time Unix seconds
 * @throws NodeError what the node says, NODE_MALFORMED if it has no such block
 */
export function firstBlockAt(provider: Provider, time: bigint, last: number): Promise<number> {
  const timeOf = async (block: number): Promise<bigint> => (await readBlockTimes(provider, [block])).get(block) ?? 0n; // it throws for none
  return firstBlockSince(timeOf, time, last);
}

/**
 * When each of some blocks was made, in Unix seconds.
 * @throws NodeError what the node says, NODE_MALFORMED if it has no such block; the signal's reason
 */
export async function readBlockTimes(
  provider: Provider,
  blockNumbers: Iterable<number>,
  { signal, onProgress }: ReadingOptions = {},
): Promise<ReadonlyMap<number, bigint>> {
  const numbers = [...new Set(blockNumbers)];
  const times = new Map<number, bigint>();
  onProgress?.(0, numbers.length);
  for (let first = 0; first < numbers.length; first += BLOCKS_AT_ONCE) {
    const some = numbers.slice(first, first + BLOCKS_AT_ONCE);
    const blocks = await unlessStopped(read(Promise.all(some.map((number) => provider.getBlock(number)))), signal);
    for (const [index, number] of some.entries()) {
      const timestamp = blocks[index]?.timestamp;
      if (timestamp === undefined) throw withoutBlockOfLogs(number);
      times.set(number, BigInt(timestamp));
    }
    onProgress?.(times.size, numbers.length);
  }
  return times;
}
