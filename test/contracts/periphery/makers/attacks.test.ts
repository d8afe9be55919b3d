import { expect } from "chai";
import hre from "hardhat";

import type { LmsrMaker } from "../../../../typechain-types/index.js";
import { eventRoot } from "../../../../stage/contracts/markets.js";
import { createMaker, deployFactory, openMaker, tradeThrough } from "../../../../stage/contracts/makers.js";
import { SUPPLY, TICK_VALUE, TIME_IN_FORCE, TOKEN } from "../../../../stage/contracts/units.js";
import { bankroll, closeTrading, openWorld, type World } from "../../../../stage/contracts/world.js";

const connection = await hre.network.create();
const { networkHelpers } = connection;
const { immediateOrCancel } = TIME_IN_FORCE;

const uniform = (count: number): number[] => Array<number>(count).fill(1);

async function open(): Promise<{ w: World; maker: LmsrMaker }> {
  const w = await openWorld(connection, { assetCount: 2 });
  await bankroll(w, 200n * TOKEN, w.alice, w.bob);
  return { w, maker: await openMaker(w, { liquidity: 1_000n, prior: uniform(2) }) };
}

/** What it could still lose beyond what it has: never below nothing. */
async function slackOf(w: World, maker: LmsrMaker): Promise<bigint> {
  const { claim, worst } = await w.book.accountOf(maker);
  return claim + worst;
}

/** Claims in every outcome, ticks · lots. */
async function claimsOf(w: World, who: { readonly address: string }): Promise<bigint[]> {
  return (await w.book.claimsOf(who.address)).map((claim) => claim / TICK_VALUE);
}

