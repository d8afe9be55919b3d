import { expect } from "chai";
import fc from "fast-check";

import type { Lots, TickLots, Ticks } from "../../../src/protocol/amounts/units.js";
import { betaOf, depositOf, lossAt, type RootNow } from "../../../src/protocol/maker/maker.js";
import { FIXED, whole } from "../support.js";
import { exact, type Exact, exactLn } from "./exact.js";

/** A simplex root with no bounds. */
const legs = (count: number): RootNow => ({
  kind: "legs",
  scale: 10_000n as Ticks,
  most: Array<Ticks>(count).fill(10_000n as Ticks),
  isBasket: true,
});
const terms = (liquidity: bigint, prior: readonly bigint[]) => ({ liquidity: liquidity as Lots, prior });
const sum = (all: readonly bigint[]): bigint => all.reduce((a, b) => a + b, 0n);

/** Σ θ ln(θ / p), in parts of β. */
function exactLoss(prior: readonly bigint[], shares: readonly bigint[]): Exact {
  const [weights, total] = [sum(prior), sum(shares)];
  return sum(
    shares.map((share, i) =>
      share === 0n ? 0n : (exactLn(exact(share * weights, total * (prior[i] ?? 1n))) * share) / total,
    ),
  );
}

describe("what a maker has lost at most when its root ends at some shares", () => {
  it("is, in parts of b, what the table says", () => {
    const b = 10n ** 15n;
    const told: readonly (readonly [readonly bigint[], bigint])[] = [
      [[1n, 1n], 0n],
      [[6n, 4n], 20_135_513_550_688_9n],
      [[7n, 3n], 82_282_878_505_051_8n],
      [[9n, 1n], 368_064_207_168_497_0n],
      [[2n, 3n, 5n], 68_959_274_603_536_2n],
      [[1n, 0n], 693_147_180_559_945_3n],
    ];
    for (const [shares, expected] of told) {
      const maker = terms(
        b,
        shares.map(() => 1n),
      );
      const loss = lossAt(maker, legs(shares.length), { shares, total: sum(shares) });
      // 10^-19 of β a tick · lot; told are 16 digits, and 3 · 10^-16 may be rounded up.
      const off = loss - expected * 1_000n;
      expect(off >= -1_000n && off <= 4_000n, `${shares.join(" : ")}: ${loss}`).to.equal(true);
    }
  });

  it("is never below the exact loss, above it by no more than 4e-16 of β and one, and at a vertex the deposit or less", () => {
    const cases = fc
      .integer({ min: 2, max: 16 })
      .chain((count) =>
        fc.record({
          liquidity: whole(1, 2 ** 35),
          prior: fc.array(whole(1, 8), { minLength: count, maxLength: count }),
          shares: fc.array(whole(0, 1_000), { minLength: count, maxLength: count }).filter((all) => sum(all) > 0n),
          vertex: fc.nat({ max: count - 1 }),
        }),
      );
    fc.assert(
      fc.property(cases, ({ liquidity, prior, shares, vertex }) => {
        const [maker, root] = [terms(liquidity, prior), legs(prior.length)];
        const beta: TickLots = betaOf(maker, root);
        const loss = exact(lossAt(maker, root, { shares, total: sum(shares) }));
        const least = exactLoss(prior, shares) * beta;
        expect(loss >= least && loss - least <= exact(1n) + (exact(4n) * beta) / 10n ** 16n).to.equal(true);
        const atVertex = prior.map((_, i) => (i === vertex ? 1n : 0n));
        expect(lossAt(maker, root, { shares: atVertex, total: 1n }) <= depositOf(maker, root)).to.equal(true);
      }),
      { ...FIXED, numRuns: 150 },
    );
  });
});
