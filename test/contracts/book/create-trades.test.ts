import { expect } from "chai";
import hre from "hardhat";

import { packBatch } from "../../../stage/contracts/batches.js";
import { expectRefused } from "../../../stage/contracts/markets.js";
import {
  type OrderSpec,
  place,
  sign,
  signAll,
  type SignedOrder,
  submit,
  submitAll,
} from "../../../stage/contracts/orders.js";
import { expectSound } from "../support/sound.js";
import { storyOf } from "../../../stage/contracts/story.js";
import { MAX_ORDER_LOTS, SCALE, TOKEN } from "../../../stage/contracts/units.js";
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
      expect((await w.book.orderAt(3)).lots).to.equal(-2n);
    });

    it("answers number and place of each order, 0 for what it skipped", async () => {
      const orders = await signAll(w, [
        { trader: w.alice, lots: 10n, price: 5_000n },
        { trader: w.bob, lots: 0n, price: 5_000n },
        { trader: w.carol, lots: -8n, price: 4_900n },
      ]);
      const answer = await w.book.createTrades.staticCall(packBatch(orders));
      expect(answer.map(({ tradeRootId, place: at }) => [tradeRootId, at])).to.deep.equal([
        [1n, 1n],
        [0n, 0n],
        [2n, 0n], // filled whole
      ]);
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

  describe("given bad packages among good ones: skips each with the selector of the error that createTrade throws", () => {
    const good = (): OrderSpec => ({ trader: w.carol, lots: 1n, price: 1n });

    /** Alone behind the first good one it is refused with all values, in a batch with the error's name. */
    async function expectSkipped(bad: OrderSpec | SignedOrder, error: string, ...values: unknown[]): Promise<void> {
      const batch = await signAll(w, "tradePackage" in bad ? [good(), good()] : [good(), bad, good()]);
      if ("tradePackage" in bad) batch.splice(1, 0, bad);
      const snapshot = await networkHelpers.takeSnapshot();
      await submit(w, batch[0]!);
      await expectRefused(w, w.book.createTrade.staticCall(batch[1]!, 20, 20), error, ...values);
      await snapshot.restore();
      const story = await storyOf(w, submitAll(w, batch));
      expect(story).to.deep.equal(["created 1", `skipped 1: ${error}`, "created 2", "checkpoint 1"]);
    }

    it("unknown market", () => expectSkipped({ ...good(), root: 2 }, "Book_MarketUnknown", 2, 1));
    it("price out of bounds", () =>
      expectSkipped({ ...good(), price: 10_001n }, "Book_PriceOutOfBounds", 10_001, 0, SCALE));
    it("quantity zero", () => expectSkipped({ ...good(), lots: 0n }, "Book_QuantityOutOfRange", 0, MAX_ORDER_LOTS));
    it("trader who is not registered", () =>
      expectSkipped({ ...good(), trader: w.outsider }, "Book_TraderUnknown", w.outsider.address));
    it("nonce too far", () => expectSkipped({ ...good(), nonce: 200n }, "Book_NonceTooFar", w.carol.address, 200, 65));
    it("uncovered", () =>
      expectSkipped({ ...good(), lots: -10_001n, price: 0n }, "Book_Uncovered", w.carol.address, 10n ** 15n, 1));

    it("expired", async () => {
      const now = await networkHelpers.time.latest();
      const order = { ...good(), deadline: now };
      await expectSkipped(order, "Book_DeadlineExpired", now, (timestamp: bigint) => timestamp > now);
    });

    it("stale link", async () => {
      const { link: head } = await w.book.chainState();
      const link = `0x${"ab".repeat(32)}`;
      await expectSkipped({ ...good(), link }, "Book_StaleLink", link, (current: string) => current !== head);
    });

    it("wrong signature", async () => {
      const order = await sign(w, { ...good(), key: w.bob, nonce: 5n });
      const { digest } = await w.book.linksOf(order.tradePackage);
      await expectSkipped(order, "Book_SignatureInvalid", w.carol.address, digest);
    });

    it("a link that never was, in the place of one that is good: it was signed over another", async () => {
      const { link } = await w.book.chainState();
      const never = `0x${"ab".repeat(20)}${link.slice(42)}`;
      const order = await sign(w, { ...good(), link: never, nonce: 5n });
      await expectRefused(w, submit(w, order), "Book_StaleLink", never, link);
      expect(await storyOf(w, submitAll(w, [order]))).to.deep.equal(["skipped 0: Book_SignatureInvalid"]);
    });

    it("a time in force that there is not has no form at all", async () => {
      const order = await sign(w, { ...good(), timeInForce: 7 });
      await expectRefused(w, submit(w, order), "Book_TimeInForceUnknown", 7);
      await expectRefused(w, submitAll(w, [order]), "Book_BatchMalformed", 4 + 64 + 14); // selector, bytes, header
    });

    it("the same package twice", async () => {
      const [order] = await signAll(w, [good()]);
      expect(await storyOf(w, submitAll(w, [order!, order!]))).to.deep.equal([
        "created 1",
        "skipped 1: Book_NonceUsed",
        "checkpoint 1",
      ]);
    });

    it("one open order too many", async () => {
      const story = await storyOf(w, submitAll(w, [good(), good(), good(), good()]));
      expect(story).to.deep.equal([
        "created 1",
        "created 2",
        "created 3",
        "skipped 3: Book_TooManyOpenOrders",
        "checkpoint 1",
      ]);
    });

    it("a place too far from the hint", async () => {
      const orders = [2n, 2n, 1n].map((price) => ({ ...good(), price }));
      const story = await storyOf(w, submitAll(w, orders, { maxWalk: 1 }));
      expect(story).to.deep.equal(["created 1", "created 2", "skipped 2: Book_HintTooFar", "checkpoint 1"]);
    });
  });

  describe("the event of a skipped package", () => {
    it("names its index, its trader and its nonce", async () => {
      const orders = await signAll(w, [
        { trader: w.alice, lots: 1n, price: 1n },
        { trader: w.bob, lots: 0n, price: 1n, nonce: 7n },
      ]);
      const { selector } = w.book.interface.getError("Book_QuantityOutOfRange")!;
      await expect(w.book.createTrades(packBatch(orders)))
        .to.emit(w.book, "PackageSkipped")
        .withArgs(1, w.bob.address, 7, selector);
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
      expect(story).to.deep.equal(["skipped 0: Book_QuantityOutOfRange", "skipped 1: Book_QuantityOutOfRange"]);
      expect([...(await w.book.chainState())]).to.deep.equal(before);
    });

    it("skips every package when trading is over", async () => {
      const orders = await signAll(w, [{ trader: w.alice, lots: 1n, price: 1n }]);
      await closeTrading(w);
      await networkHelpers.time.setNextBlockTimestamp(w.t2 + 10);
      const story = await storyOf(w, w.book.createTrades(packBatch(orders)));
      expect(story).to.deep.equal(["skipped 0: Book_NotTrading"]);
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
      "skipped 2: Book_Uncovered",
    ]);
  });
});
