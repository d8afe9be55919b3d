/** What was, page by page, at one block. */
import { allocation, type Basket, wholeUnits } from "../../protocol/value/allocations.js";
import type { Fraction } from "../../protocol/amounts/fraction.js";
import type { Ticks, TokenWei } from "../../protocol/amounts/units.js";
import { impliedRelativePrices, impliedWeights } from "../../protocol/value/valuation.js";
import type { History, HistoryPage, HistoryRow, Placed } from "../history/history.js";
import * as answers from "./answers.js";
import type { RelayServer } from "./request.js";
import { REFUSALS } from "./routes.js";
import { historyQueries } from "../../wire/requests.js";

export interface HistoryServices {
  readonly history: History;
  readonly basket: Basket;
}

const SUMMARIES = {
  orders: "Orders, with what had become of each",
  fills: "Trades",
  offsets: "Orders that were cancelled or evicted, and why",
  bounds: "What the markets could still pay",
  allocations: "Allocations x of the traders, whenever they changed",
  markets: "Prices, volume, open interest and depth of the markets, whenever something was done there",
  weights: "Weights and relative prices that the basket was quoted at",
} as const;

export function registerHistoryRoutes(server: RelayServer, { history, basket }: HistoryServices): void {
  const schema = <Kind extends keyof typeof SUMMARIES>(kind: Kind) => ({
    schema: {
      tags: ["history"],
      summary: SUMMARIES[kind],
      querystring: historyQueries[kind],
      response: { 200: answers.historyAnswers[kind], ...REFUSALS },
    },
  });
  server.get("/v1/history/orders", schema("orders"), async ({ query }) => mapped(await history.orders(query), asItIs));
  for (const kind of ["fills", "offsets", "bounds", "markets"] as const) {
    server.get(`/v1/history/${kind}`, schema(kind), async ({ query }) =>
      mapped<HistoryRow<typeof kind>>(await history.page(kind, query), asItIs),
    );
  }
  server.get("/v1/history/allocations", schema("allocations"), async ({ query }) =>
    mapped(await history.page("allocations", query), ({ claims, ...row }) => {
      const allocated = allocation(claims as TokenWei[], basket); // wei, as the book kept them
      return { ...row, claims, allocation: allocated, wholeUnits: wholeUnits(allocated) };
    }),
  );
  server.get("/v1/history/weights", schema("weights"), async ({ query: { numeraire, ...query } }) =>
    mapped(await history.page("weights", query), ({ doubledMiddles, ...row }) => ({
      ...row,
      doubledMiddles,
      weights: impliedWeights(doubledMiddles as Ticks[]), // sums of two ticks
      relativePrices: relative(doubledMiddles, basket, numeraire),
    })),
  );
}

function relative(middles: readonly bigint[], { quantities }: Basket, numeraire: number): Fraction[] | null {
  const unit = middles[numeraire - 1];
  return unit === undefined || unit === 0n ? null : impliedRelativePrices(middles, quantities, numeraire - 1);
}

const asItIs = (row: object): object => row;

function mapped<Row extends Placed>(page: HistoryPage<Row>, view: (row: Row) => object): HistoryPage<object> {
  return { ...page, items: page.items.map(view) };
}
