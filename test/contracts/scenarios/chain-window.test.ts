/** The ring of 256 checkpoints (R24) goes round: the oldest links fall out one by one, with the largest chainWindow. */
import { expect } from "chai";
import { ZeroHash } from "ethers";
import hre from "hardhat";

import { offsetOneByOne, type OrderSpec, sign, submit, submitAll } from "../../../stage/contracts/orders.js";
import { expectSound } from "../support/sound.js";
import { TOKEN } from "../../../stage/contracts/units.js";
import { bankroll, openWorld, type World } from "../../../stage/contracts/world.js";

const connection = await hre.network.create();
const { networkHelpers } = connection;

interface Fixture {
  readonly w: World;
  /** Each checkpoint, genesis first. */
  readonly heads: readonly string[];
}

/** 255 checkpoints: five batches of fifty orders, and then each order taken out in a call of its own. */
async function almostRound(): Promise<Fixture> {
  const w = await openWorld(connection, { chainWindow: 256, maxOpenOrders: 255 });
  await bankroll(w, 10n * TOKEN, w.alice, w.bob);
  const heads = [(await w.book.chainState()).link];
  for (let batch = 0; batch < 5; batch += 1) {
    const orders: OrderSpec[] = Array.from({ length: 50 }, (_, i) => ({
      trader: w.alice,
      lots: 1n,
      price: 100n,
      insertAfter: batch * 50 + i, // the order before it
    }));
    await submitAll(w, orders, { maxWalk: 0 });
    heads.push((await w.book.chainState()).link);
  }
  await offsetOneByOne(
    w,
    w.alice,
    Array.from({ length: 250 }, (_, i) => i + 1),
  );
  for (let number = 6; number <= 255; number += 1) heads.push(await w.book.checkpointAt(number));
  return { w, heads };
}

describe("The ring of checkpoints", () => {
  let w: World;
  let heads: readonly string[];
  beforeEach(async () => {
    ({ w, heads } = await networkHelpers.loadFixture(almostRound));
  });

  async function accepts(link: string): Promise<boolean> {
    const order = await sign(w, { trader: w.bob, lots: 1n, price: 1n, link });
    try {
      await w.book.createTrade.staticCall(order, 5, 5);
      return true;
    } catch {
      return false;
    }
  }

  it("after 255 checkpoints still takes the genesis link", async () => {
    expect((await w.book.chainState()).checkpoints).to.equal(255n);
    expect(await w.book.checkpointAt(0)).to.equal(heads[0]);
    expect(await accepts(heads[0]!)).to.equal(true);
  });

  it("after 256 it does not, and takes all the others", async () => {
    await submit(w, { trader: w.bob, lots: 1n, price: 1n });
    expect(await w.book.checkpointAt(0)).to.equal(ZeroHash);
    expect(await w.book.checkpointAt(1)).to.equal(heads[1]);
    expect(await accepts(heads[0]!)).to.equal(false);
    for (const number of [1, 2, 128, 254, 255]) expect(await accepts(heads[number]!)).to.equal(true);
  });

  it("after 258 the places of the ring are used again, and only the last 256 links count", async () => {
    const newest: string[] = [];
    for (let i = 0; i < 3; i += 1) {
      await submit(w, { trader: w.bob, lots: 1n, price: 1n });
      newest.push((await w.book.chainState()).link);
    }
    for (const number of [0, 1, 2]) {
      expect(await accepts(heads[number]!), `checkpoint ${number}`).to.equal(false);
      expect(await w.book.checkpointAt(number)).to.equal(ZeroHash);
    }
    for (const link of [heads[3]!, heads[255]!, ...newest]) expect(await accepts(link)).to.equal(true);
    expect(await w.book.checkpointAt(258)).to.equal(newest[2]);
    await expect(submit(w, { trader: w.bob, lots: 1n, price: 1n, link: heads[2]! }))
      .to.be.revertedWithCustomError(w.book, "Book_StaleLink")
      .withArgs(heads[2], newest[2]);
    await expectSound(w); // once: it reads five hundred records
  });
});
