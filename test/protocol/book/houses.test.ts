/** What houses do with an order, foreseen on a book that was rebuilt from the chain's logs, and done by the contracts. */
import { expect } from "chai";
import fc from "fast-check";

import { readRecords } from "../../../src/bindings/logs.js";
import { type ChainRecord, eventOf } from "../../../src/bindings/records.js";
import { replayRecords } from "../../../src/bindings/replay.js";
import { fundMaker, openMaker, planMaker, readMaker, tradeThroughMaker } from "../../../src/client/maker.js";
import { openSetRouter, type SetRouterClient } from "../../../src/client/routing.js";
import type { Trader } from "../../../src/client/trader.js";
import type { Book } from "../../../src/protocol/book/book.js";
import type { BookEvent } from "../../../src/protocol/book/events.js";
import { bringThrough, type House, ownOrdersFor } from "../../../src/protocol/book/houses.js";
import { isRefusal } from "../../../src/protocol/market/refusal.js";
import { type MarketRef, type SignedPackage, TimeInForce } from "../../../src/protocol/signing/package.js";
import { LmsrMakerFactory__factory } from "../../../typechain-types/index.js";
import { event, openRain, rain, type RainMarket } from "../../client/market-support.js";
import { chain, type Market, networkHelpers, ONE, openThree } from "../../client/support.js";

const LIMITS = { maxMatches: 16, maxWalk: 64 };

/** A trader's order as a house would bring it. */
interface Step {
  readonly trader: number;
  readonly market: MarketRef;
  readonly price: bigint;
  readonly quantity: bigint;
  readonly timeInForce: TimeInForce;
  /** Whether a house brings it; or else it goes to the book, for the house to meet later. */
  readonly isThrough: boolean;
}

const TIMES = [TimeInForce.GoodTillCancelled, TimeInForce.ImmediateOrCancel, TimeInForce.FillOrKill] as const;
const stepOf = (markets: readonly MarketRef[], [low, high]: readonly [number, number]) =>
  fc.record({
    trader: fc.nat({ max: 1 }),
    market: fc.constantFrom(...markets),
    price: fc.bigInt({ min: BigInt(low), max: BigInt(high) }),
    quantity: fc.bigInt({ min: -12n, max: 12n }).filter((lots) => lots !== 0n),
    timeInForce: fc.constantFrom(...TIMES),
    isThrough: fc.constantFrom(true, true, true, false),
  });

async function bookOf({ handle }: Pick<Market, "handle">): Promise<Book> {
  return replayRecords(handle, await readRecords(handle));
}

/** What is told of orders, but where they rest. */
const KINDS = new Set(["tradeCreated", "matched", "offset"]);
const told = (events: readonly BookEvent<unknown>[]): unknown[] => events.filter(({ kind }) => KINDS.has(kind));
const logged = (records: readonly ChainRecord[]): unknown[] => told(records.map(eventOf));

interface World {
  readonly market: Market;
  readonly traders: readonly Trader[];
  readonly houseFor: (market: MarketRef) => House;
  readonly bring: (house: House, signed: SignedPackage) => Promise<{ readonly records: readonly ChainRecord[] }>;
}

/** @returns through how many of the orders a house had something to give */
async function play({ market, traders, houseFor, bring }: World, steps: readonly Step[]): Promise<number> {
  let answered = 0;
  for (const { trader, market: at, price, quantity, timeInForce, isThrough } of steps) {
    const signed = await traders[trader]!.signOrder({ market: at, price, quantity, timeInForce });
    const timestamp = BigInt(await networkHelpers.time.latest()) + 5n;
    if (!isThrough) {
      await market.submitter.submitOne(signed).catch(() => undefined); // what the book refuses is none of this
      continue;
    }
    const book = await bookOf(market);
    const house = houseFor(at);
    const own = ownOrdersFor(book.state, house, signed.package, { timestamp, maxMatches: LIMITS.maxMatches });
    if (own === undefined) continue;
    const taker = { ...signed, insertAfter: book.insertionHint(at, quantity > 0n, price), place: 0 };
    const foreseen = bringThrough(book, house, { own, taker, limits: LIMITS, timestamp });
    await networkHelpers.time.setNextBlockTimestamp(timestamp);
    if (isRefusal(foreseen)) {
      const refused = await bring(house, signed).then(
        () => "taken",
        (error: unknown) => (error as { readonly code: string }).code,
      );
      expect([foreseen.code, "Book_PackageRefused"]).to.include(refused);
      continue;
    }
    if (foreseen === "incomplete") continue; // the router tries again, with less
    answered += 1;
    const { records } = await bring(house, signed);
    const [done, foretold] = [logged(records), told(foreseen.events)];
    const rests = house.kind === "set" && foreseen.placed.place !== 0; // then rounds of sets follow for it
    expect(rests ? done.slice(0, foretold.length) : done).to.deep.equal(foretold);
  }
  return answered;
}

