/** The book's pool of session and leg tokens (R14): whatever mixture came in, every claim can be paid in any form. */
import { expect } from "chai";
import hre from "hardhat";

import { place } from "../../../stage/contracts/orders.js";
import { expectSound } from "../support/sound.js";
import { LOT_VALUE, TOKEN } from "../../../stage/contracts/units.js";
import { type Account, bankroll, closeTrading, openWorld, type World } from "../../../stage/contracts/world.js";

const connection = await hre.network.create();
const { networkHelpers } = connection;

async function open(): Promise<World> {
  const w = await openWorld(connection, { assetCount: 3 });
  await w.session.split(100n * TOKEN);
  for (const k of [1, 2, 3])
    await w
      .leg(k)
      .connect(w.organiser)
      .approve(w.book, 100n * TOKEN);
  return w;
}

describe("The pool", () => {
  let w: World;
  beforeEach(async () => {
    w = await networkHelpers.loadFixture(open);
  });
  afterEach(() => expectSound(w));

  const payIn = (trader: Account, leg: number, lots: bigint): Promise<unknown> =>
    w.book.connect(w.organiser).depositLeg(trader, leg, lots);

  const pool = async (): Promise<bigint[]> => [
    await w.session.balanceOf(w.book),
    ...(await Promise.all([1, 2, 3].map((k) => w.leg(k).balanceOf(w.book)))),
  ];

  it("legs in, session tokens out", async () => {
    for (const k of [1, 2, 3]) await payIn(w.alice, k, 4_000n);
    await w.book.connect(w.alice).withdraw(4n * TOKEN, w.alice, 0);
    expect(await w.session.balanceOf(w.alice)).to.equal(4n * TOKEN);
    expect(await pool()).to.deep.equal([0n, 0n, 0n, 0n]);
    const { claim, worst } = await w.book.accountOf(w.alice);
    expect([claim, worst]).to.deep.equal([0n, 0n]); // full sets came in and were paid out
    expect([...(await w.book.positionOf(w.alice, 1))]).to.deep.equal([0n, 0n, 0n]);
  });

  it("session tokens in, legs out", async () => {
    await bankroll(w, 4n * TOKEN, w.alice);
    for (const k of [1, 2, 3]) await w.book.connect(w.alice).withdrawLeg(k, 4_000n, w.alice, 0);
    for (const k of [1, 2, 3]) expect(await w.leg(k).balanceOf(w.alice)).to.equal(4n * TOKEN);
    expect(await pool()).to.deep.equal([0n, 0n, 0n, 0n]);
    expect([...(await w.book.claimsOf(w.alice))]).to.deep.equal([0n, 0n, 0n]);
  });

  it("uneven legs in: what they have in common out, the rest stays a claim", async () => {
    for (const [k, lots] of [
      [1, 5_000n],
      [2, 4_000n],
      [3, 3_000n],
    ] as const) {
      await payIn(w.alice, k, lots);
    }
    await w.book.connect(w.alice).withdraw(3n * TOKEN, w.alice, 0);
    await expect(w.book.connect(w.alice).withdraw(1n, w.alice, 0))
      .to.be.revertedWithCustomError(w.book, "Book_WithdrawalTooLarge")
      .withArgs(w.alice.address, 1, 0);
    expect(await pool()).to.deep.equal([0n, 2n * TOKEN, TOKEN, 0n]);
    await w.book.connect(w.alice).withdrawLeg(1, 2_000n, w.alice, 0);
    expect([...(await w.book.claimsOf(w.alice))]).to.deep.equal([0n, TOKEN, 0n]);
  });

  it("one trader's session tokens serve another's legs, and the other way round", async () => {
    await bankroll(w, 5n * TOKEN, w.alice, w.bob);
    await place(w, { trader: w.alice, lots: 5_000n, price: 3_000n, leg: 2 });
    await place(w, { trader: w.bob, lots: -5_000n, price: 3_000n, leg: 2 });
    await w.book.connect(w.alice).withdrawLeg(2, 5_000n, w.carol, 0); // splits 5: legs 1 and 3 stay in the pool
    expect(await pool()).to.deep.equal([5n * TOKEN, 5n * TOKEN, 0n, 5n * TOKEN]);
    await w.book.connect(w.alice).withdraw((35n * TOKEN) / 10n, w.alice, 0);
    await expect(w.book.connect(w.bob).withdrawLeg(1, 6_500n, w.bob, 0))
      .to.emit(w.session, "Split")
      .withArgs(w.bookAddress, (15n * TOKEN) / 10n);
    expect(await pool()).to.deep.equal([0n, 0n, (15n * TOKEN) / 10n, (65n * TOKEN) / 10n]);
    expect([...(await w.book.claimsOf(w.bob))]).to.deep.equal([0n, (15n * TOKEN) / 10n, (65n * TOKEN) / 10n]);
  });

  it("is empty when everybody has exited, however it came in and went out", async () => {
    await bankroll(w, 10n * TOKEN, w.alice, w.bob);
    await payIn(w.carol, 1, 3_333n);
    await payIn(w.carol, 3, 77n);
    await place(w, { trader: w.carol, lots: -3_000n, price: 4_000n });
    await place(w, { trader: w.alice, lots: 3_000n, price: 4_000n });
    await place(w, { trader: w.bob, lots: -2_000n, price: 2_500n, leg: 3 });
    await place(w, { trader: w.alice, lots: 2_000n, price: 2_500n, leg: 3 });
    await w.book.connect(w.bob).withdraw(8n * TOKEN, w.bob, 0);
    await w.book.connect(w.alice).withdrawLeg(1, 1_500n, w.alice, 0);
    await closeTrading(w);
    await w.book.connect(w.carol).exit(w.carol, false);
    await w.book.connect(w.bob).exit(w.bob, true);
    await w.book.connect(w.alice).exit(w.alice, false);
    expect(await pool()).to.deep.equal([0n, 0n, 0n, 0n]);
    expect(await w.leg(1).balanceOf(w.carol)).to.equal(333n * LOT_VALUE);
  });
});
