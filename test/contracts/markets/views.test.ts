import { expect } from "chai";
import hre from "hardhat";

import {
  deal,
  eventRoot,
  expectRefused,
  intervalRoot,
  MARKET_TICK,
  slackOf,
  subMarket,
  tighten,
} from "../../../stage/contracts/markets.js";
import { expectMarketsSound } from "../support/markets-sound.js";
import { TOKEN } from "../../../stage/contracts/units.js";
import { bankroll, openWorld, type World } from "../../../stage/contracts/world.js";

const connection = await hre.network.create();
const { networkHelpers } = connection;

interface Roots extends World {
  readonly rain: number;
  readonly match: number;
}

/** Alice: cash 8.4 = 10 - 1 (2 000 lots of leg 2) - 1 (20 of rain) + 0.9 (30 of 30-60 sold) - 0.5 (10 of outcome 3). */
async function open(): Promise<Roots> {
  const w = await openWorld(connection);
  await bankroll(w, 10n * TOKEN, w.alice, w.bob);
  const rain = await intervalRoot(w);
  await subMarket(w, rain, 30n, 60n);
  const match = await eventRoot(w);
  await deal(w, { buyer: w.alice, seller: w.bob, root: 1, branch: 2, lots: 2_000n, price: 5_000n });
  await deal(w, { buyer: w.alice, seller: w.bob, root: rain, branch: 1, lots: 20n, price: 50n });
  await deal(w, { buyer: w.bob, seller: w.alice, root: rain, branch: 2, lots: 30n, price: 30n });
  await deal(w, { buyer: w.alice, seller: w.bob, root: match, branch: 3, lots: 10n, price: 50n });
  return { ...w, rain, match };
}

const CASH = (84n * TOKEN) / 10n;

