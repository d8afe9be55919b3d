import { expect } from "chai";
import fc from "fast-check";

import { clamp } from "../../../src/protocol/market/bounds.js";
import { type Ladder, ladderOf, openLadder, type Rung, stack } from "../../../src/protocol/value/strips.js";
import { anyBounds, between, everyOutcome, intervalOf, intervalTable } from "../markets.js";
import { callSpread } from "../../../src/protocol/value/composition.js";
import { expectRuleError, FIXED, lot, tick, total, whole } from "../support.js";

const named = (rungs: readonly Rung[]): string =>
  rungs.map(({ direction, marketBranchId }) => `${direction > 0n ? "+" : "-"}${marketBranchId}`).join(" ");

/** Root [0, 50] with the strips [10, 20], [20, 30], [30, 50] and the wide [10, 50]: branches 2 to 5. */
const RAIN = ladderOf(
  intervalOf(intervalTable(between(0, 50), [between(10, 20), between(20, 30), between(30, 50), between(10, 50)])),
);
const stacked = (lower: number, upper: number, ladder: Ladder = RAIN): string =>
  named(stack(ladder, between(lower, upper)));

describe("ladder", () => {
  it("has the root's first bounds and all its branches, or those that are named, in that order", () => {
    expect(RAIN.span).to.deep.equal(between(0, 50));
    expect(RAIN.branches.map(({ marketBranchId }) => marketBranchId)).to.deep.equal([1, 2, 3, 4, 5]);
    const root = intervalOf(intervalTable(between(0, 50), [between(10, 20), between(20, 30)]));
    expect(ladderOf(root, [3, 2, 9]).branches).to.deep.equal([
      { marketBranchId: 3, strikes: between(20, 30) },
      { marketBranchId: 2, strikes: between(10, 20) },
    ]);
  });

  describe("a span", () => {
    it("that one branch has is that branch", () => {
      expect([stacked(0, 50), stacked(20, 30), stacked(10, 50)]).to.deep.equal(["+1", "+3", "+5"]);
    });
    it("without a branch of its own is stacked from strips", () => {
      expect(stacked(10, 30)).to.equal("+2 +3");
      expect(stacked(20, 50)).to.equal("+3 +4");
    });
    it("may be a wide branch less strips", () => {
      expect(stacked(0, 10)).to.equal("+1 -5");
      expect(stacked(0, 30)).to.equal("+1 -4");
    });
    it("of nothing needs nothing", () => {
      expect(stacked(7, 7)).to.equal("");
    });
    it("is stacked from the named branches alone, the first in the list before others as good", () => {
      const only = (...ids: number[]): Ladder => ({ ...RAIN, branches: ids.map((id) => RAIN.branches[id - 1]!) });
      expect(stacked(10, 50, only(2, 3, 4))).to.equal("+2 +3 +4");
      const twins = ladderOf(intervalOf(intervalTable(between(0, 9), [between(2, 5), between(2, 5)])), [3, 2, 1]);
      expect(stacked(2, 5, twins)).to.equal("+3");
    });
  });

  describe("without the strikes", () => {
    const missing = (lower: number, upper: number, spans: string, ladder = RAIN): void => {
      const values = { lower: BigInt(lower), upper: BigInt(upper), missing: spans };
      expectRuleError(() => stack(ladder, between(lower, upper)), "STRIKES_MISSING", values);
    };
    it("names each span that a branch would have to be made for", () => {
      missing(10, 25, "20 to 25");
      missing(15, 30, "15 to 20");
      missing(12, 18, "12 to 18");
      missing(5, 35, "5 to 10, 30 to 35");
    });
    it("so too where the strikes are there and nothing joins them", () => {
      const gap = ladderOf(intervalOf(intervalTable(between(0, 50), [between(0, 10), between(20, 30)])), [2, 3]);
      missing(0, 30, "10 to 20", gap);
    });
    it("branches over the missing spans are enough", () => {
      const root = intervalTable(between(0, 50), [between(10, 20), between(20, 30), between(30, 50), between(10, 50)]);
      expect(intervalOf(root).strikes).to.have.lengthOf(5);
      const more = intervalTable(between(0, 50), [
        ...intervalOf(root).strikes.slice(1),
        between(5, 10),
        between(30, 35),
      ]);
      expect(stacked(5, 35, ladderOf(intervalOf(more)))).to.equal("+6 +2 +3 +7");
    });
  });

  it("a stack gains what its span gains at every whole outcome, with no more branches than any other", () => {
    const anyRoot = fc.array(
      anyBounds(0, 8).filter(({ lower, upper }) => lower < upper),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(anyRoot, anyBounds(0, 8), (strikes, span) => {
        const ladder = ladderOf(intervalOf(intervalTable(between(0, 8), strikes)));
        let rungs: readonly Rung[];
        try {
          rungs = stack(ladder, span);
        } catch {
          expect(reach(ladder, span.lower)).not.to.include(span.upper);
          return;
        }
        for (const y of everyOutcome(between(0, 8))) {
          const gains = rungs.map(({ direction, strikes: s }) => direction * (clamp(tick(y), s) - s.lower));
          expect(total(gains)).to.equal(clamp(tick(y), span) - span.lower);
        }
        expect(rungs.length).to.equal(reach(ladder, span.lower).get(span.upper));
      }),
      FIXED,
    );
  });
});

