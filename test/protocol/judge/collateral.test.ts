import { expect } from "chai";
import fc from "fast-check";

import { checkCollateral, netCollateralMatrix, type Trade } from "../../../src/protocol/judge/collateral.js";
import {
  basketOutcomes,
  breakpoints,
  constructOutcomeCombinations,
  intervalOutcomes,
  type OutcomeCombinations,
} from "../../../src/protocol/judge/outcomes.js";
import { intervalWorst, simplexWorst } from "../../../src/protocol/margin/worst-case.js";
import papers from "../../vectors/paper-examples.json" with { type: "json" };
import { expectRuleError, FIXED, leastOf, lot, rowsOf, tick, total, wei, whole } from "../support.js";

const trade = (
  traderId: number,
  root: number,
  branch: number,
  price: number | bigint,
  lots: number | bigint,
): Trade => ({ traderId, marketRootId: root, marketBranchId: branch, price: tick(price), quantity: lot(lots) });

/** The matrix M of an example: one market a root. */
function combinationsOf({ outcomes, marketCount }: { outcomes: string[]; marketCount: string }): OutcomeCombinations {
  const columns = Array.from({ length: Number(marketCount) }, (_, index) => ({
    marketRootId: index + 1,
    marketBranchId: 1,
    tickValue: 1n,
  }));
  return { columns, rows: rowsOf(outcomes.map(tick), columns.length) };
}

/** A basket of three legs, ten ticks to 1, a tick worth 3 wei, beside an interval from 0 to 9 with two branches. */
const SCALE = tick(10);
const TICK_VALUE = 3n;
const BASKET = constructOutcomeCombinations([basketOutcomes(3, SCALE, TICK_VALUE)]);
const INTERVAL_ROOT = { marketRootId: 2, tickValue: 2n };
const BRANCHES = [
  { marketBranchId: 1, strikes: { lower: tick(0), upper: tick(9) } },
  { marketBranchId: 2, strikes: { lower: tick(3), upper: tick(5) } },
];
const INTERVAL = { lower: tick(0), upper: tick(9) };
const BOTH = constructOutcomeCombinations([
  basketOutcomes(3, SCALE, TICK_VALUE),
  intervalOutcomes(INTERVAL_ROOT, BRANCHES, breakpoints(INTERVAL, BRANCHES)),
]);

const anyBasketTrade = (traderId: number): fc.Arbitrary<Trade> =>
  fc
    .tuple(fc.integer({ min: 1, max: 3 }), whole(0, 10), whole(-9, 9))
    .map(([leg, price, lots]) => trade(traderId, 1, leg, price, lots));
const anyIntervalTrade = (traderId: number): fc.Arbitrary<Trade> =>
  fc
    .tuple(fc.integer({ min: 1, max: 2 }), whole(0, 9), whole(-9, 9))
    .map(([branch, price, lots]) => trade(traderId, 2, branch, price, lots));

/** The book's way: cash with all premiums, and lots by branch. */
function holdings(cash: bigint, trades: readonly Trade[]): { cash: bigint; legs: bigint[]; branches: bigint[] } {
  const tickValue = (root: number): bigint => (root === 1 ? TICK_VALUE : INTERVAL_ROOT.tickValue);
  const held = (root: number, branch: number): bigint =>
    total(trades.filter((t) => t.marketRootId === root && t.marketBranchId === branch).map((t) => t.quantity));
  const premiums = total(trades.map((t) => t.price * t.quantity * tickValue(t.marketRootId)));
  return { cash: cash - premiums, legs: [1, 2, 3].map((k) => held(1, k)), branches: [1, 2].map((b) => held(2, b)) };
}

/** c + W, with the worst case of each root by itself. */
function slack(cash: bigint, trades: readonly Trade[]): bigint {
  const { cash: left, legs, branches } = holdings(cash, trades);
  const { worst } = simplexWorst(legs.map(lot), SCALE);
  const held = BRANCHES.map(({ strikes }, b) => ({ strikes, lots: lot(branches[b]!) }));
  return left + worst * TICK_VALUE + intervalWorst(held, INTERVAL).worst * INTERVAL_ROOT.tickValue;
}

