/** Orders that a maker can answer: what the client foresees, and what the chain makes of it. */
import { expect } from "chai";
import fc from "fast-check";

import {
  fundMaker,
  makerMarketOf,
  openMaker,
  planMaker,
  quoteMaker,
  readMaker,
  tradeThroughMaker,
} from "../../src/client/maker.js";
import { readDepth } from "../../src/client/market-views.js";
import { openSetRouter, readRoutes } from "../../src/client/routing.js";
import type { Submission } from "../../src/client/submitter.js";
import { MAX_LOTS } from "../../src/protocol/amounts/limits.js";
import { lots } from "../../src/protocol/amounts/units.js";
import { makerDepth, takeWithMaker } from "../../src/protocol/maker/taking.js";
import { type MarketRef, TimeInForce } from "../../src/protocol/signing/package.js";
import type { VenueFill } from "../../src/protocol/value/sets.js";
import { LmsrMakerFactory__factory, SetRouter__factory } from "../../typechain-types/index.js";
import { event, openRain, rain, type RainMarket } from "./market-support.js";
import { expectClientError, networkHelpers, ONE } from "./support.js";

interface Made extends RainMarket {
  readonly factory: string;
  /** Of the basket (b = 3 000), the rain (b = 60) and the event (b = 40), each paid for. */
  readonly makers: readonly [basket: string, rain: string, event: string];
}

async function openMade(): Promise<Made> {
  const market = await openRain();
  const { handle, organiser } = market;
  const factory = await (await new LmsrMakerFactory__factory(organiser).deploy()).getAddress();
  const made: string[] = [];
  for (const [marketRootId, liquidity] of [
    [1, 3_000n],
    [2, 60n],
    [3, 40n],
  ] as const) {
    const plan = await planMaker(handle, { marketRootId, liquidity });
    const { address } = await openMaker(handle, organiser, factory, plan);
    await fundMaker(handle, organiser, await readMaker(handle, factory, address), 1_000n * ONE);
    made.push(address);
  }
  return { ...market, factory, makers: made as [string, string, string] };
}

const brief = (fills: readonly VenueFill[]): unknown[] => fills.map(({ priceTicks, lots }) => [priceTicks, lots]);
const orderOf = (market: MarketRef, priceTicks: bigint, quantityLots: bigint) => {
  return { ...market, priceTicks, quantityLots };
};

/** Fills of the order that came last, in order of price; the levels of one price together. */
function filledIn({ records, results }: Submission): unknown[] {
  const [result] = results;
  const number = result?.accepted === true ? result.tradeRootId : 0;
  const fills = records.flatMap((one) => (one.kind === "matched" && one.takerRootId === number ? [one] : []));
  return joined(fills);
}

function joined(fills: readonly { readonly priceTicks: bigint; readonly lots: bigint }[]): unknown[] {
  const byPrice = new Map<bigint, bigint>();
  for (const { priceTicks, lots } of fills) byPrice.set(priceTicks, (byPrice.get(priceTicks) ?? 0n) + lots);
  return [...byPrice];
}

