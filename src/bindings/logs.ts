import { type Filter, type Log, type Provider, ZeroHash } from "ethers";

import { type BookRecord, replayChain } from "../protocol/book/replay.js";
import { type BookDomain, domainSeparator, type Hash } from "../protocol/signing/typed-data.js";
import { ticks } from "../protocol/amounts/units.js";
import { asClientError, ClientError } from "./errors.js";
import { type ChainRecord, recordsOf } from "./records.js";
import type { SessionHandle } from "./session.js";
import { read } from "./transact.js";

/** Blocks asked for at once at first; many nodes refuse more. */
const BLOCKS_PER_QUERY = 10_000;

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

/**
 * The head that a book's records lead to, computed from the domain and the signed packages alone.
 * @param records all of the book's, from its first, in log order
 * @throws RuleError if they contradict themselves: RECORD_OUT_OF_ORDER, RECORD_IMPOSSIBLE, HEAD_MISMATCH
 */
export function recomputeHead(records: readonly ChainRecord[], domain: BookDomain): Hash {
  return replayChain(domainSeparator(domain), records.flatMap(chainPart)).head;
}

/** What of a record the chain commits to; the rest is about money and refusals. */
function chainPart(record: ChainRecord): BookRecord[] {
  switch (record.kind) {
    case "tradeCreated":
      return [{ kind: "primary", tradeRootId: record.tradeRootId, order: record.package }];
    case "matched": {
      const { makerRootId, takerRootId, price, lots } = record;
      return [{ kind: "fill", makerRootId, takerRootId, price, lots }];
    }
    case "offset":
      return [{ kind: "offset", tradeRootId: record.tradeRootId, lots: record.lots }];
    case "checkpoint":
      return [{ kind: "checkpoint", number: record.number, head: record.head }];
    case "marketRecorded": {
      const { link, record: market } = record;
      const { marketRootId, marketBranchId } = market;
      return [{ kind: "market", marketRootId, marketBranchId, link, outcome: ticks(0n) }];
    }
    case "fallbackApplied": {
      const { marketRootId, fallbackOutcome } = record;
      return [{ kind: "market", marketRootId, marketBranchId: 0, link: ZeroHash, outcome: ticks(fallbackOutcome) }];
    }
    case "userCreated":
    case "deposited":
    case "withdrawn":
    case "exited":
    case "noncesInvalidated":
    case "skipped":
    case "offsetSkipped":
    case "realised":
    case "refreshed":
      return [];
  }
}