describe("a book that foresees what houses do", function () {
  it("tells every order, fill and offset of a trade through a maker, the maker's own order too", async function () {
    const markets = [
      { marketRootId: 1, marketBranchId: 1 },
      { marketRootId: 1, marketBranchId: 2 },
      rain(1),
      rain(2),
      event(1),
    ];
    let answered = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(stepOf(markets, [8, 52]), { minLength: 8, maxLength: 8 }), async (steps) => {
        const { market, makers } = await networkHelpers.loadFixture(openMade);
        const scaled = steps.map((one) => (one.market.marketRootId === 1 ? { ...one, price: one.price * 100n } : one));
        const world = {
          ...{ market, traders: [market.alice, market.bob] },
          houseFor: ({ marketRootId }: MarketRef) => makers[marketRootId - 1]!,
          bring: (house: House, signed: SignedPackage) =>
            tradeThroughMaker(market.handle, market.organiser, house.address, signed, LIMITS),
        };
        answered += await play(world, scaled);
      }),
      { numRuns: 12 },
    );
    expect(answered, "orders that the makers answered").to.be.greaterThan(20);
  });

  it("tells every order, fill and offset of a trade through complete sets, the router's own orders too", async function () {
    const markets = [1, 2, 3].map((marketBranchId) => ({ marketRootId: 1, marketBranchId }));
    let answered = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(stepOf(markets, [25, 45]), { minLength: 12, maxLength: 12 }), async (steps) => {
        const { market, router } = await networkHelpers.loadFixture(openRouted);
        const world = {
          ...{ market, traders: [market.alice, market.bob] },
          houseFor: () => ({ kind: "set" as const, address: router.address }),
          bring: (_house: House, signed: SignedPackage) => router.submitOne(signed),
        };
        answered += await play(
          world,
          steps.map((one) => ({ ...one, price: one.price * 100n })),
        );
      }),
      { numRuns: 12 },
    );
    expect(answered, "orders that met sets").to.be.greaterThan(10);
  });

  it("has a maker give nothing in another root, before it is paid for, and to an order that only wants to rest", async function () {
    const { market, makers, unpaid } = await networkHelpers.loadFixture(openMade);
    const { state } = await bookOf(market);
    const order = { trader: market.alice.address, previousLink: state.chain.link, nonce: 0n, deadline: 2n ** 32n - 1n };
    const at = { timestamp: BigInt(await networkHelpers.time.latest()), maxMatches: 16 };
    const bid = { ...order, ...rain(2), priceTicks: 18n, quantityLots: 2n, timeInForce: TimeInForce.GoodTillCancelled };
    expect(ownOrdersFor(state, makers[1]!, bid, at)?.before.length).to.equal(1);
    expect(ownOrdersFor(state, makers[0]!, bid, at)).to.equal(undefined);
    expect(ownOrdersFor(state, unpaid, bid, at)).to.equal(undefined);
    expect(ownOrdersFor(state, makers[1]!, { ...bid, timeInForce: TimeInForce.PostOnly }, at)).to.equal(undefined);
    expect(ownOrdersFor(state, makers[1]!, bid, { ...at, maxMatches: 0 })).to.equal(undefined);
  });

  it("undoes all of a call that is refused", async function () {
    const { market, makers } = await networkHelpers.loadFixture(openMade);
    const book = await bookOf(market);
    const { trades } = book.state.chain;
    const signed = await market.alice.signOrder({
      ...{ market: rain(2), price: 18n, quantity: 5_000n, timeInForce: TimeInForce.FillOrKill },
    });
    const timestamp = BigInt(await networkHelpers.time.latest()) + 1n;
    const own = ownOrdersFor(book.state, makers[1]!, signed.package, { timestamp, maxMatches: 16 })!;
    const taker = { ...signed, insertAfter: 0, place: 0 };
    const refused = bringThrough(book, makers[1]!, { own, taker, limits: LIMITS, timestamp });
    expect(isRefusal(refused) && refused.code).to.equal("Book_FillOrKillUnfilled");
    expect(book.state.chain.trades).to.equal(trades);
    expect(book.depthOf(rain(2), false).length).to.equal(0);
    expect(book.noncesOf(makers[1]!.address).nonceFloor).to.equal(0n);
  });
});

interface Made {
  readonly market: RainMarket;
  /** Of the basket, the rain and the event. */
  readonly makers: readonly House[];
  /** Of the rain, too. */
  readonly unpaid: House;
}

async function openMade(): Promise<Made> {
  const market = await openRain();
  const { handle, organiser } = market;
  const factory = await (await new LmsrMakerFactory__factory(organiser).deploy()).getAddress();
  const make = async (marketRootId: number, liquidity: bigint, isPaid = true): Promise<House> => {
    const plan = await planMaker(handle, { marketRootId, liquidity });
    const { address } = await openMaker(handle, organiser, factory, plan);
    if (isPaid) await fundMaker(handle, organiser, await readMaker(handle, factory, address), 1_000n * ONE);
    return { kind: "maker", address, marketRootId, ...plan };
  };
  const makers = [await make(1, 3_000n), await make(2, 60n), await make(3, 40n)];
  return { market, makers, unpaid: await make(2, 61n, false) };
}

async function openRouted(): Promise<{ readonly market: Market; readonly router: SetRouterClient }> {
  const market = await openThree();
  const { handle, organiser, alice, bob, submitter } = market;
  const contract = await chain.ethers.deployContract("SetRouter", [handle.bookAddress]);
  const router = await openSetRouter(handle, organiser, await contract.getAddress(), { maxSteps: 16 });
  await router.lend(20n * ONE);
  for (const [leg, price, quantity] of [
    ...[
      [1, 3_000n, 4n],
      [2, 3_100n, 5n],
      [3, 3_300n, 3n],
      [3, 3_200n, 6n],
    ],
    ...[
      [1, 3_600n, -4n],
      [2, 3_500n, -5n],
      [3, 3_700n, -3n],
      [2, 3_900n, -6n],
    ],
  ] as const) {
    const by = (leg as number) === 2 ? alice : bob;
    await submitter.submitOne(await by.signOrder({ leg: leg, price: price, quantity: quantity }));
  }
  return { market, router };
}
