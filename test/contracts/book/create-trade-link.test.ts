import { expect } from "chai";
import { id, ZeroHash } from "ethers";
import hre from "hardhat";

import { genesisLink } from "../../../src/protocol/book/checkpoint.js";
import { packBatch } from "../../../stage/contracts/batches.js";
import { place, sign, submit, submitAll } from "../../../stage/contracts/orders.js";
import { expectSound } from "../support/sound.js";
import { storyOf } from "../../../stage/contracts/story.js";
import { TOKEN } from "../../../stage/contracts/units.js";
import { bankroll, openWorld, type World } from "../../../stage/contracts/world.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;

async function withWindow(chainWindow: number): Promise<World> {
  const w = await openWorld(connection, { chainWindow });
  await bankroll(w, 10n * TOKEN, w.alice, w.bob);
  return w;
}
async function windowOfTwo(): Promise<World> {
  return withWindow(2);
}
async function windowOfThree(): Promise<World> {
  return withWindow(3);
}

describe("OrderBook.createTrade: the link", () => {
  let w: World;
  afterEach(() => expectSound(w));

  const next = (): Promise<number> => place(w, { trader: w.alice, lots: 1n, price: 100n });
  const over = (link: string): ReturnType<typeof submit> => submit(w, { trader: w.bob, lots: 1n, price: 100n, link });

  async function expectStale(link: string): Promise<void> {
    const { link: newest } = await w.book.chainState();
    await expect(over(link)).to.be.revertedWithCustomError(w.book, "Book_StaleLink").withArgs(link, newest);
  }

  describe("given chainWindow 2, the least", () => {
    beforeEach(async () => {
      w = await networkHelpers.loadFixture(windowOfTwo);
    });

    it("takes the genesis for the first order", async () => {
      await expect(over(genesisLink(ethers.TypedDataEncoder.hashDomain(w.domain)))).to.emit(w.book, "TradeCreated");
    });

    it("takes the newest checkpoint and the one before it", async () => {
      const genesis = (await w.book.chainState()).link;
      await next();
      const first = (await w.book.chainState()).link;
      await expect(over(genesis)).to.emit(w.book, "TradeCreated");
      await expectStale(genesis);
      await expect(over(first)).to.emit(w.book, "TradeCreated");
      await expectStale(first);
      await expect(over((await w.book.chainState()).link)).to.emit(w.book, "TradeCreated");
    });

    it("lets a whole batch name the checkpoint that it began with: one call is one step of the chain", async () => {
      const { link } = await w.book.chainState();
      const story = await storyOf(
        w,
        submitAll(w, [
          { trader: w.alice, lots: 1n, price: 100n, link },
          { trader: w.bob, lots: 1n, price: 100n, link },
        ]),
      );
      expect(story).to.deep.equal(["created 1", "created 2", "checkpoint 1"]);
    });
  });

  describe("given chainWindow 3", () => {
    let links: string[];
    beforeEach(async () => {
      w = await networkHelpers.loadFixture(windowOfThree);
      links = [(await w.book.chainState()).link];
      for (let i = 0; i < 4; i += 1) {
        await next();
        links.push((await w.book.chainState()).link);
      }
    });

    it("takes the last three checkpoints", async () => {
      for (const link of [links[4]!, links[3]!, links[2]!]) {
        const order = await sign(w, { trader: w.bob, lots: 1n, price: 100n, link });
        expect(await w.book.createTrade.staticCall(order, 20, 20)).to.deep.equal([5n, 5n]);
      }
      await expect(over(links[4]!)).to.emit(w.book, "TradeCreated");
      await expect(over(links[3]!)).to.emit(w.book, "TradeCreated");
    });

    it("refuses the one before with what was given and what is current", async () => {
      await expectStale(links[1]!);
      await expectStale(links[0]!);
      await expect(over(links[2]!)).to.emit(w.book, "TradeCreated");
      await expectStale(links[2]!);
    });

    it("refuses links that never were", async () => {
      await expectStale(ZeroHash);
      await expectStale(id("something else"));
    });
  });

  describe("given a call that changed nothing", () => {
    it("makes no checkpoint", async () => {
      w = await networkHelpers.loadFixture(windowOfTwo);
      const before = [...(await w.book.chainState())];
      await w.book.createTrades(packBatch([], { maxMatches: 10, maxWalk: 10 }));
      await w.book.matchTrades(1, 1, 10, 0);
      expect([...(await w.book.chainState())]).to.deep.equal(before);
    });
  });
});
