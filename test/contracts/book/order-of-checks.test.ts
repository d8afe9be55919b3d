/** R29: an order with everything wrong is refused for the first reason, and each cure brings the next one to light. */
import { TypedDataEncoder } from "ethers";
import hre from "hardhat";

import { deal, expectRefused, intervalRoot, tighten } from "../../../stage/contracts/markets.js";
import {
  at,
  type Limits,
  type OrderSpec,
  packageOf,
  place,
  submit,
  TRADE_PACKAGE_TYPES,
} from "../../../stage/contracts/orders.js";
import { DAY, MAX_ORDER_LOTS, SCALE, TIME_IN_FORCE, TOKEN } from "../../../stage/contracts/units.js";
import { bankroll, openWorld, type World } from "../../../stage/contracts/world.js";
import { expectMarketsSound } from "../support/markets-sound.js";

const connection = await hre.network.create();
const { networkHelpers } = connection;

const MAX_OPEN_ORDERS = 2;
const MAX_LOTS = 1_500_000n;
const NO_LINK = `0x${"11".repeat(32)}`;
/** Nonces that a trader may be ahead of its floor. */
const NONCE_REACH = 64n;

interface Scene extends World {
  /** An interval root that is determined and closes after a day; and one that is determined. */
  readonly closing: number;
  readonly determined: number;
}

/** In the first leg Alice is short 2 lots and offers at 6 500 (order 3) and 6 600 (4); Carol's bid at 6 000 ran out of steps. */
async function open(): Promise<Scene> {
  const w = await openWorld(connection, { maxOpenOrders: MAX_OPEN_ORDERS, maxLots: MAX_LOTS, stage: "funded" });
  await bankroll(w, 10n * TOKEN, w.alice, w.bob, w.carol);
  const closing = await intervalRoot(w, { closesAt: w.t1 + DAY });
  const determined = await intervalRoot(w);
  for (const root of [closing, determined]) await tighten(w, root, 1, 50n, 50n);
  await networkHelpers.time.increaseTo(w.t1);
  await place(w, { trader: w.bob, lots: 2n, price: 5_000n });
  await place(w, { trader: w.alice, lots: -2n, price: 5_000n });
  for (const price of [6_500n, 6_600n]) await place(w, { trader: w.alice, lots: -1n, price });
  await place(w, { trader: w.bob, lots: -1n, price: 6_000n });
  await place(w, { trader: w.carol, lots: 2n, price: 6_000n }, { maxMatches: 0 });
  await networkHelpers.time.increaseTo(w.t1 + DAY);
  return { ...w, closing, determined };
}

describe("The order of checks", () => {
  let w: Scene;
  let spec: OrderSpec;
  let limits: Limits;
  beforeEach(async () => {
    w = await networkHelpers.loadFixture(open);
    // Everything is wrong with it.
    spec = {
      trader: w.dave,
      root: 9,
      lots: 0n,
      price: SCALE + 1n,
      timeInForce: 4,
      deadline: w.t1 - 1,
      link: NO_LINK,
      nonce: 1_000n,
      key: w.bob,
    };
    limits = { maxMatches: 0, maxWalk: 0 };
  });
  afterEach(() => expectMarketsSound(w));

  const refused = (error: string, ...values: unknown[]): Promise<void> =>
    expectRefused(w, submit(w, spec, limits), error, ...values);
  const cure = (changed: Partial<OrderSpec>): void => {
    spec = { ...spec, ...changed };
  };
  const nextBlock = async (): Promise<number> => {
    const timestamp = (await networkHelpers.time.latest()) + 1;
    await networkHelpers.time.setNextBlockTimestamp(timestamp);
    return timestamp;
  };

  it("is: trading window first", async () => {
    await networkHelpers.time.setNextBlockTimestamp(w.t2);
    await refused("Book_NotTrading", w.t2, w.t1, w.t2);
  });

  it("is: market, what the package says, link, trader, nonce, signature; crossed; within the limit, covered, place", async () => {
    await refused("Book_MarketUnknown", 9, 1);
    cure({ root: w.closing });
    await refused("Book_MarketClosed", w.closing, w.t1 + DAY, await nextBlock());
    cure({ root: w.determined });
    await refused("Book_MarketDetermined", w.determined, 1, 50);
    cure({ root: 1 });
    await refused("Book_PriceOutOfBounds", SCALE + 1n, 0, SCALE);
    cure({ price: 6_000n });
    await refused("Book_QuantityOutOfRange", 0, MAX_ORDER_LOTS);
    cure({ lots: -MAX_ORDER_LOTS });
    await refused("Book_TimeInForceUnknown", 4);
    cure({ timeInForce: TIME_IN_FORCE.postOnly });
    await refused("Book_DeadlineExpired", w.t1 - 1, await nextBlock());
    const { link: head } = await w.book.chainState();
    cure({ deadline: w.t2 - 1 });
    await refused("Book_StaleLink", NO_LINK, head);
    cure({ link: head });
    await refused("Book_TraderUnknown", w.dave.address);
    cure({ trader: w.alice });
    const { nonceFloor } = await w.book.noncesOf(w.alice);
    await refused("Book_NonceTooFar", w.alice.address, 1_000, nonceFloor + NONCE_REACH);
    cure({ nonce: nonceFloor });
    const digest = TypedDataEncoder.hash(w.domain, TRADE_PACKAGE_TYPES, await packageOf(w, spec));
    await refused("Book_SignatureInvalid", w.alice.address, digest);
    cure({ key: w.alice });
    await refused("Book_StillCrossed", 1, 1);
    limits = { maxMatches: 5, maxWalk: 0 };
    await refused("Book_TooManyLots", w.alice.address, -MAX_ORDER_LOTS - 2n, MAX_LOTS);
    cure({ lots: -MAX_LOTS });
    await refused("Book_TooManyLots", w.alice.address, -MAX_LOTS - 2n, MAX_LOTS);
    cure({ lots: -1_000_000n });
    const { claim, worst } = await w.book.accountOf(w.alice);
    const need = 1_000_000n * (SCALE - 6_000n) * 10n ** 11n;
    await refused("Book_Uncovered", w.alice.address, need - claim - worst, 1);
    cure({ lots: -1n });
    await refused("Book_PostOnlyWouldTake", 6_000, 6_000);
    cure({ price: 7_000n });
    await refused("Book_TooManyOpenOrders", w.alice.address, MAX_OPEN_ORDERS);
    await w.book.connect(w.alice).offset(at(4), 0);
    await refused("Book_HintTooFar", 0, 0);
    limits = { maxMatches: 5, maxWalk: 1 };
    await place(w, spec, limits);
  });

  it("is: storable before covered, where there is no limit", async () => {
    const free = await openWorld(connection);
    await bankroll(free, TOKEN, free.alice, free.bob);
    const root = await intervalRoot(free, { max: 1n, tickValue: 1n, fallback: 0n });
    await deal(free, { buyer: free.alice, seller: free.bob, root, lots: MAX_ORDER_LOTS, price: 0n });
    await free.book.connect(free.alice).withdraw(TOKEN, free.alice, 0);
    const bid = { trader: free.alice, root, lots: 1n, price: 1n };
    await expectRefused(free, submit(free, bid), "Book_PositionOverflow", free.alice.address);
    await place(free, { ...bid, lots: -1n });
    await place(free, { trader: free.bob, root, lots: 1n, price: 1n });
    await free.book.connect(free.alice).withdraw(1n, free.alice, 0);
    await expectRefused(free, submit(free, bid), "Book_Uncovered", free.alice.address, 1n, 0n);
  });
});
