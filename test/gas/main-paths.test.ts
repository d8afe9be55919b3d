/**
 * Gas of the main paths, against `bench/gas.json` (default profile): whole transactions, 21 000 included, in steady state,
 * that is, with every storage slot used before. `UPDATE_GAS=1` writes the file anew.
 */
import { readFileSync, writeFileSync } from "node:fs";

import { expect } from "chai";
import { type ContractTransactionResponse, id, Wallet } from "ethers";
import hre from "hardhat";

import { offsetOneByOne, type OrderSpec, place, type SignedOrder, signAll } from "../contracts/support/orders.js";
import { DAY, TOKEN } from "../contracts/support/units.js";
import { bankroll, closeTrading, openWorld, supplyBasket, type World } from "../contracts/support/world.js";

const GAS_FILE = "bench/gas.json";
/** Calldata differs by a few zero bytes from run to run. */
const TOLERANCE = 0.01;
const BATCH_PAIRS = 20;
const RING = 256;

const PATHS = [
  "open a session of 2 assets",
  "fund it",
  "split a session token, 2 assets",
  "merge it",
  "deposit",
  "withdraw",
  "a resting order, with hint",
  "an order that takes it",
  "cancel an order",
  "two new orders matched in one call",
  "each further order matched in that call",
  "a pair in a batch of 20 pairs from 40 traders",
  "exit in tokens",
  "exit in assets",
] as const;
type Path = (typeof PATHS)[number];
type Gas = Record<Path, number>;

async function gasOf(transaction: Promise<ContractTransactionResponse>): Promise<number> {
  const receipt = await (await transaction).wait();
  return Number(receipt!.gasUsed);
}

async function submitSigned(w: World, orders: SignedOrder[]): Promise<number> {
  return gasOf(w.book.createTrades(orders, 10, 10));
}

async function measureVault(w: World): Promise<Partial<Gas>> {
  const amount = 10n * TOKEN;
  await w.session.split(amount);
  const gas = {
    "split a session token, 2 assets": await gasOf(w.session.split(amount)),
    "merge it": await gasOf(w.session.merge(amount)),
  };
  await bankroll(w, 100n * TOKEN, w.alice, w.bob, w.organiser);
  const book = w.book.connect(w.organiser);
  return {
    ...gas,
    deposit: await gasOf(book.deposit(w.organiser, TOKEN)),
    withdraw: await gasOf(book.withdraw(TOKEN, w.organiser)),
  };
}

/** Every slot of the ring of checkpoints is used when 256 calls have changed the chain. */
async function fillRing(w: World): Promise<void> {
  const perBatch = 65;
  for (let first = 1; first <= RING; first += perBatch) {
    const rootIds = Array.from({ length: perBatch }, (_, i) => first + i);
    const orders = rootIds.map((rootId): OrderSpec => {
      const insertAfter = rootId === first ? 0 : rootId - 1;
      return { trader: w.alice, lots: 1n, price: 1n, insertAfter };
    });
    await w.book.createTrades(await signAll(w, orders), 1, 0);
    await offsetOneByOne(w, w.alice, rootIds);
  }
  const { checkpoints } = await w.book.chainState();
  expect(checkpoints >= RING, "every slot of the ring is used").to.equal(true);
}

const pair = (w: World): OrderSpec[] => [
  { trader: w.alice, lots: 10n, price: 5_000n },
  { trader: w.bob, lots: -10n, price: 5_000n },
];

