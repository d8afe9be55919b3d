/**
 * Resting orders of one side of a market, best first (R30): bids by falling, asks by rising price, and within a price by
 * tradeRootId. A linked list, and the last order of each price in a sorted index, so that a place is found without a walk.
 */
import type { MarketRef } from "../signing/package.js";
import type { Journal } from "./journal.js";
import { SortedIndex } from "./sorted-index.js";

/** An order in the book. The queue alone changes its neighbours, `reduce` its lots, `Queues` its place. */
export interface RestingOrder extends MarketRef {
  readonly tradeRootId: number;
  /** Where it rests; its own number unless its submitter has named another. */
  place: number;
  /** False until the call that it came in lets go of it: one that is gone before has never been at its place. */
  isStored: boolean;
  /** Whether the record that it came with has its place. */
  readonly isPlaced: boolean;
  readonly traderId: number;
  readonly price: bigint;
  /** Last second at which it may be filled. */
  readonly deadline: bigint;
  /** What is left: + bid, − offer. */
  lots: bigint;
  prev: RestingOrder | undefined;
  next: RestingOrder | undefined;
  /** The orders of its price, while it is in a queue. */
  level: PriceTail | undefined;
}

/**
 * Whether `price` is at least as good as `other` seen from a bid, or else an offer. Among orders of one side it means
 * precedence over a later one; against an opposite order it means that the two cross.
 */
export function reaches(bids: boolean, price: bigint, other: bigint): boolean {
  return bids ? price >= other : price <= other;
}

/** The orders of one price, as far as a place among them is concerned. */
export interface PriceTail {
  last: RestingOrder;
}

export class Queue implements Iterable<RestingOrder> {
  readonly #journal: Journal;
  readonly #bids: boolean;
  readonly #levels = new SortedIndex<PriceTail>();
  #first: RestingOrder | undefined;
  #size = 0;

  static readonly #undoInsert = (queue: Queue, order: RestingOrder): void => {
    queue.#unlink(order);
  };
  static readonly #undoRemove = (queue: Queue, order: RestingOrder, prev: RestingOrder | undefined): void => {
    queue.#link(order, prev);
  };

  public constructor(journal: Journal, bids: boolean) {
    this.#journal = journal;
    this.#bids = bids;
  }

  public get best(): RestingOrder | undefined {
    return this.#first;
  }

  public get size(): number {
    return this.#size;
  }

  public *[Symbol.iterator](): Iterator<RestingOrder> {
    for (let order = this.#first; order !== undefined; order = order.next) yield order;
  }

  /** The order behind which a new one at `price` belongs; undefined if it is the best. */
  public placeOf(price: bigint): RestingOrder | undefined {
    return this.#levels.floor(this.#rank(price))?.last;
  }

  /**
   * Whether the contract's walk from `hint` (undefined: from the best) to the place of a new order at `price` passes at most
   * `maxWalk` orders. Looks at no more than that.
   */
  public isNear(price: bigint, hint: RestingOrder | undefined, maxWalk: number): boolean {
    if (maxWalk >= this.#size) return true;
    const place = this.placeOf(price);
    let at = hint;
    const back = at !== undefined && !reaches(this.#bids, at.price, price);
    for (let walked = 0; at !== place; walked += 1) {
      if (walked === maxWalk) return false;
      at = back ? at?.prev : at === undefined ? this.#first : at.next;
    }
    return true;
  }

  public insert(order: RestingOrder): void {
    this.#link(order, this.placeOf(order.price));
    this.#journal.note(Queue.#undoInsert, this, order);
  }

  public remove(order: RestingOrder): void {
    const { prev } = order;
    this.#unlink(order);
    this.#journal.note(Queue.#undoRemove, this, order, prev);
  }

  /** An order that was partly filled keeps its place. */
  public reduce(order: RestingOrder, left: bigint): void {
    const before = order.lots;
    order.lots = left;
    this.#journal.note(undoReduce, order, before);
  }

  #link(order: RestingOrder, prev: RestingOrder | undefined): void {
    const next = prev === undefined ? this.#first : prev.next;
    [order.prev, order.next] = [prev, next];
    if (prev === undefined) this.#first = order;
    else prev.next = order;
    if (next !== undefined) next.prev = order;
    const level = levelOf(order.price, prev) ?? levelOf(order.price, next);
    if (level === undefined) this.#levels.set(this.#rank(order.price), (order.level = { last: order }));
    else {
      order.level = level;
      if (level.last === prev) level.last = order;
    }
    this.#size += 1;
  }

  #unlink(order: RestingOrder): void {
    const { prev, next, price, level } = order;
    if (prev === undefined) this.#first = next;
    else prev.next = next;
    if (next !== undefined) next.prev = prev;
    if (level?.last === order) {
      if (prev?.level === level) level.last = prev;
      else this.#levels.delete(this.#rank(price));
    }
    this.#size -= 1;
  }

  /** Rising from best to worst. A price is an int32: it fits a number. */
  #rank(price: bigint): number {
    return this.#bids ? -Number(price) : Number(price);
  }
}

/** Orders of one price are neighbours: no search is needed to find their level. */
function levelOf(price: bigint, neighbour: RestingOrder | undefined): PriceTail | undefined {
  return neighbour?.price === price ? neighbour.level : undefined;
}

function undoReduce(order: RestingOrder, before: bigint): void {
  order.lots = before;
}
