/**
 * From a session's log to the rows of its dataset, record by record, with a replay of its own: every record must be what the rules
 * make of the state before it. Signatures are not looked at; `verifySession` does that.
 */
import { Book } from "../../protocol/book/book.js";
import { type AccountEvent, type EventRow, EventRows, type LiveOrder, NO_LINK } from "../../history/event-rows.js";
import { countsOf } from "../../protocol/book/checkpoint.js";
import { TRUSTING } from "../../protocol/book/outside.js";
import { BookReplay } from "../../protocol/book/rebuild.js";
import { branchCount, rootOf } from "../../protocol/market/market-table.js";
import { type Hashing, PLAIN_HASHING } from "../../protocol/signing/hashing.js";
import { type TradePackage, tradePackage } from "../../protocol/signing/package.js";
import { packageOfQuote } from "../../protocol/signing/quote-set.js";
import { type BookEventInLog, createReader, type Reader, type SessionEvent } from "../../verify/events.js";
import { bookTermsOf, type LogHeader } from "../../verify/log-header.js";
import { reasonOf } from "../../verify/rules.js";
import type { LogRecord } from "../../verify/session-log.js";
import { DatasetError } from "../errors.js";
import type { Emit } from "../schema/tables.js";
import { Call } from "./call.js";
import { Holdings } from "./holdings.js";
import { type HouseKinds, Houses } from "./houses.js";
import { Roots } from "./roots.js";

type EventOf<Kind extends BookEventInLog["kind"]> = Extract<BookEventInLog, { kind: Kind }>;

const MILLISECONDS = 1_000n;

/** Where the log ends. */
export interface Ending {
  readonly finalHead: string;
  readonly finalLink: string;
}

export class Projection {
  readonly #emit: Emit;
  readonly #read: Reader;
  readonly #book: Book;
  readonly #replay: BookReplay;
  readonly #events: EventRows<LogRecord>;
  /** When each order came of which something is left; Unix seconds of its block. */
  readonly #since = new Map<number, bigint>();
  readonly #holdings: Holdings;
  readonly #roots: Roots;
  readonly #call: Call;
  #head: string;
  #set: EventOf<"quoteSetCreated"> | undefined;
  #firstExit: bigint | undefined;

