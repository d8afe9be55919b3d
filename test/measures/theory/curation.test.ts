import { expect } from "chai";

import { curatedAuction } from "../../../src/measures/theory/curation.js";
import { kyleAuction } from "../../../src/measures/theory/kyle.js";

const COUNTS = [1, 2, 5, 10, 20, 50];
const TABLE = [
  [0.1, 0.05, 0.0952, 0.2083, 0.3448, 0.5128, 0.7246],
  [0.5, 0.25, 0.4, 0.625, 0.7692, 0.8696, 0.9434],
  [1, 0.5, 0.6667, 0.8333, 0.9091, 0.9524, 0.9804],
] as const;

describe("an auction with several who know", function () {
  it("tells what the table says, whatever the noise", function () {
    for (const [precision, ...row] of TABLE) {
      COUNTS.forEach((traders, k) => {
        for (const noise of [1, 1_000]) {
          const { information } = curatedAuction(traders, precision, 400, noise);
          expect(information, `${traders}, ${precision}`).to.be.closeTo(row[k]!, 5.1e-5);
        }
      });
    }
  });

  it("is Kyle's with one who knows it all", function () {
    const [{ lambda, beta, insidersProfit }, kyle] = [curatedAuction(1, 1, 400, 1_000), kyleAuction(400, 1_000)];
    expect([lambda, beta, insidersProfit]).to.deep.equal([kyle.lambda, kyle.beta, kyle.insiderProfit]);
  });

  it("is one from which nobody wants to leave, and in which the maker breaks even", function () {
    for (const [traders, precision] of [
      [1, 0.3],
      [4, 0.5],
      [10, 0.1],
      [7, 1],
    ] as const) {
      // prettier-ignore
      const { lambda, beta } = curatedAuction(traders, precision, 1, 1);
      const signal = 1 / precision; // variance of v + e
      // Expected gain of β'·s: β'·(1 − λ(k − 1)β) − λβ'²·Var(s), as cov(s, v) = cov(s_i, s_j) = 1.
      const gain = (own: number): number => own * (1 - lambda * (traders - 1) * beta) - lambda * own ** 2 * signal;
      expect(gain(beta) > gain(beta * 1.1) && gain(beta) > gain(beta * 0.9)).to.equal(true);
      const covariance = traders * beta;
      const variance = beta ** 2 * (traders * signal + traders * (traders - 1)) + 1;
      expect(lambda).to.be.closeTo(covariance / variance, 1e-12);
    }
  });
});
