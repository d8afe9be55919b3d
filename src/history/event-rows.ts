/**
 * The rows of `events` of a dataset, from a book that is replayed: one for each record that folds into the head, and for each change of an
 * account by itself. What is remembered of orders and checkpoints is kept in the book's own journal, so that it is undone together with
 * the book.
 */
import { countsOf, numberOf } from "../protocol/book/checkpoint.js";
import type { BookEvent, OffsetReason } from "../protocol/book/events.js";
import type { BookState } from "../protocol/book/state.js";
import type { Hashing } from "../protocol/signing/hashing.js";
import { BASKET_ROOT_ID, type MarketRef, type TradePackage } from "../protocol/signing/package.js";
import { RING } from "../protocol/amounts/limits.js";
import type { Via } from "../protocol/value/via.js";

type EventOf<Kind extends BookEvent<unknown>["kind"]> = Extract<BookEvent<unknown>, { kind: Kind }>;

/** A change of an account by itself. */
export type AccountEvent = EventOf<"deposited" | "withdrawn" | "exited" | "realised" | "refreshed">;

export const ACTIONS = ["A", "F", "T", "C", "M", "B", "D", "W", "X", "R", "H"] as const;
export const ACCOUNT_ACTIONS = {
  deposited: "D",
  withdrawn: "W",
  exited: "X",
  realised: "R",
  refreshed: "H",
} as const satisfies Record<AccountEvent["kind"], (typeof ACTIONS)[number]>;
export const REASONS = ["cancelled", "expired", "uncovered", "own_order", "remainder"] as const;
export const SIDES = ["B", "A", "N"] as const;

const REASON_OF: Readonly<Record<OffsetReason, (typeof REASONS)[number]>> = {
  cancelled: "cancelled",
  expired: "expired",
  uncovered: "uncovered",
  ownOrder: "own_order",
  remainder: "remainder",
};
/** Of a contract that approves what its running call sends: it has nothing to sign with. */
const NO_SIGNATURE = "0x";
export const NO_LINK = `0x${"0".repeat(64)}`;

/** Where something is logged. */
export interface EventPlace {
  readonly blockNumber: number;
  readonly logIndex: number;
  readonly transactionHash: string;
}

/** What a dataset says of it, but for when its block was made. */
export interface EventRow {
  readonly seq: bigint;
  readonly tx: bigint;
  readonly log_index: number;
  readonly checkpoint: bigint | null;
  readonly root_id: number;
  readonly branch_id: number;
  readonly action: (typeof ACTIONS)[number];
  readonly reason: (typeof REASONS)[number] | null;
  readonly order_id: bigint | null;
  readonly side: (typeof SIDES)[number];
  readonly price: number | null;
  readonly lots: bigint | null;
  readonly lots_left: bigint | null;
  readonly match_id: bigint | null;
  readonly tif: number | null;
  readonly deadline: bigint | null;
  readonly seen_seq: bigint | null;
  readonly age_checkpoints: number | null;
  readonly trader: number | null;
  readonly via: Via | null;
  readonly link: string | null;
}

/** Cells that most rows do not have. */
const NOTHING = {
  checkpoint: null,
  reason: null,
  order_id: null,
  price: null,
  lots: null,
  lots_left: null,
  match_id: null,
  tif: null,
  deadline: null,
  seen_seq: null,
  age_checkpoints: null,
  trader: null,
  via: null,
  link: null,
} as const;

/** An order of which something is left. */
export interface LiveOrder extends MarketRef {
  readonly orderId: number;
  readonly traderId: number;
  readonly isBid: boolean;
  /** Limit, ticks. */
  readonly price: number;
  readonly seenSeq: bigint;
  readonly age: number;
  /** Lots, above zero. */
  readonly left: bigint;
  /** The transaction in which a contract said yes to it without a signature. */
  readonly unsignedIn: string | undefined;
}

/** What a history that is gone on with has counted and seen by then. */
export interface EventsSoFar {
  readonly seq: bigint;
  readonly tx: bigint;
  readonly matches: bigint;
  /** The last row before each checkpoint that may still be named, by its number. */
  readonly seen: Iterable<readonly [number: number, seq: bigint]>;
  /** What was seen of each order that rests. */
  readonly orders: Iterable<Pick<LiveOrder, "orderId" | "seenSeq" | "age">>;
}

/** A fill, as its two rows have it. */
export interface FillSeen {
  readonly maker: LiveOrder;
  readonly taker: LiveOrder;
  readonly match_id: bigint;
  readonly via: Via;
}

export interface EventRowsWays<Place extends EventPlace> {
  readonly state: BookState;
  readonly hashing: Hashing;
  /** Rows come when their call is over. */
  readonly emit: (row: EventRow, place: Place) => void;
  /** What is known of contracts that have traded without signing, beyond the logs. */
  readonly viaOf?: (via: Via, orders: readonly LiveOrder[]) => Via;
}

