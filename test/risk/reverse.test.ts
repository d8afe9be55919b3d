import { expect } from "chai";
import fc from "fast-check";

import { covariancesOf } from "../../src/risk/covariance.js";
import { deviationOf, likeliestMove, worstInBox, worstMove } from "../../src/risk/reverse.js";
import { applied, dot, type Square } from "../../src/risk/vectors.js";
import { covariances, EXPOSURE, expectRiskError, exposures, lowerRoot, VOLATILITIES } from "./support.js";

const correlated = (value: number): Square => covariancesOf(VOLATILITIES, [{ pair: [0, 1], value }]);

/** Plain: every direction of the plane, in steps of a 200 000th of a turn. */
function directions(steps: number): [number, number][] {
  return Array.from({ length: steps }, (_, k) => {
    const angle = (2 * Math.PI * k) / steps;
    return [Math.cos(angle), Math.sin(angle)];
  });
}

describe("reverse stress", function () {
  it("loses 64.08 at three sigmas where the assets are correlated by a half, and 50 at 2.34", function () {
    const covariance = correlated(0.5);
    expect(deviationOf(EXPOSURE, covariance)).to.be.closeTo(21.360009, 5e-7);
    const worst = worstMove(EXPOSURE, covariance, 3)!;
    expect(worst.loss).to.be.closeTo(64.080028, 5e-7);
    expect(worst.returns[0]).to.be.closeTo(-0.245786, 5e-7);
    expect(worst.returns[1]).to.be.closeTo(0.263343, 5e-7);
    const likeliest = likeliestMove(EXPOSURE, covariance, 50)!;
    expect(likeliest.sigmas).to.be.closeTo(2.340823, 5e-7);
    expect(likeliest.tail).to.be.closeTo(0.0096206, 5e-8);
    expect(likeliest.loss).to.be.closeTo(50, 1e-12);
  });

  for (const [rho, deviation, sigmas] of [
    [0.5, 21.360009, 2.340823],
    [0.9, 9.810708, 5.096472],
    [0, 30.103986, 1.66091],
    [-0.5, 36.8273, 1.357688],
  ] as const) {
    it(`has a standard deviation of ${deviation}, and 50 at ${sigmas} of them, at a correlation of ${rho}`, function () {
      const covariance = correlated(rho);
      expect(deviationOf(EXPOSURE, covariance)).to.be.closeTo(deviation, 1e-6);
      expect(likeliestMove(EXPOSURE, covariance, 50)!.sigmas).to.be.closeTo(sigmas, 1e-6);
    });
  }

  it("loses in a box what each asset loses alone, each moving against its holder", function () {
    expect(worstInBox([100, -150, 0], [0.2, 0.1, 0.5])).to.deep.equal({ returns: [-0.2, 0.1, 0], loss: 35 });
  });

  it("has no worst move where nothing is at stake, or nothing moves", function () {
    expect(worstMove([0, 0], correlated(0.5), 3)).to.equal(undefined);
    expect(likeliestMove(EXPOSURE, [[0, 0], [0, 0]], 50)).to.equal(undefined); // prettier-ignore
    expect(worstInBox([0, 0], [0.1, 0.1])).to.equal(undefined);
    expect(worstInBox([5, 7], [0, 0])).to.equal(undefined);
    expect(worstInBox([], [])).to.equal(undefined);
  });

  it("leaves an asset that does not move where it is", function () {
    const covariance = covariancesOf([0.2, 0], []);
    const [first, second] = worstMove(EXPOSURE, covariance, 3)!.returns;
    expect(first).to.be.closeTo(-0.6, 1e-15);
    expect(second).to.equal(0);
  });

  it("refuses a plausibility, loss or box that is none", function () {
    for (const value of [0, -1, NaN, Infinity]) {
      expectRiskError(() => worstMove(EXPOSURE, correlated(0), value), "PARAMETER_INVALID", { what: "sigmas" });
      expectRiskError(() => likeliestMove(EXPOSURE, correlated(0), value), "PARAMETER_INVALID", { what: "loss" });
    }
    for (const value of [-0.1, NaN, Infinity]) {
      expectRiskError(() => worstInBox(EXPOSURE, [0.1, value]), "PARAMETER_INVALID", { what: "box" });
    }
  });

  it("is the worst of a fine grid of directions, and none of them is more plausible at the same loss", function () {
    fc.assert(
      fc.property(exposures(2), covariances(2), fc.integer({ min: 1, max: 8 }), (exposure, covariance, sigmas) => {
        const worst = worstMove(exposure, covariance, sigmas);
        if (worst === undefined) return;
        const root = lowerRoot(covariance);
        const losses = directions(20_000).map((u) => -dot(exposure, applied(root, u)) * sigmas);
        const most = Math.max(...losses);
        expect(worst.loss).to.be.at.least(most * (1 - 1e-9));
        expect(worst.loss).to.be.at.most(most * (1 + 1e-6));
        // At the loss of the worst, the direction of the grid that needs least sigmas needs no fewer.
        const loss = worst.loss / 2;
        const least = Math.min(...losses.filter((one) => one > 0).map((one) => (loss / one) * sigmas));
        const likeliest = likeliestMove(exposure, covariance, loss)!;
        expect(likeliest.sigmas).to.be.at.most(least * (1 + 1e-9));
        expect(likeliest.sigmas).to.be.at.least(least * (1 - 1e-6));
        expect(-dot(exposure, likeliest.returns)).to.be.closeTo(loss, loss * 1e-9);
      }),
      { numRuns: 60 },
    );
  });

  it("is on the edge of what is so plausible, with the loss that it says", function () {
    fc.assert(
      fc.property(exposures(5), covariances(5), (exposure, covariance) => {
        const worst = worstMove(exposure, covariance, 2);
        if (worst === undefined) return;
        expect(-dot(exposure, worst.returns)).to.be.closeTo(worst.loss, worst.loss * 1e-9);
        // r'Σ⁻¹r = κ² without inverting: r = Σz for z = −κd/√(d'Σd), so it is z'Σz.
        const z = exposure.map((entry) => (-2 * entry) / deviationOf(exposure, covariance));
        expect(dot(z, applied(covariance, z))).to.be.closeTo(4, 1e-9);
      }),
    );
  });

  it("is the worst corner of a box", function () {
    fc.assert(
      fc.property(
        exposures(4),
        fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 4, maxLength: 4 }),
        (exposure, percents) => {
          const most = percents.map((percent) => percent / 100);
          const corners = Array.from({ length: 16 }, (_, bits) =>
            most.map((size, k) => ((bits >> k) & 1 ? size : -size)),
          );
          const worst = Math.max(...corners.map((corner) => -dot(exposure, corner)));
          expect(worstInBox(exposure, most)?.loss ?? 0).to.be.closeTo(worst, 1e-9);
        },
      ),
    );
  });
});
