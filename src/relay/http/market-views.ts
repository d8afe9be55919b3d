/** Markets and books as they stand in the book that is shown. */
import type { Book } from "../../protocol/book/book.js";
import { monitoringOf } from "../../protocol/book/monitoring.js";
import type { Queue } from "../../protocol/book/queue.js";
import { branchCount, marketBounds, type MarketRoot } from "../../protocol/market/market-table.js";
import { BASKET_ROOT_ID, type MarketRef } from "../../protocol/signing/package.js";
import type { Served } from "../../wire/form.js";
import type { book as bookForm, markets, monitoring } from "../../wire/state.js";
import { RelayError } from "../errors.js";
import type { RootHeads } from "../history/heads.js";

type BookView = Served<typeof bookForm>;
type RestingOrderView = BookView["bids"][number];
type RootView = Served<typeof markets>["roots"][number];
type BranchView = RootView["branches"][number];

export function rootViews(book: Book, heads: RootHeads): RootView[] {
  return [...book.state.markets.table.roots.values()].map((root) => {
    const head = root.marketRootId === BASKET_ROOT_ID ? null : heads.get(root.marketRootId);
    return { ...rootView(book, root), ...(head !== undefined && { head }) };
  });
}

export function monitoringView({ state }: Book): Served<typeof monitoring> {
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

/** @throws RelayError RELAY_MARKET_UNKNOWN */
export function bookView(book: Book, market: MarketRef, limit: number): BookView {
  requireMarket(book, market);
  const queues = book.state.queues.of(market);
  const orders = (queue: Queue): RestingOrderView[] => ordersOf(book, queue, limit);
  return { ...market, crossed: queues.isCrossed(), bids: orders(queues.bids), asks: orders(queues.asks) };
}

/** @throws RelayError RELAY_MARKET_UNKNOWN */
export function requireMarket({ state }: Book, market: MarketRef): void {
  if (state.markets.find(market.marketRootId, market.marketBranchId) !== undefined) return;
  throw new RelayError("RELAY_MARKET_UNKNOWN", { ...market });
}

function rootView(book: Book, root: MarketRoot): RootView {
  const { marketRootId, kind, owner, tickValue, closesAt, settleBy, fallbackOutcome, settled, tip } = root;
  const branches = Array.from({ length: branchCount(root) }, (_, index) => branchView(book, root, index + 1));
  const outcomes = root.kind === "interval" ? root.bounds : { lower: 0n, upper: root.scale };
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
    branches,
  };
}

function branchView({ state }: Book, root: MarketRoot, marketBranchId: number): BranchView {
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

function ordersOf({ state }: Book, queue: Queue, limit: number): RestingOrderView[] {
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
