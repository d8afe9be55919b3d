/**
 * The order book of one session as a state machine: the contracts' rules, order of checks, records and errors, in exact
 * integers, without a chain. Each call gives the events that the contract would log, or throws the error that it would revert
 * with; then nothing has changed. Gas is not modelled.
 */
import { getAddress } from "ethers";

import { type Hashing, PLAIN_HASHING } from "../signing/hashing.js";
import type { SignedTradesCancellation } from "../signing/trades-cancellation.js";
import type { Hash } from "../signing/typed-data.js";
import type { TokenWei } from "../amounts/units.js";
import { type Batch, createTrades } from "./batches.js";
import { type BookEvent } from "./events.js";
import { cancelTrades } from "./cancellation.js";
import type { SubmittedOrder } from "./intake.js";
import * as money from "./money.js";
import * as orders from "./orders.js";
import type { CallBlock, CallContext, Outside } from "./outside.js";
import type { Refusal } from "../market/refusal.js";
import { release } from "./resting.js";
import * as settlement from "./settlement.js";
import { type BookState, createState } from "./state.js";
import type { BookTerms } from "./terms.js";
import { BookViews } from "./views.js";

/** What a call answers, and what it logged. */
export interface Answer<Result> {
  readonly result: Result;
  readonly events: readonly BookEvent[];
}

export class Book extends BookViews {
  /** What the book keeps, for those who look; only the calls below change it. */
  public readonly state: BookState;

  /** @param hashing how links and heads are made; plain JavaScript by default */
  public constructor(terms: BookTerms, outside: Outside, hashing: Hashing = PLAIN_HASHING) {
    super();
    const { domain } = terms;
    this.state = createState(
      {
        ...terms,
        session: getAddress(terms.session),
        policy: getAddress(terms.policy),
        domain: { ...domain, verifyingContract: getAddress(domain.verifyingContract) },
      },
      outside,
      hashing,
    );
  }

  // ------------------------------------------------------------------ users and money

  /** Registers `trader`. @returns its traderId. @throws Refusal */
  public createUser(trader: string): Answer<number> {
    return this.#run(() => money.createUser(this.state, getAddress(trader)).traderId);
  }

