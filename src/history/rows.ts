/** What one block means for the index: rows of its tables, and what subscribers are told. */
import type { MarketRef } from "../protocol/signing/package.js";
import type { Hash } from "../protocol/signing/typed-data.js";
import type { Lots, Ticks, TokenWei } from "../protocol/amounts/units.js";
import type { Via } from "../protocol/value/via.js";
import type { OffsetReason } from "../protocol/book/events.js";
import type { CountedLevel } from "../protocol/book/projections.js";
import type { AccountFigures } from "./account.js";
import type { ACCOUNT_ACTIONS, EventRow } from "./event-rows.js";

/** Where in its block something was logged. */
interface Logged {
  readonly logIndex: number;
  readonly transactionHash: Hash;
}

/** An order that was accepted. */
export interface OrderRow extends MarketRef, Logged {
  readonly tradeRootId: number;
  /** Of its primary trade. */
  readonly link: Hash;
  readonly trader: string;
  readonly priceTicks: Ticks;
  /** + bid, − offer. */
  readonly quantityLots: Lots;
  readonly nonce: bigint;
  /** Unix seconds. */
  readonly deadline: bigint;
  readonly timeInForce: number;
}

export interface FillRow extends MarketRef, Logged {
  readonly makerRootId: number;
  readonly takerRootId: number;
  readonly maker: string;
  readonly taker: string;
  readonly priceTicks: Ticks;
  /** Above zero. */
  readonly lots: Lots;
  readonly takerBuys: boolean;
  /** By the logs alone `book` or `contract`; `nameHouses` tells what contract. */
  readonly via: Via;
}

/** An order of which the rest was taken out, by its trader or evicted, or what its trader could not bear of it. */
export interface OffsetRow extends MarketRef, Logged {
  readonly tradeRootId: number;
  readonly trader: string;
  readonly reason: OffsetReason;
  /** What was taken out, above zero. */
  readonly lots: Lots;
}

/** What happened to a root: made, given a branch, bounded, or settled by its fallback. */
export type BoundsCause = "made" | "branched" | "bounded" | "fallback";

/** What a lot of a branch can still pay, whenever it may have changed. */
export interface BoundsRow extends MarketRef, Logged {
  readonly cause: BoundsCause;
  readonly lower: Ticks;
  readonly upper: Ticks;
  readonly settled: boolean;
  /** Of a new root, as its owner published it; else empty. */
  readonly description: string;
}

/** What a trader claims at the end of a block in which that changed: v, wei of claim on each asset. */
export interface AllocationRow {
  readonly trader: string;
  readonly claims: TokenWei[];
}

/** Price and lots as decimal text, and how many orders. */
export type StoredLevel = readonly [price: `${bigint}`, lots: `${bigint}`, orders: number];

export function storedLevel({ priceTicks, lots, orders }: CountedLevel): StoredLevel {
  return [`${priceTicks}`, `${lots}`, orders];
}

/** A market at the end of a block in which something was done there. */
export interface MarketRow extends MarketRef {
  /** Null if there is none. */
  readonly bestBid: Ticks | null;
  readonly bestAsk: Ticks | null;
  /** Of the last trade, in this block or before. */
  readonly lastPrice: Ticks | null;
  /** Lots traded in this block. */
  readonly volume: bigint;
  /** Open interest: lots held long, and short, over all traders; both above or at zero. */
  readonly longLots: bigint;
  readonly shortLots: bigint;
  /** The best levels of each side, best first. */
  readonly bids: readonly StoredLevel[];
  readonly asks: readonly StoredLevel[];
}

/** What the basket's legs are quoted at, at the end of a block in which that changed; only while every leg has a quote, or one of two. */
export interface WeightsRow {
  /** Of each leg bid + ask, or twice the one that there is: twice the middle, so that it stays a whole number of ticks. */
  readonly doubledMiddles: bigint[];
}

/**
 * A record that folds into the head of the order chain, in the names of a dataset's `events`: A order, F and T both sides of a fill, C lots
 * taken out, M record of the market table, B fallback.
 */
export interface RecordRow extends EventRow {
  /** Of the trader; null of M and B. */
  readonly address: string | null;
}

/** A change of an account by itself, in the names of a dataset's `events` and `accounts`. */
export interface AccountRow
  extends Pick<EventRow, "seq" | "tx" | "log_index" | "root_id" | "branch_id">, AccountFigures {
  readonly action: (typeof ACCOUNT_ACTIONS)[keyof typeof ACCOUNT_ACTIONS];
  readonly trader: number;
  readonly address: string;
  /** D, W: what went in or, below zero, out, at leg `branch_id`; X: of each leg; R: cash that came of it; H: none. Wei. */
  readonly amounts_wei: bigint[];
}

/** A call that has appended records, in the names of a dataset's `checkpoints`. */
export interface CheckpointRow extends Pick<EventRow, "seq" | "tx" | "log_index"> {
  readonly checkpoint: bigint;
  readonly mark: bigint;
  readonly trades: bigint;
  readonly head: string;
  readonly link: string;
}

export interface HistoryRows {
  readonly orders: OrderRow[];
  readonly fills: FillRow[];
  readonly offsets: OffsetRow[];
  readonly bounds: BoundsRow[];
  readonly allocations: AllocationRow[];
  readonly markets: MarketRow[];
  readonly weights: WeightsRow[];
  readonly records: RecordRow[];
  readonly accounts: AccountRow[];
  readonly checkpoints: CheckpointRow[];
}

/** What nothing has come of. */
export function noRows(): HistoryRows {
  return {
    orders: [],
    fills: [],
    offsets: [],
    bounds: [],
    allocations: [],
    markets: [],
    weights: [],
    records: [],
    accounts: [],
    checkpoints: [],
  };
}

/** A block of the chain that the index has to hold. */
export interface IndexedBlock {
  readonly number: number;
  readonly hash: Hash;
  /** Unix seconds. */
  readonly timestamp: bigint;
  /** The order chain's newest checkpoint after it. */
  readonly head: Hash;
}

/** A package that a transaction tried in vain. Anybody can bring a package badly, so it says nothing final about it. */
export interface SkippedPackage {
  readonly trader: string;
  readonly nonce: bigint;
  readonly transactionHash: Hash;
  readonly code: string;
}

/** Levels of a market that a block changed; those that are gone have no lots. */
export interface BookChange extends MarketRef {
  readonly bids: readonly CountedLevel[];
  readonly asks: readonly CountedLevel[];
}

export interface BlockRows extends IndexedBlock {
  /** That have logged anything of the book up to its end, as `tx` of its rows counts them. */
  readonly transactions: bigint;
  readonly rows: HistoryRows;
  readonly skipped: readonly SkippedPackage[];
  readonly changes: readonly BookChange[];
}

/** A block of which nothing is to be written any more. */
export function emptyBlock(block: IndexedBlock): BlockRows {
  return { ...block, transactions: 0n, rows: noRows(), skipped: [], changes: [] };
}

export function isEmpty({ rows, skipped }: BlockRows): boolean {
  return skipped.length === 0 && Object.values(rows).every((list: readonly unknown[]) => list.length === 0);
}