describe("Collateral as views", () => {
  let w: Roots;
  beforeEach(async () => {
    w = await networkHelpers.loadFixture(open);
  });
  afterEach(() => expectMarketsSound(w));

  type Outcome = readonly [root: number, ...values: bigint[]];

  async function netIn(...outcomes: Outcome[]): Promise<bigint> {
    const given = outcomes.map(([marketRootId, ...values]) => ({ marketRootId, values }));
    return w.book.netCollateral(w.alice, given);
  }

  describe("netCollateral", () => {
    // 20 y - 30 clamp(y, 30, 60): -900 at 0, -300 at 30, -600 at 60, 200 at 100.
    const WORST = -900n * MARKET_TICK;

    it("without outcomes is the slack: every root at its stored worst", async () => {
      expect(await netIn()).to.equal(CASH + WORST);
      expect(await slackOf(w, w.alice)).to.equal(CASH + WORST);
    });

    it("of one root leaves the others at their worst", async () => {
      for (const [y, ticks] of [
        [0n, -900n],
        [30n, -300n],
        [60n, -600n],
        [73n, -340n],
        [100n, 200n],
      ] as const) {
        expect(await netIn([w.rain, y]), `at ${y}`).to.equal(CASH + ticks * MARKET_TICK);
      }
      expect(await netIn([w.match, 10n, 20n, 70n])).to.equal(CASH + WORST + 700n * MARKET_TICK);
      expect(await netIn([1, 2_500n, 7_500n])).to.equal(CASH + WORST + (15n * TOKEN) / 10n);
    });

    it("of several adds them up", async () => {
      const all = await netIn([1, 0n, 10_000n], [w.rain, 100n], [w.match, 0n, 0n, 100n]);
      expect(all).to.equal(CASH + 2n * TOKEN + TOKEN / 5n + TOKEN);
    });

    it("of who is not registered is nothing", async () => {
      expect(await w.book.netCollateral(w.outsider, [{ marketRootId: w.rain, values: [50n] }])).to.equal(0n);
    });

    it("counts from the fresh worst, not the stored one, where an outcome is given", async () => {
      await tighten(w, w.rain, 1, 30n, 100n);
      expect(await netIn()).to.equal(CASH + WORST);
      expect(await netIn([w.rain, 60n])).to.equal(CASH - 600n * MARKET_TICK);
    });

    describe("refuses", () => {
      async function refuses(root: number, ...outcomes: Outcome[]): Promise<void> {
        await expectRefused(w, netIn(...outcomes), "Book_OutcomeImpossible", root);
      }

      it("outcomes outside the bounds of today", async () => {
        await refuses(w.rain, [w.rain, -1n]);
        await refuses(w.rain, [w.rain, 101n]);
        await tighten(w, w.rain, 1, 40n, 60n);
        await refuses(w.rain, [w.rain, 39n]);
        await refuses(w.rain, [w.rain, 61n]);
        expect(await netIn([w.rain, 40n])).to.equal(CASH + WORST - WORST - 400n * MARKET_TICK);
      });

      it("weights that do not add up to the scale, or lie outside their bounds", async () => {
        await refuses(w.match, [w.match, 10n, 20n, 71n]);
        await refuses(w.match, [w.match, 10n, 20n, 69n]);
        await refuses(w.match, [w.match, -10n, 20n, 90n]);
        await refuses(w.match, [w.match, 101n, 0n, -1n]);
        await refuses(1, [1, 5_000n, 5_001n]);
        await tighten(w, w.match, 3, 0n, 40n);
        await refuses(w.match, [w.match, 30n, 29n, 41n]);
      });

      it("too many or too few values", async () => {
        await refuses(w.rain, [w.rain]);
        await refuses(w.rain, [w.rain, 50n, 50n]);
        await refuses(w.match, [w.match, 0n, 100n]);
        await refuses(w.match, [w.match, 0n, 100n, 0n, 0n]);
        await refuses(1, [1, 10_000n]);
      });

      it("a root named twice, or after a later one", async () => {
        await refuses(w.rain, [w.rain, 50n], [w.rain, 50n]);
        await refuses(w.rain, [w.match, 0n, 100n, 0n], [w.rain, 50n]);
        await refuses(1, [w.rain, 50n], [1, 10_000n, 0n]);
      });

      it("roots that do not exist", async () => {
        await expectRefused(w, netIn([9, 50n]), "Book_MarketUnknown", 9, 1);
        await expectRefused(w, netIn([0, 50n]), "Book_MarketUnknown", 0, 1);
      });
    });

    it("of a settled root knows one outcome alone", async () => {
      await tighten(w, w.rain, 1, 45n, 45n);
      expect(await netIn([w.rain, 45n])).to.equal(CASH + (20n * 45n - 30n * 45n) * MARKET_TICK);
      await expectRefused(w, netIn([w.rain, 46n]), "Book_OutcomeImpossible", w.rain);
    });
  });

  describe("checkCollateral", () => {
    async function check(...roots: number[]): Promise<bigint[]> {
      const { slack, bindingOutcomes } = await w.book.checkCollateral(w.alice, roots);
      return [slack, ...bindingOutcomes];
    }

    it("without roots is the slack", async () => {
      expect(await check()).to.deep.equal([CASH - 900n * MARKET_TICK]);
    });

    it("names where each root is worst: an outcome, or the leg of a simplex", async () => {
      expect(await check(1, w.rain, w.match)).to.deep.equal([CASH - 900n * MARKET_TICK, 1n, 0n, 1n]);
    });

    it("looks afresh at the roots it is given, and at no others", async () => {
      await tighten(w, w.rain, 1, 30n, 100n);
      await tighten(w, w.match, 3, 20n, 100n);
      expect(await check()).to.deep.equal([CASH - 900n * MARKET_TICK]);
      expect(await check(w.rain)).to.deep.equal([CASH - 600n * MARKET_TICK, 60n]);
      expect(await check(w.match)).to.deep.equal([CASH - 700n * MARKET_TICK, 1n]);
      expect(await check(w.rain, w.match)).to.deep.equal([CASH - 400n * MARKET_TICK, 60n, 1n]);
    });

    it("names the leg on which the next tick would fall, if weights are bounded", async () => {
      await tighten(w, w.match, 1, 0n, 30n);
      await tighten(w, w.match, 2, 0n, 50n);
      // The two others take 80; the 20 left are Alice's.
      expect(await check(w.match)).to.deep.equal([CASH - 700n * MARKET_TICK, 3n]);
    });

    it("changes nothing", async () => {
      await tighten(w, w.rain, 1, 30n, 100n);
      await check(w.rain);
      expect(await slackOf(w, w.alice)).to.equal(CASH - 900n * MARKET_TICK);
    });

    it("refuses roots out of order, twice, or unknown", async () => {
      await expectRefused(w, check(w.match, w.rain), "Book_OutcomeImpossible", w.rain);
      await expectRefused(w, check(w.rain, w.rain), "Book_OutcomeImpossible", w.rain);
      await expectRefused(w, check(w.rain, 9), "Book_MarketUnknown", 9, 1);
    });
  });

  it("rootOf, spansOf, marketOf and positionOf refuse what does not exist", async () => {
    await expectRefused(w, w.book.rootOf(9), "Book_MarketUnknown", 9, 1);
    await expectRefused(w, w.book.spansOf(0), "Book_MarketUnknown", 0, 1);
    await expectRefused(w, w.book.marketOf(w.rain, 3), "Book_MarketUnknown", w.rain, 3);
    await expectRefused(w, w.book.positionOf(w.alice, 4), "Book_MarketUnknown", 4, 1);
  });

  it("the basket root is described like any other", async () => {
    const { kind, branchCount, hi, settled, owner, tip } = await w.book.rootOf(1);
    expect([kind, branchCount, hi, settled]).to.deep.equal([1n, 2n, 10_000n, false]);
    expect([BigInt(owner), BigInt(tip)]).to.deep.equal([0n, 0n]);
    const { lower, upper } = await w.book.spansOf(1);
    expect([[...lower], [...upper]]).to.deep.equal([
      [0n, 0n],
      [10_000n, 10_000n],
    ]);
  });
});
