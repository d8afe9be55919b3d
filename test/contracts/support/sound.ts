/** What must hold after every scenario, whatever it did. */
import { expect } from "chai";

import { countsOf } from "../../../src/protocol/book/checkpoint.js";
import { askedTogether } from "../../../stage/contracts/asking.js";
import { foldLogs } from "./chain-of-trades.js";
import type { World } from "../../../stage/contracts/world.js";

const ALL = 10_000;

export async function expectSound(given: World): Promise<void> {
  const world = askedTogether(given);
  const traders = await tradersOf(world);
  await Promise.all([
    expectFolded(world),
    expectClaimsBacked(world, traders),
    expectSuppliesFixed(world),
    expectQueuesSorted(world),
    expectAccountsSound(world, traders),
  ]);
}

/** The checkpoint on chain, and what is open of every order, are what the logs fold into. */
export async function expectFolded(world: World): Promise<void> {
  const folded = await foldLogs(world);
  const { link, checkpoints, trades } = await world.book.chainState();
  expect(folded.link, "newest checkpoint of the logs").to.equal(link);
  expect(BigInt(countsOf(link).number), "its number").to.equal(checkpoints);
  expect(BigInt(folded.orders.size), "trades in the logs").to.equal(trades);
  const orders = [...folded.orders];
  const found = await Promise.all(orders.map(([, { place }]) => world.book.orderAt(place)));
  for (const [index, [rootId, { open, place }]] of orders.entries()) {
    const { tradeRootId, lots } = found[index]!;
    // What is gone may have left its place to another.
    const rests = tradeRootId === BigInt(rootId) ? lots : 0n;
    expect(rests, `open lots of order ${rootId}, at place ${place}`).to.equal(open);
  }
}

export async function tradersOf(world: World): Promise<string[]> {
  const events = await world.connection.ethers.provider.getLogs({
    address: world.bookAddress,
    fromBlock: 0,
    topics: [world.book.interface.getEvent("UserCreated").topicHash],
  });
  return events.map((log) => String(world.book.interface.parseLog(log)!.args["trader"]));
}

/** Claims on each asset are what the book holds: session tokens and tokens of that leg. */
async function expectClaimsBacked(world: World, traders: readonly string[]): Promise<void> {
  const claims = world.params.assets.map(() => 0n);
  const [sessionTokens, legs, each] = await Promise.all([
    world.session.balanceOf(world.bookAddress),
    Promise.all(claims.map((_, k) => world.leg(k + 1).balanceOf(world.bookAddress))),
    Promise.all(traders.map((trader) => world.book.claimsOf(trader))),
  ]);
  for (const own of each) own.forEach((claim, k) => (claims[k]! += claim));
  for (const [k, claim] of claims.entries()) {
    expect(claim, `claims on asset ${k + 1}`).to.equal(sessionTokens + legs[k]!);
  }
}

export async function expectSuppliesFixed(world: World): Promise<void> {
  const timestamp = await world.connection.networkHelpers.time.latest();
  if (timestamp >= world.t2 || (await world.session.phase()) < 2n) return;
  const outstanding = await Promise.all(world.params.assets.map((_, k) => world.session.outstandingClaims(k + 1)));
  for (const [k, claims] of outstanding.entries()) {
    expect(claims, `claims outstanding on asset ${k + 1}`).to.equal(world.params.supply);
  }
}

async function expectQueuesSorted(world: World): Promise<void> {
  await Promise.all(world.params.assets.map((_, k) => expectQueueSorted(world, k + 1)));
}

async function expectQueueSorted(world: World, leg: number): Promise<void> {
  const [bids, asks, { crossed }] = await Promise.all([
    world.book.depthOf(1, leg, true, ALL),
    world.book.depthOf(1, leg, false, ALL),
    world.book.marketOf(1, leg),
  ]);
  for (const [side, { orders, prices }] of Object.entries({ bids, asks })) {
    const tradeRootIds = orders.map((order) => order.tradeRootId);
    for (let i = 1; i < prices.length; i += 1) {
      const [before, after] = side === "bids" ? [prices[i]!, prices[i - 1]!] : [prices[i - 1]!, prices[i]!];
      const inOrder = before < after || (before === after && tradeRootIds[i - 1]! < tradeRootIds[i]!);
      expect(inOrder, `order ${i} of ${side} of leg ${leg}`).to.equal(true);
    }
  }
  const [bid] = [...bids.prices];
  const [ask] = [...asks.prices];
  if (!crossed && bid !== undefined && ask !== undefined) expect(bid < ask, `leg ${leg} does not cross`).to.equal(true);
}

async function expectAccountsSound(world: World, traders: readonly string[]): Promise<void> {
  const [resting, accounts, ids] = await Promise.all([
    restingOrders(world),
    Promise.all(traders.map((trader) => world.book.accountOf(trader))),
    Promise.all(traders.map((trader) => world.book.traderIdOf(trader))),
  ]);
  for (const [index, trader] of traders.entries()) {
    const { claim, worst, openOrders } = accounts[index]!;
    expect(claim + worst >= 0n, `net collateral of ${trader}`).to.equal(true);
    expect(openOrders, `open orders of ${trader}`).to.equal(BigInt(resting.get(ids[index]!) ?? 0));
  }
}

async function restingOrders(world: World): Promise<Map<bigint, number>> {
  const sides = world.params.assets.flatMap((_, k) => [true, false].map((bids) => [k + 1, bids] as const));
  const depths = await Promise.all(sides.map(([leg, bids]) => world.book.depthOf(1, leg, bids, ALL)));
  const places = depths.flatMap(({ orders }) => orders.map(({ place }) => place));
  const counts = new Map<bigint, number>();
  for (const { traderId } of await Promise.all(places.map((place) => world.book.orderAt(place)))) {
    counts.set(traderId, (counts.get(traderId) ?? 0) + 1);
  }
  return counts;
}
