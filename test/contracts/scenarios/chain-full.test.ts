/** The chain numbers its trades with 32 bits. What happens after the last is reached here by writing to storage. */
import { expect } from "chai";
import { AbiCoder, id, keccak256 } from "ethers";
import hre from "hardhat";

import { checkpointLink, countsOf } from "../../../src/protocol/book/checkpoint.js";
import { at, place, submit, submitAll } from "../../../stage/contracts/orders.js";
import { storyOf } from "../../../stage/contracts/story.js";
import { TOKEN } from "../../../stage/contracts/units.js";
import { bankroll, openWorld, type World } from "../../../stage/contracts/world.js";

const connection = await hre.network.create();
const { networkHelpers } = connection;
const LAST = 2n ** 32n - 1n;

/** Order 1 rests; then the count of trades in the newest checkpoint is set to the last but one. */
async function almostFull(): Promise<World> {
  const w = await openWorld(connection);
  await bankroll(w, 10n * TOKEN, w.alice, w.bob);
  await place(w, { trader: w.alice, lots: 5n, price: 5_000n });
  const { link } = await w.book.chainState();
  const full = checkpointLink(link, { ...countsOf(link), trades: Number(LAST - 1n) });
  await networkHelpers.setStorageAt(w.bookAddress, slotOf(countsOf(link).number), full);
  expect((await w.book.chainState()).trades).to.equal(LAST - 1n);
  return w;
}

/** Where checkpoint `number` lies: at the ERC-7201 location of its name, and so many words on. */
function slotOf(number: number): bigint {
  const name = BigInt(id("session-contracts.book.checkpoints"));
  const hashed = BigInt(keccak256(AbiCoder.defaultAbiCoder().encode(["uint256"], [name - 1n])));
  return hashed - (hashed & 0xffn) + BigInt(number % 256);
}

describe("A chain whose numbers are used up", () => {
  let w: World;
  beforeEach(async () => {
    w = await networkHelpers.loadFixture(almostFull);
  });

  it("takes the last number, and refuses what comes after by name", async () => {
    await place(w, { trader: w.bob, lots: -1n, price: 6_000n });
    expect((await w.book.orderAt(LAST)).lots).to.equal(-1n);
    await expect(submit(w, { trader: w.bob, lots: -1n, price: 5_000n })).to.be.revertedWithCustomError(
      w.book,
      "Book_ChainFull",
    );
    const story = await storyOf(w, submitAll(w, [{ trader: w.bob, lots: -1n, price: 5_000n }]));
    expect(story).to.deep.equal(["skipped 0: Book_ChainFull"]);
  });

  it("still lets its orders be cancelled", async () => {
    await place(w, { trader: w.bob, lots: -1n, price: 6_000n });
    expect(await storyOf(w, w.book.connect(w.bob).offset(at(Number(LAST)), 0))).to.deep.equal([
      `offset ${LAST}: 1 cancelled`,
      "checkpoint 3",
    ]);
  });

  it("keeps the last order in its place among the others", async () => {
    await place(w, { trader: w.bob, lots: 1n, price: 5_000n });
    const { orders } = await w.book.depthOf(1, 1, true, 10);
    expect(orders.map(({ tradeRootId }) => tradeRootId)).to.deep.equal([1n, LAST]);
  });
});
