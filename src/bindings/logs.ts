import type { Filter, Log, Provider } from "ethers";

import { asClientError, ClientError } from "./errors.js";
import { type ChainRecord, recordsOf } from "./records.js";
import type { SessionHandle } from "./session.js";
import { read } from "./transact.js";

/** Blocks asked for at once at first; many nodes refuse more. */
const BLOCKS_PER_QUERY = 10_000;
/** Blocks whose time is asked for at once. */
const BLOCKS_AT_ONCE = 64;

/**
 * Everything the book recorded, in log order.
 * @param fromBlock first block; the session's own suffices, and spares a public chain's node much searching
 * @param toBlock last block, the newest by default
 * @throws ClientError Client_NoProvider, Client_LogUnreadable, or what the node says
 */
export async function readRecords(handle: SessionHandle, fromBlock = 0, toBlock?: number): Promise<ChainRecord[]> {
  const { provider } = handle.runner;
  if (provider === null) throw new ClientError("Client_NoProvider");
  const last = toBlock ?? (await read(provider.getBlockNumber()));
  const logs = await readLogs(provider, handle.bookAddress, fromBlock, last);
  return recordsOf(handle, logs);
}

async function readLogs(provider: Provider, address: string, fromBlock: number, toBlock: number): Promise<Log[]> {
  const chunks: Log[][] = [];
  for await (const { logs } of logsByRange(provider, [{ address }], fromBlock, toBlock)) chunks.push(logs);
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
 * blocks or logs a query, each in its own way: a refused range is halved until it is a single block.
 * @throws ClientError what the node says
 */
export async function* logsByRange(
  provider: Provider,
  filters: readonly LogFilter[],
  fromBlock: number,
  toBlock: number,
): AsyncGenerator<LogRange> {
  let span = BLOCKS_PER_QUERY;
  for (let first = fromBlock; first <= toBlock;) {
    const last = Math.min(first + span - 1, toBlock);
    let logs: Log[];
    try {
      const queries = filters.map((filter) => provider.getLogs({ ...filter, fromBlock: first, toBlock: last }));
      logs = (await Promise.all(queries)).flat();
    } catch (error) {
      const refusal = asClientError(error);
      if (last === first || refusal.code === "Client_Unreachable") throw refusal;
      span = Math.max(1, Math.floor((last - first + 1) / 2));
      continue;
    }
    logs.sort((a, b) => a.blockNumber - b.blockNumber || a.index - b.index);
    yield { toBlock: last, logs };
    first = last + 1;
  }
}

/** When each of some blocks was made, in Unix seconds. @throws ClientError Client_BlockUnknown, or what the node says */
export async function readBlockTimes(
  provider: Provider,
  blockNumbers: Iterable<number>,
): Promise<ReadonlyMap<number, bigint>> {
  const numbers = [...new Set(blockNumbers)];
  const times = new Map<number, bigint>();
  for (let first = 0; first < numbers.length; first += BLOCKS_AT_ONCE) {
    const some = numbers.slice(first, first + BLOCKS_AT_ONCE);
    const blocks = await read(Promise.all(some.map((number) => provider.getBlock(number))));
    for (const [index, number] of some.entries()) {
      const timestamp = blocks[index]?.timestamp;
      if (timestamp === undefined) throw new ClientError("Client_BlockUnknown", { blockNumber: number });
      times.set(number, BigInt(timestamp));
    }
  }
  return times;
}
