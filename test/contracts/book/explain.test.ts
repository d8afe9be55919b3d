/** A refusal in a batch is a selector; `explain` finds out again what the error says. Every refusal of an order, one by one. */
import { expect } from "chai";
import hre from "hardhat";

import { packBatch } from "../../../stage/contracts/batches.js";
import { deal, expectRefused, intervalRoot, tighten } from "../../../stage/contracts/markets.js";
import { type OrderSpec, place, sign, type SignedOrder } from "../../../stage/contracts/orders.js";
import { DAY, LOT_VALUE, MAX_ORDER_LOTS, SCALE, TIME_IN_FORCE, TOKEN } from "../../../stage/contracts/units.js";
import { bankroll, openWorld, type World } from "../../../stage/contracts/world.js";

const connection = await hre.network.create();
const { networkHelpers } = connection;

const [MAX_OPEN_ORDERS, MAX_LOTS, MAX_WALK] = [2, 100n, 1];
const NO_LINK = `0x${"ab".repeat(32)}`;

interface Scene extends World {
  readonly closing: number;
  readonly determined: number;
  /** In which Carol has as many lots as can be stored, and no money besides. */
  readonly tiny: number;
}

/**
 * In leg 1 Bob offers 10 at 0.6 (order 3), Frank bids for 1 at 101 and at 100, which is all that he may, and Dave at 102; leg 2 was
 * left crossed. One root is closed, one is determined.
 */
async function open(options: { readonly maxLots?: bigint } = {}): Promise<Scene> {
  const w = await openWorld(connection, { maxOpenOrders: MAX_OPEN_ORDERS, ...options });
  await bankroll(w, 10n * TOKEN, w.alice, w.bob, w.carol, w.dave, w.erin, w.frank);
  const closing = await intervalRoot(w, { closesAt: w.t1 + DAY });
  const determined = await intervalRoot(w);
  await tighten(w, determined, 1, 50n, 50n);
  const tiny = await intervalRoot(w, { max: 1n, tickValue: 1n, fallback: 0n });
  if (options.maxLots === undefined) {
    await deal(w, { buyer: w.carol, seller: w.bob, root: tiny, lots: MAX_ORDER_LOTS, price: 0n });
    await w.book.connect(w.carol).withdraw(10n * TOKEN, w.carol, 0);
  }
  await place(w, { trader: w.bob, lots: -10n, price: 6_000n });
  for (const price of [101n, 100n]) await place(w, { trader: w.frank, lots: 1n, price });
  await place(w, { trader: w.dave, lots: 1n, price: 102n });
  await place(w, { trader: w.dave, lots: -1n, price: 5_000n, leg: 2 });
  await place(w, { trader: w.erin, lots: 1n, price: 5_000n, leg: 2 }, { maxMatches: 0 });
  await networkHelpers.time.increaseTo(w.t1 + DAY);
  return { ...w, closing, determined, tiny };
}
async function free(): Promise<Scene> {
  return open();
}
async function limited(): Promise<Scene> {
  return open({ maxLots: MAX_LOTS });
}

/** What the chain's clock says, give or take the blocks of a test. */
const now = async (): Promise<(timestamp: bigint) => boolean> => {
  const earliest = BigInt(await networkHelpers.time.latest());
  return (timestamp) => timestamp >= earliest && timestamp < earliest + 10n;
};

interface Case {
  /** Alice's bid for one lot of leg 1 at 0.4, but for this. */
  readonly spec: (w: Scene) => Partial<OrderSpec>;
  readonly values: (w: Scene, order: SignedOrder) => readonly unknown[] | Promise<readonly unknown[]>;
  /** What only the call knew. */
  readonly detail?: bigint;
  readonly scene?: () => Promise<Scene>;
  readonly prepare?: (w: Scene) => Promise<unknown>;
  readonly maxMatches?: number;
  /** That has no form in a batch. */
  readonly alone?: boolean;
}

