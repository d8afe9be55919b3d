/**
 * A chain on paper: blocks in memory, one order book that is the library's own, and a node that answers as nodes do, with the
 * faults that it is given. Nothing in it takes time.
 */
import {
  dataSlice,
  getAddress,
  id,
  Interface,
  type SigningKey,
  toBeHex,
  Transaction,
  Wallet,
  ZeroAddress,
} from "ethers";

import { bookEventOf } from "../../../src/bindings/records.js";
import { BookReplay } from "../../../src/protocol/book/rebuild.js";
import type { SignedPackage } from "../../../src/bindings/packages.js";
import type { AssetUnits, TokenWei } from "../../../src/protocol/amounts/units.js";
import { type Answer, Book } from "../../../src/protocol/book/book.js";
import type { BookEvent } from "../../../src/protocol/book/events.js";
import type { House } from "../../../src/protocol/book/houses.js";
import type { Mark } from "../../../src/protocol/book/journal.js";
import type { Approval, CallContext } from "../../../src/protocol/book/outside.js";
import { TRUSTING } from "../../../src/protocol/book/outside.js";
import type { BookTerms } from "../../../src/protocol/book/terms.js";
import { isRefusal } from "../../../src/protocol/market/refusal.js";
import { type PackageFields, tradePackage } from "../../../src/protocol/signing/package.js";
import { recoverSigner } from "../../../src/protocol/signing/signatures.js";
import {
  type SignedTradesCancellation,
  type TradesCancellation,
  tradesCancellation,
} from "../../../src/protocol/signing/trades-cancellation.js";
import {
  bookDomain,
  cancellationDigest,
  digestOf,
  domainSeparator,
  primaryLink,
} from "../../../src/protocol/signing/typed-data.js";
import { NodeError, Reverted } from "../../../src/node/errors.js";
import { createRanges } from "../../../src/node/ranges.js";
import type { RelayTerms } from "../../../src/relay/config/session.js";
import type { FollowedBlock } from "../../../src/relay/follow/follower.js";
import { BOOK, bookTerms, SESSION } from "../../protocol/book-terms.js";
import type { BlockHeader, ChainLog, ChainNode, GasReceipt, LogQuery, NodeCall } from "../../../src/node/node.js";
import { callBook, callHouse, houseResultOf, resultOf } from "./calls.js";
import { BOOK_INTERFACE, logOf, revertDataOf } from "./logs.js";

/** First second of trading, and the last. */
export const [T1, T2] = [1_000_000n, 2_000_000n];
/** What one lot of the basket's market can cost at most, wei. */
export const LOT = 10n ** 15n;
export const GWEI = 10n ** 9n;
export const CHAIN_ID = 31_337n;
const WALLET = new Interface(["function isValidSignature(bytes32 digest, bytes signature) view returns (bytes4)"]);

/** What a transaction takes, and each of its logs. */
const GAS = { transaction: 60_000n, log: 20_000n } as const;

/** What is done to the book in a block, in a transaction of its own. */
export type PaperCall = (book: Book, context: CallContext) => Answer<unknown>;

export interface PaperTrader {
  readonly address: string;
  readonly key: SigningKey;
}

interface PaperBlock extends FollowedBlock {
  /** The book's moment before it, and its head after it. */
  readonly before: Mark;
  readonly link: string;
  /** Transactions of each account up to and with it. */
  readonly nonces: ReadonlyMap<string, number>;
  readonly transactions: readonly Transaction[];
}

export interface PaperPlan {
  readonly traders?: number;
  readonly chainWindow?: number;
  /** What each trader has, lots' worth. */
  readonly funds?: bigint;
}

/** Who sends what is in no pool. */
const SOMEBODY = new Wallet(id("somebody else")).address;

export class PaperChain {
  public readonly terms: BookTerms;
  public readonly traders: readonly PaperTrader[];
  /** Of the session, and of each leg. */
  public readonly tokens: readonly string[];
  public readonly node: ChainNode;
  /** Called with the method before each answer: what it throws is what the node says. */
  public fault: ((method: keyof ChainNode) => void) | undefined;
  /** What contract wallets say to a digest and a signature, by address. */
  public readonly wallets = new Map<string, (digest: string, signature: string) => boolean>();
  /** Contracts that bring orders with their own; what they own in the book is deposited as any trader's is. */
  public readonly houses: House[] = [];
  /** Transactions that wait for a block, oldest first. */
  public pool: Transaction[] = [];
  /** block.number as contracts see it: the block's own, unless the chain shares another one's. */
  public markOf: (blockNumber: number) => bigint = (blockNumber) => BigInt(blockNumber);
  /** Which transactions fail on the chain, whatever a simulation said of them. */
  public failsOnChain: (transaction: Transaction) => boolean = () => false;
  /** Most gas of a block. */
  public blockGasLimit = 30_000_000n;
  /** What accounts have, wei. */
  public balance = 10n ** 18n;
  /** What each transaction took, by its hash. */
  public readonly receipts = new Map<string, GasReceipt>();
  /** Hashes of those of its calls that are in no pool. */
  public readonly calls = new Set<string>();
  /** Raw transactions, as they were sent. */
  public readonly sent: string[] = [];

