/** One deposit stands behind the positions and the quotes of every root. */
import { expect } from "chai";
import hre from "hardhat";

import {
  deal,
  eventRoot,
  expectRefused,
  intervalRoot,
  MARKET_TICK,
  ordersStory,
  slackOf,
  subMarket,
  tighten,
} from "../../../stage/contracts/markets.js";
import { expectMarketsSound } from "../support/markets-sound.js";
import { place, submit, submitAll } from "../../../stage/contracts/orders.js";
import { reserveOf, TOKEN } from "../../../stage/contracts/units.js";
import { bankroll, openWorld, type World } from "../../../stage/contracts/world.js";

const connection = await hre.network.create();
const { networkHelpers } = connection;

interface Roots extends World {
  readonly rain: number;
  readonly wind: number;
  readonly match: number;
}

/** Alice has one token, the others have plenty. */
async function open(): Promise<Roots> {
  const w = await openWorld(connection);
  await bankroll(w, TOKEN, w.alice);
  await bankroll(w, 20n * TOKEN, w.bob, w.carol);
  const rain = await intervalRoot(w);
  await subMarket(w, rain, 30n, 60n);
  return { ...w, rain, wind: await intervalRoot(w), match: await eventRoot(w) };
}

describe("Collateral shared by several roots", () => {
  let w: Roots;
  beforeEach(async () => {
    w = await networkHelpers.loadFixture(open);
  });
  afterEach(() => expectMarketsSound(w));

  describe("given quotes in every root, each of which needs the whole token", () => {
    const quotes = (): { root: number; leg?: number; lots: bigint; price: bigint }[] => [
      { root: 1, lots: 2_000n, price: 5_000n },
      { root: w.rain, lots: 20n, price: 50n },
      { root: w.rain, leg: 2, lots: -50n, price: 40n },
      { root: w.wind, lots: -20n, price: 50n },
      { root: w.match, lots: 20n, price: 50n },
      { root: w.match, leg: 3, lots: -20n, price: 50n },
    ];

    it("takes all of them on the one deposit", async () => {
      for (const quote of quotes()) await place(w, { trader: w.alice, ...quote });
      const { openOrders, reserved } = await w.book.accountOf(w.alice);
      expect([openOrders, reserved]).to.deep.equal([6n, reserveOf(TOKEN)]);
    });

    it("refuses each if it needs a little more, with the shortfall and the outcome that binds", async () => {
      const dearer: [{ root: number; leg?: number; lots: bigint; price: bigint }, bigint, bigint][] = [
        [{ root: w.rain, lots: 20n, price: 51n }, 20n, 0n],
        [{ root: w.rain, leg: 2, lots: -50n, price: 39n }, 50n, 60n],
        [{ root: w.wind, lots: -20n, price: 49n }, 20n, 100n],
        [{ root: w.match, lots: 21n, price: 50n }, 50n, 2n],
        [{ root: w.match, leg: 3, lots: -20n, price: 49n }, 20n, 3n],
      ];
      for (const [quote, ticks, binding] of dearer) {
        const call = submit(w, { trader: w.alice, ...quote });
        await expectRefused(w, call, "Book_Uncovered", w.alice.address, ticks * MARKET_TICK, binding);
      }
    });

    it("fills whichever is met first, and the others are uncovered then", async () => {
      for (const quote of quotes()) await place(w, { trader: w.alice, ...quote });
      await place(w, { trader: w.bob, root: w.wind, lots: 20n, price: 50n });
      expect(await slackOf(w, w.alice)).to.equal(0n);
      await submit(w, { trader: w.bob, root: w.match, lots: -20n, price: 50n });
      expect([...(await w.book.positionOf(w.alice, w.match))]).to.deep.equal([0n, 0n, 0n]);
    });
  });

  describe("given positions in several roots", () => {
    it("their worst cases add up: roots know nothing of each other", async () => {
      await bankroll(w, 9n * TOKEN, w.alice);
      await deal(w, { buyer: w.bob, seller: w.alice, root: w.rain, lots: 20n, price: 40n });
      await deal(w, { buyer: w.bob, seller: w.alice, root: w.wind, lots: 10n, price: 40n });
      await deal(w, { buyer: w.bob, seller: w.alice, root: w.match, branch: 2, lots: 10n, price: 20n });
      await deal(w, { buyer: w.alice, seller: w.bob, root: 1, lots: 1_000n, price: 5_000n });
      const { claim, worst } = await w.book.accountOf(w.alice);
      // In: 0.8 + 0.4 + 0.2; out: 0.5. At worst she owes 2 + 1 + 1 and gets nothing for her lots of the basket.
      expect([claim, worst]).to.deep.equal([(109n * TOKEN) / 10n - 4n * TOKEN, 0n]);
      const { slack, bindingOutcomes } = await w.book.checkCollateral(w.alice, [1, w.rain, w.wind, w.match]);
      expect([slack, ...bindingOutcomes]).to.deep.equal([(69n * TOKEN) / 10n, 2n, 100n, 100n, 2n]);
    });

    it("inside a root they net: selling what is held needs nothing", async () => {
      await deal(w, { buyer: w.alice, seller: w.bob, root: w.rain, lots: 20n, price: 50n });
      expect(await slackOf(w, w.alice)).to.equal(0n);
      const order = { trader: w.alice, root: w.rain, lots: -20n, price: 10n };
      await place(w, order);
      await expectRefused(
        w,
        submit(w, { ...order, root: w.wind, price: 50n }),
        "Book_Uncovered",
        w.alice.address,
        TOKEN,
        100n,
      );
    });

    it("what a root is sure to pay counts in all others, once it is refreshed", async () => {
      await deal(w, { buyer: w.alice, seller: w.bob, root: w.rain, lots: 20n, price: 50n });
      await tighten(w, w.rain, 1, 50n, 100n);
      const order = { trader: w.alice, root: w.wind, lots: 20n, price: 50n };
      await expectRefused(w, submit(w, order), "Book_Uncovered", w.alice.address, TOKEN, 0n);
      await w.book.refresh(w.rain, [w.alice]);
      expect(await slackOf(w, w.alice)).to.equal(TOKEN);
      await place(w, order);
    });

    it("what an order pays into its own root counts there without a refresh", async () => {
      await deal(w, { buyer: w.alice, seller: w.bob, root: w.rain, lots: 20n, price: 50n });
      await tighten(w, w.rain, 1, 50n, 100n);
      await deal(w, { buyer: w.alice, seller: w.bob, root: w.rain, lots: 10n, price: 80n });
      // 30 lots for 1.8 tokens are worth 1.5 at least.
      expect(await slackOf(w, w.alice)).to.equal((7n * TOKEN) / 10n);
    });

    it("an unfilled order never adds credit, not even in its own root", async () => {
      await place(w, { trader: w.alice, root: w.rain, leg: 2, lots: 30n, price: 60n });
      // Filled, the bid would hedge this; unfilled it does not.
      const order = { trader: w.alice, root: w.rain, lots: -30n, price: 50n };
      await expectRefused(w, submit(w, order), "Book_Uncovered", w.alice.address, TOKEN / 2n, 100n);
    });
  });

  describe("given one batch of orders in several roots", () => {
    it("each is judged after what the ones before it did", async () => {
      const story = await ordersStory(
        w,
        submitAll(w, [
          { trader: w.bob, root: w.rain, lots: -20n, price: 50n },
          { trader: w.bob, root: w.wind, lots: -20n, price: 50n },
          { trader: w.alice, root: w.rain, lots: 20n, price: 50n },
          { trader: w.alice, root: w.wind, lots: 20n, price: 50n },
          { trader: w.carol, root: w.wind, lots: 20n, price: 50n },
        ]),
      );
      expect(story).to.deep.equal([
        "created 1",
        "created 2",
        "created 3",
        "matched 1 3: 20 at 50",
        "skipped 3: Book_Uncovered",
        "created 4",
        "matched 2 4: 20 at 50",
      ]);
    });

    it("a trader who frees collateral in one root may use it in the next", async () => {
      await deal(w, { buyer: w.alice, seller: w.bob, root: w.rain, lots: 20n, price: 50n });
      await place(w, { trader: w.bob, root: w.rain, lots: 20n, price: 50n });
      const story = await ordersStory(
        w,
        submitAll(w, [
          { trader: w.alice, root: w.rain, lots: -20n, price: 50n },
          { trader: w.alice, root: w.match, lots: 20n, price: 50n },
        ]),
      );
      expect(story).to.deep.equal(["created 4", "matched 3 4: 20 at 50", "created 5"]);
    });
  });
});
