import { expect } from "chai";
import fc from "fast-check";

import {
  costOf,
  isBeyond,
  pointAt,
  priceAt,
  reach,
  type Vertices,
  worstLoss,
} from "../../../src/protocol/maker/cost-function.js";
import type { Lots, TickLots, Ticks } from "../../../src/protocol/amounts/units.js";
import { FIXED, parts, whole } from "../support.js";
import vectors from "../../vectors/maker-costs.json" with { type: "json" };
import { exact, exactCost, exactExp, exactLevel, exactLn, type Exact } from "./exact.js";

const UNIT = exact(1n);
const RUNS = { ...FIXED, numRuns: 150 };

/** The first decimals of an exact number, as the table of a paper would have them. */
function digits(x: Exact, decimals: number): string {
  const [sign, size] = x < 0n ? ["-", -x] : ["", x];
  const scaled = (size * 10n ** BigInt(decimals) + UNIT / 2n) / UNIT;
  const text = scaled.toString().padStart(decimals + 1, "0");
  return `${sign}${text.slice(0, -decimals)}.${text.slice(-decimals)}`;
}

const legs = (sold: readonly bigint[], leg: number, b: bigint, scale = 10_000n): Vertices => ({
  beta: (b * scale) as TickLots,
  weights: sold.map(() => 1n),
  owed: sold.map((q) => (q * scale) as TickLots),
  pays: sold.map((_, i) => (i + 1 === leg ? scale : 0n) as Ticks),
});

const POINTS = [0n, 30n, 60n, 100n];
const STRIKES: readonly (readonly [bigint, bigint])[] = [
  [0n, 100n],
  [0n, 30n],
  [30n, 60n],
  [60n, 100n],
];
const payAt = (y: bigint, [lower, upper]: readonly [bigint, bigint]): bigint =>
  y < lower ? lower : y > upper ? upper : y;

/** Breakpoints 0, 30, 60, 100; some lots of [30, 60] sold. */
const interval = (branch: number, sold: bigint): Vertices => ({
  beta: 2_000n as TickLots,
  weights: [1n, 1n, 1n, 1n],
  owed: POINTS.map((y) => (sold * payAt(y, [30n, 60n])) as TickLots),
  pays: POINTS.map((y) => payAt(y, STRIKES[branch - 1] ?? [0n, 0n]) as Ticks),
});

/** What the exact function asks, in lots of the scale. */
const inLots = (v: Vertices, lots: bigint, decimals: number): string => digits(exactCost(v, lots) / 10_000n, decimals);
const cost = (v: Vertices, lots: bigint): bigint => costOf(v, lots as Lots);
/** In ticks, the digits that a price of 10^-18 has. */
const price = (v: Vertices): bigint => priceAt(v, pointAt(v, 0n as Lots));

/** Distance of a price from the digits of a table, in units of 10^-18 ticks. */
const off = (measured: bigint, told: string): bigint => {
  const [wholePart = "", decimals = ""] = told.split(".");
  const expected = BigInt(wholePart + decimals.padEnd(18, "0").slice(0, 18));
  return measured > expected ? measured - expected : expected - measured;
};

