/** Candles and tickers of a random history, judged by plain code from its fills. */
import { expect } from "chai";

import type { BlockRows, FillRow } from "../../../src/history/rows.js";
import { type MarketRef } from "../../../src/protocol/signing/package.js";
import type { Candle, Traded } from "../../../src/relay/history/candles.js";
import { createHistory, type History } from "../../../src/relay/history/history.js";
import { createIndexStore, type IndexStore } from "../../../src/relay/history/index-store.js";
import { hashAt } from "../../history/support.js";
import { freshBook, sharedDatabase } from "../paper/database.js";
import { expectRefused } from "../paper/expect.js";
import { BLOCKS, DAY, NOW, START } from "./stretched.js";

const keyOf = ({ marketRootId, marketBranchId }: MarketRef): string => `${marketRootId}/${marketBranchId}`;
const traded = new Map(BLOCKS.flatMap(({ rows }) => rows.fills).map((fill) => [keyOf(fill), fill] as const));
const MARKETS: readonly MarketRef[] = [...traded.values()].map(({ marketRootId, marketBranchId }) => ({
  marketRootId,
  marketBranchId,
}));

interface Timed extends FillRow {
  readonly timestamp: bigint;
}

function fillsOf(market: MarketRef, blocks: readonly BlockRows[] = BLOCKS): Timed[] {
  return blocks
    .flatMap(({ timestamp, rows }) => rows.fills.map((fill) => ({ ...fill, timestamp })))
    .filter((fill) => keyOf(fill) === keyOf(market));
}

/** The judge: one fill after the other. */
function tradedIn(fills: readonly Timed[], from: bigint, to: bigint): Traded {
  const within = fills.filter(({ timestamp }) => timestamp >= from && timestamp < to);
  let [high, low] = [within[0]?.priceTicks ?? null, within[0]?.priceTicks ?? null];
  let volume = 0n;
  for (const { priceTicks, lots } of within) {
    if (high !== null && priceTicks > high) high = priceTicks;
    if (low !== null && priceTicks < low) low = priceTicks;
    volume += lots;
  }
  const [open, close] = [within[0]?.priceTicks ?? null, within.at(-1)?.priceTicks ?? null];
  return { open, high, low, close, volume, fills: within.length };
}

function expected(fills: readonly Timed[], span: bigint, first: bigint, count: number, now = NOW): Candle[] {
  return Array.from({ length: count }, (_, index) => {
    const from = (first + BigInt(index)) * span;
    return { from, complete: now >= from + span, ...tradedIn(fills, from, from + span) };
  });
}

