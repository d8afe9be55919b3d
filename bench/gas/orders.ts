/** What orders cost: in steady state, where every storage slot was used before, and as first use. */
import { id, Wallet } from "ethers";

import { offsetOneByOne, type OrderSpec, place } from "../../stage/contracts/orders.js";
import { packQuoteSet, type QuoteSpec, signQuotes } from "../../stage/contracts/quote-sets.js";
import { TOKEN } from "../../stage/contracts/units.js";
import { bankroll, type World } from "../../stage/contracts/world.js";
import type { Row } from "../part.js";
import { gasOf, gasOfBatch, gasOfOffset, gasOfOrder, gasOfQuotes, gasRow, lastOrder } from "./receipt.js";

const BATCH_PAIRS = 20;
/** Checkpoints that the book keeps: from then on their slots are used ones. */
const RING = 256;
/** Places where orders rested while the ring was filled, and are gone: this one, and the hundred behind it. */
export const USED = 20;
const USED_TOO = 21;
const USED_BY_QUOTES = 30;
export const QUOTES = 20;
/** Orders of a batch that surely fits a block. */
const PER_BATCH = 65;

/** A bid and an offer of the same size at the same price. */
export function pairOf(world: World): OrderSpec[] {
  return [
    { trader: world.alice, lots: 10n, price: 5_000n },
    { trader: world.bob, lots: -10n, price: 5_000n },
  ];
}

/** A bid, and so many offers that it takes one after the other. */
export function manyTakers(world: World, count: number): OrderSpec[] {
  return [
    { trader: world.alice, lots: BigInt(count) * 10n, price: 5_000n },
    ...Array.from({ length: count }, () => ({ trader: world.bob, lots: -10n, price: 5_000n })),
  ];
}

/** Uses every slot of the ring of checkpoints. */
export async function fillRing(world: World): Promise<void> {
  for (let first = await lastOrder(world); first < RING; first = await lastOrder(world)) {
    const rootIds = Array.from({ length: PER_BATCH }, (_, i) => first + 1 + i);
    const orders = rootIds.map((rootId, i): OrderSpec => {
      return { trader: world.alice, lots: 1n, price: 1n, insertAfter: i === 0 ? 0 : rootId - 1 };
    });
    await gasOfBatch(world, orders);
    await offsetOneByOne(world, world.alice, rootIds);
  }
  const { checkpoints } = await world.book.chainState();
  if (checkpoints < RING) throw new Error(`only ${checkpoints} checkpoints`);
}

/** Alice and Bob must have cash, and have never traded. Fills the ring on the way. */
export async function measureOrders(world: World): Promise<Row[]> {
  const firstPair = await gasOfBatch(world, pairOf(world));
  const firstRest = await gasOfOrder(world, { trader: world.alice, lots: 10n, price: 1n });
  await gasOfOffset(world, world.alice, await lastOrder(world));
  await fillRing(world);
  // Both have traded and have nonces behind them; another order stands in the queue.
  for (let round = 0; round < 3; round += 1) await gasOfBatch(world, pairOf(world));
  await place(world, { trader: world.alice, lots: 10n, price: 4_500n });
  return [
    ...(await measureResting(world, firstRest)),
    await measureQuotes(world),
    ...(await measureMatches(world, firstPair)),
    await measureEviction(world),
    gasRow("invalidate nonces", "raise the trader's nonce floor", await invalidate(world)),
  ];
}

async function measureResting(world: World, firstRest: number): Promise<Row[]> {
  const insertAfter = Number(await world.book.insertionHint(1, 1, true, 4_000n));
  const rest = await gasOfOrder(world, { trader: world.alice, lots: 10n, price: 4_000n, insertAfter, place: USED });
  const between = { trader: world.alice, lots: 10n, price: 4_200n, insertAfter, place: USED_TOO };
  const restBetween = await gasOfOrder(world, between);
  await gasOfOffset(world, world.alice, await lastOrder(world), USED_TOO);
  const cancel = await gasOfOffset(world, world.alice, (await lastOrder(world)) - 1, USED);
  const restFresh = await gasOfOrder(world, { trader: world.alice, lots: 10n, price: 4_000n, insertAfter });
  await gasOfOffset(world, world.alice, await lastOrder(world));
  const what = "a new signed order that rests behind all others, with a good hint, in a call of its own";
  return [
    gasRow("restUsed", `${what}, at a place that was used before`, rest, firstRest),
    gasRow("restFresh", `${what}, at a place of its own`, restFresh),
    gasRow("rest between", "the same between two others, at a place that was used before", restBetween),
    gasRow("cancel", "the trader takes out a resting order", cancel),
  ];
}

