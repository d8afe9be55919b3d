/** The largest basket: every loop over legs at its cap, every position word in use. */
import { expect } from "chai";
import hre from "hardhat";

import { type OrderSpec, submitAll } from "../../../stage/contracts/orders.js";
import { expectSound } from "../support/sound.js";
import { LOT_VALUE, TOKEN } from "../../../stage/contracts/units.js";
import { bankroll, closeTrading, openWorld, type World } from "../../../stage/contracts/world.js";

const connection = await hre.network.create();
const { networkHelpers } = connection;
const LEGS = Array.from({ length: 16 }, (_, k) => k + 1);

/** Bob sells Alice k lots of leg k at 0.0625, for every k. */
async function traded(): Promise<World> {
  const w = await openWorld(connection, { assetCount: 16, quantities: LEGS.map((k) => BigInt(k) * 1_000_003n) });
  await bankroll(w, 10n * TOKEN, w.alice, w.bob);
  const orders: OrderSpec[] = LEGS.flatMap((leg) => [
    { trader: w.bob, lots: -BigInt(leg), price: 625n, leg },
    { trader: w.alice, lots: BigInt(leg), price: 625n, leg },
  ]);
  await submitAll(w, orders);
  return w;
}

describe("A session of sixteen assets", () => {
  let w: World;
  beforeEach(async () => {
    w = await networkHelpers.loadFixture(traded);
  });
  afterEach(() => expectSound(w));

  it("keeps every leg of a position apart", async () => {
    // Counted from the last leg, of which there are 16 lots.
    expect([...(await w.book.positionOf(w.alice, 1))]).to.deep.equal(LEGS.map((k) => BigInt(k) - 16n));
    expect([...(await w.book.positionOf(w.bob, 1))]).to.deep.equal(LEGS.map((k) => 16n - BigInt(k)));
    const [alice, bob] = [await w.book.accountOf(w.alice), await w.book.accountOf(w.bob)];
    const paid = (136n * LOT_VALUE) / 16n;
    expect([alice.claim, alice.worst]).to.deep.equal([10n * TOKEN - paid + 16n * LOT_VALUE, -15n * LOT_VALUE]);
    expect([bob.claim, bob.worst]).to.deep.equal([10n * TOKEN + paid - 16n * LOT_VALUE, 0n]);
    expect([...(await w.book.claimsOf(w.alice))]).to.deep.equal(
      LEGS.map((k) => 10n * TOKEN - paid + BigInt(k) * LOT_VALUE),
    );
  });

  it("takes and pays any leg out", async () => {
    await w.book.connect(w.alice).withdrawLeg(16, 16n, w.carol, 0);
    await w.book.connect(w.alice).withdrawLeg(7, 3n, w.carol, 0);
    expect(await w.leg(16).balanceOf(w.carol)).to.equal(16n * LOT_VALUE);
    await w
      .leg(16)
      .connect(w.carol)
      .approve(w.book, 16n * LOT_VALUE);
    await w.book.connect(w.carol).depositLeg(w.bob, 16, 16n);
    const position = [...(await w.book.positionOf(w.bob, 1))];
    expect([position[15], position[14], position[6]]).to.deep.equal([0n, -15n, -7n]);
  });

  it("exits in one call and delivers every asset to the last unit", async () => {
    await closeTrading(w);
    for (const trader of [w.bob, w.alice]) await w.book.connect(trader).exit(trader, true);
    await w.session.redeem(await w.session.balanceOf(w.organiser), w.organiser);
    for (const [k, asset] of w.assets.entries()) {
      expect(await asset.balanceOf(w.session), `asset ${k + 1}`).to.equal(0n);
      const delivered = await Promise.all([w.alice, w.bob, w.organiser].map((owner) => asset.balanceOf(owner)));
      expect(delivered.reduce((sum, amount) => sum + amount)).to.equal(w.params.quantities[k]);
    }
    expect(await w.session.totalSupply()).to.equal(0n);
    expect(await w.session.balanceOf(w.book)).to.equal(0n);
  });

  it("stays far inside what a transaction may cost", async () => {
    await closeTrading(w);
    const exits = [w.book.connect(w.alice).exit(w.alice, true), w.book.connect(w.bob).exit(w.bob, false)];
    for (const exit of exits) {
      const { gasUsed } = (await (await exit).wait())!;
      expect(gasUsed).to.be.lessThan(5_000_000n);
    }
  });
});
