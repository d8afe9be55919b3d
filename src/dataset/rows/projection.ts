/**
 * From a session's log to the rows of its dataset, record by record, with a replay of its own: every record must be what the rules
 * make of the state before it. Signatures are not looked at; `verifySession` does that.
 */
import { Book } from "../../protocol/book/book.js";
import { countsOf, numberOf } from "../../protocol/book/checkpoint.js";
import type { OffsetReason } from "../../protocol/book/events.js";
import { TRUSTING } from "../../protocol/book/outside.js";
import { BookReplay } from "../../protocol/book/rebuild.js";
import { branchCount, rootOf } from "../../protocol/market/market-table.js";
import { type Hashing, PLAIN_HASHING } from "../../protocol/signing/hashing.js";
import { BASKET_ROOT_ID, type MarketRef, type TradePackage, tradePackage } from "../../protocol/signing/package.js";
import { packageOfQuote } from "../../protocol/signing/quote-set.js";
import { type BookEventInLog, createReader, type Reader, type SessionEvent } from "../../verify/events.js";
import { bookTermsOf, type LogHeader } from "../../verify/log-header.js";
import { reasonOf } from "../../verify/rules.js";
import type { LogRecord } from "../../verify/session-log.js";
import { DatasetError } from "../errors.js";
import type { Emit, REASONS, TableRow } from "../schema/tables.js";
import { Call } from "./call.js";
import { Holdings } from "./holdings.js";
import { type HouseKinds, Houses } from "./houses.js";
import { type LiveOrder, LiveOrders, viaOf } from "./orders.js";
import { Roots } from "./roots.js";
import { SeenLinks } from "./seen-links.js";

type EventRow = TableRow<"events">;
type EventOf<Kind extends BookEventInLog["kind"]> = Extract<BookEventInLog, { kind: Kind }>;

const REASON_OF: Readonly<Record<OffsetReason, (typeof REASONS)[number]>> = {
  cancelled: "cancelled",
  expired: "expired",
  uncovered: "uncovered",
  ownOrder: "own_order",
  remainder: "remainder",
};
const NO_SIGNATURE = "0x";
const MILLISECONDS = 1_000n;

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

/** Where the log ends. */
export interface Ending {
  readonly finalHead: string;
  readonly finalLink: string;
}

export class Projection {
  readonly #emit: Emit;
  readonly #read: Reader;
  readonly #hashing: Hashing;
  readonly #book: Book;
  readonly #replay: BookReplay;
  readonly #orders = new LiveOrders();
  readonly #links: SeenLinks;
  readonly #houses: Houses;
  readonly #holdings: Holdings;
  readonly #roots: Roots;
  readonly #call: Call;
  /** Rows of the call that runs: they wait for the number of its checkpoint. */
  #waiting: EventRow[] = [];
  #seq = 0n;
  #tx = 0n;
  #matches = 0n;
  #transaction = "";
  #head: string;
  #set: EventOf<"quoteSetCreated"> | undefined;
  #firstExit: bigint | undefined;

  /** @param houses of which somebody has found out what they are; logs do not say it */
  public constructor(header: LogHeader, emit: Emit, houses: HouseKinds, hashing: Hashing = PLAIN_HASHING) {
    this.#emit = emit;
    this.#hashing = hashing;
    this.#read = createReader(header);
    this.#book = new Book(bookTermsOf(header), TRUSTING, hashing);
    this.#replay = new BookReplay(this.#book);
    const { state } = this.#book;
    this.#houses = new Houses(houses, (traderId) => state.traders.byId(traderId).address);
    this.#links = new SeenLinks(state.chain.link);
    this.#holdings = new Holdings(state, emit);
    this.#roots = new Roots(state, emit);
    this.#call = new Call(state, emit);
    this.#head = state.chain.separator;
  }

