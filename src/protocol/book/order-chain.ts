/**
 * The append-only chain of trades as a book keeps it: what was appended, and the checkpoints that orders may name (R22 to R25).
 * Twin of `contracts/book/Chain.sol`. A call may also be ended before anybody knows its block: it is expected then, and gets its
 * checkpoint when it has landed, with other expected calls on top of it.
 */
import { checkMarketFold, type MarketFold, TradeBranch } from "./record-words.js";
import type { ChainEntry, Hashing } from "../signing/hashing.js";
import type { Hash } from "../signing/typed-data.js";
import { Refusal } from "../market/refusal.js";
import { MAX_MARK, MAX_TRADES, RING } from "../amounts/limits.js";
import { checkpointLink, countsOf, genesisLink, numberOf } from "./checkpoint.js";
import type { EventLog } from "./events.js";
import type { Journal } from "./journal.js";

interface ChainState {
  /** The newest checkpoint. */
  readonly link: Hash;
  readonly checkpoints: bigint;
  readonly trades: number;
  /** Whether the call that runs has appended anything. */
  readonly changed: boolean;
}

/** What a call ends with: the whole head, and the checkpoint. */
export interface Ending {
  readonly head: Hash;
  readonly link: Hash;
}

/** A call that has ended. */
interface EndedCall {
  readonly entries: readonly ChainEntry[];
  /** The last tradeRootId after it. */
  readonly trades: number;
  /** The checkpoint before it, and the one whose place in the ring it took; undefined as long as it is only expected. */
  before: Hash | undefined;
  replaced: Hash | undefined;
}

export class OrderChain {
  readonly #journal: Journal;
  readonly #hashing: Hashing;
  /** The domain separator of the book. */
  public readonly separator: Hash;
  readonly #genesis: Hash;
  /** Checkpoint n at n mod RING. */
  readonly #ring = new Map<number, Hash>();
  #link: Hash;
  #trades = 0;
  /** Appended by the call that runs. */
  #entries: ChainEntry[] = [];
  /** Calls that have ended and not landed, oldest first. */
  readonly #expected: EndedCall[] = [];

