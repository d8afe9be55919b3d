import { expect } from "chai";
import fc from "fast-check";

import { equals, type Fraction, fraction } from "../../../src/protocol/amounts/fraction.js";
import { concentrationOf, crowdingOf, LIKENESS_SCALE } from "../../../src/protocol/value/concentration.js";
import { expectRuleError } from "../support.js";

const ONE = LIKENESS_SCALE;
const isTruly = (found: Fraction, numerator: bigint, denominator: bigint): void => {
  expect(equals(found, fraction(numerator, denominator)), `${found.numerator}/${found.denominator}`).to.equal(true);
};

describe("concentrationOf", () => {
  it("is the sum of squared shares: of a half, three tenths and a fifth 0.38, the largest a half", () => {
    const found = concentrationOf([30n, 50n, 0n, 20n]);
    isTruly(found.herfindahl, 38n, 100n);
    isTruly(found.largest, 1n, 2n);
    expect([found.total, found.holders, found.largestAt]).to.deep.equal([100n, 3, 1]);
  });

  it("is 1 if one has all, and 1/n if n have the same", () => {
    isTruly(concentrationOf([0n, 7n]).herfindahl, 1n, 1n);
    isTruly(concentrationOf(Array<bigint>(9).fill(3n)).herfindahl, 1n, 9n);
  });

  it("is 0 of nothing, and of nobody", () => {
    for (const amounts of [[], [0n, 0n]]) {
      const { herfindahl, largest, holders, largestAt } = concentrationOf(amounts);
      expect([herfindahl.numerator, largest.numerator, holders, largestAt]).to.deep.equal([0n, 0n, 0, undefined]);
    }
  });

  it("refuses what nobody can have", () => {
    expect(() => concentrationOf([1n, -1n])).to.throw(RangeError, "a holder has -1");
  });

  it("lies between 1/holders and the largest share, whoever they are", () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt(0n, 2n ** 96n), { minLength: 1, maxLength: 30 }), (amounts) => {
        const { total, holders, herfindahl, largest } = concentrationOf(amounts);
        if (total === 0n) return;
        expect(herfindahl.numerator * BigInt(holders) >= herfindahl.denominator).to.equal(true);
        expect(herfindahl.numerator * largest.denominator <= largest.numerator * herfindahl.denominator).to.equal(true);
      }),
    );
  });
});

describe("crowdingOf", () => {
  it("is 1 if all lean the same way, whatever their sizes", () => {
    const found = crowdingOf([
      [10n, 0n],
      [5n, 3n],
      [10n ** 30n, 1n],
    ]);
    expect(found).to.deep.equal({ views: 3, likeness: ONE });
  });

  it("is -1 of two that lean against each other", () => {
    expect(
      crowdingOf([
        [10n, 0n],
        [0n, 1n],
      ]),
    ).to.deep.equal({ views: 2, likeness: -ONE });
  });

  it("is 0.6 of nine small ones against a large one: 36 pairs alike, 9 opposed", () => {
    const claims = [...Array.from({ length: 9 }, () => [2n, 1n]), [1n, 10n]];
    expect(crowdingOf(claims)).to.deep.equal({ views: 10, likeness: (6n * ONE) / 10n });
  });

  it("is 1/2 less of three assets if two have one leg each: cos 120 degrees", () => {
    const { likeness } = crowdingOf([
      [1n, 0n, 0n],
      [0n, 1n, 0n],
    ]);
    expect(likeness).to.equal(-ONE / 2n);
  });

  it("leaves out who has the same of all assets, and is nothing with fewer than two views", () => {
    expect(
      crowdingOf([
        [5n, 5n],
        [1n, 0n],
        [0n, 0n],
      ]),
    ).to.deep.equal({ views: 1, likeness: undefined });
    expect(crowdingOf([])).to.deep.equal({ views: 0, likeness: undefined });
    expect(crowdingOf([[5n]])).to.deep.equal({ views: 0, likeness: undefined });
  });

  it("refuses claims on other numbers of assets", () => {
    expectRuleError(() => crowdingOf([[1n, 2n], [1n]]), "SHAPE_MISMATCH", { what: "claims", actual: 1, expected: 2 });
  });

  it("is the mean of the cosines of all pairs, computed pair by pair", () => {
    const claim = fc.bigInt(0n, 10n ** 24n);
    const book = fc
      .integer({ min: 2, max: 6 })
      .chain((assets) =>
        fc.array(fc.array(claim, { minLength: assets, maxLength: assets }), { minLength: 2, maxLength: 12 }),
      );
    fc.assert(
      fc.property(book, (claims) => {
        const tilts = claims
          .map((own) => own.map(Number))
          .map((own) => own.map((entry) => entry - own.reduce((a, b) => a + b, 0) / own.length))
          .filter((own) => own.some((entry) => Math.abs(entry) > 1e-3));
        const { views, likeness } = crowdingOf(claims);
        if (views !== tilts.length || likeness === undefined) return; // a tilt below what doubles can tell
        const length = (own: number[]): number => Math.hypot(...own);
        let sum = 0;
        tilts.forEach((a, i) => {
          for (const b of tilts.slice(i + 1)) {
            sum += a.reduce((all, entry, k) => all + entry * (b[k] ?? 0), 0) / length(a) / length(b);
          }
        });
        expect(Math.abs(Number(likeness) / 1e18 - sum / ((views * (views - 1)) / 2))).to.be.below(1e-6);
      }),
    );
  });
});
