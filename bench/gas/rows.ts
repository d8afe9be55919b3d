/** Every row of the gas benchmark, and the aims of the design. The gate in `npm test` and `npm run bench` both use it. */
import type { NetworkConnection } from "hardhat/types/network";

import { MAX_OPEN_ORDERS } from "../../src/protocol/amounts/limits.js";
import { TOKEN } from "../../stage/contracts/units.js";
import { bankroll, openWorld, type World } from "../../stage/contracts/world.js";
import type { Row } from "../part.js";
import { measureChecks, measureIntervals } from "./checks.js";
import { measureGates } from "./gates.js";
import { measureKeys } from "./keys.js";
import { measureMakers } from "./makers.js";
import { measureMarkets } from "./markets.js";
import { fillRing, measureBatch, measureOrders } from "./orders.js";
import { measureRolling } from "./rolling.js";
import { measureSale } from "./sale.js";
import { measureSets } from "./sets.js";
import { measureSettlement } from "./settlement.js";
import { triedFor } from "./tried.js";
import { measureEnd, measureMoney, measureVault } from "./vault.js";

export const CHECKED_BRANCHES = [2, 8, 32] as const;

/** What is asked for, and where it may get one day. */
const AIMS: Readonly<Record<string, { readonly aim: number; readonly moonshot?: number }>> = {
  pair: { aim: 80_000, moonshot: 70_000 },
  furtherOrder: { aim: 17_000, moonshot: 13_000 },
  batchPair: { aim: 46_000, moonshot: 36_000 },
  restUsed: { aim: 69_000, moonshot: 62_000 },
  restFresh: { aim: 86_000, moonshot: 79_000 },
  take: { aim: 79_000, moonshot: 70_000 },
  cancel: { aim: 60_000, moonshot: 54_000 },
  setQuote: { aim: 16_000, moonshot: 11_000 },
  "check 2": { aim: 8_500, moonshot: 7_500 },
  "check 8": { aim: 12_000, moonshot: 10_500 },
  "check 32": { aim: 26_000, moonshot: 23_000 },
  "pairInterval 2": { aim: 104_000, moonshot: 85_000 },
  "pairInterval 8": { aim: 112_000, moonshot: 92_000 },
  "pairInterval 32": { aim: 140_000, moonshot: 118_000 },
  "restInterval 2": { aim: 75_000, moonshot: 66_000 },
  "restInterval 8": { aim: 75_000, moonshot: 66_000 },
  "restInterval 32": { aim: 75_000, moonshot: 66_000 },
  "set 3": { aim: 210_000 },
  "maker 3": { aim: 130_000 },
  // What they took before the words of the order path, and 5 % more.
  open: { aim: 592_200 },
  split: { aim: 86_100 },
  merge: { aim: 86_100 },
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
    ...(await measureIntervals(await steady(connection), CHECKED_BRANCHES)),
    ...(await measureMakers(connection)),
    ...(await measureSets(connection)),
    ...(await measureRolling(connection)),
    ...(await measureGates(connection)),
    ...(await measureKeys(connection)),
    ...(await measureSale(connection)),
    ...(await measureSettlement(connection)),
  ];
  return rows.map((row) => ({ ...row, ...AIMS[row.id], ...triedFor(row.id) }));
}

/** With a checkpoint in every slot of the ring. */
async function steady(connection: NetworkConnection): Promise<World> {
  const world = await openWorld(connection, { maxOpenOrders: MAX_OPEN_ORDERS });
  await bankroll(world, 100n * TOKEN, world.alice, world.bob);
  await fillRing(world);
  return world;
}

async function withCash(connection: NetworkConnection): Promise<World> {
  const world = await openWorld(connection);
  await bankroll(world, 100n * TOKEN, world.alice, world.bob);
  return world;
}
