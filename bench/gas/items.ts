/**
 * What the gas of an operation is made of, read from its trace: what the chain charges whatever the code is like (base,
 * calldata, storage, logs, recovery, hashing), and the rest, which is computing.
 */
import type { NetworkConnection } from "hardhat/types/network";

import { type OrderSpec, signAll } from "../../test/contracts/support/orders.js";
import { TOKEN } from "../../test/contracts/support/units.js";
import { bankroll, openWorld, type World } from "../../test/contracts/support/world.js";
import type { Items } from "../part.js";
import { heldRoot } from "./checks.js";
import { batchOf, fillRing, pairOf } from "./orders.js";
import { intrinsicGas } from "./receipt.js";

const BASE = 21_000;
/** EIP-2929: an account that was not touched before, which is what a delegatecall pays here. */
const COLD_ACCOUNT = 2_600;
const LIMIT = 300;
const BATCH_PAIRS = 20;

/** Which item an instruction's gas belongs to. */
const ITEM_OF: Readonly<Record<string, string>> = {
  SLOAD: "storage reads",
  SSTORE: "storage writes",
  STATICCALL: "recovery",
  DELEGATECALL: "delegatecalls",
  KECCAK256: "hashing",
  SHA3: "hashing",
};

interface Instruction {
  readonly op: string;
  readonly gas: number;
  readonly gasCost: number;
  readonly depth: number;
}

/** Of the operations whose aims are hard to meet, by the id of their row. */
export async function measureItems(
  connection: NetworkConnection,
  branches: readonly number[],
): Promise<Map<string, Items>> {
  const world = await openWorld(connection, { maxOpenOrders: 1_000 });
  await bankroll(world, 100n * TOKEN, world.alice, world.bob);
  const batch = async (specs: readonly OrderSpec[]): Promise<Items> => {
    const orders = await signAll(world, specs);
    return itemsOf(world, world.book.interface.encodeFunctionData("createTrades", [orders, LIMIT, LIMIT]));
  };
  await batch(pairOf(world));
  await fillRing(world);
  for (let round = 0; round < 3; round += 1) await batch(pairOf(world));
  await batch([{ trader: world.alice, lots: 10n, price: 4_500n }]);
  const insertAfter = Number(await world.book.insertionHint(1, 1, true, 4_000n));
  const [resting] = await signAll(world, [{ trader: world.alice, lots: 10n, price: 4_000n, insertAfter }]);
  const rest = await itemsOf(
    world,
    world.book.interface.encodeFunctionData("createTrade", [resting ?? fail(), LIMIT, LIMIT]),
  );
  const many = await batchOf(world, BATCH_PAIRS);
  await batch(many);
  const whole = await batch(many);
  const items = new Map<string, Items>([
    ["rest", rest],
    ["pair", await batch(pairOf(world))],
    ["batchPair", mapItems(whole, (gas) => Math.round(gas / BATCH_PAIRS))],
  ]);
  for (const size of branches) items.set(`check ${size}`, await itemsOfCheck(world, await heldRoot(world, size)));
  return items;
}

/** As the row: less the same view with an empty list of roots. */
async function itemsOfCheck(world: World, root: number): Promise<Items> {
  const call = (roots: number[]): Promise<Items> =>
    itemsOf(world, world.book.interface.encodeFunctionData("checkCollateral", [world.alice.address, roots]));
  const [one, none] = [await call([root]), await call([])];
  const more = mapItems(one, (gas, name) => gas - (none[name] ?? 0));
  return Object.fromEntries(Object.entries(more).filter(([name, gas]) => name !== "calldata" && gas !== 0));
}

async function itemsOf(world: World, data: string): Promise<Items> {
  const sent = await world.submitter.sendTransaction({ to: world.bookAddress, data });
  const receipt = (await sent.wait()) ?? fail();
  const options = { disableStorage: true, disableMemory: true, disableStack: true };
  const trace: unknown = await world.connection.ethers.provider.send("debug_traceTransaction", [receipt.hash, options]);
  const { structLogs } = trace as { structLogs: readonly Instruction[] }; // as the node documents it
  const items: Record<string, number> = { base: BASE, calldata: intrinsicGas(data) - BASE };
  structLogs.forEach((instruction, index) => {
    const name = instruction.op.startsWith("LOG") ? "logs" : ITEM_OF[instruction.op];
    if (name !== undefined) items[name] = (items[name] ?? 0) + costOf(instruction, structLogs[index + 1]);
  });
  const known = Object.values(items).reduce((sum, gas) => sum + gas, 0);
  return { ...items, computing: Number(receipt.gasUsed) - known };
}

/** A call's own cost has what it hands on in it: then the difference to the next instruction here says what it was. */
function costOf(instruction: Instruction, next: Instruction | undefined): number {
  if (next === undefined || next.depth < instruction.depth) return instruction.gasCost;
  return next.depth > instruction.depth ? COLD_ACCOUNT : instruction.gas - next.gas;
}

function mapItems(items: Items, change: (gas: number, name: string) => number): Items {
  return Object.fromEntries(Object.entries(items).map(([name, gas]) => [name, change(gas, name)]));
}

function fail(): never {
  throw new Error("nothing was signed or sent");
}
