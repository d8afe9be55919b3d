/** All resting orders of a book, by number and by market. Twin of `contracts/book/Queues.sol`. */
import type { MarketRef } from "../signing/package.js";
import type { Journal } from "./journal.js";
import { Queue, type RestingOrder } from "./queue.js";

/** The two sides of one market. */
export class MarketQueues {
  public readonly bids: Queue;
  public readonly asks: Queue;
  readonly #journal: Journal;
  #crossed = false;
  #immediate = false;

  static readonly #undoCrossed = (queues: MarketQueues, crossed: boolean, immediate: boolean): void => {
    queues.#crossed = crossed;
    queues.#immediate = immediate;
  };

  public constructor(journal: Journal) {
    this.#journal = journal;
    this.bids = new Queue(journal, true);
    this.asks = new Queue(journal, false);
  }

  /** Whether resting orders of both sides may still have to be matched with each other (R34). */
  public isCrossed(): boolean {
    return this.#crossed;
  }

  /** Whether the order that was cut off does not rest any more once nothing crosses it (R28). */
  public isImmediate(): boolean {
    return this.#immediate;
  }

  /**
   * The order that ran out of steps and left the market crossed: nothing enters a crossed market, so it stands first on its
   * side and is the later of the two best. Undefined if the market is not crossed.
   */
  public get cutOff(): RestingOrder | undefined {
    if (!this.#crossed) return undefined;
    const [bid, ask] = [this.bids.best, this.asks.best];
    return bid === undefined || (ask !== undefined && ask.tradeRootId > bid.tradeRootId) ? ask : bid;
  }

  /** @param immediate whether the order that was cut off is immediate-or-cancel */
  public setCrossed(crossed: boolean, immediate = false): void {
    if (crossed === this.#crossed && immediate === this.#immediate) return;
    this.#journal.note(MarketQueues.#undoCrossed, this, this.#crossed, this.#immediate);
    this.#crossed = crossed;
    this.#immediate = immediate;
  }

  public side(bids: boolean): Queue {
    return bids ? this.bids : this.asks;
  }
}

export class Queues {
  readonly #journal: Journal;
  readonly #orders = new Map<number, RestingOrder>();
  readonly #markets = new Map<number, MarketQueues>();

  public constructor(journal: Journal) {
    this.#journal = journal;
  }

  public get size(): number {
    return this.#orders.size;
  }

  public orders(): IterableIterator<RestingOrder> {
    return this.#orders.values();
  }

  public find(tradeRootId: number): RestingOrder | undefined {
    return this.#orders.get(tradeRootId);
  }

  /** The queues of a market that exists. */
  public of({ marketRootId, marketBranchId }: MarketRef): MarketQueues {
    const key = marketRootId * 64 + marketBranchId; // at most 32 branches
    let found = this.#markets.get(key);
    if (found === undefined) {
      found = new MarketQueues(this.#journal);
      this.#markets.set(key, found); // an empty market is none: nothing to undo
    }
    return found;
  }

  public insert(order: Omit<RestingOrder, "prev" | "next" | "level">): void {
    const { tradeRootId, marketRootId, marketBranchId, traderId, price, deadline, lots } = order;
    const resting: RestingOrder = {
      tradeRootId,
      marketRootId,
      marketBranchId,
      traderId,
      price,
      deadline,
      lots,
      prev: undefined,
      next: undefined,
      level: undefined,
    };
    this.#journal.set(this.#orders, tradeRootId, resting);
    this.of(order)
      .side(order.lots > 0n)
      .insert(resting);
  }

  public remove(order: RestingOrder): void {
    this.#orders.delete(order.tradeRootId);
    this.#journal.note(undoRemove, this.#orders, order);
    this.of(order)
      .side(order.lots > 0n)
      .remove(order);
  }

  public reduce(order: RestingOrder, left: bigint): void {
    this.of(order)
      .side(order.lots > 0n)
      .reduce(order, left);
  }
}

function undoRemove(orders: Map<number, RestingOrder>, order: RestingOrder): void {
  orders.set(order.tradeRootId, order);
}
