/** What of a fill can be borne (R32), against trying every number of lots. */
import { expect } from "chai";
import fc from "fast-check";

import { bearable, coverOf, type Exposure } from "../../../src/protocol/book/margin.js";
import { branchCount, type MarketRoot } from "../../../src/protocol/market/market-table.js";
import {
  anyBounds,
  between,
  intervalOf,
  intervalTable,
  newBounds,
  newEvent,
  simplexOf,
  tableOf,
  taken,
} from "../markets.js";
import { FIXED, whole } from "../support.js";

const held = fc.array(whole(-30, 30), { minLength: 12, maxLength: 12 });
const order = fc.record({ branch: whole(0, 11), lots: whole(-60, 60), price: whole(0, 20), spare: whole(0, 400) });

interface Order {
  readonly branch: bigint;
  readonly lots: bigint;
  readonly price: bigint;
  readonly spare: bigint;
}

/** A trader who is `spare` wei away from what R11 allows. */
function exposureOf(root: MarketRoot, drawn: readonly bigint[], spare: bigint): Exposure {
  const lots = Array.from({ length: branchCount(root) }, (_, index) => drawn[index] ?? 0n);
  const empty: Exposure = { traderId: 1, cash: 0n, otherWorst: -5n, rootWorst: 0n, lots };
  const { slack, after } = coverOf(root, empty, 1, 0n, 0n);
  return { ...after, cash: spare - slack };
}

function expectGreatest(root: MarketRoot, drawn: readonly bigint[], { branch, lots, price, spare }: Order): void {
  if (lots === 0n) return;
  const exposure = exposureOf(root, drawn, spare);
  const marketBranchId = Number(branch % BigInt(branchCount(root))) + 1;
  const one = lots > 0n ? 1n : -1n;
  let expected = lots;
  while (coverOf(root, exposure, marketBranchId, expected, price).slack < 0n) expected -= one;
  expect(bearable(root, exposure, { marketBranchId, lots, price }, 0n)).to.equal(expected);
}

describe("What can be borne of a fill (R32)", () => {
  it("is the greatest number of lots that R11 allows in an interval root, for any strikes, bounds and lots", () => {
    const strikes = fc.array(anyBounds(0, 20), { maxLength: 8 });
    fc.assert(
      fc.property(strikes, anyBounds(0, 20), held, order, (spans, bounds, lots, wish) => {
        const open = spans.filter(({ lower, upper }) => lower < upper);
        const table = intervalTable(between(0, 20), open);
        expectGreatest(intervalOf(table), lots, wish);
        expectGreatest(intervalOf(taken(table, newBounds(table, 2, 1, bounds))), lots, wish);
      }),
      { ...FIXED, numRuns: 500 },
    );
  });

  it("is so in an event root, with bounds of its own and without", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 6 }), whole(0, 9), held, order, (outcomes, least, lots, wish) => {
        const table = tableOf(() => newEvent(outcomes));
        expectGreatest(simplexOf(table), lots, wish);
        const { scale } = simplexOf(table);
        expectGreatest(simplexOf(taken(table, newBounds(table, 2, 1, between(least, scale)))), lots, wish);
      }),
      { ...FIXED, numRuns: 500 },
    );
  });

  describe("given a trader with nothing to spare", () => {
    const root = simplexOf(tableOf(() => newEvent(2)));
    const traderOf = (lots: bigint): Exposure => exposureOf(root, [lots, 0n], 0n);

    it("counts the lots that close a position: long 1 000, an offer of 10 000 at half bears 2 000", () => {
      expect(bearable(root, traderOf(1_000n), { marketBranchId: 1, lots: -10_000n, price: 5n }, 0n)).to.equal(-2_000n);
    });

    it("is all where a lot needs nothing, and none where it only costs", () => {
      expect(bearable(root, traderOf(0n), { marketBranchId: 1, lots: 10_000n, price: 0n }, 0n)).to.equal(10_000n);
      expect(bearable(root, traderOf(0n), { marketBranchId: 1, lots: -10_000n, price: 10n }, 0n)).to.equal(-10_000n);
      expect(bearable(root, traderOf(0n), { marketBranchId: 1, lots: 10_000n, price: 1n }, 0n)).to.equal(0n);
    });
  });

  it("goes no further than the session lets a position go, and is none where it is beyond that already", () => {
    const root = simplexOf(tableOf(() => newEvent(2)));
    const exposure = exposureOf(root, [30n, 0n], 10_000n);
    expect(bearable(root, exposure, { marketBranchId: 1, lots: 100n, price: 1n }, 50n)).to.equal(20n);
    expect(bearable(root, exposure, { marketBranchId: 1, lots: 100n, price: 1n }, 30n)).to.equal(0n);
    expect(bearable(root, exposure, { marketBranchId: 1, lots: 100n, price: 1n }, 20n)).to.equal(0n);
    expect(bearable(root, exposure, { marketBranchId: 1, lots: -100n, price: 9n }, 20n)).to.equal(-50n);
  });

  it("goes no further than the position can be stored", () => {
    const root = simplexOf(tableOf(() => newEvent(2)));
    const exposure = { ...exposureOf(root, [2n ** 39n - 11n, 0n], 0n), cash: 2n ** 80n };
    expect(bearable(root, exposure, { marketBranchId: 1, lots: 10_000n, price: 0n }, 0n)).to.equal(10n);
    expect(bearable(root, exposure, { marketBranchId: 2, lots: -10_000n, price: 9n }, 0n)).to.equal(-10_000n);
  });
});
