import { expect } from "chai";

import { depthOf, planned, sequences } from "../../../app/views/compose/legs.js";
import { composed, type Wish } from "../../../app/views/compose/shapes.js";
import type { Depth } from "../../../src/protocol/value/quote.js";
import type { RelayBook } from "../../../src/wire/state.js";
import { marketRootOf } from "../../../src/views/market-root.js";
import { lot, tick } from "../../protocol/support.js";
import { rainRoot } from "../views/markets/roots.js";

const [ME, YOU] = [`0x${"11".repeat(20)}`, `0x${"22".repeat(20)}`] as const;
const ROOT = rainRoot();
const ruled = { ...marketRootOf(ROOT), head: ROOT.head, outcomes: ROOT.outcomes };
const CALL: Wish = { shape: "call", side: "buy", strikes: [800n], picks: [], lots: "3", build: "few" };

const resting = (trader: string, price: number, lots: number): RelayBook["bids"][number] => ({
  ...{ tradeRootId: 1, trader, deadline: 9n, place: 1 },
  priceTicks: tick(price),
  lots: lot(lots),
});
const depth = (bids: [number, number][], asks: [number, number][]): Depth => ({
  bids: bids.map(([price, lots]) => ({ priceTicks: tick(price), lots: lot(lots) })),
  asks: asks.map(([price, lots]) => ({ priceTicks: tick(price), lots: lot(lots) })),
});

describe("what others offer", function () {
  it("is gathered by price, unsigned, best first, without one's own", function () {
    const book = {
      bids: [resting(YOU, 90, 2), resting(ME, 90, 7), resting(YOU, 90, 1), resting(YOU, 80, 4)],
      asks: [resting(ME, 95, -7), resting(YOU, 99, -5)],
    };
    expect(depthOf(book, ME)).to.deep.equal(depth([[90, 3], [80, 4]], [[99, 5]])); // prettier-ignore
    expect(depthOf(book, undefined).asks).to.have.length(2);
  });
});

describe("a composition as orders", function () {
  // A call at 80 mm on 0 to 250 mm with the strip from 80 to 160 mm: sell nothing, buy above it. Here the spread, which is one branch.
  const spread = composed(ruled, { ...CALL, shape: "callSpread", strikes: [800n, 1_600n] }, 3n);
  if ("problem" in spread) throw new Error(spread.problem);

  it("has the limit with which the book fills it whole, what that costs, and the price of the whole", function () {
    const plan = planned(ruled, spread, new Map([[2, depth([], [[1_000, 2], [1_100, 5]])]]), new Map()); // prettier-ignore
    const [leg] = plan.legs;
    expect(leg).to.deep.include({ limit: 1_100n, available: 7n, problem: undefined });
    const { tickValue } = ruled;
    expect(plan.now!.cashWei).to.equal((2n * 1_000n + 1_100n) * tickValue);
    // The strip pays 80 mm in any case: that is no part of the spread's own price.
    expect(plan.now!.premiumWei).to.equal((2n * 1_000n + 1_100n - 3n * 800n) * tickValue);
    expect(plan.atLimits!.cashWei).to.equal(3n * 1_100n * tickValue);
  });

  it("takes a limit that is typed, and says what is wrong with one", function () {
    const books = new Map([[2, depth([], [[1_000, 9]])]]);
    const withLimit = (text: string) => planned(ruled, spread, books, new Map([[2, text]])).legs[0]!;
    expect(withLimit("105.5 mm").limit).to.equal(1_055n);
    expect(withLimit("1055t").limit).to.equal(1_055n);
    expect(withLimit("105.55").problem).to.match(/between two/);
    expect(withLimit("50").problem).to.match(/within its bounds/);
    expect(planned(ruled, spread, books, new Map([[2, "?"]])).atLimits).to.equal(undefined);
  });

  it("has no price of its own where the book has too little, or was not asked yet", function () {
    const thin = planned(ruled, spread, new Map([[2, depth([], [[1_000, 1]])]]), new Map());
    expect(thin.legs[0]).to.deep.include({ limit: undefined, quote: undefined, available: 1n });
    expect(thin.legs[0]!.problem).to.equal("The book has 1 of 3 lots: give a limit.");
    expect([thin.now, thin.atLimits]).to.deep.equal([undefined, undefined]);
    const unasked = planned(ruled, spread, new Map(), new Map()).legs[0]!;
    expect([unasked.limit, unasked.available, unasked.problem]).to.deep.equal([undefined, undefined, undefined]);
  });

  it("comes in two sequences if it buys and sells, else in one", function () {
    const plan = planned(ruled, spread, new Map(), new Map());
    expect(sequences(plan.legs)).to.deep.equal([plan.legs]);
    const [buy, sell] = [{ leg: { ...spread.legs[0]!, lots: lot(1) } }, { leg: { ...spread.legs[0]!, lots: lot(-1) } }];
    expect(sequences([sell, buy])).to.deep.equal([
      [buy, sell],
      [sell, buy],
    ]);
  });
});
