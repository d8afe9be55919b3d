/** The same figures from another language: `judge.py` needs Python 3 and nothing else. Without it these tests are skipped. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

import { expect } from "chai";
import fc from "fast-check";

import { type Fraction, fraction, reduced } from "../../src/protocol/amounts/fraction.js";
import { concentrationOf } from "../../src/protocol/value/concentration.js";
import { correlationsOf, fromCorrelations } from "../../src/risk/covariance.js";
import { adjustment } from "../../src/risk/herding.js";
import { windowsOf } from "../../src/risk/historical.js";
import { gainOf } from "../../src/risk/ranking.js";
import { mostRedistributed } from "../../src/risk/redistribution.js";
import { deviationOf, likeliestMove, worstInBox, worstMove } from "../../src/risk/reverse.js";
import type { Square, Vector } from "../../src/risk/vectors.js";
import { covariances, EXPOSURE, exposures, number, VOLATILITIES } from "./support.js";

const SCRIPT = fileURLToPath(new URL("judge.py", import.meta.url));

interface Moving {
  readonly volatilities: Vector;
  readonly correlations: Square;
  readonly sigmas: number;
}

interface Reverse extends Moving {
  readonly exposure: Vector;
  readonly loss: number;
  readonly box: Vector;
}

interface Judged {
  readonly reverse: readonly { deviation: number; worst: number[]; sigmas: number; tail: number; box: number }[];
  readonly redistribution: readonly number[];
  readonly adjustment: readonly number[];
  readonly concentration: readonly string[];
  readonly windows: readonly (readonly string[])[];
}

/** As Python prints a Fraction. */
function text(value: Fraction): string {
  const { numerator, denominator } = reduced(value);
  return denominator === 1n ? numerator.toString() : `${numerator}/${denominator}`;
}

const drawn = <Value>(arbitrary: fc.Arbitrary<Value>, count: number): Value[] =>
  fc.sample(arbitrary, { numRuns: count, seed: 7 });

const rho = (value: number): Square => [[1, value], [value, 1]]; // prettier-ignore
const moving = (assets: number): fc.Arbitrary<Moving> =>
  fc
    .tuple(fc.array(number(0.01, 1), { minLength: assets, maxLength: assets }), covariances(assets))
    .map(([volatilities, matrix]) => ({ volatilities, correlations: correlationsOf(matrix), sigmas: 2.5 }));

const REVERSE: readonly Reverse[] = [
  ...[0.5, 0.9, 0, -0.5].map((value) => ({
    volatilities: VOLATILITIES,
    correlations: rho(value),
    exposure: EXPOSURE,
    sigmas: 3,
    loss: 50,
    box: [0.2, 0.1],
  })),
  ...drawn(moving(5), 40).map((one, k) => ({
    ...one,
    exposure: drawn(exposures(5), 41)[k]!.map((entry) => entry + 0.5),
    loss: 25 + k,
    box: [0, 0.1, 0.2, 0.3, 1],
  })),
];
const WHOLE = drawn(moving(2), 20).map((one, k) => ({
  ...one,
  holders: drawn(fc.array(exposures(2), { minLength: 1, maxLength: 9 }), 20)[k]!,
}));
const CHANCE: readonly (readonly [number, number])[] = [
  [5, 0.5],
  [10, 0.5],
  [20, 0.5],
  ...drawn(fc.tuple(fc.integer({ min: 1, max: 200 }), number(0.001, 0.999)), 60),
];
const AMOUNTS = [[5, 3, 2], ...drawn(fc.array(fc.integer({ min: 1, max: 1e6 }), { minLength: 1, maxLength: 30 }), 20)];
const price = fc.integer({ min: 1, max: 10_000 });
const HISTORIES = drawn(
  fc.record({
    prices: fc.array(fc.tuple(price, price, price), { minLength: 4, maxLength: 30 }),
    exposure: exposures(3),
    periods: fc.integer({ min: 1, max: 3 }),
  }),
  20,
);

describe("figures of a stress test, judged by Python", function () {
  let judged: Judged;

  before(function () {
    const asked = {
      reverse: REVERSE,
      redistribution: WHOLE,
      adjustment: CHANCE,
      concentration: AMOUNTS,
      windows: HISTORIES,
    };
    const { error, status, stdout, stderr } = spawnSync("python3", [SCRIPT], {
      input: JSON.stringify(asked),
      encoding: "utf8",
    });
    if (error !== undefined) {
      process.stderr.write(`      skipped: no python3 to judge by (${error.message})\n`);
      this.skip();
    }
    expect(status, stderr).to.equal(0);
    judged = JSON.parse(stdout) as Judged;
  });

  it("are the same in reverse: deviations, moves, plausibility, tails, boxes", function () {
    REVERSE.forEach(({ volatilities, correlations, exposure, sigmas, loss, box }, k) => {
      const covariance = fromCorrelations(volatilities, correlations);
      const other = judged.reverse[k]!;
      const near = (found: number, expected: number): void => {
        expect(found).to.be.closeTo(expected, 1e-9 * (1 + Math.abs(expected)));
      };
      near(deviationOf(exposure, covariance), other.deviation);
      worstMove(exposure, covariance, sigmas)!.returns.forEach((part, asset) => {
        near(part, other.worst[asset]!);
      });
      const likeliest = likeliestMove(exposure, covariance, loss)!;
      near(likeliest.sigmas, other.sigmas);
      expect(Math.abs(likeliest.tail - other.tail)).to.be.at.most(1e-9 * other.tail);
      near(worstInBox(exposure, box)!.loss, other.box);
    });
  });

  it("are the same for two assets' redistribution, over all choices of signs", function () {
    WHOLE.forEach(({ volatilities, correlations, holders, sigmas }, k) => {
      const { atLeast } = mostRedistributed(holders, fromCorrelations(volatilities, correlations), sigmas);
      expect(atLeast).to.be.closeTo(judged.redistribution[k]!, 1e-9 * (1 + atLeast));
    });
  });

  it("are the same for what chance alone gives", function () {
    CHANCE.forEach(([traders, mood], k) => {
      expect(adjustment(traders, mood)).to.be.closeTo(judged.adjustment[k]!, 1e-11);
    });
  });

  it("are the same for concentration, exactly", function () {
    const found = AMOUNTS.map((amounts) => text(concentrationOf(amounts.map(BigInt)).herfindahl));
    expect(found).to.deep.equal(judged.concentration);
    expect(found[0]).to.equal("19/50");
  });

  it("are the same for all windows of a history, exactly", function () {
    const found = HISTORIES.map(({ prices, exposure, periods }) => {
      const history = prices.map((row, day) => ({ name: String(day), prices: row.map(BigInt) }));
      const d = exposure.map((entry) => fraction(BigInt(entry)));
      return windowsOf(history, periods).map(({ returns }) => text(gainOf(d, returns)));
    });
    expect(found).to.deep.equal(judged.windows);
  });
});
