/** Gas of transactions, whole: 21 000 and calldata included. */
import { type OrderSpec, signAll } from "../../stage/contracts/orders.js";
import type { World } from "../../stage/contracts/world.js";
import type { Row } from "../part.js";

/** Steps of matching and of walking that a benchmark's order may take. */
const LIMIT = 300;

interface Transaction {
  wait(): Promise<{ readonly gasUsed: bigint } | null>;
}

export async function gasOf(transaction: Promise<Transaction>): Promise<number> {
  const receipt = await (await transaction).wait();
  if (receipt === null) throw new Error("a transaction without a receipt");
  return Number(receipt.gasUsed);
}

/** Of one call of createTrade. */
export async function gasOfOrder(world: World, spec: OrderSpec): Promise<number> {
  const [signed] = await signAll(world, [spec]);
  if (signed === undefined) throw new Error("nothing was signed");
  return gasOf(world.book.createTrade(signed, LIMIT, LIMIT));
}

/** Of one call of createTrades; every order must have entered the chain. */
export async function gasOfBatch(world: World, specs: readonly OrderSpec[]): Promise<number> {
  const before = (await world.book.chainState()).trades;
  const gas = await gasOf(world.book.createTrades(await signAll(world, specs), LIMIT, LIMIT));
  const entered = Number((await world.book.chainState()).trades - before);
  if (entered !== specs.length) throw new Error(`${entered} of ${specs.length} orders entered the chain`);
  return gas;
}

/** What the caller pays before the first instruction: 21 000, and 4 or 16 for each byte of calldata. */
export function intrinsicGas(data: string): number {
  const bytes = data.slice(2).match(/../g) ?? [];
  return bytes.reduce((sum, byte) => sum + (byte === "00" ? 4 : 16), 21_000);
}

/** Number of the order that entered last. */
export async function lastOrder(world: World): Promise<number> {
  return Number((await world.book.chainState()).trades);
}

export function gasRow(id: string, what: string, value: number, firstUse?: number): Row {
  return { id, what, value, unit: "gas", ...(firstUse === undefined ? {} : { firstUse }) };
}
