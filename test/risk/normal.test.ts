import { expect } from "chai";

import { normalTail } from "../../src/risk/normal.js";

describe("normalTail", function () {
  // Φ(−κ), computed with 30 digits (mpmath).
  for (const [kappa, tail] of [
    [0, 0.5],
    [0.5, 0.3085375387259869],
    [1, 0.15865525393145705],
    [2, 0.02275013194817921],
    [2.999, 0.0013543365337271066],
    [3, 0.0013498980316300946],
    [5, 2.866515718791939e-7],
    [10, 7.619853024160525e-24],
    [37, 5.725571222524577e-300],
  ] as const) {
    it(`is ${tail} beyond ${kappa} standard deviations`, function () {
      expect(Math.abs(normalTail(kappa) / tail - 1)).to.be.below(1e-12);
    });
  }

  it("is the rest of it on the other side, falls all the way, and knows no NaN", function () {
    expect(normalTail(-1)).to.be.closeTo(1 - normalTail(1), 1e-15);
    const tails = Array.from({ length: 400 }, (_, k) => normalTail(k / 40));
    tails.slice(1).forEach((tail, k) => {
      expect(tail).to.be.below(tails[k]!);
    });
    expect(normalTail(NaN)).to.be.NaN;
    expect(normalTail(Infinity)).to.equal(0);
  });
});
