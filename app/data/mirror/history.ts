/** What happened, kept as rows with their blocks, and told page by page in a relay's words. Newest first unless asked otherwise. */
import type { BlockRows, HistoryRows, IndexedBlock } from "../../../src/history/rows.js";
import type { Fraction } from "../../../src/protocol/amounts/fraction.js";
import type { Lots, Ticks } from "../../../src/protocol/amounts/units.js";
import type { MarketRef } from "../../../src/protocol/signing/package.js";
import { allocation, type Basket, wholeUnits } from "../../../src/protocol/value/allocations.js";
import { impliedRelativePrices, impliedWeights } from "../../../src/protocol/value/valuation.js";
import type { CandlesQuery, HistoryItem, HistoryKind, HistoryPage, RelayCandles } from "../../../src/wire/history.js";

type Place = { readonly blockNumber: number; readonly position: number; readonly timestamp: bigint };
type Kept = { readonly [Kind in keyof HistoryRows]: (HistoryRows[Kind][number] & Place)[] };

/** All that a kind of history may be asked; what means nothing to a kind filters nothing. */
export interface RowsQuery {
  readonly limit?: unknown;
  readonly order?: "asc" | "desc" | undefined;
  readonly cursor?: string | undefined;
  readonly marketRootId?: unknown;
  readonly marketBranchId?: unknown;
  readonly trader?: unknown;
  readonly tradeRootId?: unknown;
  readonly fromBlock?: unknown;
  readonly toBlock?: unknown;
  readonly reason?: unknown;
  readonly numeraire?: unknown;
}

export interface KeptHistory {
  readonly add: (block: BlockRows) => void;
  /** Forgets all blocks above. */
  readonly takeOff: (number: number) => void;
  readonly page: <Kind extends HistoryKind>(kind: Kind, query: RowsQuery) => HistoryPage<Kind>;
  readonly candles: (market: MarketRef, query: CandlesQuery) => RelayCandles;
}

const USUAL_LIMIT = 100;
const MOST_SPANS = 1_000;

/** @param tip the newest block, at which everything holds */
export function keepHistory(basket: Basket, tip: () => IndexedBlock): KeptHistory {
  const rows: Kept = { orders: [], fills: [], offsets: [], bounds: [], allocations: [], markets: [], weights: [] };
  const kinds = Object.keys(rows) as HistoryKind[]; // the names above
  return {
    add({ number, timestamp, rows: made }) {
      for (const kind of kinds) {
        const list = rows[kind] as (object & Place)[];
        made[kind].forEach((row, position) => list.push({ ...row, blockNumber: number, position, timestamp }));
      }
    },
    takeOff(number) {
      for (const kind of kinds) {
        const list = rows[kind];
        while ((list.at(-1)?.blockNumber ?? 0) > number) list.pop();
      }
    },
    page: <Kind extends HistoryKind>(kind: Kind, query: RowsQuery) => {
      const matching = (rows[kind] as (object & Place)[]).filter((row) => isWanted(row, query));
      const sorted = query.order === "asc" ? matching : matching.reverse();
      const first = Number(query.cursor ?? 0);
      const limit = Number(query.limit ?? USUAL_LIMIT);
      const items = sorted.slice(first, first + limit).map((row) => itemOf(kind, row, { rows, basket, query }));
      const next = first + limit < sorted.length ? String(first + limit) : null;
      return { block: blockOf(tip()), items, next } as unknown as HistoryPage<Kind>; // each item by its kind
    },
    candles: (market, query) => candlesOf(rows.fills, market, query, tip()),
  };
}

function blockOf({ number, hash, timestamp }: IndexedBlock): HistoryPage<"fills">["block"] {
  return { number, hash, timestamp };
}

function isWanted(row: object & Place, query: RowsQuery): boolean {
  const of = row as Readonly<Record<string, unknown>>;
  const is = (wanted: unknown, ...names: string[]): boolean =>
    wanted === undefined || names.every((name) => !(name in of)) || names.some((name) => sameText(of[name], wanted));
  return (
    is(query.marketRootId, "marketRootId") &&
    is(query.marketBranchId, "marketBranchId") &&
    is(query.trader, "trader", "maker", "taker") &&
    is(query.tradeRootId, "tradeRootId", "makerRootId", "takerRootId") &&
    is(query.reason, "reason") &&
    (query.fromBlock === undefined || row.blockNumber >= Number(query.fromBlock)) &&
    (query.toBlock === undefined || row.blockNumber <= Number(query.toBlock))
  );
}

