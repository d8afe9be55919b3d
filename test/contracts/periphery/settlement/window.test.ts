import { expect } from "chai";
import hre from "hardhat";

import { deployFixing, HOUR } from "../../../../stage/contracts/fixings.js";
import { SUPPLY, TOKEN } from "../../../../stage/contracts/units.js";
import { fixPrices, openWindow, type WindowScene } from "../../../../stage/contracts/windows.js";
import { type Account, openWorld, type World } from "../../../../stage/contracts/world.js";
import type { TestAsset } from "../../../../typechain-types/index.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;
const { time } = networkHelpers;
const USD = 10n ** 6n;
/** 100 of each asset stand behind 1 000 tokens; a whole asset costs 3 000 and 20 dollars. */
const PRICES = [3_000n * 10n ** 8n, 20n * 10n ** 8n] as const;
/** So a token of leg 1 costs 300 dollars, and one of leg 2 costs 2. */
const COST = [300n * USD, 2n * USD] as const;

interface Scene extends WindowScene {
  readonly w: World;
  readonly cash: TestAsset;
}

/** Alice and Bob hold session tokens, Carol has cash; nothing is priced yet. */
async function scene(): Promise<Scene> {
  const w = await openWorld(connection, { assetCount: 2 });
  const cash = await ethers.deployContract("TestAsset", ["Dollar", "USD", 6]);
  const made = await openWindow(w, await cash.getAddress());
  for (const holder of [w.alice, w.bob]) {
    await w.session.transfer(holder, 100n * TOKEN);
    await w.session.connect(holder).approve(made.window, SUPPLY);
    for (const k of [1, 2]) await w.leg(k).connect(holder).approve(made.window, SUPPLY);
  }
  await cash.mint(w.carol, 10n ** 12n);
  await cash.connect(w.carol).approve(made.window, 10n ** 12n);
  return { ...made, w, cash };
}

/** Priced, and offered: 6 tokens by Alice, whole, and 3 of leg 1 by Bob. */
async function offered(): Promise<Scene> {
  const s = await scene();
  await fixPrices(s.w, s, PRICES);
  await s.window.connect(s.w.alice).offerSession(6n * TOKEN);
  await s.w.session.connect(s.w.bob).split(3n * TOKEN);
  await s.window.connect(s.w.bob).offer(1, 3n * TOKEN);
  return s;
}

async function open(): Promise<Scene> {
  const s = await offered();
  await time.increaseTo(s.opens);
  return s;
}

