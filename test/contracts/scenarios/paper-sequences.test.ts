/** The worked sequences of the papers: the exact book of records, decoded from events. Prices in tenths, as there. */
import { expect } from "chai";
import hre from "hardhat";

import { bookOfRecords, foldLogs } from "../support/chain-of-trades.js";
import { at, place, submit } from "../../../stage/contracts/orders.js";
import { expectSound } from "../support/sound.js";
import { storyOf } from "../../../stage/contracts/story.js";
import { TOKEN } from "../../../stage/contracts/units.js";
import { bankroll, openWorld, type World } from "../../../stage/contracts/world.js";

const connection = await hre.network.create();
const { networkHelpers } = connection;

/** A tick is a tenth and each order one lot of one token, as in the papers; every order is signed over the last record. */
async function open(): Promise<World> {
  const w = await openWorld(connection, { basketScale: 10n, basketTickValue: TOKEN / 10n, chainWindow: 2 });
  await bankroll(w, 10n * TOKEN, w.alice, w.bob, w.carol);
  return w;
}

describe("The papers' sequences", () => {
  let w: World;
  beforeEach(async () => {
    w = await networkHelpers.loadFixture(open);
    await place(w, { trader: w.alice, lots: 1n, price: 5n });
  });
  afterEach(() => expectSound(w));

  it("single order, perfect match: 1.1 2.1 1.2 1.3 2.2 2.3", async () => {
    const story = await storyOf(w, submit(w, { trader: w.bob, lots: -1n, price: 5n }));
    expect(story).to.deep.equal(["created 2", "matched 1 2: 1 at 5", "checkpoint 2"]);
    expect(await bookOfRecords(w)).to.equal("1.1 2.1 1.2 1.3 2.2 2.3");
  });

  it("better price: the match is at the price of whoever was there first, the later order's offset at its own", async () => {
    const story = await storyOf(w, submit(w, { trader: w.bob, lots: -1n, price: 4n }));
    expect(story).to.deep.equal(["created 2", "matched 1 2: 1 at 5", "checkpoint 2"]);
    expect(await bookOfRecords(w)).to.equal("1.1 2.1 1.2 1.3 2.2 2.3");
    const { orders } = await foldLogs(w);
    expect(
      [...orders.values()].map(({ order: { priceTicks: price, quantityLots: quantity } }) => [price, quantity]),
    ).to.deep.equal([
      [5n, 1n],
      [4n, -1n],
    ]);
    expect((await w.book.accountOf(w.bob)).claim).to.equal(10n * TOKEN + TOKEN / 2n);
  });

  it("chaining to the furthest record: a third order follows 2.3", async () => {
    await place(w, { trader: w.bob, lots: -1n, price: 4n });
    const { link: head } = await w.book.chainState();
    await place(w, { trader: w.carol, lots: -1n, price: 7n, link: head });
    expect(await bookOfRecords(w)).to.equal("1.1 2.1 1.2 1.3 2.2 2.3 3.1");
    expect((await w.book.orderAt(3)).lots).to.equal(-1n);
    await place(w, { trader: w.carol, lots: -1n, price: 8n });
    await expect(submit(w, { trader: w.alice, lots: 1n, price: 1n, link: head }))
      .to.be.revertedWithCustomError(w.book, "Book_StaleLink")
      .withArgs(head, (await w.book.chainState()).link);
  });

  describe("the ladder of better prices in one signature", () => {
    // A limit at 7 takes 4, 5, 6 and 7, each at the price of whoever stands there.
    it("a bid takes each offer at the offer's own price, best first", async () => {
      await w.book.connect(w.alice).offset(at(1), 0);
      for (const price of [6n, 4n, 7n, 5n, 8n]) await place(w, { trader: w.bob, lots: -1n, price });
      const story = await storyOf(w, submit(w, { trader: w.carol, lots: 5n, price: 7n }));
      expect(story).to.deep.equal([
        "created 7",
        "matched 3 7: 1 at 4",
        "matched 5 7: 1 at 5",
        "matched 2 7: 1 at 6",
        "matched 4 7: 1 at 7",
        "checkpoint 8",
      ]);
      expect((await w.book.accountOf(w.carol)).claim).to.equal(10n * TOKEN - (22n * TOKEN) / 10n);
      expect((await w.book.orderAt(7)).lots).to.equal(1n);
    });

    it("an offer takes each bid at the bid's own price, best first", async () => {
      for (const price of [3n, 6n]) await place(w, { trader: w.bob, lots: 1n, price });
      const story = await storyOf(w, submit(w, { trader: w.carol, lots: -5n, price: 4n }));
      expect(story).to.deep.equal(["created 4", "matched 3 4: 1 at 6", "matched 1 4: 1 at 5", "checkpoint 4"]);
    });
  });
});