async function measureOrders(w: World): Promise<Partial<Gas>> {
  // Both have traded and have nonces behind them; another order stands in the queue.
  for (let round = 0; round < 3; round += 1) await submitSigned(w, await signAll(w, pair(w)));
  await place(w, { trader: w.alice, lots: 10n, price: 4_500n });
  const one = async (order: OrderSpec): Promise<number> => {
    const [signed] = await signAll(w, [order]);
    return gasOf(w.book.createTrade(signed!, 10, 10));
  };
  const insertAfter = Number(await w.book.insertionHint(1, 1, true, 4_000n));
  const rest = await one({ trader: w.alice, lots: 10n, price: 4_000n, insertAfter });
  const rests = Number((await w.book.chainState()).trades);
  const cancel = await gasOf(w.book.connect(w.alice).offset([rests]));
  await place(w, { trader: w.alice, lots: 10n, price: 5_000n });
  const take = await one({ trader: w.bob, lots: -10n, price: 5_000n });
  const two = await submitSigned(w, await signAll(w, pair(w)));
  const more = (n: bigint): OrderSpec[] => [
    { trader: w.alice, lots: n * 10n, price: 5_000n },
    ...Array.from({ length: Number(n) }, () => ({ trader: w.bob, lots: -10n, price: 5_000n })),
  ];
  const [five, six] = [
    await submitSigned(w, await signAll(w, more(5n))),
    await submitSigned(w, await signAll(w, more(6n))),
  ];
  return {
    "a resting order, with hint": rest,
    "an order that takes it": take,
    "cancel an order": cancel,
    "two new orders matched in one call": two,
    "each further order matched in that call": six - five,
  };
}

async function measureBatch(w: World): Promise<Partial<Gas>> {
  const traders = Array.from({ length: 2 * BATCH_PAIRS }, (_, i) => new Wallet(id(`trader ${i}`)));
  await bankroll(w, 5n * TOKEN, ...traders);
  const orders = traders.map((trader, i): OrderSpec => ({ trader, lots: i % 2 === 0 ? 10n : -10n, price: 5_000n }));
  await submitSigned(w, await signAll(w, orders));
  const whole = await submitSigned(w, await signAll(w, orders));
  return { "a pair in a batch of 20 pairs from 40 traders": Math.round(whole / BATCH_PAIRS) };
}

async function measureAll(): Promise<Gas> {
  const connection = await hre.network.create();
  const w = await openWorld(connection, { maxOpenOrders: 1_000 });
  const orders = {
    ...(await measureVault(w)),
    ...(await fillRing(w), await measureOrders(w)),
    ...(await measureBatch(w)),
  };
  await closeTrading(w);
  const exits = {
    "exit in tokens": await gasOf(w.book.connect(w.alice).exit(w.alice, false)),
    "exit in assets": await gasOf(w.book.connect(w.bob).exit(w.bob, true)),
  };
  const params = { ...w.params, t1: w.t2 + DAY, t2: w.t2 + 2 * DAY };
  const factory = w.factory.connect(w.organiser);
  const opened = await gasOf(factory.createSession(params, id("another")));
  const [event] = (await factory.queryFilter(factory.filters.SessionCreated())).slice(-1);
  const session = w.session.attach(event!.args.session) as World["session"]; // the same contract at another address
  await supplyBasket({ ...w, session });
  const all = { ...orders, ...exits, "open a session of 2 assets": opened, "fund it": await gasOf(session.fund()) };
  return Object.fromEntries(PATHS.map((path) => [path, (all as Gas)[path]])) as Gas; // every path was measured above
}

describe("Gas of the main paths", function () {
  let measured: Gas;
  let recorded: Gas;

  before(async function () {
    if ((process.env["SESSION_PROFILE"] ?? "default") !== "default") this.skip();
    measured = await measureAll();
    if (process.env["UPDATE_GAS"] === "1") writeFileSync(GAS_FILE, `${JSON.stringify(measured, null, 2)}\n`);
    recorded = JSON.parse(readFileSync(GAS_FILE, "utf8")) as Gas; // written two lines above, some day
  });

  for (const path of PATHS) {
    it(`${path} costs what ${GAS_FILE} says, within 1 %`, () => {
      const [now, then] = [measured[path], recorded[path]];
      expect(Math.abs(now - then) / then, `${now} now, ${then} recorded`).to.be.at.most(TOLERANCE);
    });
  }
});
