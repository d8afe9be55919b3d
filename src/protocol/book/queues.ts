/** All resting orders of a book, by number, by place and by market. Twin of `contracts/book/Queues.sol`. */
import type { MarketRef } from "../signing/package.js";
import type { Journal } from "./journal.js";
import { PlaceSet } from "./places.js";
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

/** An order that is to rest. */
export type NewOrder = Omit<RestingOrder, "isPlaced" | "isStored" | "level" | "next" | "place" | "prev">;

/** A market is at most one of 32 branches. */
const BRANCHES = 64;
const marketOfKey = (key: number): MarketRef => ({
  marketRootId: Math.floor(key / BRANCHES),
  marketBranchId: key % BRANCHES,
});

export interface CrossedMarket extends MarketRef {
  /** Whether the order that was cut off is immediate-or-cancel. */
  readonly isImmediate: boolean;
}

/** Places by rising number. */
export interface PastPlaces {
  /** Where an order rested that is gone, and where the logs leave it open: the first and the last of places that follow each other. */
  readonly dead: readonly (readonly [first: number, last: number])[];
  readonly doubtful: readonly (readonly [first: number, last: number])[];
  /** The order that rested last at a dead place, where its number is another. */
  readonly lastIds: readonly (readonly [place: number, tradeRootId: number])[];
}

export class Queues {
  readonly #journal: Journal;
  readonly #orders = new Map<number, RestingOrder>();
  readonly #markets = new Map<number, MarketQueues>();
  readonly #byPlace = new Map<number, RestingOrder>();
  /** Places where an order rested that is gone. */
  readonly #dead: PlaceSet;
  /**
   * Numbers of orders that were gone before they were stored, as far as is known here. Whoever has only logs sees of no order that
   * left within its own call whether it had been stored before: its place may be a dead one.
   */
  readonly #doubtful: PlaceSet;
  /** By dead place: the order that rested there last, where its number is another. */
  readonly #lastIds = new Map<number, number>();
  /** Resting orders that are not stored yet. */
  #held: readonly RestingOrder[] = [];