  readonly #book: Book;
  readonly #blocks: PaperBlock[] = [];
  readonly #books = new Map<string, Book>();
  #forks = 0;

  public constructor({ traders = 3, chainWindow = 64, funds = 1_000_000n }: PaperPlan = {}) {
    this.terms = termsOf(chainWindow);
    this.tokens = [SESSION, ...sessionTermsOf(this).basketTokens.map(({ leg }) => leg)];
    this.traders = Array.from({ length: traders }, (_, index) => traderAt(index));
    this.#book = new Book(this.terms, {
      ...TRUSTING,
      signedBy: (signer, digest, signature) => this.#approvalOf(signer, digest, signature),
    });
    this.#book.state.journal.hold();
    this.node = nodeOf(this);
    this.mine();
    this.mine(...this.traders.map(({ address }) => depositOf(address, funds * LOT)));
  }

  public get tip(): BlockHeader {
    return this.#blocks.at(-1)!.header;
  }

  /** The newest checkpoint: what to sign next, as each block has marks of its own. */
  public get link(): string {
    return this.#book.link;
  }

  /** A block with these calls, and then with the transactions of the pool whose turn it is. */
  public mine(...calls: readonly PaperCall[]): BlockHeader {
    const transactions = this.#due();
    this.pool = this.pool.filter((waiting) => !transactions.includes(waiting));
    return this.#append(
      calls.map((call, index) => [`call ${this.#blocks.length} ${index} ${this.#forks}`, call] as const),
      transactions,
    );
  }

  /** Blocks above that one are gone; the transactions that they had wait again, unless they are to be forgotten. */
  public rewind(number: number, forget = false): void {
    const gone = this.#blocks.splice(number + 1);
    if (gone[0] === undefined) return;
    this.#forks += 1;
    this.#book.state.journal.rollBack(gone[0].before);
    if (!forget) this.pool = [...gone.flatMap(({ transactions }) => transactions), ...this.pool];
  }

  /** A signed order, by default one that can rest, over the newest checkpoint. */
  public sign(trader: number | PaperTrader, fields: Partial<PackageFields> = {}): SignedPackage {
    const { address, key } = typeof trader === "number" ? this.traders[trader]! : trader;
    const order = tradePackage({
      marketRootId: 1,
      marketBranchId: 1,
      trader: address,
      priceTicks: 5_000n,
      quantityLots: 10n,
      previousLink: this.link,
      nonce: 0n,
      deadline: T2 - 1n,
      timeInForce: 0,
      ...fields,
    });
    const digest = digestOf(domainSeparator(this.terms.domain), primaryLink(order));
    return { package: order, signature: key.sign(digest).serialized };
  }

  /** A signed cancellation, by default of all orders that there are, with all nonces left as they are. */
  public signCancellation(
    trader: number | PaperTrader,
    fields: Partial<TradesCancellation> = {},
  ): SignedTradesCancellation {
    const { address, key } = typeof trader === "number" ? this.traders[trader]! : trader;
    const cancellation = tradesCancellation({
      trader: address,
      fromTradeRootId: 1,
      toTradeRootId: this.#book.state.chain.trades,
      nonceFloor: 0n,
      deadline: T2 - 1n,
      ...fields,
    });
    const digest = cancellationDigest(this.terms.domain, cancellation);
    return { cancellation, signature: key.sign(digest).serialized };
  }

  /** Numbers of the orders that rest, rising. */
  public get resting(): number[] {
    return [...this.#book.state.queues.orders()].map(({ tradeRootId }) => tradeRootId).sort((a, b) => a - b);
  }

  /** The book as it was after that block, from all that it had logged. */
  public bookAt(number: number): Book {
    const known = this.#books.get(this.blockAt(number)!.header.hash);
    if (known !== undefined) return known;
    const book = new Book(this.terms, TRUSTING);
    for (const { header, logs } of this.#blocks.slice(0, number + 1)) {
      const replay = new BookReplay(book);
      for (const log of logs) replay.feed({ event: bookEventOf(log), timestamp: header.timestamp });
    }
    this.#books.set(this.blockAt(number)!.header.hash, book);
    return book;
  }

  public blockAt(number: number): PaperBlock | undefined {
    return this.#blocks[number];
  }

  public transactionsOf(address: string, number = this.tip.number): number {
    return this.blockAt(number)?.nonces.get(address) ?? 0;
  }

  /** Whether a transaction waits or is in a block. */
  public find(hash: string): Transaction | undefined {
    return [...this.pool, ...this.#blocks.flatMap(({ transactions }) => transactions)].find((one) => one.hash === hash);
  }

  /** What a call would answer after everything that waits. @throws Refusal */
  public simulate({ from = ZeroAddress, to, data }: NodeCall): string {
    const wallet = this.wallets.get(getAddress(to));
    if (wallet !== undefined) return answerOf(wallet, data);
    const house = this.houseAt(to);
    if (house === undefined && getAddress(to) !== BOOK) return "0x"; // nobody is there
    const { journal } = this.#book.state;
    const mark = journal.mark();
    const { timestamp, number } = this.tip;
    const blockNumber = this.markOf(number + 1);
    try {
      for (const one of this.#due()) {
        this.#tryCall((book, context) => this.#callOf(book, context, one), {
          caller: one.from!,
          timestamp,
          blockNumber,
        });
      }
      const context = { caller: from, timestamp, blockNumber };
      if (house !== undefined) return houseResultOf(callHouse(this.#book, house, context, data).result);
      const { result } = callBook(this.#book, context, data);
      return resultOf(data, result);
    } finally {
      journal.rollBack(mark);
    }
  }

  public houseAt(address: string): House | undefined {
    return this.houses.find((house) => house.address === getAddress(address));
  }

  #callOf(book: Book, context: CallContext, { to, data }: Transaction): Answer<unknown> {
    const house = to === null ? undefined : this.houseAt(to);
    return house === undefined ? callBook(book, context, data) : callHouse(book, house, context, data);
  }

  #due(): Transaction[] {
    const due: Transaction[] = [];
    const next = new Map(this.#blocks.at(-1)?.nonces);
    for (const one of this.pool.toSorted((a, b) => a.nonce - b.nonce)) {
      const nonce = next.get(one.from!) ?? 0;
      if (one.nonce !== nonce) continue;
      due.push(one);
      next.set(one.from!, nonce + 1);
    }
    return due;
  }

  #append(calls: readonly (readonly [string, PaperCall])[], transactions: readonly Transaction[]): BlockHeader {
    const number = this.#blocks.length;
    const header = {
      number,
      hash: id(`block ${number} of fork ${this.#forks}`),
      parentHash: this.#blocks.at(-1)?.header.hash ?? toBeHex(0, 32),
      timestamp: T1 + BigInt(number) * 2n,
      baseFee: GWEI,
    };
    const before = this.#book.state.journal.mark();
    const nonces = new Map(this.#blocks.at(-1)?.nonces);
    const logs: ChainLog[] = [];
    const run = (caller: string, hash: string, call: PaperCall): void => {
      const events = this.#tryCall(call, { caller, timestamp: header.timestamp, blockNumber: this.markOf(number) });
      const gasUsed = GAS.transaction + GAS.log * BigInt(events.length);
      const [succeeded, gasPrice] = [events.length > 0, header.baseFee];
      this.receipts.set(hash, { block: number, succeeded, gasUsed, gasPrice, logs: events.length });
      for (const event of events) logs.push(chainLog(event, header, hash, logs.length));
    };
    for (const [name, call] of calls) {
      this.calls.add(id(name));
      run(BOOK, id(name), call);
    }
    for (const one of transactions) {
      nonces.set(one.from!, one.nonce + 1);
      run(one.from!, one.hash!, (book, context) => {
        if (this.failsOnChain(one)) return { result: undefined, events: [] };
        return this.#callOf(book, context, one);
      });
    }
    this.#blocks.push({ header, logs, before, nonces, transactions, link: this.#book.link });
    return header;
  }

  /** A call that reverts logs nothing. */
  #tryCall(call: PaperCall, context: CallContext): readonly BookEvent[] {
    try {
      return call(this.#book, context).events;
    } catch (error) {
      if (isRefusal(error)) return [];
      throw error;
    }
  }

  #approvalOf(signer: string, digest: string, signature: string): Approval | undefined {
    if (signature === "0x" && this.houseAt(signer) !== undefined) return "wallet"; // of which nobody else makes orders here
    if (recoverSigner(digest, signature) === signer) return "key";
    return this.wallets.get(signer)?.(digest, signature) === true ? "wallet" : undefined;
  }
}

