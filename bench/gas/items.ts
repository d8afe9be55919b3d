/**
 * What the gas of an operation is made of, read from its trace: what the chain charges with this layout of storage (base,
 * calldata, storage, logs, recovery, hashing), and the rest, which is computing. Beside each item is its floor.
 */
import type { NetworkConnection } from "hardhat/types/network";

import { type OrderSpec } from "../../stage/contracts/orders.js";
import { MAX_OPEN_ORDERS } from "../../src/protocol/amounts/limits.js";
import { TOKEN } from "../../stage/contracts/units.js";
import { bankroll, openWorld, type World } from "../../stage/contracts/world.js";
import type { Item } from "../part.js";
import { heldRoot } from "./checks.js";
import { batchOf, fillRing, manyTakers, pairOf, QUOTES, quotesOf, USED } from "./orders.js";
import { BASE, gasOfOffset, intrinsicGas, lastOrder, packed, packedQuotes } from "./receipt.js";
import { COLD, isCold, type Touched, touchedWords } from "./words.js";

/** EIP-2929: an account that was not touched before, which is what a delegatecall pays here. */
const COLD_ACCOUNT = 2_600;
const WARM_ACCOUNT = 100;
const BATCH_PAIRS = 20;

/** Which item an instruction's gas belongs to. */
const ITEM_OF: Readonly<Record<string, string>> = {
  SLOAD: "storage reads",
  SSTORE: "storage writes",
  STATICCALL: "recovery",
  DELEGATECALL: "calls",
  CALL: "calls",
  KECCAK256: "hashing",
  SHA3: "hashing",
  EXTCODECOPY: "code reads",
};

/** Why the floor of an item is what it is. Where none stands here the floor is nought. */
const WHY: Readonly<Record<string, string>> = {
  base: "every transaction",
  calldata: "the bytes of the call: packages with their signatures",
  calls: "a book is a clone, so its code is at another address; a quote set runs in a call of its own",
  hashing: "links and digests of what was signed, records that fold into the head, ",
  recovery: "one a signature",
  "code reads": "the terms of a book are code of its own, the ladder of an interval root that of another address",
  logs: "the events, from which anybody rebuilds the book",
};
const REST = "the code's own work";

interface Instruction {
  readonly op: string;
  readonly gas: number;
  readonly gasCost: number;
  readonly depth: number;
  /** All words that were touched so far; of instructions that touch one. */
  readonly storage?: Readonly<Record<string, string>>;
}

/** Gas by item, and what was touched. */
interface Traced {
  readonly gas: Readonly<Record<string, number>>;
  readonly touched: readonly Touched[];
}

/** Of the operations whose aims are hard to meet, by the id of their row. */
export async function measureItems(
  connection: NetworkConnection,
  branches: readonly number[],
): Promise<Map<string, readonly Item[]>> {
  const world = await openWorld(connection, { maxOpenOrders: MAX_OPEN_ORDERS });
  await bankroll(world, 100n * TOKEN, world.alice, world.bob);
  const batch = async (specs: readonly OrderSpec[]): Promise<Traced> => {
    return trace(world, world.book.interface.encodeFunctionData("createTrades", [await packed(world, specs)]));
  };
  await batch(pairOf(world));
  await fillRing(world);
  for (let round = 0; round < 3; round += 1) await batch(pairOf(world));
  await batch([{ trader: world.alice, lots: 10n, price: 4_500n }]);
  const insertAfter = Number(await world.book.insertionHint(1, 1, true, 4_000n));
  const rest = await batch([{ trader: world.alice, lots: 10n, price: 4_000n, insertAfter, place: USED }]);
  const many = await batchOf(world, BATCH_PAIRS);
  await batch(many);
  const quotes = async (): Promise<Traced> => {
    const set = await quotesOf(world, USED + 1);
    return trace(world, world.book.interface.encodeFunctionData("createTrades", [await packedQuotes(world, set)]));
  };
  await batch([{ trader: world.bob, lots: -10n, price: 5_600n }]);
  const set = await quotes();
  const last = await lastOrder(world);
  for (let i = 0; i < QUOTES; i += 1) await gasOfOffset(world, world.alice, last - QUOTES + 1 + i, USED + 1 + i);
  const items = new Map([
    ["setQuote", itemsOf(set, QUOTES)],
    ["batchPair", itemsOf(await batch(many), BATCH_PAIRS)],
    ["restUsed", itemsOf(rest)],
    ["pair", itemsOf(await batch(pairOf(world)))],
  ]);
  const [fewer, more] = [await batch(manyTakers(world, 5)), await batch(manyTakers(world, 6))];
  items.set("furtherOrder", itemsOf(moreThan(fewer, more)));
  for (const size of branches) {
    items.set(`check ${size}`, itemsOf(await traceOfCheck(world, await heldRoot(world, size))));
  }
  return items;
}