  /** @throws DatasetError DATASET_LOG_IMPOSSIBLE for a record that cannot be */
  public take(record: LogRecord): void {
    let said: SessionEvent | undefined;
    try {
      said = this.#read(record);
      if (said.source !== "book") return;
      if (record.transactionHash !== this.#transaction) this.#beginTransaction(record);
      this.#takeEvent(said.event, record);
    } catch (error) {
      throw impossible(error, said, record);
    }
  }

  /** After the last record. @throws DatasetError DATASET_LOG_CUT */
  public end(): Ending {
    if (this.#replay.isMidCall) throw new DatasetError("DATASET_LOG_CUT", { rows: this.#seq });
    this.#roots.end(this.#firstExit);
    return { finalHead: this.#head, finalLink: this.#book.state.chain.link };
  }

  #beginTransaction({ transactionHash, blockNumber }: LogRecord): void {
    this.#transaction = transactionHash;
    this.#tx += 1n;
    this.#emit("transactions", { tx: this.#tx, block_number: BigInt(blockNumber), tx_hash: transactionHash });
  }

  #takeEvent(event: BookEventInLog, record: LogRecord): void {
    switch (event.kind) {
      case "tradeCreated":
        this.#takeOrder(event.tradeRootId, event.package, event, record);
        return;
      case "quoteCreated":
        this.#takeQuote(event, record);
        return;
      case "matched":
        this.#takeFill(event, record);
        return;
      case "offset":
        this.#takeOffset(event, record);
        return;
      case "marketRecorded":
        this.#takeMarketRecord(event, record);
        return;
      case "fallbackApplied":
        this.#takeFallback(event, record);
        return;
      case "checkpoint":
        this.#feed(event, record);
        this.#endCall(event, record);
        return;
      case "tradeApproved":
        this.#feed(event, record);
        this.#approve(event, record);
        return;
      case "quoteSetCreated":
        this.#set = event;
        this.#feed(event, record);
        return;
      case "userCreated": {
        const { traderId, trader } = event;
        this.#feed(event, record);
        this.#emit("traders", { trader: traderId, address: trader, block_number: BigInt(record.blockNumber) });
        return;
      }
      case "deposited":
      case "withdrawn":
      case "exited":
      case "realised":
      case "refreshed":
        this.#takeAccount(event, record);
        return;
      default:
        this.#feed(event, record);
    }
  }

  #feed(event: BookEventInLog, { timestamp }: LogRecord): void {
    this.#replay.feed({ event, timestamp: BigInt(timestamp) });
  }

  // ------------------------------------------------------------------ orders

  #takeQuote(event: EventOf<"quoteCreated">, record: LogRecord): void {
    // A quote without a set is refused by the replay.
    if (this.#set === undefined) this.#feed(event, record);
    else this.#takeOrder(event.tradeRootId, tradePackage(packageOfQuote(this.#set, event)), event, record);
  }

