/**
 * The few questions that are put to a node without a general library in between. Every answer is checked for its form; whether it
 * is true is for those who ask to find out.
 */
import { getAddress, isHexString } from "ethers";

import type { Hash } from "../protocol/signing/typed-data.js";
import { nodeErrorOf, revertOf } from "./classify.js";
import { createDoor, type Door, type DoorSettings } from "./door.js";
import { NodeError } from "./errors.js";
import { pendingTime } from "./pending.js";
import type { Ranges } from "./ranges.js";

export interface BlockHeader {
  readonly number: number;
  readonly hash: Hash;
  readonly parentHash: Hash;
  /** Unix seconds. */
  readonly timestamp: bigint;
  /** Wei a unit of gas; undefined on chains without EIP-1559. */
  readonly baseFee: bigint | undefined;
  /** 256 bytes; undefined if the node does not say. */
  readonly logsBloom?: string | undefined;
}

/** A log, in the form that `recordsOf` reads. */
export interface ChainLog {
  readonly address: string;
  readonly topics: readonly string[];
  readonly data: string;
  readonly blockNumber: number;
  readonly blockHash: Hash;
  readonly transactionHash: Hash;
  readonly index: number;
}

export interface LogQuery {
  /** Of one contract, or of several. */
  readonly address: string | readonly string[];
  readonly topics?: readonly (string | readonly string[] | null)[];
  readonly blockHash?: Hash;
  readonly fromBlock?: number;
  readonly toBlock?: number;
}

export interface NodeCall {
  readonly from?: string;
  readonly to: string;
  readonly data: string;
  readonly gas?: bigint;
  /** What is offered, wei a unit of gas: the caller must have it, and the contract can see it. */
  readonly maxFee?: bigint;
  readonly priorityFee?: bigint;
  /** The same on a chain without EIP-1559. */
  readonly gasPrice?: bigint;
}

/** What a transaction took, as the node says: for accounts and warnings, never for what has become of something. */
export interface GasReceipt {
  readonly block: number;
  readonly succeeded: boolean;
  readonly gasUsed: bigint;
  /** Wei a unit of gas. */
  readonly gasPrice: bigint;
  /** Records that it left. */
  readonly logs: number;
}

const BLOOM_BYTES = 256;

type BlockTag = number | "latest" | "pending";

/** Every question throws NodeError; one that runs a contract's code Reverted too. */
export interface ChainNode {
  /** How many blocks of logs it searches at once. */
  readonly ranges: Ranges;
  chainId(): Promise<bigint>;
  /** @returns undefined if there is no such block (yet, or any more) */
  block(tag: number | "latest"): Promise<BlockHeader | undefined>;
  /** The number of the newest block that the chain holds for final; undefined if the node does not say. */
  finalized(): Promise<number | undefined>;
  /** Logs of one contract, or of several, from all receipts of a block; undefined if the node does not give those. */
  receiptLogs(
    address: LogQuery["address"],
    block: Pick<BlockHeader, "hash" | "number">,
  ): Promise<ChainLog[] | undefined>;
  /** The time that the node would give a block made now, unix seconds; undefined if it does not say. */
  pendingTime(): Promise<bigint | undefined>;
  logs(query: LogQuery): Promise<ChainLog[]>;
  /** Transactions of the account up to and with that block. */
  nonceOf(address: string, tag: BlockTag): Promise<number>;
  balanceOf(address: string): Promise<bigint>;
  call(call: NodeCall, tag: BlockTag): Promise<string>;
  /** The least gas with which a call succeeds, with all that the chain charges as gas. */
  estimateGas(call: NodeCall): Promise<bigint>;
  /** Most gas that the newest block has room for. */
  blockGasLimit(): Promise<bigint>;
  /** Whether there is code at an address, at that block. */
  hasCode(address: string, tag: BlockTag): Promise<boolean>;
  /** The code at an address now, 0x-hex. */
  codeOf(address: string): Promise<string>;
  /** @returns undefined for a transaction that is in no block */
  gasOf(hash: Hash): Promise<GasReceipt | undefined>;
  /** What the node would offer a block's producer, wei a unit of gas. */
  priorityFee(): Promise<bigint>;
  /** What the node would offer in all, wei a unit of gas. */
  gasPrice(): Promise<bigint>;
  /** @returns the transaction's hash */
  send(raw: string): Promise<Hash>;
  /** Sender of a transaction that the node knows of, in a block or waiting; undefined if it does not. */
  senderOf(hash: Hash): Promise<string | undefined>;
}

