import { expect } from "chai";
import hre from "hardhat";

import { place, submit } from "../../../stage/contracts/orders.js";
import { expectSound } from "../support/sound.js";
import { costOf, LOT_VALUE, reserveOf, TOKEN } from "../../../stage/contracts/units.js";
import { bankroll, openWorld, type World } from "../../../stage/contracts/world.js";

const connection = await hre.network.create();
const { networkHelpers } = connection;

/** Alice has 1 token, Bob 100; the basket has three legs. */
async function open(): Promise<World> {
  const w = await openWorld(connection, { assetCount: 3 });
  await bankroll(w, TOKEN, w.alice);
  await bankroll(w, 100n * TOKEN, w.bob);
  return w;
}

describe("OrderBook.createTrade: collateral", () => {
  let w: World;
  beforeEach(async () => {
    w = await networkHelpers.loadFixture(open);
  });
  afterEach(() => expectSound(w));

  async function expectUncovered(
    order: { readonly lots: bigint; readonly price: bigint; readonly leg?: number },
    shortfall: bigint,
    bindingLeg: number,
  ): Promise<void> {
    await expect(submit(w, { trader: w.alice, ...order }))
      .to.be.revertedWithCustomError(w.book, "Book_Uncovered")
      .withArgs(w.alice.address, shortfall, bindingLeg);
  }

  describe("given cash alone", () => {
    it("a bid may cost all of it", async () => {
      await place(w, { trader: w.alice, lots: 2_000n, price: 5_000n });
    });

    it("a bid that costs more is short by the difference, if the leg ends at nothing", async () => {
      await expectUncovered({ lots: 2_001n, price: 5_000n }, costOf(1n, 5_000n), 2);
      await expectUncovered({ lots: 2_001n, price: 5_000n, leg: 2 }, costOf(1n, 5_000n), 1);
      await expectUncovered({ lots: 10_000n, price: 1_001n, leg: 3 }, costOf(10_000n, 1n), 1);
    });

    it("an offer may lose all of it", async () => {
      await place(w, { trader: w.alice, lots: -2_000n, price: 5_000n });
    });

    it("an offer that could lose more is short by the difference, if the leg ends at everything", async () => {
      await expectUncovered({ lots: -2_001n, price: 5_000n }, LOT_VALUE / 2n, 1);
      await expectUncovered({ lots: -2_001n, price: 5_000n, leg: 3 }, LOT_VALUE / 2n, 3);
      await expectUncovered({ lots: -1_001n, price: 0n, leg: 2 }, LOT_VALUE, 2);
    });

    it("an order that cannot lose needs none", async () => {
      await place(w, { trader: w.alice, lots: 1_000_000n, price: 0n });
      await place(w, { trader: w.alice, lots: -1_000_000n, price: 10_000n, leg: 2 });
      expect((await w.book.accountOf(w.alice)).reserved).to.equal(0n);
    });
  });

  describe("given a position", () => {
    // Alice: short 1 000 of leg 1 at 0.4, long 500 of leg 2 at 0.3. Cash 1 + 0.4 - 0.15 = 1.25.
    beforeEach(async () => {
      await place(w, { trader: w.bob, lots: 1_000n, price: 4_000n });
      await place(w, { trader: w.alice, lots: -1_000n, price: 4_000n });
      await place(w, { trader: w.bob, lots: -500n, price: 3_000n, leg: 2 });
      await place(w, { trader: w.alice, lots: 500n, price: 3_000n, leg: 2 });
      const { claim, worst } = await w.book.accountOf(w.alice);
      expect([claim, worst]).to.deep.equal([(TOKEN * 125n) / 100n, -TOKEN]);
    });

    it("counts the worst of all outcomes together", async () => {
      // 0.25 is free where leg 1 takes all; more offers of leg 1 cost 0.6 a thousand there.
      await expectUncovered({ lots: -500n, price: 4_000n }, TOKEN / 20n, 1);
      // Leg 3 offered: worst is still leg 1, where the premium comes in.
      await place(w, { trader: w.alice, lots: -500n, price: 4_000n, leg: 3 });
      // As much as makes leg 3 the worst: Q3 = -1 751, cash 1.25 + 0.35 * 1.751.
      const lots = 2_000n;
      const shortfall = lots * LOT_VALUE - (TOKEN * 125n) / 100n - costOf(lots, 3_500n);
      await expectUncovered({ lots: -lots, price: 3_500n, leg: 3 }, shortfall, 3);
    });

    it("lets an order that reduces the risk pass whatever is left", async () => {
      await w.book.connect(w.alice).withdraw(TOKEN / 4n, w.alice, 0);
      await expectUncovered({ lots: 1n, price: 1n, leg: 2 }, costOf(1n, 1n), 1);
      await place(w, { trader: w.alice, lots: 1_000n, price: 9_999n });
      await place(w, { trader: w.bob, lots: -1_000n, price: 9_999n });
      const { claim, worst } = await w.book.accountOf(w.alice);
      expect([claim, worst]).to.deep.equal([TOKEN - costOf(1_000n, 9_999n), 0n]);
    });
  });

  describe("given open orders", () => {
    it("each order is admitted by itself: they share the collateral", async () => {
      for (const leg of [1, 2, 3]) {
        await place(w, { trader: w.alice, lots: 2_000n, price: 5_000n, leg });
        await place(w, { trader: w.alice, lots: -1_000n, price: 6_000n, leg });
      }
      const { openOrders, reserved, claim } = await w.book.accountOf(w.alice);
      expect([openOrders, reserved, claim]).to.deep.equal([6n, reserveOf(TOKEN), TOKEN]);
    });

    it("an open order adds no credit: what it would bring counts only when it is filled", async () => {
      await place(w, { trader: w.alice, lots: -1_000n, price: 10_000n, leg: 1 });
      await place(w, { trader: w.alice, lots: 2_000n, price: 0n, leg: 2 });
      await expectUncovered({ lots: 2_001n, price: 5_000n, leg: 3 }, costOf(1n, 5_000n), 1);
    });
  });

  it("never lets the deposit of another serve", async () => {
    await expectUncovered({ lots: 20_000n, price: 5_000n }, 9n * TOKEN, 2);
  });
});
