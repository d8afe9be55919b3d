import { expect } from "chai";
import fc from "fast-check";

import { claims } from "../../../src/protocol/value/allocations.js";
import { equals, type Fraction, fraction, sum } from "../../../src/protocol/amounts/fraction.js";
import { stressTable, type StressTable } from "../../../src/protocol/value/stress.js";
import { allocationsIn, allocationsOf } from "../../../src/protocol/value/stress-holders.js";
import {
  MAX_SCENARIOS,
  PRICE_SCALE,
  SHOCK_SCALE,
  shocked,
  SHOCKED_SCALE,
  shockGrid,
} from "../../../src/protocol/value/stress-scenarios.js";
import type { AssetUnits } from "../../../src/protocol/amounts/units.js";
import { between, intervalTable } from "../markets.js";
import { anyPlayedSession, LOT_VALUE } from "../sessions.js";
import { expectRuleError, FIXED, lot, tick, wei } from "../support.js";

const whole = (value: Fraction): number => Number(value.numerator) / Number(value.denominator);
const held = (...units: number[]): Fraction[] => units.map((unit) => fraction(BigInt(unit)));

/** The paper's example: a basket of 100 AAPL and 100 TSLA, two participants. */
const SEED = { allocations: [held(70, 30), held(30, 70)], baseline: [held(50, 50), held(50, 50)] };
const scenario = (name: string, ...prices: number[]) => ({
  name,
  prices: prices.map(BigInt),
  allocations: SEED.allocations,
});

describe("stressTable", () => {
  describe("given the paper's basket and a fall and a rise of one share", () => {
    const found: StressTable = stressTable(
      [scenario("as it is", 200, 100), scenario("fall", 100, 100), scenario("rise", 300, 100)],
      SEED.baseline,
    );

    it("multiplies prices with allocations", () => {
      expect(found.rows.map(({ values }) => values.map(whole))).to.deep.equal([
        [17_000, 13_000],
        [10_000, 10_000],
        [24_000, 16_000],
      ]);
      expect(found.rows.map(({ total }) => whole(total))).to.deep.equal([30_000, 20_000, 40_000]);
    });

    it("counts gains against the baseline, which sum to zero", () => {
      expect(found.rows.map(({ profits }) => profits.map(whole))).to.deep.equal([
        [2_000, -2_000],
        [0, 0],
        [4_000, -4_000],
      ]);
      for (const { profitTotal } of found.rows) expect(profitTotal.numerator).to.equal(0n);
    });

    it("names the worst scenario of each", () => {
      expect(found.worstValues.map(({ name, row }) => [name, row])).to.deep.equal([
        ["fall", 1],
        ["fall", 1],
      ]);
      expect(found.worstProfits.map(({ name, value }) => [name, whole(value)])).to.deep.equal([
        ["fall", 0],
        ["rise", -4_000],
      ]);
    });
  });

  describe("given another numeraire", () => {
    const rows = [scenario("as it is", 200, 100)];

    it("counts in units of an asset", () => {
      expect(stressTable(rows, SEED.baseline, { asset: 0 }).rows[0]!.values.map(whole)).to.deep.equal([85, 65]);
    });

    it("counts in parts of the basket, which sum to one", () => {
      const [row] = stressTable(rows, SEED.baseline, "basket").rows;
      expect(row!.values.every(({ numerator, denominator }, i) => numerator * 30n === denominator * [17n, 13n][i]!)).to
        .be.true;
      expect(equals(row!.total, fraction(1n))).to.be.true;
    });

    it("refuses one that is worth nothing, or is not there", () => {
      const free = [scenario("free", 0, 100)];
      expectRuleError(() => stressTable(free, SEED.baseline, { asset: 0 }), "FRACTION_UNDEFINED", {
        numerator: 3_000n,
      });
      expectRuleError(() => stressTable(rows, SEED.baseline, { asset: 2 }), "SHAPE_MISMATCH", {
        what: "numeraire",
        index: 2,
        length: 2,
      });
    });
  });

  describe("given lists that do not fit each other", () => {
    it("refuses no scenario at all, and holders without a baseline", () => {
      expectRuleError(() => stressTable([], SEED.baseline), "SHAPE_MISMATCH", {
        what: "scenarios",
        expected: 1,
        actual: 0,
      });
      expectRuleError(() => stressTable([scenario("one", 1, 1)], [held(1, 1)]), "SHAPE_MISMATCH", {
        what: "holders",
        expected: 1,
        actual: 2,
      });
    });
  });

  describe("given any session that was played, and any prices", () => {
    it("gives each what its claims are worth, and gains that sum to exactly zero", () => {
      fc.assert(
        fc.property(
          anyPlayedSession,
          fc.array(fc.bigInt({ min: 0n, max: 10n ** 30n }), { minLength: 6 }),
          (session, S) => {
            const { basket, claimed, opening } = session;
            const prices = basket.quantities.map((_, k) => S[k]!);
            const passive = opening.map((tokens) => basket.quantities.map(() => tokens));
            const allocations = allocationsOf(basket, claimed);
            const [row] = stressTable([{ name: "any", prices, allocations }], allocationsOf(basket, passive)).rows;
            expect(row!.profitTotal.numerator).to.equal(0n);
            const worth = basket.quantities.reduce((sum, quantity, k) => sum + quantity * prices[k]!, 0n);
            expect(equals(row!.total, fraction(worth))).to.be.true;
            claimed.forEach((own, i) => {
              const numerator = own.reduce((sum, claim, k) => sum + claim * basket.quantities[k]! * prices[k]!, 0n);
              expect(equals(row!.values[i]!, fraction(numerator, basket.supply))).to.be.true;
            });
          },
        ),
        FIXED,
      );
    });
  });
});

