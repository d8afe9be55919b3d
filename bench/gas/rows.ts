/** Every row of the gas benchmark, and the aims of the design. The gate in `npm test` and `npm run bench` both use it. */
import type { NetworkConnection } from "hardhat/types/network";

import { MAX_OPEN_ORDERS } from "../../src/protocol/amounts/limits.js";
import { TOKEN } from "../../stage/contracts/units.js";
import { bankroll, openWorld, type World } from "../../stage/contracts/world.js";
import type { Row } from "../part.js";
import { measureChecks } from "./checks.js";
import { measureMarkets } from "./markets.js";
import { measureBatch, measureOrders } from "./orders.js";
import { measureEnd, measureMoney, measureVault } from "./vault.js";

export const CHECKED_BRANCHES = [2, 8, 32] as const;

const AIMS: Readonly<Record<string, number>> = {
  pair: 80_000,
  extraMaker: 17_000,
  batchPair: 46_000,
  rest: 69_000,
  take: 79_000,
  cancel: 60_000,
  "check 2": 8_500,
  "check 8": 12_000,
  "check 32": 26_000,
  open: 800_000,
  split: 110_000,
  merge: 110_000,
};

/** Measures on sessions of their own, one after the other. */
export async function measureRows(connection: NetworkConnection): Promise<Row[]> {
  const basket = await openWorld(connection, { maxOpenOrders: MAX_OPEN_ORDERS });
  const rows = [
    ...(await measureVault(basket)),
    ...(await measureMoney(basket)),
    ...(await measureOrders(basket)),
    await measureBatch(basket),
    ...(await measureEnd(basket)),
    ...(await measureMarkets(await withCash(connection))),
    ...(await measureChecks(await withCash(connection), CHECKED_BRANCHES)),
  ];
  return rows.map((row) => ({ ...row, ...(AIMS[row.id] === undefined ? {} : { aim: AIMS[row.id] }) }));
}

async function withCash(connection: NetworkConnection): Promise<World> {
  const world = await openWorld(connection);
  await bankroll(world, 100n * TOKEN, world.alice, world.bob);
  return world;
}
