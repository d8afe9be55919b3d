/**
 * The append-only chain of trades as a book keeps it: what was appended, the head that it folds into, and the checkpoints that
 * the next orders may name (R22 to R25). Twin of `contracts/book/Chain.sol`; only the head is hashed when somebody asks for it.
 */
import { checkMarketFold, type MarketFold, TradeBranch } from "./record-words.js";
import type { ChainEntry, Hashing } from "../signing/hashing.js";
import type { Hash } from "../signing/typed-data.js";
import { MAX_TRADES, RING } from "../amounts/limits.js";
import type { EventLog } from "./events.js";
import type { Journal } from "./journal.js";

interface ChainState {
  readonly head: Hash;
  /** The newest checkpoint, which is the head before the call that runs. */
  readonly checkpoint: Hash;
  readonly checkpoints: bigint;
  readonly trades: number;
  /** Whether the call that runs has appended anything. */
  readonly changed: boolean;
}

/** A head that was asked for while entries were still coming: the next one goes on from it. */
interface PartialFold {
  readonly head: Hash;
  readonly entries: number;
}

export class OrderChain {
  readonly #journal: Journal;
  readonly #hashing: Hashing;
  /** The domain separator of the book. */
  public readonly genesis: Hash;
  /** Head after checkpoint n at n mod RING. */
  readonly #ring = new Map<number, Hash>();
  readonly #numbers = new Map<Hash, number>();
  #checkpoint: Hash;
  /** One for each call that appended: no program makes 2^53 of them. */
  #checkpoints = 0;
  #trades = 0;
  /** Appended since the newest checkpoint. */
  #entries: ChainEntry[] = [];
  #folded: PartialFold;

  static readonly #undoNumber = (chain: OrderChain): void => {
    chain.#trades -= 1;
  };
  static readonly #undoAppend = (chain: OrderChain): void => {
    chain.#entries.pop();
    if (chain.#folded.entries > chain.#entries.length) chain.#folded = { head: chain.#checkpoint, entries: 0 };
  };
  static readonly #undoClose = (chain: OrderChain, before: Hash, entries: ChainEntry[]): void => {
    chain.#open(before, chain.#checkpoints - 1, entries);
  };
  static readonly #undoForget = (numbers: Map<Hash, number>, link: Hash, number: number): void => {
    numbers.set(link, number);
  };

  public constructor(journal: Journal, genesis: Hash, hashing: Hashing) {
    this.#journal = journal;
    this.#hashing = hashing;
    this.genesis = genesis;
    this.#checkpoint = genesis;
    this.#folded = { head: genesis, entries: 0 };
    this.#numbers.set(genesis, 0);
  }

  /** All of it, as it is now. */
  public get state(): ChainState {
    const { head, checkpoint, checkpoints, trades, changed } = this;
    return { head, checkpoint, checkpoints, trades, changed };
  }

  public get checkpoint(): Hash {
    return this.#checkpoint;
  }

  public get checkpoints(): bigint {
    return BigInt(this.#checkpoints);
  }

  public get trades(): number {
    return this.#trades;
  }

  public get changed(): boolean {
    return this.#entries.length !== 0;
  }

  public get head(): Hash {
    const entries = this.#entries.length;
    if (entries !== this.#folded.entries) {
      const head = this.#hashing.foldAll(this.#folded.head, this.#entries, this.#folded.entries);
      this.#folded = { head, entries };
    }
    return this.#folded.head;
  }

  /** The head after checkpoint `number`; undefined if it is none of the last 256. */
  public checkpointAt(number: bigint): Hash | undefined {
    const age = this.checkpoints - number;
    return age < 0n || age >= RING ? undefined : this.#headAt(Number(number));
  }

  /**
   * R25: whether `link` is the head or one of the last `chainWindow` checkpoints, and none before `oldest`.
   * @param oldest the checkpoint at which the order's market was made: a link before it knows nothing of that market
   */
  public accepts(link: Hash, chainWindow: number, oldest: bigint): boolean {
    const number = this.#numbers.get(link);
    if (number !== undefined && number >= oldest && this.#checkpoints - number < chainWindow) return true;
    return link === this.head;
  }

  /** Folds a record of the market table, or a fallback, into the head. @throws RuleError RECORD_FIELD_INVALID */
  public appendMarket(entry: MarketFold): void {
    checkMarketFold(entry);
    const { marketRootId, marketBranchId, link, outcome } = entry;
    this.#append({ rootId: marketRootId, kind: 0, price: outcome, lots: BigInt(marketBranchId), link });
  }

  /** Appends a primary trade and gives its number; undefined when the numbers are used up. */
  public append(link: Hash, price: bigint, lots: bigint): number | undefined {
    if (this.#trades === MAX_TRADES) return undefined;
    this.#trades += 1;
    this.#journal.note(OrderChain.#undoNumber, this);
    this.#append({ rootId: this.#trades, kind: TradeBranch.Primary, price, lots, link });
    return this.#trades;
  }

  /** Promotes `lots` (signed as the order's) of an order's offset from the cache. */
  public promoteOffset(tradeRootId: number, limit: bigint, lots: bigint): void {
    this.#append({ rootId: tradeRootId, kind: TradeBranch.Offset, price: limit, lots: -lots, link: undefined });
  }

  /** Promotes offset and match of `lots` (signed as the order's) of an order that was filled at `price`. */
  public promoteMatch(tradeRootId: number, limit: bigint, price: bigint, lots: bigint): void {
    this.promoteOffset(tradeRootId, limit, lots);
    this.#append({ rootId: tradeRootId, kind: TradeBranch.Match, price, lots, link: undefined });
  }

  /** R24: one checkpoint for each call that appended something. */
  public close(events: EventLog): void {
    if (!this.changed) return;
    const { head, checkpoint: before } = this;
    const entries = this.#entries;
    const number = this.#checkpoints + 1;
    const old = this.#headAt(number - RING);
    if (old !== undefined) this.#forget(old);
    this.#journal.set(this.#ring, number % RING, head);
    this.#journal.set(this.#numbers, head, number);
    this.#open(head, number, []);
    this.#journal.note(OrderChain.#undoClose, this, before, entries);
    events.emit({ kind: "checkpoint", number: BigInt(number), head });
  }

  #open(checkpoint: Hash, number: number, entries: ChainEntry[]): void {
    this.#checkpoint = checkpoint;
    this.#checkpoints = number;
    this.#entries = entries;
    this.#folded = { head: checkpoint, entries: 0 };
  }

  /** The head after a checkpoint whose place in the ring has not been used again. */
  #headAt(number: number): Hash | undefined {
    return number === 0 ? this.genesis : this.#ring.get(number % RING);
  }

  #forget(link: Hash): void {
    const number = this.#numbers.get(link);
    if (number === undefined) return;
    this.#numbers.delete(link);
    this.#journal.note(OrderChain.#undoForget, this.#numbers, link, number);
  }

  /** The book has checked that prices and lots of trades fit. */
  #append(entry: ChainEntry): void {
    this.#entries.push(entry);
    this.#journal.note(OrderChain.#undoAppend, this);
  }
}
