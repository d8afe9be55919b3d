/** Exits before and after the roots beside the basket are settled: nobody waits, and nothing is lost. */
import { expect } from "chai";
import hre from "hardhat";

import { deal, eventRoot, expectRefused, intervalRoot, slackOf, tighten } from "../../../stage/contracts/markets.js";
import { expectMarketsSound } from "../support/markets-sound.js";
import { LOT_VALUE, SUPPLY, TOKEN } from "../../../stage/contracts/units.js";
import { type Account, bankroll, closeTrading, openWorld, type World } from "../../../stage/contracts/world.js";

const connection = await hre.network.create();
const { networkHelpers } = connection;

interface Roots extends World {
  readonly rain: number;
  readonly match: number;
}

/**
 * Alice buys 1 000 lots of the first leg at 0.4 and 10 lots of rain at 40; Bob sells both. Carol buys 20 lots of outcome 1 at 30
 * from Bob. Then trading ends.
 */
async function open(): Promise<Roots> {
  const w = await openWorld(connection);
  await bankroll(w, 10n * TOKEN, w.alice, w.bob, w.carol);
  const [rain, match] = [await intervalRoot(w), await eventRoot(w)];
  await deal(w, { buyer: w.alice, seller: w.bob, root: 1, lots: 1_000n, price: 4_000n });
  await deal(w, { buyer: w.alice, seller: w.bob, root: rain, lots: 10n, price: 40n });
  await deal(w, { buyer: w.carol, seller: w.bob, root: match, branch: 1, lots: 20n, price: 30n });
  await closeTrading(w);
  return { ...w, rain, match };
}

