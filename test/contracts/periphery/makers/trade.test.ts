import { expect } from "chai";
import hre from "hardhat";

import type { LmsrMaker } from "../../../../typechain-types/index.js";
import { eventRoot, intervalRoot, subMarket, tighten } from "../../../../stage/contracts/markets.js";
import { createMaker, deployFactory, openMaker, tradeThrough } from "../../../../stage/contracts/makers.js";
import { type OrderSpec, place } from "../../../../stage/contracts/orders.js";
import { TIME_IN_FORCE, TOKEN } from "../../../../stage/contracts/units.js";
import { bankroll, openWorld, type World } from "../../../../stage/contracts/world.js";
import { expected } from "./state.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;

const uniform = (count: number): number[] => Array<number>(count).fill(1);

async function basket(): Promise<{ w: World; maker: LmsrMaker }> {
  const w = await openWorld(connection, { assetCount: 3 });
  await bankroll(w, 100n * TOKEN, w.alice, w.bob, w.carol);
  return { w, maker: await openMaker(w, { liquidity: 100n, prior: uniform(3) }) };
}

/** Rain of 0 to 100 in three strips, b = 20 lots: the worked case of the cost function. */
async function rain(): Promise<{ w: World; maker: LmsrMaker; root: number }> {
  const w = await openWorld(connection);
  await bankroll(w, 100n * TOKEN, w.alice, w.bob);
  const root = await intervalRoot(w);
  const rootLink = (await w.book.rootOf(root)).tip;
  for (const [lower, upper] of [
    [0n, 30n],
    [30n, 60n],
    [60n, 100n],
  ] as const) {
    await subMarket(w, root, lower, upper);
  }
  const points = [0n, 30n, 60n, 100n];
  return { w, root, maker: await openMaker(w, { root, rootLink, liquidity: 20n, prior: uniform(4), points }) };
}

async function election(): Promise<{ w: World; maker: LmsrMaker; root: number }> {
  const w = await openWorld(connection);
  await bankroll(w, 100n * TOKEN, w.alice, w.bob);
  const root = await eventRoot(w);
  return { w, root, maker: await openMaker(w, { root, liquidity: 1_000n, prior: [2, 1, 1] }) };
}

const held = async (w: World, maker: LmsrMaker): Promise<bigint[]> => [
  ...(await w.book.positionOf(maker, await maker.root())),
];

/** The trade does what the library says that it does, and nothing of the maker rests. */
async function expectAsTheLibrarySays(w: World, maker: LmsrMaker, order: OrderSpec): Promise<void> {
  const branch = order.leg ?? 1;
  const told = await expected(w, maker, { branch, lots: order.lots, limit: order.price });
  expect(await maker.cost(branch, order.lots), "cost").to.equal(told.cost);
  expect(await maker.quote(branch, order.lots), "quote").to.equal(told.quote);
  expect(await maker.priceOf(branch), "price").to.equal(told.price);
  const before = await held(w, maker);
  await tradeThrough(w, maker, order);
  const after = await held(w, maker);
  const relative = (lots: readonly bigint[]): bigint =>
    (lots[branch - 1] ?? 0n) - (order.root === undefined ? (lots.at(-1) ?? 0n) : 0n);
  if (branch !== before.length || order.root !== undefined) {
    expect(relative(after) - relative(before), "lots").to.equal(told.answer.lots);
  }
  const { openOrders, claim, worst } = await w.book.accountOf(maker);
  expect(openOrders, "nothing rests").to.equal(0n);
  expect(claim + worst >= 0n, "covered").to.equal(true);
}

