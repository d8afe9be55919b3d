/**
 * One event after the other, played on a book's state: what the rules make of it must be what the log says. What an event brings with it
 * has to follow it. A state that has been thrown out of is the journal's to restore (`BookReplay`).
 */
import { ZeroAddress } from "ethers";

import { toTaggedJson } from "../amounts/json.js";
import { TimeInForce, type TradePackage } from "../signing/package.js";
import { MAX_QUOTES, packageOfQuote } from "../signing/quote-set.js";
import type { TradesCancellation } from "../signing/trades-cancellation.js";
import type { Hash } from "../signing/typed-data.js";
import { countsOf } from "./checkpoint.js";
import { bring, isMeant, refusalOfCancellation } from "./cancellation.js";
import type { BookEvent } from "./events.js";
import { admit, type Authenticity, refusalOfMarket, refusalOfPackage } from "./intake.js";
import { type Exposure, needOf } from "./margin.js";
import { crossesBest, goOn, promoteOffset, resume, sweep, takeOutNamed, type Taker } from "./matching.js";
import * as orders from "./orders.js";
import type { RestingOrder } from "./queue.js";
import { refusalOfQuoteSet, refusalOfSetSignature } from "./quote-sets.js";
import { playCall } from "./rebuild-calls.js";
import {
  type EventOf,
  impossible,
  isSame,
  isSkip,
  type Phase,
  PHASES,
  type QuoteEvent,
  refuse,
} from "./rebuild-events.js";
import { enter, release, rest } from "./resting.js";
import { isRefusal, Refusal } from "../market/refusal.js";
import * as settlement from "./settlement.js";
import { type BookState, findMarket, type Market } from "./state.js";

/** An order that was appended, as long as it may still take. */
interface Incoming {
  readonly order: TradePackage;
  readonly traderId: number;
  readonly market: Market;
  readonly taker: Taker;
  /** Of a quote: where it rests, if it does. */
  readonly quotePlace: number | undefined;
}

/** A cancellation that somebody has brought, as long as orders may go with it. */
interface Cancelling {
  readonly cancellation: TradesCancellation;
  readonly traderId: number;
  /** Whether anything has come of it: else an order must follow. */
  readonly hasChanged: boolean;
}

/** A quote set, as long as quotes of it are to come, and what has come of it. */
interface OpenSet {
  readonly set: EventOf<"quoteSetCreated">;
  /** Of the quotes that have come, in their order. */
  readonly links: readonly Hash[];
  readonly created: number;
}

interface Unapproved {
  readonly tradeRootId: number;
  readonly trader: string;
  readonly digest: Hash;
}

export class Rebuilder {
  readonly #state: BookState;
  /** Events that the last one brings with it. */
  readonly #expected: BookEvent[] = [];
  #incoming: Incoming | undefined;
  #cancelling: Cancelling | undefined;
  #phase: Phase = "none";
  /** An order by a wallet, whose approval must come next. */
  #unapproved: Unapproved | undefined;
  #set: OpenSet | undefined;

  public constructor(state: BookState) {
    this.#state = state;
  }

  /** Whether an event must follow that the last one brings with it. */
  public get isWaiting(): boolean {
    const isCancelling = this.#cancelling?.hasChanged === false;
    return this.#expected.length > 0 || this.#unapproved !== undefined || isCancelling || this.#set !== undefined;
  }

