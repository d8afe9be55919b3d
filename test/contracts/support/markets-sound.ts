/** What must hold after every scenario with markets beside the basket, whatever it did. */
import { expect } from "chai";

import type { RootOutcomeStruct } from "../../../typechain-types/interfaces/IOrderBook.sol/IOrderBook.js";
import { SIMPLEX, slackOf, spansOf } from "../../../stage/contracts/markets.js";
import { askedTogether } from "../../../stage/contracts/asking.js";
import { expectFolded, expectSuppliesFixed, tradersOf } from "./sound.js";
import type { World } from "../../../stage/contracts/world.js";

const ALL = 10_000;
/** Up to so many legs every order of pouring is tried, which finds every corner. */
const FULL_SEARCH = 4;
/** So many joint outcomes are looked at. */
const JOINT_OUTCOMES = 4;

/** A root with outcomes of it that are still possible. */
interface Listed {
  readonly root: number;
  readonly branches: number;
  readonly settled: boolean;
  readonly outcomes: readonly bigint[][];
  /** Whether the worst outcome of any position is among them. */
  readonly complete: boolean;
}

export async function expectMarketsSound(given: World): Promise<void> {
  const world = askedTogether(given);
  const [traders, roots] = await Promise.all([tradersOf(world), listRoots(world)]);
  await Promise.all([
    expectFolded(world),
    expectSuppliesFixed(world),
    ...roots.map((root) => expectRootSound(world, traders, root)),
    expectJointOutcomesBacked(world, traders, roots),
    expectQueuesSound(world, traders, roots),
  ]);
}

async function expectRootSound(world: World, traders: readonly string[], root: Listed): Promise<void> {
  const positions = await Promise.all(traders.map((trader) => world.book.positionOf(trader, root.root)));
  const sums = Array.from({ length: root.branches }, () => 0n);
  for (const lots of positions) lots.forEach((held, b) => (sums[b]! += held));
  const holders = traders.filter((_, index) => positions[index]!.some((held) => held !== 0n));
  await Promise.all(holders.map((trader) => expectWorstCase(world, trader, root)));
  // Who is long faces who is short, until a settled root is realised. Legs can be paid in and out: what is left of them.
  if (root.root === 1) expect(sums, "lots of the basket").to.deep.equal(await legsHeld(world));
  else if (!root.settled) expect(sums, `lots in root ${root.root}`).to.deep.equal(sums.map(() => 0n));
}

/** Lots of each leg that the book holds in leg tokens, above those of the last leg. */
async function legsHeld(world: World): Promise<bigint[]> {
  const { basketScale, basketTickValue } = world.params;
  const held = await Promise.all(
    world.params.assets.map(async (_, k) => world.leg(k + 1).balanceOf(world.bookAddress)),
  );
  return held.map((wei) => (wei - held.at(-1)!) / (BigInt(basketScale) * BigInt(basketTickValue)));
}

async function listRoots(world: World): Promise<Listed[]> {
  const count = Number(await world.book.createdRoots()) + 1;
  return Promise.all(Array.from({ length: count }, (_, index) => listRoot(world, index + 1)));
}

async function listRoot(world: World, root: number): Promise<Listed> {
  const [{ kind, branchCount, settled, lo, hi }, spans] = await Promise.all([
    world.book.rootOf(root),
    spansOf(world, root),
  ]);
  const isSimplex = kind === BigInt(SIMPLEX);
  return {
    root,
    branches: Number(branchCount),
    settled,
    outcomes: isSimplex
      ? poursOf(spans, hi)
      : [lo, hi, ...spans.flat().filter((y) => lo < y && y < hi)].map((y) => [y]),
    complete: !isSimplex || spans.length <= FULL_SEARCH,
  };
}

/** The weights when the legs take as much as they can, in various orders. */
function poursOf(spans: readonly [bigint, bigint][], scale: bigint): bigint[][] {
  const legs = spans.map((_, k) => k);
  const orders = legs.length <= FULL_SEARCH ? permutations(legs) : legs.map((k) => [k, ...legs.filter((j) => j !== k)]);
  return orders.map((order) => {
    const weights = spans.map(([lower]) => lower);
    let rest = scale - weights.reduce((sum, weight) => sum + weight, 0n);
    for (const k of order) {
      const [lower, upper] = spans[k]!;
      const given = upper - lower < rest ? upper - lower : rest;
      weights[k]! += given;
      rest -= given;
    }
    return weights;
  });
}

function permutations(items: readonly number[]): number[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((first) => permutations(items.filter((item) => item !== first)).map((rest) => [first, ...rest]));
}

