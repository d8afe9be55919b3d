/**
 * The answers of a book's views. Fields bear the contract's names and stand in its order; amounts are bigint (cash wei, prices
 * ticks, quantities lots), numbers of things `number`.
 */
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
  /** Wei. */
  readonly cash: bigint;
  /** Stored worst case of all positions, wei; cash + worst >= 0 always (R11). */
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
  /** Whether the book can store it. */
  readonly fits: boolean;
  /** Whether it takes the market's lots no further than the session lets them go. */
  readonly withinLimit: boolean;
  /** Wei in the worst joint outcome after the trade; below zero the order is refused with that shortfall. */
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
  /** tradeRootIds; 0 if there is none. */
  readonly bestBid: number;
  readonly bestAsk: number;
  /** Whether resting orders still have to be matched with each other (R34). */
  readonly crossed: boolean;
}

export interface OrderView extends MarketRef {
  readonly traderId: number;
  readonly price: bigint;
  /** What is left: + bid, - offer. */
  readonly lots: bigint;
  /** Unix seconds. */
  readonly deadline: bigint;
  /** The next worse order of its side; 0 if there is none. */
  readonly nextRootId: number;
}

export interface DepthEntry {
  readonly tradeRootId: number;
  readonly price: bigint;
  readonly lots: bigint;
}