/** A cancellation that somebody else brings, with these places. */
export const cancelledBy =
  (signed: SignedTradesCancellation, ...places: readonly number[]): PaperCall =>
  (book, context) =>
    book.createTrades(context, { orders: [], cancellations: [{ ...signed, places }] }, { maxMatches: 16, maxWalk: 64 });

export function traderAt(index: number): PaperTrader {
  const { address, signingKey } = new Wallet(id(`paper trader ${index}`));
  return { address, key: signingKey };
}

export const depositOf =
  (trader: string, amount: bigint): PaperCall =>
  (book, context) =>
    book.deposit({ ...context, caller: trader }, trader, amount);

/** Orders that somebody else brings, in one batch. */
export const ordersOf =
  (...signed: readonly SignedPackage[]): PaperCall =>
  (book, context) =>
    book.createTrades(
      context,
      { orders: signed.map((one) => ({ ...one, insertAfter: 0, place: 0 })) },
      { maxMatches: 16, maxWalk: 64 },
    );

/** What a relay would have read of the session. Of the tokens the paper chain has what the book holds of them. */
export function sessionTermsOf({ terms }: Pick<PaperChain, "terms">): RelayTerms {
  const basketTokens = [1, 2].map((k) => ({ asset: addressOf(`asset ${k}`), leg: addressOf(`leg ${k}`) }));
  const quantities = [3n as AssetUnits, (10n ** 20n) as AssetUnits];
  return { ...terms, basket: { quantities, supply: (1_000n * 10n ** 18n) as TokenWei }, basketTokens, houses: [] };
}

