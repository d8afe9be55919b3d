/**
 * What is worth a row at the end of a block: markets in which something was done, claims that changed, the weights that the
 * basket is quoted at. What was found before is kept in the book's own journal, so that it is undone together with the book.
 */
import type { Book } from "../protocol/book/book.js";
import { branchCount, rootOf, type SimplexRoot } from "../protocol/market/market-table.js";
import { BASKET_ROOT_ID, type MarketRef } from "../protocol/signing/package.js";
import { claimsIn, type CountedLevel, levelChanges, levelsOf } from "../protocol/book/projections.js";
import type { BookState } from "../protocol/book/state.js";
import type { Ticks } from "../protocol/amounts/units.js";
import {
  type AllocationRow,
  type BookChange,
  type HistoryRows,
  type MarketRow,
  type WeightsRow,
  storedLevel,
} from "./rows.js";

/** Levels of each side that are stored and told of. */
export const DEPTH_LEVELS = 50;

interface Sides {
  readonly bids: readonly CountedLevel[];
  readonly asks: readonly CountedLevel[];
}

interface Interest {
  readonly long: bigint;
  readonly short: bigint;
}

const NO_SIDES: Sides = { bids: [], asks: [] };
const NO_INTEREST: Interest = { long: 0n, short: 0n };
/** At most 32 branches. */
const BRANCHES = 64;
const keyOf = ({ marketRootId, marketBranchId }: MarketRef): number => marketRootId * BRANCHES + marketBranchId;
const marketOfKey = (key: number): MarketRef => ({
  marketRootId: Math.floor(key / BRANCHES),
  marketBranchId: key % BRANCHES,
});

export interface Figures {
  readonly book: BookState;
  readonly lastPrices: Map<number, Ticks>;
  readonly sides: Map<number, Sides>;
  readonly interests: Map<number, Interest>;
  /** Lots of each trader and root, as counted in `interests`. */
  readonly counted: Map<string, readonly bigint[]>;
  readonly claims: Map<number, readonly bigint[]>;
  readonly middles: Map<"basket", readonly bigint[] | undefined>;
  /** Touched markets, with the lots traded there. */
  readonly volumes: Map<number, bigint>;
  readonly traders: Set<number>;
}

export function createFigures({ state }: Book): Figures {
  return {
    book: state,
    lastPrices: new Map(),
    sides: new Map(),
    interests: new Map(),
    counted: new Map(),
    claims: new Map(),
    middles: new Map(),
    volumes: new Map(),
    traders: new Set(),
  };
}

/** Price of the last trade in a market. */
export interface LastPrice extends MarketRef {
  readonly price: Ticks;
}

/** Of a book that was not replayed: all that was found before follows from how it is, but for the prices of last trades. */
export function figuresOf(book: Book, lastPrices: readonly LastPrice[]): Figures {
  const figures = createFigures(book);
  const { state } = book;
  state.journal.attempt(() => {
    for (const { traderId } of state.traders.all()) touchTrader(figures, traderId);
    for (const marketRootId of state.markets.table.roots.keys()) touchRoot(figures, marketRootId);
    takeFigures(figures); // as rows they were written when they came about
  });
  for (const { price, ...market } of lastPrices) figures.lastPrices.set(keyOf(market), price);
  return figures;
}

export function touchMarket({ volumes }: Figures, market: MarketRef): void {
  const key = keyOf(market);
  volumes.set(key, volumes.get(key) ?? 0n);
}

/** All markets of a root. */
export function touchRoot(figures: Figures, marketRootId: number): void {
  const count = branchCount(rootOf(figures.book.markets.table, marketRootId));
  for (let b = 1; b <= count; b += 1) touchMarket(figures, { marketRootId, marketBranchId: b });
}

/** What the trader holds may have changed. */
export function touchTrader({ traders }: Figures, traderId: number): void {
  traders.add(traderId);
}

/** A trade in a market, at `price` ticks. */
export function traded({ book, volumes, lastPrices }: Figures, market: MarketRef, price: Ticks, lots: bigint): void {
  const key = keyOf(market);
  volumes.set(key, (volumes.get(key) ?? 0n) + lots);
  book.journal.set(lastPrices, key, price);
}

/** Nothing was touched. */
export function forgetTouched({ volumes, traders }: Figures): void {
  volumes.clear();
  traders.clear();
}

/** Rows for everything that was touched since the last time. */
export function takeFigures(figures: Figures): {
  readonly rows: Pick<HistoryRows, "allocations" | "markets" | "weights">;
  readonly changes: BookChange[];
} {
  for (const traderId of figures.traders) countLots(figures, traderId);
  const allocations = allocationRows(figures);
  const found = [...figures.volumes].sort(([a], [b]) => a - b).map(([key, volume]) => marketRow(figures, key, volume));
  const hasBasket = found.some(({ row }) => row.marketRootId === BASKET_ROOT_ID);
  const weights = hasBasket ? weightRows(figures) : [];
  forgetTouched(figures);
  const changes = found.map(({ change }) => change).filter(({ bids, asks }) => bids.length > 0 || asks.length > 0);
  return { rows: { allocations, markets: found.map(({ row }) => row), weights }, changes };
}

