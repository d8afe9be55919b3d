/** What becomes of resting orders when their market closes, is determined, or tightens away from under their price. */
import { expect } from "chai";
import hre from "hardhat";

import {
  eventRoot,
  expectRefused,
  intervalRoot,
  ordersStory,
  slackOf,
  subMarket,
  tighten,
} from "../../../stage/contracts/markets.js";
import { expectMarketsSound } from "../support/markets-sound.js";
import { at, place, submit } from "../../../stage/contracts/orders.js";
import { DAY, TOKEN } from "../../../stage/contracts/units.js";
import { bankroll, openWorld, type World } from "../../../stage/contracts/world.js";

const connection = await hre.network.create();
const { networkHelpers } = connection;

interface Roots extends World {
  readonly rain: number;
  readonly match: number;
  readonly closesAt: number;
}

/** Alice bids in the market (order 1), its sub-market (2) and for outcome 2 of the match (3); Bob offers in the market (4). */
async function open(): Promise<Roots> {
  const w = await openWorld(connection);
  await bankroll(w, 10n * TOKEN, w.alice, w.bob, w.carol);
  const closesAt = w.t1 + DAY;
  const rain = await intervalRoot(w, { closesAt });
  await subMarket(w, rain, 30n, 60n);
  const match = await eventRoot(w);
  await place(w, { trader: w.alice, root: rain, lots: 10n, price: 40n });
  await place(w, { trader: w.alice, root: rain, leg: 2, lots: 10n, price: 50n });
  await place(w, { trader: w.alice, root: match, leg: 2, lots: 10n, price: 50n });
  await place(w, { trader: w.bob, root: rain, lots: -10n, price: 55n });
  return { ...w, rain, match, closesAt };
}

describe("Resting orders", () => {
  let w: Roots;
  beforeEach(async () => {
    w = await networkHelpers.loadFixture(open);
  });
  afterEach(() => expectMarketsSound(w));

  async function sweep(...orders: number[]): Promise<string[]> {
    return ordersStory(w, w.book.connect(w.outsider).offset(at(...orders), 0));
  }

  it("of an open market stand", async () => {
    await expectRefused(w, w.book.offset(at(4), 0), "Book_OrderStands", 4, w.submitter.address);
  });

  describe("when the root closes", () => {
    beforeEach(() => networkHelpers.time.increaseTo(w.closesAt));

    it("anybody may offset them, and only them", async () => {
      expect(await sweep(1, 2, 3, 4)).to.deep.equal([
        "offset 1: 10 expired",
        "offset 2: 10 expired",
        "left 3: Book_OrderStands",
        "offset 4: 10 expired",
      ]);
    });

    it("nobody matches them any more", async () => {
      const at = w.closesAt + 10;
      await networkHelpers.time.setNextBlockTimestamp(at);
      await expectRefused(w, w.book.matchTrades(w.rain, 1, 5, 0), "Book_MarketClosed", w.rain, w.closesAt, at);
    });
  });

  it("when a branch is determined, anybody may offset those of that branch", async () => {
    await tighten(w, w.rain, 1, 60n, 100n);
    expect(await sweep(1, 2)).to.deep.equal(["left 1: Book_OrderStands", "offset 2: 10 expired"]);
    await expectRefused(w, w.book.matchTrades(w.rain, 2, 5, 0), "Book_MarketDetermined", w.rain, 2, 60);
  });

  it("when an outcome is eliminated or the root settles, likewise", async () => {
    await tighten(w, w.match, 2, 0n, 0n);
    await tighten(w, w.rain, 1, 45n, 45n);
    expect(await sweep(4, 3, 2, 1)).to.deep.equal([
      "offset 4: 10 expired",
      "offset 3: 10 expired",
      "offset 2: 10 expired",
      "offset 1: 10 expired",
    ]);
    expect((await w.book.accountOf(w.alice)).reserved).to.equal(0n);
  });

  it("their own trader may cancel them in any of these states", async () => {
    await tighten(w, w.rain, 1, 45n, 45n);
    expect(await ordersStory(w, w.book.connect(w.alice).offset(at(1), 0))).to.deep.equal(["offset 1: 10 cancelled"]);
  });

  describe("when the market tightens away from their price", () => {
    beforeEach(() => tighten(w, w.rain, 1, 56n, 100n));

    it("an offer below the least outcome is still an offer, and trades at its price", async () => {
      const story = await ordersStory(w, submit(w, { trader: w.carol, root: w.rain, lots: 10n, price: 56n }));
      expect(story).to.deep.equal(["created 5", "matched 4 5: 10 at 55"]);
      // Bought for 55 what is worth 56 at least.
      expect(await slackOf(w, w.carol)).to.equal(10n * TOKEN + TOKEN / 100n);
      expect(await slackOf(w, w.bob)).to.equal(10n * TOKEN - (45n * TOKEN) / 100n);
    });

    it("a bid below it is not reached by anybody: offers start at the least outcome", async () => {
      const story = await ordersStory(w, submit(w, { trader: w.carol, root: w.rain, lots: -10n, price: 56n }));
      expect(story[0]).to.equal("created 5");
      expect((await w.book.orderAt(1)).lots).to.equal(10n);
    });
  });

  describe("given an order ran out of steps and left the market crossed", () => {
    beforeEach(async () => {
      await place(w, { trader: w.bob, root: w.rain, lots: -10n, price: 55n });
      await submit(w, { trader: w.carol, root: w.rain, lots: 20n, price: 60n }, { maxMatches: 1 });
      expect((await w.book.marketOf(w.rain, 1)).crossed).to.equal(true);
    });

    it("after a record, anybody may match on within the new bounds", async () => {
      await tighten(w, w.rain, 1, 20n, 58n);
      expect(await ordersStory(w, w.book.matchTrades(w.rain, 1, 5, 0))).to.deep.equal(["matched 5 6: 10 at 55"]);
    });

    it("after closesAt, both sides are offset instead", async () => {
      await networkHelpers.time.increaseTo(w.closesAt);
      expect(await sweep(5, 6)).to.deep.equal(["offset 5: 10 expired", "offset 6: 10 expired"]);
    });
  });
});
