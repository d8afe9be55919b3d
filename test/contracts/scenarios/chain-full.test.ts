/** The chain numbers its trades with 32 bits. What happens after the last is reached here by writing to storage. */
import { expect } from "chai";
import hre from "hardhat";

import { checkpointLink, countsOf } from "../../../src/protocol/book/checkpoint.js";
import { place, submit, submitAll } from "../../../stage/contracts/orders.js";
import { storyOf } from "../../../stage/contracts/story.js";
import { TOKEN } from "../../../stage/contracts/units.js";
import { bankroll, openWorld, type World } from "../../../stage/contracts/world.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;
const LAST = 2n ** 32n - 1n;

/** Order 1 rests; then the count of trades in the newest checkpoint is set to the last but one. */
async function almostFull(): Promise<World> {
  const w = await openWorld(connection);
  await bankroll(w, 10n * TOKEN, w.alice, w.bob);
  await place(w, { trader: w.alice, lots: 5n, price: 5_000n });
  const { link } = await w.book.chainState();
  const full = checkpointLink(link, { ...countsOf(link), trades: Number(LAST - 1n) });
  await networkHelpers.setStorageAt(w.bookAddress, await slotOf(w, link), full);
  expect((await w.book.chainState()).trades).to.equal(LAST - 1n);
  return w;
}

/** The slot that holds a value; wherever the compiler has put it. */
async function slotOf(w: World, value: string): Promise<number> {
  for (let slot = 0; slot < 64; slot += 1) {
    if ((await ethers.provider.getStorage(w.bookAddress, slot)) === value) return slot;
  }
  throw new Error(`no slot holds ${value}`);
}

describe("A chain whose numbers are used up", () => {
  let w: World;
  beforeEach(async () => {
    w = await networkHelpers.loadFixture(almostFull);
  });

  it("takes the last number, and refuses what comes after by name", async () => {
    await place(w, { trader: w.bob, lots: -1n, price: 6_000n });
    expect((await w.book.orderOf(LAST)).lots).to.equal(-1n);
    await expect(submit(w, { trader: w.bob, lots: -1n, price: 5_000n })).to.be.revertedWithCustomError(
      w.book,
      "Book_ChainFull",
    );
    const story = await storyOf(w, submitAll(w, [{ trader: w.bob, lots: -1n, price: 5_000n }]));
    expect(story).to.deep.equal(["skipped 0: Book_ChainFull()"]);
  });

  it("still lets its orders be cancelled", async () => {
    await place(w, { trader: w.bob, lots: -1n, price: 6_000n });
    expect(await storyOf(w, w.book.connect(w.bob).offset([LAST]))).to.deep.equal([
      `offset ${LAST}: 1 cancelled`,
      "checkpoint 3",
    ]);
  });

  it("keeps the last order in its place among the others", async () => {
    await place(w, { trader: w.bob, lots: 1n, price: 5_000n });
    const { tradeRootIds } = await w.book.depthOf(1, 1, true, 10);
    expect([...tradeRootIds]).to.deep.equal([1n, LAST]);
  });
});