const CASES: Readonly<Record<string, Case>> = {
  Book_NotTrading: {
    prepare: (w) => networkHelpers.time.increaseTo(w.t2),
    spec: () => ({}),
    values: async (w) => [await now(), w.t1, w.t2],
  },
  Book_MarketUnknown: { spec: () => ({ root: 9, leg: 3 }), values: () => [9, 3] },
  Book_MarketClosed: { spec: (w) => ({ root: w.closing }), values: async (w) => [w.closing, w.t1 + DAY, await now()] },
  Book_MarketDetermined: { spec: (w) => ({ root: w.determined }), values: (w) => [w.determined, 1, 50] },
  Book_PriceOutOfBounds: { spec: () => ({ price: SCALE + 1n }), values: () => [SCALE + 1n, 0, SCALE] },
  Book_QuantityOutOfRange: { spec: () => ({ lots: 0n }), values: () => [0, MAX_ORDER_LOTS] },
  Book_TimeInForceUnknown: { spec: () => ({ timeInForce: 4 }), values: () => [4], alone: true },
  Book_DeadlineExpired: { spec: (w) => ({ deadline: w.t1 }), values: async (w) => [w.t1, await now()] },
  Book_StaleLink: {
    spec: () => ({ link: NO_LINK, newest: 0 }),
    values: async (w) => [NO_LINK, (await w.book.chainState()).link],
  },
  Book_TraderUnknown: { spec: (w) => ({ trader: w.outsider }), values: (w) => [w.outsider.address] },
  Book_NonceUsed: { spec: (w) => ({ trader: w.frank, nonce: 1n }), values: (w) => [w.frank.address, 1, 2] },
  Book_NonceTooFar: { spec: (w) => ({ trader: w.frank, nonce: 70n }), values: (w) => [w.frank.address, 70, 66] },
  Book_SignatureInvalid: {
    spec: (w) => ({ key: w.bob }),
    values: async (w, { tradePackage }) => [w.alice.address, (await w.book.linksOf(tradePackage)).digest],
  },
  Book_StillCrossed: { spec: () => ({ leg: 2 }), values: () => [1, 2], maxMatches: 0 },
  Book_PositionOverflow: {
    spec: (w) => ({ trader: w.carol, root: w.tiny, price: 1n }),
    values: (w) => [w.carol.address],
  },
  Book_TooManyLots: {
    scene: limited,
    spec: () => ({ lots: -MAX_LOTS - 1n, price: 7_000n }),
    values: (w) => [w.alice.address, -MAX_LOTS - 1n, MAX_LOTS],
  },
  Book_Uncovered: {
    spec: () => ({ lots: -20_001n, price: 5_000n }),
    values: (w) => [w.alice.address, LOT_VALUE / 2n, 1],
  },
  Book_PostOnlyWouldTake: {
    spec: () => ({ price: 6_500n, timeInForce: TIME_IN_FORCE.postOnly }),
    values: () => [6_500, 6_000],
    detail: 6_000n,
  },
  Book_FillOrKillUnfilled: {
    spec: () => ({ lots: 12n, price: 6_500n, timeInForce: TIME_IN_FORCE.fillOrKill }),
    values: () => [12, 10],
    detail: 10n,
  },
  Book_TooManyOpenOrders: { spec: (w) => ({ trader: w.frank }), values: (w) => [w.frank.address, MAX_OPEN_ORDERS] },
  Book_HintTooFar: { spec: () => ({ price: 50n, insertAfter: 99 }), values: () => [99, MAX_WALK], detail: 1n },
};

describe("What a refusal says", () => {
  for (const [error, each] of Object.entries(CASES)) {
    it(`${error}: to who calls at once, and to who asks about a batch afterwards`, async () => {
      const w = await networkHelpers.loadFixture(each.scene ?? free);
      await each.prepare?.(w);
      const order = await sign(w, { trader: w.alice, lots: 1n, price: 4_000n, ...each.spec(w) });
      const values = await each.values(w, order);
      const limits = { maxMatches: each.maxMatches ?? 20, maxWalk: MAX_WALK };
      await expectRefused(w, w.book.createTrade(order, limits.maxMatches, limits.maxWalk), error, ...values);

      const { selector } = w.book.interface.getError(error)!;
      if (each.alone !== true) {
        const { trader, nonce } = order.tradePackage;
        await expect(w.book.createTrades(packBatch([order], limits)))
          .to.emit(w.book, "PackageSkipped")
          .withArgs(0, trader, nonce, selector);
      }
      await expectRefused(w, w.book.explain(selector, each.detail ?? 0n, order), error, ...values);
    });
  }

  it("Book_ChainFull: there is nothing more to say", async () => {
    const w = await networkHelpers.loadFixture(free);
    const order = await sign(w, { trader: w.alice, lots: 1n, price: 4_000n });
    const { selector } = w.book.interface.getError("Book_ChainFull")!;
    await expect(w.book.explain(selector, 0n, order)).to.be.revertedWithCustomError(w.book, "Book_ChainFull");
  });

  it("of what is no refusal of an order nothing is said", async () => {
    const w = await networkHelpers.loadFixture(free);
    const order = await sign(w, { trader: w.alice, lots: 1n, price: 4_000n });
    const { selector } = w.book.interface.getError("Book_NothingToExit")!;
    await w.book.explain(selector, 0n, order);
    await w.book.explain("0x12345678", 0n, order);
  });

  describe("of a market alone", () => {
    for (const error of ["Book_NotTrading", "Book_MarketUnknown", "Book_MarketClosed", "Book_MarketDetermined"]) {
      it(`${error}: as matchTrades says it`, async () => {
        const { prepare, spec, values } = CASES[error]!;
        const w = await networkHelpers.loadFixture(free);
        await prepare?.(w);
        const order = await sign(w, { trader: w.alice, lots: 1n, price: 4_000n, ...spec(w) });
        const { marketRootId, marketBranchId } = order.tradePackage;
        const said = await values(w, order);
        await expectRefused(w, w.book.matchTrades(marketRootId, marketBranchId, 1, 0), error, ...said);
        const { selector } = w.book.interface.getError(error)!;
        await expectRefused(w, w.book.explainMarket(selector, 0n, marketRootId, marketBranchId), error, ...said);
      });
    }
  });
});