describe("A trade through a maker", () => {
  describe("given a basket of three, b = 100", () => {
    let w: World;
    let maker: LmsrMaker;
    beforeEach(async () => {
      ({ w, maker } = await networkHelpers.loadFixture(basket));
    });

    it("thirty of the second leg are 110 306 ticks · lots, at 3 677, and prices are those of the table then", async () => {
      expect([await maker.cost(2, 30n), await maker.quote(2, 30n)]).to.deep.equal([110_306n, 3_677n]);
      await expect(tradeThrough(w, maker, { trader: w.alice, leg: 2, lots: 30n, price: 9_000n }))
        .to.emit(w.book, "TradesMatched")
        .withArgs(1, 2, 3_677, 30);
      expect(await held(w, maker)).to.deep.equal([0n, -30n, 0n]);
      const prices = await Promise.all([1, 2, 3].map((leg) => maker.priceOf(leg)));
      expect(prices.map((price) => price / 10n ** 9n)).to.deep.equal([
        2_985_200_444_085n,
        4_029_599_111_828n,
        2_985_200_444_085n,
      ]);
    });

    it("every order does what the library says, whichever leg, side and limit", async () => {
      const orders: readonly (readonly [number, bigint, bigint])[] = [
        [1, 30n, 9_999n],
        [2, -45n, 1n],
        [3, 60n, 4_000n], // stops at its limit
        [3, -500n, 2_000n],
        [1, 1n, 10_000n],
        [1, -1n, 0n],
        [2, 900n, 10_000n],
        [2, -900n, 0n],
        [1, 10n, 1n], // nothing to be had
      ];
      for (const [leg, lots, price] of orders) {
        await expectAsTheLibrarySays(w, maker, {
          trader: w.alice,
          leg,
          lots,
          price,
          timeInForce: TIME_IN_FORCE.immediateOrCancel,
        });
      }
    });

    it("what the limit leaves rests in the book, as the taker's", async () => {
      await tradeThrough(w, maker, { trader: w.alice, lots: 100n, price: 4_000n });
      const { bestBid } = await w.book.marketOf(1, 1);
      const { lots, price } = await w.book.orderAt(bestBid);
      const [got = 0n] = await w.book.positionOf(w.alice, 1);
      expect([lots + got, price]).to.deep.equal([100n, 4_000n]);
      expect(got > 0n && got < 100n).to.equal(true);
      // The price has come to the limit: less than a lot from it.
      const reached = await maker.priceOf(1);
      expect(reached <= 4_000n * 10n ** 18n && reached > 3_970n * 10n ** 18n, `${reached}`).to.equal(true);
    });

    it("older orders that are cheaper are filled first, the maker up to the next one's price, then that", async () => {
      await place(w, { trader: w.bob, lots: -5n, price: 3_340n });
      await place(w, { trader: w.bob, lots: -50n, price: 3_500n });
      const [atFirst = 0n] = await held(w, maker);
      await tradeThrough(w, maker, { trader: w.alice, lots: 40n, price: 9_000n });
      const [sold = 0n] = await held(w, maker);
      const [fromBob = 0n] = await w.book.positionOf(w.bob, 1);
      expect(atFirst).to.equal(0n);
      expect(-sold - fromBob, "all of it").to.equal(40n);
      // The best offer is 3 340, which the maker's price passes after a lot at most: the rest is bob's.
      expect(-fromBob >= 39n, `${fromBob}`).to.equal(true);
    });

    it("a seller is served by the better bid first, and by the maker down to it", async () => {
      await place(w, { trader: w.bob, lots: 5n, price: 3_300n });
      await tradeThrough(w, maker, { trader: w.alice, lots: -40n, price: 1n });
      const [bought = 0n] = await held(w, maker);
      const [byBob = 0n] = await w.book.positionOf(w.bob, 1);
      // Down to 3 300 from 3 333 the maker takes a lot at most; the bid's five come then, and the rest of the offer rests.
      expect([bought <= 1n, byBob]).to.deep.equal([true, 5n]);
      const { bestAsk } = await w.book.marketOf(1, 1);
      expect((await w.book.orderAt(bestAsk)).lots).to.equal(bought + 5n - 40n);
    });

    it("what meets its own order on the way, and leaves nothing of it, leaves nothing to take back", async () => {
      await place(w, { trader: w.bob, lots: 100n, price: 5_000n });
      await tradeThrough(w, maker, { trader: w.alice, lots: 30n, price: 9_000n });
      const [sold = 0n] = await held(w, maker);
      expect(sold, "to the bid that was there").to.equal(-30n);
      expect((await w.book.positionOf(w.bob, 1))[0]).to.equal(30n);
      expect((await w.book.accountOf(maker)).openOrders).to.equal(0n);
    });

    it("an order that a contract wallet has signed is brought as any", async () => {
      const wallet = { address: await (await ethers.deployContract("KeyWallet", [w.dave.address])).getAddress() };
      await bankroll(w, 10n * TOKEN, wallet);
      await tradeThrough(w, maker, { trader: wallet, key: w.dave, leg: 2, lots: 30n, price: 9_000n });
      expect(await held(w, maker)).to.deep.equal([0n, -30n, 0n]);
    });

    it("an order that may only rest does not meet the maker, nor one without steps", async () => {
      const postOnly = { trader: w.alice, lots: 10n, price: 9_000n, timeInForce: TIME_IN_FORCE.postOnly };
      await tradeThrough(w, maker, postOnly);
      await tradeThrough(w, maker, { trader: w.bob, leg: 2, lots: 10n, price: 9_000n }, { maxMatches: 0 });
      expect(await held(w, maker)).to.deep.equal([0n, 0n, 0n]);
    });

    it("fills or kills: whole from maker and book together, or not at all", async () => {
      const order = { trader: w.alice, lots: 40n, price: 4_300n, timeInForce: TIME_IN_FORCE.fillOrKill };
      await expect(tradeThrough(w, maker, { ...order, lots: 400n }))
        .to.be.revertedWithCustomError(w.book, "Book_PackageRefused")
        .withArgs(1, w.book.interface.getError("Book_FillOrKillUnfilled")!.selector);
      expect(await held(w, maker)).to.deep.equal([0n, 0n, 0n]);
      await tradeThrough(w, maker, order);
      expect(await held(w, maker)).to.deep.equal([-40n, 0n, 0n]);
    });
  });

  describe("given rain of 0 to 100 in three strips, b = 20", () => {
    let w: World;
    let maker: LmsrMaker;
    let root: number;
    beforeEach(async () => {
      ({ w, maker, root } = await networkHelpers.loadFixture(rain));
    });

    it("starts at the mean of the breakpoints, in the root and in each strip", async () => {
      const prices = await Promise.all([1, 2, 3, 4].map((branch) => maker.priceOf(branch)));
      expect(prices).to.deep.equal([475n, 225n, 450n, 700n].map((tenths) => tenths * 10n ** 17n));
    });

    it("ten lots of the middle strip are 456 ticks · lots, and all prices agree afterwards", async () => {
      expect(await maker.cost(3, 10n)).to.equal(456n);
      await tradeThrough(w, maker, { trader: w.alice, root, leg: 3, lots: 10n, price: 60n });
      const [all = 0n, low = 0n, middle = 0n, high = 0n] = await Promise.all(
        [1, 2, 3, 4].map((branch) => maker.priceOf(branch)),
      );
      expect([all, low, middle, high].map((price) => price / 10n ** 6n)).to.deep.equal([
        49_932_939_947_343n,
        23_061_447_680_156n,
        46_122_895_360_312n,
        70_748_596_906_874n,
      ]);
      const strips = low + (middle - 30n * 10n ** 18n) + (high - 60n * 10n ** 18n);
      expect(all - strips <= 4n && strips - all <= 4n).to.equal(true);
    });

    it("every order does what the library says, in every branch", async () => {
      const orders: readonly (readonly [number, bigint, bigint])[] = [
        [1, 5n, 100n],
        [1, -20n, 40n],
        [2, 7n, 30n],
        [3, -30n, 40n],
        [4, 15n, 80n],
        [1, 200n, 70n], // found by halving
      ];
      for (const [leg, lots, price] of orders) {
        await expectAsTheLibrarySays(w, maker, {
          trader: w.alice,
          root,
          leg,
          lots,
          price,
          timeInForce: TIME_IN_FORCE.immediateOrCancel,
        });
      }
    });

    it("a strip that is made later, between breakpoints, has no price; one on breakpoints has", async () => {
      const between = await subMarket(w, root, 30n, 45n);
      const within = await subMarket(w, root, 30n, 100n);
      await expect(maker.cost(between, 1n))
        .to.be.revertedWithCustomError(maker, "Maker_StrikeBetweenPoints")
        .withArgs(between, 45);
      expect(await maker.priceOf(within)).to.equal(((30n + 30n + 60n + 100n) * 10n ** 18n) / 4n);
    });

    it("tightened between quote and trade, it trades at what is still possible, within the taker's limit", async () => {
      const quoted = await maker.quote(1, 5n);
      await tighten(w, root, 1, 62n, 100n);
      const { immediateOrCancel: timeInForce } = TIME_IN_FORCE;
      const late = tradeThrough(w, maker, { trader: w.alice, root, lots: 5n, price: quoted, timeInForce });
      await expect(late).to.be.revertedWithCustomError(w.book, "Book_PriceOutOfBounds").withArgs(quoted, 62, 100);
      expect(await held(w, maker)).to.deep.equal([0n, 0n, 0n, 0n]);
      await expectAsTheLibrarySays(w, maker, { trader: w.alice, root, lots: 5n, price: 100n });
      expect((await maker.priceOf(1)) > 62n * 10n ** 18n).to.equal(true);
      await expectAsTheLibrarySays(w, maker, { trader: w.alice, root, lots: -9n, price: 62n });
    });
  });

  describe("given an event of three outcomes, prior 2 : 1 : 1", () => {
    let w: World;
    let maker: LmsrMaker;
    let root: number;
    beforeEach(async () => {
      ({ w, maker, root } = await networkHelpers.loadFixture(election));
    });

    it("begins at its prior", async () => {
      const prices = await Promise.all([1, 2, 3].map((leg) => maker.priceOf(leg)));
      expect(prices).to.deep.equal([50n, 25n, 25n].map((ticks) => ticks * 10n ** 18n));
      expect(await maker.depositNeeded()).to.equal(138_630n * 10n ** 15n);
    });

    it("an outcome that is struck out between quote and trade has nothing to trade, the others share its weight", async () => {
      await expectAsTheLibrarySays(w, maker, { trader: w.alice, root, leg: 2, lots: 100n, price: 100n });
      await tighten(w, root, 3, 0n, 0n);
      await expect(
        tradeThrough(w, maker, { trader: w.alice, root, leg: 3, lots: 10n, price: 0n }),
      ).to.be.revertedWithCustomError(w.book, "Book_MarketDetermined");
      const [first, second] = await Promise.all([1, 2].map((leg) => maker.priceOf(leg)));
      expect(100n * 10n ** 18n - (first ?? 0n) - (second ?? 0n) <= 2n).to.equal(true);
      await expectAsTheLibrarySays(w, maker, { trader: w.alice, root, leg: 1, lots: 500n, price: 100n });
      await expectAsTheLibrarySays(w, maker, { trader: w.alice, root, leg: 2, lots: -600n, price: 0n });
    });

    it("bounds that forbid its price take its offer away, and not its money", async () => {
      await tighten(w, root, 1, 0n, 40n);
      expect(await maker.quote(1, 10n)).to.equal(40n);
      await tradeThrough(w, maker, { trader: w.alice, root, lots: 10n, price: 40n });
      expect(await held(w, maker)).to.deep.equal([0n, 0n, 0n]);
      // To buy at the bound is safe: it is below its price.
      await expect(tradeThrough(w, maker, { trader: w.alice, root, lots: -10n, price: 0n }))
        .to.emit(w.book, "TradesMatched")
        .withArgs(2, 3, 40, 10);
      expect(await held(w, maker)).to.deep.equal([10n, 0n, 0n]);
    });

    it("bounds above its price raise its offer, and take its bid away", async () => {
      await tighten(w, root, 2, 40n, 100n);
      expect(await maker.quote(2, 10n)).to.equal(40n);
      const { immediateOrCancel: timeInForce } = TIME_IN_FORCE;
      await tradeThrough(w, maker, { trader: w.alice, root, leg: 2, lots: -10n, price: 40n, timeInForce });
      expect(await held(w, maker)).to.deep.equal([0n, 0n, 0n]);
      await tradeThrough(w, maker, { trader: w.bob, root, leg: 2, lots: 10n, price: 90n });
      expect(await held(w, maker)).to.deep.equal([0n, -10n, 0n]);
    });
  });

  it("given an older order at the least price, and one step of matching, it takes its own back", async () => {
    const { w, maker, root } = await networkHelpers.loadFixture(election);
    await tighten(w, root, 2, 40n, 100n);
    await place(w, { trader: w.bob, root, leg: 2, lots: -10n, price: 40n });
    await tradeThrough(w, maker, { trader: w.alice, root, leg: 2, lots: 30n, price: 90n }, { maxMatches: 1 });
    expect([...(await w.book.positionOf(w.bob, root))][1]).to.equal(-10n);
    expect(await held(w, maker)).to.deep.equal([0n, 0n, 0n]);
    expect((await w.book.accountOf(maker)).openOrders).to.equal(0n);
  });

  it("given sixteen legs, it trades each", async () => {
    const w = await openWorld(connection, { assetCount: 16 });
    await bankroll(w, 100n * TOKEN, w.alice);
    const maker = await openMaker(w, { liquidity: 10_000n, prior: uniform(16) });
    for (const leg of [1, 8, 15, 16]) {
      await expectAsTheLibrarySays(w, maker, { trader: w.alice, leg, lots: 1_000n, price: 9_000n });
      await expectAsTheLibrarySays(w, maker, { trader: w.alice, leg, lots: -400n, price: 100n });
    }
  });

  it("given a session with a limit of lots, it trades up to it, either way", async () => {
    const w = await openWorld(connection, { assetCount: 3, maxLots: 50n });
    await bankroll(w, 100n * TOKEN, w.alice, w.bob);
    const maker = await openMaker(w, { liquidity: 100n, prior: uniform(3) });
    for (const leg of [1, 3]) {
      await tradeThrough(w, maker, { trader: w.alice, leg, lots: 30n, price: 9_999n });
      await tradeThrough(w, maker, { trader: w.bob, leg, lots: 30n, price: 9_999n });
    }
    const [first = 0n, second = 0n] = await held(w, maker);
    expect([first >= -50n && first <= 50n, second >= -50n && second <= 50n]).to.deep.equal([true, true]);
    const { openOrders } = await w.book.accountOf(maker);
    expect(openOrders).to.equal(0n);
  });

  it("given no factory made it yet, its address is known, and making it twice finds it", async () => {
    const w = await openWorld(connection);
    const factory = await deployFactory(w);
    const spec = { liquidity: 10n, prior: uniform(2) };
    const maker = await createMaker(w, factory, spec);
    const again = await createMaker(w, factory, spec);
    expect(await again.getAddress()).to.equal(await maker.getAddress());
  });
});
