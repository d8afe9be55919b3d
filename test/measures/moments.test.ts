import { expect } from "chai";
import fc from "fast-check";

import { covarianceOf, meanOf, rSquaredOf, slopeOf, varianceOf } from "../../src/measures/moments.js";

describe("moments", function () {
  it("are those that are worked out by hand", function () {
    const [x, y] = [[1, 2, 3, 6], [2, 1, 5, 8]]; // prettier-ignore
    expect(meanOf(x)).to.equal(3);
    expect(varianceOf(x)).to.equal(3.5); // (4 + 1 + 0 + 9) / 4
    expect(covarianceOf(x, y)).to.equal(4.75); // (−2 · −2 + −1 · −3 + 0 · 1 + 3 · 4) / 4
    expect(slopeOf(x, y)).to.be.closeTo(4.75 / 3.5, 1e-15);
    expect(rSquaredOf(x, y)).to.be.closeTo(4.75 ** 2 / (3.5 * 7.5), 1e-15);
  });

  it("of a line are the line", function () {
    const anyLine = fc.tuple(fc.integer({ min: -50, max: 50 }), fc.integer({ min: 1, max: 50 }));
    fc.assert(
      fc.property(anyLine, fc.uniqueArray(fc.integer({ min: -99, max: 99 }), { minLength: 2 }), ([a, b], x) => {
        const y = x.map((value) => a + b * value);
        expect(slopeOf(x, y)).to.be.closeTo(b, 1e-9);
        expect(rSquaredOf(x, y)).to.be.closeTo(1, 1e-9);
      }),
    );
  });

  it("are no numbers where there is nothing to say", function () {
    expect(meanOf([])).to.be.NaN;
    expect(slopeOf([1, 1], [2, 3])).to.be.NaN;
    expect(rSquaredOf([1, 2], [5, 5])).to.be.NaN;
  });
});
