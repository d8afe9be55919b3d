import { expect } from "chai";
import hre from "hardhat";

import { deployFixing, HOUR } from "../../../../stage/contracts/fixings.js";
import { newEvent, newInterval, rootInfo } from "../../../../stage/contracts/markets.js";
import { openByPrice, permitted } from "../../../../stage/contracts/settlers.js";
import { DAY } from "../../../../stage/contracts/units.js";
import { openWorld, type World } from "../../../../stage/contracts/world.js";
import { openFeed, roundOf, type TestFeed } from "../../../../stage/counterparts/chainlink.js";
import type { ChainlinkFixing, ChainlinkSettler } from "../../../../typechain-types/index.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;
const { time } = networkHelpers;

interface Scene {
  readonly w: World;
  readonly feed: TestFeed;
  readonly fixing: ChainlinkFixing;
  readonly settler: ChainlinkSettler;
  /** T, a day before t2. */
  readonly t: number;
}

async function scene(): Promise<Scene> {
  const w = await openWorld(connection, { assetCount: 2 });
  const feed = await openFeed(w.organiser, 8);
  const t = w.t2 - DAY;
  const fixing = await deployFixing(connection, { time: t, feeds: [{ feed }] });
  const settler = await ethers.deployContract("ChainlinkSettler", [w.bookAddress, fixing]);
  return { w, feed, fixing, settler, t };
}

describe("A settler by a price", function () {
  this.timeout(240_000);
  let s: Scene;
  beforeEach(async () => {
    s = await networkHelpers.loadFixture(scene);
  });

  /** Prices of 0.01 up to 1 000: bounds 0 to 100 000. */
  const spec = (change: object = {}) => newInterval(s.w, { max: 100_000n, closesAt: s.t, ...change });
  const open = (change: object = {}, ticksPerUnit = 100n) =>
    openByPrice(s.w, s.settler, spec(change), { leg: 1, ticksPerUnit });

  /** The feed tells this before T, and it is fixed. */
  async function fix(answer: bigint): Promise<void> {
    await time.increaseTo(s.t - HOUR / 2);
    const round = await s.feed.answer(answer);
    expect(round).to.equal(roundOf(1n, 1n));
    await time.increaseTo(s.t + 60);
    await s.fixing.fix(1, round, 0n);
  }

  it("owns the roots that it makes, with their strips, and says by what they settle", async () => {
    const { w, settler, fixing } = s;
    const strips = [{ lower: 30_000n, upper: 40_000n }];
    const root = await openByPrice(w, settler, spec(), { leg: 1, ticksPerUnit: 100n }, strips);
    const info = await rootInfo(w, root);
    expect([info["owner"], info["branchCount"]]).to.deep.equal([await settler.getAddress(), 2n]);
    expect(await settler.feedOf(root)).to.deep.equal([1n, 100n]);
    expect(await settler.feedOf(root + 1)).to.deep.equal([0n, 0n]);
    expect(await settler.fixing()).to.equal(await fixing.getAddress());
    expect(await settler.book()).to.equal(w.bookAddress);
  });

  for (const [answer, expected, why] of [
    [345_678_000_000n, 100_000n, "above the bounds: at their edge"],
    [34_567_890_000n, 34_568n, "345.6789 rounded up"],
    [34_567_500_000n, 34_568n, "345.675: half up"],
    [34_567_499_999n, 34_567n, "just below the half"],
    [1n, 0n, "nearly nothing"],
    [2n ** 127n, 100_000n, "beyond an int32"],
  ] as const) {
    it(`settles ${answer} at ${expected}: ${why}`, async () => {
      const { w, settler } = s;
      const root = await open();
      await fix(answer);
      await expect(settler.connect(w.outsider).record(root)).to.emit(settler, "RootSettled");
      const info = await rootInfo(w, root);
      expect([info["settled"], info["lo"], info["hi"]]).to.deep.equal([true, expected, expected]);
      await expect(settler.record(root)).to.be.revertedWithCustomError(w.book, "Book_MarketSettled").withArgs(root);
    });
  }

  it("does nothing as long as the price is not fixed; then the fallback settles", async () => {
    const { w, settler } = s;
    const root = await open();
    await expect(settler.record(root))
      .to.be.revertedWithCustomError(settler, "ChainlinkSettler_NotFixed")
      .withArgs(root, 1);
    await time.increaseTo(w.t2 + 10 * DAY);
    await expect(settler.record(root)).to.be.revertedWithCustomError(settler, "ChainlinkSettler_NotFixed");
    await w.book.applyFallback(root);
    expect((await rootInfo(w, root))["lo"]).to.equal(50n);
  });

  it("settles no root but its own", async () => {
    await expect(s.settler.record(9)).to.be.revertedWithCustomError(s.settler, "Settler_UnknownRoot").withArgs(9);
  });

  it("makes no root that trades on when the price is known, that leaves no time to settle, or that a price cannot settle", async () => {
    const { w, settler, fixing, t } = s;
    await expect(open({ closesAt: t + 1 }))
      .to.be.revertedWithCustomError(settler, "ChainlinkSettler_ClosesAfterPrice")
      .withArgs(t + 1, t);
    const earliest = t + 60 + 7 * DAY;
    await expect(open({ settleBy: earliest - 1 }))
      .to.be.revertedWithCustomError(settler, "Settler_SettleByTooEarly")
      .withArgs(earliest - 1, earliest);
    await open({ settleBy: earliest });
    await expect(open({}, 0n)).to.be.revertedWithCustomError(settler, "ChainlinkSettler_NoTicks");
    await expect(openByPrice(w, settler, spec(), { leg: 2, ticksPerUnit: 1n }))
      .to.be.revertedWithCustomError(fixing, "Fixing_UnknownLeg")
      .withArgs(2, 1);
    await expect(openByPrice(w, settler, newEvent(w, { closesAt: t }), { leg: 1, ticksPerUnit: 1n }))
      .to.be.revertedWithCustomError(settler, "ChainlinkSettler_NotAnInterval")
      .withArgs(1);
  });

  it("takes the organiser's signature from the organiser alone, so that nobody else chooses feed and ticks", async () => {
    const { w, settler } = s;
    const { record, signature, description } = await permitted(w, settler, spec());
    await expect(settler.connect(w.bob).openRoot(record, [], { leg: 1, ticksPerUnit: 7n }, signature, description))
      .to.be.revertedWithCustomError(settler, "Settler_OnlyOrganiser")
      .withArgs(w.bob, w.organiser);
  });
});