describe("given the fills of a random history", () => {
  let history: History;
  let store: IndexStore;
  before(async () => {
    const [database, book] = [await sharedDatabase(), freshBook()];
    store = createIndexStore(database, book);
    expect(await store.put(BLOCKS, true)).to.equal(true);
    history = createHistory(database, book);
  });

  it("is one in which markets are traded over days, at several prices", () => {
    expect(MARKETS.length).to.be.at.least(2);
    expect(NOW - START).to.be.greaterThan(Number(2n * DAY));
    const all = MARKETS.map((market) =>
      expected(fillsOf(market), DAY, START / DAY, Number(NOW / DAY - START / DAY) + 1),
    );
    const days = all.flat();
    expect(days.some(({ fills }) => fills === 0)).to.equal(true);
    expect(days.some(({ open, high, low, close }) => open !== close && high !== low)).to.equal(true);
  });

  for (const span of [1_000n, 3_600n, 7_777n, DAY, 31_622_400n]) {
    it(`candles of ${span} s have the prices, lots and trades of their spans, and say where there were none`, async () => {
      const [first, last] = [START / span, NOW / span];
      const count = Number(last - first) + 1;
      const from = count > 1_000 ? last - 999n : first;
      for (const market of MARKETS) {
        const { candles, block, interval, ...of } = await history.candles(market, {
          interval: Number(span),
          from: Number(from * span),
          to: Number(NOW + 1n),
        });
        expect(candles, keyOf(market)).to.deep.equal(expected(fillsOf(market), span, from, Number(last - from) + 1));
        expect([block.timestamp, interval, of]).to.deep.equal([NOW, Number(span), market]);
      }
    });
  }

  it("a ticker has what was traded in the day up to the newest block, and how the market is", async () => {
    for (const market of MARKETS) {
      const { block, marketRootId, marketBranchId, from, to, ...told } = await history.ticker(market);
      const rows = BLOCKS.flatMap(({ rows: { markets } }) => markets).filter((row) => keyOf(row) === keyOf(market));
      const { lastPrice, bestBid, bestAsk, longLots, shortLots } = rows.at(-1)!;
      const now = { lastPrice, bestBid, bestAsk, longLots, shortLots };
      expect(told).to.deep.equal({ ...tradedIn(fillsOf(market), NOW + 1n - DAY, NOW + 1n), ...now });
      expect([{ marketRootId, marketBranchId }, from, to]).to.deep.equal([market, NOW + 1n - DAY, NOW + 1n]);
      expect([block.number, lastPrice]).to.deep.equal([BLOCKS.at(-1)!.number, fillsOf(market).at(-1)!.priceTicks]);
    }
  });

  it("without a time the newest hundred spans come, the last of which goes on", async () => {
    const [market] = MARKETS;
    const { candles } = await history.candles(market!, { interval: 60 });
    expect(candles).to.deep.equal(expected(fillsOf(market!), 60n, NOW / 60n - 99n, 100));
    expect(candles.at(-1)!.complete).to.equal(false);
    const until = Number(NOW / 60n - 5n) * 60;
    const before = await history.candles(market!, { interval: 60, to: until });
    expect(before.candles).to.deep.equal(expected(fillsOf(market!), 60n, NOW / 60n - 105n, 100));
    expect(before.candles.at(-1)!.complete).to.equal(true);
  });

  it("spans that are begun or ended in the middle come whole, and those that have not begun do not come", async () => {
    const [market] = MARKETS;
    const ask = async (from: number, to: number | undefined) => {
      const { candles } = await history.candles(market!, { interval: 100, from, to });
      return candles.map((one) => Number(one.from));
    };
    const hundred = Math.floor(Number(NOW) / 100) * 100;
    expect(await ask(hundred - 201, hundred - 99)).to.deep.equal([hundred - 300, hundred - 200, hundred - 100]);
    expect(await ask(hundred - 100, hundred)).to.deep.equal([hundred - 100]);
    expect(await ask(hundred - 100, hundred + 9_999)).to.deep.equal([hundred - 100, hundred]);
    expect(await ask(hundred + 500, hundred + 9_999)).to.deep.equal([]);
    expect(await ask(hundred + 500, undefined), "from a time that has not come").to.deep.equal([]);
  });

  it("a market without a trade has spans, and no price is made up for them", async () => {
    const market = { marketRootId: 999, marketBranchId: 1 };
    const { candles } = await history.candles(market, { interval: 3_600 });
    expect([candles.length, candles.some(({ open, fills }) => open !== null || fills > 0)]).to.deep.equal([100, false]);
    const { block, from, to, ...told } = await history.ticker(market);
    expect([block.timestamp, from, to]).to.deep.equal([NOW, NOW + 1n - DAY, NOW + 1n]);
    const none = { open: null, high: null, low: null, close: null, volume: 0n, fills: 0 };
    const now = { lastPrice: null, bestBid: null, bestAsk: null, longLots: 0n, shortLots: 0n };
    expect(told).to.deep.equal({ ...market, ...none, ...now });
  });

  it("more spans than are answered at once are refused, and so are none", async () => {
    const [market] = MARKETS;
    const ask = (from: number, to?: number) => history.candles(market!, { interval: 10, from, to });
    expect((await ask(Number(NOW) - 9_980, Number(NOW) + 1)).candles.length).to.be.at.most(1_000);
    for (const [from, to, problem] of [
      [0, 10_001, "from: at most 1000 spans are answered at once"],
      [0, undefined, "from: at most 1000 spans are answered at once"],
      [100, 100, "to: is not after from"],
      [200, 100, "to: is not after from"],
    ] as const) {
      await expectRefused(ask(from, to), "RELAY_REQUEST_INVALID", { problems: problem });
    }
  });

  it("what a reorganisation takes away is not in them any more", async () => {
    const [market] = MARKETS;
    const last = BLOCKS.findLastIndex(({ rows: { fills } }) => fills.some((fill) => keyOf(fill) === keyOf(market!)));
    const left = BLOCKS.slice(0, last);
    await store.drop(left.at(-1)!.number, BLOCKS.slice(last));
    const now = left.at(-1)!.timestamp;
    const { candles, block } = await history.candles(market!, { interval: 3_600 });
    expect(block).to.deep.equal({ number: left.at(-1)!.number, hash: hashAt(left.at(-1)!.number, 0), timestamp: now });
    expect(candles).to.deep.equal(expected(fillsOf(market!, left), 3_600n, now / 3_600n - 99n, 100, now));
  });
});

describe("given an index that has nothing yet", () => {
  it("is not ready to say what was traded", async () => {
    const history = createHistory(await sharedDatabase(), freshBook());
    const market = { marketRootId: 1, marketBranchId: 1 };
    await expectRefused(history.candles(market, { interval: 60 }), "RELAY_NOT_READY");
    await expectRefused(history.ticker(market), "RELAY_NOT_READY");
  });
});