describe("net collateral", () => {
  describe("the papers' examples", () => {
    for (const { source, ...example } of papers.netCollateral) {
      it(source, () => {
        const trades = example.traderIds.map((traderId, t) =>
          trade(
            Number(traderId),
            Number(example.marketRootIds[t]),
            1,
            Number(example.prices[t]),
            Number(example.quantities[t]),
          ),
        );
        const traders = Array.from({ length: Number(example.traderCount) }, (_, d) => ({
          traderId: d + 1,
          cash: wei(0),
        }));
        const rows = netCollateralMatrix(combinationsOf(example), traders, trades);
        expect(rows.flat().map(String)).to.deep.equal(example.netCollateral);
      });
    }
  });

  describe("by hand", () => {
    const traders = [
      { traderId: 7, cash: wei(100) },
      { traderId: 8, cash: wei(50) },
    ];

    it("without trades every outcome is the cash", () => {
      expect(netCollateralMatrix(BASKET, traders, [])).to.deep.equal([
        [100n, 50n],
        [100n, 50n],
        [100n, 50n],
      ]);
    });

    it("one fill of two lots of leg 2 at 4: (10 - 4) * 2 * 3 wei if the leg takes all, else - 4 * 2 * 3", () => {
      const fill = [trade(7, 1, 2, 4, 2), trade(8, 1, 2, 4, -2)];
      expect(netCollateralMatrix(BASKET, traders, fill)).to.deep.equal([
        [76n, 74n],
        [136n, 14n],
        [76n, 74n],
      ]);
    });

    it("markets and traders that nobody described are refused", () => {
      expectRuleError(() => netCollateralMatrix(BASKET, traders, [trade(7, 1, 4, 1, 1)]), "MARKET_UNKNOWN", {
        marketRootId: 1,
        marketBranchId: 4,
      });
      expectRuleError(() => netCollateralMatrix(BASKET, traders, [trade(9, 1, 1, 1, 1)]), "TRADER_UNKNOWN", {
        traderId: 9,
      });
    });
  });

  it("in every outcome a fill moves collateral from one to the other, and makes none", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(anyBasketTrade(1), anyIntervalTrade(1)), { maxLength: 6 }), (bought) => {
        const sold = bought.map((t) => ({ ...t, traderId: 2, quantity: lot(0n - t.quantity) }));
        const traders = [1, 2].map((traderId) => ({ traderId, cash: wei(1_000 * traderId) }));
        for (const row of netCollateralMatrix(BOTH, traders, [...bought, ...sold])) expect(total(row)).to.equal(3_000n);
      }),
      FIXED,
    );
  });

  it("its least entry is cash plus the worst case of each root alone", () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(anyBasketTrade(1), anyIntervalTrade(1)), { maxLength: 8 }),
        whole(-500, 500),
        (trades, cash) => {
          const rows = netCollateralMatrix(BOTH, [{ traderId: 1, cash: wei(cash) }], trades);
          expect(leastOf(rows.flat())).to.equal(slack(cash, trades));
        },
      ),
      FIXED,
    );
  });

  describe("checkCollateral", () => {
    const check = (cash: number, matched: Trade[], open: Trade[]) => checkCollateral(BASKET, wei(cash), matched, open);

    it("nobody with nothing is covered", () => {
      expect(check(0, [], [])).to.deep.equal({
        covered: true,
        matched: [0n, 0n, 0n],
        netCollateral: [0n, 0n, 0n],
        worst: 0n,
        bindingRow: 0,
      });
    });

    it("a bid needs its price, and one wei less is too little", () => {
      const bid = trade(1, 1, 2, 4, 2);
      expect(check(24, [], [bid])).to.deep.include({ covered: true, netCollateral: [0n, 36n + 24n, 0n], worst: 0n });
      expect(check(23, [], [bid])).to.deep.include({ covered: false, worst: -1n, bindingRow: 0 });
    });

    it("an offer binds where its leg takes all the weight", () => {
      expect(check(35, [], [trade(1, 1, 2, 4, -2)])).to.deep.include({ covered: false, worst: -1n, bindingRow: 1 });
    });

    it("one deposit backs many quotes, each by itself", () => {
      const quotes = [1, 2, 3].flatMap((leg) => [trade(1, 1, leg, 4, 2), trade(1, 1, leg, 6, -3)]);
      expect(check(36, [], quotes).covered).to.be.true;
      expect(check(36, quotes, []).covered).to.be.true; // all filled: two bought, three sold of every leg
      expect(check(35, [], quotes).covered).to.be.false;
    });

    it("an open order lends no credit: what is matched must be covered without it", () => {
      const matched = [trade(1, 1, 1, 5, 2)]; // loses 30 unless leg 1 takes all
      const hedge = [trade(1, 1, 1, 5, -2)]; // would undo it
      expect(check(29, matched, hedge)).to.deep.equal({
        covered: false,
        matched: [59n, -1n, -1n],
        netCollateral: [29n, 29n, 29n],
        worst: -1n,
        bindingRow: 1,
      });
      expect(check(30, matched, hedge).covered).to.be.true;
    });

    it("is for one trader at a time", () => {
      expectRuleError(() => check(9, [trade(1, 1, 1, 1, 1)], [trade(2, 1, 1, 1, 1)]), "SHAPE_MISMATCH", {
        what: "traders",
        expected: 1,
        actual: 2,
      });
    });

    it("says the same as the book's rule: c + W >= 0, and c + W + delta of each open order by itself >= 0", () => {
      const anyTrade = fc.oneof(anyBasketTrade(1), anyIntervalTrade(1));
      let [covered, uncovered] = [0, 0];
      fc.assert(
        fc.property(
          fc.array(anyTrade, { maxLength: 4 }),
          fc.array(anyTrade, { maxLength: 4 }),
          whole(0, 600),
          (matched, open, cash) => {
            const slacks = [slack(cash, matched), ...open.map((order) => slack(cash, [...matched, order]))];
            const result = checkCollateral(BOTH, wei(cash), matched, open);
            expect(result.worst).to.equal(leastOf(slacks));
            expect(result.covered).to.equal(slacks.every((each) => each >= 0n));
            if (result.covered) covered++;
            else uncovered++;
          },
        ),
        FIXED,
      );
      expect(Math.min(covered, uncovered), "the cases show both answers").to.be.greaterThan(20);
    });
  });
});
