import { expect } from "chai";

import { type SessionWeights, termStructure } from "../../src/measures/term-structure.js";
import { fraction } from "../../src/protocol/amounts/fraction.js";

const YEAR = 31_557_600n;

/** @param second the second leg's weight, per cent */
const session = (name: string, t2: bigint, second: number, change: Partial<SessionWeights> = {}): SessionWeights => ({
  session: name,
  t2,
  assets: ["0xaa", "0xbb"],
  quantities: [100n, 50n],
  weights: [fraction(BigInt(100 - second), 100n), fraction(BigInt(second), 100n)],
  ...change,
});

describe("the term structure of relative value", function () {
  it("is what a unit of the second asset will be worth in the first, by when sessions end", function () {
    const later = session("later", 2n * YEAR, 60, { quantities: [10n, 10n] });
    const { points, left } = termStructure([later, session("soon", YEAR, 50)], 0n);
    expect(left).to.deep.equal([]);
    expect(points.map((point) => point.session)).to.deep.equal(["soon", "later"]);
    expect(points[0]!.ratios[0]).to.be.closeTo(2, 1e-12); // half the basket is 50 of it, the other half 100
    expect(points[1]!.ratios[0]).to.be.closeTo(1.5, 1e-12);
    expect(points[0]!.growth).to.deep.equal([]);
    expect(points[1]!.growth[0]).to.be.closeTo(Math.log(0.75), 1e-12); // a year apart
    expect(points[1]!.toMaturity).to.equal(2n * YEAR);
  });

  it("leaves out, and says why, what is over, has no prices, or is of other assets", function () {
    const { points, left } = termStructure(
      [
        session("past", 5n, 50),
        session("silent", YEAR, 50, { weights: undefined }),
        session("worthless", YEAR, 0),
        session("first", YEAR, 40),
        session("alike", YEAR, 40, { assets: ["0xAA", "0xBB"] }),
        session("other", 2n * YEAR, 50, { assets: ["0xbb", "0xaa"] }),
      ],
      5n,
    );
    expect(points.map((point) => point.session)).to.deep.equal(["first", "alike"]);
    expect(points[1]!.growth).to.deep.equal([]); // no time lies between them
    expect(left).to.deep.equal([
      { session: "past", why: "over" },
      { session: "silent", why: "no prices" },
      { session: "worthless", why: "no prices" },
      { session: "other", why: "other assets" },
    ]);
  });
});
