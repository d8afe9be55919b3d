/** What happened, kept as rows with their blocks, and told page by page in a relay's words. Newest first unless asked otherwise. */
import { type BlockRows, type HistoryRows, type IndexedBlock, noRows } from "../../../src/history/rows.js";
import type { Lots } from "../../../src/protocol/amounts/units.js";
import type { MarketRef } from "../../../src/protocol/signing/package.js";
import type { Basket } from "../../../src/protocol/value/allocations.js";
import { allocationItem, toldItem, weightsItem } from "../../../src/views/history.js";
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
  const rows = noRows() as Kept; // no row yet, so none without its place
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
      const around = { sums: sumsIn(rows), basket, query };
      const items = sorted.slice(first, first + limit).map((row) => itemOf(kind, row, around));
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
    is(query.marketRootId, "marketRootId", "root_id") &&
    is(query.marketBranchId, "marketBranchId", "branch_id") &&
    is(query.trader, "trader", "maker", "taker", "address") &&
    is(query.tradeRootId, "tradeRootId", "makerRootId", "takerRootId", "order_id") &&
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
  readonly sums: (tradeRootId: number) => OrderSums;
  readonly basket: Basket;
  readonly query: RowsQuery;
}

function itemOf(kind: HistoryKind, row: object & Place, { sums, basket, query }: Around): object {
  switch (kind) {
    case "orders":
      return orderItem(row as Kept["orders"][number], sums);
    case "allocations":
      return allocationItem(row as Kept["allocations"][number], basket);
    case "weights":
      return weightsItem(row as Kept["weights"][number], basket, Number(query.numeraire ?? 1));
    case "records":
    case "accounts":
    case "checkpoints":
      return toldItem(row);
    default:
      return row;
  }
}

type OrderItem = HistoryItem<"orders">;

/** Lots of an order that were filled, and that were taken out. */
interface OrderSums {
  readonly filled: bigint;
  readonly offset: bigint;
}

/** One look at all fills and offsets, if anybody asks for an order's. */
function sumsIn({ fills, offsets }: Kept): (tradeRootId: number) => OrderSums {
  let known: { readonly filled: Map<number, bigint>; readonly offset: Map<number, bigint> } | undefined;
  const add = (to: Map<number, bigint>, id: number, lots: bigint): unknown => to.set(id, (to.get(id) ?? 0n) + lots);
  const summed = (): NonNullable<typeof known> => {
    const sums = { filled: new Map<number, bigint>(), offset: new Map<number, bigint>() };
    for (const { makerRootId, takerRootId, lots } of fills)
      for (const id of [makerRootId, takerRootId]) add(sums.filled, id, lots);
    for (const { tradeRootId, lots } of offsets) add(sums.offset, tradeRootId, lots);
    return sums;
  };
  return (tradeRootId) => {
    const { filled, offset } = (known ??= summed());
    return { filled: filled.get(tradeRootId) ?? 0n, offset: offset.get(tradeRootId) ?? 0n };
  };
}

function orderItem(order: Kept["orders"][number], sums: Around["sums"]): OrderItem {
  const { filled, offset } = sums(order.tradeRootId);
  const size = order.quantityLots < 0n ? 0n - order.quantityLots : order.quantityLots;
  return { ...order, filled: filled as Lots, offset: offset as Lots, left: (size - filled - offset) as Lots }; // parts of an order's lots
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
