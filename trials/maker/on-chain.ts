/** Random orders through makers on a chain: after each the maker is covered, and nothing of it rests. */
import type { NetworkConnection } from "hardhat/types/network";

import { findRevertData } from "../../src/node/revert-data.js";
import { IOrderBook__factory, type LmsrMaker } from "../../typechain-types/index.js";
import { openMaker, tradeThrough } from "../../stage/contracts/makers.js";
import { intervalRoot, eventRoot, subMarket } from "../../stage/contracts/markets.js";
import { place } from "../../stage/contracts/orders.js";
import { createRandom, type Random } from "../../stage/rng.js";
import { TIME_IN_FORCE, TOKEN } from "../../stage/contracts/units.js";
import { bankroll, openWorld, type World } from "../../stage/contracts/world.js";

const BOOK = IOrderBook__factory.createInterface();

export interface OnChain {
  readonly trades: number;
  /** Orders that the book refused for what is the matter with them; whatever else fails is a problem. */
  readonly refused: number;
  readonly lotsOfMakers: bigint;
  /** The least that a maker was worth at worst, wei. */
  readonly least: bigint;
  readonly problems: readonly string[];
}

interface Place {
  readonly maker: LmsrMaker;
  readonly root: number;
  readonly branches: number;
  readonly max: bigint;
  /** Lots that move a price far. */
  readonly many: bigint;
}

/** One session with a maker for its basket, one for an event and one for an interval root with strips. */
export async function tryOnChain(connection: NetworkConnection, trades: number, seed: bigint): Promise<OnChain> {
  const world = await openWorld(connection, { assetCount: 3 });
  await bankroll(world, 100n * TOKEN, world.alice, world.bob, world.carol);
  const places = await makers(world);
  const random = createRandom(seed, "makers on a chain");
  const problems: string[] = [];
  let [refused, lotsOfMakers, least] = [0, 0n, 10n ** 30n];
  for (let i = 0; i < trades; i += 1) {
    const at = places[random.integer(0, places.length - 1)];
    if (at === undefined) throw new Error("no makers");
    const before = await held(world, at);
    const refusal = await order(world, at, random);
    if (refusal !== undefined) refused += 1;
    if (refusal !== undefined && !isOfTaker(refusal)) problems.push(`trade ${i}: reverted with ${refusal}`);
    const after = await held(world, at);
    lotsOfMakers += after.reduce((sum, lots, b) => sum + size(lots - (before[b] ?? 0n)), 0n);
    const { claim, worst, openOrders } = await world.book.accountOf(at.maker);
    if (claim + worst < least) least = claim + worst;
    if (claim + worst < 0n) problems.push(`trade ${i}: a maker is worth ${claim + worst} wei at worst`);
    if (openOrders !== 0n) problems.push(`trade ${i}: a maker has ${openOrders} open orders`);
  }
  return { trades, refused, lotsOfMakers, least, problems };
}

async function makers(world: World): Promise<Place[]> {
  const event = await eventRoot(world);
  const rain = await intervalRoot(world);
  const rootLink = (await world.book.rootOf(rain)).tip;
  const points = [0n, 30n, 60n, 100n];
  for (const [k, lower] of points.slice(0, -1).entries()) await subMarket(world, rain, lower, points[k + 1] ?? lower);
  const basket = { liquidity: 1_000n, prior: [1, 1, 1] };
  return [
    { maker: await openMaker(world, basket), root: 1, branches: 3, max: 10_000n, many: 3_000n },
    {
      maker: await openMaker(world, { root: event, liquidity: 200n, prior: [2, 1, 1] }),
      root: event,
      branches: 3,
      max: 100n,
      many: 500n,
    },
    {
      maker: await openMaker(world, { root: rain, rootLink, liquidity: 50n, prior: [1, 1, 1, 1], points }),
      root: rain,
      branches: 4,
      max: 100n,
      many: 150n,
    },
  ];
}

/** Through the maker, or, now and then, a quote that rests in the book in its way. @returns what it reverted with, if it did */
async function order(
  world: World,
  { maker, root, branches, max, many }: Place,
  random: Random,
): Promise<string | undefined> {
  const trader = [world.alice, world.bob, world.carol][random.integer(0, 2)] ?? world.alice;
  const lots = random.amount(1n, random.chance(20) ? 2n : many) * (random.chance(50) ? 1n : -1n);
  const price = random.chance(30) ? (lots > 0n ? max : 0n) : random.amount(0n, max);
  const leg = random.integer(1, branches);
  const spec = { trader, root, leg, lots, price };
  const timeInForce = random.chance(80) ? TIME_IN_FORCE.immediateOrCancel : random.integer(0, 3);
  try {
    if (random.chance(15)) await place(world, { ...spec, timeInForce: TIME_IN_FORCE.goodTillCancelled });
    else await tradeThrough(world, maker, { ...spec, timeInForce }, { maxMatches: random.integer(0, 20) });
    return undefined;
  } catch (error) {
    const reason = findRevertData(error);
    if (reason === undefined) throw error;
    return reason;
  }
}

/**
 * Whether a call was refused for the order that was brought: by the book, and in a batch, where the maker's own order is the first, for the
 * second one.
 */
export function isOfTaker(reason: string): boolean {
  const error = BOOK.parseError(reason);
  return error?.name === "Book_PackageRefused" ? error.args[0] === 1n : error?.name.startsWith("Book_") === true;
}

async function held(world: World, { maker, root }: Place): Promise<bigint[]> {
  return [...(await world.book.positionOf(maker, root))];
}

function size(lots: bigint): bigint {
  return lots < 0n ? -lots : lots;
}
