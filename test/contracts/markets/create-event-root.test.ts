import { expect } from "chai";
import hre from "hardhat";

import {
  boundsOf,
  deal,
  eventRoot,
  MARKET_TICK,
  marketLink,
  netAt,
  newEvent,
  rootInfo,
  signMarket,
  SIMPLEX,
  spansOf,
  submitMarket,
} from "../../../stage/contracts/markets.js";
import { expectMarketsSound } from "../support/markets-sound.js";
import { DAY, TOKEN } from "../../../stage/contracts/units.js";
import { type World } from "../../../stage/contracts/world.js";
import { openWithCash } from "../support/openings.js";

const connection = await hre.network.create();
const { networkHelpers } = connection;

async function open(): Promise<World> {
  return openWithCash(connection);
}

describe("OrderBook.createMarket: a new event root", () => {
  let w: World;
  beforeEach(async () => {
    w = await networkHelpers.loadFixture(open);
  });
  afterEach(() => expectMarketsSound(w));

  it("records what was signed and makes a simplex root", async () => {
    const signed = await signMarket(w, newEvent(w));
    const link = marketLink(signed.record);
    await expect(submitMarket(w, signed))
      .to.emit(w.book, "MarketRecorded")
      .withArgs(2, 1, link, Object.values(signed.record), signed.signature, "0x", signed.description);
    expect(await rootInfo(w, 2)).to.deep.equal({
      kind: BigInt(SIMPLEX),
      branchCount: 3n,
      lo: 0n,
      hi: 100n,
      tickValue: MARKET_TICK,
      closesAt: BigInt(w.t2),
      settleBy: BigInt(w.t2 + 10 * DAY),
      fallbackOutcome: 1n,
      settled: false,
      owner: w.organiser.address,
      tip: link,
    });
  });

  for (const outcomes of [2, 3, 16]) {
    it(`given ${outcomes} outcomes, each is a market from 0 to the scale`, async () => {
      const root = await eventRoot(w, { outcomes, max: 1_000n, fallback: BigInt(outcomes) });
      expect(await spansOf(w, root)).to.deep.equal(Array.from({ length: outcomes }, () => [0n, 1_000n]));
      expect(await boundsOf(w, root, outcomes)).to.deep.equal([0n, 1_000n]);
      expect((await w.book.rootOf(root)).branchCount).to.equal(BigInt(outcomes));
    });
  }

  it("given the smallest scale, an outcome pays one tick or nothing", async () => {
    const root = await eventRoot(w, { max: 1n, tickValue: TOKEN });
    await deal(w, { buyer: w.alice, seller: w.bob, root, branch: 2, lots: 1n, price: 0n });
    expect(await netAt(w, w.alice, root, 0n, 1n, 0n)).to.equal(11n * TOKEN);
    expect(await netAt(w, w.alice, root, 0n, 0n, 1n)).to.equal(10n * TOKEN);
  });

  it("given a lot of every outcome, it is worth the scale whatever happens", async () => {
    const root = await eventRoot(w);
    for (const branch of [1, 2, 3]) {
      await deal(w, { buyer: w.alice, seller: w.bob, root, branch, lots: 10n, price: 30n });
    }
    // 3 * 10 lots at 30 ticks cost 0.9; the set is worth 1.
    const { claim, worst } = await w.book.accountOf(w.alice);
    expect([claim, worst]).to.deep.equal([10n * TOKEN - (9n * TOKEN) / 10n + TOKEN, 0n]);
    for (const weights of [
      [100n, 0n, 0n],
      [20n, 30n, 50n],
    ]) {
      expect(await netAt(w, w.alice, root, ...weights)).to.equal((101n * TOKEN) / 10n);
    }
  });
});
