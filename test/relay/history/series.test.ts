/** Weights and levels at the ends of spans, judged by plain code from the rows. */
import { expect } from "chai";

import { createHistory, type History } from "../../../src/relay/history/history.js";
import { createIndexStore } from "../../../src/relay/history/index-store.js";
import { freshBook, sharedDatabase } from "../paper/database.js";
import { expectRefused } from "../paper/expect.js";
import { BLOCKS, DAY, NOW, START } from "./stretched.js";

/** What a kind's rows say that come before a second, the last of them. */
function lastBefore<Row>(second: bigint, rowsOf: (block: (typeof BLOCKS)[number]) => readonly Row[]): Row | undefined {
  return BLOCKS.filter(({ timestamp }) => timestamp < second)
    .flatMap(rowsOf)
    .at(-1);
}

/** In which somebody has quoted. */
const MARKETS = [
  ...new Map(
    BLOCKS.flatMap(({ rows }) => rows.markets)
      .filter(({ bids, asks }) => bids.length + asks.length > 1)
      .map(({ marketRootId, marketBranchId }) => [
        `${marketRootId}/${marketBranchId}`,
        { marketRootId, marketBranchId },
      ]),
  ).values(),
];

describe("given a random history over days", () => {
  let history: History;
  before(async () => {
    const [database, book] = [await sharedDatabase(), freshBook()];
    expect(await createIndexStore(database, book).put(BLOCKS, true)).to.equal(true);
    history = createHistory(database, book);
  });

  for (const span of [1_000n, 7_777n, DAY]) {
    const [early, late] = [START / span - 2n, NOW / span - 299n];
    const first = early > late ? early : late; // of short spans the last ones
    const request = { interval: Number(span), from: Number(first * span), to: Number((first + 300n) * span) };
    const count = Number((NOW / span < first + 299n ? NOW / span : first + 299n) - first) + 1;

    it(`weights stand at the end of each span of ${span} s as they were quoted last`, async () => {
      const { block, interval, spans } = await history.weightSeries(request);
      expect([block.timestamp, interval, spans.length]).to.deep.equal([NOW, Number(span), count]);
      for (const [k, one] of spans.entries()) {
        const from = (first + BigInt(k)) * span;
        const doubledMiddles = lastBefore(from + span, ({ rows }) => rows.weights)?.doubledMiddles ?? null;
        expect(one).to.deep.equal({ from, complete: NOW >= from + span, doubledMiddles });
      }
      if (first !== early) return;
      expect(new Set(spans.map(({ doubledMiddles }) => doubledMiddles?.join() ?? "")).size).to.be.greaterThan(1);
      expect(spans[0]!.doubledMiddles).to.equal(null);
    });

    it(`levels stand at the end of each span of ${span} s as the market was left`, async () => {
      for (const market of MARKETS) {
        const { spans } = await history.levelSeries(market, { ...request, levels: 2 });
        expect(spans.length).to.equal(count);
        const isOfMarket = (row: (typeof MARKETS)[number]): boolean =>
          row.marketRootId === market.marketRootId && row.marketBranchId === market.marketBranchId;
        for (const { from, complete, ...levels } of spans) {
          const row = lastBefore(from + span, ({ rows }) => rows.markets.filter(isOfMarket));
          expect(complete).to.equal(NOW >= from + span);
          expect(levels).to.deep.equal({
            bestBid: row?.bestBid ?? null,
            bestAsk: row?.bestAsk ?? null,
            lastPrice: row?.lastPrice ?? null,
            longLots: row?.longLots ?? 0n,
            shortLots: row?.shortLots ?? 0n,
            bids: row?.bids.slice(0, 2) ?? [],
            asks: row?.asks.slice(0, 2) ?? [],
          });
        }
      }
    });
  }

  it("is one in which several markets are quoted", () => {
    expect(MARKETS.length).to.be.greaterThan(1);
  });

  it("has no span that has not begun, and refuses more than a thousand", async () => {
    const { spans } = await history.weightSeries({ interval: 10, from: Number(NOW) + 100, to: Number(NOW) + 200 });
    expect(spans).to.deep.equal([]);
    const asked = history.weightSeries({ interval: 1, from: 0, to: Number(NOW) });
    await expectRefused(asked, "RELAY_REQUEST_INVALID", { problems: "from: at most 1000 spans are answered at once" });
  });
});