/** @param url with keys, if the node wants any; they are never printed */
export function createNode(url: string, settings: DoorSettings = {}): ChainNode {
  return nodeBehind(createDoor(url, settings));
}

export function nodeBehind({ ask, ranges }: Door): ChainNode {
  return {
    ranges,
    chainId: async () => quantity("eth_chainId", await ask("eth_chainId", [])),
    async block(tag) {
      const found = await ask("eth_getBlockByNumber", [tagOf(tag), false]);
      return found === null ? undefined : headerOf(found, tag);
    },
    async finalized() {
      const method = "eth_getBlockByNumber";
      const found = await unlessUnknown(() => ask(method, ["finalized", false]));
      return found === null || found === undefined ? undefined : count(method, fieldsOf(method, found)["number"]);
    },
    async receiptLogs(address, { hash, number }) {
      const found = await unlessUnknown(() => ask("eth_getBlockReceipts", [hex(number)]));
      return Array.isArray(found) ? logsIn(found, { address, blockHash: hash }) : undefined;
    },
    pendingTime: () => pendingTime(ask),
    async logs(query) {
      const found = await ask("eth_getLogs", [filterOf(query)]);
      if (!Array.isArray(found)) throw malformed("eth_getLogs", "no list");
      return found.map((log: unknown) => logOf(log, query));
    },
    nonceOf: async (address, tag) => {
      const method = "eth_getTransactionCount";
      return count(method, await ask(method, [address, tagOf(tag)]));
    },
    balanceOf: async (address) => quantity("eth_getBalance", await ask("eth_getBalance", [address, "latest"])),
    call: async (call, tag) => bytes("eth_call", await ask("eth_call", [callFields(call), tagOf(tag)])),
    estimateGas: async (call) => quantity("eth_estimateGas", await ask("eth_estimateGas", [callFields(call)])),
    async blockGasLimit() {
      const method = "eth_getBlockByNumber";
      return quantity(method, fieldsOf(method, await ask(method, ["latest", false]))["gasLimit"]);
    },
    codeOf: async (address) => bytes("eth_getCode", await ask("eth_getCode", [address, "latest"])),
    hasCode: async (address, tag) => bytes("eth_getCode", await ask("eth_getCode", [address, tagOf(tag)])) !== "0x",
    async gasOf(hash) {
      const found = await ask("eth_getTransactionReceipt", [hash]);
      return found === null ? undefined : gasReceiptOf(found);
    },
    priorityFee: async () => quantity("eth_maxPriorityFeePerGas", await ask("eth_maxPriorityFeePerGas", [])),
    gasPrice: async () => quantity("eth_gasPrice", await ask("eth_gasPrice", [])),
    send: async (raw) => bytes("eth_sendRawTransaction", await ask("eth_sendRawTransaction", [raw]), 32),
    async senderOf(hash) {
      const found = await ask("eth_getTransactionByHash", [hash]);
      if (found === null) return undefined;
      return getAddress(bytes("eth_getTransactionByHash", fieldsOf("eth_getTransactionByHash", found)["from"], 20));
    },
  };
}

/** The node's own words about a refusal, its own or the contract's, in lower case; empty if it was neither. */
export function refusalText(error: unknown): string {
  return (nodeErrorOf(error)?.values.reason ?? revertOf(error)?.values.reason ?? "").toLowerCase();
}

// ------------------------------------------------------------------ answers

function headerOf(found: unknown, tag: number | "latest"): BlockHeader {
  const method = "eth_getBlockByNumber";
  const fields = fieldsOf(method, found);
  const number = count(method, fields["number"]);
  if (tag !== "latest" && number !== tag) throw malformed(method, `block ${number} for ${tag}`);
  return {
    number,
    hash: bytes(method, fields["hash"], 32),
    parentHash: bytes(method, fields["parentHash"], 32),
    timestamp: quantity(method, fields["timestamp"]),
    baseFee: baseFeeIn(method, fields["baseFeePerGas"]),
    logsBloom: isHexString(fields["logsBloom"], BLOOM_BYTES) ? fields["logsBloom"] : undefined,
  };
}

/** Chains without EIP-1559 leave it out, or say null. */
function baseFeeIn(method: string, value: unknown): bigint | undefined {
  return value === undefined || value === null ? undefined : quantity(method, value);
}

