/** What binds a trader, and what would free collateral, as it will be when everything that waits has landed. */
import { type Binding, bindingOf, type OwnOrder } from "../protocol/value/binding.js";
import type { Book } from "../protocol/book/book.js";
import type { Queue } from "../protocol/book/queue.js";
import type { Position } from "../protocol/margin/worth.js";
import type { Level } from "../protocol/value/quote.js";
import type { Lots, Ticks, TokenWei } from "../protocol/amounts/units.js";
import { RelayError } from "./errors.js";

/** @throws RelayError RELAY_TRADER_UNKNOWN */
export function bindingView(book: Book, address: string): Binding {
  const { state } = book;
  const trader = state.traders.find(address);
  if (trader === undefined) throw new RelayError("RELAY_TRADER_UNKNOWN", { trader: address });
  const { traderId, reserved } = trader;
  const positions = [...state.margin.positionsOf(traderId)];
  // All of these are amounts as the book keeps them, which checked them: the brands only say so again.
  return bindingOf({
    table: state.markets.table,
    account: {
      cash: state.margin.accountOf(traderId).cash as TokenWei,
      positions: new Map(positions.map(([root, { lots }]) => [root, lots as Position])),
    },
    storedWorst: new Map(positions.map(([root, { worst }]) => [root, worst as TokenWei])),
    reserved: reserved as TokenWei,
    orders: [...state.queues.orders()]
      .filter((order) => order.traderId === traderId)
      .map(({ tradeRootId, marketRootId, marketBranchId, price, lots }): OwnOrder => {
        return { tradeRootId, marketRootId, marketBranchId, price: price as Ticks, lots: lots as Lots };
      }),
    depthOf(market) {
      const { bids, asks } = state.queues.of(market);
      return { bids: othersLevels(bids, traderId), asks: othersLevels(asks, traderId) };
    },
  });
}

function* othersOrders(queue: Queue, traderId: number) {
  for (const order of queue) if (order.traderId !== traderId) yield order;
}

/** Orders of others, one level each: the price is what matters, not how many share it. */
function othersLevels(queue: Queue, traderId: number): Level[] {
  return [...othersOrders(queue, traderId)].map(({ price, lots }) => ({
    price: price as Ticks,
    lots: (lots < 0n ? -lots : lots) as Lots,
  }));
}