/** The judge: how few branches lead from a strike to each other one, by asking again and again until nothing changes. */
function reach({ branches }: Ladder, from: bigint): Map<bigint, number> {
  const steps = new Map<bigint, number>([[from, 0]]);
  for (let round = 0; round <= branches.length; ++round) {
    for (const { strikes } of branches) {
      for (const [a, b] of [
        [strikes.lower, strikes.upper],
        [strikes.upper, strikes.lower],
      ] as const) {
        const via = steps.get(a);
        if (via !== undefined) steps.set(b, Math.min(via + 1, steps.get(b) ?? Infinity));
      }
    }
  }
  return steps;
}

describe("an open ladder", () => {
  /** Strips of 10 over [0, 50]: branches 2 to 6. */
  const strips = [0, 10, 20, 30, 40].map((low) => between(low, low + 10));
  const rootWithin = (lower: number, upper: number) => ({
    ...intervalOf(intervalTable(between(0, 50), strips)),
    bounds: between(lower, upper),
  });

  it("leaves out what is decided, and draws strikes in to what the outcome can still be", () => {
    const { span, branches } = openLadder(rootWithin(23, 40));
    expect(span).to.deep.equal(between(23, 40));
    expect(branches).to.deep.equal([
      { marketBranchId: 1, strikes: between(23, 40) },
      { marketBranchId: 4, strikes: between(23, 30) },
      { marketBranchId: 5, strikes: between(30, 40) },
    ]);
    expect(openLadder(rootWithin(23, 40), [5, 2]).branches).to.deep.equal([
      { marketBranchId: 5, strikes: between(30, 40) },
    ]);
    expect(openLadder(rootWithin(30, 30)).branches).to.deep.equal([]);
  });

  it("needs no strip that is decided: what is above 30 is the root less what lies between", () => {
    expect(named(stack(openLadder(rootWithin(13, 50)), between(30, 50)))).to.equal("+5 +6");
    expect(named(stack(openLadder(rootWithin(23, 50), [1, 4]), between(30, 50)))).to.equal("-4 +1");
  });

  it("composes what pays as its textbook says wherever the outcome can still be", () => {
    fc.assert(
      fc.property(anyBounds(0, 50), fc.nat(), fc.nat(), whole(-6, 6), (bounds, one, two, units) => {
        const root = { ...rootWithin(0, 50), bounds };
        const points = [bounds.lower, tick(10), tick(20), tick(30), tick(40), bounds.upper]
          .map((point) => clamp(point, bounds))
          .filter((point, k, all) => all.indexOf(point) === k);
        const [low, high] = [points[one % points.length]!, points[two % points.length]!];
        fc.pre(low < high && units !== 0n);
        const made = callSpread(openLadder(root), { lower: low, upper: high }, lot(units));
        for (const y of everyOutcome(bounds)) {
          const truly = made.legs.reduce<bigint>(
            (sum, { marketBranchId, lots }) => sum + lots * clamp(tick(y), root.strikes[marketBranchId - 1]!),
            made.constant,
          );
          expect(truly).to.equal(units * (clamp(tick(y), { lower: low, upper: high }) - low));
        }
      }),
      FIXED,
    );
  });
});
