import { expect } from "chai";
import fc from "fast-check";

import { type Bounds, strikesWithin } from "../../../src/protocol/market/bounds.js";
import { breakpoints } from "../../../src/protocol/judge/outcomes.js";
import {
  type BoundedLeg,
  boundedSimplexWorst,
  type HeldBranch,
  intervalPayoff,
  intervalWorst,
  simplexWorst,
} from "../../../src/protocol/margin/worst-case.js";
import papers from "../../vectors/paper-examples.json" with { type: "json" };
import vectors from "../../vectors/worst-case.json" with { type: "json" };
import { expectRuleError, FIXED, leastOf, lot, parts, tick, total, whole } from "../support.js";

const between = (lower: bigint, upper: bigint): Bounds => ({ lower: tick(lower), upper: tick(upper) });
const ordered = ([a, b]: [bigint, bigint]): Bounds => (a < b ? between(a, b) : between(b, a));
const leg = (lots: number, lower: number, upper: number): BoundedLeg => ({
  lots: lot(lots),
  weight: between(BigInt(lower), BigInt(upper)),
});

/** Every vector of whole weights within the bounds that sums to `scale`. */
function allWeights(legs: readonly BoundedLeg[], scale: bigint): bigint[][] {
  const [first, ...others] = legs;
  if (first === undefined) return scale === 0n ? [[]] : [];
  const found: bigint[][] = [];
  for (let weight: bigint = first.weight.lower; weight <= first.weight.upper; ++weight) {
    for (const rest of allWeights(others, scale - weight)) found.push([weight, ...rest]);
  }
  return found;
}

const worth = (legs: readonly BoundedLeg[], weights: readonly bigint[]): bigint =>
  total(legs.map(({ lots }, k) => lots * weights[k]!));

/** The judge of the sweep: every whole outcome, from the lowest. */
function worstByTrying(held: readonly HeldBranch[], { lower, upper }: Bounds): { worst: bigint; outcome: bigint } {
  let best = { worst: intervalPayoff(held, lower) as bigint, outcome: lower as bigint };
  for (let outcome: bigint = lower; outcome <= upper; ++outcome) {
    const payoff = intervalPayoff(held, tick(outcome));
    if (payoff < best.worst) best = { worst: payoff, outcome };
  }
  return best;
}

const anyBounds = fc.tuple(whole(-30, 30), whole(-30, 30)).map(ordered);
const anyHeld: fc.Arbitrary<HeldBranch[]> = fc.array(fc.record({ strikes: anyBounds, lots: whole(-9, 9).map(lot) }), {
  maxLength: 10,
});

