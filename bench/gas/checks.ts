/** What the worst-case check of one root costs, storage cold, and orders in such a root. */
import { deal, intervalRoot, subMarket } from "../../stage/contracts/markets.js";
import type { World } from "../../stage/contracts/world.js";
import type { Row } from "../part.js";
import { pairOf, USED } from "./orders.js";
import { gasOf, gasOfBatch, gasOfOffset, gasOfOrder, gasRow, intrinsicGas, lastOrder } from "./receipt.js";

/** Ticks of the root; a ladder of side-by-side ranges needs one a branch. */
const TICKS = 100n;

/** A root of which Alice holds lots in all of its `branches`: the first spans it, the others are steps of a ladder. */
export async function heldRoot(world: World, branches: number): Promise<number> {
  const root = await intervalRoot(world, { max: TICKS });
  for (let branch = 2; branch <= branches; branch += 1) {
    await subMarket(world, root, BigInt(3 * (branch - 2)), BigInt(3 * (branch - 2) + 6));
  }
  for (let branch = 1; branch <= branches; branch += 1) {
    const price = branch === 1 ? 50n : BigInt(3 * (branch - 2) + 3);
    await deal(world, { buyer: world.alice, seller: world.bob, root, branch, lots: BigInt(1 + (branch % 3)), price });
  }
  return root;
}

/**
 * The view `checkCollateral` as a transaction, less what the same call costs with an empty list of roots: reading the root and
 * the position, and the sweep. All that differs between the two in calldata is taken off too.
 */
export async function gasOfCheck(world: World, root: number): Promise<number> {
  const whole = async (roots: number[]): Promise<number> => {
    const data = world.book.interface.encodeFunctionData("checkCollateral", [world.alice.address, roots]);
    return (await gasOf(world.submitter.sendTransaction({ to: world.bookAddress, data }))) - intrinsicGas(data);
  };
  return (await whole([root])) - (await whole([]));
}

/** Orders in the whole range of a root of which both traders hold lots in all branches. The ring must be full. */
export async function measureIntervals(world: World, sizes: readonly number[]): Promise<Row[]> {
  const [pairs, rests]: [Row[], Row[]] = [[], []];
  for (const size of sizes) {
    const root = await heldRoot(world, size);
    const pair = pairOf(world).map((spec) => ({ ...spec, root, price: 50n }));
    for (let round = 0; round < 2; round += 1) await gasOfBatch(world, pair); // then the market knows its best prices
    const what = `an interval root of ${size} branches, all held`;
    const matched = await gasOfBatch(world, pair);
    pairs.push(gasRow(`pairInterval ${size}`, `two new signed orders that match each other in ${what}`, matched));
    await gasOfOrder(world, { trader: world.bob, lots: 10n, price: 40n, root });
    const insertAfter = Number(await world.book.insertionHint(root, 1, true, 30n));
    const rest = { trader: world.alice, lots: 10n, price: 30n, root, insertAfter, place: USED };
    rests.push(
      gasRow(
        `restInterval ${size}`,
        `a new signed order that rests behind all others in ${what}`,
        await gasOfOrder(world, rest),
      ),
    );
    await gasOfOffset(world, world.alice, await lastOrder(world), USED);
  }
  return [...pairs, ...rests];
}

export async function measureChecks(world: World, sizes: readonly number[]): Promise<Row[]> {
  const rows: Row[] = [];
  for (const size of sizes) {
    const gas = await gasOfCheck(world, await heldRoot(world, size));
    rows.push(
      gasRow(`check ${size}`, `worst-case check of an interval root of ${size} branches, all held, storage cold`, gas),
    );
  }
  return rows;
}
