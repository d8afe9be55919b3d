import { expect } from "chai";

import { balancedDraws, normalMidpoints, normalQuantile } from "../../../lab/laboratory/draws.js";
import { createRandom } from "../../../stage/rng.js";

describe("draws of a study", function () {
  it("come from the normal distribution's quantiles", function () {
    for (const [p, z] of [
      [0.5, 0],
      [0.975, 1.959963984540054],
      [0.8413447460685429, 1],
      [0.0013498980316300933, -3],
      [1e-9, -5.99780701500769],
    ] as const) {
      // prettier-ignore
      expect(normalQuantile(p), String(p)).to.be.closeTo(z, 1e-7);
    }
    expect(normalQuantile(0.3)).to.be.closeTo(-0.524400512708041, 1e-13);
  });

  it("on a grid have mean 0 and mean square 1", function () {
    for (const count of [2, 7, 70]) {
      const middles = normalMidpoints(count);
      expect(middles).to.have.length(count);
      expect(middles.reduce((sum, q) => sum + q, 0)).to.be.closeTo(0, 1e-9);
      expect(middles.reduce((sum, q) => sum + q * q, 0) / count).to.be.closeTo(1, 1e-12);
    }
  });

  it("that are balanced have no correlation, and are the same for the same seed", function () {
    const draws = balancedDraws(5, 9, createRandom(1n, "test"));
    expect(draws).to.have.length(18);
    for (let a = 0; a < 5; a += 1) {
      expect(draws.reduce((sum, draw) => sum + draw[a]!, 0)).to.be.closeTo(0, 1e-12);
      for (let b = 0; b <= a; b += 1) {
        const product = draws.reduce((sum, draw) => sum + draw[a]! * draw[b]!, 0) / 18;
        expect(product, `${a}, ${b}`).to.be.closeTo(a === b ? 1 : 0, 1e-12);
      }
    }
    expect(balancedDraws(5, 9, createRandom(1n, "test"))).to.deep.equal(draws);
    expect(balancedDraws(5, 9, createRandom(2n, "test"))).to.not.deep.equal(draws);
  });

  it("cannot be balanced where they are too few", function () {
    expect(() => balancedDraws(5, 5, createRandom(1n, "test"))).to.throw(RangeError, "5 draws of 5 numbers");
  });
});
