/** A node that knows one session, from its log, and answers what a reader or a verification asks of it. */
import type { Interface } from "ethers";
import {
  AbstractProvider,
  getBigInt,
  makeError,
  Network,
  type PerformActionFilter,
  type PerformActionRequest,
  ZeroAddress,
  ZeroHash,
} from "ethers";

import { clonesOf } from "../../../src/verify/clone.js";
import type { LogHeader } from "../../../src/verify/log-header.js";
import type { Standing } from "../../../src/verify/on-chain.js";
import type { LogRecord, SessionLog } from "../../../src/verify/session-log.js";
import { IOrderBook__factory, ISession__factory, ISessionFactory__factory } from "../../../typechain-types/index.js";

/** How the node is, if not as it should be. */
export interface NodeManner {
  /** Its newest block; the last block of the log by default. */
  readonly tip?: number;
  readonly chainId?: bigint;
  /** Blocks that it searches at once, at most. */
  readonly range?: number;
  /** Codes in the place of the session's, by address. */
  readonly codes?: Readonly<Record<string, string>>;
  /** Whose call made the session, if not the organiser's own. */
  readonly caller?: { readonly to: string };
  /** Whether it keeps no state but today's. */
  readonly forgets?: boolean;
  /** What it no longer has: any transaction by its hash, or in its block neither. */
  readonly lost?: "hashes" | "transactions";
  /** Where the session stands at the log's last block. */
  readonly standing?: Standing;
}

const BOOK = IOrderBook__factory.createInterface();
const SESSION = ISession__factory.createInterface();
const FACTORY = ISessionFactory__factory.createInterface();
const DEFAULT_TIP = 1_000;

/** What ethers makes of a contract that refuses. */
export function reverted(): Error {
  const transaction = { to: ZeroAddress, data: "0x" };
  const details = { action: "call" as const, data: "0x", reason: null, transaction, invocation: null, revert: null };
  return makeError("execution reverted", "CALL_EXCEPTION", details);
}

/** What it makes of a node that does not take the question. */
export function refusedByNode(): Error {
  const error = { code: -32_005, message: "daily request count exceeded, request rate limited" };
  const payload = { method: "eth_call", id: 1, jsonrpc: "2.0", params: [] };
  return makeError("could not coalesce error", "UNKNOWN_ERROR", { error, payload });
}

export class SessionNode extends AbstractProvider {
  /** What was asked, by name. */
  public readonly asked: string[] = [];
  readonly #header: LogHeader;
  readonly #records: readonly LogRecord[];
  readonly #salt: string;
  readonly #manner: NodeManner;

  /** @param salt that the organiser gave the factory */
  public constructor({ header, records }: SessionLog, salt: string, manner: NodeManner = {}) {
    super(Network.from(manner.chainId ?? header.chainId), { cacheTimeout: -1 });
    this.#header = header;
    this.#records = records;
    this.#salt = salt;
    this.#manner = manner;
  }