describe("A cash window", function () {
  this.timeout(240_000);
  let s: Scene;

  const buy = (leg: number, amount: bigint, most = 10n ** 12n, by: Account = s.w.carol) =>
    s.window.connect(by).buy(leg, amount, most, by);
  const close = () => time.increaseTo(s.closes);

  describe("while holders offer", () => {
    beforeEach(async () => {
      s = await networkHelpers.loadFixture(offered);
    });

    it("holds what they offered, and session tokens as a token of each leg", async () => {
      const { window, w } = s;
      expect(await Promise.all([1, 2].map((k) => w.leg(k).balanceOf(window)))).to.deep.equal([9n * TOKEN, 6n * TOKEN]);
      expect(await w.session.balanceOf(window)).to.equal(0n);
      expect(await window.offerOf(w.alice, 2)).to.deep.equal([6n * TOKEN, false, false]);
      expect(await window.offerOf(w.bob, 1)).to.deep.equal([3n * TOKEN, false, false]);
      expect((await window.legOf(1)).offered).to.equal(9n * TOKEN);
      const terms = await window.terms();
      expect([terms.session, terms.prices, terms.cash, Number(terms.opens), Number(terms.closes)]).to.deep.equal([
        ...[await w.session.getAddress(), await s.fixing.getAddress(), await s.cash.getAddress(), s.opens, s.closes],
      ]);
    });

    it("tells each offer in the log, and sums what one holder offers twice", async () => {
      await expect(s.window.connect(s.w.alice).offerSession(1n))
        .to.emit(s.window, "LegOffered")
        .withArgs(s.w.alice, 1, 1n)
        .and.to.emit(s.window, "LegOffered")
        .withArgs(s.w.alice, 2, 1n);
      expect((await s.window.offerOf(s.w.alice, 1))[0]).to.equal(6n * TOKEN + 1n);
    });

    it("refuses nothing, and a leg that there is not", async () => {
      await expect(s.window.offer(1, 0n)).to.be.revertedWithCustomError(s.window, "Window_NothingToDo");
      await expect(s.window.offerSession(0n)).to.be.revertedWithCustomError(s.window, "Window_NothingToDo");
      for (const ask of [s.window.offer(3, 1n), s.window.offer(0, 1n)]) {
        await expect(ask).to.be.revertedWithCustomError(s.window, "Window_UnknownLeg");
      }
      await expect(s.window.legOf(3)).to.be.revertedWithCustomError(s.window, "Window_UnknownLeg").withArgs(3, 2);
    });

    it("takes offers up to the second before it opens, and sells from that second on", async () => {
      const { window, w, opens } = s;
      await time.setNextBlockTimestamp(opens - 2);
      await expect(buy(1, TOKEN))
        .to.be.revertedWithCustomError(window, "Window_NotOpen")
        .withArgs(opens - 2, opens, s.closes);
      await time.setNextBlockTimestamp(opens - 1);
      await window.connect(w.alice).offerSession(TOKEN);
      await time.setNextBlockTimestamp(opens);
      await buy(1, TOKEN);
      await expect(window.connect(w.alice).offerSession(TOKEN))
        .to.be.revertedWithCustomError(window, "Window_NotOffering")
        .withArgs(opens + 1, w.t2, opens);
    });

    it("gives nothing back before the close", async () => {
      for (const ask of [s.window.connect(s.w.alice).takeBack(1, s.w.alice), s.window.pullCash(1, s.w.alice)]) {
        await expect(ask).to.be.revertedWithCustomError(s.window, "Window_StillOpen");
      }
    });
  });

  it("takes no offers before t2", async () => {
    s = await networkHelpers.loadFixture(scene);
    await time.setNextBlockTimestamp(s.w.t2 - 1);
    await expect(s.window.connect(s.w.alice).offerSession(TOKEN))
      .to.be.revertedWithCustomError(s.window, "Window_NotOffering")
      .withArgs(s.w.t2 - 1, s.w.t2, s.opens);
    await time.setNextBlockTimestamp(s.w.t2);
    await s.window.connect(s.w.alice).offerSession(TOKEN);
  });

  describe("while it is open", () => {
    beforeEach(async () => {
      s = await networkHelpers.loadFixture(open);
    });

    it("sells a leg at amount · q · S / N, rounded up to a unit of cash", async () => {
      const { window, w, cash } = s;
      expect(await Promise.all([window.costOf(1, TOKEN), window.costOf(2, TOKEN)])).to.deep.equal([...COST]);
      await expect(buy(1, TOKEN))
        .to.emit(window, "LegPriced")
        .withArgs(1, 3n * 10n ** 27n)
        .and.to.emit(window, "LegBought")
        .withArgs(w.carol, 1, w.carol, TOKEN, COST[0]);
      expect(await w.leg(1).balanceOf(w.carol)).to.equal(TOKEN);
      expect(await cash.balanceOf(window)).to.equal(COST[0]);
      // One wei of leg 1 is worth 3 · 10^-10 units, of leg 2 less: each costs one.
      await expect(buy(2, 1n)).to.changeTokenBalance(ethers, cash, w.carol, -1n);
      expect(await window.costOf(1, TOKEN + 1n)).to.equal(COST[0] + 1n);
      const leg = await window.legOf(1);
      expect([leg.isPriced, leg.quantity, leg.offered, leg.sold, leg.paid]).to.deep.equal([
        ...[true, 100n * TOKEN, 9n * TOKEN, TOKEN, COST[0]],
      ]);
    });

    it("redeems what was bought in the same call: the buyer has the asset", async () => {
      const { window, w } = s;
      const [paid, assets] = await window.connect(w.carol).buyAndRedeem.staticCall(1, TOKEN, COST[0], w.dave);
      expect([paid, assets]).to.deep.equal([COST[0], TOKEN / 10n]);
      await window.connect(w.carol).buyAndRedeem(1, TOKEN, COST[0], w.dave);
      expect(await w.assets[0]!.balanceOf(w.dave)).to.equal(TOKEN / 10n);
      expect(await w.leg(1).balanceOf(window)).to.equal(8n * TOKEN);
    });

    it("sells no more than is offered, nothing at all for nothing, and for no more than the buyer allows", async () => {
      const { window } = s;
      await buy(2, 6n * TOKEN - 5n);
      await expect(buy(2, 6n)).to.be.revertedWithCustomError(window, "Window_NotOffered").withArgs(2, 6n, 5n);
      await expect(buy(1, 0n)).to.be.revertedWithCustomError(window, "Window_NothingToDo");
      await expect(buy(3, 1n)).to.be.revertedWithCustomError(window, "Window_UnknownLeg").withArgs(3, 2);
      await expect(buy(1, TOKEN, COST[0] - 1n))
        .to.be.revertedWithCustomError(window, "Window_TooDear")
        .withArgs(1, COST[0], COST[0] - 1n);
    });

    it("delivers nowhere where the tokens, or the assets, would be lost", async () => {
      const { window, w } = s;
      const [own, session] = await Promise.all([window.getAddress(), w.session.getAddress()]);
      for (const to of [ethers.ZeroAddress, own, session]) {
        for (const ask of [window.connect(w.carol).buy, window.connect(w.carol).buyAndRedeem]) {
          await expect(ask(1, TOKEN, COST[0], to))
            .to.be.revertedWithCustomError(window, "Receiver_Invalid")
            .withArgs(to);
        }
      }
      expect((await window.legOf(1)).sold).to.equal(0n);
    });

    it("keeps its price whatever the vault holds", async () => {
      const { window, w } = s;
      await w.assets[0]!.mint(w.session, 1_000n * TOKEN);
      expect(await window.costOf(1, TOKEN)).to.equal(COST[0]);
      await w.session.connect(w.bob).redeem(10n * TOKEN, w.bob);
      expect(await window.costOf(1, TOKEN)).to.equal(COST[0]);
    });

    it("sells until the second before it closes; then all is taken from that second on", async () => {
      const { window, w, closes } = s;
      await time.setNextBlockTimestamp(closes - 1);
      await buy(1, TOKEN);
      await time.setNextBlockTimestamp(closes);
      await window.connect(w.bob).takeBack(1, w.bob);
      await expect(buy(1, TOKEN))
        .to.be.revertedWithCustomError(window, "Window_NotOpen")
        .withArgs(closes + 1, s.opens, closes);
    });
  });

  describe("after the close", () => {
    beforeEach(async () => {
      s = await networkHelpers.loadFixture(open);
    });

    it("each takes its share of the cash and of the tokens that nobody bought", async () => {
      const { window, w, cash } = s;
      await buy(1, 3n * TOKEN);
      await close();
      await expect(window.connect(w.alice).pullCash(1, w.dave))
        .to.emit(window, "CashPulled")
        .withArgs(w.alice, 1, w.dave, 600n * USD);
      await expect(window.connect(w.alice).takeBack(1, w.dave))
        .to.emit(window, "LegReturned")
        .withArgs(w.alice, 1, w.dave, 4n * TOKEN);
      await window.connect(w.bob).pullCash(1, w.bob);
      await window.connect(w.bob).takeBack(1, w.bob);
      expect(await Promise.all([cash.balanceOf(w.bob), cash.balanceOf(window)])).to.deep.equal([300n * USD, 0n]);
      expect(await Promise.all([w.leg(1).balanceOf(w.bob), w.leg(1).balanceOf(window)])).to.deep.equal([
        2n * TOKEN,
        0n,
      ]);
      expect(await window.offerOf(w.alice, 1)).to.deep.equal([6n * TOKEN, true, true]);
    });

    it("gives nobody anything twice, nor to whom has offered nothing", async () => {
      const { window, w } = s;
      await close();
      await window.connect(w.alice).pullCash(2, w.alice); // nothing was bought: nothing is moved, and it is no error
      await window.connect(w.alice).takeBack(2, w.alice);
      for (const [ask, holder, leg] of [
        [window.connect(w.alice).pullCash(2, w.alice), w.alice, 2],
        [window.connect(w.alice).takeBack(2, w.alice), w.alice, 2],
        [window.connect(w.bob).takeBack(2, w.bob), w.bob, 2],
        [window.connect(w.carol).pullCash(1, w.carol), w.carol, 1],
      ] as const) {
        await expect(ask).to.be.revertedWithCustomError(window, "Window_NothingLeft").withArgs(holder, leg);
      }
    });

    it("pays nobody to where cash or tokens would be lost: they can still be taken", async () => {
      const { window, w, cash } = s;
      await buy(1, 3n * TOKEN);
      await close();
      const [own, money, session] = await Promise.all([window, cash, w.session].map((one) => one.getAddress()));
      for (const to of [ethers.ZeroAddress, own!, money!]) {
        await expect(window.connect(w.alice).pullCash(1, to))
          .to.be.revertedWithCustomError(window, "Receiver_Invalid")
          .withArgs(to);
      }
      for (const to of [ethers.ZeroAddress, own!, session!]) {
        await expect(window.connect(w.alice).takeBack(1, to))
          .to.be.revertedWithCustomError(window, "Receiver_Invalid")
          .withArgs(to);
      }
      await window.connect(w.alice).pullCash(1, w.alice);
      await window.connect(w.alice).takeBack(1, w.alice);
      expect([await cash.balanceOf(w.alice), await w.leg(1).balanceOf(w.alice)]).to.deep.equal([
        600n * USD,
        4n * TOKEN,
      ]);
    });

    it("leaves the last one what rounding has left: three wei among two, of which a unit is paid", async () => {
      const { window, w, cash } = s;
      await buy(1, 1n);
      await close();
      // Bob has offered a third: of one unit nothing, and of 9 · 10^18 - 1 wei 3 · 10^18 - 1.
      await window.connect(w.bob).pullCash(1, w.bob);
      await window.connect(w.bob).takeBack(1, w.bob);
      await window.connect(w.alice).pullCash(1, w.alice);
      await window.connect(w.alice).takeBack(1, w.alice);
      expect(await Promise.all([cash.balanceOf(w.bob), cash.balanceOf(w.alice)])).to.deep.equal([0n, 1n]);
      expect(await w.leg(1).balanceOf(w.bob)).to.equal(3n * TOKEN - 1n);
      expect(await w.leg(1).balanceOf(w.alice)).to.equal(6n * TOKEN);
    });
  });

  describe("without a price", () => {
    it("sells nothing, and everything comes back", async () => {
      s = await networkHelpers.loadFixture(scene);
      const { window, w } = s;
      await time.increaseTo(w.t2);
      await window.connect(w.alice).offerSession(6n * TOKEN);
      await time.increaseTo(s.opens);
      await expect(buy(1, TOKEN)).to.be.revertedWithCustomError(window, "Window_NoPrice").withArgs(1);
      await expect(window.costOf(2, TOKEN)).to.be.revertedWithCustomError(window, "Window_NoPrice").withArgs(2);
      await close();
      for (const k of [1, 2]) await window.connect(w.alice).takeBack(k, w.alice);
      expect(await Promise.all([1, 2].map((k) => w.leg(k).balanceOf(w.alice)))).to.deep.equal([6n * TOKEN, 6n * TOKEN]);
      await w.session.connect(w.alice).merge(6n * TOKEN);
    });
  });

  it("is made only of times that leave nobody an option for longer than an hour", async () => {
    s = await networkHelpers.loadFixture(scene);
    const { w, fixing, window } = s;
    const factory = await ethers.getContractFactory("CashWindow");
    const later = await deployFixing(connection, { time: w.t2 + 100, feeds: [{ feed: s.feeds[0]! }] });
    const made = (opens: number, closes: number, prices: { getAddress(): Promise<string> } = fixing) =>
      prices.getAddress().then(async (source) => {
        const [session, cash] = [await w.session.getAddress(), await s.cash.getAddress()];
        return factory.deploy({ session, prices: source, cash, opens, closes });
      });
    const latest = w.t2 + HOUR;
    for (const [opens, closes] of [
      [w.t2, latest],
      [w.t2 + 10, w.t2 + 10],
      [w.t2 + 10, latest + 1],
    ] as const) {
      await expect(made(opens, closes))
        .to.be.revertedWithCustomError(window, "Window_Times")
        .withArgs(opens, closes, w.t2, w.t2, latest);
    }
    await expect(made(w.t2 + 99, latest, later)).to.be.revertedWithCustomError(window, "Window_Times");
    await made(w.t2 + 1, latest);
    await made(w.t2 + 100, latest + 100, later);
  });
});
