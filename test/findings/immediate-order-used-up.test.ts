/**
 * An immediate-or-cancel order was used up, nonce and all, when its steps ran out: and its steps are nobody's signature. Anybody
 * could submit it with none, or leave a crossed backlog or uncovered orders in front of it. Steps say when it is filled now, and
 * never whether.
 */
import { expect } from "chai";
import hre from "hardhat";

import { at, place, sign, submit, submitAll } from "../../stage/contracts/orders.js";
import { storyOf } from "../../stage/contracts/story.js";
import { reserveOf, TIME_IN_FORCE, TOKEN } from "../../stage/contracts/units.js";
import { bankroll, openWorld, type World } from "../../stage/contracts/world.js";
import { expectSound } from "../contracts/support/sound.js";

const connection = await hre.network.create();
const { networkHelpers } = connection;
const { immediateOrCancel, fillOrKill } = TIME_IN_FORCE;

/** Alice offers 10 lots at 0.5 and 10 at 0.6: orders 1 and 2. */
async function open(): Promise<World> {
  const w = await openWorld(connection, { maxOpenOrders: 2, assetCount: 3 });
  await bankroll(w, 10n * TOKEN, w.alice, w.bob, w.carol, w.dave);
  await place(w, { trader: w.alice, lots: -10n, price: 5_000n });
  await place(w, { trader: w.alice, lots: -10n, price: 6_000n });
  return w;
}

