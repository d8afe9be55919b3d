import { expect } from "chai";
import hre from "hardhat";

import { SUPPLY, TOKEN } from "../../../../stage/contracts/units.js";
import { fixPrices, openWindow, type WindowScene } from "../../../../stage/contracts/windows.js";
import { openWorld, type World } from "../../../../stage/contracts/world.js";
import type { LyingAsset, ReentrantAsset, RefusingAsset, TestAsset } from "../../../../typechain-types/index.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;
const { time } = networkHelpers;
const MOST = 10n ** 30n;

interface Scene extends WindowScene {
  readonly w: World;
  readonly cash: TestAsset;
}

/** Cash of 18 decimals that Carol has much of; Alice and Bob have offered a token each, and the window is open. */
async function sceneOf(name: string): Promise<Scene> {
  const w = await openWorld(connection, { assetCount: 2 });
  // The mocks answer no decimals(): prices are told without.
  const cash = (await ethers.deployContract(name, [])) as unknown as TestAsset;
  const feedless = await openWindow(w, await decimalsOf(cash));
  const window = await ethers.deployContract("CashWindow", [
    {
      session: await w.session.getAddress(),
      prices: await feedless.fixing.getAddress(),
      cash: await cash.getAddress(),
      opens: feedless.opens,
      closes: feedless.closes,
    },
  ]);
  const s = { ...feedless, window, w, cash };
  await fixPrices(w, s, [10n ** 9n, 10n ** 9n]);
  for (const holder of [w.alice, w.bob]) {
    await w.session.transfer(holder, TOKEN);
    await w.session.connect(holder).approve(window, SUPPLY);
    await window.connect(holder).offerSession(TOKEN);
  }
  await cash.mint(w.carol, MOST);
  await cash.connect(w.carol).approve(window, MOST);
  await time.increaseTo(s.opens);
  return s;
}

/** A stand-in with 18 decimals, for cash that does not tell them. */
async function decimalsOf(cash: TestAsset): Promise<string> {
  try {
    await cash.decimals();
    return await cash.getAddress();
  } catch {
    return (await ethers.deployContract("TestAsset", ["Eighteen", "EIG", 18])).getAddress();
  }
}

async function withFee(): Promise<Scene> {
  return sceneOf("FeeOnTransferAsset");
}
async function withLiar(): Promise<Scene> {
  return sceneOf("LyingAsset");
}
async function withRefusal(): Promise<Scene> {
  return sceneOf("RefusingAsset");
}
async function withSilence(): Promise<Scene> {
  return sceneOf("SilentAsset");
}
async function withReentry(): Promise<Scene> {
  return sceneOf("ReentrantAsset");
}

/** Whatever the cash does, everybody gets the tokens back. */
async function expectDelivery({ w, window, closes }: Scene): Promise<void> {
  await time.increaseTo(closes);
  for (const holder of [w.alice, w.bob]) {
    for (const k of [1, 2]) await window.connect(holder).takeBack(k, holder);
    expect(await w.leg(1).balanceOf(holder)).to.equal(TOKEN);
    expect(await w.leg(2).balanceOf(holder)).to.equal(TOKEN);
  }
}

