/** The plain reference beside the book: collateral in every joint outcome (R11 to R13), and how it was computed. */
import { expect } from "chai";
import fc from "fast-check";

import { claimsOf, coverOf } from "../../../src/protocol/book/margin.js";
import { BASKET_ROOT_ID, type MarketRef, type TradePackage } from "../../../src/protocol/signing/package.js";
import { createVerifyCache } from "../../../src/verify/cache.js";
import { FIXED } from "../../protocol/support.js";
import { expectViolation } from "../support/expect.js";
import { LOT } from "../support/header.js";
import { type JudgedBook, judgedBook } from "../support/judged.js";
import { bound, laterFields, RACE, RAIN, RAIN_TEXT, rainFields, record, TICK_VALUE } from "../support/markets.js";
import { ALICE, BOB, CAROL } from "../support/people.js";
import { STAKE, trade } from "../support/stories.js";

/** Alice has sold Bob 100 lots of leg 1 at half, and 100 lots of rain at 20. */
function traded(cache = createVerifyCache()): JudgedBook {
  const judged = judgedBook({}, cache);
  judged.step(BASKET_ROOT_ID, (scribe) => {
    trade(scribe, [ALICE, BOB], 5_000n, 100n);
  });
  judged.step(RAIN, (scribe) => {
    trade(scribe, [ALICE, BOB], 20n, 100n, { marketRootId: RAIN });
  });
  return judged;
}

const MARKETS: readonly MarketRef[] = [BASKET_ROOT_ID, RAIN, RACE].flatMap((marketRootId) =>
  [1, 2].map((marketBranchId) => ({ marketRootId, marketBranchId })),
);

/** What Alice can lose at worst: half of 100 lots, and 30 ticks of 100 lots. */
const ALICE_WORST = STAKE - 50n * LOT - 30n * 100n * TICK_VALUE;

