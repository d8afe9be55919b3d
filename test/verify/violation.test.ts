import { expect } from "chai";
import fc from "fast-check";

import { requireSame, Violation } from "../../src/verify/violation.js";
import { FIXED } from "../protocol/support.js";
import { expectViolation } from "./support/expect.js";

describe("Violation", function () {
  it("keeps rule, sentence and values", function () {
    const violation = new Violation("R12", "Too good.", { expected: { atMost: 5n }, actual: { slack: 6n } });
    expect(violation).to.be.instanceOf(Error);
    const { rule, message, expected, actual } = violation;
    expect({ rule, message, expected, actual }).to.deep.equal({
      rule: "R12",
      message: "Too good.",
      expected: { atMost: 5n },
      actual: { slack: 6n },
    });
  });

  it("need not have values", function () {
    const { expected, actual } = new Violation("log", "None.");
    expect([expected, actual]).to.deep.equal([undefined, undefined]);
  });
});

describe("requireSame", function () {
  const why = "They must be the same.";

  it("says nothing where all that is expected is there", function () {
    requireSame("R1", why, { a: 1n, b: "x" }, { a: 1n, b: "x" });
  });

  it("passes over what nothing was expected of", function () {
    requireSame("R1", why, { a: 1n, b: "anything" }, { a: 1n });
    requireSame("R1", why, { a: 1n }, {});
  });

  it("names just what differs, on both sides", function () {
    const values = { expected: { b: 2n, d: "y" }, actual: { b: 3n, d: "x" } };
    expectViolation(
      () => {
        requireSame("R9", why, { a: 1n, b: 3n, d: "x", e: 7n }, { a: 1n, b: 2n, d: "y" });
      },
      { rule: "R9", why, ...values },
    );
  });

  it("takes what is missing for another value", function () {
    expectViolation(
      () => {
        requireSame("log", why, {}, { a: 1n });
      },
      { rule: "log", expected: { a: 1n }, actual: { a: undefined } },
    );
  });

  it("does not take a number for the bigint, nor text for either", function () {
    for (const other of [1, "1", true]) {
      expectViolation(
        () => {
          requireSame("log", why, { a: other }, { a: 1n });
        },
        { rule: "log", expected: { a: 1n }, actual: { a: other } },
      );
    }
  });

  it("throws if and only if some value differs", function () {
    const values = fc.dictionary(fc.constantFrom("a", "b", "c", "d"), fc.bigInt({ min: 0n, max: 2n }));
    fc.assert(
      fc.property(values, values, (actual, expected) => {
        const differing = Object.keys(expected).filter((name) => actual[name] !== expected[name]);
        try {
          requireSame("R1", why, actual, expected);
          expect(differing).to.deep.equal([]);
        } catch (error) {
          if (!(error instanceof Violation)) throw error;
          expect(Object.keys(error.expected ?? {})).to.deep.equal(differing);
          expect(Object.keys(error.actual ?? {})).to.deep.equal(differing);
        }
      }),
      FIXED,
    );
  });
});
