/** What was, page by page, at one block. */
import type { FastifyReply, FastifyRequest } from "fastify";

import type { Basket } from "../../protocol/value/allocations.js";
import { allocationItem, toldItem, weightsItem } from "../../views/history.js";
import { MOST_SPANS } from "../history/candles.js";
import type { History, HistoryPage, HistoryRequest } from "../history/history.js";
import { keepForEver } from "./caching.js";
import type { RelayServer } from "./request.js";
import { pastOf } from "./sessions.js";
import { type Charge, chargeRows, PAGE_COST, REFUSALS, ROWS_A_REQUEST } from "./charging.js";
import * as wire from "../../wire/history.js";
import { type HistoryKind, historyPages, historyQueries } from "../../wire/history.js";
import type { MarketRef } from "../../protocol/signing/package.js";
import { marketParams } from "../../wire/state.js";

export interface HistoryServices {
  readonly history: History;
  readonly basket: Basket;
  /** The last block that no reorganisation takes back; below 0 if none is known. */
  readonly finalBlock: () => number;
  /** @throws RelayError RELAY_MARKET_UNKNOWN */
  readonly requireMarket: (market: MarketRef) => Promise<void>;
}

const SUMMARIES: Readonly<Record<HistoryKind, string>> = {
  orders: "Orders, with what had become of each",
  fills: "Trades",
  offsets: "Orders that were cancelled or evicted, and why",
  bounds: "What the markets could still pay",
  allocations: "Allocations x of the traders, whenever they changed",
  markets: "Prices, volume, open interest and depth of the markets, whenever something was done there",
  weights: "Weights and relative prices that the basket was quoted at",
  records: "Records that fold into the head of the order chain, as a dataset's events",
  accounts:
    "Deposits, withdrawals, exits, what was realised and refreshed, as a dataset's events, and accounts after them",
  checkpoints: "Calls that have appended records, as a dataset's checkpoints",
};

export function registerHistoryRoutes(server: RelayServer, charge: Charge): void {
  const of = <Kind extends HistoryKind>(kind: Kind) => ({ ...schemaOf(kind), preHandler: chargeRows(charge) });
  server.get(pathOf("orders"), of("orders"), (request, reply) =>
    kept(request, reply, ({ history }) => history.orders(request.query)),
  );
  server.get(pathOf("fills"), of("fills"), (request, reply) => page("fills", request, reply));
  server.get(pathOf("offsets"), of("offsets"), (request, reply) => page("offsets", request, reply));
  server.get(pathOf("bounds"), of("bounds"), (request, reply) => page("bounds", request, reply));
  server.get(pathOf("markets"), of("markets"), (request, reply) => page("markets", request, reply));
  server.get(pathOf("records"), of("records"), (request, reply) => told("records", request, reply));
  server.get(pathOf("accounts"), of("accounts"), (request, reply) => told("accounts", request, reply));
  server.get(pathOf("checkpoints"), of("checkpoints"), (request, reply) => told("checkpoints", request, reply));
  server.get(pathOf("allocations"), of("allocations"), async (request, reply) => {
    const { basket } = pastOf(request);
    return mapped(await page("allocations", request, reply), (row) => allocationItem(row, basket));
  });
  server.get(pathOf("weights"), of("weights"), async (request, reply) => {
    const { numeraire, ...query } = request.query;
    const { basket } = pastOf(request);
    const found = await kept(request, reply, ({ history }) => history.page("weights", query));
    return mapped(found, (row) => weightsItem(row, basket, numeraire));
  });
}

/** A request for a page of history. */
type Asking = Pick<FastifyRequest, "served"> & { readonly query: HistoryRequest };

function page<Kind extends Exclude<HistoryKind, "orders">>(kind: Kind, request: Asking, reply: FastifyReply) {
  return kept(request, reply, ({ history }) => history.page(kind, request.query));
}

async function told<Kind extends "records" | "accounts" | "checkpoints">(
  kind: Kind,
  request: Asking,
  reply: FastifyReply,
) {
  return mapped(await page(kind, request, reply), toldItem);
}