  public override _detectNetwork(): Promise<Network> {
    return Promise.resolve(Network.from(this.#manner.chainId ?? this.#header.chainId));
  }

  // The answers are what ethers makes of each request's answer in JSON.
  public override _perform<Answer>(request: PerformActionRequest): Promise<Answer> {
    this.asked.push(request.method);
    return Promise.resolve().then(() => this.#answer(request) as Answer);
  }

  #answer(request: PerformActionRequest): unknown {
    switch (request.method) {
      case "getBlockNumber":
        return this.#manner.tip ?? Math.max(DEFAULT_TIP, this.#header.toBlock);
      case "getCode":
        return this.#codeOf(request.address);
      case "call":
        return this.#call(String(request.transaction.to), request.transaction.data ?? "0x", request.blockTag);
      case "getLogs":
        return this.#logs(request.filter);
      case "getBlock":
        return this.#block(Number("blockTag" in request ? request.blockTag : 0), request.includeTransactions);
      case "getTransaction":
        return this.#manner.lost === undefined ? this.#creation(request.hash) : null;
      case "getBalance":
        return this.#requireState(request.blockTag);
      default:
        throw new Error(`this node does not answer ${request.method}`);
    }
  }

  #codeOf(address: string): string {
    const own = clonesOf(this.#header).find((clone) => clone.address.toLowerCase() === address.toLowerCase());
    return this.#manner.codes?.[own?.address ?? address] ?? own?.code ?? "0x";
  }

  #requireState(blockTag: unknown): bigint {
    if (this.#manner.forgets === true && blockTag !== "latest") throw new Error("missing trie node");
    return 0n;
  }

  #call(to: string, data: string, blockTag: unknown): string {
    const { session, book, legs, terms } = this.#header;
    const tokens = [session, ...legs].map((address) => address.toLowerCase());
    const token = tokens.indexOf(to.toLowerCase());
    const via: Interface = to.toLowerCase() === book.toLowerCase() ? BOOK : SESSION;
    const call = via.parseTransaction({ data });
    if (call === null) throw reverted();
    const answer = (values: readonly unknown[]): string => via.encodeFunctionResult(call.name, values);
    const { standing } = this.#manner;
    switch (call.name) {
      case "basket":
        return answer([terms.assets, terms.quantities]);
      case "legToken":
        return answer([legs[Number(call.args[0]) - 1] ?? ZeroAddress]);
      case "orderBook":
        return answer([book]);
      case "totalSupply":
        this.#requireState(blockTag);
        return answer([standing?.supplies[token] ?? 0n]);
      case "balanceOf":
        this.#requireState(blockTag);
        return answer([token < 0 ? this.#inVault(to) : (standing?.heldByBook[token] ?? 0n)]);
      case "chainState": {
        this.#requireState(blockTag);
        const { link = ZeroHash, checkpoints = 0n } = standing ?? {};
        return answer([link, checkpoints, 0n]);
      }
      default:
        throw new Error(`this session does not answer ${call.name}`);
    }
  }

  /** What an asset says that the vault has. */
  #inVault(asset: string): bigint {
    const k = this.#header.terms.assets.findIndex((one) => one.toLowerCase() === asset.toLowerCase());
    return this.#manner.standing?.vault[k] ?? 0n;
  }

  #logs({ address, topics = [], ...blocks }: PerformActionFilter): unknown[] {
    const { fromBlock, toBlock } = blocks as { readonly fromBlock: string; readonly toBlock: string };
    const [first, last] = [Number(fromBlock), Number(toBlock)];
    if (last - first + 1 > (this.#manner.range ?? Infinity)) throw refusal("query returned more than it may");
    const wanted = [address ?? []].flat().map((one) => one.toLowerCase());
    return this.#records
      .filter(({ blockNumber }) => blockNumber >= first && blockNumber <= last)
      .filter((record) => wanted.includes(record.address.toLowerCase()))
      .filter((record) =>
        topics.every((topic, index) => topic === null || [topic].flat().includes(record.topics[index] ?? "")),
      )
      .map(({ blockNumber, logIndex, transactionHash, address: by, topics: logged, data }) => {
        const place = { blockNumber, logIndex, transactionHash, blockHash: ZeroHash, transactionIndex: 0 };
        return { ...place, address: by, topics: logged, data, removed: false };
      });
  }

  #block(number: number, isWhole: boolean): unknown {
    const timestamp = this.#records.find(({ blockNumber }) => blockNumber === number)?.timestamp ?? 0;
    const hashes = { hash: ZeroHash, parentHash: ZeroHash, nonce: "0x0000000000000000" };
    const gas = { gasLimit: 0, gasUsed: 0, difficulty: 0, baseFeePerGas: 0 };
    const [creation] = this.#records;
    const isOfCreation = isWhole && number === creation?.blockNumber && this.#manner.lost !== "transactions";
    const transactions = isOfCreation ? [this.#creation(creation.transactionHash)] : [];
    return { ...hashes, ...gas, number, timestamp, miner: ZeroAddress, extraData: "0x", transactions };
  }

  /** The factory's call. */
  #creation(hash: string): unknown {
    const { factory, organiser, terms, chainId } = this.#header;
    const { marketCreator, assets, quantities, ...others } = terms;
    const openMarkets = marketCreator === ZeroAddress;
    const params = { ...others, assets: [...assets], quantities: [...quantities], openMarkets };
    const data = FACTORY.encodeFunctionData("createSession", [params, this.#salt]);
    const to = this.#manner.caller?.to ?? factory;
    const signature = { r: `0x${"11".repeat(32)}`, s: `0x${"22".repeat(32)}`, v: 27 };
    const numbers = { nonce: 0, gasLimit: 1, gasPrice: 1, value: 0, chainId: getBigInt(chainId), type: 0, index: 0 };
    return { hash, blockHash: null, blockNumber: null, from: organiser, to, data, ...numbers, signature };
  }
}

/** As ethers hands on what a node refuses. */
function refusal(message: string): Error {
  return Object.assign(new Error("could not coalesce error"), {
    code: "UNKNOWN_ERROR",
    error: { code: -32_000, message },
  });
}