describe("Finding: an immediate-or-cancel order is not used up by steps that nobody signed", () => {
  let w: World;
  beforeEach(async () => {
    w = await networkHelpers.loadFixture(open);
  });
  afterEach(() => expectSound(w));

  /** Bob's, for all that is offered and 5 lots more. */
  const order = () => ({ trader: w.bob, lots: 25n, price: 6_000n, timeInForce: immediateOrCancel });
  const go = (steps: number) => storyOf(w, w.book.connect(w.outsider).matchTrades(1, 1, steps, 0));
  const isCrossed = async () => (await w.book.marketOf(1, 1)).crossed;
  const lotsOf = async (id: number) => (await w.book.orderAt(id)).lots;
  const ofBob = async () => {
    const { openOrders, reserved } = await w.book.accountOf(w.bob);
    return [openOrders, reserved];
  };
  const RESERVE = reserveOf(25n * 6_000n * 10n ** 11n);
  const [CLEAN, RESTS] = [
    [0n, 0n],
    [1n, RESERVE],
  ];

  describe("given a stranger submits it without a step", () => {
    beforeEach(async () => {
      const signed = await sign(w, order());
      await w.book.connect(w.outsider).createTrade(signed, 0, 0);
    });

    it("it waits, first on its side, and holds back what it may need", async () => {
      expect(await lotsOf(3)).to.equal(25n);
      expect(await isCrossed()).to.equal(true);
      expect(await ofBob()).to.deep.equal(RESTS);
    });

    it("whoever goes on fills it, and what crosses nothing any more is offset", async () => {
      expect(await go(1)).to.deep.equal(["matched 1 3: 10 at 5000", "checkpoint 4"]);
      expect(await isCrossed()).to.equal(true);
      expect(await go(1)).to.deep.equal(["matched 2 3: 10 at 6000", "offset 3: 5 remainder", "checkpoint 5"]);
      expect(await isCrossed()).to.equal(false);
      expect(await ofBob()).to.deep.equal(CLEAN);
    });

    it("the next order does so too, and is judged on the book as it is then", async () => {
      const next = { trader: w.carol, lots: -1n, price: 6_000n };
      expect(await storyOf(w, submit(w, next))).to.deep.equal([
        "matched 1 3: 10 at 5000",
        "matched 2 3: 10 at 6000",
        "offset 3: 5 remainder",
        "created 4",
        "checkpoint 4",
      ]);
    });

    it("so does the next package of a batch", async () => {
      const story = await storyOf(w, submitAll(w, [{ trader: w.carol, lots: 1n, price: 100n }], { maxMatches: 2 }));
      expect(story.slice(2)).to.deep.equal(["offset 3: 5 remainder", "created 4", "checkpoint 4"]);
    });

    it("its trader may take it out, and the next order that is cut off rests as it was signed", async () => {
      expect(await storyOf(w, w.book.connect(w.bob).offset(at(3), 0))).to.deep.equal([
        "offset 3: 25 cancelled",
        "checkpoint 4",
      ]);
      expect(await isCrossed()).to.equal(false);
      expect(await ofBob()).to.deep.equal(CLEAN);
      await place(w, { trader: w.bob, lots: 25n, price: 6_000n }, { maxMatches: 0 });
      expect((await go(9)).slice(0, 2)).to.deep.equal(["matched 1 4: 10 at 5000", "matched 2 4: 10 at 6000"]);
      expect(await lotsOf(4)).to.equal(5n);
    });

    it("when the other side is cancelled away, it is offset by whoever goes on, for no step", async () => {
      await w.book.connect(w.alice).offset(at(1, 2), 0);
      expect(await lotsOf(3)).to.equal(25n);
      expect(await go(0)).to.deep.equal(["offset 3: 25 remainder", "checkpoint 5"]);
      expect(await isCrossed()).to.equal(false);
      await place(w, { trader: w.carol, lots: -9n, price: 6_000n });
      await place(w, { trader: w.bob, lots: 25n, price: 6_000n }, { maxMatches: 0 });
      await go(9);
      expect(await lotsOf(5), "an order that is good till cancelled").to.equal(16n);
    });

    it("nobody else may take it out as long as it stands", async () => {
      await expect(w.book.connect(w.outsider).offset(at(3), 0))
        .to.be.revertedWithCustomError(w.book, "Book_OrderStands")
        .withArgs(3, w.outsider.address);
    });
  });

  it("given it has expired since, it is taken out as that, by a step or by anybody", async () => {
    const deadline = w.t1 + 5_000;
    await place(w, { ...order(), deadline }, { maxMatches: 0 });
    await networkHelpers.time.increaseTo(deadline + 1);
    const snapshot = await networkHelpers.takeSnapshot();
    expect(await go(1)).to.deep.equal(["offset 3: 25 expired", "checkpoint 4"]);
    expect(await isCrossed()).to.equal(false);
    await snapshot.restore();
    expect(await storyOf(w, w.book.offset(at(3), 0))).to.deep.equal(["offset 3: 25 expired", "checkpoint 4"]);
    expect(await isCrossed()).to.equal(false);
    await snapshot.restore();
    await w.book.connect(w.alice).offset(at(1, 2), 0);
    for (const steps of [0, 9]) {
      const crossed = await networkHelpers.takeSnapshot();
      expect(await w.book.matchTrades.staticCall(1, 1, steps, 0)).to.equal(0n);
      expect(await go(steps), "where nothing crosses it").to.deep.equal(["offset 3: 25 remainder", "checkpoint 5"]);
      await crossed.restore();
    }
  });

  it("given its trader has spent everything meanwhile, it is taken out as uncovered, and nothing is said of the next", async () => {
    await place(w, order(), { maxMatches: 0 });
    await place(w, { trader: w.dave, lots: -20_000n, price: 5_000n, leg: 2 });
    await place(w, { trader: w.bob, lots: 20_000n, price: 5_000n, leg: 2 });
    const snapshot = await networkHelpers.takeSnapshot();
    expect(await go(9)).to.deep.equal(["offset 3: 25 uncovered", "checkpoint 6"]);
    await snapshot.restore();
    expect(await storyOf(w, w.book.offset(at(3), 0))).to.deep.equal(["offset 3: 25 uncovered", "checkpoint 6"]);
    await place(w, { trader: w.carol, lots: 12n, price: 5_000n }, { maxMatches: 0 });
    await go(9);
    expect(await lotsOf(6)).to.equal(2n);
  });

  describe("given a crossed backlog in front of it", () => {
    /** Dave's offers of a lot each, a tick better, and Carol's bid for them, without a step. */
    beforeEach(async () => {
      for (let i = 0; i < 2; i += 1) await place(w, { trader: w.dave, lots: -1n, price: 4_999n });
      await place(w, { trader: w.carol, lots: 2n, price: 4_999n }, { maxMatches: 0 });
    });

    it("it keeps its nonce if the backlog takes more than its steps", async () => {
      const story = await storyOf(w, submitAll(w, [order()], { maxMatches: 1 }));
      expect(story).to.deep.equal(["matched 3 5: 1 at 4999", "skipped 0: Book_StillCrossed", "checkpoint 6"]);
      expect((await w.book.noncesOf(w.bob)).nonceFloor).to.equal(0n);
    });

    it("it waits if the backlog takes just its steps, and is filled then", async () => {
      await submit(w, order(), { maxMatches: 2 });
      expect(await lotsOf(6)).to.equal(25n);
      expect(await go(2)).to.deep.equal([
        "matched 1 6: 10 at 5000",
        "matched 2 6: 10 at 6000",
        "offset 6: 5 remainder",
        "checkpoint 7",
      ]);
    });
  });

  it("given orders in front of it that nobody covers, it waits behind the last of them", async () => {
    // Dave's two offers stand on one deposit, and he has spent that elsewhere.
    for (let i = 0; i < 2; i += 1) await place(w, { trader: w.dave, lots: -18_000n, price: 4_900n });
    await place(w, { trader: w.carol, lots: -20_000n, price: 5_000n, leg: 2 });
    await place(w, { trader: w.dave, lots: 20_000n, price: 5_000n, leg: 2, timeInForce: fillOrKill });
    const story = await storyOf(w, submit(w, order(), { maxMatches: 2 }));
    expect(story.slice(1, 3)).to.deep.equal(["offset 3: 18000 uncovered", "offset 4: 18000 uncovered"]);
    expect((await go(9))[0]).to.equal("matched 1 7: 10 at 5000");
  });

  describe("given its trader has as many open orders as there may be", () => {
    beforeEach(async () => {
      for (let i = 0; i < 2; i += 1) await place(w, { trader: w.bob, lots: 1n, price: 100n });
    });

    it("it is refused if it may have to rest, and its nonce is kept", async () => {
      const signed = await sign(w, order());
      await expect(submit(w, signed))
        .to.be.revertedWithCustomError(w.book, "Book_TooManyOpenOrders")
        .withArgs(w.bob.address, 2);
      const story = await storyOf(w, submitAll(w, [signed]));
      expect(story).to.deep.equal(["skipped 0: Book_TooManyOpenOrders"]);
      await w.book.connect(w.bob).offset(at(3), 0);
      expect((await storyOf(w, submit(w, signed)))[1]).to.equal("matched 1 5: 10 at 5000");
    });

    it("it needs no room where it crosses nothing, nor does one that is filled whole or not at all", async () => {
      const none = { ...order(), price: 4_999n };
      expect(await storyOf(w, submit(w, none))).to.deep.equal(["created 5", "offset 5: 25 remainder", "checkpoint 5"]);
      const whole = { ...order(), lots: 20n, timeInForce: fillOrKill };
      expect((await storyOf(w, submit(w, whole))).length).to.equal(4);
    });
  });

  it("a fill-or-kill order whose steps run out is refused as if it had never been there", async () => {
    const signed = await sign(w, { ...order(), lots: 20n, timeInForce: fillOrKill });
    await expect(submit(w, signed, { maxMatches: 1 }))
      .to.be.revertedWithCustomError(w.book, "Book_FillOrKillUnfilled")
      .withArgs(20, 10);
    expect((await storyOf(w, submit(w, signed))).length).to.equal(4);
  });

  it("given trading ends before anybody goes on, anybody takes it out", async () => {
    await place(w, order(), { maxMatches: 0 });
    await networkHelpers.time.increaseTo(w.t2);
    expect(await storyOf(w, w.book.offset(at(3), 0))).to.deep.equal(["offset 3: 25 expired", "checkpoint 4"]);
    expect(await ofBob()).to.deep.equal(CLEAN);
  });
});