describe("Attacks on a maker", () => {
  let w: World;
  let maker: LmsrMaker;
  const selectorOf = (name: string): string => w.book.interface.getError(name)?.selector ?? name;
  beforeEach(async () => {
    ({ w, maker } = await networkHelpers.loadFixture(open));
  });

  it("given gifts of legs, the price moves and the maker gains more than whoever trades on it then", async () => {
    await w.session.connect(w.organiser).split(10n * TOKEN);
    const leg = w.leg(1);
    await leg.connect(w.organiser).approve(w.book, SUPPLY);
    const at = { address: await maker.getAddress() };
    const least = async (): Promise<bigint> => (await claimsOf(w, at)).reduce((a, b) => (b < a ? b : a));
    const before = await least();
    await w.book.connect(w.organiser).depositLeg(maker, 1, 800n);
    expect((await maker.priceOf(1)) < 5_000n * 10n ** 18n, "what it has more of is cheaper").to.equal(true);
    // The best that anybody can do with it is to buy at the low price until it is where it was.
    await tradeThrough(w, maker, { trader: w.alice, lots: 800n, price: 5_000n, timeInForce: immediateOrCancel });
    expect(await slackOf(w, maker)).to.be.greaterThan(0n);
    expect((await least()) >= before, "worth no less at worst").to.equal(true);
  });

  it("given trades of one lot, each costs a whole tick at least, and there and back never pays", async () => {
    const before = await claimsOf(w, w.alice);
    for (let i = 0; i < 5; i += 1) {
      await tradeThrough(w, maker, { trader: w.alice, lots: 1n, price: 10_000n });
      await tradeThrough(w, maker, { trader: w.alice, lots: -1n, price: 0n });
    }
    const after = await claimsOf(w, w.alice);
    expect(
      after.every((claim, k) => claim < (before[k] ?? 0n)),
      `${after.join()} after ${before.join()}`,
    ).to.equal(true);
    expect(await slackOf(w, maker)).to.be.greaterThan(0n);
  });

  it("given the price was pushed to 1, it stays covered, sells at the bound alone, and can be pushed back", async () => {
    for (let i = 0; i < 4; i += 1) await tradeThrough(w, maker, { trader: w.alice, lots: 20_000n, price: 10_000n });
    expect(await maker.priceOf(1)).to.equal(10_000n * 10n ** 18n);
    expect(await slackOf(w, maker)).to.be.greaterThanOrEqual(0n);
    expect(await maker.quote(1, 1n)).to.equal(10_000n);
    expect(await maker.quote(2, 1n)).to.equal(1n);
    await tradeThrough(w, maker, { trader: w.bob, leg: 2, lots: 100n, price: 10_000n });
    await tradeThrough(w, maker, { trader: w.alice, lots: -80_000n, price: 0n });
    expect((await maker.priceOf(1)) < 6_000n * 10n ** 18n).to.equal(true);
    expect(await slackOf(w, maker)).to.be.greaterThan(0n);
  });

  it("given limits at the bounds, it fills, and outside of them the book refuses", async () => {
    await tradeThrough(w, maker, { trader: w.alice, lots: 10n, price: 10_000n });
    await tradeThrough(w, maker, { trader: w.alice, lots: -10n, price: 0n });
    expect((await w.book.positionOf(w.alice, 1))[0]).to.equal(0n);
    await tradeThrough(w, maker, { trader: w.alice, lots: 10n, price: 0n, timeInForce: immediateOrCancel });
    expect((await w.book.positionOf(w.alice, 1))[0], "nothing is given away").to.equal(0n);
    const beyond = tradeThrough(w, maker, { trader: w.alice, lots: 10n, price: 10_001n });
    await expect(beyond)
      .to.be.revertedWithCustomError(w.book, "Book_PackageRefused")
      .withArgs(1, selectorOf("Book_PriceOutOfBounds"));
  });

  it("given the session has expired, nothing is traded, whoever brings it", async () => {
    await closeTrading(w);
    const late = tradeThrough(w, maker, { trader: w.alice, lots: 10n, price: 9_000n });
    await expect(late)
      .to.be.revertedWithCustomError(w.book, "Book_PackageRefused")
      .withArgs(0, selectorOf("Book_NotTrading"));
  });

  it("given less than it needs was paid in, it does not trade, and gifts do not count", async () => {
    const poor = await createMaker(w, await deployFactory(w), { liquidity: 500n, prior: uniform(2) });
    const needed = await poor.depositNeeded();
    await w.session.connect(w.organiser).approve(poor, SUPPLY);
    await poor.connect(w.organiser).fund(needed - 1n);
    await bankroll(w, TOKEN, { address: await poor.getAddress() });
    await expect(tradeThrough(w, poor, { trader: w.alice, lots: 1n, price: 9_000n }))
      .to.be.revertedWithCustomError(poor, "Maker_NotFunded")
      .withArgs(needed - 1n, needed);
    expect(await poor.connect(w.organiser).fund.staticCall(5n), "no more than is missing").to.equal(1n);
    await poor.connect(w.organiser).fund(5n);
    await tradeThrough(w, poor, { trader: w.alice, lots: 1n, price: 9_000n });
    await expect(poor.connect(w.organiser).fund(1n))
      .to.be.revertedWithCustomError(poor, "Maker_Funded")
      .withArgs(needed);
  });

  it("given a policy that does not admit it, nobody can pay in, and nobody's money is taken", async () => {
    const policy = await connection.ethers.deployContract("AdmitListPolicy");
    const closed = await openWorld(connection, { policy: await policy.getAddress() });
    const shut = await createMaker(closed, await deployFactory(closed), { liquidity: 500n, prior: uniform(2) });
    await closed.session.connect(closed.organiser).approve(shut, SUPPLY);
    const before = await closed.session.balanceOf(closed.organiser);
    await expect(shut.connect(closed.organiser).fund(TOKEN)).to.be.revertedWithCustomError(
      closed.book,
      "Book_NotAdmitted",
    );
    expect([await closed.session.balanceOf(closed.organiser), await shut.paidIn()]).to.deep.equal([before, 0n]);
  });

  it("given refused orders in between, its nonces are never out of step", async () => {
    const order = { trader: w.alice, lots: 10n, price: 9_000n };
    for (let i = 0; i < 40; i += 1) {
      if (i % 5 === 0) {
        const bad = tradeThrough(w, maker, { ...order, nonce: 10_000n });
        await expect(bad)
          .to.be.revertedWithCustomError(w.book, "Book_PackageRefused")
          .withArgs(1, selectorOf("Book_NonceTooFar"));
      }
      await tradeThrough(w, maker, { ...order, lots: i % 2 === 0 ? 10n : -10n, price: i % 2 === 0 ? 9_000n : 1n });
    }
    const { nonceFloor, used } = await w.book.noncesOf(maker);
    expect([nonceFloor, used]).to.deep.equal([40n, 0n]);
  });

  it("given a root of others, it trades in its own alone", async () => {
    const root = await eventRoot(w);
    await expect(tradeThrough(w, maker, { trader: w.alice, root, lots: 1n, price: 50n }))
      .to.be.revertedWithCustomError(maker, "Maker_OtherRoot")
      .withArgs(root, 1);
    await expect(
      tradeThrough(w, maker, { trader: w.alice, leg: 3, lots: 1n, price: 50n }),
    ).to.be.revertedWithCustomError(w.book, "Book_MarketUnknown");
    await expect(maker.cost(3, 1n)).to.be.revertedWithCustomError(maker, "Maker_BranchUnknown").withArgs(3, 2);
    await expect(maker.cost(1, 0n)).to.be.revertedWithCustomError(maker, "Maker_LotsOutOfRange");
  });

  it("given a sandwich around an order without a close limit, the order pays for it and the maker does not; its limit bounds it", async () => {
    const sandwich = async (limit: bigint): Promise<{ taken: bigint; gained: bigint; maker: bigint }> => {
      const snapshot = await networkHelpers.takeSnapshot();
      const fair = await maker.cost(1, 500n);
      const [aliceBefore = 0n] = (await claimsOf(w, w.bob)).slice(1);
      const makerBefore = await slackOf(w, maker);
      await tradeThrough(w, maker, { trader: w.bob, lots: 500n, price: 10_000n });
      const [, cashBefore = 0n] = await claimsOf(w, w.alice);
      await tradeThrough(w, maker, { trader: w.alice, lots: 500n, price: limit, timeInForce: immediateOrCancel });
      const [, cashAfter = 0n] = await claimsOf(w, w.alice);
      const [got = 0n] = await w.book.positionOf(w.alice, 1);
      await tradeThrough(w, maker, { trader: w.bob, lots: -500n, price: 0n });
      const [bobAfter = 0n] = (await claimsOf(w, w.bob)).slice(1);
      await snapshot.restore();
      return {
        taken: got === 0n ? 0n : cashBefore - cashAfter - (fair * got) / 500n,
        gained: bobAfter - aliceBefore,
        maker: (await slackOf(w, maker)) - makerBefore,
      };
    };
    const loose = await sandwich(10_000n);
    const close = await sandwich((await maker.quote(1, 500n)) + 10n);
    // b = 1 000, 500 lots each: the price goes from 5 000 to 6 225 first; the taker pays about a fifth more.
    expect(loose.taken > 500_000n && loose.taken < 600_000n, `${loose.taken} ticks · lots`).to.equal(true);
    expect(loose.gained > 0n && loose.gained <= loose.taken, `${loose.gained}`).to.equal(true);
    expect(close.taken <= 5_000n && close.gained <= 0n, `${close.taken}, ${close.gained}`).to.equal(true);
    expect([loose.maker >= 0n, close.maker >= 0n]).to.deep.equal([true, true]);
  });
});