describe("Judge, of collateral", function () {
  it("takes true accounts, and says how many it has looked at", function () {
    const judged = traded();
    const before = judged.judge.counts.collateral;
    judged.judge.traders([1, 2], RAIN);
    expect(judged.judge.counts.collateral).to.equal(before + 2);
    judged.judge.everything();
    expect(judged.judge.counts.collateral).to.equal(before + 5);
  });

  describe("in the worst joint outcome (R11)", function () {
    it("refuses a wei less than nothing, and takes nothing", function () {
      for (const missing of [0n, 1n]) {
        const judged = traded();
        const traderId = judged.falsify(ALICE, BASKET_ROOT_ID, ({ cash }) => ({ cash: cash - ALICE_WORST - missing }));
        const look = (): void => {
          judged.judge.traders([traderId], BASKET_ROOT_ID);
        };
        if (missing === 0n)
          expectViolation(look, { rule: "R14" }); // covered, but the money is gone from the total
        else {
          const why = "A trader owes more than it has in some joint outcome.";
          expectViolation(look, { rule: "R11", why, actual: { traderId, worst: -1n } });
        }
      }
    });

    it("adds up what is worst in each root, for they are independent", function () {
      const judged = traded();
      const traderId = judged.falsify(ALICE, RAIN, ({ lots }) => ({ lots: lots.with(0, -1_000n * 1_000n) }));
      const worst = STAKE + 50n * LOT + 20n * 100n * TICK_VALUE - 100n * LOT - 50n * 1_000_000n * TICK_VALUE;
      expectViolation(
        () => {
          judged.judge.traders([traderId], RAIN);
        },
        { rule: "R11", actual: { traderId, worst } },
      );
    });

    it("looks between the bounds, where a loss may lie", function () {
      const judged = judgedBook();
      // Long the whole, twice short its middle: worst at the middle's upper strike.
      judged.step(RAIN, (scribe) => {
        trade(scribe, [BOB, ALICE], 0n, 10n, { marketRootId: RAIN });
        trade(scribe, [ALICE, BOB], 10n, 20n, { marketRootId: RAIN, marketBranchId: 2 });
      });
      const worst = STAKE + 200n * TICK_VALUE + (10n * 20n - 20n * 20n) * TICK_VALUE;
      const traderId = judged.falsify(ALICE, BASKET_ROOT_ID, ({ cash }) => ({ cash: cash - worst - 1n }));
      expectViolation(
        () => {
          judged.judge.traders([traderId], BASKET_ROOT_ID);
        },
        { rule: "R11", actual: { traderId, worst: -1n } },
      );
    });
  });

  describe("against what the book has stored (R12)", function () {
    const why = "The stored worst case is better than the true one.";

    it("refuses a stored worst case that is a wei too good", function () {
      const judged = traded();
      const traderId = judged.falsify(ALICE, RAIN, ({ rootWorst }) => ({ rootWorst: rootWorst + 1n }));
      expectViolation(
        () => {
          judged.judge.traders([traderId], RAIN);
        },
        {
          rule: "R12",
          why,
          expected: { traderId, atMost: ALICE_WORST },
          actual: { traderId, slack: ALICE_WORST + 1n },
        },
      );
    });

    it("takes one that is worse, which only holds collateral back", function () {
      const judged = traded();
      judged.falsify(ALICE, RAIN, ({ rootWorst }) => ({ rootWorst: rootWorst - 1n }));
      judged.judge.traders([1], RAIN);
    });

    it("refuses one so bad that the book could not have accepted it", function () {
      const judged = traded();
      const traderId = judged.falsify(ALICE, RAIN, ({ rootWorst }) => ({ rootWorst: rootWorst - ALICE_WORST - 1n }));
      expectViolation(
        () => {
          judged.judge.traders([traderId], RAIN);
        },
        { rule: "R12", expected: { traderId, atMost: ALICE_WORST }, actual: { traderId, slack: -1n } },
      );
    });

    it("takes what is stored by bounds that have become tighter since", function () {
      const judged = traded();
      bound(judged.scribe, RAIN, 1, 10n, 30n);
      judged.judge.bounds(undefined, RAIN);
      judged.judge.everything();
    });

    it("looks at every trader at the end, whoever was touched", function () {
      const judged = traded();
      const traderId = judged.falsify(BOB, RAIN, ({ rootWorst }) => ({ rootWorst: rootWorst + 1n }));
      judged.judge.traders([1], RAIN);
      expectViolation(
        () => {
          judged.judge.everything();
        },
        { rule: "R12", actual: { traderId, slack: STAKE - 50n * LOT - 20n * 100n * TICK_VALUE + 1n } },
      );
    });
  });

  describe("of an order that was accepted (R13)", function () {
    const lots = STAKE / LOT;
    const orderOf = (quantity: bigint, price = 5_000n): TradePackage =>
      ({ marketRootId: BASKET_ROOT_ID, marketBranchId: 1, priceTicks: price, quantityLots: quantity }) as TradePackage; // all that is looked at

    it("takes one that its trader can just bear, and refuses a lot more", function () {
      const { judge } = judgedBook();
      judge.order(3, orderOf(2n * lots));
      judge.order(3, orderOf(-2n * lots));
      const why = "A trader could not bear an order that was accepted.";
      for (const quantity of [2n * lots + 1n, -2n * lots - 1n]) {
        expectViolation(
          () => {
            judge.order(3, orderOf(quantity));
          },
          { rule: "R13", why, actual: { traderId: 3, worst: -LOT / 2n } },
        );
      }
    });

    it("counts what its trader holds already, in that root and in others", function () {
      const { judge } = traded();
      // Alice is short 100 lots of leg 1: she can buy so many more than she can sell.
      const most = (ALICE_WORST * 2n) / LOT;
      for (const quantity of [most + 200n, -most]) {
        judge.order(1, orderOf(quantity));
        const more = quantity > 0n ? quantity + 1n : quantity - 1n;
        expectViolation(
          () => {
            judge.order(1, orderOf(more));
          },
          { rule: "R13", actual: { traderId: 1, worst: -LOT / 2n } },
        );
      }
    });

    it("looks at each by itself: open orders use nothing up", function () {
      const judged = judgedBook();
      judged.scribe.order(CAROL, { priceTicks: 5_000n, quantityLots: 2n * lots });
      judged.judge.order(3, orderOf(2n * lots));
    });

    it("knows branches and events, too", function () {
      const { judge } = judgedBook();
      const event = { marketRootId: RACE, marketBranchId: 3, priceTicks: 40n } as const;
      const most = STAKE / (40n * TICK_VALUE);
      judge.order(2, { ...event, quantityLots: most });
      expectViolation(
        () => {
          judge.order(2, { ...event, quantityLots: most + 1n });
        },
        { rule: "R13", actual: { traderId: 2, worst: STAKE - (most + 1n) * 40n * TICK_VALUE } },
      );
    });

    it("agrees with the book's own check, whatever the order", function () {
      const { judge, scribe } = traded();
      const { margin, markets } = scribe.book.state;
      const any = fc.record({
        traderId: fc.integer({ min: 1, max: 3 }),
        market: fc.constantFrom(...MARKETS),
        price: fc.bigInt({ min: 0n, max: 10_000n }),
        quantity: fc.bigInt({ min: -400_000n, max: 400_000n }).filter((one) => one !== 0n),
      });
      fc.assert(
        fc.property(any, ({ traderId, market, price, quantity }) => {
          const { marketRootId, marketBranchId } = market;
          const root = markets.known(marketRootId);
          const { slack } = coverOf(root, margin.load(traderId, root), marketBranchId, quantity, price);
          const order = { marketRootId, marketBranchId, priceTicks: price, quantityLots: quantity } as TradePackage;
          const look = (): void => {
            judge.order(traderId, order);
          };
          if (slack >= 0n) look();
          else expectViolation(look, { rule: "R13", actual: { traderId, worst: slack } });
        }),
        FIXED,
      );
    });
  });

  describe("as to how it is computed", function () {
    /** Carol holds something in basket, race and two intervals with many strikes: more than 1 024 combinations. */
    function wide(): JudgedBook {
      const judged = judgedBook();
      const { scribe } = judged;
      record(scribe, rainFields(scribe), { text: RAIN_TEXT });
      for (const root of [RAIN, 4]) {
        const first = scribe.book.state.markets.known(root);
        const made = first.kind === "interval" ? first.strikes.length : 0;
        for (let branch = made + 1; branch <= 20; branch += 1) {
          const marketMin = BigInt(branch) + 20n;
          const strikes = { marketMin, marketMax: marketMin + 5n };
          record(scribe, laterFields(scribe, root, { marketBranchId: branch, parentBranchId: 1, ...strikes }), {
            isSigned: false,
          });
        }
      }
      for (const [marketRootId, price] of [
        [BASKET_ROOT_ID, 5_000n],
        [RAIN, 20n],
        [RACE, 30n],
        [4, 20n],
      ] as const) {
        judged.step(marketRootId, (told) => {
          trade(told, [BOB, CAROL], price, 10n, { marketRootId });
        });
      }
      return judged;
    }

    it("builds one matrix over all combinations while they are few", function () {
      const { judge } = traded();
      expect(judge.counts.byRoot).to.equal(0);
      expect(judge.counts.whole).to.equal(judge.counts.collateral);
    });

    it("adds up one for each root where they are many, with the same result", function () {
      const judged = wide();
      const { judge, scribe } = judged;
      expect(judge.counts.byRoot).to.be.greaterThan(0);
      expect(judge.counts.whole + judge.counts.byRoot).to.equal(judge.counts.collateral);
      const before = { ...judge.counts };
      judge.traders([3], 4);
      expect(judge.counts.byRoot).to.equal(before.byRoot + 1);
      const worst = scribe.book.state.margin.slackOf(3);
      judged.falsify(CAROL, BASKET_ROOT_ID, ({ cash }) => ({ cash: cash - worst - 1n }));
      expectViolation(
        () => {
          judge.traders([3], BASKET_ROOT_ID);
        },
        { rule: "R11", actual: { traderId: 3, worst: -1n } },
      );
    });

    it("gives the same with a cache, which it asks by roots and lots", function () {
      const cache = createVerifyCache();
      const first = traded(cache);
      const { size } = cache.worsts;
      expect(size).to.be.greaterThan(0);
      first.judge.traders([1, 2], RAIN);
      expect(cache.worsts.size, "nothing new was asked").to.equal(size);
      for (const key of cache.worsts.keys()) cache.worsts.set(key, -(10n ** 30n));
      expectViolation(
        () => {
          first.judge.traders([1], RAIN);
        },
        { rule: "R11", why: "A trader owes more than it has in some joint outcome." },
      );
    });
  });

  describe("of claims (R16)", function () {
    it("gives what the book itself would pay", function () {
      const { judge, scribe } = traded();
      const { margin, markets } = scribe.book.state;
      for (const traderId of [1, 2, 3]) {
        const own = claimsOf(LOT, margin.load(traderId, markets.known(BASKET_ROOT_ID)));
        expect(judge.claimsOf(traderId)).to.deep.equal(own);
      }
    });

    it("counts what is at stake in other roots at its worst", function () {
      const { judge } = traded();
      const rain = { sold: 20n - 50n, bought: -20n };
      expect(judge.claimsOf(1)).to.deep.equal([
        STAKE - 50n * LOT + rain.sold * 100n * TICK_VALUE,
        STAKE + 50n * LOT + rain.sold * 100n * TICK_VALUE,
      ]);
      expect(judge.claimsOf(2)).to.deep.equal([
        STAKE + 50n * LOT + rain.bought * 100n * TICK_VALUE,
        STAKE - 50n * LOT + rain.bought * 100n * TICK_VALUE,
      ]);
      expect(judge.claimsOf(3)).to.deep.equal([STAKE, STAKE]);
    });
  });
});