  #takeOrder(orderId: number, order: TradePackage, event: BookEventInLog, record: LogRecord): void {
    const { chain, traders } = this.#book.state;
    const age = numberOf(chain.link) - numberOf(order.previousLink);
    this.#feed(event, record);
    const { marketRootId, marketBranchId, quantityLots, priceTicks, previousLink, deadline, timeInForce } = order;
    const { traderId } = traders.registered(order.trader);
    const isBid = quantityLots > 0n;
    const lots = isBid ? quantityLots : 0n - quantityLots;
    const live: LiveOrder = {
      ...{ orderId, marketRootId, marketBranchId, traderId, isBid, age },
      price: Number(priceTicks),
      since: BigInt(record.timestamp),
      seenSeq: this.#links.seqOf(previousLink),
      left: lots,
      unsignedIn: undefined,
    };
    this.#orders.add(live);
    this.#wait(record, {
      ...ofOrder(live),
      action: "A",
      lots,
      lots_left: lots,
      tif: timeInForce,
      deadline,
      via: "book",
      link: this.#hashing.primaryLink(order),
    });
    this.#touch(live);
  }

  /** A contract that approves what its running call sends has nothing to sign with. */
  #approve({ tradeRootId, signature }: EventOf<"tradeApproved">, { transactionHash }: LogRecord): void {
    if (signature !== NO_SIGNATURE) return;
    const order = this.#orders.get(tradeRootId);
    order.unsignedIn = transactionHash;
    const row = this.#waiting.at(-1);
    if (row !== undefined)
      this.#waiting[this.#waiting.length - 1] = { ...row, via: this.#houses.viaOf("contract", [order]) };
  }

  #takeFill(event: EventOf<"matched">, record: LogRecord): void {
    const { makerRootId, takerRootId, lots } = event;
    const [best, price] = [this.#bestBefore(takerRootId), Number(event.priceTicks)];
    this.#feed(event, record);
    const [maker, taker] = [this.#orders.get(makerRootId), this.#orders.get(takerRootId)];
    const via = this.#houses.viaOf(viaOf(record.transactionHash, [maker, taker]), [maker, taker]);
    this.#matches += 1n;
    const fill = { price, lots, match_id: this.#matches, via };
    const left = this.#orders.reduce(makerRootId, lots);
    this.#wait(record, { ...ofOrder(maker), action: "F", ...fill, lots_left: left });
    this.#wait(record, { ...ofOrder(taker), action: "T", ...fill, lots_left: this.#orders.reduce(takerRootId, lots) });
    this.#emit("trades", {
      seq: this.#seq,
      match_id: this.#matches,
      root_id: maker.marketRootId,
      branch_id: maker.marketBranchId,
      maker_order: BigInt(makerRootId),
      taker_order: BigInt(takerRootId),
      price,
      lots,
      aggressor: taker.isBid ? "B" : "A",
      ...best,
      maker_age_s: BigInt(record.timestamp) - maker.since,
      through: via,
    });
    this.#call.traded(maker, price);
    for (const order of [maker, taker]) this.#touch(order);
  }

  #bestBefore(takerRootId: number): { readonly best_bid: number | null; readonly best_ask: number | null } {
    const { queues } = this.#book.state;
    const taker = this.#orders.get(takerRootId);
    const bestOf = (isBid: boolean): number | null => {
      for (const { tradeRootId, price } of queues.of(taker).side(isBid))
        if (tradeRootId !== takerRootId) return Number(price);
      return null;
    };
    return { best_bid: bestOf(true), best_ask: bestOf(false) };
  }

  #takeOffset(event: EventOf<"offset">, record: LogRecord): void {
    this.#feed(event, record);
    const order = this.#orders.get(event.tradeRootId);
    const left = this.#orders.reduce(order.orderId, event.lots);
    const via = this.#houses.viaOf(viaOf(record.transactionHash, [order]), [order]);
    const reason = REASON_OF[event.reason];
    this.#wait(record, { ...ofOrder(order), action: "C", reason, lots: event.lots, lots_left: left, via });
    this.#touch(order);
  }

  // ------------------------------------------------------------------ markets

  #takeMarketRecord(event: EventOf<"marketRecorded">, record: LogRecord): void {
    this.#feed(event, record);
    const { marketRootId: rootId, link, description } = event;
    const { marketBranchId, parentBranchId } = event.record;
    this.#wait(record, { root_id: rootId, branch_id: marketBranchId, action: "M", side: "N", link });
    this.#roots.take({ seq: this.#seq, rootId, link, description, by: "owner" }, parentBranchId);
    this.#touchRoot(rootId);
  }

  #takeFallback(event: EventOf<"fallbackApplied">, record: LogRecord): void {
    this.#feed(event, record);
    const { marketRootId: rootId, fallbackOutcome } = event;
    this.#wait(record, {
      root_id: rootId,
      branch_id: 0,
      action: "B",
      side: "N",
      price: Number(fallbackOutcome),
      link: NO_LINK,
    });
    this.#roots.take({ seq: this.#seq, rootId, link: NO_LINK, description: "", by: "fallback" }, 0);
    this.#touchRoot(rootId);
  }

  #touchRoot(rootId: number): void {
    this.#call.touchRoot(rootId, branchCount(rootOf(this.#book.state.markets.table, rootId)));
  }

  #touch(order: LiveOrder): void {
    this.#call.touch(order);
    this.#holdings.touch(order.traderId);
  }

  // ------------------------------------------------------------------ accounts

  #takeAccount(
    event: EventOf<"deposited" | "withdrawn" | "exited" | "realised" | "refreshed">,
    record: LogRecord,
  ): void {
    this.#feed(event, record);
    const { traderId } = event;
    const market: MarketRef =
      "marketRootId" in event
        ? { marketRootId: event.marketRootId, marketBranchId: 0 }
        : { marketRootId: BASKET_ROOT_ID, marketBranchId: "leg" in event ? event.leg : 0 };
    const { marketRootId: root_id, marketBranchId: branch_id } = market;
    this.#wait(record, { root_id, branch_id, action: ACCOUNT_ACTIONS[event.kind], side: "N", trader: traderId });
    this.#release(null);
    if (event.kind === "deposited") this.#pay(traderId, event.leg, event.amount);
    else if (event.kind === "withdrawn") this.#pay(traderId, event.leg, 0n - event.amount);
    else if (event.kind === "exited") {
      this.#firstExit ??= this.#seq;
      for (const [k, claim] of event.claims.entries()) this.#pay(traderId, k + 1, 0n - claim);
    }
    this.#holdings.touch(traderId);
    this.#holdings.tell(this.#seq);
  }

  #pay(trader: number, leg: number, amount: bigint): void {
    this.#emit("payments", { seq: this.#seq, trader, leg, amount_wei: amount });
  }

  // ------------------------------------------------------------------ rows

  #wait(
    record: LogRecord,
    cells: Pick<EventRow, "root_id" | "branch_id" | "action" | "side"> & Partial<EventRow>,
  ): void {
    this.#seq += 1n;
    this.#waiting.push({
      ...NOTHING,
      seq: this.#seq,
      block_number: BigInt(record.blockNumber),
      tx: this.#tx,
      log_index: record.logIndex,
      ts_event: BigInt(record.timestamp) * MILLISECONDS,
      ...cells,
    });
  }

  #release(checkpoint: bigint | null): void {
    for (const row of this.#waiting) this.#emit("events", { ...row, checkpoint });
    this.#waiting = [];
  }

  #endCall({ head, link }: EventOf<"checkpoint">, record: LogRecord): void {
    const { mark, trades, number } = countsOf(link);
    this.#release(BigInt(number));
    this.#head = head;
    this.#links.add(link, this.#seq);
    this.#emit("checkpoints", {
      seq: this.#seq,
      checkpoint: BigInt(number),
      block_number: BigInt(record.blockNumber),
      ts_event: BigInt(record.timestamp) * MILLISECONDS,
      mark,
      trades: BigInt(trades),
      head,
      link,
    });
    this.#call.end(this.#seq, BigInt(record.timestamp));
    this.#holdings.tell(this.#seq);
  }
}

/** @returns what was thrown, if no record can be the reason of it */
function impossible(error: unknown, said: SessionEvent | undefined, { blockNumber, logIndex }: LogRecord): unknown {
  const reason = reasonOf(error, said?.event.kind);
  if (reason === undefined) return error;
  const { rule, why } = reason;
  return new DatasetError("DATASET_LOG_IMPOSSIBLE", { blockNumber, logIndex, rule, why }, error);
}

const NO_LINK = `0x${"0".repeat(64)}`;

const ACCOUNT_ACTIONS = { deposited: "D", withdrawn: "W", exited: "X", realised: "R", refreshed: "H" } as const;

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
