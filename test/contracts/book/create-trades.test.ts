import { expect } from "chai";
import hre from "hardhat";

import { type OrderSpec, place, sign, signAll, submitAll } from "../../../stage/contracts/orders.js";
import { expectSound } from "../support/sound.js";
import { storyOf } from "../../../stage/contracts/story.js";
import { MAX_ORDER_LOTS, TOKEN } from "../../../stage/contracts/units.js";
import { bankroll, closeTrading, openWorld, type World } from "../../../stage/contracts/world.js";

const connection = await hre.network.create();
const { networkHelpers } = connection;

async function open(): Promise<World> {
  const w = await openWorld(connection, { maxOpenOrders: 3 });
  await bankroll(w, 10n * TOKEN, w.alice, w.bob, w.carol);
  return w;
}

describe("OrderBook.createTrades", () => {
  let w: World;
  beforeEach(async () => {
    w = await networkHelpers.loadFixture(open);
  });
  afterEach(() => expectSound(w));

  describe("given good packages", () => {
    it("appends and matches each in turn, with one checkpoint at the end", async () => {
      const tx = submitAll(w, [
        { trader: w.alice, lots: 10n, price: 5_000n },
        { trader: w.bob, lots: -4n, price: 5_000n },
        { trader: w.carol, lots: -8n, price: 4_900n },
      ]);
      expect(await storyOf(w, tx)).to.deep.equal([
        "created 1",
        "created 2",
        "matched 1 2: 4 at 5000",
        "created 3",
        "matched 1 3: 6 at 5000",
        "checkpoint 1",
      ]);
      expect((await w.book.orderOf(3)).lots).to.equal(-2n);
    });

    it("answers each order's place, 0 for what it skipped", async () => {
      const orders = await signAll(w, [
        { trader: w.alice, lots: 10n, price: 5_000n },
        { trader: w.bob, lots: 0n, price: 5_000n },
        { trader: w.carol, lots: -8n, price: 4_900n },
      ]);
      expect([...(await w.book.createTrades.staticCall(orders, 5, 5))]).to.deep.equal([1n, 0n, 2n]);
    });

    it("gives each its own number of steps", async () => {
      const orders: OrderSpec[] = [
        { trader: w.alice, lots: 1n, price: 5_000n },
        { trader: w.alice, lots: 1n, price: 4_000n, leg: 2 },
        { trader: w.bob, lots: -1n, price: 5_000n },
        { trader: w.bob, lots: -1n, price: 4_000n, leg: 2 },
      ];
      const story = await storyOf(w, submitAll(w, orders, { maxMatches: 1 }));
      expect(story).to.include.members(["matched 1 3: 1 at 5000", "matched 2 4: 1 at 4000"]);
    });

    it("does nothing for an empty list", async () => {
      expect(await storyOf(w, submitAll(w, []))).to.deep.equal([]);
    });
  });

  describe("given bad packages among good ones: skips each with the error that createTrade throws", () => {
    const good = (): OrderSpec => ({ trader: w.carol, lots: 1n, price: 1n });

    async function expectSkipped(bad: OrderSpec, reason: string): Promise<void> {
      const story = await storyOf(w, submitAll(w, [good(), bad, good()]));
      expect(story).to.deep.equal(["created 1", `skipped 1: ${reason}`, "created 2", "checkpoint 1"]);
    }

    it("unknown market", () => expectSkipped({ ...good(), root: 2 }, "Book_MarketUnknown(2, 1)"));
    it("price out of bounds", () =>
      expectSkipped({ ...good(), price: 10_001n }, "Book_PriceOutOfBounds(10001, 0, 10000)"));
    it("quantity zero", () => expectSkipped({ ...good(), lots: 0n }, "Book_QuantityOutOfRange(0, 549755813887)"));
    it("unknown time in force", () => expectSkipped({ ...good(), timeInForce: 7 }, "Book_TimeInForceUnknown(7)"));
    it("trader who is not registered", () =>
      expectSkipped({ ...good(), trader: w.outsider }, "Book_TraderUnknown(outsider)"));
    it("nonce too far", () => expectSkipped({ ...good(), nonce: 200n }, "Book_NonceTooFar(carol, 200, 65)"));
    it("uncovered", () =>
      expectSkipped({ ...good(), lots: -10_001n, price: 0n }, `Book_Uncovered(carol, ${10n ** 15n}, 1)`));

    it("expired", async () => {
      await networkHelpers.time.setNextBlockTimestamp(w.t1 + 900);
      await expectSkipped({ ...good(), deadline: w.t1 + 899 }, `Book_DeadlineExpired(${w.t1 + 899}, ${w.t1 + 900})`);
    });

    it("stale link, with the one given and the newest that can be signed, which is none in the middle of a call", async () => {
      const { link: head } = await w.book.chainState();
      const link = `0x${"ab".repeat(32)}`;
      await expectSkipped({ ...good(), link }, `Book_StaleLink(${link}, ${head})`);
    });

    it("wrong signature", async () => {
      const order = await sign(w, { ...good(), key: w.bob, nonce: 5n });
      const { digest } = await w.book.linksOf(order.tradePackage);
      const story = await storyOf(w, submitAll(w, [good(), order, good()]));
      expect(story[1]).to.equal(`skipped 1: Book_SignatureInvalid(carol, ${digest})`);
      expect(story.length).to.equal(4);
    });

    it("the same package twice", async () => {
      const [order] = await signAll(w, [good()]);
      expect(await storyOf(w, submitAll(w, [order!, order!]))).to.deep.equal([
        "created 1",
        "skipped 1: Book_NonceUsed(carol, 0, 1)",
        "checkpoint 1",
      ]);
    });

    it("one open order too many", async () => {
      const story = await storyOf(w, submitAll(w, [good(), good(), good(), good()]));
      expect(story).to.deep.equal([
        "created 1",
        "created 2",
        "created 3",
        "skipped 3: Book_TooManyOpenOrders(carol, 3)",
        "checkpoint 1",
      ]);
    });

    it("a place too far from the hint", async () => {
      const orders = [2n, 2n, 1n].map((price) => ({ ...good(), price }));
      const story = await storyOf(w, submitAll(w, orders, { maxWalk: 1 }));
      expect(story).to.deep.equal(["created 1", "created 2", "skipped 2: Book_HintTooFar(0, 1)", "checkpoint 1"]);
    });
  });

  describe("the event of a skipped package", () => {
    it("names its index, its trader and its link", async () => {
      const orders = await signAll(w, [
        { trader: w.alice, lots: 1n, price: 1n },
        { trader: w.bob, lots: 0n, price: 1n },
      ]);
      const { primaryLink } = await w.book.linksOf(orders[1]!.tradePackage);
      const reason = w.book.interface.encodeErrorResult("Book_QuantityOutOfRange", [0n, MAX_ORDER_LOTS]);
      await expect(w.book.createTrades(orders, 5, 5))
        .to.emit(w.book, "PackageSkipped")
        .withArgs(1, w.bob.address, primaryLink, reason);
    });
  });

  describe("given only bad packages", () => {
    it("skips them all, and makes no checkpoint", async () => {
      const before = [...(await w.book.chainState())];
      const story = await storyOf(
        w,
        submitAll(w, [
          { trader: w.alice, lots: 0n, price: 1n },
          { trader: w.bob, lots: 0n, price: 1n },
        ]),
      );
      expect(story).to.deep.equal([
        "skipped 0: Book_QuantityOutOfRange(0, 549755813887)",
        "skipped 1: Book_QuantityOutOfRange(0, 549755813887)",
      ]);
      expect([...(await w.book.chainState())]).to.deep.equal(before);
    });

    it("skips every package when trading is over", async () => {
      const orders = await signAll(w, [{ trader: w.alice, lots: 1n, price: 1n }]);
      await closeTrading(w);
      await networkHelpers.time.setNextBlockTimestamp(w.t2 + 10);
      const story = await storyOf(w, w.book.createTrades(orders, 5, 5));
      expect(story).to.deep.equal([`skipped 0: Book_NotTrading(${w.t2 + 10}, ${w.t1}, ${w.t2})`]);
    });
  });

  it("judges each order by the accounts that those before it left", async () => {
    // Carol can bear 10 000 lots at 0: the first takes all her cash, the second is uncovered.
    await place(w, { trader: w.alice, lots: 10n, price: 0n });
    const story = await storyOf(
      w,
      submitAll(w, [
        { trader: w.bob, lots: 10_000n, price: 5_000n },
        { trader: w.carol, lots: -10_000n, price: 0n },
        { trader: w.bob, lots: 20_001n, price: 5_000n },
      ]),
    );
    expect(story.slice(0, 4)).to.deep.equal([
      "created 2",
      "created 3",
      "matched 2 3: 10000 at 5000",
      `skipped 2: Book_Uncovered(bob, ${10n ** 18n * 5n + 5n * 10n ** 14n}, 2)`,
    ]);
  });
});
