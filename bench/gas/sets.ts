/** What a taker pays whose order meets a complete set through the router: whole transactions, its own order included. */
import { id, Wallet } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";

import { eventRoot } from "../../stage/contracts/markets.js";
import { sign } from "../../stage/contracts/orders.js";
import { openRouter, type Router } from "../../stage/contracts/router.js";
import { SCALE, TOKEN } from "../../stage/contracts/units.js";
import { bankroll, openWorld, type World } from "../../stage/contracts/world.js";
import { MAX_OPEN_ORDERS } from "../../src/protocol/amounts/limits.js";
import type { Row } from "../part.js";
import { fillRing } from "./orders.js";
import { itemsOfCaller } from "./callers.js";
import { gasOfBatch, gasRow, type Paid, receiptOf } from "./receipt.js";

const LOTS = 10n;
const ASSETS = 3;
const OUTCOMES = 8;
/** Steps of matching and of walking that a benchmark's order may take. */
const LIMIT = 300;
/** So often everybody has traded there before it counts. */
const ROUNDS = 1;

/** Where a set is made: one order of a trader of its own on each leg but the taker's, all filled whole. */
interface Place {
  readonly root: number;
  readonly scale: bigint;
  readonly makers: readonly Wallet[];
}

/** A basket of three assets, and an event of eight outcomes beside it. */
export async function measureSets(connection: NetworkConnection): Promise<Row[]> {
  const world = await openWorld(connection, { maxOpenOrders: MAX_OPEN_ORDERS, assetCount: ASSETS });
  const makers = Array.from({ length: OUTCOMES - 1 }, (_, i) => new Wallet(id(`maker ${i}`)));
  await bankroll(world, 10n * TOKEN, world.alice, ...makers);
  const router = await openRouter(world, 10n * TOKEN);
  const basket: Place = { root: 1, scale: SCALE, makers: makers.slice(0, ASSETS - 1) };
  const firstUse = Number((await tradedSet(world, router, basket)).gasUsed);
  await fillRing(world);
  const event: Place = { root: await eventRoot(world, { outcomes: OUTCOMES }), scale: 100n, makers };
  const rowOf = async (id: string, root: string, place: Place, first?: number): Promise<Row> => {
    for (let round = 0; round < ROUNDS; round += 1) await tradedSet(world, router, place);
    const { hash, gasUsed } = await tradedSet(world, router, place);
    const what = `a new signed order that buys ${root} through a complete set, router included`;
    return { ...gasRow(id, what, Number(gasUsed), first), items: await itemsOfCaller(world, hash) };
  };
  return [
    await rowOf(`set ${ASSETS}`, `a leg of a basket of ${ASSETS}`, basket, firstUse),
    await rowOf(`set ${OUTCOMES}`, `one of ${OUTCOMES} outcomes of an event`, event),
  ];
}

async function tradedSet(world: World, router: Router, { root, scale, makers }: Place): Promise<Paid> {
  const price = (scale * 3n) / 4n / BigInt(makers.length);
  const bids = makers.map((trader, i) => ({ trader, root, leg: i + 2, lots: LOTS, price }));
  await gasOfBatch(world, bids);
  const { checkpoints } = await world.book.chainState();
  const taker = { trader: world.alice, root, lots: LOTS, price: scale / 2n, newest: Number(checkpoints) };
  const before = await world.book.positionOf(world.alice, root);
  const receipt = await receiptOf(router.buyThroughSet(await sign(world, taker), LIMIT, LIMIT));
  const after = await world.book.positionOf(world.alice, root);
  if ((after[0] ?? 0n) - (before[0] ?? 0n) !== LOTS) throw new Error("no set was made");
  return receipt;
}
