import { expect } from "chai";

import { lineThrough, usualLags } from "../../src/measures/regression.js";

describe("a line through observations", function () {
  it("and its Newey–West error are those that are worked out by hand", function () {
    // x̃ = −1.5 −0.5 0.5 1.5, e = 0.1 0.2 −0.7 0.4, x̃e = −0.15 −0.1 −0.35 0.6: Γ₀ = 0.515, Γ₁ = −0.16, Σx̃² = 5.
    const [x, y] = [[0, 1, 2, 3], [0, 1, 1, 3]]; // prettier-ignore
    const plain = lineThrough(x, y, 0)!;
    expect(plain.slope).to.be.closeTo(0.9, 1e-12);
    expect(plain.intercept).to.be.closeTo(-0.1, 1e-12);
    expect(plain.error).to.be.closeTo(Math.sqrt(0.515) / 5, 1e-12);
    expect(plain.rSquared).to.be.closeTo(1 - 0.7 / 4.75, 1e-12);
    expect(lineThrough(x, y, 1)!.error).to.be.closeTo(Math.sqrt(0.515 - 0.16) / 5, 1e-12);
  });

  it("allows for the usual lags if nobody says how many", function () {
    expect([1, 50, 100, 1_000].map(usualLags)).to.deep.equal([1, 3, 4, 6]);
    const x = Array.from({ length: 100 }, (_, k) => k);
    expect(lineThrough(x, x)!.lags).to.equal(4);
  });

  it("that fits has no error, and one through what does not move explains nothing", function () {
    expect(lineThrough([1, 2, 3], [2, 4, 6], 0)).to.deep.include({ slope: 2, error: 0, rSquared: 1, count: 3 });
    expect(lineThrough([1, 2, 3], [5, 5, 5], 0)).to.deep.include({ slope: 0, rSquared: 0 });
  });

  it("is none through too few points, or one above the other", function () {
    expect(lineThrough([1, 2], [1, 2])).to.equal(undefined);
    expect(lineThrough([4, 4, 4], [1, 2, 3])).to.equal(undefined);
    expect(lineThrough([], [])).to.equal(undefined);
  });
});
