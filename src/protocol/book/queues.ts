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

  static readonly #undoCrossed = (queues: MarketQueues, before: boolean): void => {
    queues.#crossed = before;
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

  public setCrossed(crossed: boolean): void {
    if (crossed === this.#crossed) return;
    this.#crossed = crossed;
    this.#journal.note(MarketQueues.#undoCrossed, this, !crossed);
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
