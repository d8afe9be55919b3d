import { expect } from "chai";
import { concat, keccak256, toBeHex, ZeroHash } from "ethers";
import hre from "hardhat";

import { checkpointLink } from "../../../src/protocol/book/checkpoint.js";
import { eventRoot, expectRefused, intervalRoot, subMarket, tighten } from "../../../stage/contracts/markets.js";
import { expectMarketsSound } from "../support/markets-sound.js";
import { DAY } from "../../../stage/contracts/units.js";
import { openWorld, type World } from "../../../stage/contracts/world.js";

const connection = await hre.network.create();
const { networkHelpers } = connection;

interface Roots extends World {
  readonly rain: number;
  readonly match: number;
  readonly settleBy: number;
}

async function open(): Promise<Roots> {
  const w = await openWorld(connection);
  const settleBy = w.t2 + DAY;
  const rain = await intervalRoot(w, { settleBy });
  await subMarket(w, rain, 30n, 60n);
  return { ...w, rain, match: await eventRoot(w, { settleBy }), settleBy };
}

describe("OrderBook.applyFallback (R39)", () => {
  let w: Roots;
  beforeEach(async () => {
    w = await networkHelpers.loadFixture(open);
  });
  afterEach(() => expectMarketsSound(w));

  it("is open to anybody from the very second of settleBy", async () => {
    await networkHelpers.time.setNextBlockTimestamp(w.settleBy);
    await w.book.connect(w.outsider).applyFallback(w.rain);
    await w.book.connect(w.outsider).applyFallback(w.match);
    expect((await w.book.rootOf(w.rain)).settled).to.equal(true);
    expect((await w.book.rootOf(w.match)).settled).to.equal(true);
  });

  it("leaves the root's chain as it is: it is no record", async () => {
    const { tip } = await w.book.rootOf(w.rain);
    await networkHelpers.time.increaseTo(w.settleBy);
    await w.book.applyFallback(w.rain);
    expect((await w.book.rootOf(w.rain)).tip).to.equal(tip);
  });

  it("folds into the head what it settled by", async () => {
    await networkHelpers.time.increaseTo(w.settleBy);
    const { link: before, checkpoints, trades } = await w.book.chainState();
    const word = (BigInt(w.rain) << 104n) | (50n << 64n);
    const folded = keccak256(concat([before, toBeHex(word, 32), ZeroHash]));
    const mark = BigInt(await networkHelpers.time.latestBlock()) + 1n;
    const counts = { mark, trades: Number(trades), number: Number(checkpoints) + 1 };
    await expect(w.book.applyFallback(w.rain))
      .to.emit(w.book, "Checkpoint")
      .withArgs(folded, checkpointLink(folded, counts));
  });

  it("touches no other root", async () => {
    await networkHelpers.time.increaseTo(w.settleBy);
    await w.book.applyFallback(w.rain);
    expect((await w.book.rootOf(w.match)).settled).to.equal(false);
  });

  it("leaves the owner time until somebody applies it", async () => {
    await networkHelpers.time.increaseTo(w.settleBy + DAY);
    await tighten(w, w.rain, 1, 77n, 77n);
    await expectRefused(w, w.book.applyFallback(w.rain), "Book_MarketSettled", w.rain);
    expect((await w.book.rootOf(w.rain)).lo).to.equal(77n);
  });

  describe("refuses", () => {
    it("a second too early, the owner too", async () => {
      const early = w.settleBy - 1;
      for (const [caller, root] of [
        [w.outsider, w.rain],
        [w.organiser, w.match],
      ] as const) {
        const fixed = await networkHelpers.takeSnapshot();
        await networkHelpers.time.setNextBlockTimestamp(early);
        const call = w.book.connect(caller).applyFallback(root);
        await expectRefused(w, call, "Book_FallbackTooEarly", root, w.settleBy, early);
        await fixed.restore();
      }
    });

    it("a root that is settled, even long before its time", async () => {
      await tighten(w, w.rain, 1, 5n, 5n);
      await tighten(w, w.match, 3, 100n, 100n);
      await expectRefused(w, w.book.applyFallback(w.rain), "Book_MarketSettled", w.rain);
      await expectRefused(w, w.book.applyFallback(w.match), "Book_MarketSettled", w.match);
    });

    it("a second time", async () => {
      await networkHelpers.time.increaseTo(w.settleBy);
      await w.book.applyFallback(w.match);
      await expectRefused(w, w.book.applyFallback(w.match), "Book_MarketSettled", w.match);
    });

    it("the basket root, which is delivered, and roots that do not exist", async () => {
      await networkHelpers.time.increaseTo(w.settleBy);
      for (const root of [1, 0, 4, 2 ** 32 - 1]) {
        await expectRefused(w, w.book.applyFallback(root), "Book_MarketUnknown", root, 1);
      }
    });
  });

  it("ends the owner's say", async () => {
    await networkHelpers.time.increaseTo(w.settleBy);
    await w.book.applyFallback(w.rain);
    await expectRefused(w, tighten(w, w.rain, 1, 77n, 77n), "Book_MarketSettled", w.rain);
    await expectRefused(w, subMarket(w, w.rain, 0n, 100n), "Book_MarketSettled", w.rain);
  });
});
