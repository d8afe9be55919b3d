/** What all traders have together, against what the book holds for them (R14). */
import { expect } from "chai";
import { ZeroAddress } from "ethers";
import fc from "fast-check";

import { BASKET_ROOT_ID } from "../../../src/protocol/signing/package.js";
import { FIXED } from "../../protocol/support.js";
import { expectViolation } from "../support/expect.js";
import { LOT, T2 } from "../support/header.js";
import { type JudgedBook, judgedBook } from "../support/judged.js";
import { bound, RACE, RAIN, TICK_VALUE } from "../support/markets.js";
import { ALICE, BOB, CAROL } from "../support/people.js";
import { STAKE, trade } from "../support/stories.js";

const ALL = 3n * STAKE;
const CLAIMS = "The claims of all traders must be what the book holds for them.";

describe("Judge, of what is zero-sum", function () {
  let judged: JudgedBook;
  beforeEach(function () {
    judged = judgedBook();
    judged.step(BASKET_ROOT_ID, (scribe) => {
      trade(scribe, [ALICE, BOB], 4_000n, 100n);
    });
    judged.step(RAIN, (scribe) => {
      trade(scribe, [BOB, CAROL], 20n, 10n, { marketRootId: RAIN });
    });
  });

  /** What is said when these traders' accounts in a root are looked at again. */
  function expectUneven(
    traderIds: readonly number[],
    rootId: number,
    violated: Parameters<typeof expectViolation>[1],
  ): void {
    expectViolation(() => {
      judged.judge.traders(traderIds, rootId);
    }, violated);
  }

  describe("in cash", function () {
    it("refuses a wei that comes from nowhere, or goes there, in every asset", function () {
      for (const change of [1n, -1n]) {
        const traderId = judged.falsify(CAROL, BASKET_ROOT_ID, ({ cash }) => ({ cash: cash + change }));
        const values = { expected: { leg: 1, claims: ALL }, actual: { leg: 1, claims: ALL + change } };
        expectUneven([traderId], BASKET_ROOT_ID, { rule: "R14", why: CLAIMS, ...values });
        judged.falsify(CAROL, BASKET_ROOT_ID, ({ cash }) => ({ cash: cash - change }));
        judged.judge.traders([traderId], BASKET_ROOT_ID);
      }
    });

    it("takes any that goes from one to another: whether it may is for the book's rules", function () {
      judged.falsify(ALICE, BASKET_ROOT_ID, ({ cash }) => ({ cash: cash - 7n }));
      judged.falsify(BOB, BASKET_ROOT_ID, ({ cash }) => ({ cash: cash + 7n }));
      judged.judge.traders([1, 2], BASKET_ROOT_ID);
    });

    it("refuses it once half of it has been looked at", function () {
      judged.falsify(ALICE, BASKET_ROOT_ID, ({ cash }) => ({ cash: cash - 7n }));
      judged.falsify(BOB, BASKET_ROOT_ID, ({ cash }) => ({ cash: cash + 7n }));
      expectUneven([1], BASKET_ROOT_ID, { rule: "R14", actual: { leg: 1, claims: ALL - 7n } });
    });
  });

  describe("in lots of the basket", function () {
    it("refuses a lot of one leg that nobody has sold", function () {
      for (const leg of [1, 2]) {
        const fresh = judgedBook();
        const traderId = fresh.falsify(CAROL, BASKET_ROOT_ID, ({ lots }) => ({ lots: lots.with(leg - 1, 1n) }));
        expectViolation(
          () => {
            fresh.judge.traders([traderId], BASKET_ROOT_ID);
          },
          { rule: "R14", why: CLAIMS, expected: { leg, claims: ALL }, actual: { leg, claims: ALL + LOT } },
        );
      }
    });

    it("takes legs that were paid in, and refuses them twice", function () {
      const deposited = judgedBook();
      deposited.scribe.call((vault) => {
        vault.split(deposited.scribe.header.organiser, 10n * LOT);
      });
      deposited.step(BASKET_ROOT_ID, (scribe) => {
        scribe.depositLeg(CAROL, 2, 5n);
      });
      const traderId = deposited.falsify(CAROL, BASKET_ROOT_ID, ({ lots }) => ({ lots: lots.with(1, 10n) }));
      expectViolation(
        () => {
          deposited.judge.traders([traderId], BASKET_ROOT_ID);
        },
        { rule: "R14", expected: { leg: 2, claims: ALL + 5n * LOT }, actual: { leg: 2, claims: ALL + 10n * LOT } },
      );
    });
  });

  describe("in lots of other roots", function () {
    it("refuses what does not cancel", function () {
      const traderId = judged.falsify(CAROL, RAIN, ({ lots }) => ({ lots: lots.with(0, 11n) }));
      const actual = { rootId: RAIN, lots: "1,0" };
      expectUneven([traderId], RAIN, { rule: "R14", why: "Lots of a market must cancel.", actual });
    });

    it("refuses what cancels in the sum of a root's branches only", function () {
      const traderId = judged.falsify(CAROL, RAIN, ({ lots }) => ({ lots: [lots[0]! - 1n, 1n] }));
      expectUneven([traderId], RAIN, { rule: "R14", actual: { rootId: RAIN, lots: "-1,1" } });
    });

    it("keeps branches that were made since", function () {
      judged.step(RAIN, (scribe) => {
        trade(scribe, [BOB, CAROL], 12n, 4n, { marketRootId: RAIN, marketBranchId: 2 });
      });
      const traderId = judged.falsify(BOB, RAIN, ({ lots }) => ({ lots: lots.with(1, 0n) }));
      expectUneven([traderId], RAIN, { rule: "R14", actual: { rootId: RAIN, lots: "0,4" } });
    });

    it("counts what is settled and not yet realised for what it will be", function () {
      bound(judged.scribe, RAIN, 1, 30n, 30n);
      judged.judge.bounds(undefined, RAIN);
      judged.step(RAIN, (scribe) => {
        scribe.realise(RAIN, CAROL);
      });
      judged.step(RAIN, (scribe) => {
        scribe.realise(RAIN, BOB);
      });
      judged.judge.everything();
    });

    it("refuses what was realised for more than it was", function () {
      bound(judged.scribe, RAIN, 1, 30n, 30n);
      judged.scribe.realise(RAIN, CAROL);
      const traderId = judged.falsify(CAROL, RAIN, ({ cash }) => ({ cash: cash + TICK_VALUE }));
      const values = { expected: { leg: 1, claims: ALL }, actual: { leg: 1, claims: ALL + TICK_VALUE } };
      expectUneven([traderId], RAIN, { rule: "R14", why: CLAIMS, ...values });
    });
  });

  it("takes true trades, whoever trades what with whom", function () {
    const people = [ALICE, BOB, CAROL] as const;
    const one = fc.record({
      seller: fc.integer({ min: 0, max: 2 }),
      after: fc.integer({ min: 1, max: 2 }),
      market: fc.constantFrom(
        { marketRootId: BASKET_ROOT_ID, marketBranchId: 2, most: 10_000 },
        { marketRootId: RAIN, marketBranchId: 2, most: 20 },
        { marketRootId: RACE, marketBranchId: 1, most: 100 },
      ),
      price: fc.integer({ min: 0, max: 100 }),
      lots: fc.bigInt({ min: 1n, max: 200n }),
    });
    fc.assert(
      fc.property(fc.array(one, { minLength: 1, maxLength: 6 }), (trades) => {
        const fresh = judgedBook();
        for (const { seller, after, market, price, lots } of trades) {
          const { most, ...place } = market;
          const least = place.marketRootId === RAIN ? 10 : 0;
          const at = BigInt(least + Math.floor(((most - least) * price) / 100));
          fresh.step(place.marketRootId, (scribe) => {
            trade(scribe, [people[seller]!, people[(seller + after) % 3]!], at, lots, place);
          });
        }
        fresh.judge.everything();
        expect(fresh.judge.counts.collateral).to.be.greaterThan(0);
      }),
      { ...FIXED, numRuns: 12 },
    );
  });
});

