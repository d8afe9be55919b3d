/**
 * A session that is played without a chain and told as its contracts would log it. What is true comes from the library's own
 * book and a plain vault; what is not true is told by hand, or made out of it afterwards. Checkpoints follow from whatever is
 * told, as with somebody who knows how a log is written.
 */
import { ZeroAddress } from "ethers";

import { ticks } from "../../../src/protocol/amounts/units.js";
import { type Answer, Book } from "../../../src/protocol/book/book.js";
import type { BookEvent } from "../../../src/protocol/book/events.js";
import { type CallContext, TRUSTING } from "../../../src/protocol/book/outside.js";
import type { SubmittedOrder } from "../../../src/protocol/book/intake.js";
import type { Batch } from "../../../src/protocol/book/batches.js";
import type { SubmittedQuoteSet } from "../../../src/protocol/signing/quote-set.js";
import { packageOfQuote } from "../../../src/protocol/signing/quote-set.js";
import { type MarketFields, marketRecord, NEW_ROOT } from "../../../src/protocol/signing/market-record.js";
import { BASKET_ROOT_ID, type PackageFields, tradePackage } from "../../../src/protocol/signing/package.js";
import { loggedSignature } from "../../../src/protocol/signing/signatures.js";
import {
  cancellationDigest,
  marketDigest,
  marketLink,
  packageDigest,
  quoteSetDigest,
} from "../../../src/protocol/signing/typed-data.js";
import {
  type SignedTradesCancellation,
  type TradesCancellation,
  tradesCancellation,
} from "../../../src/protocol/signing/trades-cancellation.js";
import {
  type BookEventInLog,
  isInLog,
  type SessionCreated,
  type SessionEvent,
  type TokenEvent,
} from "../../../src/verify/events.js";
import { bookTermsOf, type LoggedTerms, type LogHeader } from "../../../src/verify/log-header.js";
import type { SessionLog } from "../../../src/verify/session-log.js";
import { makeHeader, T1, T2 } from "./header.js";
import { type Line, saidOf, type MarkOf, written } from "./lines.js";
import { ORGANISER, type Person, WALLET } from "./people.js";
import { Vault } from "./vault.js";

/** Wants little: the rest is good by itself. */
export type OrderWish = Pick<PackageFields, "priceTicks" | "quantityLots"> & Partial<PackageFields>;

export interface SignedOrder extends SubmittedOrder {
  readonly package: ReturnType<typeof tradePackage>;
}

type AnyEvent = SessionEvent["event"];
type Kind = AnyEvent["kind"];
type EventOf<K extends Kind> = Extract<AnyEvent, { kind: K }>;

const NO_LIMIT = { maxMatches: 100, maxWalk: 1_000 };

export class Scribe {
  public readonly header: LogHeader;
  public readonly book: Book;
  public readonly vault: Vault;
  /** Of the next call; a call takes a second. */
  public now = T1 - 100n;
  readonly #lines: Line[] = [];
  readonly #nonces = new Map<string, bigint>();
  #call = 0;

  readonly #markOf: MarkOf;

  /** Creates the session. */
  public constructor(
    terms: Partial<LoggedTerms> = {},
    header: LogHeader = makeHeader(terms),
    markOf: MarkOf = (blockNumber) => BigInt(blockNumber),
  ) {
    this.header = header;
    this.#markOf = markOf;
    // What is signed here is signed well.
    this.book = new Book(bookTermsOf(header), {
      ...TRUSTING,
      signedBy: (signer) => (signer === WALLET.address ? "wallet" : "key"),
    });
    this.vault = new Vault(header, (event) => {
      this.#add(event);
    });
    this.tell(creationOf(header));
  }

  // ------------------------------------------------------------------ what is told

  /** A call with these events, whether they can be or not. */
  public tell(...events: readonly (BookEventInLog | TokenEvent | SessionCreated)[]): void {
    this.call(() => {
      for (const event of events) this.#add(event);
    });
  }

  /** A call of whatever `play` does to the vault. */
  public call(play: (vault: Vault) => void): void {
    play(this.vault);
    this.#call += 1;
    this.now += 1n;
  }

