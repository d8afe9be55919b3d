/** R13: how many lots of a market a trader may hold: what can be stored, and what the session lets it. */
import { expect } from "chai";
import fc from "fast-check";

import { marketLotsOf, roomFor, storedLots } from "../../../src/protocol/book/margin.js";
import { createMarketTable, rootOf, type MarketRoot } from "../../../src/protocol/market/market-table.js";
import { FIXED, whole } from "../support.js";
import { newEvent, simplexOf, tableOf, TERMS } from "../markets.js";

function basketOf(assets: number): MarketRoot {
  return rootOf(createMarketTable({ ...TERMS, assets }), 1);
}

const [ONE, TWO, THREE] = [basketOf(1), basketOf(2), basketOf(3)];
const EVENT = simplexOf(tableOf(() => newEvent(2)));
const MOST = 2n ** 39n - 1n;
const MOST_OF_PAIR = 2n ** 47n - 1n;
const size = (lots: bigint): bigint => (lots < 0n ? -lots : lots);

describe("Room for lots (R13)", () => {
  it("takes what is bought up to the limit, what is sold down to its opposite", () => {
    expect(roomFor(EVENT, [20n, 0n], 1, 100n, 30n)).to.equal(10n);
    expect(roomFor(EVENT, [20n, 0n], 1, 7n, 30n)).to.equal(7n);
    expect(roomFor(EVENT, [20n, 0n], 1, -100n, 30n)).to.equal(-50n);
  });

  it("lets a position beyond it shrink, and not grow", () => {
    expect(roomFor(EVENT, [50n, 0n], 1, 1n, 30n)).to.equal(0n);
    expect(roomFor(EVENT, [50n, 0n], 1, -100n, 30n)).to.equal(-80n);
    expect(roomFor(EVENT, [-50n, 0n], 1, -1n, 30n)).to.equal(0n);
  });

  it("counts lots of a leg from those of the last, and of the last from each other one", () => {
    expect(roomFor(TWO, [50n, 20n], 1, 100n, 40n)).to.equal(10n);
    expect(roomFor(TWO, [50n, 20n], 2, 100n, 40n)).to.equal(70n);
    expect(roomFor(THREE, [50n, 0n, 20n], 1, 100n, 40n)).to.equal(10n);
    expect(roomFor(THREE, [50n, 0n, 20n], 3, 100n, 40n), "20 more than of leg 2").to.equal(20n);
    expect(roomFor(THREE, [50n, 0n, 20n], 3, -100n, 40n), "30 less than of leg 1").to.equal(-10n);
    expect(roomFor(ONE, [50n], 1, 100n, 40n), "nothing to count it from").to.equal(100n);
    expect([1, 2, 3].map((leg) => marketLotsOf(THREE, [50n, 1n, 20n], leg, true))).to.deep.equal([30n, -19n, 19n]);
    expect([1, 2, 3].map((leg) => marketLotsOf(THREE, [50n, 1n, 20n], leg, false))).to.deep.equal([30n, -19n, -30n]);
    expect([1, 2].map((leg) => marketLotsOf(TWO, [50n, 20n], leg, true))).to.deep.equal([30n, -30n]);
    expect(storedLots(THREE, [50n, 1n, 20n])).to.deep.equal([30n, -19n, 0n]);
    expect(storedLots(EVENT, [50n, 1n])).to.deep.equal([50n, 1n]);
  });

  it("is what can be stored if the session has no limit, or a higher one", () => {
    for (const maxLots of [0n, 2n ** 63n]) {
      expect(roomFor(TWO, [0n, 0n], 1, 2n ** 50n, maxLots)).to.equal(MOST_OF_PAIR);
      expect(roomFor(TWO, [0n, 5n], 2, -(2n ** 50n), maxLots)).to.equal(-MOST_OF_PAIR - 5n);
      expect(roomFor(THREE, [0n, 0n, 0n], 1, 2n ** 50n, maxLots)).to.equal(MOST);
      expect(roomFor(EVENT, [0n, 0n], 2, -(2n ** 50n), maxLots)).to.equal(-MOST);
    }
  });

  it("is there for every part of a change for which it is", () => {
    const lots = fc.tuple(whole(-60, 60), whole(-60, 60), whole(-60, 60));
    const change = whole(-90, 90).filter((one) => one !== 0n);
    fc.assert(
      fc.property(lots, fc.constantFrom(1, 2, 3), change, whole(1, 40), fc.nat(), (held, branch, all, limit, seed) => {
        fc.pre(roomFor(THREE, held, branch, all, limit) === all);
        const some = (BigInt(seed) % size(all)) + 1n;
        const part = all < 0n ? -some : some;
        expect(roomFor(THREE, held, branch, part, limit)).to.equal(part);
      }),
      FIXED,
    );
  });
});
