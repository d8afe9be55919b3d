/** Resting orders that cannot trade are taken out when they are met: expired, one's own, uncovered. */
import { expect } from "chai";
import hre from "hardhat";

import { bookOfRecords } from "../support/chain-of-trades.js";
import { at, place, submit } from "../../../stage/contracts/orders.js";
import { expectSound } from "../support/sound.js";
import { storyOf } from "../../../stage/contracts/story.js";
import { TIME_IN_FORCE, TOKEN } from "../../../stage/contracts/units.js";
import { bankroll, openWorld, type World } from "../../../stage/contracts/world.js";

const connection = await hre.network.create();
const { networkHelpers } = connection;
const SOON = 5_000;

async function open(): Promise<World> {
  const w = await openWorld(connection, { assetCount: 3 });
  await bankroll(w, 10n * TOKEN, w.alice, w.bob, w.carol);
  return w;
}

describe("Makers in the way", () => {
  let w: World;
  beforeEach(async () => {
    w = await networkHelpers.loadFixture(open);
  });
  afterEach(() => expectSound(w));

  describe("expired", () => {
    beforeEach(async () => {
      await place(w, { trader: w.alice, lots: 5n, price: 5_000n, deadline: w.t1 + SOON }); // 1
      await place(w, { trader: w.bob, lots: 5n, price: 4_900n }); // 2
    });

    it("are filled in the last second of their deadline", async () => {
      await networkHelpers.time.setNextBlockTimestamp(w.t1 + SOON);
      const story = await storyOf(w, submit(w, { trader: w.carol, lots: -5n, price: 4_000n }));
      expect(story).to.deep.equal(["created 3", "matched 1 3: 5 at 5000", "checkpoint 3"]);
    });

    it("are offset a second later, and the next order is filled", async () => {
      await networkHelpers.time.setNextBlockTimestamp(w.t1 + SOON + 1);
      const story = await storyOf(w, submit(w, { trader: w.carol, lots: -5n, price: 4_000n }));
      expect(story).to.deep.equal(["created 3", "offset 1: 5 expired", "matched 2 3: 5 at 4900", "checkpoint 3"]);
      expect(await bookOfRecords(w)).to.equal("1.1 2.1 3.1 1.2 2.2 2.3 3.2 3.3");
    });

    it("are not looked for beyond the limit", async () => {
      await networkHelpers.time.increaseTo(w.t1 + SOON + 1);
      const story = await storyOf(w, submit(w, { trader: w.carol, lots: -5n, price: 5_001n }));
      expect(story).to.deep.equal(["created 3", "checkpoint 3"]);
    });

    it("cost a step each", async () => {
      await networkHelpers.time.increaseTo(w.t1 + SOON + 1);
      const story = await storyOf(w, submit(w, { trader: w.carol, lots: -5n, price: 4_000n }, { maxMatches: 1 }));
      expect(story).to.deep.equal(["created 3", "offset 1: 5 expired", "checkpoint 3"]);
      expect((await w.book.marketOf(1, 1)).crossed).to.equal(true);
    });

    it("refuse a post-only order until somebody takes them out", async () => {
      await networkHelpers.time.increaseTo(w.t1 + SOON + 1);
      await w.book.connect(w.outsider).offset(at(1), 0);
      const order = { trader: w.carol, lots: -5n, price: 4_950n, timeInForce: TIME_IN_FORCE.postOnly };
      expect(await storyOf(w, submit(w, order))).to.deep.equal(["created 3", "checkpoint 4"]);
    });
  });

  describe("one's own", () => {
    it("are offset, never traded with: nobody makes a price with himself", async () => {
      await place(w, { trader: w.alice, lots: 5n, price: 5_000n });
      await place(w, { trader: w.bob, lots: 5n, price: 4_900n });
      const before = [...(await w.book.accountOf(w.alice))];
      const story = await storyOf(w, submit(w, { trader: w.alice, lots: -5n, price: 4_950n }));
      expect(story).to.deep.equal(["created 3", "offset 1: 5 own order", "checkpoint 3"]);
      expect((await w.book.accountOf(w.alice)).claim).to.equal(before[0]);
      expect((await w.book.accountOf(w.alice)).openOrders).to.equal(1n);
    });

    it("free the way to others'", async () => {
      await place(w, { trader: w.alice, lots: 5n, price: 5_000n });
      await place(w, { trader: w.bob, lots: 5n, price: 4_900n });
      const story = await storyOf(w, submit(w, { trader: w.alice, lots: -5n, price: 4_000n }));
      expect(story).to.deep.equal(["created 3", "offset 1: 5 own order", "matched 2 3: 5 at 4900", "checkpoint 3"]);
    });
  });

  describe("uncovered", () => {
    beforeEach(async () => {
      // Alice's bids need her 10 tokens each: 20 000 at 0.5 in legs 1 and 2. Leg 2 takes them.
      await place(w, { trader: w.alice, lots: 20_000n, price: 5_000n }); // 1
      await place(w, { trader: w.alice, lots: 20_000n, price: 5_000n, leg: 2 }); // 2
      await bankroll(w, 40n * TOKEN, w.bob);
      await place(w, { trader: w.bob, lots: -19_000n, price: 5_000n, leg: 2 }); // 3
    });

    it("are cut to what they can bear when what meets them is more, and filled", async () => {
      const story = await storyOf(w, submit(w, { trader: w.carol, lots: -2_000n, price: 5_000n }));
      expect(story).to.deep.equal([
        "created 4",
        "offset 1: 19000 uncovered",
        "matched 1 4: 1000 at 5000",
        "checkpoint 4",
      ]);
    });

    it("are filled by what is small enough", async () => {
      const story = await storyOf(w, submit(w, { trader: w.carol, lots: -1_000n, price: 5_000n }));
      expect(story).to.deep.equal(["created 4", "matched 1 4: 1000 at 5000", "checkpoint 4"]);
      expect((await w.book.accountOf(w.alice)).claim).to.equal(0n);
    });
  });
});
