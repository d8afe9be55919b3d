/**
 * The append-only chain of trades as a book keeps it: the head, and the checkpoints that the next orders may name (R22 to
 * R25). Twin of `contracts/book/Chain.sol`.
 */
import { foldMarket, foldPrimary, foldPromotion, type MarketFold, recordWord, TradeBranch } from "../chain.js";
import type { Hash } from "../typedData.js";
import { type Lots, type Ticks, unsignedRange } from "../units.js";
import type { EventLog } from "./events.js";
import type { Journal } from "./journal.js";

/** Checkpoints kept, and so the largest chainWindow. */
export const RING = 256n;
const MAX_TRADES = Number(unsignedRange(32).most);

interface ChainState {
  readonly head: Hash;
  /** The newest checkpoint, which is the head before the call that runs. */
  readonly checkpoint: Hash;
  readonly checkpoints: bigint;
  readonly trades: number;
  /** Whether the call that runs has appended anything. */
  readonly changed: boolean;
}

export class OrderChain {
  readonly #journal: Journal;
  /** The domain separator of the book. */
  public readonly genesis: Hash;
  readonly #ring = new Map<bigint, Hash>();
  readonly #numbers = new Map<Hash, bigint>();
  #state: ChainState;

  public constructor(journal: Journal, genesis: Hash) {
    this.#journal = journal;
    this.genesis = genesis;
    this.#state = { head: genesis, checkpoint: genesis, checkpoints: 0n, trades: 0, changed: false };
    this.#numbers.set(genesis, 0n);
  }

  public get state(): ChainState {
    return this.#state;
  }

  /** The head after checkpoint `number`; undefined if it is none of the last 256. */
  public checkpointAt(number: bigint): Hash | undefined {
    const { checkpoints } = this.#state;
    if (number > checkpoints || checkpoints - number >= RING) return undefined;
    return number === 0n ? this.genesis : this.#ring.get(number % RING);
  }

  /**
   * R25: whether `link` is the head or one of the last `chainWindow` checkpoints, and none before `oldest`.
   * @param oldest the checkpoint at which the order's market was made: a link before it knows nothing of that market
   */
  public accepts(link: Hash, chainWindow: number, oldest: bigint): boolean {
    if (link === this.#state.head) return true;
    const number = this.#numbers.get(link);
    return number !== undefined && number >= oldest && this.#state.checkpoints - number < BigInt(chainWindow);
  }

  /** Folds a record of the market table, or a fallback, into the head. */
  public appendMarket(entry: MarketFold): void {
    this.#move({ ...this.#state, head: foldMarket(this.#state.head, entry), changed: true });
  }

  /** Appends a primary trade and gives its number; undefined when the numbers are used up. */
  public append(link: Hash, price: bigint, lots: bigint): number | undefined {
    const { head, trades } = this.#state;
    if (trades === MAX_TRADES) return undefined;
    const tradeRootId = trades + 1;
    const word = wordOf(tradeRootId, TradeBranch.Primary, price, lots);
    this.#move({ ...this.#state, head: foldPrimary(head, word, link), trades: tradeRootId, changed: true });
    return tradeRootId;
  }

  /** Promotes `lots` (signed as the order's) of an order's offset from the cache. */
  public promoteOffset(tradeRootId: number, limit: bigint, lots: bigint): void {
    this.#fold(wordOf(tradeRootId, TradeBranch.Offset, limit, -lots));
  }

  /** Promotes offset and match of `lots` (signed as the order's) of an order that was filled at `price`. */
  public promoteMatch(tradeRootId: number, limit: bigint, price: bigint, lots: bigint): void {
    this.promoteOffset(tradeRootId, limit, lots);
    this.#fold(wordOf(tradeRootId, TradeBranch.Match, price, lots));
  }

  /** R24: one checkpoint for each call that appended something. */
  public close(events: EventLog): void {
    const { head, checkpoints, changed } = this.#state;
    if (!changed) return;
    const number = checkpoints + 1n;
    const old = this.checkpointAt(number - RING);
    if (old !== undefined) this.#forget(old);
    this.#journal.set(this.#ring, number % RING, head);
    this.#journal.set(this.#numbers, head, number);
    this.#move({ ...this.#state, checkpoint: head, checkpoints: number, changed: false });
    events.emit({ kind: "checkpoint", number, head });
  }

  #forget(link: Hash): void {
    const number = this.#numbers.get(link);
    if (number === undefined) return;
    this.#numbers.delete(link);
    this.#journal.note(() => this.#numbers.set(link, number));
  }

  #fold(word: bigint): void {
    this.#move({ ...this.#state, head: foldPromotion(this.#state.head, word), changed: true });
  }

  #move(next: ChainState): void {
    const before = this.#state;
    this.#state = next;
    this.#journal.note(() => {
      this.#state = before;
    });
  }
}

/** Prices and lots of trades fit: the book has checked them. */
function wordOf(tradeRootId: number, tradeBranchId: TradeBranch, price: bigint, lots: bigint): bigint {
  return recordWord({ tradeRootId, tradeBranchId, price: price as Ticks, lots: lots as Lots });
}
