/** The mirror as its worker offers it. Everything is answered in the wire's words. */
import type { AssetInfo } from "../../../src/bindings/assets.js";
import type { MakerHouse } from "../../../src/protocol/book/houses.js";
import type { RecordEffect } from "../../../src/protocol/book/record-effect.js";
import type { MarketRecord } from "../../../src/protocol/signing/market-record.js";
import type { MarketRef } from "../../../src/protocol/signing/package.js";
import type { CandlesQuery, HistoryKind, HistoryPage, RelayCandles } from "../../../src/wire/history.js";
import type { RelayLink } from "../../../src/wire/packages.js";
import type { RelayBook, RelayDepth, RelayMarkets, RelayMonitoring, RelayTrader } from "../../../src/wire/state.js";
import type { Facts, SourceState } from "../source.js";
import type { Account } from "../../../src/protocol/margin/worth.js";
import type { CallFacts, CallsPage, CallsQuery, ChainSearch, Found } from "./explorer.js";
import type { FollowOptions } from "./follow.js";
import type { Foreseen, ForeseenAll, ForeseenExit, ToldRefusal, UnsignedOrder } from "./foresight.js";
import type { Holdings } from "./holders.js";
import type { MarketRecordFacts, SignedDescription } from "./market-records.js";
import type { RowsQuery } from "./history.js";
import type { Standing } from "./standing.js";
import type { ForeseenUnwinding } from "./unwinding.js";

export interface MirrorApi {
  /** Begins to follow, and goes on until the worker is ended. @param tell every change of state */
  open(options: FollowOptions, tell: (state: SourceState) => void): void;
  facts(): Promise<Facts>;
  /** What the session's token and the assets are called. */
  names(): Promise<SessionNames>;
  markets(): Promise<RelayMarkets>;
  depth(market: MarketRef, levels: number): Promise<RelayDepth>;
  book(market: MarketRef, limit: number): Promise<RelayBook>;
  trader(address: string): Promise<RelayTrader | undefined>;
  monitoring(): Promise<RelayMonitoring>;
  link(): Promise<RelayLink>;
  history<Kind extends HistoryKind>(kind: Kind, query: RowsQuery): Promise<HistoryPage<Kind>>;
  candles(market: MarketRef, query: CandlesQuery): Promise<RelayCandles>;
  /** What an order would do if it came next, by the book as it is on the chain. */
  foresee(draft: UnsignedOrder): Promise<Foreseen>;
  /** The same of several of one trader, one after the other. */
  foreseeAll(drafts: readonly UnsignedOrder[]): Promise<ForeseenAll>;
  /** The most lots of that side and price that its trader can bear; or why none can be told. */
  mostLots(draft: UnsignedOrder): Promise<bigint | ToldRefusal>;
  /** What `exit` would pay now; undefined if it pays nothing. */
  foreseeExit(trader: string): Promise<ForeseenExit | undefined>;
  /** Wei of claim on each asset, paid in less taken out. */
  paidIn(trader: string): Promise<readonly bigint[]>;
  /** What a record would do to everybody, if its owner sent it now. @throws what the book would refuse it with */
  effect(record: MarketRecord, description: string): Promise<ForeseenRecord>;
  /** The owner's text of a root beside what it signed of it. */
  description(marketRootId: number): Promise<SignedDescription | undefined>;
  /** Every record of a root, oldest first, checked again. */
  marketRecords(marketRootId: number): Promise<readonly MarketRecordFacts[]>;
  /** What the contract says at a block, and of one account. @throws Error if the node has no such block */
  standingAt(block: number, trader: string | undefined): Promise<Standing>;
  /** Cash and lots; undefined for whoever is not registered. */
  account(address: string): Promise<Account | undefined>;
  /** Everybody's, and what a stress test needs besides. */
  holdings(): Promise<Holdings>;
  /** What closing an account's positions would cost now, each by itself. @param makers beside the book */
  unwinding(trader: string, makers: readonly MakerHouse[]): Promise<ForeseenUnwinding>;
  /** Whoever has traded without signing: automated makers among them. */
  contracts(): Promise<readonly string[]>;
  /** Calls that appended something, the newest first. @param before only those before that one @param limit most of them */
  calls(query: CallsQuery): Promise<CallsPage>;
  /** One of them with every record of it, folded again; undefined if there is none. */
  call(index: number): Promise<CallFacts | undefined>;
  /** The newest call that has what is looked for; undefined if none has. */
  findCall(search: ChainSearch): Promise<Found | undefined>;
}

/** What a record would do, by the book as it is at that block. */
export interface ForeseenRecord {
  readonly block: number;
  readonly effect: RecordEffect;
}

export interface SessionNames {
  readonly name: string;
  readonly symbol: string;
  readonly assets: readonly AssetInfo[];
}
