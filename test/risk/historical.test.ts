import { expect } from "chai";
import fc from "fast-check";

import { fraction } from "../../src/protocol/amounts/fraction.js";
import { type Observation, returnsOf, windowsOf } from "../../src/risk/historical.js";
import { worstMoves } from "../../src/risk/ranking.js";
import { expectRiskError } from "./support.js";

const history = (...prices: readonly (readonly bigint[])[]): Observation[] =>
  prices.map((row, day) => ({ name: `day ${day}`, prices: row }));

describe("windowsOf", function () {
  it("are all that a history has, with exact returns", function () {
    const found = windowsOf(history([10n, 3n], [15n, 3n], [5n, 4n], [10n, 2n]), 2);
    expect(found.map(({ from, to }) => [from, to])).to.deep.equal([
      ["day 0", "day 2"],
      ["day 1", "day 3"],
    ]);
    expect(found.map(({ returns }) => returns)).to.deep.equal([
      [fraction(-5n, 10n), fraction(1n, 3n)],
      [fraction(-5n, 15n), fraction(-1n, 3n)],
    ]);
    expect(returnsOf(found)[1]![0]).to.be.closeTo(-1 / 3, 1e-16);
  });

  it("refuse a history that is too short, a window of nothing, and prices that have no return", function () {
    expectRiskError(() => windowsOf(history([1n], [2n]), 2), "OBSERVATIONS_TOO_FEW", { observations: 2, least: 3 });
    expectRiskError(() => windowsOf([], 1), "OBSERVATIONS_TOO_FEW", { observations: 0 });
    for (const periods of [0, -1, 1.5, NaN]) {
      expectRiskError(() => windowsOf(history([1n], [2n]), periods), "PARAMETER_INVALID", { what: "periods" });
    }
    for (const price of [0n, -1n]) {
      expectRiskError(() => windowsOf(history([1n], [price]), 1), "PRICE_NOT_POSITIVE", {
        at: "day 1",
        asset: 1,
        price,
      });
    }
    expect(() => windowsOf(history([1n, 2n], [1n]), 1)).to.throw("SHAPE_MISMATCH");
  });

  it("rank by what they cost a holder as plain code does", function () {
    const price = fc.bigInt(1n, 10_000n);
    const days = fc.array(fc.tuple(price, price), { minLength: 4, maxLength: 40 });
    const size = fc.integer({ min: -500, max: 500 });
    fc.assert(
      fc.property(days, size, size, fc.integer({ min: 1, max: 3 }), (prices, a, b, periods) => {
        const windows = windowsOf(history(...prices), periods);
        const [ranked] = worstMoves([[fraction(BigInt(a)), fraction(BigInt(b))]], windows.map(({ returns }) => returns), 3); // prettier-ignore
        const plain = prices.slice(periods).map(([p, q], t) => {
          const [p0, q0] = prices[t]!;
          return a * (Number(p) / Number(p0) - 1) + b * (Number(q) / Number(q0) - 1);
        });
        const sorted = [...plain].sort((x, y) => x - y).slice(0, 3);
        ranked!.forEach(({ move, gain }, k) => {
          const value = Number(gain.numerator) / Number(gain.denominator);
          const doubt = 1e-9 * (1 + Math.abs(value));
          expect(value).to.be.closeTo(sorted[k]!, doubt);
          expect(plain[move]).to.be.closeTo(value, doubt);
        });
      }),
    );
  });
});
