/**
 * Looking into a book from outside: what it keeps as plain bigints comes out as the amounts that it is. What a book stores was
 * checked when it came in, so these casts only say so again, and nobody else needs any.
 */
import type { Lots, Ticks, TokenWei } from "../amounts/units.js";
import type { Account } from "../margin/worth.js";
import { BASKET_ROOT_ID, type MarketRef } from "../signing/package.js";
import type { Hash } from "../signing/typed-data.js";
import { type Binding, bindingOf, type OwnOrder } from "../value/binding.js";
import type { Depth, Level } from "../value/quote.js";
import { claimsOf } from "./margin.js";
import { lotValueOf } from "./money.js";
import type { Queue } from "./queue.js";
import type { BookState } from "./state.js";

/** A level, and how many orders share its price. */
export interface CountedLevel extends Level {
  readonly orders: number;
}

/** Cash and positions of a trader. */
export function accountOf({ margin }: BookState, traderId: number): Account {
  const positions = [...margin.positionsOf(traderId)].map(
    ([marketRootId, { lots }]) => [marketRootId, lots as readonly Lots[]] as const,
  );
  return { cash: margin.accountOf(traderId).cash as TokenWei, positions: new Map(positions) };
}

/** What is stored as the worst case of each of a trader's positions, by root. */
export function storedWorstOf({ margin }: BookState, traderId: number): Map<number, TokenWei> {
  const positions = margin.positionsOf(traderId);
  return new Map([...positions].map(([marketRootId, { worst }]) => [marketRootId, worst as TokenWei]));
}

/** Net collateral in the worst joint outcome, as stored (R11, R12). */
export function slackOf({ margin }: BookState, traderId: number): TokenWei {
  return margin.slackOf(traderId) as TokenWei;
}

/** R16: a trader's claim on each asset, every other root at its stored worst case. */
export function claimsIn(state: BookState, traderId: number): TokenWei[] {
  const basket = state.markets.known(BASKET_ROOT_ID);
  return claimsOf(lotValueOf(state), state.margin.load(traderId, basket)) as TokenWei[];
}

/** What the book holds for its traders, as claims on each asset: session tokens, and that asset's leg tokens. */
export function holdingsOf({ pool, terms }: BookState): TokenWei[] {
  return Array.from({ length: terms.assets }, (_, k) => (pool.held(0) + pool.held(k + 1)) as TokenWei);
}

/** An order with the place where it rests. */
export interface PlacedOrder extends OwnOrder {
  readonly place: number;
}

/** A trader's resting orders, in the order in which they came. */
export function ordersOf({ queues }: BookState, traderId: number): PlacedOrder[] {
  return [...queues.orders()]
    .filter((order) => order.traderId === traderId)
    .sort((a, b) => a.tradeRootId - b.tradeRootId) // a call that was taken back leaves them in another order
    .map(({ tradeRootId, place, marketRootId, marketBranchId, price, lots }) => {
      return { tradeRootId, place, marketRootId, marketBranchId, priceTicks: price as Ticks, lots: lots as Lots };
    });
}

export interface LevelOptions {
  /** Levels from the best on; all by default. */
  readonly most?: number | undefined;
  /** A trader whose orders are left out. */
  readonly without?: number | undefined;
}

/** One side of a market price by price, best first. */
export function levelsOf(queue: Queue, { most = Infinity, without }: LevelOptions = {}): CountedLevel[] {
  const levels: { priceTicks: Ticks; lots: Lots; orders: number }[] = [];
  for (const { traderId, price, lots } of queue) {
    if (traderId === without) continue;
    const size = (lots < 0n ? -lots : lots) as Lots;
    const last = levels.at(-1);
    if (last?.priceTicks === price) {
      last.lots = (last.lots + size) as Lots;
      last.orders += 1;
    } else if (levels.length >= most) break;
    else levels.push({ priceTicks: price as Ticks, lots: size, orders: 1 });
  }
  return levels;
}

/** Both sides of a market. */
export function depthOf({ queues }: BookState, market: MarketRef, options: LevelOptions = {}): Depth {
  const { bids, asks } = queues.of(market);
  return { bids: levelsOf(bids, options), asks: levelsOf(asks, options) };
}

/** What turns one list of levels into another: levels that are new or different, and with no lots those that are gone. */
export function levelChanges(before: readonly CountedLevel[], after: readonly CountedLevel[]): CountedLevel[] {
  const old = new Map(before.map((level) => [level.priceTicks, level]));
  const changed = after.filter(({ priceTicks, lots, orders }) => {
    const known = old.get(priceTicks);
    old.delete(priceTicks);
    return known?.lots !== lots || known.orders !== orders;
  });
  return [...changed, ...[...old.keys()].map((priceTicks) => ({ priceTicks, lots: 0n as Lots, orders: 0 }))];
}

/**
 * What binds a trader, and what would free collateral.
 * @param reserved wei that open orders keep in (R15), where another than what this book knows counts
 */
export function bindingIn(state: BookState, traderId: number, reserved?: TokenWei): Binding {
  return bindingOf({
    table: state.markets.table,
    account: accountOf(state, traderId),
    storedWorst: storedWorstOf(state, traderId),
    reserved: reserved ?? (state.traders.byId(traderId).reserved as TokenWei),
    orders: ordersOf(state, traderId),
    depthOf: (market) => depthOf(state, market, { without: traderId }),
  });
}

/**
 * What to sign over (R25), to whoever knows the mined blocks only: the newest checkpoint, as a block that is over makes no more
 * calls. Where several blocks of the chain share a mark, a call of the next one may overwrite it, so it is the one before.
 * @param sharesMarks whether block.number is another chain's than that of the blocks
 */
export function linkToSign({ chain }: BookState, sharesMarks: boolean): Hash {
  return (sharesMarks ? chain.checkpointAt(chain.checkpoints - 1n) : undefined) ?? chain.link;
}

/** Place of the order behind which one would come to rest; 0 for the first place, or in a market that is not there. */
export function insertionHint(
  { markets, queues }: BookState,
  market: MarketRef,
  isBid: boolean,
  price: bigint,
): number {
  if (markets.find(market.marketRootId, market.marketBranchId) === undefined) return 0;
  return queues.of(market).side(isBid).placeOf(price)?.place ?? 0;
}
