/**
 * The answers of a book's views. Fields bear the contract's names and stand in its order; amounts are bigint (cash wei, prices
 * ticks, quantities lots), numbers of things `number`.
 */
import type { RefusalCode } from "../market/refusal.js";
import type { Placed } from "./orders.js";
import type { RootKind } from "../signing/market-record.js";
import type { MarketRef } from "../signing/package.js";
import type { Hash } from "../signing/typed-data.js";

export interface ChainState {
  /** The newest checkpoint. */
  readonly link: Hash;
  readonly checkpoints: bigint;
  /** The last tradeRootId. */
  readonly trades: number;
}

export interface Links {
  readonly primaryLink: Hash;
  readonly offsetLink: Hash;
  readonly matchLink: Hash;
  /** What the trader signs. */
  readonly digest: Hash;
}

export interface AccountView {
  /** The claim on the basket's last leg, every other root at its stored worst, wei. */
  readonly claim: bigint;
  /** How much less the least claim is, wei; claim + worst >= 0 always (R11). */
  readonly worst: bigint;
  readonly openOrders: number;
  /** Wei that open orders may need (R15). */
  readonly reserved: bigint;
}

export interface Nonces {
  readonly nonceFloor: bigint;
  /** Bit i: whether nonceFloor + i is used. */
  readonly used: bigint;
}

export interface CollateralView {
  /** Wei; what could be lost or withdrawn. */
  readonly slack: bigint;
  /** Of each root that was named: the outcome in ticks, or for a simplex root the leg. */
  readonly bindingOutcomes: readonly bigint[];
}

export interface TradeCheck {
  /** What `createTrade` would refuse it with (R13); undefined if its trader is covered. */
  readonly refusal: RefusalCode | undefined;
  /** Wei in the worst joint outcome after the trade; what it is below zero is the shortfall. */
  readonly slack: bigint;
  /** Where the trade's root is worst then: the outcome in ticks, or for a simplex root the leg. */
  readonly bindingOutcome: bigint;
}

export interface RootInfo {
  readonly kind: (typeof RootKind)[keyof typeof RootKind];
  readonly branchCount: number;
  /** Least and greatest outcome, ticks; of a simplex root 0 and its scale. */
  readonly lo: bigint;
  readonly hi: bigint;
  readonly tickValue: bigint;
  /** Unix seconds, as `settleBy`. */
  readonly closesAt: bigint;
  readonly settleBy: bigint;
  readonly fallbackOutcome: bigint;
  readonly settled: boolean;
  readonly owner: string;
  readonly tip: Hash;
}

/** Ticks, one entry for each branch. */
export interface Spans {
  readonly lower: readonly bigint[];
  readonly upper: readonly bigint[];
}

export interface MarketView {
  /** Least and most that a lot can still pay, ticks. */
  readonly marketMin: bigint;
  readonly marketMax: bigint;
  /** Wei of one tick of one lot. */
  readonly tickValue: bigint;
  /** Places of the best orders; 0 if there is none. */
  readonly bestBid: number;
  readonly bestAsk: number;
  /** Whether resting orders still have to be matched with each other (R34). */
  readonly crossed: boolean;
}

export interface OrderView extends MarketRef {
  readonly tradeRootId: number;
  readonly traderId: number;
  readonly price: bigint;
  /** What is left: + bid, - offer. */
  readonly lots: bigint;
  /** Unix seconds. */
  readonly deadline: bigint;
  /** Place of the next worse order of its side; 0 if there is none. */
  readonly nextPlace: number;
}

export interface DepthEntry extends Placed {
  readonly price: bigint;
  readonly lots: bigint;
}
