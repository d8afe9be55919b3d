/** What was, page by page, at one block. */
import type { FastifyReply, FastifyRequest } from "fastify";

import type { Basket } from "../../protocol/value/allocations.js";
import { allocationItem, toldItem, weightsItem } from "../../views/history.js";
import { MOST_SPANS } from "../history/candles.js";
import type { History, HistoryPage, HistoryRequest } from "../history/history.js";
import { keepForEver } from "./caching.js";
import type { RelayServer } from "./request.js";
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
  readonly requireMarket: (market: MarketRef) => void;
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

export function registerHistoryRoutes(
  server: RelayServer,
  { history, basket, finalBlock }: HistoryServices,
  charge: Charge,
): void {
  const of = <Kind extends HistoryKind>(kind: Kind) => ({ ...schemaOf(kind), preHandler: chargeRows(charge) });
  const page = <Kind extends Exclude<HistoryKind, "orders">>(kind: Kind, query: HistoryRequest, reply: FastifyReply) =>
    kept(history.page(kind, query), query, reply);
  const kept = async <Row extends object>(
    asked: Promise<HistoryPage<Row>>,
    query: HistoryRequest,
    reply: FastifyReply,
  ) => {
    const found = await asked;
    const isFixed = query.cursor !== undefined || query.at !== undefined;
    if (isFixed && found.block.number <= finalBlock() && !found.items.some(isProvisional)) keepForEver(reply);
    return found;
  };
  server.get(pathOf("orders"), of("orders"), ({ query }, reply) => kept(history.orders(query), query, reply));
  server.get(pathOf("fills"), of("fills"), ({ query }, reply) => page("fills", query, reply));
  server.get(pathOf("offsets"), of("offsets"), ({ query }, reply) => page("offsets", query, reply));
  server.get(pathOf("bounds"), of("bounds"), ({ query }, reply) => page("bounds", query, reply));
  server.get(pathOf("markets"), of("markets"), ({ query }, reply) => page("markets", query, reply));
  server.get(pathOf("allocations"), of("allocations"), async ({ query }, reply) =>
    mapped(await page("allocations", query, reply), (row) => allocationItem(row, basket)),
  );
  const told = async <Kind extends "records" | "accounts" | "checkpoints">(
    kind: Kind,
    query: HistoryRequest,
    reply: FastifyReply,
  ) => mapped(await page(kind, query, reply), toldItem);
  server.get(pathOf("records"), of("records"), ({ query }, reply) => told("records", query, reply));
  server.get(pathOf("accounts"), of("accounts"), ({ query }, reply) => told("accounts", query, reply));
  server.get(pathOf("checkpoints"), of("checkpoints"), ({ query }, reply) => told("checkpoints", query, reply));
  server.get(pathOf("weights"), of("weights"), async ({ query: { numeraire, ...query } }, reply) =>
    mapped(await page("weights", query, reply), (row) => weightsItem(row, basket, numeraire)),
  );
}

/** An index that is made anew says more of it. */
function isProvisional(row: object): boolean {
  return "via" in row && row.via === "unknown";
}

/** What was traded in a market, and what stood there and in the basket, span by span. */
export function registerPriceRoutes(
  server: RelayServer,
  { history, basket, requireMarket }: HistoryServices,
  charge: Charge,
): void {
  const tags = ["history"];
  const known = ({ root, branch }: { root: number; branch: number }): MarketRef => {
    const market = { marketRootId: root, marketBranchId: branch };
    requireMarket(market);
    return market;
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
    ({ params, query }) => history.candles(known(params), query),
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
    ({ params }) => history.ticker(known(params)),
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
    async ({ params, query }) => {
      const market = known(params);
      return { ...market, ...(await history.levelSeries(market, query)) };
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
    async ({ query: { numeraire, ...query } }) => {
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
