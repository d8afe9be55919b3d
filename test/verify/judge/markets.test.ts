/** Bounds that only tighten (R37, R38), and queues in their order (R30, R31). */
import { expect } from "chai";

import type { Bounds } from "../../../src/protocol/market/bounds.js";
import type { IntervalRoot, MarketRoot, SimplexRoot } from "../../../src/protocol/market/market-table.js";
import { ticks } from "../../../src/protocol/amounts/units.js";
import { BASKET_ROOT_ID } from "../../../src/protocol/signing/package.js";
import { expectViolation } from "../support/expect.js";
import { type JudgedBook, judgedBook } from "../support/judged.js";
import { bound, RACE, RAIN } from "../support/markets.js";
import { ALICE, BOB, CAROL } from "../support/people.js";
import { trade } from "../support/stories.js";

const span = (lower: number, upper: number): Bounds => ({ lower: ticks(BigInt(lower)), upper: ticks(BigInt(upper)) });
const WHY = "The bounds of a market only tighten.";

describe("Judge, of bounds", function () {
  let judged: JudgedBook;
  let rain: IntervalRoot;
  let race: SimplexRoot;
  beforeEach(function () {
    judged = judgedBook();
    const { markets } = judged.scribe.book.state;
    const [interval, event] = [markets.known(RAIN), markets.known(RACE)];
    if (interval.kind !== "interval" || event.kind !== "simplex") throw new Error("rain is no race");
    [rain, race] = [interval, event];
  });

  /** The root as it stands came after this one. */
  function expectLooser(before: MarketRoot, rule: "R37" | "R38", within: string, bounds: string): void {
    expectViolation(
      () => {
        judged.judge.bounds(before, before.marketRootId);
      },
      { rule, why: WHY, expected: { within }, actual: { bounds } },
    );
  }

  it("takes a root that was not there before", function () {
    judged.judge.bounds(undefined, RAIN);
    judged.judge.bounds(undefined, RACE);
  });

  it("takes one that stays as it is", function () {
    judged.judge.bounds(rain, RAIN);
    judged.judge.bounds(race, RACE);
  });

  describe("of an interval (R37)", function () {
    it("takes tighter ones", function () {
      bound(judged.scribe, RAIN, 1, 5n, 45n);
      judged.judge.bounds(rain, RAIN);
      bound(judged.scribe, RAIN, 1, 20n, 20n);
      judged.judge.bounds(rain, RAIN);
    });

    it("refuses looser ones, on either side by a tick", function () {
      expectLooser({ ...rain, bounds: span(1, 50) }, "R37", "1..50", "0..50");
      expectLooser({ ...rain, bounds: span(0, 49) }, "R37", "0..49", "0..50");
    });

    it("refuses ones that tighten on one side and loosen on the other", function () {
      bound(judged.scribe, RAIN, 1, 20n, 50n);
      expectLooser({ ...rain, bounds: span(0, 49) }, "R37", "0..49", "20..50");
    });

    it("takes a new branch, and refuses strikes that moved or went", function () {
      judged.judge.bounds({ ...rain, strikes: rain.strikes.slice(0, 1) }, RAIN);
      const moved = [rain.strikes[0]!, span(10, 21)];
      expectLooser({ ...rain, strikes: moved }, "R37", "0..50", "0..50");
      expectLooser({ ...rain, strikes: [...rain.strikes, span(1, 2)] }, "R37", "0..50", "0..50");
    });

    it("refuses that it becomes another kind of root", function () {
      expectLooser({ ...rain, marketRootId: RACE }, "R37", "0..50", "0..100 0..100 0..100");
    });
  });

  describe("of an event (R38)", function () {
    it("takes tighter ones", function () {
      bound(judged.scribe, RACE, 2, 0n, 0n);
      judged.judge.bounds(race, RACE);
    });

    it("refuses looser ones of any outcome", function () {
      for (const k of [0, 1, 2]) {
        const weights = race.weights.with(k, span(0, 99));
        const within = weights.map(({ lower, upper }) => `${lower}..${upper}`).join(" ");
        expectLooser({ ...race, weights }, "R38", within, "0..100 0..100 0..100");
      }
    });

    it("refuses that an outcome goes", function () {
      const weights = [...race.weights, span(0, 100)];
      expectLooser({ ...race, weights }, "R38", "0..100 0..100 0..100 0..100", "0..100 0..100 0..100");
    });
  });

  it("looks again at those who hold lots there, and at nobody else", function () {
    judged.step(RAIN, (scribe) => {
      trade(scribe, [ALICE, BOB], 20n, 10n, { marketRootId: RAIN });
    });
    const before = judged.judge.counts.collateral;
    judged.judge.bounds(rain, RAIN);
    expect(judged.judge.counts.collateral).to.equal(before + 2);
    judged.judge.bounds(race, RACE);
    expect(judged.judge.counts.collateral).to.equal(before + 2);
    const traderId = judged.falsify(ALICE, RAIN, ({ rootWorst }) => ({ rootWorst: rootWorst + 1n }));
    const slack = judged.scribe.book.state.margin.slackOf(traderId);
    expectViolation(
      () => {
        judged.judge.bounds(rain, RAIN);
      },
      { rule: "R12", expected: { traderId, atMost: slack - 1n }, actual: { traderId, slack } },
    );
  });
});

