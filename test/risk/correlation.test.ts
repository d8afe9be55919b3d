import { expect } from "chai";

import { brokenCorrelations, deviationAlong, pairOf, STEPS } from "../../src/risk/correlation.js";
import { covariancesOf } from "../../src/risk/covariance.js";
import type { Square } from "../../src/risk/vectors.js";
import { EXPOSURE, expectRiskError, VOLATILITIES } from "./support.js";

const correlated = (value: number): Square => covariancesOf(VOLATILITIES, [{ pair: [0, 1], value }]);

describe("a breakdown of correlations", function () {
  it("of 0.9 to none goes from 9.81 to 30.10 for who is long one and short the other", function () {
    const [now, half, gone] = STEPS.map((eta) => deviationAlong(EXPOSURE, correlated(0.9), "none", eta));
    expect(now).to.be.closeTo(9.810708, 1e-6);
    expect(half).to.be.closeTo(22.388, 1e-3); // √(906.25 − 2 · 0.45 · 450)
    expect(gone).to.be.closeTo(30.103986, 1e-6);
  });

  it("to the opposite of a half goes from 21.36 over 30.10 to 36.83", function () {
    const found = STEPS.map((eta) => deviationAlong(EXPOSURE, correlated(0.5), "flipped", eta));
    expect(found[0]).to.be.closeTo(21.360009, 1e-6);
    expect(found[1]).to.be.closeTo(30.103986, 1e-6);
    expect(found[2]).to.be.closeTo(36.8273, 1e-6);
  });

  it("to all at 0.9 helps who is long one and short the other", function () {
    const found = STEPS.map((eta) => deviationAlong(EXPOSURE, correlated(0.5), { all: 0.9 }, eta));
    expect(found[0]).to.be.closeTo(21.360009, 1e-6);
    expect(found[2]).to.be.closeTo(9.810708, 1e-6);
  });

  it("flips the pair that a holder is long and short of, and nothing else", function () {
    const before = [[1, 0.3, 0.2], [0.3, 1, 0.1], [0.2, 0.1, 1]]; // prettier-ignore
    expect(brokenCorrelations(before, "flipped", [10, 90, -30])).to.deep.equal([
      [1, 0.3, 0.2],
      [0.3, 1, -0.1],
      [0.2, -0.1, 1],
    ]);
    expect(pairOf([10, 90, -30])).to.deep.equal([1, 2]);
    expect(pairOf([10, 90, 30])).to.deep.equal([1, 2]); // none is short: the largest two
    expect(pairOf([5])).to.deep.equal([0, 0]);
    expect(pairOf([])).to.deep.equal([0, 0]);
  });

  it("has no figure where a flipped pair contradicts the others", function () {
    const covariance = covariancesOf(
      [1, 1, 1],
      [
        { pair: [0, 1], value: 0.9 },
        { pair: [1, 2], value: 0.9 },
        { pair: [0, 2], value: 0.9 },
      ],
    );
    const along = (eta: number): number | undefined => deviationAlong([5, -4, 0], covariance, "flipped", eta);
    expect(along(0)).to.be.closeTo(Math.sqrt(25 + 16 - 2 * 0.9 * 20), 1e-12);
    expect(along(1)).to.equal(undefined);
  });

  it("refuses correlations that n assets cannot all have, and steps beyond the way", function () {
    const three = covariancesOf([1, 1, 1], []);
    expect(deviationAlong([1, 1, 1], three, { all: -0.5 }, 1)).to.be.closeTo(0, 1e-7);
    for (const all of [-0.51, 1.1, NaN]) {
      expectRiskError(() => deviationAlong([1, 1, 1], three, { all }, 1), "CORRELATION_INVALID", { pair: "all" });
    }
    for (const eta of [-0.1, 1.1, NaN]) {
      expectRiskError(() => deviationAlong([1, 1, 1], three, "none", eta), "PARAMETER_INVALID", { what: "eta" });
    }
  });
});
