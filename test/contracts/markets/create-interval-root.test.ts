import { expect } from "chai";
import { concat, id, keccak256, toBeHex, ZeroHash } from "ethers";
import hre from "hardhat";

import { checkpointLink } from "../../../src/protocol/book/checkpoint.js";
import {
  boundsOf,
  expectRefused,
  INTERVAL,
  intervalRoot,
  MARKET_TICK,
  marketLink,
  newInterval,
  rootInfo,
  type SignedMarket,
  signMarket,
  spansOf,
  submitMarket,
} from "../../../stage/contracts/markets.js";
import { expectMarketsSound } from "../support/markets-sound.js";
import { place, submit } from "../../../stage/contracts/orders.js";
import { DAY, TOKEN } from "../../../stage/contracts/units.js";
import { openWorld, type World } from "../../../stage/contracts/world.js";
import { openWithCash } from "../support/openings.js";

const connection = await hre.network.create();
const { networkHelpers } = connection;

async function open(): Promise<World> {
  return openWithCash(connection);
}

describe("OrderBook.createMarket: a new interval root", () => {
  let w: World;
  beforeEach(async () => {
    w = await networkHelpers.loadFixture(open);
  });
  afterEach(() => expectMarketsSound(w));

  describe("given the organiser's signature, submitted by somebody else", () => {
    let signed: SignedMarket;
    beforeEach(async () => {
      signed = await signMarket(w, newInterval(w));
    });

    it("records what was signed, its link, and the description", async () => {
      const { record, signature, description } = signed;
      await expect(submitMarket(w, signed))
        .to.emit(w.book, "MarketRecorded")
        .withArgs(2, 1, marketLink(record), Object.values(record), signature, "0x", description);
      expect(record.descriptionHash).to.equal(id(description));
    });

    it("makes the root as signed, with the record as the end of its chain", async () => {
      await submitMarket(w, signed);
      expect(await rootInfo(w, 2)).to.deep.equal({
        kind: BigInt(INTERVAL),
        branchCount: 1n,
        lo: 0n,
        hi: 100n,
        tickValue: MARKET_TICK,
        closesAt: BigInt(w.t2),
        settleBy: BigInt(w.t2 + 10 * DAY),
        fallbackOutcome: 50n,
        settled: false,
        owner: w.organiser.address,
        tip: marketLink(signed.record),
      });
      expect([await w.book.createdRoots(), await w.book.rootMadeBy(marketLink(signed.record))]).to.deep.equal([1n, 2n]);
    });

    it("opens its first market, from the least to the greatest outcome, for trade at once", async () => {
      await submitMarket(w, signed);
      expect(await spansOf(w, 2)).to.deep.equal([[0n, 100n]]);
      expect([...(await w.book.marketOf(2, 1))]).to.deep.equal([0n, 100n, MARKET_TICK, 0n, 0n, false]);
      const order = await place(w, { trader: w.alice, root: 2, lots: 1n, price: 40n });
      expect((await w.book.marketOf(2, 1)).bestBid).to.equal(order);
    });

    it("appends no trade and moves no account", async () => {
      const before = [(await w.book.chainState()).trades, ...(await w.book.accountOf(w.alice))];
      await submitMarket(w, signed);
      expect([(await w.book.chainState()).trades, ...(await w.book.accountOf(w.alice))]).to.deep.equal(before);
    });

    it("folds into the head, so that who signs an order commits to the markets too", async () => {
      const { link: before, checkpoints, trades } = await w.book.chainState();
      const word = (2n << 104n) | 1n;
      const folded = keccak256(concat([before, toBeHex(word, 32), marketLink(signed.record)]));
      const mark = BigInt(await networkHelpers.time.latestBlock()) + 1n;
      const link = checkpointLink(folded, { mark, trades: Number(trades), number: Number(checkpoints) + 1 });
      await expect(submitMarket(w, signed)).to.emit(w.book, "Checkpoint").withArgs(folded, link);
      expect((await w.book.chainState()).link).to.equal(link);
    });
  });

  it("given the organiser calls, it needs no signature", async () => {
    const { record, description } = await signMarket(w, newInterval(w));
    await expect(w.book.connect(w.organiser).createMarket(record, "0x", "0x", description))
      .to.emit(w.book, "MarketRecorded")
      .withArgs(2, 1, marketLink(record), Object.values(record), "0x", "0x", description);
  });

  it("given outcomes below zero, they are ticks like any others", async () => {
    const root = await intervalRoot(w, { min: -300n, max: -100n, fallback: -300n });
    expect(await boundsOf(w, root, 1)).to.deep.equal([-300n, -100n]);
    await place(w, { trader: w.alice, root, lots: 10n, price: -250n });
    await place(w, { trader: w.bob, root, lots: -10n, price: -250n });
    // Alice is paid 2.5 tokens and may owe 3.
    const { claim, worst } = await w.book.accountOf(w.alice);
    expect([claim, worst]).to.deep.equal([12n * TOKEN + TOKEN / 2n - 3n * TOKEN, 0n]);
  });

  it("given the widest interval and the largest tick that exist, it stands", async () => {
    const [min, max] = [-(2n ** 31n), 2n ** 31n - 1n];
    const root = await intervalRoot(w, { min, max, tickValue: 2n ** 64n - 1n, fallback: max });
    expect(await boundsOf(w, root, 1)).to.deep.equal([min, max]);
    expect((await w.book.rootOf(root)).tickValue).to.equal(2n ** 64n - 1n);
  });

  it("given times at their limits, it stands", async () => {
    const soon = (await networkHelpers.time.latest()) + 100;
    await networkHelpers.time.setNextBlockTimestamp(soon);
    const first = await intervalRoot(w, { closesAt: soon + 1, settleBy: soon + 1 });
    const last = await intervalRoot(w, { closesAt: w.t2, settleBy: Number(w.params.settleLimit) });
    expect((await w.book.rootOf(first)).settleBy).to.equal(BigInt(soon + 1));
    expect((await w.book.rootOf(last)).settleBy).to.equal(w.params.settleLimit);
  });

  it("given an empty description, its hash is signed all the same", async () => {
    await intervalRoot(w, { description: "" });
    await expectRefused(
      w,
      submitMarket(w, newInterval(w, { description: "", descriptionHash: ZeroHash })),
      "Book_DescriptionMismatch",
      id(""),
      ZeroHash,
    );
  });
});

describe("OrderBook.createMarket before trading", () => {
  it("makes roots in a session that is not funded yet, and orders wait for t1", async () => {
    const w = await openWorld(connection, { stage: "created" });
    const root = await intervalRoot(w);
    await w.book.createUser(w.alice);
    const opensAt = w.t1 - 10;
    await networkHelpers.time.setNextBlockTimestamp(opensAt);
    await expectRefused(
      w,
      submit(w, { trader: w.alice, root, lots: 1n, price: 0n }),
      "Book_NotTrading",
      opensAt,
      w.t1,
      w.t2,
    );
  });
});
