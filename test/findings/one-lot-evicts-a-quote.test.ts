/**
 * A fill that its trader could not bear took its whole order out. So a maker who quoted its whole collateral in two markets could
 * be put out of its place in one of them for a fill of one lot in the other. What can be borne stays now, or is filled.
 */
import { expect } from "chai";
import hre from "hardhat";

import { at, place, sign, submit } from "../../stage/contracts/orders.js";
import { storyOf } from "../../stage/contracts/story.js";
import { TIME_IN_FORCE, TOKEN } from "../../stage/contracts/units.js";
import { bankroll, openWorld, type World } from "../../stage/contracts/world.js";
import { expectSound } from "../contracts/support/sound.js";

const connection = await hre.network.create();
const { networkHelpers } = connection;
const { immediateOrCancel, fillOrKill } = TIME_IN_FORCE;

/** Alice bids for 20 000 lots at 0.5, all that she can bear, in leg 1 and in leg 2: orders 1 and 2; behind her Bob: order 3. */
async function open(): Promise<World> {
  const w = await openWorld(connection, { assetCount: 3 });
  await bankroll(w, 10n * TOKEN, w.alice, w.bob, w.carol, w.dave);
  await place(w, { trader: w.alice, lots: 20_000n, price: 5_000n });
  await place(w, { trader: w.alice, lots: 20_000n, price: 5_000n, leg: 2 });
  await place(w, { trader: w.bob, lots: 100n, price: 5_000n, leg: 2 });
  return w;
}

describe("Finding: what can be borne of an order keeps its place", () => {
  let w: World;
  beforeEach(async () => {
    w = await networkHelpers.loadFixture(open);
    await place(w, { trader: w.carol, lots: -1n, price: 5_000n, timeInForce: immediateOrCancel }); // 4
  });
  afterEach(() => expectSound(w));

  it("when anybody takes the rest out", async () => {
    expect(await storyOf(w, w.book.offset(at(2), 0))).to.deep.equal(["offset 2: 1 uncovered", "checkpoint 5"]);
    expect((await w.book.orderAt(2)).lots).to.equal(19_999n);
    expect((await w.book.marketOf(1, 2)).bestBid).to.equal(2n);
    await expect(w.book.offset(at(2), 0)).to.be.revertedWithCustomError(w.book, "Book_OrderStands");
  });

  it("when it is met: the rest is one step, the fill the next", async () => {
    const offer = { trader: w.dave, lots: -20_000n, price: 5_000n, leg: 2 };
    expect(await storyOf(w, submit(w, offer))).to.deep.equal([
      "created 5",
      "offset 2: 1 uncovered",
      "matched 2 5: 19999 at 5000",
      "matched 3 5: 1 at 5000",
      "checkpoint 5",
    ]);
    expect((await w.book.accountOf(w.alice)).claim).to.equal(0n);
  });

  it("when steps run out between the two", async () => {
    await place(w, { trader: w.dave, lots: -20_000n, price: 5_000n, leg: 2 }, { maxMatches: 1 });
    expect((await w.book.orderAt(2)).lots).to.equal(19_999n);
    expect((await storyOf(w, w.book.matchTrades(1, 2, 1, 0)))[0]).to.equal("matched 2 5: 19999 at 5000");
  });

  it("and a fill that is small enough takes nothing out", async () => {
    const offer = { trader: w.dave, lots: -19_999n, price: 5_000n, leg: 2 };
    expect((await storyOf(w, submit(w, offer))).slice(1)).to.deep.equal(["matched 2 5: 19999 at 5000", "checkpoint 5"]);
    expect((await w.book.orderAt(2)).lots).to.equal(1n);
  });

  it("where nothing can be borne any more it goes whole, with the reserve if it was the last", async () => {
    await place(w, { trader: w.carol, lots: -19_999n, price: 5_000n, timeInForce: immediateOrCancel });
    expect(await storyOf(w, w.book.offset(at(2), 0))).to.deep.equal(["offset 2: 20000 uncovered", "checkpoint 6"]);
    const { openOrders, reserved } = await w.book.accountOf(w.alice);
    expect([openOrders, reserved]).to.deep.equal([0n, 0n]);
  });

  describe("given a taker who was cut off and has spent some since", () => {
    /** Dave bids for 4 000 of 200 at 0.4 and 3 000 at 0.5, without a step, and is left with 0.4 tokens of 10 then. */
    async function spend(timeInForce = 0): Promise<void> {
      await bankroll(w, 10n * TOKEN, w.erin);
      await place(w, { trader: w.erin, lots: -200n, price: 5_100n });
      await place(w, { trader: w.erin, lots: -3_000n, price: 5_200n });
      await place(w, { trader: w.dave, lots: 4_000n, price: 5_200n, timeInForce }, { maxMatches: 0 });
      await place(w, { trader: w.carol, lots: -12_000n, price: 8_000n, leg: 3 });
      await place(w, { trader: w.dave, lots: 12_000n, price: 8_000n, leg: 3 });
    }

    it("it is filled as far as it can be borne; whoever it meets keeps the rest", async () => {
      await spend();
      expect(await storyOf(w, w.book.matchTrades(1, 1, 9, 0))).to.deep.equal([
        "matched 5 7: 200 at 5100",
        "offset 7: 3227 uncovered",
        "matched 6 7: 573 at 5200",
        "checkpoint 10",
      ]);
      expect((await w.book.orderAt(6)).lots).to.equal(-2_427n);
      expect((await w.book.marketOf(1, 1)).crossed).to.equal(false);
    });

    it("it waits with what can be borne if steps run out, and takes nothing when others cut it", async () => {
      await spend(immediateOrCancel);
      // At its own limit, 0.4 tokens bear 769 lots.
      expect((await storyOf(w, w.book.offset(at(7), 0)))[0]).to.equal("offset 7: 3231 uncovered");
      expect((await w.book.marketOf(1, 1)).crossed).to.equal(true);
      expect((await storyOf(w, w.book.matchTrades(1, 1, 9, 0))).slice(0, 2)).to.deep.equal([
        "matched 5 7: 200 at 5100",
        "matched 6 7: 569 at 5200",
      ]);
    });
  });

  it("an order that is filled whole or not at all is killed by what its makers cannot bear", async () => {
    await bankroll(w, 20n * TOKEN, w.frank);
    const order = await sign(w, { trader: w.frank, lots: -20_100n, price: 5_000n, leg: 2, timeInForce: fillOrKill });
    await expect(submit(w, order))
      .to.be.revertedWithCustomError(w.book, "Book_FillOrKillUnfilled")
      .withArgs(20_100, 20_099);
    expect((await w.book.orderAt(2)).lots, "what it cut on the way is whole again").to.equal(20_000n);
  });
});