  public log(): SessionLog {
    return written(this.header, this.#lines, this.#markOf);
  }

  /** Index of the record with the last event of a kind; with `nth` of the one before it (-2), or from the first on (0, 1). */
  public indexOf(kind: Kind, nth = -1): number {
    const found = this.#lines.flatMap(({ said }, index) => (said.event.kind === kind ? [index] : [])).at(nth);
    if (found === undefined) throw new Error(`nothing of the kind ${kind} is told`);
    return found;
  }

  /** The event of that record. */
  public eventAt(index: number): AnyEvent {
    return this.#lineAt(index).said.event;
  }

  // ------------------------------------------------------------------ what is made out of it afterwards

  /** Other values in the last event of a kind, or the `nth`. @returns the record's index */
  public amend<K extends Kind>(kind: K, change: (event: EventOf<K>) => Partial<EventOf<K>>, nth = -1): number {
    const index = this.indexOf(kind, nth);
    const line = this.#lineAt(index);
    const event = line.said.event as EventOf<K>; // of that kind, as it was found
    this.#lines[index] = { ...line, said: { ...line.said, event: { ...event, ...change(event) } } as SessionEvent };
    return index;
  }

  /** Another order in the place of one, signed by its trader again. @returns the record's index */
  public amendOrder(trader: Person, change: Partial<PackageFields>, nth = -1): number {
    return this.amend(
      "tradeCreated",
      (event) => {
        const { package: order, signature } = this.sign(trader, { ...event.package, ...change });
        return { package: order, signature: loggedSignature(signature) };
      },
      nth,
    );
  }

  /** Says that a contract wallet was asked, or that none was. */
  public amendWallet(index: number, byWallet: boolean): void {
    this.#lines[index] = { ...this.#lineAt(index), byWallet };
  }

  /** Another time for that record and all of its call. */
  public amendTime(index: number, timestamp: bigint): void {
    const { call } = this.#lineAt(index);
    for (const [at, line] of this.#lines.entries()) if (line.call === call) this.#lines[at] = { ...line, timestamp };
  }

  public drop(index: number): void {
    this.#lines.splice(index, 1);
  }

  /** Puts events before that record, into its call. */
  public insert(index: number, ...events: readonly (BookEventInLog | TokenEvent)[]): void {
    const line = this.#lineAt(index);
    this.#lines.splice(index, 0, ...events.map((event) => ({ ...line, said: saidOf(event), byWallet: false })));
  }

  /** What two records say changes places; their calls stay. */
  public swap(first: number, second: number): void {
    const [a, b] = [this.#lineAt(first), this.#lineAt(second)];
    this.#lines[first] = { ...a, said: b.said, byWallet: b.byWallet };
    this.#lines[second] = { ...b, said: a.said, byWallet: a.byWallet };
  }

  // ------------------------------------------------------------------ money

  public fund(): void {
    this.call((vault) => {
      vault.fund();
    });
  }

  /** Session tokens, from the organiser by default. */
  public give(to: string, value: bigint, from = ORGANISER.address): void {
    this.call((vault) => {
      vault.transfer(0, from, to, value);
    });
  }

  public register({ address }: Person): void {
    this.#play(ORGANISER, () => this.book.createUser(address));
  }

  /** The organiser pays in for somebody. */
  public deposit({ address }: Person, amount: bigint, payer = ORGANISER): void {
    this.#play(payer, (context) => this.book.deposit(context, address, amount));
  }

  public depositLeg({ address }: Person, leg: number, lots: bigint, payer = ORGANISER): void {
    this.#play(payer, (context) => this.book.depositLeg(context, address, leg, lots));
  }

  public withdraw(who: Person, amount: bigint, to = who.address): void {
    this.#play(who, (context) => this.book.withdraw(context, amount, to));
  }

  public withdrawLeg(who: Person, leg: number, lots: bigint, to = who.address): void {
    this.#play(who, (context) => this.book.withdrawLeg(context, leg, lots, to));
  }

  public exit(who: Person, redeemed = false, to = who.address): void {
    this.#play(who, (context) => this.book.exit(context, to, redeemed));
  }

  // ------------------------------------------------------------------ orders

  /** An order with its signature: leg 1, good until t2, with the next nonce, over the head, if nothing else is said. */
  public sign(trader: Person, wish: OrderWish): SignedOrder {
    const order = tradePackage({
      marketRootId: BASKET_ROOT_ID,
      marketBranchId: 1,
      trader: trader.address,
      previousLink: this.book.link,
      nonce: wish.nonce ?? this.#nextNonce(trader),
      deadline: T2 - 1n,
      timeInForce: 0,
      ...wish,
    });
    const { serialized } = trader.key.sign(packageDigest(this.#domain, order));
    return { package: order, signature: serialized, insertAfter: 0, place: 0 };
  }

  /** @param place where it shall rest. @returns the order's number */
  public order(trader: Person, wish: OrderWish, maxMatches = NO_LIMIT.maxMatches, place = 0): number {
    const order = { ...this.sign(trader, wish), place };
    const limits = { ...NO_LIMIT, maxMatches };
    return this.#play(trader, (context) => this.book.createTrade(context, order, limits)).tradeRootId;
  }

  /** Several in one call. @returns the orders' numbers, 0 for one that was skipped */
  public orders(...wishes: readonly (readonly [Person, OrderWish])[]): readonly number[] {
    return this.batch({ orders: wishes.map(([trader, wish]) => this.sign(trader, wish)) });
  }

  /** All that a call can bring. A contract's orders are its own to sign. @returns numbers of its orders and quotes */
  public batch({ orders, ...others }: Batch): readonly number[] {
    const all = orders.map((order) => ({ ...order, byWallet: order.package.trader === WALLET.address }));
    const placed = this.#play(ORGANISER, (context) =>
      this.book.createTrades(context, { ...others, orders: all }, NO_LIMIT),
    );
    return placed.map(({ tradeRootId }) => tradeRootId);
  }

  /** A quote set with its signature: terms as of an order. */
  public signQuotes(
    trader: Person,
    wishes: readonly (Pick<OrderWish, "priceTicks" | "quantityLots"> & { readonly place?: number })[],
    timeInForce = 0,
  ): SubmittedQuoteSet {
    const rest = { deadline: T2 - 1n, nonce: this.#nextNonce(trader), timeInForce };
    const terms = { trader: trader.address, previousLink: this.book.link, ...rest };
    const market = { marketRootId: BASKET_ROOT_ID, marketBranchId: 1 };
    const quotes = wishes.map((wish) => ({ ...market, insertAfter: 0, place: 0, ...wish }));
    const packages = quotes.map((quote) => tradePackage(packageOfQuote(terms, quote)));
    return { terms, quotes, signature: trader.key.sign(quoteSetDigest(this.#domain, packages)).serialized };
  }

  /** What the book would say of an order that it accepts, for it to be told although it does not. */
  public accepted(trader: Person, wish: OrderWish): EventOf<"tradeCreated"> {
    const { package: order, signature } = this.sign(trader, wish);
    const tradeRootId = this.book.state.chain.trades + 1;
    return { kind: "tradeCreated", tradeRootId, package: order, signature: loggedSignature(signature) };
  }

  public matchTrades(maxMatches: number, marketRootId = BASKET_ROOT_ID, marketBranchId = 1): void {
    this.#play(ORGANISER, (context) => this.book.matchTrades(context, marketRootId, marketBranchId, maxMatches));
  }

  /** Takes orders out, as somebody. */
  public offset(who: Person, ...tradeRootIds: readonly number[]): void {
    const placed = tradeRootIds.map((tradeRootId) => ({ tradeRootId, place: this.book.placeOf(tradeRootId) }));
    this.#play(who, (context) => this.book.offset(context, placed));
  }

  /** What a trader signs to have orders taken out: all of its orders that are given, until t2, if nothing else is said. */
  public signCancellation(trader: Person, wish: Partial<TradesCancellation> = {}): SignedTradesCancellation {
    const toTradeRootId = this.book.state.chain.state.trades;
    const all = { fromTradeRootId: 0, toTradeRootId, nonceFloor: 0n, deadline: T2 - 1n };
    const cancellation = tradesCancellation({ trader: trader.address, ...all, ...wish });
    const { serialized } = trader.key.sign(cancellationDigest(this.#domain, cancellation));
    return { cancellation, signature: serialized };
  }

  /** Somebody brings one. */
  public cancelTrades(signed: SignedTradesCancellation, ...tradeRootIds: readonly number[]): void {
    const places = tradeRootIds.map((tradeRootId) => this.book.placeOf(tradeRootId));
    this.#play(ORGANISER, (context) => this.book.cancelTrades(context, signed, places));
  }

  public invalidateNonces(who: Person, floor: bigint): void {
    this.#play(who, (context) => this.book.invalidateNonces(context, floor));
  }

  // ------------------------------------------------------------------ markets

  /**
   * What the book says of a record of the market table, signed by its owner or, if not, brought by it.
   * @param organiser signs too, and so permits a root
   */
  public recorded(
    fields: MarketFields,
    description: string,
    owner: Person,
    isSigned: boolean,
    organiser?: Person,
  ): EventOf<"marketRecorded"> {
    const record = marketRecord(fields);
    const sign = (person: Person | undefined): string =>
      person === undefined ? "0x" : person.key.sign(marketDigest(this.#domain, record)).serialized;
    const marketRootId = record.marketRootId === NEW_ROOT ? this.book.createdRoots() + 2 : record.marketRootId;
    const signatures = { signature: sign(isSigned ? owner : undefined), organiserSignature: sign(organiser) };
    return { kind: "marketRecorded", marketRootId, link: marketLink(record), record, ...signatures, description };
  }

  public record(submitted: EventOf<"marketRecorded">, bringer: Person): void {
    this.#play(bringer, (context) => this.book.createMarket(context, submitted));
  }

  public applyFallback(marketRootId: number): void {
    this.#play(ORGANISER, (context) => this.book.applyFallback(context, marketRootId));
  }

  public realise(marketRootId: number, ...traders: readonly Person[]): void {
    const addresses = traders.map(({ address }) => address);
    this.#play(ORGANISER, () => this.book.realise(marketRootId, addresses));
  }

  public refresh(marketRootId: number, ...traders: readonly Person[]): void {
    const addresses = traders.map(({ address }) => address);
    this.#play(ORGANISER, () => this.book.refresh(marketRootId, addresses));
  }

  // ------------------------------------------------------------------ in detail

  get #domain() {
    return this.book.state.terms.domain;
  }

  #nextNonce({ address }: Person): bigint {
    const next = this.#nonces.get(address) ?? 0n;
    this.#nonces.set(address, next + 1n);
    return next;
  }

  /** A true call of the book, and the tokens that it moves. */
  #play<Result>({ address }: Person, run: (context: CallContext) => Answer<Result>): Result {
    const { result, events } = run({
      caller: address,
      timestamp: this.now,
      blockNumber: this.#markOf(this.header.fromBlock + this.#call),
    });
    this.call(() => {
      for (const event of events) this.#addTrue(event, address);
    });
    return result;
  }

  #addTrue(event: BookEvent, caller: string): void {
    if (!isInLog(event)) return;
    this.#add(event);
    const { vault, header } = this;
    if (event.kind === "deposited") vault.transfer(event.leg, caller, header.book, event.amount);
    else if (event.kind === "withdrawn") vault.payFromBook(event.leg, event.to, event.amount);
    else if (event.kind === "exited") vault.payClaims(event.claims, event.to, event.redeemed);
  }

  #add(event: BookEventInLog | TokenEvent | SessionCreated): void {
    const byWallet =
      event.kind === "tradeApproved" ||
      (event.kind === "tradesCancelled" && event.cancellation.trader === WALLET.address);
    this.#lines.push({ call: this.#call, timestamp: this.now, said: saidOf(event), byWallet });
  }

  #lineAt(index: number): Line {
    const line = this.#lines[index];
    if (line === undefined) throw new Error(`no record ${index} is told`);
    return line;
  }
}

/** What the factory logs of a session with that header. */
export function creationOf({ session, organiser, book, legs, terms }: LogHeader): SessionCreated {
  const { marketCreator, ...rest } = terms;
  const openMarkets = marketCreator === ZeroAddress;
  const numbers = { chainWindow: BigInt(terms.chainWindow), maxOpenOrders: BigInt(terms.maxOpenOrders) };
  const params = { ...rest, ...numbers, openMarkets };
  return { kind: "sessionCreated", session, organiser, orderBook: book, legTokens: legs, params };
}

/** Text or number as ticks. */
export const tick = (value: number): ReturnType<typeof ticks> => ticks(BigInt(value));