const addressOf = (what: string): string => getAddress(dataSlice(id(what), 12));

function termsOf(chainWindow: number): BookTerms {
  const domain = bookDomain(CHAIN_ID, BOOK);
  return bookTerms({ t1: T1, t2: T2, settleLimit: T2 + 1_000n, domain, chainWindow, maxOpenOrders: 100 });
}

function chainLog(event: BookEvent, header: BlockHeader, transactionHash: string, index: number): ChainLog {
  const { number: blockNumber, hash: blockHash } = header;
  return { ...logOf(event), address: BOOK.toLowerCase(), blockNumber, blockHash, transactionHash, index };
}

// ------------------------------------------------------------------ the node

function nodeOf(chain: PaperChain): ChainNode {
  const ask = <Result>(method: keyof ChainNode, answer: () => Result): Promise<Result> =>
    new Promise((resolve) => {
      chain.fault?.(method);
      resolve(answer());
    });
  const numberOf = (tag: number | "latest" | "pending"): number => (typeof tag === "number" ? tag : chain.tip.number);
  return {
    ranges: createRanges(),
    chainId: () => ask("chainId", () => CHAIN_ID),
    block: (tag) => ask("block", () => chain.blockAt(numberOf(tag))?.header),
    finalized: () => ask("finalized", () => undefined),
    receiptLogs: () => ask("receiptLogs", () => undefined),
    pendingTime: () => ask("pendingTime", () => chain.tip.timestamp + 1n),
    logs: (query) => ask("logs", () => logsOf(chain, query)),
    nonceOf: (address, tag) => ask("nonceOf", () => chain.transactionsOf(address, numberOf(tag))),
    balanceOf: () => ask("balanceOf", () => chain.balance),
    estimateGas: (call) => ask("estimateGas", () => estimateOf(chain, call)),
    blockGasLimit: () => ask("blockGasLimit", () => chain.blockGasLimit),
    codeOf: (address) => ask("codeOf", () => (chain.wallets.has(getAddress(address)) ? "0x60" : "0x")),
    hasCode: (address) => ask("hasCode", () => chain.wallets.has(getAddress(address))),
    gasOf: (hash) => ask("gasOf", () => (isMined(chain, hash) ? chain.receipts.get(hash) : undefined)),
    call: (call, tag) => ask("call", () => answerTo(chain, call, numberOf(tag))),
    priorityFee: () => ask("priorityFee", () => GWEI),
    gasPrice: () => ask("gasPrice", () => 5n * GWEI),
    send: (raw) => ask("send", () => send(chain, raw)),
    senderOf: (hash) => ask("senderOf", () => chain.find(hash)?.from ?? (chain.calls.has(hash) ? SOMEBODY : undefined)),
  };
}