describe("allocationsIn", () => {
  /** Three legs of scale 100 and 7 wei a tick; root 2 pays 0 to 20, 2 wei a tick. */
  const table = intervalTable(between(0, 20), []);
  const basket = { quantities: [10n, 20n, 30n] as AssetUnits[], supply: wei(10_000) };
  const accounts = [
    { cash: wei(3_000), positions: new Map([[1, [lot(1)]], [2, [lot(5)]]]) }, // prettier-ignore
    { cash: wei(2_000), positions: new Map([[1, [lot(-1)]], [2, [lot(-5)]]]) }, // prettier-ignore
  ];
  const book = { table, basket, accounts, pool: [wei(5_000), wei(5_000), wei(5_000)] };

  it("pays the market's outcome to one side from the other", () => {
    const [long, short, undecided, outside] = allocationsIn(book, [{ marketRootId: 2, values: [tick(8)] }]);
    const x = (claim: bigint, k: number): Fraction => fraction(claim * basket.quantities[k]!, 10_000n);
    const first = claims(wei(3_080), [lot(1), lot(0), lot(0)], wei(700));
    expect(long).to.deep.equal(first.map(x));
    expect(short).to.deep.equal([1_220n, 1_920n, 1_920n].map(x));
    expect(undecided!.map(({ numerator }) => numerator)).to.deep.equal([0n, 0n, 0n]);
    expect(outside).to.deep.equal([5_000n, 5_000n, 5_000n].map(x));
  });

  it("puts everybody at the worst where nothing is decided, and keeps the rest apart", () => {
    const [long, short, undecided] = allocationsIn(book, []);
    const supply = basket.supply;
    expect(long![1]).to.deep.equal(fraction(3_000n * 20n, supply)); // at y = 0
    expect(short![1]).to.deep.equal(fraction(1_800n * 20n, supply)); // at y = 20
    expect(undecided![1]).to.deep.equal(fraction(200n * 20n, supply));
  });

  it("sums to the basket, whatever is decided", () => {
    for (const outcomes of [[], [{ marketRootId: 2, values: [tick(20)] }]]) {
      const all = allocationsIn(book, outcomes);
      basket.quantities.forEach((quantity, k) => {
        expect(equals(sum(all.map((own) => own[k]!)), fraction(quantity))).to.be.true;
      });
    }
    expect(LOT_VALUE).to.equal(700n);
  });
});

describe("shocks", () => {
  const price = 200n * PRICE_SCALE;

  it("are parts of a price, or amounts, exactly", () => {
    const shock = -SHOCK_SCALE / 3n; // −33.33… %, cut off at 18 digits
    expect(shocked([price], [shock], "relative")).to.deep.equal([price * (SHOCK_SCALE + shock)]);
    expect(shocked([price], [-50n * SHOCK_SCALE], "absolute")).to.deep.equal([150n * SHOCKED_SCALE]);
  });

  it("never take a price below zero", () => {
    expect(shocked([price], [-SHOCK_SCALE], "relative")).to.deep.equal([0n]);
    expectRuleError(() => shocked([price], [-SHOCK_SCALE - 1n], "relative"), "AMOUNT_OUT_OF_RANGE", {
      what: "shocked price",
      asset: 1,
      value: -price,
      least: 0n,
    });
  });

  describe("on a grid", () => {
    const name = (asset: number, shock: bigint): string => `${asset}:${shock}`;

    it("are every combination of their steps, ends included", () => {
      const grid = shockGrid(
        3,
        [
          { asset: 2, from: -4n, to: 4n, steps: 3 },
          { asset: 0, from: 0n, to: 10n, steps: 2 },
        ],
        name,
      );
      expect(grid).to.deep.equal([
        { name: "2:-4 0:0", shocks: [0n, 0n, -4n] },
        { name: "2:-4 0:10", shocks: [10n, 0n, -4n] },
        { name: "2:0 0:0", shocks: [0n, 0n, 0n] },
        { name: "2:0 0:10", shocks: [10n, 0n, 0n] },
        { name: "2:4 0:0", shocks: [0n, 0n, 4n] },
        { name: "2:4 0:10", shocks: [10n, 0n, 4n] },
      ]);
    });

    it("refuses one step, an asset that is not there or comes twice, and too many", () => {
      const range = { asset: 0, from: 0n, to: 1n, steps: 2 };
      expectRuleError(() => shockGrid(1, [{ ...range, steps: 1 }], name), "SHAPE_MISMATCH", {
        what: "steps",
        expected: 2,
        actual: 1,
      });
      expectRuleError(() => shockGrid(1, [{ ...range, asset: 1 }], name), "SHAPE_MISMATCH", {
        what: "asset",
        index: 1,
        length: 1,
      });
      expectRuleError(() => shockGrid(1, [range, range], name), "SHAPE_MISMATCH", {
        what: "ranges of one asset",
        asset: 1,
        expected: 1,
        actual: 2,
      });
      const many = { ...range, steps: MAX_SCENARIOS + 1 };
      expectRuleError(() => shockGrid(1, [many], name), "OUTCOMES_TOO_MANY", {
        count: MAX_SCENARIOS + 1,
        limit: MAX_SCENARIOS,
      });
    });
  });
});
