import { expect } from "chai";

import { gridRail, kept, keyedTo, pointsRail } from "../../../app/ui/rail.js";

describe("a rail of points", function () {
  const rail = pointsRail([-50n, 0n, 100n, 120n]);

  it("stops at the nearest, of two as near at the lower", function () {
    expect([-999, -30, -25, 49, 51, 111, 999].map(rail.snap)).to.deep.equal([-50n, -50n, -50n, 0n, 100n, 120n, 120n]);
  });

  it("goes from one to the next, and never beyond the ends", function () {
    expect([rail.step(0n, 1), rail.step(0n, -1), rail.step(100n, 5), rail.step(0n, -5)]).to.deep.equal([
      100n,
      -50n,
      120n,
      -50n,
    ]);
    expect(rail.step(96n, 1), "from between two: from the nearest").to.equal(120n);
  });

  it("is none without a point", function () {
    expect(() => pointsRail([])).to.throw(RangeError);
    expect(pointsRail([7n]).step(7n, 1)).to.equal(7n);
  });
});

describe("a rail of a grid", function () {
  const rail = gridRail(5n, 32n, 10n);

  it("stops at every stride from its low end on, and at its high end", function () {
    expect([-1, 5, 9, 10, 11, 26, 30, 99, NaN].map(rail.snap)).to.deep.equal([5n, 5n, 5n, 5n, 15n, 25n, 32n, 32n, 5n]);
  });

  it("goes by strides; from between two to the next", function () {
    expect([
      rail.step(5n, 1),
      rail.step(25n, 1),
      rail.step(32n, -1),
      rail.step(32n, -2),
      rail.step(7n, 1),
    ]).to.deep.equal([15n, 32n, 25n, 15n, 15n]);
    expect([rail.step(7n, -1), rail.step(-3n, 1), rail.step(15n, -9)]).to.deep.equal([5n, 15n, 5n]);
  });

  it("is none that falls or stands still", function () {
    expect(() => gridRail(2n, 1n, 1n)).to.throw(RangeError);
    expect(() => gridRail(1n, 2n, 0n)).to.throw(RangeError);
  });
});

describe("what is moved on a rail", function () {
  it("stays between its neighbours", function () {
    expect(kept(5n, {})).to.equal(5n);
    expect([kept(5n, { above: 4n, below: 6n }), kept(4n, { above: 4n }), kept(6n, { below: 6n })]).to.deep.equal([
      5n,
      undefined,
      undefined,
    ]);
  });

  it("goes by keys as any slider does", function () {
    const rail = pointsRail([0n, 1n, 2n, 3n, 4n, 5n, 6n]);
    const keys = ["ArrowRight", "ArrowUp", "ArrowLeft", "ArrowDown", "PageUp", "PageDown", "Home", "End", "a"];
    expect(keys.map((key) => keyedTo(rail, 3n, key))).to.deep.equal([4n, 4n, 2n, 2n, 6n, 0n, 0n, 6n, undefined]);
  });
});
