/** A maker quotes many markets on one deposit; a fill in one uncovers the others, and they are evicted. */
import { expect } from "chai";
import hre from "hardhat";

import { bookOfRecords } from "../support/chain-of-trades.js";
import { at, type OrderSpec, place, submit, submitAll } from "../../../stage/contracts/orders.js";
import { expectSound } from "../support/sound.js";
import { storyOf } from "../../../stage/contracts/story.js";
import { costOf, reserveOf, TOKEN } from "../../../stage/contracts/units.js";
import { bankroll, openWorld, type World } from "../../../stage/contracts/world.js";

const connection = await hre.network.create();
const { networkHelpers } = connection;

/** Alice has 1 token and quotes both sides of eight legs with it: bids for 2 000 at 0.5, orders 1 to 8; offers of 1 000
 * at 0.6, orders 9 to 16. */
async function quoting(): Promise<World> {
  const w = await openWorld(connection, { assetCount: 8 });
  await bankroll(w, TOKEN, w.alice);
  await bankroll(w, 50n * TOKEN, w.bob, w.carol);
  const legs = [1, 2, 3, 4, 5, 6, 7, 8];
  const bids: OrderSpec[] = legs.map((leg) => ({ trader: w.alice, lots: 2_000n, price: 5_000n, leg }));
  const offers: OrderSpec[] = legs.map((leg) => ({ trader: w.alice, lots: -1_000n, price: 6_000n, leg }));
  await submitAll(w, [...bids, ...offers]);
  return w;
}

describe("Shared collateral", () => {
  let w: World;
  beforeEach(async () => {
    w = await networkHelpers.loadFixture(quoting);
  });
  afterEach(() => expectSound(w));

  it("bears sixteen quotes on one token, and reserves the neediest once", async () => {
    expect([...(await w.book.accountOf(w.alice))]).to.deep.equal([TOKEN, 0n, 16n, reserveOf(TOKEN)]);
  });

  describe("given one bid is hit in full", () => {
    beforeEach(async () => {
      await place(w, { trader: w.bob, lots: -2_000n, price: 5_000n }); // 17
      expect([...(await w.book.accountOf(w.alice))].slice(0, 3)).to.deep.equal([0n, 0n, 15n]);
    });

    it("the other bids are evicted when they are met; who met them rests instead", async () => {
      const story = await storyOf(w, submit(w, { trader: w.bob, lots: -500n, price: 5_000n, leg: 2 }));
      expect(story).to.deep.equal(["created 18", "offset 2: 2000 uncovered", "checkpoint 3"]);
      expect((await w.book.orderAt(18)).lots).to.equal(-500n);
    });

    it("an evicted quote is passed over: the next one is filled in the same call", async () => {
      await place(w, { trader: w.carol, lots: 300n, price: 4_900n, leg: 2 }); // 18
      const story = await storyOf(w, submit(w, { trader: w.bob, lots: -500n, price: 4_000n, leg: 2 }));
      expect(story).to.deep.equal([
        "created 19",
        "offset 2: 2000 uncovered",
        "matched 18 19: 300 at 4900",
        "checkpoint 4",
      ]);
    });

    it("anybody evicts them all at once; what is covered stands", async () => {
      const ids = Array.from({ length: 16 }, (_, i) => i + 1);
      const story = await storyOf(w, w.book.connect(w.outsider).offset(at(...ids), 0));
      const evicted = [2, 3, 4, 5, 6, 7, 8].map((id) => `offset ${id}: 2000 uncovered`);
      // Order 1 is gone. The offer of the first leg only sells what is held; the others could lose 0.4 each.
      const offers = [10, 11, 12, 13, 14, 15, 16].map((id) => `offset ${id}: 1000 uncovered`);
      expect(story).to.deep.equal([
        "left 1: Book_OrderUnknown",
        ...evicted,
        "left 9: Book_OrderStands",
        ...offers,
        "checkpoint 3",
      ]);
      expect((await w.book.accountOf(w.alice)).openOrders).to.equal(1n);
    });

    it("selling on what was bought covers the others again", async () => {
      await place(w, { trader: w.carol, lots: 1_000n, price: 6_000n }); // Alice's offer 9
      expect((await w.book.accountOf(w.alice)).claim).to.equal(costOf(1_000n, 6_000n));
      const story = await storyOf(w, submit(w, { trader: w.bob, lots: -1_200n, price: 5_000n, leg: 2 }));
      expect(story).to.deep.equal(["created 19", "matched 2 19: 1200 at 5000", "checkpoint 4"]);
    });
  });

  it("a fill that is small enough leaves every quote as it is", async () => {
    await place(w, { trader: w.bob, lots: -1n, price: 5_000n });
    // 0.5 ticks of a lot short: bids for 2 000 in the other legs cannot be filled in full any more, but in part.
    const story = await storyOf(w, submit(w, { trader: w.bob, lots: -1_999n, price: 5_000n, leg: 2 }));
    expect(story).to.deep.equal(["created 18", "matched 2 18: 1999 at 5000", "checkpoint 3"]);
    expect((await w.book.accountOf(w.alice)).claim).to.equal(0n);
  });

  it("evictions go on record as offsets of the chain", async () => {
    await place(w, { trader: w.bob, lots: -2_000n, price: 5_000n });
    await place(w, { trader: w.bob, lots: -500n, price: 5_000n, leg: 2 });
    expect((await bookOfRecords(w)).split(" ").slice(16)).to.deep.equal("17.1 1.2 1.3 17.2 17.3 18.1 2.2".split(" "));
  });

  it("a withdrawal cannot void the quotes just before they are hit", async () => {
    await expect(w.book.connect(w.alice).withdraw(1n, w.alice, 0))
      .to.be.revertedWithCustomError(w.book, "Book_WithdrawalUncoversOrders")
      .withArgs(w.alice.address, 1, TOKEN, reserveOf(TOKEN));
  });
});