/** A page that never changes says so. */
async function kept<Row extends object>(
  request: Asking,
  reply: FastifyReply,
  read: (past: HistoryServices) => Promise<HistoryPage<Row>>,
): Promise<HistoryPage<Row>> {
  const past = pastOf(request);
  const found = await read(past);
  const { cursor, at } = request.query;
  const isFixed = cursor !== undefined || at !== undefined;
  if (isFixed && found.block.number <= past.finalBlock() && !found.items.some(isProvisional)) keepForEver(reply);
  return found;
}

/** An index that is made anew says more of it. */
function isProvisional(row: object): boolean {
  return "via" in row && row.via === "unknown";
}

/** What was traded in a market. */
export function registerPriceRoutes(server: RelayServer, charge: Charge): void {
  const tags = ["history"];
  const known = async (request: FastifyRequest, { root, branch }: { root: number; branch: number }) => {
    const { history, requireMarket } = pastOf(request);
    const market = { marketRootId: root, marketBranchId: branch };
    await requireMarket(market);
    return { history, market };
  };
  const costing = (requests: number) => ({
    preHandler: async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
      charge(request, reply, requests - 1);
    },
  });
  server.get(
    "/v1/markets/:root/:branch/candles",
    {
      ...costing(CANDLES_COST),
      schema: {
        tags,
        operationId: "getCandles",
        summary: "What was traded in a market, span by span",
        params: marketParams,
        querystring: wire.candlesQuery,
        description: `At most ${MOST_SPANS} spans. A span without a trade has no prices, and the one that goes on is not complete.`,
        response: { 200: wire.candles, ...REFUSALS },
      },
    },
    async (request) => {
      const { history, market } = await known(request, request.params);
      return history.candles(market, request.query);
    },
  );
  server.get(
    "/v1/markets/:root/:branch/ticker",
    {
      ...costing(PAGE_COST),
      schema: {
        tags,
        operationId: "getTicker",
        summary: "A market as it is, and what was traded in the day up to now",
        params: marketParams,
        response: { 200: wire.ticker, ...REFUSALS },
      },
    },
    async (request) => {
      const { history, market } = await known(request, request.params);
      return history.ticker(market);
    },
  );
  server.get(
    "/v1/markets/:root/:branch/levels",
    {
      ...costing(CANDLES_COST),
      schema: {
        tags,
        operationId: "getLevelSeries",
        summary: "A market's best levels as they stood when each span ended",
        params: marketParams,
        querystring: wire.levelSeriesQuery,
        description: `At most ${MOST_SPANS} spans.`,
        response: { 200: wire.levelSeries, ...REFUSALS },
      },
    },
    async (request) => {
      const { history, market } = await known(request, request.params);
      return { ...market, ...(await history.levelSeries(market, request.query)) };
    },
  );
  server.get(
    "/v1/weights",
    {
      ...costing(CANDLES_COST),
      schema: {
        tags,
        operationId: "getWeightSeries",
        summary: "Weights and relative prices that the basket was quoted at when each span ended",
        querystring: wire.weightSeriesQuery,
        description: `At most ${MOST_SPANS} spans. Before all legs were quoted there are none.`,
        response: { 200: wire.weightSeries, ...REFUSALS },
      },
    },
    async (request) => {
      const { history, basket } = pastOf(request);
      const { numeraire, ...query } = request.query;
      const { spans, ...rest } = await history.weightSeries(query);
      const quoted = (doubledMiddles: readonly bigint[] | null) =>
        doubledMiddles === null ? null : weightsItem({ doubledMiddles }, basket, numeraire);
      return {
        ...rest,
        spans: spans.map(({ doubledMiddles, ...span }) => ({ ...span, quoted: quoted(doubledMiddles) })),
      };
    },
  );
}

const pathOf = (kind: HistoryKind): string => `/v1/history/${kind}`;
const schemaOf = <Kind extends HistoryKind>(kind: Kind) => ({
  schema: {
    operationId: `getHistoryOf${kind[0]?.toUpperCase()}${kind.slice(1)}`,
    tags: ["history"],
    summary: SUMMARIES[kind],
    querystring: historyQueries[kind],
    response: { 200: historyPages[kind], ...REFUSALS },
  },
});

/** Candles count as the page with as many rows as there may be spans. */
const CANDLES_COST = PAGE_COST + MOST_SPANS / ROWS_A_REQUEST - 1;

function mapped<Row, Item>(page: HistoryPage<Row>, view: (row: Row) => Item): HistoryPage<Item> {
  return { ...page, items: page.items.map(view) };
}
