import { expect } from "chai";
import hre from "hardhat";

import { at, type OrderSpec, place, submit } from "../../../stage/contracts/orders.js";
import { expectSound } from "../support/sound.js";
import { TOKEN } from "../../../stage/contracts/units.js";
import { bankroll, openWorld, type World } from "../../../stage/contracts/world.js";

const connection = await hre.network.create();
const { networkHelpers } = connection;

/** Orders 1 to 5 bid at 100, 300, 200, 300, 100: the queue is 2 4 3 1 5. */
async function open(): Promise<World> {
  const w = await openWorld(connection, { maxOpenOrders: 8 });
  await bankroll(w, 10n * TOKEN, w.alice, w.bob);
  for (const price of [100n, 300n, 200n, 300n, 100n]) await place(w, { trader: w.alice, lots: 1n, price });
  return w;
}

describe("A queue of resting orders", () => {
  let w: World;
  beforeEach(async () => {
    w = await networkHelpers.loadFixture(open);
  });
  afterEach(() => expectSound(w));

  async function queue(bids = true, leg = 1): Promise<number[]> {
    const { orders } = await w.book.depthOf(1, leg, bids, 100);
    return orders.map(({ tradeRootId }) => Number(tradeRootId));
  }

  const bid = (price: bigint, insertAfter = 0): OrderSpec => ({ trader: w.bob, lots: 1n, price, insertAfter });

  it("stands by price, and within a price by time", async () => {
    expect(await queue()).to.deep.equal([2, 4, 3, 1, 5]);
  });

  it("stands by rising price on the side of offers", async () => {
    for (const price of [900n, 700n, 800n, 700n]) await place(w, { trader: w.bob, lots: -1n, price });
    expect(await queue(false)).to.deep.equal([7, 9, 8, 6]);
  });

  describe("an order's place does not depend on the hint", () => {
    const places: [bigint, number[]][] = [
      [400n, [6, 2, 4, 3, 1, 5]],
      [300n, [2, 4, 6, 3, 1, 5]],
      [250n, [2, 4, 6, 3, 1, 5]],
      [200n, [2, 4, 3, 6, 1, 5]],
      [100n, [2, 4, 3, 1, 5, 6]],
      [50n, [2, 4, 3, 1, 5, 6]],
    ];
    for (const [price, expected] of places) {
      it(`at ${price}`, async () => {
        for (const hint of [0, 1, 2, 3, 4, 5, 6, 99]) {
          const restore = await networkHelpers.takeSnapshot();
          await place(w, bid(price, hint));
          expect(await queue(), `hint ${hint}`).to.deep.equal(expected);
          await restore.restore();
        }
      });
    }
  });

  it("takes no hint from another leg, from the other side, or of an order that is gone", async () => {
    await place(w, { trader: w.bob, lots: 1n, price: 250n, leg: 2 }); // 6
    await place(w, { trader: w.bob, lots: -1n, price: 900n }); // 7
    await w.book.connect(w.alice).offset(at(3), 0);
    for (const hint of [6, 7, 3]) await place(w, bid(150n, hint));
    expect(await queue()).to.deep.equal([2, 4, 8, 9, 10, 1, 5]);
  });

  describe("the walk", () => {
    it("costs a step for each order that is passed", async () => {
      await expect(submit(w, bid(200n), { maxWalk: 2 }))
        .to.be.revertedWithCustomError(w.book, "Book_HintTooFar")
        .withArgs(0, 2);
      await expect(submit(w, bid(200n), { maxWalk: 3 })).to.emit(w.book, "TradeCreated");
    });

    it("costs steps backwards too, when the hint is too far down", async () => {
      await expect(submit(w, bid(300n, 5), { maxWalk: 2 }))
        .to.be.revertedWithCustomError(w.book, "Book_HintTooFar")
        .withArgs(5, 2);
      await expect(submit(w, bid(300n, 5), { maxWalk: 3 })).to.emit(w.book, "TradeCreated");
    });

    it("costs none with the right hint", async () => {
      for (const price of [400n, 300n, 250n, 200n, 150n, 100n, 50n]) {
        const hint = await w.book.insertionHint(1, 1, true, price);
        const restore = await networkHelpers.takeSnapshot();
        await expect(submit(w, bid(price, Number(hint)), { maxWalk: 0 })).to.emit(w.book, "TradeCreated");
        await restore.restore();
      }
    });
  });

  describe("OrderBook.insertionHint", () => {
    it("names the order to stand behind, 0 for the best", async () => {
      const hints = await Promise.all(
        [400n, 300n, 299n, 200n, 100n, 0n].map((price) => w.book.insertionHint(1, 1, true, price)),
      );
      expect(hints).to.deep.equal([0n, 4n, 4n, 3n, 5n, 5n]);
      expect(await w.book.insertionHint(1, 1, false, 500n)).to.equal(0n);
    });

    it("refuses unknown markets", async () => {
      await expect(w.book.insertionHint(1, 3, true, 1n))
        .to.be.revertedWithCustomError(w.book, "Book_MarketUnknown")
        .withArgs(1, 3);
    });
  });

  describe("taking orders out", () => {
    for (const [gone, expected] of [
      [2, [4, 3, 1, 5]],
      [3, [2, 4, 1, 5]],
      [5, [2, 4, 3, 1]],
    ] as const) {
      it(`closes the gap that order ${gone} leaves`, async () => {
        await w.book.connect(w.alice).offset(at(gone), 0);
        expect(await queue()).to.deep.equal(expected);
        await place(w, bid(250n));
        expect(await queue()).to.have.ordered.members(insertAt250(expected));
      });
    }

    it("empties the queue, and it can be filled again", async () => {
      await w.book.connect(w.alice).offset(at(3, 2, 5, 1, 4), 0);
      expect(await queue()).to.deep.equal([]);
      await place(w, bid(1n));
      expect(await queue()).to.deep.equal([6]);
    });
  });

  describe("the number of open orders", () => {
    it("is limited for each trader, and can go on when one is cancelled", async () => {
      for (let i = 0; i < 3; i += 1) await place(w, { trader: w.alice, lots: 1n, price: 50n });
      await expect(submit(w, { trader: w.alice, lots: 1n, price: 50n }))
        .to.be.revertedWithCustomError(w.book, "Book_TooManyOpenOrders")
        .withArgs(w.alice.address, 8);
      await w.book.connect(w.alice).offset(at(1), 0);
      await place(w, { trader: w.alice, lots: 1n, price: 50n });
      expect((await w.book.accountOf(w.alice)).openOrders).to.equal(8n);
    });
  });

  describe("OrderBook.depthOf", () => {
    it("gives the best first, with prices and lots, as many as asked", async () => {
      const { orders, prices, lots } = await w.book.depthOf(1, 1, true, 3);
      expect(orders.map(({ tradeRootId }) => tradeRootId)).to.deep.equal([2n, 4n, 3n]);
      expect([...prices]).to.deep.equal([300n, 300n, 200n]);
      expect([...lots]).to.deep.equal([1n, 1n, 1n]);
      expect((await w.book.depthOf(1, 1, true, 0)).orders.length).to.equal(0);
      expect((await w.book.depthOf(1, 1, false, 9)).orders.length).to.equal(0);
    });

    it("refuses unknown markets", async () => {
      await expect(w.book.depthOf(2, 1, true, 1))
        .to.be.revertedWithCustomError(w.book, "Book_MarketUnknown")
        .withArgs(2, 1);
    });
  });
});

/** Order 6 at 250 stands behind all that bid 300: orders 2 and 4. */
function insertAt250(queue: readonly number[]): number[] {
  const ahead = queue.filter((id) => id === 2 || id === 4);
  return [...ahead, 6, ...queue.slice(ahead.length)];
}
