/** What the worst-case check of one root costs, storage cold. */
import { deal, intervalRoot, subMarket } from "../../stage/contracts/markets.js";
import type { World } from "../../stage/contracts/world.js";
import type { Row } from "../part.js";
import { gasOf, gasRow, intrinsicGas } from "./receipt.js";

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