function logOf(found: unknown, query: LogQuery): ChainLog {
  const method = "eth_getLogs";
  const fields = fieldsOf(method, found);
  const { topics } = fields;
  if (!Array.isArray(topics)) throw malformed(method, "topics");
  const log: ChainLog = {
    address: bytes(method, fields["address"], 20),
    topics: topics.map((topic) => bytes(method, topic, 32)),
    data: bytes(method, fields["data"]),
    blockNumber: count(method, fields["blockNumber"]),
    blockHash: bytes(method, fields["blockHash"], 32),
    transactionHash: bytes(method, fields["transactionHash"], 32),
    index: count(method, fields["logIndex"]),
  };
  const isOther =
    !isAmong(query, log.address) ||
    (query.blockHash !== undefined && log.blockHash !== query.blockHash) ||
    log.blockNumber < (query.fromBlock ?? 0) ||
    log.blockNumber > (query.toBlock ?? Infinity);
  if (isOther) throw malformed(method, `log ${log.index} of block ${log.blockNumber} was not asked for`);
  return log;
}

/** @throws NodeError if they are of another block */
function logsIn(receipts: readonly unknown[], query: LogQuery & { readonly blockHash: Hash }): ChainLog[] {
  const method = "eth_getBlockReceipts";
  return receipts.flatMap((receipt) => {
    const { blockHash, logs } = fieldsOf(method, receipt);
    if (blockHash !== query.blockHash || !Array.isArray(logs)) throw malformed(method, String(blockHash));
    const isOwn = (log: unknown): boolean => isAmong(query, String(fieldsOf(method, log)["address"]).toLowerCase());
    return logs.filter(isOwn).map((log) => logOf(log, query));
  });
}

/** @param address in lower case */
function isAmong({ address: asked }: LogQuery, address: string): boolean {
  return typeof asked === "string"
    ? asked.toLowerCase() === address
    : asked.some((one) => one.toLowerCase() === address);
}

/** @returns undefined if the node does not know what it is asked: a method or a tag that it does not have */
async function unlessUnknown(ask: () => Promise<unknown>): Promise<unknown> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof NodeError && error.code === "NODE_REFUSED") return undefined;
    throw error;
  }
}

function gasReceiptOf(found: unknown): GasReceipt {
  const method = "eth_getTransactionReceipt";
  const fields = fieldsOf(method, found);
  return {
    block: count(method, fields["blockNumber"]),
    succeeded: quantity(method, fields["status"]) === 1n,
    gasUsed: quantity(method, fields["gasUsed"]),
    gasPrice: quantity(method, fields["effectiveGasPrice"] ?? "0x0"), // some chains do not say
    logs: Array.isArray(fields["logs"]) ? fields["logs"].length : 0,
  };
}

function fieldsOf(method: string, value: unknown): Record<string, unknown> {
  if (typeof value !== "object" || value === null) throw malformed(method, String(value));
  return value as Record<string, unknown>; // each member is checked where it is read
}

function quantity(method: string, value: unknown): bigint {
  if (typeof value === "string" && /^0x[0-9a-f]{1,64}$/i.test(value)) return BigInt(value);
  throw malformed(method, String(value));
}

function count(method: string, value: unknown): number {
  const number = Number(quantity(method, value));
  if (Number.isSafeInteger(number)) return number;
  throw malformed(method, String(value));
}

function bytes(method: string, value: unknown, length?: number): string {
  if (isHexString(value, length ?? true)) return value.toLowerCase();
  throw malformed(method, String(value).slice(0, 100));
}

function malformed(method: string, reason: string): NodeError {
  return new NodeError("NODE_MALFORMED", { method, reason });
}

// ------------------------------------------------------------------ questions

function filterOf({ address, topics, blockHash, fromBlock, toBlock }: LogQuery): Record<string, unknown> {
  if (blockHash !== undefined) return { address, topics: topics ?? [], blockHash };
  return { address, topics: topics ?? [], fromBlock: tagOf(fromBlock ?? 0), toBlock: tagOf(toBlock ?? "latest") };
}

function callFields({ from, to, data, gas, maxFee, priorityFee, gasPrice }: NodeCall): Record<string, unknown> {
  return {
    to,
    data,
    ...(from && { from }),
    ...(gas !== undefined && { gas: hex(gas) }),
    ...(maxFee !== undefined && { maxFeePerGas: hex(maxFee) }),
    ...(priorityFee !== undefined && { maxPriorityFeePerGas: hex(priorityFee) }),
    ...(gasPrice !== undefined && { gasPrice: hex(gasPrice) }),
  };
}

function tagOf(tag: BlockTag): string {
  return typeof tag === "number" ? hex(tag) : tag;
}

function hex(value: number | bigint): string {
  return `0x${value.toString(16)}`;
}
