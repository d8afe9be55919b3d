/** What a trade through an automated maker costs, whole, the taker's order included. */
import { createMaker, deployFactory, fundMaker } from "../../stage/contracts/makers.js";
import { intervalRoot, subMarket } from "../../stage/contracts/markets.js";
import { sign } from "../../stage/contracts/orders.js";
import { TOKEN } from "../../stage/contracts/units.js";
import { bankroll, openWorld, type World } from "../../stage/contracts/world.js";
import type { NetworkConnection } from "hardhat/types/network";
import type { LmsrMaker } from "../../typechain-types/index.js";
import type { Row } from "../part.js";
import { itemsOfCaller } from "./callers.js";
import { gasRow, type Paid, receiptOf } from "./receipt.js";

export const LEGS_OF_MAKERS = [2, 3, 8, 16] as const;
const LIMIT = 300;

/** Each number of legs on a basket of its own, and an interval root of three strips. */
export async function measureMakers(connection: NetworkConnection): Promise<Row[]> {
  const rows: Row[] = [];
  for (const legs of LEGS_OF_MAKERS) {
    const world = await openWorld(connection, { assetCount: legs });
    const maker = await opened(world, 1, Array<number>(legs).fill(1), []);
    const what = `a trade through a maker with ${legs} vertices, a basket's legs, taker included`;
    rows.push(await rowOf(world, `maker ${legs}`, what, await steady(world, maker, 1, 2, 9_999n)));
  }
  const world = await openWorld(connection);
  const root = await intervalRoot(world);
  const points = [0n, 30n, 60n, 100n];
  const maker = await opened(world, root, [1, 1, 1, 1], points);
  for (const [k, lower] of points.slice(0, -1).entries()) await subMarket(world, root, lower, points[k + 1] ?? lower);
  const what = "the same with 4 breakpoints of an interval root of 4 branches";
  return [...rows, await rowOf(world, "maker interval 4", what, await steady(world, maker, root, 3, 59n))];
}

async function rowOf(world: World, id: string, what: string, { hash, gasUsed }: Paid): Promise<Row> {
  return { ...gasRow(id, what, Number(gasUsed)), items: await itemsOfCaller(world, hash) };
}

async function opened(world: World, root: number, prior: number[], points: readonly bigint[]): Promise<LmsrMaker> {
  await bankroll(world, 100n * TOKEN, world.alice);
  const maker = await createMaker(world, await deployFactory(world), {
    root,
    liquidity: root === 1 ? 10_000n : 100n,
    prior,
    points,
  });
  await fundMaker(world, maker);
  return maker;
}

/** The third trade: both have a position, and the book its words. */
async function steady(world: World, maker: LmsrMaker, root: number, leg: number, price: bigint): Promise<Paid> {
  const trade = async (): Promise<Paid> => {
    const { checkpoints } = await world.book.chainState();
    const order = await sign(world, { trader: world.alice, root, leg, lots: 10n, price, newest: Number(checkpoints) });
    return receiptOf(maker.trade(order, LIMIT, LIMIT));
  };
  for (let before = 0; before < 2; before += 1) await trade();
  return trade();
}
