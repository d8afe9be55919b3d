import { expect } from "chai";
import fc from "fast-check";

import { callSpread, forward, payoffAt, put, straddle } from "../../../src/protocol/value/composition.js";
import { ladderOf } from "../../../src/protocol/value/strips.js";
import { type Depth, type DepthOf, type Level, priceToBuy, priceToSell } from "../../../src/protocol/value/quote.js";
import { between, everyOutcome, intervalOf, intervalTable } from "../markets.js";
import { expectRuleError, FIXED, lot, tick, total, whole } from "../support.js";

// Strips [0, 10] and [10, 20]: branches 2 and 3.
const ladder = ladderOf(intervalOf(intervalTable(between(0, 20), [between(0, 10), between(10, 20)])), [2, 3]);
const levels = (...each: readonly (readonly [number, number])[]): Level[] =>
  each.map(([price, lots]) => ({ priceTicks: tick(price), lots: lot(lots) }));

const BOOKS: Readonly<Record<number, Depth>> = {
  2: { bids: levels([6, 2], [5, 10]), asks: levels([7, 3], [9, 4]) },
  3: { bids: levels([12, 5]), asks: levels([13, 1], [14, 9]) },
};
const depthOf: DepthOf = (marketBranchId) => BOOKS[marketBranchId];

describe("quotes", () => {
  describe("a call spread, one long leg", () => {
    const spread = callSpread(ladder, between(10, 20), lot(3));

    it("is bought from the best offers, level by level; the premium leaves out the lower strike", () => {
      expect(priceToBuy(spread, depthOf)).to.deep.equal({
        premium: 13n + 2n * 14n - 3n * 10n,
        cash: 13n + 2n * 14n,
        legs: [{ marketBranchId: 3, lots: 3n, limit: 14n, cash: 41n }],
      });
    });

    it("is sold to the best bids: the seller receives the premium, and the book's cash with the strike", () => {
      expect(priceToSell(spread, depthOf)).to.deep.equal({
        premium: 3n * 12n - 3n * 10n,
        cash: -36n,
        legs: [{ marketBranchId: 3, lots: -3n, limit: 12n, cash: -36n }],
      });
    });
  });

  it("a put is bought by selling: its premium is the strike less what the strips bring", () => {
    // max(20 - y, 0) = 20 - y: both strips sold, at 6 and 12. A certain payoff of 20 - 18 in expectation costs 2.
    const quote = priceToBuy(put(ladder, tick(20), lot(1)), depthOf);
    expect(quote).to.include({ premium: 20n - (6n + 12n - 10n), cash: -18n });
    expect(quote.legs.map(({ limit }) => limit)).to.deep.equal([6n, 12n]);
  });

  it("a forward at the price of the strips costs nothing, and a straddle what both sides ask", () => {
    expect(priceToBuy(forward(ladder, tick(10), lot(1)), depthOf).premium).to.equal(7n + (13n - 10n) - 10n);
    expect(priceToBuy(straddle(ladder, tick(10), lot(2)), depthOf).premium).to.equal(
      2n * 10n - 2n * 6n + (13n + 14n - 2n * 10n),
    );
  });

  it("a short composition has the signs of the other side", () => {
    const long = callSpread(ladder, between(0, 10), lot(4));
    const short = callSpread(ladder, between(0, 10), lot(-4));
    const [bought, sold] = [priceToBuy(short, depthOf), priceToSell(long, depthOf)];
    expect(bought.premium).to.equal(0n - sold.premium);
    expect([bought.cash, bought.legs]).to.deep.equal([sold.cash, sold.legs]);
  });

  describe("where it cannot be filled whole", () => {
    it("says on which side of which branch, and how much there is", () => {
      const values = { marketBranchId: 3, side: "asks", wanted: 11n, available: 10n };
      const much = callSpread(ladder, between(10, 20), lot(11));
      expectRuleError(() => priceToBuy(much, depthOf), "DEPTH_INSUFFICIENT", values);
      const bids = { marketBranchId: 3, side: "bids", wanted: 11n, available: 5n };
      expectRuleError(() => priceToSell(much, depthOf), "DEPTH_INSUFFICIENT", bids);
    });
    it("an empty or unknown queue has nothing", () => {
      const one = callSpread(ladder, between(10, 20), lot(1));
      const values = { marketBranchId: 3, side: "asks", wanted: 1n, available: 0n };
      expectRuleError(() => priceToBuy(one, () => undefined), "DEPTH_INSUFFICIENT", values);
      expectRuleError(() => priceToBuy(one, () => ({ bids: [], asks: [] })), "DEPTH_INSUFFICIENT", values);
    });
    it("exactly enough is enough", () => {
      expect(priceToBuy(callSpread(ladder, between(10, 20), lot(10)), depthOf).legs[0]!.limit).to.equal(14n);
    });
  });

  /** A queue of lots one by one, sorted as the book sorts it. */
  const anySide = fc.array(fc.tuple(whole(0, 10), whole(1, 4)), { minLength: 1, maxLength: 6 });
  const anyDepth = fc.record({ bids: anySide, asks: anySide, spread: whole(0, 4) }).map(({ bids, asks, spread }) => {
    const top = bids.reduce((most, [price]) => (price > most ? price : most), 0n);
    const level = ([price, lots]: [bigint, bigint]): Level => ({ priceTicks: tick(price), lots: lot(lots) });
    return {
      bids: bids.map(level).sort((a, b) => Number(b.priceTicks - a.priceTicks)),
      asks: asks
        .map(([price, lots]) => level([top + spread + price, lots]))
        .sort((a, b) => Number(a.priceTicks - b.priceTicks)),
    };
  });

  it("takes the cheapest lots; selling never brings more than buying costs; gains are payoff less premium", () => {
    fc.assert(
      fc.property(anyDepth, anyDepth, whole(1, 6), (two, three, units) => {
        const books: DepthOf = (branch) => (branch === 2 ? two : three);
        const made = straddle(ladder, tick(10), lot(units));
        const oneByOne = (side: readonly Level[]): bigint[] =>
          side.flatMap(({ priceTicks: price, lots }) => Array.from({ length: Number(lots) }, () => price));
        const [sold, bought] = [oneByOne(two.bids), oneByOne(three.asks)];
        const n = Number(units);
        if (sold.length < n || bought.length < n) {
          expect(() => priceToBuy(made, books)).to.throw("DEPTH_INSUFFICIENT");
          return;
        }
        const quote = priceToBuy(made, books);
        expect(quote.cash).to.equal(total(bought.slice(0, n)) - total(sold.slice(0, n)));
        expect(quote.legs.map(({ limit }) => limit)).to.deep.equal([sold[n - 1], bought[n - 1]]);
        const held = made.legs.map(({ lots, strikes }, index) => ({ lots, strikes, quote: quote.legs[index]! }));
        for (const y of everyOutcome(between(0, 20))) {
          const paid = held.map(
            ({ lots, strikes }) => lots * (y < strikes.lower ? strikes.lower : y > strikes.upper ? strikes.upper : y),
          );
          expect(total(paid) - quote.cash).to.equal(payoffAt(made, tick(y)) - quote.premium);
        }
        if (oneByOne(two.asks).length < n || oneByOne(three.bids).length < n) return;
        expect(priceToSell(made, books).premium <= quote.premium).to.be.true;
      }),
      FIXED,
    );
  });
});
