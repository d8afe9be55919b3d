/** Markets as they stand in a book, in the words of the wire: what a relay answers, and a page that has none. */
import { id } from "ethers";

import type { Book } from "../protocol/book/book.js";
import { type HouseDepthLimits, houseDepthIn } from "../protocol/book/house-depth.js";
import type { House } from "../protocol/book/houses.js";
import { monitoringOf } from "../protocol/book/monitoring.js";
import { levelsOf } from "../protocol/book/projections.js";
import type { Queue } from "../protocol/book/queue.js";
import type { BookState } from "../protocol/book/state.js";
import { parseDescription } from "../protocol/market/description.js";
import { branchCount, marketBounds, type MarketRoot } from "../protocol/market/market-table.js";
import { BASKET_ROOT_ID, type MarketRef } from "../protocol/signing/package.js";
import type { Served } from "../wire/form.js";
import type { book as bookForm, depth, markets, monitoring } from "../wire/state.js";

export type BookView = Served<typeof bookForm>;
export type DepthView = Served<typeof depth>;
export type RootView = Served<typeof markets>["roots"][number];
type RestingOrderView = BookView["bids"][number];
type BranchView = RootView["branches"][number];

/** What its owner has published with the record that made a root. */
export interface RootWord {
  readonly description: string;
  /** Of the record's block. */
  readonly createdAt: { readonly blockNumber: number; readonly timestamp: bigint };
}

/** What roots are about, by root. Of which nothing is known, they are not there. */
export type RootWords = ReadonlyMap<number, RootWord>;

/** What can be looked into: a whole book, or a replay's. */
type Looked = Pick<Book, "state">;

/** @param isWhole whether the texts of descriptions are told, too */
export function rootViews(book: Looked, words: RootWords, isWhole = false): RootView[] {
  return [...book.state.markets.table.roots.values()].map((root) => {
    if (root.marketRootId === BASKET_ROOT_ID) return { ...rootView(book, root), head: null };
    const word = words.get(root.marketRootId);
    return { ...rootView(book, root), ...(word && wordsView(word, isWhole)) };
  });
}

function wordsView({ description, createdAt }: RootWord, isWhole: boolean) {
  const head = parseDescription(description).head ?? null;
  return { createdAt, descriptionHash: id(description), ...(isWhole && { description }), head };
}

export function monitoringView({ state }: Looked): Served<typeof monitoring> {
  const { crowding, legs, roots, ...counts } = monitoringOf(state);
  return {
    ...counts,
    views: crowding.views,
    likeness: crowding.likeness ?? null,
    legs: legs.map(({ leg, total, holders, herfindahl, largest, largestHolder = null }) => {
      return { leg, total, holders, herfindahl, largest, largestHolder };
    }),
    roots: roots.map(({ markets: each, ...root }) => ({ ...root, markets: [...each] })),
  };
}

/** @param market that is there @param levels most of each side @param house what houses would add; nothing by default */
export function depthView(
  { state }: Looked,
  market: MarketRef,
  levels: number,
  house: DepthView["house"] = [],
): DepthView {
  const { bids, asks } = state.queues.of(market);
  return { ...market, bids: levelsOf(bids, { most: levels }), asks: levelsOf(asks, { most: levels }), house };
}

/** Of each house that would add anything. @param market that is there */
export function housesView(
  { state }: Looked,
  market: MarketRef,
  houses: readonly House[],
  limits: HouseDepthLimits,
): DepthView["house"] {
  return houses.flatMap((house) => {
    const { bids, asks } = houseDepthIn(state, house, market, limits);
    if (bids.length + asks.length === 0) return [];
    return [{ through: house.kind, contract: house.address, bids, asks }];
  });
}

/** @param market that is there @param limit most orders of each side */
export function bookView(book: Looked, market: MarketRef, limit: number): BookView {
  const queues = book.state.queues.of(market);
  const orders = (queue: Queue): RestingOrderView[] => ordersOf(book, queue, limit);
  return { ...market, crossed: queues.isCrossed(), bids: orders(queues.bids), asks: orders(queues.asks) };
}

export function hasMarket(state: BookState, { marketRootId, marketBranchId }: MarketRef): boolean {
  return state.markets.find(marketRootId, marketBranchId) !== undefined;
}

function rootView(book: Looked, root: MarketRoot): RootView {
  const { marketRootId, kind, owner, tickValue, closesAt, settleBy, fallbackOutcome, settled, tip } = root;
  const branches = Array.from({ length: branchCount(root) }, (_, index) => branchView(book, root, index + 1));
  const outcomes = root.kind === "interval" ? root.bounds : { lower: 0n, upper: root.scale };
  const first = root.kind === "interval" ? (root.strikes[0] ?? root.bounds) : outcomes; // branch 1 never changes
  return {
    marketRootId,
    kind,
    owner,
    tickValue,
    closesAt,
    settleBy,
    fallbackOutcome,
    settled,
    tip,
    outcomes: { lower: outcomes.lower, upper: outcomes.upper },
    firstBounds: { lower: first.lower, upper: first.upper },
    branches,
  };
}

function branchView({ state }: Looked, root: MarketRoot, marketBranchId: number): BranchView {
  const market = { marketRootId: root.marketRootId, marketBranchId };
  const { lower, upper } = marketBounds(state.markets.table, market);
  const strikes = root.kind === "interval" ? root.strikes[marketBranchId - 1] : undefined;
  const queues = state.queues.of(market);
  return {
    marketBranchId,
    bounds: { lower, upper },
    ...(strikes !== undefined && { strikes: { lower: strikes.lower, upper: strikes.upper } }),
    bestBid: queues.bids.best?.price ?? null,
    bestAsk: queues.asks.best?.price ?? null,
    crossed: queues.isCrossed(),
  };
}

function ordersOf({ state }: Looked, queue: Queue, limit: number): RestingOrderView[] {
  const orders: RestingOrderView[] = [];
  for (const { tradeRootId, place, traderId, price, lots, deadline } of queue) {
    if (orders.length >= limit) break;
    orders.push({
      tradeRootId,
      trader: state.traders.byId(traderId).address,
      priceTicks: price,
      lots,
      deadline,
      place,
    });
  }
  return orders;
}