export class EventRows<Place extends EventPlace = EventPlace> {
  readonly #ways: EventRowsWays<Place>;
  readonly #orders = new Map<number, LiveOrder>();
  readonly #seen = new Map<number, bigint>();
  readonly #counts = new Map<"seq" | "tx" | "matches", bigint>();
  /** Rows of the call that runs: they wait for the number of its checkpoint. */
  #waiting: { readonly row: EventRow; readonly place: Place }[] = [];
  #transaction = "";

  public constructor(ways: EventRowsWays<Place>, soFar?: EventsSoFar) {
    this.#ways = ways;
    if (soFar === undefined) this.#seen.set(0, 0n);
    else this.#goOn(soFar);
  }

  /** The last row so far. */
  public get seq(): bigint {
    return this.#counts.get("seq") ?? 0n;
  }

  /** The transaction that runs. */
  public get tx(): bigint {
    return this.#counts.get("tx") ?? 0n;
  }

  /** Before anything that a transaction has logged of the book. @returns its number, if it is another than the last one */
  public begin({ transactionHash }: EventPlace): bigint | undefined {
    if (transactionHash === this.#transaction) return undefined;
    this.#transaction = transactionHash;
    return this.#count("tx");
  }

  /** Before a block, and when the book has gone back: forgets rows of a call that was not ended, and which transaction was the last. */
  public forget(): void {
    [this.#waiting, this.#transaction] = [[], ""];
  }

  /** How many checkpoints the link that an order was signed over is behind the newest one; before the book takes the order. */
  public ageOf({ previousLink }: Pick<TradePackage, "previousLink">): number {
    return numberOf(this.#ways.state.chain.link) - numberOf(previousLink);
  }

  // All that follow: after the book has taken it.

  /** @throws RangeError for a link that no order may name: the replay has refused such an order before */
  public created(orderId: number, order: TradePackage, age: number, place: Place): LiveOrder {
    const { marketRootId, marketBranchId, quantityLots, priceTicks, previousLink, deadline, timeInForce } = order;
    const { traderId } = this.#ways.state.traders.registered(order.trader);
    const isBid = quantityLots > 0n;
    const lots = isBid ? quantityLots : 0n - quantityLots;
    const seenSeq = this.#seen.get(numberOf(previousLink));
    if (seenSeq === undefined) throw new RangeError(`${previousLink} is none of the last ${RING} checkpoints`);
    const live: LiveOrder = {
      ...{ orderId, marketRootId, marketBranchId, traderId, isBid, age, seenSeq },
      price: Number(priceTicks),
      left: lots,
      unsignedIn: undefined,
    };
    this.#keep(live);
    const said = { lots, lots_left: lots, tif: timeInForce, deadline, via: "book" } as const;
    this.#wait(place, { ...ofOrder(live), ...said, action: "A", link: this.#ways.hashing.primaryLink(order) });
    return live;
  }

  public approved({ tradeRootId, signature }: EventOf<"tradeApproved">, { transactionHash }: EventPlace): void {
    if (signature !== NO_SIGNATURE) return;
    const order = { ...this.orderOf(tradeRootId), unsignedIn: transactionHash };
    this.#keep(order);
    const last = this.#waiting.at(-1);
    if (last === undefined) return;
    this.#waiting[this.#waiting.length - 1] = { ...last, row: { ...last.row, via: this.#via("contract", [order]) } };
  }

  /** The last of its two rows is that of the taker. */
  public matched({ makerRootId, takerRootId, lots, priceTicks }: EventOf<"matched">, place: Place): FillSeen {
    const [maker, taker] = [this.orderOf(makerRootId), this.orderOf(takerRootId)];
    const via = this.#via(throughOf(place, [maker, taker]), [maker, taker]);
    const match_id = this.#count("matches");
    const fill = { price: Number(priceTicks), lots, match_id, via };
    this.#wait(place, { ...ofOrder(maker), ...fill, action: "F", lots_left: this.#reduce(makerRootId, lots) });
    this.#wait(place, { ...ofOrder(taker), ...fill, action: "T", lots_left: this.#reduce(takerRootId, lots) });
    return { maker, taker, match_id, via };
  }

  public takenOut({ tradeRootId, lots, reason }: EventOf<"offset">, place: Place): LiveOrder {
    const order = this.orderOf(tradeRootId);
    const via = this.#via(throughOf(place, [order]), [order]);
    const said = { reason: REASON_OF[reason], lots, lots_left: this.#reduce(tradeRootId, lots), via };
    this.#wait(place, { ...ofOrder(order), ...said, action: "C" });
    return order;
  }

  public recorded({ marketRootId, link, record }: EventOf<"marketRecorded">, place: Place): void {
    this.#wait(place, { root_id: marketRootId, branch_id: record.marketBranchId, action: "M", side: "N", link });
  }

  public fellBack({ marketRootId, fallbackOutcome }: EventOf<"fallbackApplied">, place: Place): void {
    const outcome = { price: Number(fallbackOutcome), link: NO_LINK };
    this.#wait(place, { root_id: marketRootId, branch_id: 0, action: "B", side: "N", ...outcome });
  }

  public changed(event: AccountEvent, place: Place): void {
    const [root_id, branch_id] =
      "marketRootId" in event ? [event.marketRootId, 0] : [BASKET_ROOT_ID, "leg" in event ? event.leg : 0];
    const action = ACCOUNT_ACTIONS[event.kind];
    this.#wait(place, { root_id, branch_id, action, side: "N", trader: event.traderId });
    this.#release(null); // it folds into nothing
  }

  /** The call is over. */
  public ended({ link }: EventOf<"checkpoint">): void {
    const { number } = countsOf(link);
    this.#release(BigInt(number));
    const { journal } = this.#ways.state;
    journal.set(this.#seen, number, this.seq);
    journal.delete(this.#seen, number - RING);
  }

  /** @throws RangeError for one that has nothing left: the replay has refused such a record before */
  public orderOf(orderId: number): LiveOrder {
    const found = this.#orders.get(orderId);
    if (found === undefined) throw new RangeError(`order ${orderId} has nothing left`);
    return found;
  }

  #goOn({ seq, tx, matches, seen, orders }: EventsSoFar): void {
    const { queues } = this.#ways.state;
    for (const [name, value] of Object.entries({ seq, tx, matches }))
      this.#counts.set(name as "seq" | "tx" | "matches", value); // its keys, as just written
    for (const [number, last] of seen) this.#seen.set(number, last);
    const known = new Map([...orders].map((order) => [order.orderId, order]));
    for (const { tradeRootId, marketRootId, marketBranchId, traderId, price, lots } of queues.orders()) {
      const { seenSeq, age } = known.get(tradeRootId) ?? {};
      if (seenSeq === undefined || age === undefined) throw new RangeError(`nothing is known of order ${tradeRootId}`);
      const isBid = lots > 0n;
      const left = isBid ? lots : 0n - lots;
      this.#orders.set(tradeRootId, {
        ...{ orderId: tradeRootId, marketRootId, marketBranchId, traderId, isBid, seenSeq, age, left },
        price: Number(price),
        unsignedIn: undefined, // of an order that rests beyond its own transaction it does not matter
      });
    }
  }

  #via(via: Via, orders: readonly LiveOrder[]): Via {
    return this.#ways.viaOf?.(via, orders) ?? via;
  }

  #count(name: "seq" | "tx" | "matches"): bigint {
    const next = (this.#counts.get(name) ?? 0n) + 1n;
    this.#ways.state.journal.set(this.#counts, name, next);
    return next;
  }

  #keep(order: LiveOrder): void {
    this.#ways.state.journal.set(this.#orders, order.orderId, order);
  }

  /** @returns what is left */
  #reduce(orderId: number, lots: bigint): bigint {
    const order = this.orderOf(orderId);
    const left = order.left - lots;
    if (left === 0n) this.#ways.state.journal.delete(this.#orders, orderId);
    else this.#keep({ ...order, left });
    return left;
  }

  #wait(place: Place, cells: Pick<EventRow, "root_id" | "branch_id" | "action" | "side"> & Partial<EventRow>): void {
    const where = { seq: this.#count("seq"), tx: this.tx, log_index: place.logIndex };
    this.#waiting.push({ row: { ...NOTHING, ...where, ...cells }, place });
  }

  #release(checkpoint: bigint | null): void {
    for (const { row, place } of this.#waiting) this.#ways.emit({ ...row, checkpoint }, place);
    this.#waiting = [];
  }
}

/** An order that rests beyond its own transaction is one of the book's, whoever approved it. */
function throughOf({ transactionHash }: EventPlace, orders: readonly LiveOrder[]): Via {
  return orders.some(({ unsignedIn }) => unsignedIn === transactionHash) ? "contract" : "book";
}

function ofOrder({ orderId, marketRootId, marketBranchId, traderId, isBid, price, seenSeq, age }: LiveOrder) {
  return {
    root_id: marketRootId,
    branch_id: marketBranchId,
    order_id: BigInt(orderId),
    side: isBid ? "B" : "A",
    price,
    seen_seq: seenSeq,
    age_checkpoints: age,
    trader: traderId,
  } as const;
}
