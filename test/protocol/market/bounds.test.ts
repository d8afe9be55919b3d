import { expect } from "chai";
import fc from "fast-check";

import {
  type Bounds,
  branchBounds,
  clamp,
  clampInto,
  strikesWithin,
  tightenRoot,
} from "../../../src/protocol/market/bounds.js";
import papers from "../../vectors/paper-examples.json" with { type: "json" };
import { expectRuleError, FIXED, tick, whole } from "../support.js";

const between = (lower: number | bigint, upper: number | bigint): Bounds => ({
  lower: tick(lower),
  upper: tick(upper),
});

const anyBounds: fc.Arbitrary<Bounds> = fc
  .tuple(whole(-50, 50), whole(-50, 50))
  .map(([a, b]) => (a < b ? between(a, b) : between(b, a)));
const anyStrikes = anyBounds.filter(({ lower, upper }) => lower < upper);

/** The outcomes of the root that a record leaves: those at which the branch would pay within the record as clamped. */
function outcomesLeft(root: Bounds, strikes: Bounds, record: Bounds): bigint[] {
  const said = clampInto(branchBounds(root, strikes), record);
  const left: bigint[] = [];
  for (let outcome: bigint = root.lower; outcome <= root.upper; ++outcome) {
    const payoff = clamp(tick(outcome), strikes);
    if (payoff >= said.lower && payoff <= said.upper) left.push(outcome);
  }
  return left;
}

describe("bounds", () => {
  it("clamp keeps what is inside and moves the rest to the edge", () => {
    expect([-1, 0, 5, 10, 11].map((value) => clamp(tick(value), between(0, 10)))).to.deep.equal([0n, 0n, 5n, 10n, 10n]);
  });

  describe("clampInto", () => {
    it("narrows, and settles what lies beyond at the edge", () => {
      expect(clampInto(between(0, 10), between(-5, 7))).to.deep.equal(between(0, 7));
      expect(clampInto(between(0, 10), between(12, 15))).to.deep.equal(between(10, 10));
      expect(clampInto(between(0, 10), between(-3, -1))).to.deep.equal(between(0, 0));
    });

    it("refuses a range upside down", () => {
      expectRuleError(() => clampInto(between(0, 10), between(5, 4)), "ROOT_INVALID", {
        reason: "lower above upper",
        lower: 5n,
        upper: 4n,
      });
    });
  });

  describe("strikesWithin", () => {
    it("keeps a branch within its parent", () => {
      expect(strikesWithin(between(0, 10), between(-2, 4))).to.deep.equal(between(0, 4));
    });

    it("refuses strikes that coincide", () => {
      expectRuleError(() => strikesWithin(between(0, 10), between(11, 12)), "ROOT_INVALID", {
        reason: "strikes coincide",
        lower: 10n,
        upper: 10n,
      });
    });
  });

  describe("tightenRoot", () => {
    const root = between(0, 10);
    const strikes = between(2, 8);

    it("learns from a branch what the branch can know", () => {
      expect(tightenRoot(root, strikes, between(3, 8))).to.deep.equal(between(3, 10));
      expect(tightenRoot(root, strikes, between(2, 5))).to.deep.equal(between(0, 5));
      expect(tightenRoot(root, strikes, between(4, 4))).to.deep.equal(between(4, 4));
    });

    it("learns nothing from a record as wide as the strikes, or wider", () => {
      expect(tightenRoot(root, strikes, between(2, 8))).to.deep.equal(root);
      expect(tightenRoot(root, strikes, between(-9, 99))).to.deep.equal(root);
    });

    it("a branch that settles at a strike bounds the root on one side", () => {
      expect(tightenRoot(root, strikes, between(0, 0))).to.deep.equal(between(0, 2));
      expect(tightenRoot(root, strikes, between(8, 8))).to.deep.equal(between(8, 10));
    });

    it("any record leaves exactly the outcomes that agree with it: never none, never more than before", () => {
      fc.assert(
        fc.property(anyBounds, anyStrikes, anyBounds, (before, branch, record) => {
          const after = tightenRoot(before, branch, record);
          const left = outcomesLeft(before, branch, record);
          expect(left).not.to.be.empty;
          expect([after.lower, after.upper]).to.deep.equal([left[0], left.at(-1)]);
          expect(BigInt(left.length)).to.equal(after.upper - after.lower + 1n);
          expect(branchBounds(after, branch)).to.deep.equal(clampInto(branchBounds(before, branch), record));
        }),
        FIXED,
      );
    });
  });

  describe("the papers' telescoping", () => {
    for (const { source, branchIds, mins, maxs, boundsOf, lower, upper } of papers.telescoping) {
      it(source, () => {
        const strikes = new Map<string, Bounds>();
        let root: Bounds | undefined;
        let parent: Bounds | undefined; // the previous branch, as in the papers
        branchIds.forEach((branchId, index) => {
          const record = between(BigInt(mins[index]!), BigInt(maxs[index]!));
          const known = strikes.get(branchId);
          if (root !== undefined && known !== undefined) {
            root = tightenRoot(root, known, record);
            return;
          }
          parent = parent === undefined ? record : strikesWithin(parent, record);
          root ??= record;
          strikes.set(branchId, parent);
        });
        boundsOf.forEach((branchId, index) => {
          expect(branchBounds(root!, strikes.get(branchId)!)).to.deep.equal(
            between(BigInt(lower[index]!), BigInt(upper[index]!)),
          );
        });
      });
    }
  });
});
