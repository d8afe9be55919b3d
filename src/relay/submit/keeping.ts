/** What anybody may do for a book, and somebody should: decided from its state alone. */
import type { Book } from "../../protocol/book/book.js";
import { refusalOfMarket } from "../../protocol/book/intake.js";
import { bearable } from "../../protocol/book/margin.js";
import type { Placed } from "../../protocol/book/orders.js";
import type { RestingOrder } from "../../protocol/book/queue.js";
import { findMarket } from "../../protocol/book/state.js";
import { branchCount, marketBounds, type MarketRoot } from "../../protocol/market/market-table.js";
import { BASKET_ROOT_ID } from "../../protocol/signing/package.js";
import { applyFallbackCall, type BookCall, matchTradesCall, offsetCall, realiseCall } from "../../bindings/calls.js";

export interface Chore {
  readonly call: BookCall;
  readonly gas: bigint;
}

/** Orders looked at in one go; the next one goes on behind them. */
const ORDERS_AT_ONCE = 2_000;
const OFFSETS_AT_ONCE = 40;
const TRADERS_AT_ONCE = 40;
const STEPS_AT_ONCE = 64;
const GAS = { call: 200_000n, offset: 150_000n, step: 180_000n, trader: 150_000n } as const;

export interface Keeper {
  /** @param timestamp that the next block may have */
  chores(book: Book, timestamp: bigint): Chore[];
}

export function createKeeper(): Keeper {
  let lookedAt = 0;

  /** Orders that have expired, whose market is over, or that their trader could not bear any more (R35). */
  function toOffset(book: Book, timestamp: bigint): Placed[] {
    const found: Placed[] = [];
    let [seen, last] = [0, 0];
    for (const order of book.state.queues.orders()) {
      if (order.tradeRootId <= lookedAt) continue;
      last = order.tradeRootId;
      if (isDone(book, order, timestamp)) found.push({ tradeRootId: order.tradeRootId, place: order.place });
      seen += 1;
      if (seen === ORDERS_AT_ONCE || found.length === OFFSETS_AT_ONCE) break;
    }
    lookedAt = seen === ORDERS_AT_ONCE || found.length === OFFSETS_AT_ONCE ? last : 0;
    return found;
  }

  return {
    chores(book, timestamp) {
      const offsets = toOffset(book, timestamp);
      const gas = GAS.call + BigInt(offsets.length) * GAS.offset;
      return [
        ...(offsets.length === 0 ? [] : [{ call: offsetCall(offsets, newestOf(book)), gas }]),
        ...[...book.state.markets.table.roots.values()].flatMap((root) => choresOf(book, root, timestamp)),
      ];
    },
  };
}

/** Of the newest checkpoint: a hint. */
function newestOf({ state }: Book): number {
  return Number(state.chain.checkpoints);
}

function isDone({ state }: Book, order: RestingOrder, timestamp: bigint): boolean {
  if (order.deadline < timestamp) return true;
  const market = findMarket(state, order.marketRootId, order.marketBranchId);
  if (market === undefined) return false;
  const { lower, upper } = marketBounds(state.markets.table, order);
  if (timestamp >= market.root.closesAt || lower === upper) return true;
  const exposure = state.margin.load(order.traderId, market.root);
  return bearable(market.root, exposure, order, state.terms.maxLots) !== order.lots;
}

function choresOf(book: Book, root: MarketRoot, timestamp: bigint): Chore[] {
  const { marketRootId } = root;
  if (root.settled) return realisations(book, root);
  if (marketRootId !== BASKET_ROOT_ID && timestamp >= root.settleBy) {
    return [{ call: applyFallbackCall(marketRootId), gas: GAS.call + GAS.step }];
  }
  return Array.from({ length: branchCount(root) }, (_, index) => ({ marketRootId, marketBranchId: index + 1 }))
    .filter((market) => book.state.queues.of(market).isCrossed())
    .filter((market) => refusalOfMarket(book.state, market, timestamp) === undefined)
    .map(({ marketBranchId }) => ({
      call: matchTradesCall(marketRootId, marketBranchId, STEPS_AT_ONCE, newestOf(book)),
      gas: GAS.call + BigInt(STEPS_AT_ONCE) * GAS.step,
    }));
}

/** Positions in a settled root that are not cash yet. */
function realisations({ state }: Book, { marketRootId }: MarketRoot): Chore[] {
  const traders: string[] = [];
  for (const { traderId, address } of state.traders.all()) {
    const position = state.margin.positionsOf(traderId).get(marketRootId);
    if (position?.lots.some((lots) => lots !== 0n) === true) traders.push(address);
    if (traders.length === TRADERS_AT_ONCE) break;
  }
  if (traders.length === 0) return [];
  return [{ call: realiseCall(marketRootId, traders), gas: GAS.call + BigInt(traders.length) * GAS.trader }];
}