  static readonly #undoNumber = (chain: OrderChain): void => {
    chain.#trades -= 1;
  };
  static readonly #undoAppend = (chain: OrderChain): void => {
    chain.#entries.pop();
  };
  static readonly #undoEnd = (chain: OrderChain, call: EndedCall, entries: ChainEntry[]): void => {
    if (call.before === undefined) chain.#expected.pop();
    else {
      const place = numberOf(chain.#link) % RING;
      if (call.replaced === undefined) chain.#ring.delete(place);
      else chain.#ring.set(place, call.replaced);
      chain.#link = call.before;
    }
    chain.#entries = entries;
  };

  public constructor(journal: Journal, separator: Hash, hashing: Hashing) {
    this.#journal = journal;
    this.#hashing = hashing;
    this.separator = separator;
    this.#genesis = genesisLink(separator);
    this.#link = this.#genesis;
  }

  /** All of it, as it is now. */
  public get state(): ChainState {
    const { link, checkpoints, trades, changed } = this;
    return { link, checkpoints, trades, changed };
  }

  /** The newest checkpoint. */
  public get link(): Hash {
    return this.#link;
  }

  /** The number of the newest checkpoint. */
  public get checkpoints(): bigint {
    return BigInt(numberOf(this.#link));
  }

  public get trades(): number {
    return this.#trades;
  }

  public get changed(): boolean {
    return this.#entries.length !== 0;
  }

  /** Whether nothing was appended, and no call was ended, that has no checkpoint yet. */
  public get isSettled(): boolean {
    return this.#entries.length === 0 && this.#expected.length === 0;
  }

  /**
   * Takes on the chain as it was kept; of a book that nothing has been done to.
   * @param ring the last checkpoints, at most 256, without the genesis, oldest first, numbered one by one
   * @throws RangeError if they are not
   */
  public restore(ring: readonly Hash[]): void {
    const link = ring.at(-1);
    if (link === undefined) return;
    const newest = numberOf(link);
    const isWhole = ring.length === Math.min(newest, RING);
    if (!isWhole || ring.some((one, index) => numberOf(one) !== newest - ring.length + 1 + index)) {
      throw new RangeError(`the last checkpoints before ${newest} are not what is kept`);
    }
    for (const one of ring) this.#ring.set(numberOf(one) % RING, one);
    this.#link = link;
    this.#trades = countsOf(link).trades;
  }

  /** Checkpoint `number`; undefined if it is none of the last 256. */
  public checkpointAt(number: bigint): Hash | undefined {
    const age = this.checkpoints - number;
    return number < 0n || age < 0n || age >= RING ? undefined : this.#linkAt(Number(number));
  }

  /**
   * R25: whether `link` is one of the last `chainWindow` checkpoints, and none before `oldest`. Each call that is expected counts
   * as a checkpoint, which nobody can name.
   * @param oldest the checkpoint at which the order's market was made: a link before it knows nothing of that market
   */
  public accepts(link: Hash, chainWindow: number, oldest: bigint): boolean {
    const [number, newest] = [numberOf(link), numberOf(this.#link)];
    if (number > newest || number < oldest) return false;
    return newest + this.#expected.length - number < chainWindow && link === this.#linkAt(number);
  }

  /** Appends a record of the market table, or a fallback. @throws RuleError RECORD_FIELD_INVALID */
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

  /** The mark of a block that is next to the newest checkpoint's. */
  public get nextMark(): bigint {
    return countsOf(this.#link).mark + 1n;
  }

  /** The number of the checkpoint that a call in the block of that mark ends with, if it appends anything. */
  public numberInCall(mark: bigint): number {
    const newest = countsOf(this.#link);
    return newest.mark === mark ? newest.number : newest.number + 1;
  }

  /**
   * R24: the checkpoint of the block, if the call appended something. An earlier one of the same block is overwritten.
   * @param mark block.number
   * @throws Refusal Book_ChainFull if a checkpoint has no room for it
   */
  public close(events: EventLog, mark: bigint): void {
    if (!this.changed) return;
    if (mark > MAX_MARK) throw new Refusal("Book_ChainFull", {});
    this.expect();
    const { head, link } = this.nextEnding(mark);
    this.land(link);
    events.emit({ kind: "checkpoint", head, link });
  }

  /** Ends the call before its block is known. */
  public expect(): void {
    if (!this.changed) return;
    const entries = this.#entries;
    const call: EndedCall = { entries, trades: this.#trades, before: undefined, replaced: undefined };
    this.#expected.push(call);
    this.#entries = [];
    this.#journal.note(OrderChain.#undoEnd, this, call, entries);
  }

  /** What the oldest expected call ends with in the block of that mark. @throws RangeError if none is expected */
  public nextEnding(mark: bigint): Ending {
    const { entries, trades } = this.#oldest();
    const head = this.#hashing.foldCall(this.#link, entries);
    return { head, link: checkpointLink(head, { mark, trades, number: this.numberInCall(mark) }) };
  }

  /**
   * Takes the oldest expected call for landed: as if its checkpoint had been known when it ended, so it needs no undoing of its
   * own. @param link what `nextEnding` gives. @throws RangeError if none is expected
   */
  public land(link: Hash): void {
    const call = this.#oldest();
    this.#expected.shift();
    const place = numberOf(link) % RING;
    call.before = this.#link;
    call.replaced = this.#ring.get(place);
    this.#ring.set(place, link);
    this.#link = link;
  }

  #oldest(): EndedCall {
    const [call] = this.#expected;
    if (call === undefined) throw new RangeError("no call is expected to land");
    return call;
  }

  /** A checkpoint whose place in the ring has not been used again. */
  #linkAt(number: number): Hash | undefined {
    return number === 0 ? this.#genesis : this.#ring.get(number % RING);
  }

  /** The book has checked that prices and lots of trades fit. */
  #append(entry: ChainEntry): void {
    this.#entries.push(entry);
    this.#journal.note(OrderChain.#undoAppend, this);
  }
}
