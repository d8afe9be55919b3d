/** Markets, books and traders, as they will be when everything that waits has landed. */
import type { Book } from "../../protocol/book/book.js";
import { bindingIn } from "../../protocol/book/projections.js";
import { bookView, rootViews } from "./market-views.js";
import type { Views } from "./views.js";
import type { RelayServer } from "./request.js";
import { REFUSALS } from "./routes.js";
import * as wire from "../../wire/state.js";

export interface MarketServices {
  readonly views: Views;
  /** With everything that waits. */
  readonly book: () => Book;
}

export function registerMarketRoutes(server: RelayServer, { views, book }: MarketServices): void {
  const tags = ["markets"];
  server.get(
    "/v1/markets",
    {
      schema: {
        tags,
        operationId: "getMarkets",
        summary: "All markets with their bounds",
        response: { 200: wire.markets, ...REFUSALS },
      },
    },
    () => ({ block: views.link().block, roots: rootViews(book()) }),
  );
  server.get(
    "/v1/markets/:root/:branch/depth",
    {
      schema: {
        tags,
        operationId: "getDepth",
        summary: "A market's book, price by price",
        params: wire.marketParams,
        querystring: wire.depthQuery,
        response: { 200: wire.depth, ...REFUSALS },
      },
    },
    ({ params: { root, branch }, query: { levels } }) =>
      views.depth({ marketRootId: root, marketBranchId: branch }, levels),
  );
  server.get(
    "/v1/markets/:root/:branch/book",
    {
      schema: {
        tags,
        operationId: "getBook",
        summary: "A market's book, order by order",
        params: wire.marketParams,
        querystring: wire.ordersQuery,
        response: { 200: wire.book, ...REFUSALS },
      },
    },
    ({ params: { root, branch }, query: { limit } }) =>
      bookView(book(), { marketRootId: root, marketBranchId: branch }, limit),
  );
  server.get(
    "/v1/traders/:trader",
    {
      schema: {
        tags,
        operationId: "getTrader",
        summary: "An account, what binds it, and what would free collateral",
        params: wire.traderParams,
        response: { 200: wire.trader, ...REFUSALS },
      },
    },
    ({ params: { trader } }) => {
      const view = views.trader(trader);
      const { state } = book();
      const binding = bindingIn(state, view.traderId);
      const orders = binding.orders.map((order) => ({ ...order, place: placeOf(state, order.tradeRootId) }));
      return { ...view, binding: { ...binding, orders } };
    },
  );
}

/** Of an order that rests. */
function placeOf({ queues }: Book["state"], tradeRootId: number): number {
  return queues.find(tradeRootId)?.place ?? 0;
}