describe("The maker's cost function", () => {
  describe("given the worked cases", () => {
    it("two outcomes, b = 100: ten of the first cost 51 250 ticks · lots", () => {
      const fresh = legs([0n, 0n], 1, 100n);
      expect(inLots(fresh, 10n, 21)).to.equal("5.124947951362558541287");
      expect(cost(fresh, 10n)).to.equal(51_250n);
      const after = legs([10n, 0n], 1, 100n);
      expect(off(price(after), "5249.791874789399860992") <= 30_000n).to.equal(true);
    });

    it("ten more, and twenty at once, add up; selling them back gives the same", () => {
      expect(inLots(legs([10n, 0n], 1, 100n), 10n, 21)).to.equal("5.374220930802094485484");
      expect(inLots(legs([0n, 0n], 1, 100n), 20n, 20)).to.equal("10.49916888216465302677");
      expect(inLots(legs([20n, 0n], 1, 100n), -20n, 20)).to.equal("-10.49916888216465302677");
      expect([cost(legs([10n, 0n], 1, 100n), 10n), cost(legs([0n, 0n], 1, 100n), 20n)]).to.deep.equal([
        53_743n,
        104_992n,
      ]);
      expect(cost(legs([20n, 0n], 1, 100n), -20n)).to.equal(-104_991n);
    });

    it("three outcomes, b = 100: thirty of the second", () => {
      const fresh = legs([0n, 0n, 0n], 2, 100n);
      expect(inLots(fresh, 30n, 20)).to.equal("11.03059092884180610901");
      expect(cost(fresh, 30n)).to.equal(110_306n);
      const sold = [0n, 30n, 0n];
      const told = ["2985.200444085617", "4029.599111828766", "2985.200444085617"];
      told.forEach((digits16, i) => {
        expect(off(price(legs(sold, i + 1, 100n)), digits16) <= 10n ** 6n, `leg ${i + 1}`).to.equal(true);
      });
    });

    it("an outcome that is all but impossible costs a tick · lot, the certain one its scale", () => {
      const pushed = legs([60n, 0n], 2, 1n);
      // 1.504615332424748572e-26 lots
      expect(digits(exactCost(pushed, 1n) / 10_000n, 44)).to.equal(`0.${"0".repeat(25)}1504615332424748572`);
      expect(cost(pushed, 1n)).to.equal(1n);
      expect(cost(legs([60n, 0n], 1, 1n), 1n)).to.equal(10_001n);
      expect(digits(exactCost(legs([60n, 0n], 1, 1n), 1n) / 10_000n, 21)).to.equal(`1.${"0".repeat(21)}`);
    });

    it("with b = F / ln N, as others count: one of two for F = 1 is log2(3/2), and 2/3 then", () => {
      const unit = 10n ** 15n;
      const beta = (unit * UNIT) / exactLn(2n * UNIT);
      const v: Vertices = {
        beta: beta as TickLots,
        weights: [1n, 1n],
        owed: [0n, 0n] as never,
        pays: [1n, 0n] as never,
      };
      expect(digits((exactLn((3n * UNIT) / 2n) * UNIT) / exactLn(2n * UNIT), 22)).to.equal("0.5849625007211561814537");
      expect(cost(v, unit)).to.equal(584_962_500_721_157n);
      const after: Vertices = { ...v, owed: [unit, 0n] as never };
      expect(off(price(after), "0.666666666666666666") <= 600n).to.equal(true);
    });

    it("an interval with three sub-markets starts where the mean of its breakpoints is", () => {
      const told = ["47.5", "22.5", "45", "70"];
      told.forEach((expected, i) => {
        expect(off(price(interval(i + 1, 0n)), expected)).to.equal(0n);
      });
    });

    it("ten of [30, 60] move the root and all sub-markets, and they agree", () => {
      expect(digits(exactCost(interval(3, 0n), 10n), 15)).to.equal("455.619734459173536");
      expect(cost(interval(3, 0n), 10n)).to.equal(456n);
      const prices = [1, 2, 3, 4].map((branch) => price(interval(branch, 10n)));
      const told = ["49.9329399473437207", "23.0614476801562432", "46.1228953603124865", "70.748596906874991"];
      told.forEach((expected, i) => {
        expect(off(prices[i] ?? 0n, expected) <= 400n, `branch ${i + 1}`).to.equal(true);
      });
      const [root = 0n, low = 0n, middle = 0n, high = 0n] = prices;
      const strips = low + (middle - 30n * 10n ** 18n) + (high - 60n * 10n ** 18n);
      expect(root - strips <= 4n && strips - root <= 4n, `${root} and ${strips}`).to.equal(true);
    });
  });

  describe("given the greatest loss for shares that a basket settles at, in parts of b", () => {
    /** ln m - H(theta): what the worst path to these shares costs. */
    const lossAt = (shares: readonly bigint[]): Exact => {
      const total = shares.reduce((a, b) => a + b);
      const m = BigInt(shares.length);
      return shares.reduce(
        (sum, share) => (share === 0n ? sum : sum + (exactLn(exact(share * m, total)) * share) / total),
        0n,
      );
    };

    it("it is what the table says", () => {
      const told: readonly (readonly [readonly bigint[], string])[] = [
        [[1n, 1n], "0.000000000000000"],
        [[6n, 4n], "0.020135513550689"],
        [[7n, 3n], "0.082282878505052"],
        [[9n, 1n], "0.368064207168497"],
        [[2n, 3n, 5n], "0.068959274603536"],
      ];
      for (const [shares, loss] of told) expect(digits(lossAt(shares), 15), loss).to.equal(loss);
    });

    it("it is ln m at a vertex, which is what a maker is given", () => {
      const told: readonly (readonly [number, string, bigint])[] = [
        [2, "0.6931471805599453", 6_931_471_806n],
        [3, "1.0986122886681097", 10_986_122_887n],
        [5, "1.6094379124341004", 16_094_379_125n],
        [16, "2.7725887222397812", 27_725_887_223n],
      ];
      for (const [m, digits16, deposit] of told) {
        const vertex = [1n, ...Array<bigint>(m - 1).fill(0n)];
        expect(digits(lossAt(vertex), 16).slice(0, -1), `${m}`).to.equal(digits16.slice(0, -1));
        expect(worstLoss(Array<bigint>(m).fill(1n), (10n ** 10n) as TickLots), `${m}`).to.equal(deposit);
      }
    });

    it("and with a prior the logarithm of one by the least share", () => {
      const beta = 10n ** 12n;
      const given = worstLoss([1n, 3n, 4n], beta as TickLots);
      expect(given).to.equal((exactLn(8n * UNIT) * beta) / UNIT + 1n);
    });
  });

  it("is, digit by digit, what the frozen vectors say", () => {
    const [weights, owed, pays] = [vectors.weights, vectors.owed, vectors.pays].map((list) =>
      parts(list.map(BigInt), vectors.counts),
    );
    vectors.betas.forEach((beta, i) => {
      const v = { beta: BigInt(beta), weights: weights?.[i], owed: owed?.[i], pays: pays?.[i] } as unknown as Vertices; // as the file says
      const lots = BigInt(vectors.lots[i] ?? 0) as Lots;
      const limit = BigInt(vectors.limits[i] ?? 0) as Ticks;
      const [buys, size] = [lots > 0n, (lots > 0n ? lots : -BigInt(lots)) as Lots];
      const isFar = isBeyond(v, pointAt(v, lots), limit, buys);
      const reached = isFar ? reach(v, pointAt(v, 0n as Lots), size, limit, buys) : size;
      const [least, total] = [v.weights.reduce((a, b) => (b < a ? b : a)), v.weights.reduce((a, b) => a + b)];
      expect(least > 0n && total <= 128n * least, `${i}`).to.equal(true);
      expect([costOf(v, lots), price(v), worstLoss(v.weights, v.beta), reached].map(String), `case ${i}`).to.deep.equal(
        [vectors.costs[i], vectors.prices[i], vectors.deposits[i], vectors.reached[i]],
      );
    });
  });

  describe("given any position and prior", () => {
    const vertices = fc
      .record({
        beta: whole(1, 2 ** 30).chain((x) => whole(0, 20).map((shift) => x << shift)),
        count: fc.integer({ min: 2, max: 16 }),
        seeds: fc.array(whole(-(2 ** 30), 2 ** 30), { minLength: 32, maxLength: 32 }),
        spread: whole(1, 64),
        isLopsided: fc.boolean(),
        leg: fc.nat(15),
      })
      .map(({ beta, count, seeds, spread, isLopsided, leg }): Vertices => {
        const some = seeds.slice(0, count);
        return {
          beta: beta as TickLots,
          weights: some.map((x, i) => (isLopsided && i > 0 ? 1n + ((x < 0n ? -x : x) % 8n) : 1n)),
          owed: some.map((x) => ((x * beta * spread) >> 30n) as TickLots),
          pays: some.map((_, i) => (i === leg % count ? 10_000n : 0n) as Ticks),
        };
      });
    const size = whole(1, 2 ** 30);

    it("it never asks less than the exact function, nor more than 1 + 4e-16 beta above it", () => {
      fc.assert(
        fc.property(vertices, size, fc.boolean(), (v, lots, buys) => {
          const signed = buys ? lots : -lots;
          const asked = cost(v, signed) * UNIT;
          const fair = exactCost(v, signed);
          const most = UNIT + (4n * v.beta * UNIT) / 10n ** 16n;
          return asked >= fair && asked - fair <= most;
        }),
        RUNS,
      );
    });

    const then = (v: Vertices, lots: bigint): Vertices => ({
      ...v,
      owed: v.owed.map((s, i) => (s + lots * (v.pays[i] ?? 0n)) as TickLots),
    });

    it("a trade in two parts never costs less than the whole", () => {
      fc.assert(
        fc.property(vertices, size, size, fc.boolean(), (v, first, second, buys) => {
          const [a, b] = buys ? [first, second] : [-first, -second];
          return cost(v, a) + cost(then(v, a), b) >= cost(v, a + b);
        }),
        RUNS,
      );
    });

    it("there and back never pays", () => {
      fc.assert(
        fc.property(vertices, size, fc.boolean(), (v, lots, buys) => {
          const signed = buys ? lots : -lots;
          return cost(v, signed) + cost(then(v, signed), -signed) > 0n;
        }),
        RUNS,
      );
    });

    it("a lot more never costs less", () => {
      fc.assert(
        fc.property(vertices, size, (v, lots) => {
          if (v.beta > 10n ** 12n) return true; // here a rounding is more than a tick · lot
          return cost(v, lots + 1n) >= cost(v, lots) && cost(v, -lots - 1n) <= cost(v, -lots);
        }),
        RUNS,
      );
    });

    it("what it finds up to a limit has a price within it, and its next lot's lies near it", () => {
      fc.assert(
        fc.property(vertices, size, whole(1, 9_999), fc.boolean(), (v, lots, limit, buys) => {
          const [wanted, to] = [lots as Lots, limit as Ticks];
          const all = (buys ? lots : -lots) as Lots;
          if (!isBeyond(v, pointAt(v, all), to, buys)) return true;
          const found = reach(v, pointAt(v, 0n as Lots), wanted, to, buys);
          if (found < 0n || found > wanted) return false;
          // A price moves by no more than scale / 4b a lot; what arithmetic leaves out is far less than a tick.
          const there = price(then(v, buys ? found : -BigInt(found)));
          const slack = 10n ** 15n;
          const isWithin = buys ? there <= limit * 10n ** 18n + slack : there >= limit * 10n ** 18n - slack;
          return found === 0n || isWithin;
        }),
        RUNS,
      );
    });
  });

  it("keeps its level to within 1e-16 of the exact one, with the most lopsided prior", () => {
    const weights = [1n, 100n, 27n];
    for (let k = 0n; k < 42n; k += 1n) {
      const v: Vertices = {
        beta: (10n ** 6n) as TickLots,
        weights,
        owed: [k * 10n ** 6n, 0n, 0n] as never,
        pays: [0n, 10_000n, 0n] as never,
      };
      const asked = cost(v, 1_000n) * UNIT;
      expect(asked >= exactCost(v, 1_000n) && asked - exactCost(v, 1_000n) <= 2n * UNIT, `${k}`).to.equal(true);
    }
    expect(exactExp(0n)).to.equal(UNIT);
    expect(exactLevel([1n, 1n], [0n, 0n], 1n)).to.equal(exactLn(2n * UNIT));
  });
});