async function measureMatches(world: World, firstPair: number): Promise<Row[]> {
  await place(world, { trader: world.alice, lots: 10n, price: 5_000n });
  const take = await gasOfOrder(world, { trader: world.bob, lots: -10n, price: 5_000n });
  await gasOfBatch(world, pairOf(world)); // from here on the market knows its best prices again
  const pair = await gasOfBatch(world, pairOf(world));
  const five = await gasOfBatch(world, manyTakers(world, 5));
  const six = await gasOfBatch(world, manyTakers(world, 6));
  return [
    gasRow("take", "a new signed order that takes a resting one whole", take),
    gasRow("pair", "two new signed orders that match each other, in one call", pair, firstPair),
    gasRow("furtherOrder", "one more new signed order matched against the same counter-order in that call", six - five),
  ];
}

/** A ladder of quotes on both sides of the market, the worst first, so that each comes first on its side. */
export async function quotesOf(world: World, first: number): Promise<string> {
  const quotes = Array.from({ length: QUOTES }, (_, i): QuoteSpec => {
    const step = BigInt(10 * Math.floor(i / 2));
    const place = first === 0 ? 0 : first + i;
    return i % 2 === 0 ? { lots: 10n, price: 4_600n + step, place } : { lots: -10n, price: 5_400n - step, place };
  });
  return packQuoteSet(await signQuotes(world, { trader: world.alice }, quotes));
}

/** A quote of a set; an order of another trader rests behind on each side. */
async function measureQuotes(world: World): Promise<Row> {
  await gasOfBatch(world, [{ trader: world.bob, lots: -10n, price: 5_600n }]);
  const perQuote = async (place: number): Promise<number> => {
    const gas = await gasOfQuotes(world, await quotesOf(world, place));
    const last = await lastOrder(world);
    for (let i = 0; i < QUOTES; i += 1) {
      await gasOfOffset(world, world.alice, last - QUOTES + 1 + i, place === 0 ? last - QUOTES + 1 + i : place + i);
    }
    return Math.round(gas / QUOTES);
  };
  const what = `a quote of a set of ${QUOTES} under one signature that rests, at a place that was used before`;
  const firstUse = await perQuote(0);
  const row = gasRow("setQuote", what, await perQuote(USED_BY_QUOTES), firstUse);
  await gasOfOffset(world, world.bob, (await lastOrder(world)) - 2 * QUOTES);
  return row;
}

/** A pair of a batch of 20 from 40 traders. */
export async function measureBatch(world: World): Promise<Row> {
  const orders = await batchOf(world, BATCH_PAIRS);
  const first = await gasOfBatch(world, orders);
  const steady = await gasOfBatch(world, orders);
  const perPair = (gas: number): number => Math.round(gas / BATCH_PAIRS);
  const what = `a pair in a batch of ${BATCH_PAIRS} pairs from ${2 * BATCH_PAIRS} traders`;
  return gasRow("batchPair", what, perPair(steady), perPair(first));
}

/** Pairs of orders, each from a trader of its own with 5 tokens. */
export async function batchOf(world: World, pairs: number): Promise<OrderSpec[]> {
  const traders = Array.from({ length: 2 * pairs }, (_, i) => new Wallet(id(`trader ${i}`)));
  for (const trader of traders) {
    if ((await world.book.traderIdOf(trader.address)) === 0n) await bankroll(world, 5n * TOKEN, trader);
  }
  return traders.map((trader, i): OrderSpec => ({ trader, lots: i % 2 === 0 ? 10n : -10n, price: 5_000n }));
}

/** Two quotes of Carol share one deposit; when one is filled nothing is left for the other. */
async function measureEviction(world: World): Promise<Row> {
  await bankroll(world, TOKEN, world.carol);
  const quote = (price: bigint): OrderSpec => ({ trader: world.carol, lots: 2_000n, price });
  await gasOfBatch(world, [quote(5_000n), quote(4_999n)]);
  const left = await lastOrder(world);
  await gasOfOrder(world, { trader: world.bob, lots: -2_000n, price: 5_000n });
  return gasRow(
    "evict",
    "anyone takes out a resting order that is not covered any more",
    await gasOfOffset(world, world.submitter, left),
  );
}

async function invalidate(world: World): Promise<number> {
  const { nonceFloor } = await world.book.noncesOf(world.bob);
  return gasOf(world.book.connect(world.bob).invalidateNonces(nonceFloor + 1n));
}
