import { expect } from "chai";
import fc from "fast-check";

import { freeWeights } from "../../../src/protocol/market/weights.js";
import { createMarketTable, type MarketRoot, rootOf } from "../../../src/protocol/market/market-table.js";
import type { Depth, DepthOf, Level } from "../../../src/protocol/value/quote.js";
import { isBetter, setDepth, takeFromBook, takeWithSets } from "../../../src/protocol/value/sets.js";
import { between, intervalOf, intervalTable, TERMS } from "../markets.js";
import { FIXED, lot, tick } from "../support.js";

const SCALE = 100;
const levels = (...each: readonly (readonly [number, number])[]): Level[] =>
  each.map(([price, lots]) => ({ priceTicks: tick(price), lots: lot(lots) }));
const NONE: Depth = { bids: [], asks: [] };

/** So many legs of a scale of 100, with bounds of those that are given by their numbers, as an event could have them. */
function legsOf(legs: number, bounds: Readonly<Record<number, readonly [number, number]>> = {}): MarketRoot {
  const weights = freeWeights(legs, tick(SCALE)).map((free, k) => {
    const own = bounds[k + 1];
    return own === undefined ? free : between(...own);
  });
  const root = rootOf(createMarketTable({ ...TERMS, assets: legs, basketScale: tick(SCALE) }), 1);
  if (root.kind === "interval") throw new Error("the basket is a simplex");
  return { ...root, weights, bounded: Object.keys(bounds).length > 0 };
}

describe("complete sets", () => {
  const books: Readonly<Record<number, Depth>> = {
    1: { bids: [], asks: levels([27, 4], [30, 9]) },
    2: { bids: levels([35, 6], [34, 10]), asks: levels([36, 5]) },
    3: { bids: levels([38, 10]), asks: levels([39, 5]) },
  };
  const depthOf: DepthOf = (branch) => books[branch];

  it("leave a leg what is left of the scale, level by level", () => {
    expect(setDepth(legsOf(3), depthOf, 1)).to.deep.equal({ asks: levels([27, 6], [28, 4]), bids: levels([25, 5]) });
  });

  it("give nothing if one of the other legs has no order", () => {
    expect(setDepth(legsOf(4), depthOf, 1)).to.deep.equal(NONE);
  });

  it("are not made of legs that are determined: what these pay is off the scale", () => {
    expect(setDepth(legsOf(3, { 3: [20, 20] }), depthOf, 1).asks).to.deep.equal(levels([45, 6], [46, 10]));
    expect(setDepth(legsOf(3, { 1: [20, 20] }), depthOf, 1)).to.deep.equal(NONE);
  });

  it("never sell a leg below what it pays at least, nor buy it above what it pays at most", () => {
    expect(setDepth(legsOf(3, { 1: [28, 100] }), depthOf, 1).asks).to.deep.equal(levels([28, 6], [28, 4]));
    expect(setDepth(legsOf(3, { 1: [0, 24] }), depthOf, 1)).to.deep.equal({ asks: [], bids: levels([24, 5]) });
  });

  it("are for roots whose legs pay a known sum: an interval root has none", () => {
    expect(setDepth(intervalOf(intervalTable(between(0, 20), [])), depthOf, 1)).to.deep.equal(NONE);
  });

  describe("an order of 12 lots up to 28", () => {
    const limit = { priceTicks: 28n, quantityLots: 12n };
    const own = books[1] ?? NONE;
    const taking = takeWithSets(own, setDepth(legsOf(3), depthOf, 1), limit);

    it("is served by orders first, then by sets at the same price", () => {
      expect(taking.fills.map(({ venue, priceTicks, lots }) => [venue, priceTicks, lots])).to.deep.equal([
        ["book", 27n, 4n],
        ["set", 27n, 6n],
        ["set", 28n, 2n],
      ]);
      expect([taking.filled, taking.cash]).to.deep.equal([12n, 10n * 27n + 2n * 28n]);
    });

    it("gets less from the book alone, which is worse", () => {
      const alone = takeFromBook(own, limit);
      expect([alone.filled, alone.cash]).to.deep.equal([4n, 108n]);
      expect([isBetter(taking, alone), isBetter(alone, taking), isBetter(alone, alone)]).to.deep.equal([
        true,
        false,
        false,
      ]);
    });
  });

  it("serve no order worse than the book alone does, nor beyond its limit, and pay every maker its price", () => {
    const someLevels = (rising: boolean): fc.Arbitrary<Level[]> =>
      fc
        .uniqueArray(fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 1, max: 9 })), {
          maxLength: 4,
          selector: ([price]) => price,
        })
        .map((each) => levels(...each.sort(([a], [b]) => (rising ? a - b : b - a))));
    const someDepth = fc.record({ bids: someLevels(false), asks: someLevels(true) });
    const some = fc.record({
      depths: fc.array(someDepth, { minLength: 2, maxLength: 4 }),
      priceTicks: fc.bigInt({ min: 0n, max: 100n }),
      quantityLots: fc.oneof(fc.bigInt({ min: 1n, max: 30n }), fc.bigInt({ min: -30n, max: -1n })),
    });
    fc.assert(
      fc.property(some, ({ depths, ...limit }) => {
        const sets = setDepth(legsOf(depths.length), (branch) => depths[branch - 1], 1);
        const own = depths[0] ?? NONE;
        const [taking, alone] = [takeWithSets(own, sets, limit), takeFromBook(own, limit)];
        expect(isBetter(alone, taking)).to.equal(false);
        const buys = limit.quantityLots > 0n;
        for (const { priceTicks } of taking.fills) {
          expect(buys ? priceTicks <= limit.priceTicks : priceTicks >= limit.priceTicks).to.equal(true);
        }
        expect(lotByLot(depths, limit)).to.deep.equal([taking.filled, taking.cash]);
      }),
      FIXED,
    );
  });
});

/** The same once more, one lot at a time: lots and money that an order of leg 1 gets. */
function lotByLot(
  depths: readonly Depth[],
  { priceTicks, quantityLots }: { priceTicks: bigint; quantityLots: bigint },
): [bigint, bigint] {
  const buys = quantityLots > 0n;
  const prices = (side: readonly Level[]): bigint[] =>
    side.flatMap((level) => Array<bigint>(Number(level.lots)).fill(level.priceTicks));
  const own = prices(buys ? (depths[0]?.asks ?? []) : (depths[0]?.bids ?? []));
  const others = depths.slice(1).map(({ bids, asks }) => prices(buys ? bids : asks));
  let [filled, cash] = [0n, 0n];
  while (filled < (buys ? quantityLots : -quantityLots)) {
    const left = others.every(([best]) => best !== undefined)
      ? 100n - others.reduce((sum, [best]) => sum + (best ?? 0n), 0n)
      : undefined;
    // Nobody offers below nothing, nor bids above the scale.
    const set = left === undefined ? undefined : left < 0n ? (buys ? 0n : undefined) : left;
    const order = own[0];
    const byOrder = order !== undefined && (set === undefined || (buys ? order <= set : order >= set));
    const price = byOrder ? order : set;
    if (price === undefined || (buys ? price > priceTicks : price < priceTicks)) break;
    if (byOrder) own.shift();
    else others.forEach((leg) => leg.shift());
    filled += 1n;
    cash += buys ? price : -price;
  }
  return [filled, cash];
}