  static readonly #undoHeld = (queues: Queues, held: readonly RestingOrder[]): void => {
    queues.#held = held;
  };

  public constructor(journal: Journal) {
    this.#journal = journal;
    this.#dead = new PlaceSet(journal);
    this.#doubtful = new PlaceSet(journal);
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

  /** The order that rests at a place. */
  public at(place: number): RestingOrder | undefined {
    return this.#byPlace.get(place);
  }

  /** The queues of a market that exists. */
  public of({ marketRootId, marketBranchId }: MarketRef): MarketQueues {
    const key = marketRootId * BRANCHES + marketBranchId;
    let found = this.#markets.get(key);
    if (found === undefined) {
      found = new MarketQueues(this.#journal);
      this.#markets.set(key, found); // an empty market is none: nothing to undo
    }
    return found;
  }

  // ------------------------------------------------------------------ places

  /** Orders that came first on their side in the call that runs and are not stored yet. */
  public get held(): readonly RestingOrder[] {
    return this.#held;
  }

  /** Whether an order rested there and is gone, so that another may rest there. */
  public isDead(place: number): boolean {
    return this.#dead.has(place) && !this.#byPlace.has(place);
  }

  /** Whether the logs leave open that it is. */
  public mayBeDead(place: number): boolean {
    return this.isDead(place) || this.#doubtful.has(place);
  }

  /** Dead places from `first` on, by rising number. */
  public *deadPlaces(first = 1): Generator<number> {
    for (const place of this.#dead.from(first)) if (!this.#byPlace.has(place)) yield place;
  }

  /** The number of the order that rests at a place, or did so last; 0 if there was none. */
  public lastAt(place: number): number {
    return this.#byPlace.get(place)?.tradeRootId ?? this.#lastIds.get(place) ?? (this.#dead.has(place) ? place : 0);
  }

  /** The order is at its place from now on, even when it is gone. */
  public store(order: RestingOrder): void {
    order.isStored = true;
    this.#journal.note(undoStore, order);
    this.#unhold(order);
    for (const places of [this.#dead, this.#doubtful]) places.delete(order.place);
    this.#journal.delete(this.#lastIds, order.place);
  }

  /** The order stays unstored for now. */
  public hold(order: RestingOrder): void {
    this.#setHeld([...this.#held, order]);
  }

  /** A place that turns out to be dead. */
  public confirmDead(place: number): void {
    this.#doubtful.delete(place);
    this.#dead.add(place);
  }

  /** Of an order that left within its own call only logs are known: it may have been stored before. */
  public doubt(tradeRootId: number): void {
    this.#doubtful.add(tradeRootId);
  }

  /** An order of which only logs are known turns out to rest elsewhere than was thought. */
  public move(order: RestingOrder, place: number): void {
    const before = order.place;
    order.place = place;
    this.#journal.note(undoMove, order, before);
    this.#journal.delete(this.#byPlace, before);
    this.#journal.set(this.#byPlace, place, order);
  }

  // ------------------------------------------------------------------ keeping

  /** Markets in which resting orders may still have to be matched with each other, by rising number. */
  public crossed(): readonly CrossedMarket[] {
    return [...this.#markets]
      .filter(([, queues]) => queues.isCrossed())
      .sort(([a], [b]) => a - b)
      .map(([key, queues]) => ({ ...marketOfKey(key), isImmediate: queues.isImmediate() }));
  }

  /** What there is to know of places where nothing rests. Between calls. */
  public get past(): PastPlaces {
    const lastIds = [...this.#lastIds].sort(([a], [b]) => a - b);
    return { dead: [...this.#dead.runs()], doubtful: [...this.#doubtful.runs()], lastIds };
  }

  /** Takes on what was kept of places; of a book that nothing has been done to. */
  public restorePast({ dead, doubtful, lastIds }: PastPlaces): void {
    this.#dead.restore(dead);
    this.#doubtful.restore(doubtful);
    for (const [place, tradeRootId] of lastIds) this.#lastIds.set(place, tradeRootId);
  }

  /** Takes on an order that rested; the earlier ones come first. Between calls. */
  public restore(order: NewOrder, place: number, isPlaced: boolean): void {
    this.insert(order, place, isPlaced).isStored = true;
  }

  // ------------------------------------------------------------------ orders

  /** @param isPlaced whether the record that it came with has its place */
  public insert(order: NewOrder, place: number, isPlaced = false): RestingOrder {
    const { tradeRootId, marketRootId, marketBranchId, traderId, price, deadline, lots } = order;
    const resting: RestingOrder = {
      tradeRootId,
      place,
      isStored: false,
      isPlaced,
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
    this.#journal.set(this.#byPlace, place, resting);
    this.of(order)
      .side(order.lots > 0n)
      .insert(resting);
    return resting;
  }

  public remove(order: RestingOrder): void {
    const { tradeRootId, place } = order;
    this.#journal.delete(this.#orders, tradeRootId);
    this.#journal.delete(this.#byPlace, place);
    this.of(order)
      .side(order.lots > 0n)
      .remove(order);
    if (order.isStored) {
      this.#dead.add(place);
      if (place !== tradeRootId) this.#journal.set(this.#lastIds, place, tradeRootId);
    } else {
      this.#unhold(order);
      if (place === tradeRootId) this.doubt(tradeRootId);
      else this.#dead.add(place); // as before, stored or not
    }
  }

  public reduce(order: RestingOrder, left: bigint): void {
    this.of(order)
      .side(order.lots > 0n)
      .reduce(order, left);
  }

  #unhold(order: RestingOrder): void {
    if (this.#held.includes(order)) this.#setHeld(this.#held.filter((other) => other !== order));
  }

  #setHeld(held: readonly RestingOrder[]): void {
    this.#journal.note(Queues.#undoHeld, this, this.#held);
    this.#held = held;
  }
}

function undoStore(order: RestingOrder): void {
  order.isStored = false;
}

function undoMove(order: RestingOrder, before: number): void {
  order.place = before;
}
