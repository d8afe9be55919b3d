import { expect } from "chai";
import fc from "fast-check";

import { type Quote, weightsOfQuotes } from "../../../lab/stocks/observation.js";
import { trueWeights } from "../../../lab/stocks/weights.js";
import { assetUnits, ticks, type Ticks } from "../../../src/protocol/amounts/units.js";

const SCALE = ticks(10_000n);
const quote = (bid?: bigint, ask?: bigint): Quote => ({ bid: bid as Ticks | undefined, ask: ask as Ticks | undefined });

describe("weights in ticks", () => {
  it("are 81.30 % and 18.70 % for 100 AAPL and 100 MSFT in January 2008", () => {
    expect(trueWeights([100n, 100n].map(assetUnits), [13_536n, 3_113n], SCALE)).to.deep.equal([8130n, 1870n]);
  });

  it("give the ticks that rounding down leaves to the largest remainders, the earlier first", () => {
    expect(trueWeights([1n, 1n, 1n].map(assetUnits), [1n, 1n, 1n], SCALE)).to.deep.equal([3334n, 3333n, 3333n]);
    expect(trueWeights([1n, 1n].map(assetUnits), [1n, 5n], ticks(4n))).to.deep.equal([1n, 3n]); // 0.67 and 3.33
  });

  it("sum to the scale, each within a tick of the truth", () => {
    const value = fc.bigInt({ min: 1n, max: 10n ** 30n });
    fc.assert(
      fc.property(fc.array(value, { minLength: 2, maxLength: 16 }), (prices) => {
        const total = prices.reduce((sum, price) => sum + price, 0n);
        const weights = trueWeights(
          prices.map(() => assetUnits(1n)),
          prices,
          SCALE,
        );
        expect(weights.reduce((sum, weight) => sum + weight, 0n)).to.equal(SCALE);
        for (const [k, weight] of weights.entries()) {
          const error = weight * total - prices[k]! * SCALE;
          expect(error < total && error > -total).to.equal(true);
        }
      }),
    );
  });
});

describe("weights of quotes", () => {
  it("are the middles of bid and ask, scaled to sum to 1", () => {
    expect(weightsOfQuotes([quote(4000n, 4200n), quote(1900n, 2200n)], SCALE)).to.deep.equal([6667n, 3333n]);
  });

  it("take the one side that there is", () => {
    expect(weightsOfQuotes([quote(7500n), quote(undefined, 2500n)], SCALE)).to.deep.equal([7500n, 2500n]);
  });

  it("are unknown while a leg has no quote, or nobody pays anything", () => {
    expect(weightsOfQuotes([quote(7500n, 7600n), quote()], SCALE)).to.equal(undefined);
    expect(weightsOfQuotes([quote(0n), quote(0n)], SCALE)).to.equal(undefined);
  });
});
