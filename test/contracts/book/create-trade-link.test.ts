import { expect } from "chai";
import { id, ZeroHash } from "ethers";
import hre from "hardhat";

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
async function windowOfOne(): Promise<World> {
  return withWindow(1);
}
async function windowOfThree(): Promise<World> {
  return withWindow(3);
}

describe("OrderBook.createTrade: the link", () => {
  let w: World;
  afterEach(() => expectSound(w));

  const next = (): Promise<number> => place(w, { trader: w.alice, lots: 1n, price: 100n });
  const over = (link: string, linkAge = 0): ReturnType<typeof submit> =>
    submit(w, { trader: w.bob, lots: 1n, price: 100n, link, linkAge });

  async function expectStale(link: string, linkAge = 0): Promise<void> {
    const { head } = await w.book.chainState();
    await expect(over(link, linkAge)).to.be.revertedWithCustomError(w.book, "Book_StaleLink").withArgs(link, head);
  }

  describe("given chainWindow 1, the papers' strict rule", () => {
    beforeEach(async () => {
      w = await networkHelpers.loadFixture(windowOfOne);
    });

    it("takes the genesis link for the first order", async () => {
      await expect(over(ethers.TypedDataEncoder.hashDomain(w.domain))).to.emit(w.book, "TradeCreated");
    });

    it("takes the head only", async () => {
      const genesis = (await w.book.chainState()).head;
      await next();
      const first = (await w.book.chainState()).head;
      await expectStale(genesis);
      await next();
      await expectStale(first);
      await expect(over((await w.book.chainState()).head)).to.emit(w.book, "TradeCreated");
    });

    it("lets a whole batch name the head that it began with: one call is one step of the chain", async () => {
      const { head } = await w.book.chainState();
      const story = await storyOf(
        w,
        submitAll(w, [
          { trader: w.alice, lots: 1n, price: 100n, link: head },
          { trader: w.bob, lots: 1n, price: 100n, link: head },
        ]),
      );
      expect(story).to.deep.equal(["created 1", "created 2", "checkpoint 1"]);
    });
  });

  describe("given chainWindow 3", () => {
    let links: string[];
    beforeEach(async () => {
      w = await networkHelpers.loadFixture(windowOfThree);
      links = [(await w.book.chainState()).head];
      for (let i = 0; i < 4; i += 1) {
        await next();
        links.push((await w.book.chainState()).head);
      }
    });

    it("takes the last three checkpoints", async () => {
      for (const link of [links[4]!, links[3]!, links[2]!]) {
        const order = await sign(w, { trader: w.bob, lots: 1n, price: 100n, link });
        expect(await w.book.createTrade.staticCall(order, 20, 20)).to.equal(5n);
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

    it("gets nothing else from a wrong hint of its age", async () => {
      for (const age of [0, 1, 2, 3, 65_535]) await expectStale(links[1]!, age);
      for (const age of [65_535, 4]) await expect(over(links[4]!, age)).to.emit(w.book, "TradeCreated");
    });
  });

  describe("given a call that changed nothing", () => {
    it("makes no checkpoint", async () => {
      w = await networkHelpers.loadFixture(windowOfOne);
      const before = [...(await w.book.chainState())];
      await w.book.createTrades([], 10, 10);
      await w.book.matchTrades(1, 1, 10);
      expect([...(await w.book.chainState())]).to.deep.equal(before);
    });
  });
});