/** Stored worst <= true worst = the least of all outcomes, and never below zero altogether. */
async function expectWorstCase(world: World, trader: string, { root, outcomes, complete }: Listed): Promise<void> {
  const [stored, [fresh], ...nets] = await Promise.all([
    slackOf(world, { address: trader }),
    world.book.checkCollateral(trader, [root]),
    ...outcomes.map((values) => world.book.netCollateral(trader, [{ marketRootId: root, values }])),
  ]);
  const least = nets.reduce((a, b) => (a < b ? a : b));
  const text = `${trader} in root ${root}`;
  expect(stored >= 0n, `net collateral of ${text}`).to.equal(true);
  expect(stored <= fresh, `stored worst case of ${text} is on the safe side`).to.equal(true);
  expect(complete ? fresh === least : fresh <= least, `worst case of ${text}: ${fresh}, ${least}`).to.equal(true);
}

/** In any outcome of all roots together, what the traders are owed is what the book holds. */
async function expectJointOutcomesBacked(
  world: World,
  traders: readonly string[],
  roots: readonly Listed[],
): Promise<void> {
  const rounds = Math.min(Math.max(...roots.map(({ outcomes }) => outcomes.length)), JOINT_OUTCOMES);
  await Promise.all(
    Array.from({ length: rounds }, (_, round) => expectJointOutcomeBacked(world, traders, roots, round)),
  );
}

async function expectJointOutcomeBacked(
  world: World,
  traders: readonly string[],
  [basket, ...others]: readonly Listed[],
  round: number,
): Promise<void> {
  const vertex = round % basket!.branches;
  const weights = Array.from({ length: basket!.branches }, (_, k) => (k === vertex ? world.params.basketScale : 0n));
  const joint: RootOutcomeStruct[] = [
    { marketRootId: 1, values: weights },
    ...others.map(({ root, outcomes }) => ({ marketRootId: root, values: outcomes[round % outcomes.length]! })),
  ];
  const [sessionTokens, legTokens, ...nets] = await Promise.all([
    world.session.balanceOf(world.bookAddress),
    world.leg(vertex + 1).balanceOf(world.bookAddress),
    ...traders.map((trader) => world.book.netCollateral(trader, joint)),
  ]);
  for (const [index, net] of nets.entries()) {
    expect(net >= 0n, `net collateral of ${traders[index]} in joint outcome ${round}`).to.equal(true);
  }
  const owed = nets.reduce((sum, net) => sum + net, 0n);
  expect(owed, `owed in joint outcome ${round}`).to.equal(sessionTokens + legTokens);
}

/** Every list is sorted, no market crosses unless it says so, and every open order is in one of the lists. */
async function expectQueuesSound(world: World, traders: readonly string[], roots: readonly Listed[]): Promise<void> {
  const open = new Map<bigint, bigint>();
  await Promise.all(
    roots.flatMap(({ root, branches }) =>
      Array.from({ length: branches }, (_, index) => expectMarketSound(world, root, index + 1, open)),
    ),
  );
  await Promise.all(
    traders.map(async (trader) => {
      const [{ openOrders }, id] = await Promise.all([world.book.accountOf(trader), world.book.traderIdOf(trader)]);
      expect(openOrders, `open orders of ${trader}`).to.equal(open.get(id) ?? 0n);
    }),
  );
}

/** @param open how many orders each trader has, as far as they were found; more are added */
async function expectMarketSound(world: World, root: number, branch: number, open: Map<bigint, bigint>): Promise<void> {
  const { bestBid, bestAsk, crossed } = await world.book.marketOf(root, branch);
  if (bestBid === 0n && bestAsk === 0n) return;
  const [bids, asks] = await Promise.all([
    expectSorted(world, root, branch, true, open),
    expectSorted(world, root, branch, false, open),
  ]);
  const crosses = bids !== undefined && asks !== undefined && bids >= asks;
  expect(crosses && !crossed, `market ${root}/${branch} crosses`).to.equal(false);
}

/** @returns the best price */
async function expectSorted(
  world: World,
  root: number,
  branch: number,
  bids: boolean,
  open: Map<bigint, bigint>,
): Promise<bigint | undefined> {
  const depth = await world.book.depthOf(root, branch, bids, ALL);
  const prices = [...depth.prices];
  const orders = await Promise.all(depth.orders.map(({ place }) => world.book.orderAt(place)));
  for (const [i, { tradeRootId }] of depth.orders.entries()) {
    const { traderId } = orders[i]!;
    open.set(traderId, (open.get(traderId) ?? 0n) + 1n);
    if (i === 0) continue;
    const gain = bids ? prices[i - 1]! - prices[i]! : prices[i]! - prices[i - 1]!;
    const inOrder = gain > 0n || (gain === 0n && depth.orders[i - 1]!.tradeRootId < tradeRootId);
    expect(inOrder, `order ${i} of ${bids ? "bids" : "asks"} of market ${root}/${branch}`).to.equal(true);
  }
  return prices[0];
}
