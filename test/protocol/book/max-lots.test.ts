/** R13: how many lots of a market a session lets a trader hold. */
import { expect } from "chai";
import fc from "fast-check";

import { type Cover, coverOf, isCovered, isWithinLimit } from "../../../src/protocol/book/margin.js";
import { createMarketTable, rootOf, type MarketRoot } from "../../../src/protocol/market/market-table.js";
import { FIXED, whole } from "../support.js";
import { TERMS } from "../markets.js";

const PRICE = 50n;
const RICH = 10n ** 30n;

function basketOf(assets: number): MarketRoot {
  return rootOf(createMarketTable({ ...TERMS, assets }), 1);
}

/** What a trader who can pay for it would have after the change. */
function after(root: MarketRoot, lots: readonly bigint[], marketBranchId: number, change: bigint): Cover {
  const exposure = { traderId: 1, cash: RICH, otherWorst: 0n, rootWorst: 0n, lots };
  return coverOf(root, exposure, marketBranchId, change, PRICE);
}

const [TWO, THREE] = [basketOf(2), basketOf(3)];
const size = (lots: bigint): bigint => (lots < 0n ? -lots : lots);

describe("isWithinLimit (R13)", function () {
  it("takes what is bought up to the limit, what is sold down to its opposite", function () {
    for (const change of [1n, 7n, 10n, -10n, -27n, -30n]) {
      expect(isWithinLimit(after(THREE, [20n, 0n, 0n], 1, change), 30n), String(change)).to.equal(true);
    }
    for (const change of [11n, -51n]) {
      expect(isWithinLimit(after(THREE, [20n, 0n, 0n], 1, change), 30n), String(change)).to.equal(false);
    }
  });

  it("lets a position beyond it shrink, and not grow", function () {
    expect(isWithinLimit(after(THREE, [50n, 0n, 0n], 1, -1n), 30n)).to.equal(true);
    expect(isWithinLimit(after(THREE, [50n, 0n, 0n], 1, 1n), 30n)).to.equal(false);
    expect(isWithinLimit(after(THREE, [-50n, 0n, 0n], 1, 1n), 30n)).to.equal(true);
    expect(isWithinLimit(after(THREE, [-50n, 0n, 0n], 1, -1n), 30n)).to.equal(false);
  });

  it("does not let it turn to the other side beyond it", function () {
    expect(isWithinLimit(after(THREE, [50n, 0n, 0n], 1, -80n), 30n)).to.equal(true);
    expect(isWithinLimit(after(THREE, [50n, 0n, 0n], 1, -81n), 30n)).to.equal(false);
  });

  it("counts of two legs what is held of one more than of the other, of more each for itself", function () {
    const { held } = after(TWO, [50n, 20n], 1, 3n);
    expect(held).to.equal(33n);
    expect(after(TWO, [50n, 20n], 2, 3n).held).to.equal(-27n);
    expect(after(THREE, [50n, 20n, 0n], 1, 3n).held).to.equal(53n);
  });

  it("is no limit at 0", function () {
    expect(isWithinLimit(after(THREE, [0n, 0n, 0n], 1, 10n ** 9n), 0n)).to.equal(true);
  });

  it("holds of every part of a change of which it holds", function () {
    const lots = fc.tuple(whole(-60, 60), whole(-60, 60));
    const change = whole(-90, 90).filter((one) => one !== 0n);
    fc.assert(
      fc.property(lots, fc.constantFrom(1, 2), change, whole(1, 40), fc.nat(), (held, branch, all, limit, seed) => {
        fc.pre(isWithinLimit(after(TWO, held, branch, all), limit));
        const some = (BigInt(seed) % size(all)) + 1n;
        expect(isWithinLimit(after(TWO, held, branch, all < 0n ? -some : some), limit)).to.equal(true);
      }),
      FIXED,
    );
  });

  it("is a part of being covered", function () {
    expect(isCovered(after(THREE, [20n, 0n, 0n], 1, 10n), 30n)).to.equal(true);
    expect(isCovered(after(THREE, [20n, 0n, 0n], 1, 11n), 30n)).to.equal(false);
  });
});