  /** @param houses of which somebody has found out what they are; logs do not say it */
  public constructor(header: LogHeader, emit: Emit, houses: HouseKinds, hashing: Hashing = PLAIN_HASHING) {
    this.#emit = emit;
    this.#read = createReader(header);
    this.#book = new Book(bookTermsOf(header), TRUSTING, hashing);
    this.#replay = new BookReplay(this.#book);
    const { state } = this.#book;
    const kinds = new Houses(houses, (traderId) => state.traders.byId(traderId).address);
    const told = (row: EventRow, place: LogRecord): void => {
      this.#emit("events", { ...row, ...blockOf(place) });
    };
    this.#events = new EventRows({ state, hashing, emit: told, viaOf: (via, orders) => kinds.viaOf(via, orders) });
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
      this.#beginTransaction(record);
      this.#takeEvent(said.event, record);
    } catch (error) {
      throw impossible(error, said, record);
    }
  }

  /** After the last record. @throws DatasetError DATASET_LOG_CUT */
  public end(): Ending {
    if (this.#replay.isMidCall) throw new DatasetError("DATASET_LOG_CUT", { rows: this.#events.seq });
    this.#roots.end(this.#firstExit);
    return { finalHead: this.#head, finalLink: this.#book.state.chain.link };
  }

  #beginTransaction(record: LogRecord): void {
    const { transactionHash, blockNumber } = record;
    const tx = this.#events.begin(record);
    if (tx === undefined) return;
    this.#emit("transactions", { tx, block_number: BigInt(blockNumber), tx_hash: transactionHash });
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
        this.#events.approved(event, record);
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
    const age = this.#events.ageOf(order);
    this.#feed(event, record);
    const live = this.#events.created(orderId, order, age, record);
    this.#since.set(orderId, BigInt(record.timestamp));
    this.#touch(live);
  }

  #takeFill(event: EventOf<"matched">, record: LogRecord): void {
    const { makerRootId, takerRootId, lots, priceTicks } = event;
    const best = this.#bestBefore(takerRootId);
    this.#feed(event, record);
    const { maker, taker, match_id, via } = this.#events.matched(event, record);
    const price = Number(priceTicks);
    const since = this.#since.get(makerRootId) ?? 0n; // it was added
    this.#emit("trades", {
      seq: this.#events.seq,
      match_id,
      root_id: maker.marketRootId,
      branch_id: maker.marketBranchId,
      maker_order: BigInt(makerRootId),
      taker_order: BigInt(takerRootId),
      price,
      lots,
      aggressor: taker.isBid ? "B" : "A",
      ...best,
      maker_age_s: BigInt(record.timestamp) - since,
      through: via,
    });
    this.#call.traded(maker, price);
    for (const order of [maker, taker]) this.#reduced(order, lots);
  }

  #bestBefore(takerRootId: number): { readonly best_bid: number | null; readonly best_ask: number | null } {
    const { queues } = this.#book.state;
    const taker = this.#events.orderOf(takerRootId);
    const bestOf = (isBid: boolean): number | null => {
      for (const { tradeRootId, price } of queues.of(taker).side(isBid))
        if (tradeRootId !== takerRootId) return Number(price);
      return null;
    };
    return { best_bid: bestOf(true), best_ask: bestOf(false) };
  }

  #takeOffset(event: EventOf<"offset">, record: LogRecord): void {
    this.#feed(event, record);
    this.#reduced(this.#events.takenOut(event, record), event.lots);
  }

  /** @param order as it was before */
  #reduced(order: LiveOrder, lots: bigint): void {
    if (order.left === lots) this.#since.delete(order.orderId);
    this.#touch(order);
  }

  // ------------------------------------------------------------------ markets

  #takeMarketRecord(event: EventOf<"marketRecorded">, record: LogRecord): void {
    this.#feed(event, record);
    this.#events.recorded(event, record);
    const { marketRootId: rootId, link, description } = event;
    this.#roots.take({ seq: this.#events.seq, rootId, link, description, by: "owner" }, event.record.parentBranchId);
    this.#touchRoot(rootId);
  }

  #takeFallback(event: EventOf<"fallbackApplied">, record: LogRecord): void {
    this.#feed(event, record);
    this.#events.fellBack(event, record);
    const { marketRootId: rootId } = event;
    this.#roots.take({ seq: this.#events.seq, rootId, link: NO_LINK, description: "", by: "fallback" }, 0);
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

  #takeAccount(event: AccountEvent, record: LogRecord): void {
    this.#feed(event, record);
    const { traderId } = event;
    this.#events.changed(event, record);
    if (event.kind === "deposited") this.#pay(traderId, event.leg, event.amount);
    else if (event.kind === "withdrawn") this.#pay(traderId, event.leg, 0n - event.amount);
    else if (event.kind === "exited") {
      this.#firstExit ??= this.#events.seq;
      for (const [k, claim] of event.claims.entries()) this.#pay(traderId, k + 1, 0n - claim);
    }
    this.#holdings.touch(traderId);
    this.#holdings.tell(this.#events.seq);
  }

  #pay(trader: number, leg: number, amount: bigint): void {
    this.#emit("payments", { seq: this.#events.seq, trader, leg, amount_wei: amount });
  }

  // ------------------------------------------------------------------ rows

  #endCall(event: EventOf<"checkpoint">, record: LogRecord): void {
    const { head, link } = event;
    const { mark, trades, number } = countsOf(link);
    this.#events.ended(event);
    this.#head = head;
    const { seq } = this.#events;
    const counts = { checkpoint: BigInt(number), mark, trades: BigInt(trades) };
    this.#emit("checkpoints", { seq, ...blockOf(record), ...counts, head, link });
    this.#call.end(seq, BigInt(record.timestamp));
    this.#holdings.tell(seq);
  }
}

function blockOf({ blockNumber, timestamp }: LogRecord): { readonly block_number: bigint; readonly ts_event: bigint } {
  return { block_number: BigInt(blockNumber), ts_event: BigInt(timestamp) * MILLISECONDS };
}

/** @returns what was thrown, if no record can be the reason of it */
function impossible(error: unknown, said: SessionEvent | undefined, { blockNumber, logIndex }: LogRecord): unknown {
  const reason = reasonOf(error, said?.event.kind);
  if (reason === undefined) return error;
  const { rule, why } = reason;
  return new DatasetError("DATASET_LOG_IMPOSSIBLE", { blockNumber, logIndex, rule, why }, error);
}
