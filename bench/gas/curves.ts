/** Gas against the size of what is there: roots held, branches, the queue and the hint, the batch. */
import type { NetworkConnection } from "hardhat/types/network";

import { deal, intervalRoot } from "../../stage/contracts/markets.js";
import type { OrderSpec } from "../../stage/contracts/orders.js";
import { MAX_OPEN_ORDERS } from "../../src/protocol/amounts/limits.js";
import { TOKEN } from "../../stage/contracts/units.js";
import { bankroll, openWorld, type World } from "../../stage/contracts/world.js";
import type { PartOptions, Picture } from "../part.js";
import { heldRoot } from "./checks.js";
import { batchOf, fillRing, pairOf } from "./orders.js";
import { gasOfBatch, gasOfOffset, gasOfOrder, lastOrder } from "./receipt.js";

type Points = { x: number; y: number }[];

interface Sizes {
  readonly roots: readonly number[];
  readonly branches: readonly number[];
  readonly depths: readonly number[];
  readonly off: readonly number[];
  readonly pairs: readonly number[];
}

const FULL: Sizes = {
  roots: [1, 2, 4, 8, 16, 32, 64],
  branches: [1, 2, 4, 8, 16, 24, 32],
  depths: [1, 4, 16, 64, 128, 256],
  off: [0, 1, 2, 4, 8, 16, 32, 64],
  pairs: [1, 2, 4, 8, 16, 32, 64],
};
const QUICK: Sizes = { roots: [1, 2], branches: [1, 2], depths: [1, 4], off: [0, 1], pairs: [1, 2] };

export async function measureCurves(connection: NetworkConnection, options: PartOptions): Promise<Picture[]> {
  const { quick, onProgress } = options;
  const sizes = quick ? QUICK : FULL;
  const fresh = async (): Promise<World> => {
    const world = await openWorld(connection, { maxOpenOrders: MAX_OPEN_ORDERS });
    await bankroll(world, 100n * TOKEN, world.alice, world.bob);
    if (!quick) await fillRing(world);
    return world;
  };
  onProgress("gas against roots and branches");
  const held = await againstRoots(await fresh(), sizes.roots);
  const branches = await againstBranches(await fresh(), sizes.branches);
  onProgress("gas against the queue and the hint");
  const queue = await againstDepth(await fresh(), sizes.depths);
  const hint = await againstHint(await fresh(), sizes.off);
  onProgress("gas against the batch");
  const batch = await againstBatch(await fresh(), sizes.pairs);
  return [
    picture("gas-held", "A matched pair, by what its traders hold", "roots held, or branches of the root", {
      "roots held by both": held,
      "branches of the traded root, all held": branches,
    }),
    picture("gas-queue", "A resting order, by depth of the queue", "orders ahead or behind in the queue", queue),
    picture(
      "gas-hint",
      "A resting order, by how far off its hint is",
      "places between hint and place",
      { "hint off": hint },
      "linear",
    ),
    picture("gas-batch", "A pair, by the size of its batch", "pairs in one call, each from two traders of its own", {
      "a pair": batch,
    }),
  ];
}

async function againstRoots(world: World, sizes: readonly number[]): Promise<Points> {
  const points: Points = [];
  let roots = 1; // the basket
  await gasOfBatch(world, pairOf(world));
  for (const size of sizes) {
    for (; roots < size; roots += 1) {
      const root = await intervalRoot(world);
      await deal(world, { buyer: world.alice, seller: world.bob, root, lots: 1n, price: 50n });
    }
    points.push({ x: size, y: await gasOfBatch(world, pairOf(world)) });
  }
  return points;
}

async function againstBranches(world: World, sizes: readonly number[]): Promise<Points> {
  const points: Points = [];
  for (const size of sizes) {
    const root = await heldRoot(world, size);
    const pair = (): OrderSpec[] => pairOf(world).map((spec) => ({ ...spec, root, price: 50n }));
    await gasOfBatch(world, pair());
    points.push({ x: size, y: await gasOfBatch(world, pair()) });
  }
  return points;
}

/** Bids at as many prices; the new one belongs in their middle, and is taken out again. */
async function againstDepth(world: World, depths: readonly number[]): Promise<Record<string, Points>> {
  const [good, none]: [Points, Points] = [[], []];
  await restAndCancel(world, 1n, 0); // the first uses slots that later ones find used
  let depth = 0;
  for (const target of depths) {
    // Two traders, as one may not have so many.
    for (; depth < target; depth += 1) {
      await bid(world, 100n + 10n * BigInt(depth), depth % 2 === 0 ? world.alice : world.bob);
    }
    const price = 105n + 10n * BigInt(Math.floor(target / 2));
    good.push({ x: target, y: await restAndCancel(world, price, await hintFor(world, price)) });
    none.push({ x: target, y: await restAndCancel(world, price, 0) });
  }
  return { "good hint": good, "no hint": none };
}

async function againstHint(world: World, offs: readonly number[]): Promise<Points> {
  const farthest = Math.max(...offs);
  const orders: number[] = []; // best last: bids rise
  for (let k = 0; k <= farthest + 1; k += 1) {
    await bid(world, 100n + 10n * BigInt(k));
    orders.push(await lastOrder(world));
  }
  const points: Points = [];
  await restAndCancel(world, 1n, 0);
  for (const off of offs) {
    // The place is behind the second-lowest bid; a hint `off` places too far ahead walks back to it.
    points.push({ x: off, y: await restAndCancel(world, 105n, orders[1 + off] ?? 0) });
  }
  return points;
}

async function againstBatch(world: World, sizes: readonly number[]): Promise<Points> {
  const points: Points = [];
  for (const size of sizes) {
    const orders = await batchOf(world, size);
    await gasOfBatch(world, orders); // every trader has traded before
    points.push({ x: size, y: Math.round((await gasOfBatch(world, orders)) / size) });
  }
  return points;
}

async function bid(world: World, price: bigint, trader = world.alice): Promise<void> {
  await gasOfOrder(world, { trader, lots: 1n, price, insertAfter: await hintFor(world, price) });
}

async function hintFor(world: World, price: bigint): Promise<number> {
  return Number(await world.book.insertionHint(1, 1, true, price));
}

async function restAndCancel(world: World, price: bigint, insertAfter: number): Promise<number> {
  const gas = await gasOfOrder(world, { trader: world.bob, lots: 1n, price, insertAfter });
  await gasOfOffset(world, world.bob, await lastOrder(world));
  return gas;
}

function picture(
  id: string,
  title: string,
  x: string,
  series: Readonly<Record<string, Points>>,
  scale: "linear" | "log" = "log",
): Picture {
  return {
    id,
    title,
    x: { label: x, scale },
    y: { label: "gas", scale: "linear" },
    series: Object.entries(series).map(([name, points]) => ({ name, points })),
  };
}
