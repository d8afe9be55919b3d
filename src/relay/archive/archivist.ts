/**
 * Keeps the session's log as far as its blocks are final: what the vault, the book and the tokens have logged, read from the node as
 * `session logs` reads it, and written once. Nothing waits for it, and nothing of it is trusted by anybody: a log proves itself.
 */
import type { Provider } from "ethers";

import { unlessStopped } from "../../bindings/pace.js";
import { messageOf } from "../../protocol/amounts/errors.js";
import type { ChainNode } from "../../node/node.js";
import { sleep } from "../../node/sleep.js";
import { SessionLogError } from "../../verify/errors.js";
import { parseHeader, printHeader } from "../../verify/log-header.js";
import { chainRecords, streamSessionLog } from "../../verify/read-session-log.js";
import { printRecord } from "../../verify/session-log.js";
import { publicFault } from "../reporting/faults.js";
import type { Log } from "../reporting/log.js";
import type { LogPiece, LogStore, LogTip, SearchedBlock } from "./store.js";

export interface Archivist {
  /** Works until the signal says so. */
  run(signal: AbortSignal): Promise<void>;
}

export interface ArchivistDependencies {
  readonly store: LogStore;
  readonly node: Pick<ChainNode, "block">;
  /** Opened when it is first needed. */
  readonly provider: () => Promise<Provider>;
  readonly session: string;
  /** The session's first block, or one before it. */
  readonly fromBlock: number;
  /** The last block that no reorganisation takes back; below 0 if none is known. */
  readonly finalBlock: () => number;
  readonly log: Log;
  readonly pace?: ArchivePace;
}

/** When it looks, and when it goes on. */
export interface ArchivePace {
  readonly pollMs: number;
  /** Once so many blocks have become final. */
  readonly blocks: number;
  /** Or after so long, ms, if any have. */
  readonly waitMs: number;
  /** After something went wrong, ms; twice as long each time, up to a bound. */
  readonly retryMs: number;
}

const PACE: ArchivePace = { pollMs: 1_000, blocks: 32, waitMs: 15_000, retryMs: 1_000 };
const MAX_RETRY_MS = 30_000;
/** Blocks that are searched before they are written, and characters of a part, about. */
const BLOCKS_AT_ONCE = 5_000;
const PART = 1 << 18;

export function createArchivist(dependencies: ArchivistDependencies): Archivist {
  return { run: (signal) => run(dependencies, signal) };
}

async function run(dependencies: ArchivistDependencies, signal: AbortSignal): Promise<void> {
  const { log, pace = PACE } = dependencies;
  let [wait, fault] = [pace.retryMs, ""];
  let [at, since] = [-1, 0]; // final when it was looked at last, and when that was
  const isStopped = (): boolean => signal.aborted; // it changes meanwhile
  while (!isStopped()) {
    const final = dependencies.finalBlock();
    const isDue = final >= at + pace.blocks || (final > at && performance.now() >= since + pace.waitMs);
    if (!isDue) {
      await sleep(pace.pollMs, signal);
      continue;
    }
    try {
      const isThere = await goOn(dependencies, final, signal);
      if (isThere) [at, since] = [final, performance.now()];
      if (fault !== "") log.info({}, "archive goes on");
      [wait, fault] = [pace.retryMs, ""];
    } catch (error) {
      if (isStopped()) return;
      const { code } = publicFault(error);
      if (code !== fault) log.warn({ reason: messageOf(error) }, "archive cannot go on, trying again");
      fault = code;
      await sleep(wait, signal);
      wait = Math.min(MAX_RETRY_MS, 2 * wait);
    }
  }
}

/** @returns whether it has come as far as there is anything final */
async function goOn(dependencies: ArchivistDependencies, final: number, signal: AbortSignal): Promise<boolean> {
  const { store, node, log } = dependencies;
  const tip = await store.tip();
  if (tip === undefined) return !(await begin(dependencies, final, signal));
  if (tip.number >= final) return true;
  const before = await node.block(tip.number);
  if (before?.hash !== tip.hash) {
    log.error({ block: tip.number }, "archive is of another chain, it is read again");
    await store.clear();
    return false;
  }
  const last = Math.min(final, tip.number + BLOCKS_AT_ONCE);
  let at: LogTip | undefined = tip;
  for await (const piece of piecesOf(dependencies, tip, last, signal)) {
    at = await store.add(at, piece);
    if (at === undefined) return false; // another relay has been there
  }
  return last === final;
}

/** @returns whether it has begun: not while the session's first block is not final */
async function begin(
  { store, node, provider, session, fromBlock, log }: ArchivistDependencies,
  final: number,
  signal: AbortSignal,
): Promise<boolean> {
  if (final < fromBlock) return false;
  try {
    const { header } = await streamSessionLog(session, await unlessStopped(provider(), signal), {
      fromBlock,
      toBlock: final,
      signal,
    });
    const first = Math.max(0, header.fromBlock - 1);
    await store.begin(printHeader({ ...header, toBlock: 0 }), await searched(node, first));
    return true;
  } catch (error) {
    if (!(error instanceof SessionLogError) || error.code !== "LOG_NO_CREATION") throw error;
    log.debug({ final }, "archive waits: the session's making is not final yet");
    return false;
  }
}

/** What blocks up to `last` have logged, in parts that end between two blocks; the last one ends at `last`. */
async function* piecesOf(
  { node, provider }: ArchivistDependencies,
  tip: LogTip,
  last: number,
  signal: AbortSignal,
): AsyncGenerator<LogPiece> {
  const header = parseHeader(JSON.parse(tip.header));
  let [lines, records, block] = ["", 0, tip.number];
  const source = await unlessStopped(provider(), signal);
  for await (const record of chainRecords(header, source, tip.number + 1, last, { signal })) {
    if (lines.length > PART && record.blockNumber !== block) {
      yield { lines, records, ...(await searched(node, block)) };
      [lines, records] = ["", 0];
    }
    lines += `${printRecord(record)}\n`;
    records += 1;
    block = record.blockNumber;
  }
  yield { lines, records, ...(await searched(node, last)) };
}

async function searched(node: Pick<ChainNode, "block">, number: number): Promise<SearchedBlock> {
  const found = await node.block(number);
  if (found === undefined) throw new RangeError(`block ${number} was final, and is gone`);
  return { number, hash: found.hash, timestamp: Number(found.timestamp) };
}
