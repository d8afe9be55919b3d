/** Markets, books and traders as they are on the chain, and a trader's own part as it will be. */
import type { Book } from "../../protocol/book/book.js";
import { RelayError } from "../errors.js";
import type { Basket } from "../../protocol/value/allocations.js";
import { tradersView } from "../../views/accounts.js";
import { bookView, monitoringView, rootViews, type RootWords } from "../../views/markets.js";
import { requireMarket, type Views } from "./views.js";
import type { RelayServer } from "./request.js";
import { type Charge, chargeRows, REFUSALS } from "./charging.js";
import { MOST_OF_NONCE, nonceParams, own, ownBody, ownOfNonce } from "../../wire/own.js";
import * as wire from "../../wire/state.js";

export interface MarketServices {
  readonly views: Views;
  /** As it is on the chain. */
  readonly book: () => Book;
  readonly basket: Basket;
  /** What roots are about; undefined if this relay keeps no history. @throws RelayError if it cannot be asked */
  readonly words: ((roots: readonly number[]) => Promise<RootWords>) | undefined;
  /** @throws RelayError RELAY_READ_SIGNATURE, RELAY_WALLET_UNREACHABLE */
  readonly mayRead: (trader: string, until: bigint, signature: string) => Promise<void>;
}

export function registerMarketRoutes(server: RelayServer, charge: Charge): void {
  const tags = ["markets"];
  server.get(
    "/v1/markets",
    {
      schema: {
        tags,
        operationId: "getMarkets",
        summary: "All markets with their bounds",
        querystring: wire.marketsQuery,
        response: { 200: wire.markets, ...REFUSALS },
      },
    },
    async (request, reply) => {
      const isWhole = request.query.descriptions === "true";
      const { book, views, words } = request.live;
      if (isWhole) charge(request, reply, TEXTS_COST - 1);
      const known = await wordsKnown(words, [...book().state.markets.table.roots.keys()]);
      return { block: views.block(), roots: rootViews(book(), known, isWhole) };
    },
  );
  server.get(
    "/v1/monitoring",
    {
      schema: {
        tags,
        operationId: "getMonitoring",
        summary: "In how few hands the basket is, how alike positions are, and open interest",
        response: { 200: wire.monitoring, ...REFUSALS },
      },
    },
    ({ live: { views, book } }) => ({ block: views.block(), ...monitoringView(book()) }),
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
    ({ params: { root, branch }, query, live }) =>
      live.views.depth({ marketRootId: root, marketBranchId: branch }, query),
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
    ({ params: { root, branch }, query: { limit }, live: { book } }) => {
      const market = { marketRootId: root, marketBranchId: branch };
      requireMarket(book(), market);
      return bookView(book(), market, limit);
    },
  );
  server.get(
    "/v1/traders",
    {
      preHandler: chargeRows(charge),
      schema: {
        tags,
        operationId: "getTraders",
        summary: "Who takes part, and what of the basket is whose",
        querystring: wire.tradersQuery,
        response: { 200: wire.traders, ...REFUSALS },
      },
    },
    ({ query, live: { views, book, basket } }) => ({ block: views.block(), ...tradersView(book(), basket, query) }),
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
    ({ params: { trader }, live }) => live.views.trader(trader),
  );
  server.post(
    "/v1/traders/:trader/own",
    {
      schema: {
        tags,
        operationId: "getOwn",
        summary: "A trader's account and packages as they will be, for the trader alone",
        params: wire.traderParams,
        body: ownBody,
        description:
          "The signature is the trader's, over ReadOwn(address trader,uint64 until) in the order book's domain; until, the last second at which it is good, is at most a day away.",
        response: { 200: own, ...REFUSALS },
      },
    },
    async ({ params: { trader }, body: { until, signature }, live: { mayRead, views } }) => {
      await mayRead(trader, until, signature.toLowerCase());
      return views.own(trader);
    },
  );
  server.post(
    "/v1/traders/:trader/own/:nonce",
    {
      schema: {
        tags,
        operationId: "getOwnOfNonce",
        summary: "A trader's packages with one nonce, for the trader alone",
        params: nonceParams,
        body: ownBody,
        description:
          "Signed for as the trader's own part. For who knows what it has signed, and not whether it was taken.",
        response: { 200: ownOfNonce, ...REFUSALS },
      },
    },
    async ({ params: { trader, nonce }, body: { until, signature }, live: { mayRead, views } }) => {
      await mayRead(trader, until, signature.toLowerCase());
      return { packages: await views.packagesOfNonce(trader, nonce, MOST_OF_NONCE) };
    },
  );
}

/** All descriptions count as so many requests: anybody may have written long ones. */
const TEXTS_COST = 25;

/** Markets can be told without what they are about: an index that cannot be asked keeps nobody from them. */
async function wordsKnown(words: MarketServices["words"], roots: readonly number[]): Promise<RootWords> {
  try {
    return (await words?.(roots)) ?? new Map();
  } catch (error) {
    if (error instanceof RelayError) return new Map();
    throw error;
  }
}