describe("routing through a maker", function () {
  let market: Made;
  beforeEach(async function () {
    market = await networkHelpers.loadFixture(openMade);
  });

  const routesOf = (place: MarketRef, price: bigint, quantity: bigint, more: { sets?: boolean } = {}) => {
    const maker = { address: market.makers[place.marketRootId - 1]!, factory: market.factory };
    return readRoutes(market.handle, orderOf(place, price, quantity), { maker, ...more });
  };

  it("foresees that the maker serves where the book has nothing, at its one price", async function () {
    const { handle, factory, makers } = market;
    const routes = await routesOf(event(1), 60n, 10n);
    const { price } = quoteMaker(await readMaker(handle, factory, makers[2]), 1, lots(10n))!;
    expect(routes.book.fills).to.deep.equal([]);
    expect(routes.maker!.fills).to.deep.equal([{ priceTicks: price, lots: 10n, venue: "maker" }]);
    expect([routes.maker!.filled, routes.maker!.cash, routes.best]).to.deep.equal([10n, 10n * price, "maker"]);
  });

  it("stops where the maker's own price reaches the limit: the rest is for the book to keep", async function () {
    const { maker } = await routesOf(event(1), 40n, 100n);
    // b · ln(odds of 0.4 by odds of a third) = 40 · ln(4/3) = 11.5
    expect(maker!.filled).to.equal(11n);
  });

  it("stops where an order of the book is cheaper, and goes on with that", async function () {
    const { bob, submitter } = market;
    await submitter.submitOne(await bob.signOrder({ market: event(1), price: 36n, quantity: -7n }));
    const { maker, best } = await routesOf(event(1), 36n, 20n);
    expect(brief(maker!.fills).slice(1)).to.deep.equal([[36n, 7n]]);
    expect([maker!.fills[0]?.venue, best]).to.deep.equal(["maker", "maker"]);
    expect(maker!.fills[0]!.priceTicks < 36n).to.equal(true);
  });

  it("prefers the book if the maker is no better, for it costs less", async function () {
    const { bob, submitter } = market;
    await submitter.submitOne(await bob.signOrder({ market: event(1), price: 33n, quantity: -20n }));
    const { book, maker, best } = await routesOf(event(1), 60n, 20n);
    expect([maker, best]).to.deep.equal([{ ...book, stopsShort: false }, "book"]);
  });

  it("leaves older bids that pay the maker better what they want of its lots", async function () {
    const { bob, submitter } = market;
    await submitter.submitOne(await bob.signOrder({ market: event(1), price: 50n, quantity: 4n }));
    const { maker } = await routesOf(event(1), 60n, 10n);
    expect(maker!.filled).to.equal(6n);
  });

  it("knows no way through a maker that is of another root, has no price, or is not paid for", async function () {
    const { handle, organiser, factory, makers } = market;
    const order = orderOf(event(1), 60n, 10n);
    const other = await readRoutes(handle, order, { maker: { address: makers[1], factory } });
    expect([other.maker, other.best]).to.deep.equal([undefined, "book"]);
    const plan = await planMaker(handle, { marketRootId: 3, liquidity: 7n });
    const { address } = await openMaker(handle, organiser, factory, plan);
    expect((await readRoutes(handle, order, { maker: { address, factory } })).maker).to.equal(undefined);
    const coarse = await planMaker(handle, { marketRootId: 2, liquidity: 7n, points: [0n, 10n, 50n] });
    const { address: strange } = await openMaker(handle, organiser, factory, coarse);
    await fundMaker(handle, organiser, await readMaker(handle, factory, strange), 1_000n * ONE);
    const onStrip = await readRoutes(handle, orderOf(rain(3), 60n, 10n), { maker: { address: strange, factory } });
    expect(onStrip.maker).to.equal(undefined);
    const none = readRoutes(handle, order, { maker: { address: handle.address, factory } });
    await expectClientError(none, "Client_NotAMaker");
  });

  it("says nothing of sets unless it is asked, and prefers a maker to sets that are as good", async function () {
    const { bob, submitter } = market;
    expect((await routesOf(event(1), 60n, 10n, { sets: false })).set).to.equal(undefined);
    // At 34 the maker gives one lot and a set one: both ways to the same.
    await submitter.submitOne(await bob.signOrder({ market: event(2), price: 33n, quantity: 1n }));
    await submitter.submitOne(await bob.signOrder({ market: event(3), price: 33n, quantity: 1n }));
    const equal = await routesOf(event(1), 40n, 1n);
    expect([equal.set!.cash, equal.maker!.cash, equal.best]).to.deep.equal([34n, 34n, "maker"]);
    await submitter.submitOne(await bob.signOrder({ market: event(2), price: 40n, quantity: 1n }));
    const better = await routesOf(event(1), 40n, 1n);
    expect([better.set!.cash, better.best]).to.deep.equal([27n, "set"]);
  });

  it("takes nothing for an order that only wants to rest", async function () {
    const { handle, makers, factory } = market;
    const order = { ...orderOf(event(1), 60n, 10n), timeInForce: TimeInForce.PostOnly };
    expect((await readRoutes(handle, order, { maker: { address: makers[2], factory } })).best).to.equal("book");
  });

  it("foresees each trade to the lot, whatever rests on both sides, in every kind of root", async function () {
    const { handle, organiser, alice, bob, submitter, factory, makers } = market;
    const place = fc.constantFrom(
      { marketRootId: 1, marketBranchId: 1 },
      { marketRootId: 1, marketBranchId: 2 },
      ...[1, 2, 4].map(rain),
      ...[1, 3].map(event),
    );
    const share = fc.integer({ min: 1, max: 99 });
    const size = fc.integer({ min: 1, max: 40 });
    const resting = fc.array(fc.record({ share, size, buys: fc.boolean() }), { maxLength: 4 });
    const taker = fc.record({ share, size, buys: fc.boolean() });
    const kinds = new Set<string>();
    await fc.assert(
      fc.asyncProperty(place, resting, fc.array(taker, { minLength: 1, maxLength: 2 }), async (at, orders, takers) => {
        const { marketMin, marketMax } = await handle.book.marketOf(at.marketRootId, at.marketBranchId);
        const priceOf = (part: number): bigint => marketMin + ((marketMax - marketMin) * BigInt(part)) / 100n;
        const timeInForce = TimeInForce.PostOnly;
        for (const order of orders) {
          const quantity = BigInt(order.buys ? order.size : -order.size);
          const signed = await bob.signOrder({ market: at, price: priceOf(order.share), quantity, timeInForce });
          await submitter.submitBatch([signed]); // one that would cross is left out
        }
        for (const order of takers) {
          const quantity = BigInt(order.buys ? order.size : -order.size);
          const signed = await alice.signOrder({
            market: at,
            price: priceOf(order.share),
            quantity,
            timeInForce: TimeInForce.ImmediateOrCancel,
          });
          const maker = makers[at.marketRootId - 1]!;
          const routes = await readRoutes(handle, signed.package, { maker: { address: maker, factory } });
          const sent = await tradeThroughMaker(handle, organiser, maker, signed, { maxMatches: 30 });
          expect(filledIn(sent)).to.deep.equal(joined(routes.maker!.fills));
          for (const { venue } of routes.maker!.fills) kinds.add(venue);
          if (routes.maker!.filled < BigInt(order.size)) kinds.add("rest");
        }
      }),
      { numRuns: 60 },
    );
    expect([...kinds].sort()).to.deep.equal(["book", "maker", "rest"]);
  });

  it("shows the maker's depth as if it rested: no lot of a level costs more by itself", async function () {
    const { handle, factory, makers } = market;
    for (const [index, place] of [
      [0, { marketRootId: 1, marketBranchId: 1 }],
      [1, rain(1)],
      [1, rain(3)], // from 20 to 30
      [2, event(2)],
    ] as const) {
      const maker = await readMaker(handle, factory, makers[index]);
      const made = makerMarketOf(maker, place)!;
      const { asks, bids } = makerDepth(made);
      expect([asks.length, bids.length]).to.deep.equal(place.marketBranchId === 3 ? [5, 5] : [10, 10]);
      for (const [levels, sign] of [
        [asks, 1n],
        [bids, -1n],
      ] as const) {
        let [taken, cash] = [0n, 0n];
        for (const [at, { priceTicks, lots: size }] of levels.entries()) {
          if (at > 0) expect(sign * (priceTicks - levels[at - 1]!.priceTicks) > 0n, "worse and worse").to.equal(true);
          expect(size > 0n).to.equal(true);
          const before = quoteMaker(maker, place.marketBranchId, lots(sign * (taken + size)))!;
          const isMost = taken + size === MAX_LOTS;
          const next = quoteMaker(maker, place.marketBranchId, lots(sign * (taken + size + (isMost ? 0n : 1n))))!;
          // The price comes to the level, and with one lot more beyond it; or as far as an order's lots go.
          expect(sign * (before.after - priceTicks * 10n ** 18n) <= 0n).to.equal(true);
          expect(isMost || sign * (next.after - priceTicks * 10n ** 18n) >= -1n).to.equal(true);
          [taken, cash] = [taken + size, cash + sign * priceTicks * size];
          expect(before.cost <= cash, "never dearer than the levels").to.equal(true);
        }
      }
      // Who takes the first level through the book's eyes pays its price at most.
      const own = await readDepth(handle, place);
      const [first] = asks;
      const taking = takeWithMaker(own, made, { priceTicks: first!.priceTicks, quantityLots: first!.lots });
      expect(taking.filled).to.equal(first!.lots);
    }
  });

  it("chooses between all three where a router is there, too", async function () {
    const { handle, organiser, bob, submitter } = market;
    const contract = await new SetRouter__factory(organiser).deploy(handle.bookAddress);
    const router = await openSetRouter(handle, organiser, await contract.getAddress());
    await router.lend(20n * ONE);
    for (const branch of [2, 3]) {
      await submitter.submitOne(await bob.signOrder({ market: event(branch), price: 45n, quantity: 5n }));
    }
    const routes = await routesOf(event(1), 50n, 20n);
    expect(routes.set!.fills).to.deep.equal([{ priceTicks: 10n, lots: 5n, venue: "set" }]);
    // More lots come first: the maker fills all.
    expect([routes.maker!.filled, routes.best]).to.deep.equal([20n, "maker"]);
    expect((await routesOf(event(1), 50n, 5n)).best).to.equal("set");
  });
});
