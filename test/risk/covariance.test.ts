import { expect } from "chai";
import fc from "fast-check";

import {
  correlationsOf,
  covariancesOf,
  fromCorrelations,
  requireCovariance,
  sampleCovariance,
  volatilitiesOf,
} from "../../src/risk/covariance.js";
import { eigenOf, squareRootOf } from "../../src/risk/eigen.js";
import { applied } from "../../src/risk/vectors.js";
import { covariances, expectRiskError } from "./support.js";

describe("covariancesOf", function () {
  it("is volatility times volatility times correlation", function () {
    const found = covariancesOf([0.2, 0.15, 0], [{ pair: [0, 1], value: 0.5 }]);
    expect(found.map((row) => row.map((entry) => entry.toFixed(6)))).to.deep.equal([
      ["0.040000", "0.015000", "0.000000"],
      ["0.015000", "0.022500", "0.000000"],
      ["0.000000", "0.000000", "0.000000"],
    ]);
  });

  it("refuses what is no volatility", function () {
    for (const volatility of [-0.1, NaN, Infinity]) {
      expectRiskError(() => covariancesOf([0.2, volatility], []), "VOLATILITY_INVALID", { asset: 2, volatility });
    }
  });

  it("refuses correlations beyond one, of an asset with itself, and of assets that are not there", function () {
    for (const value of [1.01, -1.01, NaN]) {
      expectRiskError(() => covariancesOf([0.2, 0.1], [{ pair: [0, 1], value }]), "CORRELATION_INVALID", {
        correlation: value,
      });
    }
    expectRiskError(() => covariancesOf([0.2, 0.1], [{ pair: [1, 1], value: 0 }]), "CORRELATION_INVALID", {
      pair: "2/2",
    });
    expectRiskError(() => covariancesOf([0.2, 0.1], [{ pair: [0, 2], value: 0 }]), "CORRELATION_INVALID", {
      pair: "1/3",
    });
  });

  it("refuses correlations that contradict each other", function () {
    const contradictory = [
      { pair: [0, 1], value: 0.9 },
      { pair: [1, 2], value: 0.9 },
      { pair: [0, 2], value: -0.9 },
    ] as const;
    expectRiskError(() => covariancesOf([1, 1, 1], contradictory), "COVARIANCE_NEGATIVE", { what: "correlations" });
  });

  it("takes correlations of exactly one and minus one", function () {
    for (const value of [1, -1]) expect(covariancesOf([1, 1], [{ pair: [0, 1], value }])[0]![1]).to.equal(value);
  });
});

describe("requireCovariance", function () {
  it("refuses other shapes and what is no number", function () {
    for (const matrix of [
      [],
      [[1]],
      [[1, 0], [0]],
      [
        [1, 0],
        [0, NaN],
      ],
      [
        [1, 0, 0],
        [0, 1, 0],
      ],
    ]) {
      expectRiskError(() => requireCovariance(matrix, 2), "COVARIANCE_SHAPE", { assets: 2 });
    }
  });

  it("refuses what is not the same both ways", function () {
    expectRiskError(() => requireCovariance([[1, 0.5], [0.4, 1]], 2), "COVARIANCE_ASYMMETRIC", { pair: "1/2", one: 0.5, other: 0.4 }); // prettier-ignore
  });

  it("refuses a direction with a variance below zero", function () {
    expectRiskError(() => requireCovariance([[1, 2], [2, 1]], 2), "COVARIANCE_NEGATIVE"); // prettier-ignore
    expectRiskError(() => requireCovariance([[-1, 0], [0, 1]], 2), "COVARIANCE_NEGATIVE"); // prettier-ignore
  });

  it("takes whatever is of the form AA', and the matrix of nothing", function () {
    fc.assert(fc.property(covariances(6), (matrix) => requireCovariance(matrix, 6) === matrix));
    expect(requireCovariance([[0, 0], [0, 0]], 2)).to.have.length(2); // prettier-ignore
    expect(requireCovariance([], 0)).to.deep.equal([]);
  });
});

describe("volatilities and correlations", function () {
  it("make the covariance again", function () {
    fc.assert(
      fc.property(covariances(5), (matrix) => {
        const again = fromCorrelations(volatilitiesOf(matrix), correlationsOf(matrix));
        again.forEach((row, i) => {
          row.forEach((entry, j) => {
            expect(entry).to.be.closeTo(matrix[i]![j]!, 1e-12);
          });
        });
      }),
    );
  });

  it("of what does not move are nothing", function () {
    expect(correlationsOf([[0, 0], [0, 4]])).to.deep.equal([[1, 0], [0, 1]]); // prettier-ignore
  });
});

describe("sampleCovariance", function () {
  it("takes the means off, and has n - 1 below", function () {
    // 1, 2, 3 and 2, 4, 9: means 2 and 5; squares 2 and 26, product 7
    expect(sampleCovariance([[1, 2], [2, 4], [3, 9]])).to.deep.equal([[1, 3.5], [3.5, 13]]); // prettier-ignore
  });

  it("refuses fewer than two observations", function () {
    expectRiskError(() => sampleCovariance([]), "OBSERVATIONS_TOO_FEW", { observations: 0, least: 2 });
    expectRiskError(() => sampleCovariance([[1, 2]]), "OBSERVATIONS_TOO_FEW", { observations: 1, least: 2 });
  });
});

describe("eigenOf", function () {
  it("gives vectors of length 1 that the matrix only stretches, by rising value", function () {
    fc.assert(
      fc.property(covariances(4), (matrix) => {
        const found = eigenOf(matrix);
        expect(found).to.have.length(4);
        for (const { value, vector } of found) {
          expect(Math.hypot(...vector)).to.be.closeTo(1, 1e-9);
          applied(matrix, vector).forEach((entry, k) => {
            expect(entry).to.be.closeTo(value * vector[k]!, 1e-9);
          });
        }
        const values = found.map(({ value }) => value);
        expect(values).to.deep.equal([...values].sort((a, b) => a - b));
      }),
    );
  });

  it("gives a root whose square is the matrix", function () {
    fc.assert(
      fc.property(covariances(4), (matrix) => {
        const root = squareRootOf(matrix);
        root.forEach((row, i) => {
          applied(root, row).forEach((entry, j) => {
            expect(entry).to.be.closeTo(matrix[i]![j]!, 1e-9);
          });
        });
      }),
    );
  });
});
