/** The worst moves of each holder: what the exact table says, found without it. */
import { expect } from "chai";
import fc from "fast-check";

import { compare, equals, type Fraction, fraction } from "../../src/protocol/amounts/fraction.js";
import { stressTable } from "../../src/protocol/value/stress.js";
import { shocked, SHOCK_SCALE } from "../../src/protocol/value/stress-scenarios.js";
import { exposureOf } from "../../src/risk/exposure.js";
import { gainOf, worstMoves } from "../../src/risk/ranking.js";

const entry = fc.tuple(fc.bigInt(-(10n ** 24n), 10n ** 24n), fc.bigInt(1n, 10n ** 6n)).map(([a, b]) => fraction(a, b));
const rows = (assets: number, most: number): fc.Arbitrary<Fraction[][]> =>
  fc.array(fc.array(entry, { minLength: assets, maxLength: assets }), { minLength: 1, maxLength: most });

/** Plain: all gains, sorted. */
function plainly(exposure: readonly Fraction[], moves: readonly Fraction[][], count: number): number[] {
  return moves
    .map((move, index) => ({ index, gain: gainOf(exposure, move) }))
    .sort((a, b) => compare(a.gain, b.gain) || a.index - b.index)
    .slice(0, count)
    .map(({ index }) => index);
}

describe("worstMoves", function () {
  it("are those that sorting all exact gains would give, in that sequence", function () {
    fc.assert(
      fc.property(rows(3, 8), rows(3, 30), fc.integer({ min: 1, max: 5 }), (exposures, moves, count) => {
        const found = worstMoves(exposures, moves, count);
        found.forEach((ranked, holder) => {
          expect(ranked.map(({ move }) => move)).to.deep.equal(plainly(exposures[holder]!, moves, count));
        });
      }),
    );
  });

  it("tell apart gains that no float can, and of equal ones take the earlier", function () {
    const exposure = [fraction(10n ** 30n), fraction(-(10n ** 30n))];
    const move = (a: bigint): Fraction[] => [fraction(a, 10n ** 40n), fraction(0n)];
    const base = 10n ** 39n;
    const moves = [move(-base), move(-base - 1n), move(-base + 1n), move(-base - 1n)];
    const [ranked] = worstMoves([exposure], moves, 3);
    expect(ranked!.map(({ move: at }) => at)).to.deep.equal([1, 3, 0]);
  });

  it("are the worst scenarios of the exact table", function () {
    const percent = fc.integer({ min: -90, max: 90 }).map((one) => (BigInt(one) * SHOCK_SCALE) / 100n);
    const shocks = fc.array(fc.array(percent, { minLength: 2, maxLength: 2 }), { minLength: 1, maxLength: 20 });
    const held = fc.array(fc.array(fc.bigInt(0n, 1_000n), { minLength: 2, maxLength: 2 }), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(shocks, held, (tried, amounts) => {
        const prices = [10n, 5n];
        const allocations = amounts.map((own) => own.map((amount) => fraction(amount, 7n)));
        const baseline = amounts.map(() => [fraction(250n, 7n), fraction(400n, 7n)]);
        const table = stressTable(
          tried.map((one, s) => ({ name: String(s), prices: shocked(prices, one, "relative"), allocations })),
          baseline,
        );
        // What is gained beyond today's gain is d · r, so the same gain today must stand in every row: it does.
        const now = allocations.map((own, i) => exposureOf(own, baseline[i]!, prices));
        const ranked = worstMoves(now, tried.map((one) => one.map((shock) => fraction(shock, SHOCK_SCALE))), 1); // prettier-ignore
        ranked.forEach(([worst], holder) => {
          expect(worst!.move).to.equal(table.worstProfits[holder]!.row);
        });
      }),
    );
  });

  it("of nobody are none, of no moves are none, and fewer than wanted are all", function () {
    expect(worstMoves([], [[fraction(1n)]], 3)).to.deep.equal([]);
    expect(worstMoves([[fraction(1n)], [fraction(2n)]], [], 3)).to.deep.equal([[], []]);
    const found = worstMoves([[fraction(2n)]], [[fraction(1n)], [fraction(-1n, 2n)]], 5);
    expect(found[0]!.map(({ move }) => move)).to.deep.equal([1, 0]);
    expect(equals(found[0]![0]!.gain, fraction(-1n))).to.equal(true);
  });

  it("refuse moves and exposures of other lengths", function () {
    expect(() => worstMoves([[fraction(1n)]], [[fraction(1n)], []], 1)).to.throw("SHAPE_MISMATCH");
    expect(() => worstMoves([[fraction(1n), fraction(1n)]], [[fraction(1n)]], 1)).to.throw("SHAPE_MISMATCH");
  });
});
