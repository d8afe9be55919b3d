import { expect } from "chai";
import fc from "fast-check";

import {
  butterfly,
  call,
  callSpread,
  type Composition,
  digital,
  forward,
  payoffAt,
  put,
  putSpread,
  reversed,
  straddle,
} from "../../../src/protocol/value/composition.js";
import { accountAfter, payoffOfRoot } from "../../../src/protocol/margin/worth.js";
import { type Ladder, ladderOf } from "../../../src/protocol/value/strips.js";
import { rootOf } from "../../../src/protocol/market/market-table.js";
import type { TickLots } from "../../../src/protocol/amounts/units.js";
import { between, everyOutcome, intervalOf, intervalTable } from "../markets.js";
import { expectRuleError, FIXED, lot, tick, whole } from "../support.js";

/** The textbook, over y alone. */
const max = (a: bigint, b: bigint): bigint => (a > b ? a : b);
const textbook = {
  forward: (y: bigint, k: bigint) => y - k,
  call: (y: bigint, k: bigint) => max(y - k, 0n),
  put: (y: bigint, k: bigint) => max(k - y, 0n),
};

/** Strips of the given width over [low, high], numbered from 2, as the only branches to build with. */
function strips(
  low: number,
  high: number,
  width: number,
): { readonly ladder: Ladder; readonly table: ReturnType<typeof intervalTable> } {
  const count = (high - low) / width;
  const each = Array.from({ length: count }, (_, i) => between(low + i * width, low + (i + 1) * width));
  const table = intervalTable(between(low, high), each);
  return {
    table,
    ladder: ladderOf(
      intervalOf(table),
      each.map((_, i) => i + 2),
    ),
  };
}

const legsOf = ({ legs }: Composition): Record<number, bigint> =>
  Object.fromEntries(legs.map(({ marketBranchId, lots }) => [marketBranchId, lots]));
const amount = (value: number | bigint): TickLots => BigInt(value) as TickLots;