describe("Judge, of the book's tokens", function () {
  it("takes more than is owed: gifts", function () {
    const { judge, ledger, scribe } = judgedBook();
    ledger.transfer({ kind: "transfer", token: 1, from: ZeroAddress, to: scribe.header.book, value: 5n });
    judge.tokens();
  });

  it("refuses a wei less, in the asset that it is missing for", function () {
    const why = "The book holds fewer tokens than were deposited and not taken out.";
    const { judge, ledger, scribe } = judgedBook();
    const { book } = scribe.header;
    ledger.transfer({ kind: "transfer", token: 2, from: ZeroAddress, to: book, value: 1n });
    ledger.transfer({ kind: "transfer", token: 0, from: book, to: ZeroAddress, value: 1n });
    const values = { expected: { leg: 1, tokens: ALL }, actual: { leg: 1, tokens: ALL - 1n } };
    for (const look of ["tokens", "everything"] as const) {
      expectViolation(
        () => {
          judge[look]();
        },
        { rule: "R14", why, ...values },
      );
    }
  });

  it("takes legs for session tokens, for they are claims on the asset as well", function () {
    const { judge, ledger, scribe } = judgedBook();
    const { book } = scribe.header;
    ledger.transfer({ kind: "transfer", token: 0, from: book, to: ZeroAddress, value: 9n });
    for (const token of [1, 2]) ledger.transfer({ kind: "transfer", token, from: ZeroAddress, to: book, value: 9n });
    judge.tokens();
  });

  it("follows what is paid out", function () {
    const judged = judgedBook();
    judged.step(BASKET_ROOT_ID, (scribe) => {
      scribe.withdraw(CAROL, 5n);
    });
    judged.scribe.now = T2;
    judged.step(BASKET_ROOT_ID, (scribe) => {
      scribe.exit(ALICE);
    });
    judged.judge.everything();
    expect(judged.ledger.balance(0, judged.scribe.header.book)).to.equal(2n * STAKE - 5n);
  });
});