/** Counts what a trader holds by now; markets in which that differs from before are touched. */
function countLots({ book, volumes, interests, counted }: Figures, traderId: number): void {
  for (const [marketRootId, { lots }] of book.margin.positionsOf(traderId)) {
    const holding = `${traderId}/${marketRootId}`;
    const before = counted.get(holding) ?? [];
    if (before === lots) continue;
    book.journal.set(counted, holding, lots);
    for (let b = 0; b < Math.max(lots.length, before.length); b += 1) {
      const [old, held] = [before[b] ?? 0n, lots[b] ?? 0n];
      if (old === held) continue;
      const key = keyOf({ marketRootId, marketBranchId: b + 1 });
      const { long, short } = interests.get(key) ?? NO_INTEREST;
      const most = (value: bigint): bigint => (value > 0n ? value : 0n);
      const after = { long: long + most(held) - most(old), short: short + most(-held) - most(-old) };
      book.journal.set(interests, key, after);
      volumes.set(key, volumes.get(key) ?? 0n);
    }
  }
}

function allocationRows({ book, traders, claims }: Figures): AllocationRow[] {
  return [...traders].flatMap((traderId) => {
    const now = claimsIn(book, traderId);
    if (isEqual(claims.get(traderId), now)) return [];
    book.journal.set(claims, traderId, now);
    return [{ trader: book.traders.byId(traderId).address, claims: now }];
  });
}

function marketRow(figures: Figures, key: number, volume: bigint): { row: MarketRow; change: BookChange } {
  const { book, sides, interests, lastPrices } = figures;
  const market = marketOfKey(key);
  const queues = book.queues.of(market);
  const now = {
    bids: levelsOf(queues.bids, { most: DEPTH_LEVELS }),
    asks: levelsOf(queues.asks, { most: DEPTH_LEVELS }),
  };
  const before = sides.get(key) ?? NO_SIDES;
  book.journal.set(sides, key, now);
  const { long, short } = interests.get(key) ?? NO_INTEREST;
  const row = {
    ...market,
    bestBid: now.bids[0]?.priceTicks ?? null,
    bestAsk: now.asks[0]?.priceTicks ?? null,
    lastPrice: lastPrices.get(key) ?? null,
    volume,
    longLots: long,
    shortLots: short,
    bids: now.bids.map(storedLevel),
    asks: now.asks.map(storedLevel),
  };
  const change = { ...market, bids: levelChanges(before.bids, now.bids), asks: levelChanges(before.asks, now.asks) };
  return { row, change };
}

function weightRows({ book, middles }: Figures): WeightsRow[] {
  const basket = rootOf(book.markets.table, BASKET_ROOT_ID);
  const now = basket.kind === "simplex" ? wholeMiddles(quotedMiddles(book, basket)) : undefined;
  const before = middles.get("basket");
  if (isEqual(before, now)) return [];
  book.journal.set(middles, "basket", now);
  return now === undefined ? [] : [{ doubledMiddles: now }];
}

/**
 * Twice the middle of each leg of a basket or event. Of two legs one may have no orders: whoever buys it sells the other (R10), and so
 * it is quoted at what that leaves of the scale.
 */
export function quotedMiddles(
  { queues }: Pick<BookState, "queues">,
  { marketRootId, weights, scale }: SimplexRoot,
): (bigint | undefined)[] {
  const quotes = weights.map((_, index) => {
    const { bids, asks } = queues.of({ marketRootId, marketBranchId: index + 1 });
    const [bid, ask] = [bids.best?.price, asks.best?.price];
    const [low, high] = [bid ?? ask, ask ?? bid];
    return low === undefined || high === undefined ? undefined : low + high;
  });
  if (quotes.length !== 2) return quotes;
  const [first, second] = quotes;
  const left = (of: bigint | undefined): bigint | undefined => (of === undefined ? undefined : 2n * scale - of);
  return [first ?? left(second), second ?? left(first)];
}

/** All of them, if every leg has one and not all are zero. */
export function wholeMiddles(quotes: readonly (bigint | undefined)[]): bigint[] | undefined {
  const known = quotes.filter((quote) => quote !== undefined);
  return known.length === quotes.length && known.some((quote) => quote !== 0n) ? known : undefined;
}

function isEqual(a: readonly bigint[] | undefined, b: readonly bigint[] | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.length === b.length && a.every((value, index) => value === b[index]);
}