/** Addresses in either way of writing. */
function sameText(a: unknown, b: unknown): boolean {
  return String(a).toLowerCase() === String(b).toLowerCase();
}

interface Around {
  readonly rows: Kept;
  readonly basket: Basket;
  readonly query: RowsQuery;
}

function itemOf(kind: HistoryKind, row: object & Place, { rows, basket, query }: Around): object {
  switch (kind) {
    case "orders":
      return orderItem(row as Kept["orders"][number], rows);
    case "allocations": {
      const { claims } = row as Kept["allocations"][number];
      const allocated = allocation(claims, basket);
      return { ...row, allocation: allocated, wholeUnits: wholeUnits(allocated) };
    }
    case "weights": {
      const { doubledMiddles } = row as Kept["weights"][number];
      const weights = impliedWeights(doubledMiddles as Ticks[]); // sums of two ticks
      return { ...row, weights, relativePrices: relative(doubledMiddles, basket, Number(query.numeraire ?? 1)) };
    }
    default:
      return row;
  }
}

type OrderItem = HistoryItem<"orders">;

function orderItem(order: Kept["orders"][number], { fills, offsets }: Kept): OrderItem {
  const isOf = (fill: Kept["fills"][number]): boolean =>
    fill.makerRootId === order.tradeRootId || fill.takerRootId === order.tradeRootId;
  const filled = fills.filter(isOf).reduce((total, { lots }) => total + lots, 0n);
  const offset = offsets
    .filter(({ tradeRootId }) => tradeRootId === order.tradeRootId)
    .reduce((total, { lots }) => total + lots, 0n);
  const size = order.quantityLots < 0n ? 0n - order.quantityLots : order.quantityLots;
  return { ...order, filled: filled as Lots, offset: offset as Lots, left: (size - filled - offset) as Lots }; // parts of an order's lots
}

function relative(middles: readonly bigint[], { quantities }: Basket, numeraire: number): Fraction[] | null {
  const unit = middles[numeraire - 1];
  return unit === undefined || unit === 0n ? null : impliedRelativePrices(middles, quantities, numeraire - 1);
}

function candlesOf(
  fills: Kept["fills"],
  { marketRootId, marketBranchId }: MarketRef,
  query: CandlesQuery,
  tip: IndexedBlock,
): RelayCandles {
  const { interval, from, to } = query;
  const last = Math.floor((to === undefined ? Number(tip.timestamp) : to - 1) / interval);
  const first = Math.max(from === undefined ? last - 99 : Math.floor(from / interval), last - MOST_SPANS + 1);
  const spans = new Map<number, Kept["fills"]>();
  for (const fill of fills) {
    if (fill.marketRootId !== marketRootId || fill.marketBranchId !== marketBranchId) continue;
    const span = Math.floor(Number(fill.timestamp) / interval);
    if (span < first || span > last) continue;
    const list = spans.get(span);
    if (list === undefined) spans.set(span, [fill]);
    else list.push(fill);
  }
  const candles = Array.from({ length: Math.max(last - first + 1, 0) }, (_, index) => {
    const span = first + index;
    const complete = tip.timestamp >= BigInt((span + 1) * interval);
    return { from: BigInt(span * interval), complete, ...traded(spans.get(span) ?? []) };
  });
  return { block: blockOf(tip), marketRootId, marketBranchId, interval, candles };
}

function traded(fills: Kept["fills"]): Omit<RelayCandles["candles"][number], "from" | "complete"> {
  const prices = fills.map(({ priceTicks }) => priceTicks);
  const volume = fills.reduce((total, { lots }) => total + lots, 0n);
  if (prices.length === 0) return { open: null, high: null, low: null, close: null, volume, fills: 0 };
  return {
    open: prices[0] ?? null,
    high: prices.reduce((a, b) => (a > b ? a : b)),
    low: prices.reduce((a, b) => (a < b ? a : b)),
    close: prices.at(-1) ?? null,
    volume,
    fills: fills.length,
  };
}