describe("OrderBook.exit with roots beside the basket", () => {
  let w: Roots;
  beforeEach(async () => {
    w = await networkHelpers.loadFixture(open);
  });
  afterEach(() => expectMarketsSound(w));

  /** What an exit pays, on each asset, wei. */
  async function exit(trader: Account, redeemAssets = false): Promise<bigint[]> {
    const book = w.book.connect(trader);
    const claims = await book.exit.staticCall(trader, redeemAssets);
    await book.exit(trader, redeemAssets);
    return [...claims];
  }

  const cents = (amount: bigint): bigint => (amount * TOKEN) / 100n;

  describe("given nothing is settled yet", () => {
    it("pays what each trader is sure of", async () => {
      // Cash: 10 - 0.4 - 0.4; 10 + 0.4 + 0.4 + 0.6; 10 - 0.6. Bob may still owe 1 for rain, 2 for the match, 1 for the leg.
      expect(await exit(w.alice)).to.deep.equal([cents(1_020n), cents(920n)]);
      expect(await exit(w.bob)).to.deep.equal([cents(740n), cents(840n)]);
      expect(await exit(w.carol)).to.deep.equal([cents(940n), cents(940n)]);
    });

    it("keeps what is still open, neither more nor less, and a second exit has nothing to pay", async () => {
      await exit(w.bob);
      const { claim, worst } = await w.book.accountOf(w.bob);
      expect([claim, worst]).to.deep.equal([0n, 0n]);
      // If he owes for neither rain nor match, all that was held back is his: 1 and 2.
      const best = [
        { marketRootId: w.rain, values: [0n] },
        { marketRootId: w.match, values: [0n, 50n, 50n] },
      ];
      expect(await w.book.netCollateral(w.bob, best)).to.equal(3n * TOKEN);
      expect([...(await w.book.positionOf(w.bob, w.rain))]).to.deep.equal([-10n]);
      expect([...(await w.book.positionOf(w.bob, 1))]).to.deep.equal([0n, 0n]);
      const again = w.book.connect(w.bob).exit(w.bob, false);
      await expectRefused(w, again, "Book_NothingToExit", w.bob.address);
    });

    it("pays the rest of one root as soon as that is settled and realised", async () => {
      for (const trader of [w.alice, w.bob, w.carol]) await exit(trader);
      await tighten(w, w.rain, 1, 70n, 70n);
      await w.book.realise(w.rain, [w.alice, w.bob]);
      expect(await exit(w.alice)).to.deep.equal([cents(70n), cents(70n)]);
      expect(await exit(w.bob)).to.deep.equal([cents(30n), cents(30n)]);
      await expectRefused(w, w.book.connect(w.carol).exit(w.carol, false), "Book_NothingToExit", w.carol.address);
    });

    it("pays a part of the rest when a record frees it", async () => {
      await exit(w.bob);
      await tighten(w, w.rain, 1, 0n, 80n);
      await w.book.refresh(w.rain, [w.bob]);
      expect(await exit(w.bob)).to.deep.equal([cents(20n), cents(20n)]);
      await tighten(w, w.match, 1, 0n, 0n);
      await w.book.refresh(w.match, [w.bob]);
      expect(await exit(w.bob)).to.deep.equal([cents(200n), cents(200n)]);
    });

    it("withdraw pays the rest as well", async () => {
      await exit(w.alice);
      await tighten(w, w.rain, 1, 25n, 25n);
      await w.book.realise(w.rain, [w.alice]);
      expect(await slackOf(w, w.alice)).to.equal(cents(25n));
      await w.book.connect(w.alice).withdraw(cents(25n), w.alice, 0);
    });
  });

  describe("given everybody left at once and the roots settle afterwards", () => {
    async function settleAndLeave(redeemAssets: boolean): Promise<bigint[][]> {
      const paid: bigint[][] = [];
      for (const trader of [w.alice, w.bob, w.carol]) paid.push(await exit(trader, redeemAssets));
      await tighten(w, w.rain, 1, 70n, 70n);
      await tighten(w, w.match, 2, 0n, 0n);
      await tighten(w, w.match, 1, 25n, 25n);
      if (!(await w.book.rootOf(w.match)).settled) await tighten(w, w.match, 3, 75n, 75n);
      await w.book.realise(w.rain, [w.alice, w.bob]);
      await w.book.realise(w.match, [w.bob, w.carol]);
      for (const trader of [w.alice, w.bob, w.carol]) paid.push(await exit(trader, redeemAssets));
      return paid;
    }

    it("pays both parts to the wei, and the book is empty at the end", async () => {
      expect(await settleAndLeave(false)).to.deep.equal([
        [cents(1_020n), cents(920n)],
        [cents(740n), cents(840n)],
        [cents(940n), cents(940n)],
        [cents(70n), cents(70n)],
        [cents(180n), cents(180n)],
        [cents(50n), cents(50n)],
      ]);
      expect(await w.session.balanceOf(w.bookAddress)).to.equal(0n);
      for (const k of [1, 2]) expect(await w.leg(k).balanceOf(w.bookAddress)).to.equal(0n);
      for (const trader of [w.alice, w.bob, w.carol]) {
        expect([...(await w.book.accountOf(trader))].slice(0, 2)).to.deep.equal([0n, 0n]);
      }
    });

    it("redeems the whole basket: the vault is empty when the organiser has left too", async () => {
      const paid = await settleAndLeave(true);
      const [first, second] = [0, 1].map((k) => paid.reduce((sum, claims) => sum + claims[k]!, 0n));
      expect([first, second]).to.deep.equal([30n * TOKEN, 30n * TOKEN]);
      // A claim is worth a tenth of an asset: q is 100, N is 1 000.
      expect(await w.assets[0]!.balanceOf(w.alice)).to.equal(cents(109n));
      await w.session.redeem(SUPPLY - 30n * TOKEN, w.organiser);
      for (const asset of w.assets) expect(await asset.balanceOf(w.session)).to.equal(0n);
    });
  });

  it("given the roots are settled but not realised, what is realised first is paid at once", async () => {
    await tighten(w, w.rain, 1, 70n, 70n);
    await tighten(w, w.match, 3, 100n, 100n);
    await w.book.realise(w.rain, [w.bob]);
    await w.book.realise(w.match, [w.bob]);
    // 11.4 in cash, 0.7 owed for rain, nothing for the match, 1 on the first asset.
    expect(await exit(w.bob)).to.deep.equal([cents(970n), cents(1_070n)]);
    expect(await exit(w.alice)).to.deep.equal([cents(1_020n), cents(920n)]);
    await w.book.realise(w.rain, [w.alice]);
    expect(await exit(w.alice)).to.deep.equal([cents(70n), cents(70n)]);
  });

  it("given a fallback had to settle, the rest is paid by it", async () => {
    await exit(w.alice);
    const { settleBy } = await w.book.rootOf(w.rain);
    await networkHelpers.time.increaseTo(settleBy);
    await w.book.connect(w.outsider).applyFallback(w.rain);
    await w.book.realise(w.rain, [w.alice]);
    expect(await exit(w.alice)).to.deep.equal([cents(50n), cents(50n)]);
  });

  it("given legs were withdrawn from the account before, the rest comes on all of them", async () => {
    await w.book.connect(w.alice).withdrawLeg(1, 1_000n, w.alice, 0);
    expect(await w.leg(1).balanceOf(w.alice)).to.equal(1_000n * LOT_VALUE);
    expect(await exit(w.alice)).to.deep.equal([cents(920n), cents(920n)]);
  });
});
