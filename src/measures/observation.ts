/**
 * What a log tells of each market, call by call: its price before and after, and what takers bought. The book is replayed on the way;
 * nothing is looked at in the middle of a call, where a market may be crossed.
 */
import { RuleError } from "../protocol/amounts/errors.js";
import { Book } from "../protocol/book/book.js";
import type { BookEvent } from "../protocol/book/events.js";
import { TRUSTING } from "../protocol/book/outside.js";
import { BookReplay, type LoggedEvent } from "../protocol/book/rebuild.js";
import type { BookTerms } from "../protocol/book/terms.js";
import type { MarketRoot } from "../protocol/market/market-table.js";
import type { MarketRef } from "../protocol/signing/package.js";
import { countTrade, type LegVolumes, noVolumes } from "./final-values.js";
import { OrdersSeen } from "./orders-seen.js";

/** A market after a call in which orders came, were filled or were taken out there. */
export interface Moment {
  readonly market: MarketRef;
  /** Number of the checkpoint that ended the call. */
  readonly checkpoint: number;
  /** Unix seconds. */
  readonly timestamp: bigint;
  /** Twice the price, so that a middle is a whole number; undefined as long as there is none. */
  readonly before: bigint | undefined;
  readonly after: bigint | undefined;
  /** Lots that takers bought, less those that they sold. */
  readonly flow: bigint;
  /** Lots traded. */
  readonly volume: bigint;
}

/** A fill, as far as a position follows from it. */
export interface SeenFill {
  readonly market: MarketRef;
  readonly timestamp: bigint;
  readonly buyer: string;
  readonly seller: string;
  readonly price: bigint;
  readonly lots: bigint;
}

/** A root after a record of its owner, or its fallback. */
export interface RootStep {
  readonly root: MarketRoot;
  /** Unix seconds. */
  readonly timestamp: bigint;
  /** How many fills came before. */
  readonly fills: number;
}

export interface Observed {
  /** As the last event leaves it. */
  readonly book: Book;
  readonly moments: readonly Moment[];
  readonly fills: readonly SeenFill[];
  readonly rootSteps: readonly RootStep[];
  /** What each market was traded at, by `marketKey`. */
  readonly volumes: ReadonlyMap<string, LegVolumes>;
  /** Of the last event; undefined if there is none. */
  readonly until: bigint | undefined;
}

export function marketKey({ marketRootId, marketBranchId }: MarketRef): string {
  return `${marketRootId}.${marketBranchId}`;
}

/** In their order, by `marketKey`. */
export function byMarket(moments: readonly Moment[]): ReadonlyMap<string, readonly Moment[]> {
  const all = new Map<string, Moment[]>();
  for (const moment of moments) {
    const key = marketKey(moment.market);
    const own = all.get(key);
    if (own === undefined) all.set(key, [moment]);
    else own.push(moment);
  }
  return all;
}

/**
 * @param logged all of a book's events, from its first
 * @throws RuleError RECORD_IMPOSSIBLE for what no book writes, or what ends in the middle of a call
 */
export function observe(terms: BookTerms, logged: Iterable<LoggedEvent>): Observed {
  const observer = new Observer(terms);
  for (const one of logged) observer.take(one);
  return observer.observed();
}

interface Touched {
  readonly market: MarketRef;
  flow: bigint;
  volume: bigint;
}

/** As `observe`, event by event; what was observed so far can be had after each call. */
export class Observer {
  readonly #book: Book;
  readonly #replay: BookReplay;
  readonly #terms: BookTerms;
  readonly #orders = new OrdersSeen();
  readonly #moments: Moment[] = [];
  readonly #fills: SeenFill[] = [];
  readonly #rootSteps: RootStep[] = [];
  readonly #volumes = new Map<string, LegVolumes>();
  /** Twice the price of the last trade, and of the market as it was last looked at. */
  readonly #last = new Map<string, bigint>();
  readonly #prices = new Map<string, bigint>();
  readonly #touched = new Map<string, Touched>();
  #events = 0;
  #until: bigint | undefined;

