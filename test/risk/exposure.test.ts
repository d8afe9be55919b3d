import { expect } from "chai";
import fc from "fast-check";

import { type Fraction, fraction, sum } from "../../src/protocol/amounts/fraction.js";
import { stressTable } from "../../src/protocol/value/stress.js";
import { approximate, exposureOf, relativeExposure } from "../../src/risk/exposure.js";

const whole = ({ numerator, denominator }: Fraction): number => Number(numerator) / Number(denominator);

describe("exposureOf", function () {
  it("is what is held beyond the baseline, at its price", function () {
    const found = exposureOf([fraction(7n, 2n), fraction(1n)], [fraction(5n, 2n), fraction(4n)], [100n, 50n]);
    expect(found.map(whole)).to.deep.equal([100, -150]);
  });

  it("refuses lists of other lengths", function () {
    expect(() => exposureOf([fraction(1n)], [fraction(1n)], [1n, 2n])).to.throw("SHAPE_MISMATCH");
    expect(() => exposureOf([fraction(1n)], [], [1n])).to.throw("SHAPE_MISMATCH");
  });
});

describe("relativeExposure", function () {
  it("sums to zero, so that a move of all assets alike is none", function () {
    const found = relativeExposure([fraction(100n), fraction(-150n)], [fraction(300n), fraction(100n)]);
    expect(found.map(whole)).to.deep.equal([137.5, -137.5]); // 100 + 50 · ¾, −150 + 50 · ¼
    expect(sum(found).numerator).to.equal(0n);
  });

  it("is how the gain in parts of the basket changes with each price", function () {
    const q = [fraction(3n), fraction(7n)];
    const own = [fraction(2n), fraction(1n)];
    const baseline = [fraction(1n), fraction(2n)];
    const prices = [10n ** 12n, 5n * 10n ** 12n];
    const worth = q.map(({ numerator }, k) => fraction(numerator * prices[k]!));
    const gradient = relativeExposure(exposureOf(own, baseline, prices), worth).map(approximate);
    const basket = approximate(sum(worth));
    const others = own.map((entry, k) => fraction(q[k]!.numerator - entry.numerator));
    const rest = baseline.map((entry, k) => fraction(q[k]!.numerator - entry.numerator));
    const gainAt = (moved: bigint[]): number => {
      const scenario = { name: "", prices: moved, allocations: [own, others] };
      return approximate(stressTable([scenario], [baseline, rest], "basket").rows[0]!.profits[0]!);
    };
    const MILLIONTH = 10n ** 6n;
    prices.forEach((price, k) => {
      const up = gainAt(prices.with(k, price + price / MILLIONTH));
      const down = gainAt(prices.with(k, price - price / MILLIONTH));
      expect(((up - down) / 2e-6) * basket).to.be.closeTo(gradient[k]!, Math.abs(gradient[k]!) * 1e-6);
    });
  });

  it("refuses a basket that is worth nothing", function () {
    expect(() => relativeExposure([fraction(1n)], [fraction(0n)])).to.throw("FRACTION_UNDEFINED");
  });
});

describe("approximate", function () {
  it("is the fraction to the last bits, however long its integers", function () {
    const long = 10n ** 400n;
    expect(approximate(fraction(long, 3n * long))).to.be.closeTo(1 / 3, 1e-16);
    expect(approximate(fraction(-7n * long, long))).to.equal(-7);
    expect(approximate(fraction(0n, long))).to.equal(0);
    expect(approximate(fraction(1n, 10n ** 18n))).to.equal(1e-18);
  });

  it("is off by less than 2^-51 of it", function () {
    const size = fc.bigInt(1n, 2n ** 200n);
    fc.assert(
      fc.property(size, size, (numerator, denominator) => {
        const value = approximate(fraction(numerator, denominator));
        // value = mantissa · 2^exponent, exactly
        const exponent = BigInt(Math.floor(Math.log2(value)) - 60);
        const mantissa = BigInt(value * 2 ** -Number(exponent));
        const [a, b] =
          exponent >= 0n
            ? [(mantissa << exponent) * denominator, numerator]
            : [mantissa * denominator, numerator << -exponent];
        const off = a > b ? a - b : b - a;
        expect(off << 51n < b, `${off} of ${b}`).to.equal(true);
      }),
    );
  });
});
