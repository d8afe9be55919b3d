/** A session's log, from a node. */
import { type Log, type Provider, type TransactionResponse } from "ethers";

import { ISessionFactory__factory } from "../../typechain-types/index.js";
import { withoutTransactionOfLogs } from "../bindings/lacking.js";
import { logsByRange, readBlockTimes } from "../bindings/logs.js";
import { bookEventOf } from "../bindings/records.js";
import { unlessStopped } from "../bindings/pace.js";
import { read } from "../bindings/transact.js";
import { recoverSigner } from "../protocol/signing/signatures.js";
import { bookDomain, digestOf, domainSeparator, type Hash } from "../protocol/signing/typed-data.js";
import { factorySalt } from "./clone.js";
import { findCreation, readContracts } from "./find-session.js";
import { signatureOfTrader, structHashOf } from "./signatures.js";
import { logFilters } from "./events.js";
import type { LogHeader } from "./log-header.js";
import type { Progress } from "./report.js";
import { Checksum, type LogRecord, type SessionLog, type SessionLogStream } from "./session-log.js";

export interface ReadOptions {
  /** First block to search; must not be after the session's creation. 0 by default. */
  readonly fromBlock?: number;
  /** Last block, the newest by default. */
  readonly toBlock?: number;
  readonly onProgress?: (progress: Progress) => void;
  /** Stops it: its reason is thrown. */
  readonly signal?: AbortSignal | undefined;
}

/** The event's own, and both parties. */
const TRANSFER_TOPICS = 3;

/**
 * Reads all of a session's logs.
 * @param address the vault
 * @throws SessionLogError LOG_NOT_A_SESSION, LOG_NO_CREATION; ClientError what the node says
 */
export async function readSessionLog(
  address: string,
  provider: Provider,
  options: ReadOptions = {},
): Promise<SessionLog> {
  const stream = await streamSessionLog(address, provider, options);
  const records: LogRecord[] = [];
  for await (const record of stream.records) records.push(record);
  return { header: stream.header, records, checksum: stream.checksum() };
}

/** As `readSessionLog`, record by record. The first record is read at once, for what it says about the session. */
export async function streamSessionLog(
  address: string,
  provider: Provider,
  { fromBlock = 0, toBlock, onProgress, signal }: ReadOptions = {},
): Promise<SessionLogStream> {
  const last = toBlock ?? (await unlessStopped(read(provider.getBlockNumber()), signal));
  const contracts = await unlessStopped(readContracts(address, provider, { fromBlock, toBlock: last }), signal);
  const creation = await findCreation(contracts, provider, signal);
  const header: LogHeader = {
    ...contracts,
    fromBlock: creation.blockNumber,
    clones: { ...contracts.clones, salt: await saltOf(contracts, provider, creation) },
  };
  const checksum = new Checksum(header);
  async function* records(): AsyncGenerator<LogRecord> {
    for await (const record of chainRecords(header, provider, header.fromBlock, last, { onProgress, signal })) {
      checksum.add(record);
      yield record;
    }
  }
  return { header, records: records(), checksum: () => checksum.value(), source: provider };
}

/**
 * The chain's records of a session in some blocks, in its order.
 * @throws ClientError what the node says
 */
export async function* chainRecords(
  header: LogHeader,
  provider: Provider,
  fromBlock: number,
  toBlock: number,
  { onProgress, signal }: { onProgress?: ReadOptions["onProgress"] | undefined } & Pick<ReadOptions, "signal"> = {},
): AsyncGenerator<LogRecord> {
  const ranges = logsByRange(provider, logFilters(header), fromBlock, toBlock, signal);
  for await (const { logs, toBlock: searched } of ranges) {
    const legible = logs.filter((one) => isLegible(one, header));
    const times = await readBlockTimes(
      provider,
      legible.map(({ blockNumber }) => blockNumber),
      { signal },
    );
    for (const log of distinct(legible)) {
      yield recordOf(log, Number(times.get(log.blockNumber)), header);
    }
    onProgress?.({ phase: "reading", done: searched - fromBlock + 1, total: toBlock - fromBlock + 1 });
  }
}

/** The salt is in the call of the factory. @returns undefined if another contract called it */
async function saltOf({ factory }: LogHeader, provider: Provider, creation: Log): Promise<Hash | undefined> {
  const transaction = await transactionOf(creation, provider);
  if (transaction.to !== factory) return undefined;
  const call = ISessionFactory__factory.createInterface().parseTransaction(transaction);
  return call === null ? undefined : factorySalt(transaction.from, call.args["salt"] as string); // bytes32
}

/** Nodes forget which block an old transaction is in before they forget the block: then it is looked up there. */
async function transactionOf(log: Log, provider: Provider): Promise<TransactionResponse> {
  const { transactionHash: hash, blockNumber } = log;
  const known = await read(provider.getTransaction(hash));
  if (known !== null) return known;
  const block = await read(provider.getBlock(blockNumber, true));
  const found = block?.prefetchedTransactions.find((one) => one.hash === hash);
  if (found === undefined) throw withoutTransactionOfLogs(hash);
  return found;
}

/** Assets may log what they like under the name of a transfer; one with other fields says nothing about the vault. */
function isLegible({ address, topics }: Log, { terms }: LogHeader): boolean {
  return topics.length === TRANSFER_TOPICS || !terms.assets.includes(address);
}

/** An asset that moves from the vault to the vault matches two filters. */
function distinct(logs: readonly Log[]): Log[] {
  return logs.filter((log, index) => {
    const before = logs[index - 1];
    return before?.blockNumber !== log.blockNumber || before.index !== log.index;
  });
}

function recordOf(log: Log, timestamp: number, header: LogHeader): LogRecord {
  const { blockNumber, index, transactionHash, address, topics, data } = log;
  const place = { blockNumber, timestamp, logIndex: index, transactionHash };
  return { ...place, address, topics: [...topics], data, byWallet: address === header.book && isByWallet(log, header) };
}

/**
 * Whether it says what a wallet has approved an order with, or is a cancellation or a market record with a signature that is by
 * no key of its signer.
 */
function isByWallet(log: Log, { chainId, book, terms }: LogHeader): boolean {
  const event = bookEventOf(log);
  if (event.kind !== "tradesCancelled" && event.kind !== "marketRecorded") return event.kind === "tradeApproved";
  const digest = digestOf(domainSeparator(bookDomain(chainId, book)), structHashOf(event));
  if (event.kind === "tradesCancelled") {
    const { signer, signature } = signatureOfTrader(event);
    return recoverSigner(digest, signature) !== signer;
  }
  const isOther = (signer: string, signature: string) =>
    signature !== "0x" && recoverSigner(digest, signature) !== signer;
  return isOther(event.record.owner, event.signature) || isOther(terms.marketCreator, event.organiserSignature);
}
