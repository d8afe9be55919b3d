import { expect } from "chai";
import hre from "hardhat";

import { packBatch } from "../../../stage/contracts/batches.js";
import { type OrderSpec, place, sign, submit, submitAll } from "../../../stage/contracts/orders.js";
import { expectSound } from "../support/sound.js";
import { storyOf } from "../../../stage/contracts/story.js";
import { TIME_IN_FORCE, TOKEN } from "../../../stage/contracts/units.js";
import { type World } from "../../../stage/contracts/world.js";
import { openWithBids } from "../support/openings.js";

const connection = await hre.network.create();
const { networkHelpers } = connection;
const { fillOrKill } = TIME_IN_FORCE;

/** Alice bids for 10 at 0.5 and for 10 at 0.4. */
async function open(): Promise<World> {
  return openWithBids(connection);
}

describe("A fill-or-kill order", () => {
  let w: World;
  let offer: OrderSpec;
  beforeEach(async () => {
    w = await networkHelpers.loadFixture(open);
    offer = { trader: w.bob, lots: -15n, price: 5_000n };
  });
  afterEach(() => expectSound(w));

  it("is filled whole, at several prices", async () => {
    const story = await storyOf(w, submit(w, { ...offer, price: 4_000n, timeInForce: fillOrKill }));
    expect(story).to.deep.equal(["created 3", "matched 1 3: 10 at 5000", "matched 2 3: 5 at 4000", "checkpoint 3"]);
    const { openOrders, reserved } = await w.book.accountOf(w.bob);
    expect([openOrders, reserved]).to.deep.equal([0n, 0n]);
  });

  it("is killed when too little is there: says what it wanted and what it got, and leaves no trace", async () => {
    const before = [...(await w.book.chainState())];
    await expect(submit(w, { ...offer, timeInForce: fillOrKill }))
      .to.be.revertedWithCustomError(w.book, "Book_FillOrKillUnfilled")
      .withArgs(15, 10);
    expect([...(await w.book.chainState())]).to.deep.equal(before);
    expect((await w.book.orderAt(1)).lots).to.equal(10n);
  });

  it("is killed when nothing is there, and when its steps run out", async () => {
    await expect(submit(w, { ...offer, price: 6_000n, timeInForce: fillOrKill }))
      .to.be.revertedWithCustomError(w.book, "Book_FillOrKillUnfilled")
      .withArgs(15, 0);
    await expect(submit(w, { ...offer, price: 4_000n, timeInForce: fillOrKill }, { maxMatches: 1 }))
      .to.be.revertedWithCustomError(w.book, "Book_FillOrKillUnfilled")
      .withArgs(15, 10);
  });

  it("passes other refusals on", async () => {
    await expect(submit(w, { ...offer, lots: -100_000n, timeInForce: fillOrKill }))
      .to.be.revertedWithCustomError(w.book, "Book_Uncovered")
      .withArgs(w.bob.address, 40n * TOKEN, 1);
  });

  it("killed in a batch undoes its evictions, fills and nonce, and harms no other order", async () => {
    // Carol's own old bid is met by her killed order, and must stand afterwards.
    await place(w, { trader: w.carol, lots: 5n, price: 5_500n });
    const story = await storyOf(
      w,
      submitAll(w, [
        { trader: w.bob, lots: -1n, price: 5_500n },
        { trader: w.carol, lots: -30n, price: 4_000n, timeInForce: fillOrKill },
        { trader: w.bob, lots: -1n, price: 5_500n },
      ]),
    );
    expect(story).to.deep.equal([
      "created 4",
      "matched 3 4: 1 at 5500",
      "skipped 1: Book_FillOrKillUnfilled",
      "created 5",
      "matched 3 5: 1 at 5500",
      "checkpoint 4",
    ]);
    expect((await w.book.orderAt(3)).lots).to.equal(3n);
    expect([...(await w.book.noncesOf(w.carol))]).to.deep.equal([1n, 0n]);
    expect((await w.book.orderAt(1)).lots).to.equal(10n);
  });

  it("killed alone in a batch leaves the head where it was", async () => {
    const before = [...(await w.book.chainState())];
    const story = await storyOf(w, submitAll(w, [{ ...offer, timeInForce: fillOrKill }]));
    expect(story).to.deep.equal(["skipped 0: Book_FillOrKillUnfilled"]);
    expect([...(await w.book.chainState())]).to.deep.equal(before);
    const again = await storyOf(w, submitAll(w, [{ ...offer, price: 4_000n, timeInForce: fillOrKill }]));
    expect(again[0]).to.equal("created 3");
  });

  it("runs out of gas by itself: the batch skips it and ends well", async () => {
    const bids = Array.from({ length: 90 }, () => ({ trader: w.alice, lots: 1n, price: 6_000n }));
    await submitAll(w, bids, { maxWalk: 90 });
    const order = await sign(w, { ...offer, lots: -90n, timeInForce: fillOrKill });
    const batch = packBatch([order], { maxMatches: 90, maxWalk: 0 });
    const snapshot = await networkHelpers.takeSnapshot();
    const needed = (await (await w.book.createTrades(batch)).wait())!.gasUsed;
    await snapshot.restore();
    const story = await storyOf(w, w.book.createTrades(batch, { gasLimit: (needed * 7n) / 10n }));
    expect(story).to.deep.equal(["skipped 0: Book_OutOfGas"]);
    expect((await w.book.orderAt(3)).lots).to.equal(1n);
    await expect(w.book.createTrades(batch)).to.emit(w.book, "TradesMatched");
  });

  it("filled in a batch goes on with the chain that the others began", async () => {
    const story = await storyOf(
      w,
      submitAll(w, [
        { trader: w.carol, lots: 3n, price: 5_500n },
        { trader: w.bob, lots: -13n, price: 5_000n, timeInForce: fillOrKill },
        { trader: w.carol, lots: 3n, price: 5_500n },
      ]),
    );
    expect(story).to.deep.equal([
      "created 3",
      "created 4",
      "matched 3 4: 3 at 5500",
      "matched 1 4: 10 at 5000",
      "created 5",
      "checkpoint 3",
    ]);
  });
});
