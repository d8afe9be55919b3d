import { expect } from "chai";

import { equals, fraction } from "../../src/protocol/amounts/fraction.js";
import { LIKENESS_SCALE } from "../../src/protocol/value/concentration.js";
import { assetCrowding, overlapOf } from "../../src/risk/crowding.js";

describe("assetCrowding", function () {
  it("of a half, three tenths and a fifth is 0.38: as 2.63 equal holders", function () {
    const [first, second] = assetCrowding([
      [fraction(5n, 1n), fraction(1n, 3n)],
      [fraction(9n, 3n), fraction(0n)],
      [fraction(2n), fraction(1n, 6n)],
    ]);
    expect(equals(first!.herfindahl, fraction(38n, 100n))).to.equal(true);
    expect(equals(first!.effective!, fraction(100n, 38n))).to.equal(true);
    expect(equals(first!.topThree, fraction(1n))).to.equal(true);
    expect([first!.holders, first!.largestAt]).to.deep.equal([3, 0]);
    expect(equals(second!.herfindahl, fraction(5n, 9n))).to.equal(true); // ⅔ and ⅓
    expect(equals(second!.largest, fraction(2n, 3n))).to.equal(true);
  });

  it("takes the three largest of many", function () {
    const [found] = assetCrowding([4n, 1n, 3n, 1n, 5n, 6n].map((amount) => [fraction(amount, 2n)]));
    expect(equals(found!.topThree, fraction(15n, 20n))).to.equal(true);
  });

  it("of an asset that nobody has is nothing, and of nobody at all has no assets", function () {
    const [found] = assetCrowding([[fraction(0n)]]);
    expect([found!.effective, found!.largestAt, found!.topThree.numerator]).to.deep.equal([undefined, undefined, 0n]);
    expect(assetCrowding([])).to.deep.equal([]);
  });

  it("of a single holder is 1", function () {
    const [found] = assetCrowding([[fraction(3n, 7n)]]);
    expect([found!.herfindahl, found!.effective, found!.topThree].every((one) => equals(one!, fraction(1n)))).to.equal(
      true,
    );
  });

  it("refuses what nobody can have", function () {
    expect(() => assetCrowding([[fraction(-1n)]])).to.throw(RangeError);
  });
});

describe("overlapOf", function () {
  const to = (...entries: readonly number[]): ReturnType<typeof fraction>[] =>
    entries.map((one) => fraction(BigInt(one), 3n));

  it("is 1 of all alike, -1 of two opposites, 0 of what has nothing in common", function () {
    expect(overlapOf([to(2, -1), to(4, -2)]).likeness).to.equal(LIKENESS_SCALE);
    expect(overlapOf([to(2, -1), to(-4, 2)]).likeness).to.equal(-LIKENESS_SCALE);
    expect(overlapOf([to(1, 0), to(0, 5)]).likeness).to.equal(0n);
  });

  it("takes vectors as they are: all long of everything is alike, though no tilt of a basket", function () {
    expect(overlapOf([to(1, 1), to(3, 3)])).to.deep.equal({ views: 2, likeness: LIKENESS_SCALE });
  });

  it("leaves out who has nothing at stake, and says nothing of fewer than two", function () {
    expect(overlapOf([to(1, -1), to(0, 0)])).to.deep.equal({ views: 1, likeness: undefined });
    expect(overlapOf([])).to.deep.equal({ views: 0, likeness: undefined });
  });
});