describe("A cash window whose cash", function () {
  this.timeout(240_000);

  describe("keeps a fee on each transfer", () => {
    it("sells nothing, and everything comes back", async () => {
      const s = await networkHelpers.loadFixture(withFee);
      const cost = await s.window.costOf(1, TOKEN);
      await expect(s.window.connect(s.w.carol).buy(1, TOKEN, MOST, s.w.carol))
        .to.be.revertedWithCustomError(s.window, "Transfer_ReceivedOtherAmount")
        .withArgs(await s.cash.getAddress(), cost - cost / 100n, cost);
      expect((await s.window.legOf(1)).sold).to.equal(0n);
      await expectDelivery(s);
    });
  });

  describe("says it moved what it did not", () => {
    for (const [moved, shrinks] of [
      [0n, false],
      [5n, false],
      [7n, true],
    ] as const) {
      it(`is refused: it moved ${shrinks ? "minus " : ""}${moved}`, async () => {
        const s = await networkHelpers.loadFixture(withLiar);
        const liar = s.cash as unknown as LyingAsset;
        if (shrinks) await liar.mint(s.window, 100n);
        await liar.moveInstead(moved, shrinks);
        const cost = await s.window.costOf(1, TOKEN);
        await expect(s.window.connect(s.w.carol).buyAndRedeem(1, TOKEN, MOST, s.w.carol))
          .to.be.revertedWithCustomError(s.window, "Transfer_ReceivedOtherAmount")
          .withArgs(await s.cash.getAddress(), shrinks ? 0n : moved, cost);
        await expectDelivery(s);
      });
    }
  });

  describe("is stopped by its issuer", () => {
    it("is not paid while it is; the tokens come back all the same, and the cash once it goes on", async () => {
      const s = await networkHelpers.loadFixture(withRefusal);
      const { w, window } = s;
      const cash = s.cash as unknown as RefusingAsset;
      await window.connect(w.carol).buy(1, TOKEN, MOST, w.carol);
      const paid = (await window.legOf(1)).paid;
      await cash.refuse(true);
      await expect(window.connect(w.carol).buy(2, TOKEN, MOST, w.carol)).to.be.revertedWithCustomError(
        ...([cash, "TransfersStopped"] as const),
      );
      await time.increaseTo(s.closes);
      await expect(window.connect(w.alice).pullCash(1, w.alice)).to.be.revertedWithCustomError(
        cash,
        "TransfersStopped",
      );
      for (const holder of [w.alice, w.bob]) {
        for (const k of [1, 2]) await window.connect(holder).takeBack(k, holder);
      }
      expect(await w.leg(1).balanceOf(w.alice)).to.equal(TOKEN / 2n);
      expect(await w.leg(2).balanceOf(w.alice)).to.equal(TOKEN);
      await cash.refuse(false);
      for (const holder of [w.alice, w.bob]) await window.connect(holder).pullCash(1, holder);
      expect((await s.cash.balanceOf(w.alice)) + (await s.cash.balanceOf(w.bob))).to.equal(paid);
    });
  });

  describe("answers nothing", () => {
    it("is as good as any", async () => {
      const s = await networkHelpers.loadFixture(withSilence);
      const { w, window } = s;
      await window.connect(w.carol).buy(1, 2n * TOKEN, MOST, w.carol);
      const paid = (await window.legOf(1)).paid;
      await time.increaseTo(s.closes);
      for (const holder of [w.alice, w.bob]) await window.connect(holder).pullCash(1, holder);
      expect(await s.cash.balanceOf(w.alice)).to.equal(paid / 2n);
      expect(await s.cash.balanceOf(w.bob)).to.equal(paid - paid / 2n);
    });
  });

  describe("calls back", () => {
    it("cannot buy from within a sale", async () => {
      const s = await networkHelpers.loadFixture(withReentry);
      const { w, window } = s;
      const cash = s.cash as unknown as ReentrantAsset;
      const again = window.interface.encodeFunctionData("buy", [1, 1n, MOST, w.dave.address]);
      await cash.aim(window, again, false);
      await expect(window.connect(w.carol).buy(1, TOKEN, MOST, w.carol)).to.be.revertedWithCustomError(
        ...([cash, "CallBackFailed"] as const),
      );
      await cash.aim(window, again, true);
      await window.connect(w.carol).buy(1, TOKEN, MOST, w.carol);
      expect([await w.leg(1).balanceOf(w.dave), (await window.legOf(1)).sold]).to.deep.equal([0n, TOKEN]);
      await cash.aim(ethers.ZeroAddress, "0x", true);
    });

    it("gets its own share once, though it asks for it again while it is paid", async () => {
      const s = await networkHelpers.loadFixture(withReentry);
      const { w, window } = s;
      const cash = s.cash as unknown as ReentrantAsset;
      await window.connect(w.carol).buy(1, 2n * TOKEN, MOST, w.carol);
      const paid = (await window.legOf(1)).paid;
      await time.increaseTo(s.closes);
      const again = window.interface.encodeFunctionData("pullCash", [1, w.dave.address]);
      await cash.aim(window, again, true);
      await expect(window.connect(w.alice).pullCash(1, w.alice)).to.emit(cash, "CalledBack");
      expect(await Promise.all([s.cash.balanceOf(w.alice), s.cash.balanceOf(w.dave)])).to.deep.equal([paid / 2n, 0n]);
      await window.connect(w.bob).pullCash(1, w.bob);
      expect(await s.cash.balanceOf(w.bob)).to.equal(paid - paid / 2n);
    });
  });
});
