/** What must hold after every scenario, whatever it did. */
import { expect } from "chai";

import { countsOf } from "../../../src/protocol/book/checkpoint.js";
import { foldLogs } from "./chain-of-trades.js";
import type { World } from "../../../stage/contracts/world.js";

const ALL = 10_000;

export async function expectSound(world: World): Promise<void> {
  await expectFolded(world);
  const traders = await tradersOf(world);
  await expectClaimsBacked(world, traders);
  await expectSuppliesFixed(world);
  await expectQueuesSorted(world);
  await expectAccountsSound(world, traders);
}

/** The checkpoint on chain, and what is open of every order, are what the logs fold into. */
export async function expectFolded(world: World): Promise<void> {
  const folded = await foldLogs(world);
  const { link, checkpoints, trades } = await world.book.chainState();
  expect(folded.link, "newest checkpoint of the logs").to.equal(link);
  expect(BigInt(countsOf(link).number), "its number").to.equal(checkpoints);
  expect(BigInt(folded.orders.size), "trades in the logs").to.equal(trades);
  for (const [rootId, { open, place }] of folded.orders) {
    const { tradeRootId, lots } = await world.book.orderAt(place);
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
  for (const trader of traders) {
    const own = await world.book.claimsOf(trader);
    own.forEach((claim, k) => (claims[k]! += claim));
  }
  const sessionTokens = await world.session.balanceOf(world.bookAddress);
  for (const [k, claim] of claims.entries()) {
    const held = sessionTokens + (await world.leg(k + 1).balanceOf(world.bookAddress));
    expect(claim, `claims on asset ${k + 1}`).to.equal(held);
  }
}

export async function expectSuppliesFixed(world: World): Promise<void> {
  const timestamp = await world.connection.networkHelpers.time.latest();
  if (timestamp >= world.t2 || (await world.session.phase()) < 2n) return;
  for (let k = 1; k <= world.params.assets.length; k += 1) {
    expect(await world.session.outstandingClaims(k), `claims outstanding on asset ${k}`).to.equal(world.params.supply);
  }
}

async function expectQueuesSorted(world: World): Promise<void> {
  for (let leg = 1; leg <= world.params.assets.length; leg += 1) {
    const best: bigint[] = [];
    for (const bids of [true, false]) {
      const depth = await world.book.depthOf(1, leg, bids, ALL);
      const [tradeRootIds, prices] = [depth.orders.map((order) => order.tradeRootId), [...depth.prices]];
      for (let i = 1; i < prices.length; i += 1) {
        const [before, after] = bids ? [prices[i]!, prices[i - 1]!] : [prices[i - 1]!, prices[i]!];
        const inOrder = before < after || (before === after && tradeRootIds[i - 1]! < tradeRootIds[i]!);
        expect(inOrder, `order ${i} of ${bids ? "bids" : "asks"} of leg ${leg}`).to.equal(true);
      }
      if (prices[0] !== undefined) best.push(prices[0]);
    }
    const [bid, ask] = best;
    const { crossed } = await world.book.marketOf(1, leg);
    if (!crossed && ask !== undefined) expect(bid! < ask, `leg ${leg} does not cross`).to.equal(true);
  }
}

async function expectAccountsSound(world: World, traders: readonly string[]): Promise<void> {
  const resting = await restingOrders(world);
  for (const trader of traders) {
    const { claim, worst, openOrders } = await world.book.accountOf(trader);
    expect(claim + worst >= 0n, `net collateral of ${trader}`).to.equal(true);
    const id = await world.book.traderIdOf(trader);
    expect(openOrders, `open orders of ${trader}`).to.equal(BigInt(resting.get(id) ?? 0));
  }
}

async function restingOrders(world: World): Promise<Map<bigint, number>> {
  const counts = new Map<bigint, number>();
  for (let leg = 1; leg <= world.params.assets.length; leg += 1) {
    for (const bids of [true, false]) {
      const { orders } = await world.book.depthOf(1, leg, bids, ALL);
      for (const { place } of orders) {
        const { traderId } = await world.book.orderAt(place);
        counts.set(traderId, (counts.get(traderId) ?? 0) + 1);
      }
    }
  }
  return counts;
}
