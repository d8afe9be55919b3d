import { expect } from "chai";
import fc from "fast-check";

import {
  brierScore,
  decomposed,
  decomposedByPrice,
  type Decomposition,
  type Forecast,
  logScore,
  reliabilityBins,
  wilsonInterval,
} from "../../src/measures/forecasts.js";
import { numberOf } from "../../src/measures/rational.js";
import { add, equals, type Fraction, fraction, negate } from "../../src/protocol/amounts/fraction.js";

const of = (percent: number, happened: boolean): Forecast => ({ price: fraction(BigInt(percent), 100n), happened });
const anyForecast = fc.record({
  price: fc.integer({ min: 0, max: 1_000 }).map((ticks) => fraction(BigInt(ticks), 1_000n)),
  happened: fc.boolean(),
});

function total({ reliability, resolution, uncertainty, withinVariance, withinCovariance }: Decomposition): Fraction {
  return [negate(resolution), uncertainty, withinVariance, negate(withinCovariance)].reduce(add, reliability);
}

describe("scores of forecasts", function () {
  const some = [of(90, true), of(90, true), of(20, false), of(20, true)];

  it("are those that are worked out by hand", function () {
    // (0.01 + 0.01 + 0.04 + 0.64) / 4
    expect(brierScore(some)).to.deep.equal({ numerator: 7n, denominator: 40n });
    expect(logScore(some, 1e-6)).to.be.closeTo(-(2 * Math.log(0.9) + Math.log(0.8) + Math.log(0.2)) / 4, 1e-12);
    const parts = decomposedByPrice(some)!;
    // Groups of two at 0.9, of which all came, and at 0.2, of which half did; three quarters came of all.
    expect(numberOf(parts.reliability)).to.be.closeTo((0.1 ** 2 + 0.3 ** 2) / 2, 1e-15);
    expect(numberOf(parts.resolution)).to.be.closeTo((0.25 ** 2 + 0.25 ** 2) / 2, 1e-15);
    expect(numberOf(parts.uncertainty)).to.be.closeTo(0.75 * 0.25, 1e-15);
    expect([parts.withinVariance, parts.withinCovariance]).to.deep.equal([fraction(0n), fraction(0n)]);
  });

  it("are the sum of their parts, to the last digit, in bins and by price", function () {
    fc.assert(
      fc.property(fc.array(anyForecast, { minLength: 1, maxLength: 40 }), (forecasts) => {
        const brier = brierScore(forecasts)!;
        expect(equals(total(decomposed(forecasts)!), brier)).to.equal(true);
        expect(equals(total(decomposedByPrice(forecasts)!), brier)).to.equal(true);
      }),
    );
  });

  it("are not infinite where what was held impossible came", function () {
    expect(logScore([of(0, true), of(100, true)], 0.01)).to.be.closeTo(-Math.log(0.01) / 2, 1e-12);
  });

  it("of nothing are none", function () {
    expect([brierScore([]), decomposed([]), decomposedByPrice([])]).to.deep.equal([undefined, undefined, undefined]);
    expect(logScore([], 0.01)).to.be.NaN;
    expect(reliabilityBins([]).map(({ count, interval }) => [count, interval])).to.deep.equal(
      Array.from({ length: 10 }, () => [0, undefined]),
    );
  });
});

describe("a reliability table", function () {
  it("has ten bins, each from its first price on; the last includes 1", function () {
    const bins = reliabilityBins([of(0, false), of(9, true), of(10, true), of(55, false), of(90, true), of(100, true)]);
    expect(bins.map(({ count }) => count)).to.deep.equal([2, 1, 0, 0, 0, 1, 0, 0, 0, 2]);
    expect(bins.map(({ happened }) => happened)).to.deep.equal([1, 1, 0, 0, 0, 0, 0, 0, 0, 2]);
    expect(bins[9]!.meanPrice).to.deep.equal({ numerator: 19n, denominator: 20n });
    expect([bins[3]!.from, bins[3]!.to, bins[3]!.meanPrice]).to.deep.equal([0.3, 0.4, undefined]);
  });

  it("says by Wilson where shares may lie", function () {
    // E. Wilson 1927; 8 of 10 and 0 of 10, as every table has them.
    const [most, none] = [wilsonInterval(8, 10), wilsonInterval(0, 10)];
    expect(most.low).to.be.closeTo(0.4902, 5e-5);
    expect(most.high).to.be.closeTo(0.9433, 5e-5);
    expect([none.low, wilsonInterval(10, 10).high]).to.deep.equal([0, 1]);
    expect(none.high).to.be.closeTo(0.2775, 5e-5);
  });
});
