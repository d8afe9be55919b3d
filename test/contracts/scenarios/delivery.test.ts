/** One session's whole life: five traders, two assets, fills at several prices; at the end every unit is delivered. */
import { expect } from "chai";
import hre from "hardhat";

import { foldLogs } from "../support/chain-of-trades.js";
import { type OrderSpec, submitAll } from "../../../stage/contracts/orders.js";
import { expectSound } from "../support/sound.js";
import { SUPPLY, TOKEN } from "../../../stage/contracts/units.js";
import { bankroll, closeTrading, openWorld, type World } from "../../../stage/contracts/world.js";

const connection = await hre.network.create();
const { networkHelpers } = connection;
/** Numbers that divide by nothing: every payment is rounded. */
const QUANTITIES = [1_000_003n, 777_777_777_777_777_777n];

async function traded(): Promise<World> {
  const w = await openWorld(connection, { quantities: QUANTITIES });
  await bankroll(w, 100n * TOKEN, w.alice, w.bob, w.carol, w.dave);
  await bankroll(w, TOKEN / 3n, w.erin);
  const traders = [w.alice, w.bob, w.carol, w.dave, w.erin];
  for (let round = 0; round < 4; round += 1) {
    const orders: OrderSpec[] = traders.flatMap((trader, i) => {
      const lots = BigInt(7 * (i + 1) + 13 * round);
      const price = BigInt(4_700 + ((i * 211 + round * 97) % 600));
      return [
        { trader, lots, price: price - 30n, leg: 1 + ((i + round) % 2) },
        { trader, lots: -lots, price: price + 30n, leg: 1 + ((i + round + 1) % 2) },
      ];
    });
    await submitAll(w, orders);
  }
  return w;
}

describe("A session's whole life", () => {
  let w: World;
  beforeEach(async () => {
    w = await networkHelpers.loadFixture(traded);
  });
  afterEach(() => expectSound(w));

  it("has orders of every fate in its chain", async () => {
    const { orders } = await foldLogs(w);
    const open = [...orders.values()].filter((order) => order.open !== 0n);
    expect(orders.size).to.be.greaterThan(20);
    expect(open.length).to.be.greaterThan(0).and.lessThan(orders.size);
  });

  it("keeps the allocations summing up to the basket", async () => {
    const claims = [0n, 0n];
    for (const trader of [w.alice, w.bob, w.carol, w.dave, w.erin]) {
      (await w.book.claimsOf(trader)).forEach((claim, k) => (claims[k]! += claim));
    }
    const outside = SUPPLY - 400n * TOKEN - TOKEN / 3n;
    expect(claims.map((claim) => claim + outside)).to.deep.equal([SUPPLY, SUPPLY]);
  });

  it("delivers the whole basket, to the last unit, in whatever way each leaves", async () => {
    await closeTrading(w);
    const claimsOfErin = [...(await w.book.claimsOf(w.erin))];
    await w.book.connect(w.erin).exit(w.erin, true);
    for (const [k, asset] of w.assets.entries()) {
      expect(await asset.balanceOf(w.erin)).to.equal((claimsOfErin[k]! * QUANTITIES[k]!) / SUPPLY);
    }
    await w.book.connect(w.alice).exit(w.alice, false);
    await w.book.connect(w.bob).exit(w.bob, true);
    await w.session.redeem(await w.session.balanceOf(w.organiser), w.organiser);
    await w.book.connect(w.carol).exit(w.carol, true);
    await w.session.connect(w.alice).redeem(await w.session.balanceOf(w.alice), w.alice);
    await w.book.connect(w.dave).exit(w.dave, true);
    for (const k of [1, 2]) {
      const left = await w.leg(k).balanceOf(w.alice);
      if (left > 0n) await w.session.connect(w.alice).redeemLeg(k, left, w.alice);
    }
    const owners = [w.organiser, w.alice, w.bob, w.carol, w.dave, w.erin];
    for (const [k, asset] of w.assets.entries()) {
      expect(await asset.balanceOf(w.session)).to.equal(0n);
      expect(await asset.balanceOf(w.book)).to.equal(0n);
      const delivered = await Promise.all(owners.map((owner) => asset.balanceOf(owner)));
      expect(delivered.reduce((sum, amount) => sum + amount)).to.equal(QUANTITIES[k]);
    }
    expect(await w.session.outstandingClaims(1)).to.equal(0n);
    expect(await w.session.outstandingClaims(2)).to.equal(0n);
  });
});