/** As the row: less the same view with an empty list of roots. */
async function traceOfCheck(world: World, root: number): Promise<Traced> {
  const call = (roots: number[]): Promise<Traced> =>
    trace(world, world.book.interface.encodeFunctionData("checkCollateral", [world.alice.address, roots]));
  const [one, none] = [await call([root]), await call([])];
  const { gas, touched } = moreThan(none, one);
  return { gas: Object.fromEntries(Object.entries(gas).filter(([name]) => name !== "calldata")), touched };
}

/** What `more` has beyond `less`. */
function moreThan(less: Traced, more: Traced): Traced {
  const gas = Object.entries(more.gas).map(([name, cost]) => [name, cost - (less.gas[name] ?? 0)] as const);
  const touched = more.touched.map((words): Touched => {
    const before = less.touched.find(({ name }) => name === words.name) ?? {
      words: 0,
      changed: 0,
      reads: 0,
      writes: 0,
    };
    return {
      name: words.name,
      words: words.words - before.words,
      changed: words.changed - before.changed,
      reads: words.reads - before.reads,
      writes: words.writes - before.writes,
    };
  });
  return {
    gas: Object.fromEntries(gas.filter(([, cost]) => cost !== 0)),
    touched: touched.filter(({ words }) => words > 0),
  };
}

async function trace(world: World, data: string): Promise<Traced> {
  const sent = await world.submitter.sendTransaction({ to: world.bookAddress, data });
  const receipt = (await sent.wait()) ?? fail();
  const options = { disableMemory: true, disableStack: true };
  const answer: unknown = await world.connection.ethers.provider.send("debug_traceTransaction", [
    receipt.hash,
    options,
  ]);
  const { structLogs } = answer as { structLogs: readonly Instruction[] }; // as the node documents it
  const gas: Record<string, number> = { base: BASE, calldata: intrinsicGas(data) - BASE };
  const add = (name: string, cost: number): number => (gas[name] = (gas[name] ?? 0) + cost);
  let isWarm = false;
  structLogs.forEach((instruction, index) => {
    const name = instruction.op.startsWith("LOG") ? "logs" : ITEM_OF[instruction.op];
    if (name === undefined) return;
    const cost = costOf(instruction, structLogs[index + 1], isWarm);
    // What the book calls in a call of its own is warm already.
    if (instruction.op === "CALL") isWarm = true;
    // The first touch of a word counts as a read, whoever touches it.
    const touch = instruction.op === "SSTORE" && isCold(cost) ? COLD : 0;
    if (touch !== 0) add("storage reads", touch);
    add(name, cost - touch);
  });
  const known = Object.values(gas).reduce((sum, cost) => sum + cost, 0);
  const words = structLogs.flatMap(({ storage }) => Object.keys(storage ?? {}));
  return {
    gas: { ...gas, computing: Number(receipt.gasUsed) - known },
    touched: await touchedWords(world, [...new Set(words)], receipt.blockNumber),
  };
}

/** A call's own cost has what it hands on in it: then the difference to the next instruction here says what it was. */
function costOf(instruction: Instruction, next: Instruction | undefined, isWarm: boolean): number {
  if (next === undefined || next.depth < instruction.depth) return instruction.gasCost;
  if (next.depth === instruction.depth) return instruction.gas - next.gas;
  return isWarm || instruction.op === "CALL" ? WARM_ACCOUNT : COLD_ACCOUNT;
}

/** Each item beside its floor; a `share` of them. */
function itemsOf({ gas, touched }: Traced, share = 1): readonly Item[] {
  const whole = share === 1 ? "" : `, for all ${share} together`;
  const changed = touched.filter((words) => words.changed > 0);
  const storage: Readonly<Record<string, Pick<Item, "floor" | "why">>> = {
    "storage reads": {
      floor: touched.reduce((sum, { reads }) => sum + reads, 0),
      why: `${touched.map(({ name, words }) => `${words} × ${name}`).join(", ")}${whole}`,
    },
    "storage writes": {
      floor: changed.reduce((sum, { writes }) => sum + writes, 0),
      why: `${changed.map((words) => `${words.changed} × ${words.name}`).join(", ")}${whole}`,
    },
  };
  return Object.entries(gas).map(([name, measured]): Item => {
    const { floor, why } = storage[name] ?? { floor: name in WHY ? measured : 0, why: WHY[name] ?? REST };
    return { name, measured: Math.round(measured / share), floor: Math.round(floor / share), why };
  });
}

function fail(): never {
  throw new Error("nothing was signed or sent");
}
