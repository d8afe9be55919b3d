/** Gas of transactions, whole: 21 000 and calldata included. */
import type { ContractTransactionReceipt } from "ethers";

import { packBatch } from "../../stage/contracts/batches.js";
import { type OrderSpec, signAll } from "../../stage/contracts/orders.js";
import type { Account, World } from "../../stage/contracts/world.js";
import type { Row } from "../part.js";

/** Steps of matching and of walking that a benchmark's order may take. */
const LIMIT = 300;

/** What is asked of a receipt here: gas, and the transaction by which its trace is found. */
export type Paid = Pick<ContractTransactionReceipt, "gasUsed" | "hash">;

interface Transaction {
  wait(): Promise<Paid | null>;
}

export async function gasOf(transaction: Promise<Transaction>): Promise<number> {
  return Number((await receiptOf(transaction)).gasUsed);
}

export async function receiptOf(transaction: Promise<Transaction>): Promise<Paid> {
  const receipt = await (await transaction).wait();
  if (receipt === null) throw new Error("a transaction without a receipt");
  return receipt;
}

/** Of one order in few bytes, which must be accepted. */
export function gasOfOrder(world: World, spec: OrderSpec): Promise<number> {
  return gasOfBatch(world, [spec]);
}

/** Of one call of createTrades; every order must enter the chain. */
export async function gasOfBatch(world: World, specs: readonly OrderSpec[]): Promise<number> {
  return gasOf(world.book.createTrades(await packed(world, specs)));
}

/** Of a quote set, packed; all of it must enter the chain. */
export async function gasOfQuotes(world: World, set: string): Promise<number> {
  return gasOf(world.book.createTrades(await packedQuotes(world, set)));
}

export async function packedQuotes(world: World, set: string): Promise<string> {
  const { checkpoints } = await world.book.chainState();
  const options = { maxMatches: LIMIT, maxWalk: LIMIT, newest: Number(checkpoints), strict: true };
  return packBatch([], { ...options, sets: [set] });
}

/** As whoever knows the newest checkpoint submits it. */
export async function packed(world: World, specs: readonly OrderSpec[]): Promise<string> {
  const { checkpoints } = await world.book.chainState();
  const options = { maxMatches: LIMIT, maxWalk: LIMIT, newest: Number(checkpoints), strict: true };
  return packBatch(await signAll(world, specs), options);
}

/** Of one call that takes out an order at its place. */
export async function gasOfOffset(
  world: World,
  caller: Account,
  tradeRootId: number,
  place = tradeRootId,
): Promise<number> {
  const { checkpoints } = await world.book.chainState();
  return gasOf(world.book.connect(caller).offset([{ tradeRootId, place }], checkpoints));
}

/** What every transaction pays. */
export const BASE = 21_000;

/** What the caller pays before the first instruction: that, and 4 or 16 for each byte of calldata. */
export function intrinsicGas(data: string): number {
  const bytes = data.slice(2).match(/../g) ?? [];
  return bytes.reduce((sum, byte) => sum + (byte === "00" ? 4 : 16), BASE);
}

/** Number of the order that entered last. */
export async function lastOrder(world: World): Promise<number> {
  return Number((await world.book.chainState()).trades);
}

export function gasRow(id: string, what: string, value: number, firstUse?: number): Row {
  return { id, what, value, unit: "gas", ...(firstUse === undefined ? {} : { firstUse }) };
}