  /** Takes `amount` wei of session tokens from the caller for `trader`. @throws Refusal, or what the token refuses with */
  public deposit(context: CallContext, trader: string, amount: bigint): Answer<void> {
    return this.#run(() => {
      money.deposit(this.state, this.#normal(context), getAddress(trader), amount);
    });
  }

  /** Takes `lots` lots of leg token `leg` from the caller for `trader`. @throws Refusal, or what the token refuses with */
  public depositLeg(context: CallContext, trader: string, leg: number, lots: bigint): Answer<void> {
    return this.#run(() => {
      money.depositLeg(this.state, this.#normal(context), getAddress(trader), leg, lots);
    });
  }

  /** Pays `amount` wei of the caller's cash out. @param nonceFloor below it all of the caller's nonces become void. @throws Refusal */
  public withdraw(context: CallContext, amount: bigint, to: string, nonceFloor = 0n): Answer<void> {
    return this.#run(() => {
      money.withdraw(this.state, this.#normal(context), amount, getAddress(to), nonceFloor);
    });
  }

  /** Pays `lots` lots of leg `leg` out in leg tokens. @param nonceFloor as of `withdraw`. @throws Refusal */
  public withdrawLeg(context: CallContext, leg: number, lots: bigint, to: string, nonceFloor = 0n): Answer<void> {
    return this.#run(() => {
      money.withdrawLeg(this.state, this.#normal(context), leg, lots, getAddress(to), nonceFloor);
    });
  }

  /** From t2 on: pays the caller's whole claim. @returns wei of claim on each asset. @throws Refusal */
  public exit(context: CallContext, to: string, redeemAssets: boolean): Answer<readonly TokenWei[]> {
    return this.#run(() => money.exit(this.state, this.#normal(context), getAddress(to), redeemAssets));
  }

  // ------------------------------------------------------------------ markets

  /** Appends a record to the market table. @returns the number that a new root was given, else the record's. @throws Refusal */
  public createMarket(context: CallContext, submitted: settlement.SubmittedRecord): Answer<number> {
    return this.#run(() => settlement.createMarket(this.state, this.#normal(context), submitted));
  }

  /** From its settleBy on: settles a root by its fallback. @throws Refusal */
  public applyFallback(context: CallContext, marketRootId: number): Answer<void> {
    return this.#run(() => {
      settlement.applyFallback(this.state, this.#normal(context), marketRootId);
    });
  }

  /** Turns the positions of these traders in a settled root into cash. @throws Refusal */
  public realise(marketRootId: number, traders: readonly string[]): Answer<void> {
    return this.#run(() => {
      settlement.realise(this.state, marketRootId, traders.map(getAddress));
    });
  }

  /** Brings the stored worst cases of these traders in a root up to date. @throws Refusal */
  public refresh(marketRootId: number, traders: readonly string[]): Answer<void> {
    return this.#run(() => {
      settlement.refresh(this.state, marketRootId, traders.map(getAddress));
    });
  }

  // ------------------------------------------------------------------ orders

  /** Appends one signed order and matches it. @throws Refusal */
  public createTrade(block: CallBlock, order: SubmittedOrder, limits: orders.OrderLimits): Answer<orders.Placed> {
    return this.#run(() => orders.createTrade(this.state, timed(block, limits), this.#normalOrder(order)));
  }

  /** Brings cancellations, appends orders and quote sets; a bad one is skipped, unless the batch is strict. @throws Refusal */
  public createTrades(block: CallBlock, batch: Batch, limits: orders.OrderLimits): Answer<readonly orders.Placed[]> {
    const { orders: submitted, cancellations = [], quoteSets = [] } = batch;
    return this.#run(() =>
      createTrades(this.state, timed(block, limits), {
        ...batch,
        orders: submitted.map((order) => this.#normalOrder(order)),
        cancellations: cancellations.map((brought) => ({ ...brought, ...this.#normalCancellation(brought) })),
        quoteSets: quoteSets.map((set) => ({ ...set, terms: this.#normalSigned(set.terms) })),
      }),
    );
  }

  /**
   * Appends one order of a batch that stays open until `expectBatch`: together what `createTrades` does, in a block that nobody
   * knows yet.
   * @returns its number and place, or why the batch goes on without it
   */
  public appendTrade(
    { timestamp }: CallBlock,
    order: SubmittedOrder,
    limits: orders.OrderLimits,
  ): Answer<orders.Placed | Refusal> {
    return this.#run(() => orders.appendTrade(this.state, { ...limits, timestamp }, this.#normalOrder(order)));
  }

  /** Ends the batch that was appended to; it gets its checkpoint when it lands (`state.chain.land`). */
  public expectBatch(): Answer<void> {
    return this.#run(() => {
      release(this.state);
      this.state.chain.expect();
    });
  }

  /** Goes on where an earlier call ran out of steps. @returns steps used. @throws Refusal */
  public matchTrades(
    { timestamp, blockNumber }: CallBlock,
    marketRootId: number,
    marketBranchId: number,
    maxMatches: number,
  ): Answer<number> {
    const limits = { timestamp, blockNumber, maxMatches };
    return this.#run(() => orders.matchTrades(this.state, limits, marketRootId, marketBranchId));
  }

  /** Takes out orders that are the caller's, expired or uncovered. @returns how many. @throws Refusal */
  public offset(context: CallContext, placed: readonly orders.Placed[]): Answer<number> {
    return this.#run(() => orders.offset(this.state, this.#normal(context), placed));
  }

  /** Takes out what a signed cancellation is about (R43). @returns how many. @throws Refusal */
  public cancelTrades(block: CallBlock, signed: SignedTradesCancellation, places: readonly number[]): Answer<number> {
    return this.#run(() => cancelTrades(this.state, block, this.#normalCancellation(signed), places));
  }

  /** Makes all of the caller's nonces below `nonceFloor` void. @throws Refusal */
  public invalidateNonces(context: CallContext, nonceFloor: bigint): Answer<void> {
    return this.#run(() => {
      orders.invalidateNonces(this.state, this.#normal(context), nonceFloor);
    });
  }

  // ------------------------------------------------------------------ in detail

  /** The newest checkpoint. */
  public get link(): Hash {
    return this.state.chain.link;
  }

  /** The check of an address takes a hash: known ones need none. */
  #normalAddress(address: string): string {
    return this.state.traders.find(address) === undefined ? getAddress(address) : address;
  }

  #normal({ caller, timestamp, blockNumber }: CallContext): CallContext {
    return { caller: this.#normalAddress(caller), timestamp, blockNumber };
  }

  #normalCancellation({ cancellation, signature }: SignedTradesCancellation): SignedTradesCancellation {
    return { cancellation: { ...cancellation, trader: this.#normalAddress(cancellation.trader) }, signature };
  }

  /** Writes address and link in their one usual way. */
  #normalSigned<Signed extends { readonly trader: string; readonly previousLink: Hash }>(signed: Signed): Signed {
    const trader = this.#normalAddress(signed.trader);
    const previousLink = signed.previousLink.toLowerCase();
    const isNormal = trader === signed.trader && previousLink === signed.previousLink;
    return isNormal ? signed : { ...signed, trader, previousLink };
  }

  #normalOrder(order: SubmittedOrder): SubmittedOrder {
    const fields = this.#normalSigned(order.package);
    return fields === order.package ? order : { ...order, package: fields };
  }

  #run<Result>(call: () => Result): Answer<Result> {
    const result = this.state.journal.attempt(call);
    return { result, events: this.state.events.take() };
  }
}

function timed({ timestamp, blockNumber }: CallBlock, { maxMatches, maxWalk }: orders.OrderLimits) {
  return { timestamp, blockNumber, maxMatches, maxWalk };
}