describe("compositions", () => {
  // Strips [0, 10], [10, 20], ... [40, 50]: branches 2 to 6.
  const { ladder } = strips(0, 50, 10);
  const paysAt = (made: Composition, ...at: number[]): bigint[] => at.map((y) => payoffAt(made, tick(y)));

  describe("by hand, on strips of 10 over [0, 50]", () => {
    it("a forward is every strip, bought", () => {
      const made = forward(ladder, tick(30), lot(2));
      expect(legsOf(made)).to.deep.equal({ 2: 2n, 3: 2n, 4: 2n, 5: 2n, 6: 2n });
      expect(made.constant).to.equal(2n * -30n - 2n * (0n + 10n + 20n + 30n + 40n));
      expect(paysAt(made, 0, 30, 50)).to.deep.equal([-60n, 0n, 40n]);
    });

    it("a call is the strips above its strike; the paper's rain contract pays per tick above 30", () => {
      const made = call(ladder, tick(30), lot(1));
      expect(legsOf(made)).to.deep.equal({ 5: 1n, 6: 1n });
      expect(made.constant).to.equal(-70n);
      expect(paysAt(made, 0, 30, 31, 50)).to.deep.equal([0n, 0n, 1n, 20n]);
    });

    it("a put is the strips below its strike, sold", () => {
      const made = put(ladder, tick(20), lot(3));
      expect(legsOf(made)).to.deep.equal({ 2: -3n, 3: -3n });
      expect(made.constant).to.equal(3n * (20n + 10n));
      expect(paysAt(made, 0, 5, 20, 50)).to.deep.equal([60n, 45n, 0n, 0n]);
    });

    it("spreads are the strips between their strikes", () => {
      const calls = callSpread(ladder, between(10, 30), lot(1));
      expect(legsOf(calls)).to.deep.equal({ 3: 1n, 4: 1n });
      expect(paysAt(calls, 5, 10, 25, 30, 50)).to.deep.equal([0n, 0n, 15n, 20n, 20n]);
      const puts = putSpread(ladder, between(10, 30), lot(1));
      expect(legsOf(puts)).to.deep.equal({ 3: -1n, 4: -1n });
      expect(paysAt(puts, 5, 10, 25, 30, 50)).to.deep.equal([20n, 20n, 5n, 0n, 0n]);
    });

    it("a butterfly is a rise and a fall", () => {
      const made = butterfly(ladder, { lower: tick(10), middle: tick(20), upper: tick(30) }, lot(1));
      expect(legsOf(made)).to.deep.equal({ 3: 1n, 4: -1n });
      expect(paysAt(made, 0, 10, 15, 20, 28, 30, 50)).to.deep.equal([0n, 0n, 5n, 10n, 2n, 0n, 0n]);
    });

    it("a straddle pays the distance from its strike", () => {
      const made = straddle(ladder, tick(20), lot(1));
      expect(legsOf(made)).to.deep.equal({ 2: -1n, 3: -1n, 4: 1n, 5: 1n, 6: 1n });
      expect(paysAt(made, 0, 20, 50)).to.deep.equal([20n, 0n, 30n]);
    });

    it("at an edge of the root a straddle is a forward, one way or the other", () => {
      expect(straddle(ladder, tick(0), lot(1))).to.deep.equal(forward(ladder, tick(0), lot(1)));
      expect(straddle(ladder, tick(50), lot(1))).to.deep.equal(forward(ladder, tick(50), lot(-1)));
    });

    it("a digital strip pays its whole amount from the upper strike on", () => {
      const made = digital(ladder, between(20, 30), amount(50));
      expect(legsOf(made)).to.deep.equal({ 4: 5n });
      expect(paysAt(made, 0, 20, 24, 30, 50)).to.deep.equal([0n, 0n, 20n, 50n, 50n]);
    });

    it("digital strips one tick wide pay all or nothing at every whole outcome", () => {
      const fine = strips(0, 5, 1).ladder;
      const made = digital(fine, between(2, 3), amount(-7));
      expect(everyOutcome(between(0, 5)).map((y) => payoffAt(made, tick(y)))).to.deep.equal([
        0n,
        0n,
        0n,
        -7n,
        -7n,
        -7n,
      ]);
    });

    it("the other side pays the opposite", () => {
      const made = call(ladder, tick(30), lot(2));
      expect(reversed(made)).to.deep.equal(call(ladder, tick(30), lot(-2)));
    });
  });

  it("uses what branches there are: with the root itself a forward is one leg, and a put the root less a call", () => {
    const root = intervalOf(intervalTable(between(0, 50), [between(30, 50)]));
    const both = ladderOf(root);
    expect(forward(both, tick(30), lot(1))).to.deep.include({ constant: -30n });
    expect(legsOf(forward(both, tick(30), lot(1)))).to.deep.equal({ 1: 1n });
    expect(legsOf(put(both, tick(30), lot(1)))).to.deep.equal({ 1: -1n, 2: 1n });
    expect(legsOf(straddle(both, tick(30), lot(1))), "legs that meet are netted").to.deep.equal({ 1: -1n, 2: 2n });
  });

  const anyCase = fc
    .record({
      low: fc.integer({ min: -20, max: 20 }),
      width: fc.integer({ min: 1, max: 5 }),
      count: fc.integer({ min: 2, max: 8 }),
      picks: fc.tuple(fc.nat(), fc.nat(), fc.nat()),
      units: whole(-6, 6).filter((units) => units !== 0n),
      whole: fc.boolean(),
    })
    .map(({ low, width, count, picks, units, whole: withRoot }) => {
      const high = low + width * count;
      const { ladder: narrow, table } = strips(low, high, width);
      const chosen = new Set(picks.map((pick) => BigInt(low + (pick % (count + 1)) * width)));
      const strikes = [...chosen].sort((a, b) => Number(a - b));
      const used = withRoot ? ladderOf(intervalOf(table)) : narrow;
      return { table, ladder: used, range: between(low, high), strikes, units };
    });

  it("every contract pays what its textbook says at every whole outcome, on any ladder", () => {
    fc.assert(
      fc.property(anyCase, ({ ladder: used, range, strikes, units }) => {
        const [k1, k2, k3] = strikes.map(tick);
        const n = lot(units);
        const same = (make: () => Composition, expected: (y: bigint) => bigint): void => {
          const made = make();
          for (const y of everyOutcome(range)) expect(payoffAt(made, tick(y))).to.equal(units * expected(y));
          expect(made.legs.every(({ lots }) => lots !== 0n)).to.be.true;
        };
        const { forward: f, call: c, put: p } = textbook;
        same(
          () => forward(used, k1!, n),
          (y) => f(y, k1!),
        );
        same(
          () => straddle(used, k1!, n),
          (y) => c(y, k1!) + p(y, k1!),
        );
        if (k1 !== range.upper)
          same(
            () => call(used, k1!, n),
            (y) => c(y, k1!),
          );
        if (k1 !== range.lower)
          same(
            () => put(used, k1!, n),
            (y) => p(y, k1!),
          );
        if (k2 === undefined) return;
        const span = { lower: k1!, upper: k2 };
        same(
          () => callSpread(used, span, n),
          (y) => c(y, k1!) - c(y, k2),
        );
        same(
          () => putSpread(used, span, n),
          (y) => p(y, k2) - p(y, k1!),
        );
        const step = (y: bigint): bigint => c(y, k1!) - c(y, k2);
        same(() => digital(used, span, amount(units * (k2 - k1!))), step);
        if (k3 === undefined) return;
        const wings = { lower: k1!, middle: k2, upper: k3 };
        same(
          () => butterfly(used, wings, n),
          (y) => c(y, k1!) - 2n * c(y, k2) + c(y, k3),
        );
      }),
      FIXED,
    );
  });

  it("held as lots of the branches it is worth payoff less constant, times the tick value", () => {
    fc.assert(
      fc.property(anyCase, ({ table, ladder: used, range, strikes, units }) => {
        const made = straddle(used, tick(strikes[0]!), lot(units));
        const trades = made.legs.map(({ marketBranchId, lots }) => ({
          marketRootId: 2,
          marketBranchId,
          price: tick(0),
          quantity: lots,
        }));
        const position = accountAfter(table, trades).positions.get(2)!;
        for (const y of everyOutcome(range)) {
          const worth = payoffOfRoot(rootOf(table, 2), position, [tick(y)]);
          expect(worth).to.equal((payoffAt(made, tick(y)) - made.constant) * 2n);
        }
      }),
      FIXED,
    );
  });

  describe("refused", () => {
    const refused = (make: () => unknown, values: Record<string, string | bigint>): void => {
      expectRuleError(make, "COMPOSITION_INVALID", values);
    };
    it("strikes outside the root", () => {
      const outside = { reason: "strike outside the root", lower: 0n, upper: 50n };
      refused(() => call(ladder, tick(51), lot(1)), { ...outside, strike: 51n });
      refused(() => forward(ladder, tick(-1), lot(1)), { ...outside, strike: -1n });
      refused(() => callSpread(ladder, between(40, 60), lot(1)), { ...outside, strike: 60n });
    });
    it("strikes that do not rise", () => {
      const values = { reason: "strikes do not rise", before: 30n, strike: 20n };
      refused(() => putSpread(ladder, between(30, 20), lot(1)), values);
      const flat = { lower: tick(10), middle: tick(20), upper: tick(20) };
      refused(() => butterfly(ladder, flat, lot(1)), { ...values, before: 20n });
    });
    it("contracts of nothing", () => {
      const nothing = { reason: "nothing to trade" };
      refused(() => call(ladder, tick(50), lot(1)), nothing);
      refused(() => put(ladder, tick(0), lot(1)), nothing);
      refused(() => forward(ladder, tick(0), lot(0)), nothing);
    });
    it("a digital that whole lots do not make up", () => {
      const values = { reason: "payout is no multiple of the width", payout: 15n, width: 10n };
      refused(() => digital(ladder, between(20, 30), amount(15)), values);
    });
    it("strikes that no branch has, with the spans that are missing", () => {
      const values = { lower: 25n, upper: 50n, missing: "25 to 30" };
      expectRuleError(() => call(ladder, tick(25), lot(1)), "STRIKES_MISSING", values);
    });
    it("lots beyond what the book can hold", () => {
      const values = { what: "lots", value: -(2n ** 63n) - 1n, least: -(2n ** 63n), most: 2n ** 63n - 1n };
      expectRuleError(() => put(ladder, tick(10), lot(2n ** 63n + 1n)), "AMOUNT_OUT_OF_RANGE", values);
    });
  });
});