describe("worst case", () => {
  describe("simplex root", () => {
    const counts = vectors.simplexCounts;
    parts(vectors.simplexLots, counts).forEach((lots, index) => {
      it(`frozen case ${index + 1}: ${counts[index]!} legs`, () => {
        expect(simplexWorst(lots.map(lot), tick(vectors.simplexScale[index]!))).to.deep.equal({
          worst: BigInt(vectors.simplexWorst[index]!),
          bindingLeg: Number(vectors.simplexBindingLeg[index]),
        });
      });
    });

    it("is the least over the vertices, at the first leg of its kind", () => {
      fc.assert(
        fc.property(fc.array(whole(-5, 5), { minLength: 1, maxLength: 16 }), whole(1, 99), (held, scale) => {
          const { worst, bindingLeg } = simplexWorst(held.map(lot), tick(scale));
          const values = held.map((lots) => lots * scale);
          expect(worst).to.equal(leastOf(values));
          expect(bindingLeg).to.equal(values.indexOf(worst) + 1);
        }),
        FIXED,
      );
    });

    it("needs a leg", () => {
      expectRuleError(() => simplexWorst([], tick(1)), "ROOT_INVALID", { reason: "no legs" });
    });
  });

  describe("bounded simplex root", () => {
    const cases = [vectors.boundedLots, vectors.boundedLower, vectors.boundedUpper].map((flat) =>
      parts(flat.map(Number), vectors.boundedCounts),
    );
    cases[0]!.forEach((lots, index) => {
      it(`frozen case ${index + 1}: ${lots.length} legs`, () => {
        const legs = lots.map((held, k) => leg(held, cases[1]![index]![k]!, cases[2]![index]![k]!));
        const { worst } = boundedSimplexWorst(legs, tick(vectors.boundedScale[index]!));
        expect(worst).to.equal(BigInt(vectors.boundedWorst[index]!));
      });
    });

    it("pours into the worst leg first, and into the next when it is full", () => {
      const { worst, weights } = boundedSimplexWorst([leg(3, 0, 10), leg(-2, 1, 4), leg(1, 2, 10)], tick(10));
      expect(weights).to.deep.equal([0n, 4n, 6n]);
      expect(worst).to.equal(-2n);
    });

    it("without bounds it is the simplex root", () => {
      fc.assert(
        fc.property(fc.array(whole(-5, 5), { minLength: 1, maxLength: 6 }), whole(1, 20), (held, scale) => {
          const legs = held.map((lots) => ({ lots: lot(lots), weight: between(0n, scale) }));
          expect(boundedSimplexWorst(legs, tick(scale)).worst).to.equal(simplexWorst(held.map(lot), tick(scale)).worst);
        }),
        FIXED,
      );
    });

    it("is the least over all whole weights, and its own weights are among them", () => {
      const anyLegs = fc.array(
        fc.record({ lots: whole(-6, 6).map(lot), weight: fc.tuple(whole(0, 6), whole(0, 6)).map(ordered) }),
        { minLength: 1, maxLength: 4 },
      );
      fc.assert(
        fc.property(anyLegs, whole(0, 24), (legs, pick) => {
          const lowest = total(legs.map(({ weight }) => weight.lower));
          const highest = total(legs.map(({ weight }) => weight.upper));
          const scale = lowest + (pick % (highest - lowest + 1n));
          const { worst, weights } = boundedSimplexWorst(legs, tick(scale));
          const all = allWeights(legs, scale);
          expect(worst).to.equal(leastOf(all.map((each) => worth(legs, each))));
          expect(all.map(String)).to.include(weights.join());
          expect(worth(legs, weights)).to.equal(worst);
        }),
        FIXED,
      );
    });

    it("refuses bounds that leave no weights with the right sum", () => {
      expectRuleError(() => boundedSimplexWorst([leg(1, 6, 10), leg(1, 5, 10)], tick(10)), "ROOT_INVALID", {
        reason: "lower bounds exceed the scale",
        excess: 1n,
      });
      expectRuleError(() => boundedSimplexWorst([leg(1, 0, 6), leg(1, 0, 2)], tick(10)), "ROOT_INVALID", {
        reason: "upper bounds miss the scale",
        missing: 2n,
      });
      expectRuleError(() => boundedSimplexWorst([leg(1, -1, 6)], tick(5)), "ROOT_INVALID", {
        reason: "weight below 0",
        lower: -1n,
      });
      expectRuleError(() => boundedSimplexWorst([leg(1, 3, 2)], tick(2)), "ROOT_INVALID", {
        reason: "lower above upper",
        lower: 3n,
        upper: 2n,
      });
    });
  });

  describe("interval root", () => {
    const counts = vectors.intervalCounts;
    const cases = [vectors.intervalLots, vectors.intervalLower, vectors.intervalUpper].map((flat) =>
      parts(flat.map(BigInt), counts),
    );
    counts.forEach((count, index) => {
      it(`frozen case ${index + 1}: ${count} branches`, () => {
        const [lots, lower, upper] = cases.map((each) => each[index]!) as [bigint[], bigint[], bigint[]];
        const held = lots.map((each, b) => ({ lots: lot(each), strikes: between(lower[b]!, upper[b]!) }));
        const bounds = between(BigInt(vectors.intervalLow[index]!), BigInt(vectors.intervalHigh[index]!));
        expect(intervalWorst(held, bounds)).to.deep.equal({
          worst: BigInt(vectors.intervalWorst[index]!),
          outcome: BigInt(vectors.intervalOutcome[index]!),
        });
      });
    });

    it("finds the loss between the corners", () => {
      const example = papers.lossBetweenCorners;
      const range = (index: number): Bounds => between(BigInt(example.mins[index]!), BigInt(example.maxs[index]!));
      const root = range(0);
      const held = example.heldBranchIds.map((branchId, index) => {
        const record = example.branchIds.indexOf(branchId);
        const parent = range(example.branchIds.indexOf(example.parents[record]!));
        return { strikes: strikesWithin(parent, range(record)), lots: lot(example.lots[index]!) };
      });
      const payoffs = example.outcomes.map((outcome) => intervalPayoff(held, tick(outcome)).toString());
      expect(payoffs).to.deep.equal(example.payoffs);
      expect(intervalWorst(held, root)).to.deep.equal({ worst: BigInt(example.worst), outcome: 5n });
      const corners = [root.lower, root.upper].map((outcome) => intervalPayoff(held, outcome));
      expect(leastOf(corners)).to.equal(BigInt(example.worstAtCorners));
    });

    it("of nothing held is zero, at the lower bound", () => {
      expect(intervalWorst([], between(-4n, 4n))).to.deep.equal({ worst: 0n, outcome: -4n });
    });

    it("is the least over all whole outcomes, at the lowest of its kind", () => {
      fc.assert(
        fc.property(anyHeld, anyBounds, (held, bounds) => {
          expect(intervalWorst(held, bounds)).to.deep.equal(worstByTrying(held, bounds));
        }),
        FIXED,
      );
    });

    it("occurs at a breakpoint", () => {
      fc.assert(
        fc.property(anyHeld, anyBounds, (held, bounds) => {
          const payoffs = breakpoints(bounds, held).map((outcome) => intervalPayoff(held, outcome));
          expect(intervalWorst(held, bounds).worst).to.equal(leastOf(payoffs));
        }),
        FIXED,
      );
    });

    it("never falls when the bounds tighten", () => {
      fc.assert(
        fc.property(anyHeld, anyBounds, anyBounds, (held, a, b) => {
          const outer = between(a.lower < b.lower ? a.lower : b.lower, a.upper > b.upper ? a.upper : b.upper);
          expect(intervalWorst(held, a).worst >= intervalWorst(held, outer).worst).to.be.true;
        }),
        FIXED,
      );
    });

    it("refuses bounds or strikes upside down", () => {
      const upsideDown = { reason: "lower above upper", lower: 2n, upper: 1n };
      expectRuleError(() => intervalWorst([], between(2n, 1n)), "ROOT_INVALID", upsideDown);
      const held = [{ strikes: between(2n, 1n), lots: lot(1) }];
      expectRuleError(() => intervalWorst(held, between(0n, 3n)), "ROOT_INVALID", upsideDown);
    });
  });
});