  public constructor(terms: BookTerms) {
    this.#terms = terms;
    this.#book = new Book(terms, TRUSTING);
    this.#replay = new BookReplay(this.#book);
  }

  /** @throws RuleError RECORD_IMPOSSIBLE for what no book writes */
  public take({ event, timestamp }: LoggedEvent): void {
    this.#touch(event); // before it is fed: what it takes out is still there
    this.#replay.feed({ event, timestamp });
    this.#events += 1;
    this.#until = timestamp;
    this.#orders.take(event);
    if (event.kind === "tradeCreated") this.#touchMarket(event.package);
    else if (event.kind === "matched") this.#fill(event, timestamp);
    else if (event.kind === "marketRecorded" || event.kind === "fallbackApplied")
      this.#record(event.marketRootId, timestamp);
    else if (event.kind === "checkpoint") this.#endCall(timestamp);
  }

  /** The lists grow on as more is taken. @throws RuleError RECORD_IMPOSSIBLE in the middle of a call */
  public observed(): Observed {
    if (this.#replay.isMidCall)
      throw new RuleError("RECORD_IMPOSSIBLE", { index: this.#events, expected: "checkpoint" });
    return {
      book: this.#book,
      moments: this.#moments,
      fills: this.#fills,
      rootSteps: this.#rootSteps,
      volumes: this.#volumes,
      until: this.#until,
    };
  }

  #touch(event: BookEvent<unknown>): void {
    if (event.kind === "quoteCreated") this.#touchMarket(event);
    if (event.kind !== "offset") return;
    const order = this.#orders.of(event.tradeRootId);
    if (order !== undefined) this.#touchMarket(order.market);
  }

  #touchMarket({ marketRootId, marketBranchId }: MarketRef): Touched {
    const market = { marketRootId, marketBranchId };
    const key = marketKey(market);
    let touched = this.#touched.get(key);
    if (touched === undefined) {
      touched = { market, flow: 0n, volume: 0n };
      this.#touched.set(key, touched);
    }
    return touched;
  }

  #fill(event: Extract<BookEvent, { kind: "matched" }>, timestamp: bigint): void {
    const [maker, taker] = [this.#orders.of(event.makerRootId), this.#orders.of(event.takerRootId)];
    if (maker === undefined || taker === undefined) return; // the replay has refused it by now
    const { priceTicks: price, lots } = event;
    const touched = this.#touchMarket(taker.market);
    touched.flow += taker.buys ? lots : 0n - lots;
    touched.volume += lots;
    const key = marketKey(taker.market);
    this.#last.set(key, 2n * price);
    const volumes = this.#volumes.get(key) ?? noVolumes();
    countTrade(volumes, this.#terms, timestamp, price, lots);
    this.#volumes.set(key, volumes);
    const [buyer, seller] = taker.buys ? [taker.trader, maker.trader] : [maker.trader, taker.trader];
    this.#fills.push({ market: taker.market, timestamp, buyer, seller, price, lots });
  }

  #record(marketRootId: number, timestamp: bigint): void {
    const root = this.#book.state.markets.known(marketRootId); // it is never changed: a record gives another
    this.#rootSteps.push({ root, timestamp, fills: this.#fills.length });
  }

  #endCall(timestamp: bigint): void {
    const checkpoint = Number(this.#book.state.chain.checkpoints);
    for (const [key, { market, flow, volume }] of this.#touched) {
      const before = this.#prices.get(key);
      const after = this.#priceOf(market, key);
      if (after !== undefined) this.#prices.set(key, after);
      this.#moments.push({ market, checkpoint, timestamp, before, after, flow, volume });
    }
    this.#touched.clear();
  }

  /** The middle of best bid and best offer; of one side alone or none the price of the last trade. */
  #priceOf(market: MarketRef, key: string): bigint | undefined {
    const { bids, asks } = this.#book.state.queues.of(market);
    const [bid, ask] = [bids.best?.price, asks.best?.price];
    return bid !== undefined && ask !== undefined ? bid + ask : this.#last.get(key);
  }
}
