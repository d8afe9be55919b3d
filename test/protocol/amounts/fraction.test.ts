import { expect } from "chai";
import fc from "fast-check";

import {
  add,
  compare,
  equals,
  floor,
  fraction,
  negate,
  reduced,
  sum,
  times,
} from "../../../src/protocol/amounts/fraction.js";
import { expectRuleError, FIXED, whole } from "../support.js";

const anyFraction = fc
  .tuple(whole(-999, 999), whole(-99, 99))
  .filter(([, denominator]) => denominator !== 0n)
  .map(([numerator, denominator]) => fraction(numerator, denominator));

describe("fraction", () => {
  it("keeps numerator and denominator as given, the sign above", () => {
    expect(fraction(4n, 6n)).to.deep.equal({ numerator: 4n, denominator: 6n });
    expect(fraction(4n, -6n)).to.deep.equal({ numerator: -4n, denominator: 6n });
    expect(fraction(4n)).to.deep.equal({ numerator: 4n, denominator: 1n });
  });

  it("of zero is undefined", () => {
    expectRuleError(() => fraction(1n, 0n), "FRACTION_UNDEFINED", { numerator: 1n });
  });

  it("adds, keeping a common denominator", () => {
    expect(add(fraction(1n, 6n), fraction(2n, 6n))).to.deep.equal({ numerator: 3n, denominator: 6n });
    expect(add(fraction(1n, 2n), fraction(1n, 3n))).to.deep.equal({ numerator: 5n, denominator: 6n });
    expect(sum([])).to.deep.equal({ numerator: 0n, denominator: 1n });
    expect(sum([1n, 2n, 3n].map((each) => fraction(each, 7n)))).to.deep.equal({ numerator: 6n, denominator: 7n });
  });

  it("compares by value", () => {
    expect(compare(fraction(1n, 3n), fraction(1n, 2n))).to.equal(-1);
    expect(compare(fraction(-1n, 3n), fraction(-1n, 2n))).to.equal(1);
    expect(equals(fraction(2n, 4n), fraction(1n, 2n))).to.be.true;
  });

  it("reduces to lowest terms", () => {
    expect(reduced(fraction(-12n, 18n))).to.deep.equal({ numerator: -2n, denominator: 3n });
    expect(reduced(fraction(0n, 18n))).to.deep.equal({ numerator: 0n, denominator: 1n });
  });

  it("rounds down, below zero too", () => {
    expect([7n, -7n, 6n, -6n, 0n].map((each) => floor(fraction(each, 3n)))).to.deep.equal([2n, -3n, 2n, -2n, 0n]);
  });

  it("keeps the laws of numbers", () => {
    fc.assert(
      fc.property(anyFraction, anyFraction, whole(-20, 20), (a, b, factor) => {
        expect(equals(add(a, b), add(b, a))).to.be.true;
        expect(equals(add(add(a, b), negate(b)), a)).to.be.true;
        expect(equals(times(add(a, b), factor), add(times(a, factor), times(b, factor)))).to.be.true;
        expect(equals(reduced(a), a)).to.be.true;
        const whole = floor(a);
        expect(compare(fraction(whole), a)).not.to.equal(1);
        expect(compare(fraction(whole + 1n), a)).to.equal(1);
      }),
      FIXED,
    );
  });
});
