/** Where orders rest that are known by their numbers alone: at the place of that number, or where TradePlaced says (R30). */
import { type Provider, toBeHex } from "ethers";

import { IOrderBook__factory } from "../../typechain-types/index.js";
import { firstBlockAt, logsByRange } from "../bindings/logs.js";
import { recordsOf } from "../bindings/records.js";
import type { SessionHandle } from "../bindings/session.js";
import { read } from "../bindings/transact.js";
import type { Placed } from "../protocol/book/orders.js";

/** An order by its number alone, or with the place at which it rests: as it was placed. */
export type OrderRef = number | Placed;

const EVENTS = IOrderBook__factory.createInterface();
const CREATED = EVENTS.getEvent("TradeCreated").topicHash;
const PLACED = EVENTS.getEvent("TradePlaced").topicHash;

/**
 * Orders with their places. Numbers whose own place holds another order are looked up in the book's logs from t1 on, which takes a
 * node some searching: an order that came with its place spares it. One that is found nowhere is given the place of its number.
 * @throws NodeError what the node says
 */
export async function placesOf(handle: SessionHandle, orders: readonly OrderRef[]): Promise<Placed[]> {
  const numbers = [...new Set(orders.filter((order) => typeof order === "number"))];
  const atHome = await Promise.all(numbers.map((number) => restsAtItsNumber(handle, number)));
  const elsewhere = await loggedPlaces(handle, new Set(numbers.filter((_, index) => atHome[index] === false)));
  return orders.map((order) =>
    typeof order === "number" ? { tradeRootId: order, place: elsewhere.get(order) ?? order } : order,
  );
}

async function restsAtItsNumber({ book }: SessionHandle, number: number): Promise<boolean> {
  const { tradeRootId, lots } = await read(book.orderAt(number));
  return lots !== 0n && tradeRootId === BigInt(number);
}

/** TradePlaced stands in the transaction of the order, behind it; its number is no topic, the order's is. */
async function loggedPlaces(handle: SessionHandle, numbers: ReadonlySet<number>): Promise<ReadonlyMap<number, number>> {
  const { provider } = handle.runner;
  if (numbers.size === 0 || provider === null) return new Map();
  const last = await read(provider.getBlockNumber());
  const first = await firstBlockAt(provider, BigInt(handle.t1), last);
  const topics = [CREATED, [...numbers].map((number) => toBeHex(number, 32))];
  const blocks = new Set<number>();
  for await (const { logs } of logsByRange(provider, [{ address: handle.bookAddress, topics }], first, last)) {
    for (const { blockNumber } of logs) blocks.add(blockNumber);
  }
  const places = await Promise.all([...blocks].map((block) => placesIn(handle, provider, block)));
  return new Map(places.flat().filter(([number]) => numbers.has(number)));
}

async function placesIn(handle: SessionHandle, provider: Provider, block: number): Promise<[number, number][]> {
  const found: [number, number][] = [];
  const filter = { address: handle.bookAddress, topics: [PLACED] };
  for await (const { logs } of logsByRange(provider, [filter], block, block)) {
    for (const record of recordsOf(handle, logs)) {
      if (record.kind === "tradePlaced") found.push([record.tradeRootId, record.place]);
    }
  }
  return found;
}