  public apply(event: BookEvent<unknown>, timestamp: bigint): void {
    if (this.#expected.length === 0) this.#play(event, timestamp);
    this.#expected.push(...this.#state.events.take());
    if (isSkip(event) || event.kind === "quoteSkipped") return;
    const expected = this.#expected.shift();
    if (expected === undefined || !isSame(expected, event)) {
      throw impossible(event, { expected: expected === undefined ? "nothing" : toTaggedJson(expected) });
    }
  }

  #play(event: BookEvent<unknown>, timestamp: bigint): void {
    if (this.#unapproved !== undefined || event.kind === "tradeApproved") {
      this.#approve(event);
      return;
    }
    if (this.#playCancelled(event) || isSkip(event)) return;
    if (this.#phase === "market" && event.kind !== "checkpoint") throw impossible(event, { expected: "checkpoint" });
    if (event.kind === "matched" || event.kind === "offset") {
      this.#phase = "ordering";
      this.#playStep(event, timestamp);
      return;
    }
    if (event.kind === "tradePlaced") {
      this.#place(event);
      return;
    }
    this.#settleIncoming();
    if (event.kind === "quoteCreated" || event.kind === "quoteSkipped") {
      this.#playQuote(event, timestamp);
      return;
    }
    if (this.#set !== undefined) throw impossible(event, { expected: "quoteCreated" });
    if (event.kind === "tradeCreated") this.#append(event, timestamp);
    else if (event.kind === "quoteSetCreated") this.#beginSet(event, timestamp);
    else if (event.kind === "tradesCancelled") this.#bring(event, timestamp);
    else if (event.kind === "checkpoint") this.#close(event);
    else playCall(this.#state, event, timestamp);
    this.#phase = PHASES[event.kind] ?? this.#phase;
  }

  /** Logs say in which block a call was only by the checkpoint: on some chains block.number is another chain's. */
  #close({ link }: EventOf<"checkpoint">): void {
    const { mark } = countsOf(link);
    const { mark: newest } = countsOf(this.#state.chain.link);
    if (mark < newest) throw impossible(undefined, { mark, newest });
    release(this.#state);
    settlement.closeMarketCall(this.#state, mark);
  }

  #bring({ cancellation, signature }: EventOf<"tradesCancelled">, timestamp: bigint): void {
    if (this.#phase === "ordering") throw impossible(undefined, { expected: "checkpoint" });
    const signed = { cancellation, signature };
    refuse(refusalOfCancellation(this.#state, timestamp, signed, ["key", "wallet"]));
    const { isRaised } = bring(this.#state, signed, []);
    const { traderId } = this.#state.traders.registered(cancellation.trader);
    this.#cancelling = { cancellation, traderId, hasChanged: isRaised };
  }

  /** @returns whether the event is an order that goes with the cancellation that was brought last, or was left alone */
  #playCancelled(event: BookEvent<unknown>): boolean {
    const cancelling = this.#cancelling;
    if (cancelling === undefined) return false;
    if (event.kind === "offsetSkipped") return true;
    const { queues, traders } = this.#state;
    const order = event.kind === "offset" && event.reason === "cancelled" ? queues.find(event.tradeRootId) : undefined;
    if (order !== undefined && isMeant(cancelling.cancellation, traders.byId(cancelling.traderId), order)) {
      takeOutNamed(this.#state, order, "cancelled");
      this.#cancelling = { ...cancelling, hasChanged: true };
      return true;
    }
    const { fromTradeRootId, toTradeRootId } = cancelling.cancellation;
    if (!cancelling.hasChanged) throw impossible(undefined, { fromTradeRootId, toTradeRootId });
    this.#cancelling = undefined;
    return false;
  }

  /**
   * An order says that it rests where another one was. It is the one that has come last, or the one that its call holds, which then
   * turns to something else.
   */
  #place({ tradeRootId, place }: EventOf<"tradePlaced">): void {
    const { queues } = this.#state;
    if (!queues.mayBeDead(place)) throw impossible(undefined, { place });
    const findHeld = (): RestingOrder | undefined => queues.held.find((order) => order.tradeRootId === tradeRootId);
    const held = findHeld();
    if (held !== undefined) {
      queues.move(held, place);
      release(this.#state);
      this.#settleIncoming();
      return;
    }
    if (this.#incoming?.taker.tradeRootId !== tradeRootId) throw impossible(undefined, { tradeRootId });
    this.#settleIncoming(place);
    if (findHeld() !== undefined) release(this.#state); // behind others it was stored at once
  }

  #append({ package: order, signature }: EventOf<"tradeCreated">, timestamp: bigint): void {
    const state = this.#state;
    const link = state.hashing.primaryLink(order);
    const digest = state.hashing.digestOf(state.chain.separator, link);
    const isByWallet = signature === "0x";
    const signed = isByWallet || state.outside.signedBy(order.trader, digest, signature) === "key";
    const by = isByWallet ? "wallet" : "key";
    if (order.timeInForce === TimeInForce.FillOrKill) release(state);
    const { tradeRootId, incoming } = this.#admit(order, { link, digest, by: signed ? by : undefined }, timestamp);
    state.traders.useNonce(incoming.traderId, order.nonce);
    state.events.emit({ kind: "tradeCreated", tradeRootId, package: order, signature });
    if (isByWallet) this.#unapproved = { tradeRootId, trader: order.trader, digest };
    this.#incoming = incoming;
  }

  /** A set is checked, but for its signature, which is over quotes that are still to come. */
  #beginSet(set: EventOf<"quoteSetCreated">, timestamp: bigint): void {
    const state = this.#state;
    release(state);
    refuse(refusalOfQuoteSet(state, timestamp, set));
    const isPossible = set.quotes >= 1 && set.quotes <= MAX_QUOTES && set.tradeRootId === state.chain.trades + 1;
    if (!isPossible) throw impossible(undefined, { tradeRootId: set.tradeRootId, quotes: set.quotes });
    state.traders.useNonce(state.traders.registered(set.trader).traderId, set.nonce);
    state.events.emit(set);
    this.#set = { set, links: [], created: 0 };
  }

  #playQuote(event: QuoteEvent, timestamp: bigint): void {
    const open = this.#set;
    if (open === undefined) throw impossible(undefined, { expected: "quoteSetCreated" });
    const link =
      event.kind === "quoteCreated" ? this.#appendQuote(event, open.set, timestamp) : this.#skipQuote(event, open);
    const links = [...open.links, link];
    this.#set = { set: open.set, links, created: open.created + (event.kind === "quoteCreated" ? 1 : 0) };
    if (links.length === open.set.quotes) this.#endSet(this.#set);
  }

  /** The last quote of a set has come: now it is known what was signed. */
  #endSet({ set: { trader, signature }, links, created }: OpenSet): void {
    if (created === 0) throw impossible(undefined, { expected: "quoteCreated" });
    refuse(refusalOfSetSignature(this.#state, trader, { links, signature }));
    this.#set = undefined;
  }

  /** @returns the link of its primary trade */
  #appendQuote(quote: EventOf<"quoteCreated">, set: EventOf<"quoteSetCreated">, timestamp: bigint): Hash {
    const state = this.#state;
    const { place, marketRootId, marketBranchId, priceTicks, quantityLots } = quote;
    // A set's book has checked its own fields when it came.
    const order = packageOfQuote(set, quote) as TradePackage;
    const link = state.hashing.primaryLink(order);
    const { tradeRootId, incoming } = this.#admit(order, { link, digest: link, by: "set" }, timestamp);
    if (place !== tradeRootId) {
      if (!state.queues.mayBeDead(place)) throw impossible(undefined, { place });
      state.queues.confirmDead(place);
    }
    const market = { marketRootId, marketBranchId, priceTicks, quantityLots };
    state.events.emit({ kind: "quoteCreated", tradeRootId, ...market, place });
    this.#incoming = { ...incoming, quotePlace: place };
    return link;
  }

  /** Why it was left out nobody can tell; but not of a set that is filled whole or not at all. */
  #skipQuote({ trader, quote, primaryLink }: QuoteEvent & { kind: "quoteSkipped" }, { set, links }: OpenSet): Hash {
    const isPossible = trader === set.trader && quote === links.length && set.timeInForce !== TimeInForce.FillOrKill;
    if (!isPossible) throw impossible(undefined, { trader, quote });
    return primaryLink;
  }

  /** Checks and appends an order. */
  #admit(order: TradePackage, authentic: Authenticity, timestamp: bigint): { tradeRootId: number; incoming: Incoming } {
    const state = this.#state;
    enter(state, order);
    refuse(refusalOfPackage(state, order, authentic, timestamp));
    const market = marketOf(state, order);
    resume(state, market, { timestamp, maxSteps: 0 }); // clears a flag that has nothing behind it any more
    if (market.queues.isCrossed()) throw impossible(undefined, { crossed: order.marketRootId });
    const submitted = { package: order, signature: "0x", insertAfter: 0, place: 0 };
    const admission = admit(state, market, submitted, Infinity);
    if (isRefusal(admission)) throw admission;
    const { exposure } = admission;
    const { traderId } = exposure;
    const tradeRootId = state.chain.append(authentic.link, order.priceTicks, order.quantityLots) ?? 0;
    const taker = takerOf(tradeRootId, order.priceTicks, order.quantityLots, exposure);
    return { tradeRootId, incoming: { order, traderId, market, taker, quotePlace: undefined } };
  }

  /** What a wallet has approved the last order with. */
  #approve(event: BookEvent<unknown>): void {
    const unapproved = this.#unapproved;
    this.#unapproved = undefined;
    if (event.kind !== "tradeApproved" || unapproved === undefined) {
      throw impossible(event, { expected: unapproved === undefined ? "nothing" : "tradeApproved" });
    }
    const { tradeRootId, trader, digest } = unapproved;
    const { outside, events } = this.#state;
    if (outside.signedBy(trader, digest, event.signature) === undefined) {
      throw new Refusal("Book_SignatureInvalid", { trader, digest });
    }
    events.emit({ kind: "tradeApproved", tradeRootId, signature: event.signature });
  }

  /** A fill, or an order that is taken out: one step of matching, or a call that offsets. */
  #playStep(event: EventOf<"matched" | "offset">, timestamp: bigint): void {
    const state = this.#state;
    const incoming = this.#incoming;
    const subject = event.kind === "matched" ? event.takerRootId : event.tradeRootId;
    if (incoming?.taker.tradeRootId === subject) {
      const isStep = event.kind === "matched" || event.reason === "uncovered";
      if (isStep) sweep(state, incoming.market, incoming.taker, { timestamp, maxSteps: 1 });
      else this.#playRemainder(incoming, event);
      return;
    }
    if (incoming !== undefined && event.kind === "offset" && isMakerOf(state, incoming, event.tradeRootId)) {
      sweep(state, incoming.market, incoming.taker, { timestamp, maxSteps: 1 });
      return;
    }
    this.#settleIncoming();
    const order = state.queues.find(subject);
    if (order === undefined) throw impossible(event, {});
    const market = marketOf(state, order);
    if (event.kind === "matched" || event.reason === "ownOrder") {
      refuse(refusalOfMarket(state, order, timestamp));
      goOn(state, market, { timestamp, maxSteps: 1 });
      return;
    }
    if (event.reason === "remainder" && market.queues.isImmediate() && market.queues.cutOff === order) {
      refuse(refusalOfMarket(state, order, timestamp));
      resume(state, market, { timestamp, maxSteps: 0 });
      return;
    }
    if (event.reason === "uncovered" && this.#isNextStep(market, event, timestamp)) return;
    const caller = event.reason === "cancelled" ? state.traders.byId(order.traderId).address : ZeroAddress;
    refuse(orders.takeOutFor(state, { caller, timestamp }, order));
  }

  /** Takes the next step in a crossed market, if that is what the event says; if not, somebody else has taken the order out. */
  #isNextStep(market: Market, event: BookEvent, timestamp: bigint): boolean {
    const { journal, events } = this.#state;
    const other = new Error("another step");
    try {
      journal.attempt(() => {
        goOn(this.#state, market, { timestamp, maxSteps: 1 });
        const steps = events.take();
        const [first] = steps;
        if (first === undefined || !isSame(first, event)) throw other;
        this.#expected.push(...steps);
      });
      return true;
    } catch (error) {
      if (error === other) return false;
      throw error;
    }
  }

  /** What is left of the order that came last, once nothing crosses it. */
  #playRemainder({ order, market, taker, quotePlace }: Incoming, { reason }: EventOf<"offset">): void {
    const isPossible = reason === "remainder" && isImmediate(order) && !crossesBest(market, taker);
    if (!isPossible) throw impossible(undefined, { tradeRootId: taker.tradeRootId, reason });
    market.queues.setCrossed(false);
    promoteOffset(this.#state, taker.tradeRootId, taker.price, taker.lots, reason);
    if (quotePlace === undefined) this.#state.queues.doubt(taker.tradeRootId); // it may have run out of steps, and gone on within the call
    this.#incoming = undefined;
  }

  /** @param place where it rests, if that is not the place of its own number */
  #settleIncoming(place?: number): void {
    const incoming = this.#incoming;
    if (incoming === undefined) return;
    this.#incoming = undefined;
    const { order, market, taker, traderId, quotePlace } = incoming;
    const { tradeRootId, price, lots, cut } = taker;
    const kills = order.timeInForce === TimeInForce.FillOrKill && lots + cut !== 0n;
    const crosses = crossesBest(market, taker);
    if (kills || (lots !== 0n && isImmediate(order) && !crosses)) {
      throw impossible(undefined, { tradeRootId, unfilled: lots + cut });
    }
    // A set whose steps run out is refused whole (R44).
    if (quotePlace !== undefined && lots !== 0n && crosses)
      throw impossible(undefined, { crossed: order.marketRootId });
    if ((lots === 0n || quotePlace !== undefined) && place !== undefined) {
      throw impossible(undefined, { tradeRootId, place });
    }
    if (lots === 0n) {
      if (quotePlace === undefined) this.#state.queues.doubt(tradeRootId); // as above
      return;
    }
    const { marketRootId, marketBranchId, deadline } = order;
    const resting = { tradeRootId, marketRootId, marketBranchId, traderId, price, deadline, lots };
    rest(this.#state, resting, quotePlace ?? place ?? tradeRootId, quotePlace !== undefined);
    this.#state.traders.openOrder(traderId, needOf(market.root, marketBranchId, lots, price));
    market.queues.setCrossed(crosses, crosses && isImmediate(order));
  }
}

function takerOf(tradeRootId: number, price: bigint, lots: bigint, exposure: Exposure): Taker {
  return { tradeRootId, price, lots, exposure, cut: 0n };
}

/** Whether the order is the one that the incoming order meets next. */
function isMakerOf(state: BookState, { market, taker }: Incoming, tradeRootId: number): boolean {
  const best = market.queues.side(taker.lots < 0n).best;
  return taker.lots !== 0n && crossesBest(market, taker) && best?.tradeRootId === tradeRootId;
}

function isImmediate({ timeInForce }: TradePackage): boolean {
  return timeInForce === TimeInForce.ImmediateOrCancel;
}

function marketOf(
  state: BookState,
  { marketRootId, marketBranchId }: Pick<TradePackage, "marketRootId" | "marketBranchId">,
): Market {
  const market = findMarket(state, marketRootId, marketBranchId);
  if (market === undefined) throw impossible(undefined, { marketRootId, marketBranchId });
  return market;
}