function logsOf(chain: PaperChain, { blockHash, fromBlock = 0, toBlock = chain.tip.number }: LogQuery): ChainLog[] {
  const blocks = Array.from({ length: chain.tip.number + 1 }, (_, number) => chain.blockAt(number)!);
  return blocks
    .filter(({ header: { number, hash } }) =>
      blockHash === undefined ? number >= fromBlock && number <= toBlock : hash === blockHash,
    )
    .flatMap(({ logs }) => logs);
}

function answerTo(chain: PaperChain, call: NodeCall, number: number): string {
  const leg = chain.tokens.indexOf(call.to);
  if (leg !== -1) return toBeHex(chain.bookAt(number).state.pool.held(leg), 32);
  if (call.data === BOOK_INTERFACE.encodeFunctionData("chainState")) {
    return BOOK_INTERFACE.encodeFunctionResult("chainState", [chain.blockAt(number)!.link, 0n, 0n]);
  }
  const view = viewOf(chain, call.data, number);
  if (view !== undefined) return view;
  try {
    return chain.simulate(call);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    throw reverted("eth_call", revertDataOf(error));
  }
}

/** Far less than any batch is given. */
function estimateOf(chain: PaperChain, call: NodeCall): bigint {
  answerTo(chain, call, chain.tip.number);
  return GAS.transaction;
}

function isMined(chain: PaperChain, hash: string): boolean {
  return chain.calls.has(hash) || (chain.find(hash) !== undefined && chain.pool.every((one) => one.hash !== hash));
}

function answerOf(wallet: (digest: string, signature: string) => boolean, data: string): string {
  const [digest, signature] = WALLET.decodeFunctionData("isValidSignature", data) as unknown as [string, string];
  if (!wallet(digest, signature)) throw reverted("eth_call");
  return WALLET.encodeFunctionResult("isValidSignature", ["0x1626ba7e"]);
}

/** What a view of the book says after that block; undefined if it is none of those that relays ask. */
function viewOf(chain: PaperChain, data: string, number: number): string | undefined {
  const call = BOOK_INTERFACE.parseTransaction({ data });
  const { name } = call ?? {};
  const [trader] = (call?.args ?? []) as unknown as [string]; // by the ABI
  switch (name) {
    case "accountOf": {
      const { claim, worst, openOrders, reserved } = chain.bookAt(number).accountOf(trader);
      return BOOK_INTERFACE.encodeFunctionResult(name, [claim, worst, openOrders, reserved]);
    }
    case "claimsOf":
      return BOOK_INTERFACE.encodeFunctionResult(name, [chain.bookAt(number).claimsOf(trader)]);
    case "noncesOf": {
      const { nonceFloor, used } = chain.bookAt(number).noncesOf(trader);
      return BOOK_INTERFACE.encodeFunctionResult(name, [nonceFloor, used]);
    }
    default:
      return undefined;
  }
}

/** One that offers more takes the place of another with the same nonce. */
function send(chain: PaperChain, raw: string): string {
  const sent = Transaction.from(raw);
  chain.sent.push(raw);
  if (chain.find(sent.hash!) !== undefined) throw refused("eth_sendRawTransaction", "already known");
  if (sent.nonce < chain.transactionsOf(sent.from!)) throw refused("eth_sendRawTransaction", "nonce too low");
  const isSame = (one: Transaction): boolean => one.from === sent.from && one.nonce === sent.nonce;
  const rival = chain.pool.find(isSame);
  if (rival !== undefined && sent.maxFeePerGas! * 10n < rival.maxFeePerGas! * 11n) {
    throw refused("eth_sendRawTransaction", "replacement transaction underpriced");
  }
  chain.pool = [...chain.pool.filter((one) => !isSame(one)), sent];
  return sent.hash!;
}

export function refused(method: string, reason: string): NodeError {
  return new NodeError("NODE_REFUSED", { method, rpc: -32_000, reason });
}

export function reverted(method: string, data = "0x"): Reverted {
  return new Reverted(method, "execution reverted", data);
}

export function unreachable(method: string): NodeError {
  return new NodeError("NODE_UNREACHABLE", { method, reason: "nobody answers" });
}