describe("Judge, of queues", function () {
  let judged: JudgedBook;
  beforeEach(function () {
    judged = judgedBook();
    const { scribe } = judged;
    scribe.order(ALICE, { priceTicks: 4_000n, quantityLots: 10n }); // 1
    scribe.order(BOB, { priceTicks: 4_000n, quantityLots: 10n }); // 2
    scribe.order(CAROL, { priceTicks: 3_000n, quantityLots: 10n }); // 3
    scribe.order(ALICE, { priceTicks: 6_000n, quantityLots: -10n }); // 4
    scribe.order(BOB, { priceTicks: 7_000n, quantityLots: -10n }); // 5
  });

  function expectRefused(rule: "R30" | "R31", why: string, actual: object): void {
    expectViolation(
      () => {
        judged.judge.everything();
      },
      { rule, why, actual: actual as Readonly<Record<string, unknown>> },
    );
  }

  it("takes those of a true book, in every market", function () {
    judged.scribe.order(CAROL, { priceTicks: 20n, quantityLots: 1n, marketRootId: RAIN });
    judged.scribe.order(CAROL, { priceTicks: 30n, quantityLots: 1n, marketRootId: RACE, marketBranchId: 3 });
    judged.judge.everything();
  });

  describe("in order (R30)", function () {
    const why = "A queue is out of order.";

    it("refuses a bid behind a lower one, and an offer behind a higher one", function () {
      judged.falsifyPrice(3, 5_000n);
      expectRefused("R30", why, { first: 2, second: 3 });
      judged.falsifyPrice(3, 3_000n);
      judged.judge.everything();
      judged.falsifyPrice(5, 5_000n);
      expectRefused("R30", why, { first: 4, second: 5 });
    });

    it("refuses an earlier order behind a later one of its price", function () {
      judged.falsifyPrice(1, 3_999n);
      expectRefused("R30", why, { first: 1, second: 2 });
      judged.falsifyPrice(1, 4_000n);
      const [first, second] = [1, 2].map((id) => judged.scribe.book.state.queues.find(id)!);
      Object.assign(first!, { tradeRootId: 9 });
      expectRefused("R30", why, { first: 9, second: second!.tradeRootId });
    });
  });

  describe("that do not cross (R31)", function () {
    const why = "Two orders cross and were not matched.";

    it("refuses a bid at or above the best offer", function () {
      for (const price of [6_000n, 6_001n]) {
        judged.falsifyPrice(1, price);
        expectRefused("R31", why, { bid: 1, ask: 4 });
      }
      judged.falsifyPrice(1, 5_999n);
      judged.judge.everything();
    });

    it("takes them in a market that is marked as left crossed", function () {
      judged.scribe.order(CAROL, { priceTicks: 6_000n, quantityLots: 10n }, 0);
      judged.judge.everything();
      judged.scribe.book.state.queues.of({ marketRootId: BASKET_ROOT_ID, marketBranchId: 1 }).setCrossed(false);
      expectRefused("R31", why, { bid: 6, ask: 4 });
    });
  });
});
