/**
 * What is worth a row at the end of a block: markets in which something was done, claims that changed, the weights that the
 * basket is quoted at. What was found before is kept in the book's own journal, so that it is undone together with the book.
 */
import type { Book } from "../protocol/book/book.js";
import { claimsOf } from "../protocol/book/margin.js";
import { lotValueOf } from "../protocol/book/money.js";
import { branchCount, rootOf } from "../protocol/market/market-table.js";
import { BASKET_ROOT_ID, type MarketRef } from "../protocol/signing/package.js";
import { type Level, levelChanges, levelsOf } from "../relay/levels.js";
import type { StoredLevel } from "../relay/history/schema.js";
import type { BookChange, HistoryRows } from "./rows.js";

export interface Figures {
  touchMarket(market: MarketRef): void;
  /** A trade in a market, at `price` ticks. */
  traded(market: MarketRef, price: bigint, lots: bigint): void;
  /** What the trader holds may have changed. */
  touchTrader(traderId: number): void;
  /** All markets of a root. */
  touchRoot(marketRootId: number): void;
  /** Rows for everything that was touched since the last time. */
  take(): { readonly rows: Pick<HistoryRows, "allocations" | "markets" | "weights">; readonly changes: BookChange[] };
  /** Nothing was touched. */
  forget(): void;
}

/** Levels of each side that are stored and told of. */
export const DEPTH_LEVELS = 50;

interface Sides {
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
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

export function createFigures({ state }: Book): Figures {
  const { journal } = state;
  const lastPrices = new Map<number, bigint>();
  const sides = new Map<number, Sides>();
  const interests = new Map<number, Interest>();
  /** Lots of each trader and root, as counted in `interests`. */
  const counted = new Map<string, readonly bigint[]>();
  const claims = new Map<number, readonly bigint[]>();
  const middles = new Map<"basket", readonly bigint[] | undefined>();
  /** Touched markets, with the lots traded there. */
  let volumes = new Map<number, bigint>();
  let traders = new Set<number>();

  /** Counts what a trader holds by now; markets in which that differs from before are touched. */
  function countLots(traderId: number): void {
    for (const [marketRootId, { lots }] of state.margin.positionsOf(traderId)) {
      const holding = `${traderId}/${marketRootId}`;
      const before = counted.get(holding) ?? [];
      if (before === lots) continue;
      journal.set(counted, holding, lots);
      for (let b = 0; b < Math.max(lots.length, before.length); b += 1) {
        const [old, held] = [before[b] ?? 0n, lots[b] ?? 0n];
        if (old === held) continue;
        const key = keyOf({ marketRootId, marketBranchId: b + 1 });
        const { long, short } = interests.get(key) ?? NO_INTEREST;
        const most = (value: bigint): bigint => (value > 0n ? value : 0n);
        const after = { long: long + most(held) - most(old), short: short + most(-held) - most(-old) };
        journal.set(interests, key, after);
        volumes.set(key, volumes.get(key) ?? 0n);
      }
    }
  }

  function allocationRows(): HistoryRows["allocations"] {
    const basket = rootOf(state.markets.table, BASKET_ROOT_ID);
    return [...traders].flatMap((traderId) => {
      const now = claimsOf(lotValueOf(state), state.margin.load(traderId, basket));
      if (isEqual(claims.get(traderId), now)) return [];
      journal.set(claims, traderId, now);
      return [{ trader: state.traders.byId(traderId).address, claims: now }];
    });
  }

  function marketRow(key: number, volume: bigint): { row: HistoryRows["markets"][number]; change: BookChange } {
    const market = marketOfKey(key);
    const queues = state.queues.of(market);
    const now = { bids: levelsOf(queues.bids, DEPTH_LEVELS), asks: levelsOf(queues.asks, DEPTH_LEVELS) };
    const before = sides.get(key) ?? NO_SIDES;
    journal.set(sides, key, now);
    const { long, short } = interests.get(key) ?? NO_INTEREST;
    const row = {
      ...market,
      bestBid: now.bids[0]?.price ?? null,
      bestAsk: now.asks[0]?.price ?? null,
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

  function weightRows(): HistoryRows["weights"] {
    const quotes = Array.from({ length: state.terms.assets }, (_, index) => {
      const { bids, asks } = state.queues.of({ marketRootId: BASKET_ROOT_ID, marketBranchId: index + 1 });
      const [bid, ask] = [bids.best?.price, asks.best?.price];
      const [low, high] = [bid ?? ask, ask ?? bid];
      return low === undefined || high === undefined ? undefined : low + high;
    });
    const known = quotes.filter((quote) => quote !== undefined);
    const isWhole = known.length === quotes.length && known.some((quote) => quote !== 0n);
    const now = isWhole ? known : undefined;
    const before = middles.get("basket");
    if (isEqual(before, now)) return [];
    journal.set(middles, "basket", now);
    return now === undefined ? [] : [{ doubledMiddles: now }];
  }

  return {
    touchMarket(market) {
      const key = keyOf(market);
      volumes.set(key, volumes.get(key) ?? 0n);
    },
    traded(market, price, lots) {
      const key = keyOf(market);
      volumes.set(key, (volumes.get(key) ?? 0n) + lots);
      journal.set(lastPrices, key, price);
    },
    touchTrader(traderId) {
      traders.add(traderId);
    },
    touchRoot(marketRootId) {
      const count = branchCount(rootOf(state.markets.table, marketRootId));
      for (let b = 1; b <= count; b += 1) this.touchMarket({ marketRootId, marketBranchId: b });
    },
    take() {
      for (const traderId of traders) countLots(traderId);
      const allocations = allocationRows();
      const found = [...volumes].sort(([a], [b]) => a - b).map(([key, volume]) => marketRow(key, volume));
      const hasBasket = found.some(({ row }) => row.marketRootId === BASKET_ROOT_ID);
      const weights = hasBasket ? weightRows() : [];
      this.forget();
      const changes = found.map(({ change }) => change).filter(({ bids, asks }) => bids.length > 0 || asks.length > 0);
      return { rows: { allocations, markets: found.map(({ row }) => row), weights }, changes };
    },
    forget() {
      volumes = new Map();
      traders = new Set();
    },
  };
}

function storedLevel({ price, lots, orders }: Level): StoredLevel {
  return [price.toString(), lots.toString(), orders];
}

function isEqual(a: readonly bigint[] | undefined, b: readonly bigint[] | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.length === b.length && a.every((value, index) => value === b[index]);
}
