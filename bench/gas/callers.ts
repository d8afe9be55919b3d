/** What the gas of a contract in front of the book is made of, read from its trace: the book's calls, its views, and its own code. */
import type { World } from "../../stage/contracts/world.js";
import type { Item } from "../part.js";
import { BASE, intrinsicGas } from "./receipt.js";

interface Instruction {
  readonly op: string;
  readonly gas: number;
  readonly depth: number;
  /** The lowest first, as hexadecimal words. */
  readonly stack: readonly string[];
}

const ADDRESS_DIGITS = 40;

/** @param hash of a mined transaction to that contract. What was called by it more than once is summed. */
export async function itemsOfCaller({ connection, bookAddress }: World, hash: string): Promise<readonly Item[]> {
  const { provider } = connection.ethers;
  const [sent, receipt] = await Promise.all([provider.getTransaction(hash), provider.getTransactionReceipt(hash)]);
  if (sent === null || receipt === null) throw new Error(`no transaction ${hash}`);
  const answer: unknown = await provider.send("debug_traceTransaction", [
    hash,
    { disableMemory: true, disableStorage: true },
  ]);
  const { structLogs } = answer as { structLogs: readonly Instruction[] }; // as the node documents it
  const { calls, views } = spentIn(structLogs, bookAddress);
  const intrinsic = intrinsicGas(sent.data);
  const own = Number(receipt.gasUsed) - intrinsic - calls - views;
  return [
    { name: "base", measured: BASE, floor: BASE, why: "every transaction" },
    {
      name: "calldata",
      measured: intrinsic - BASE,
      floor: intrinsic - BASE,
      why: "the bytes of the call: the taker's package",
    },
    {
      name: "the book's calls",
      measured: calls,
      floor: calls,
      why: "the orders themselves, which the book's own rows judge",
    },
    {
      name: "the book's views",
      measured: views,
      floor: 0,
      why: "what is read of the book first: the core keeps no copy",
    },
    { name: "own code", measured: own, floor: 0, why: "the contract's own work" },
  ];
}

/** What calls and views of the book have used, with what they call themselves; a call of the contract to itself is looked into. */
function spentIn(trace: readonly Instruction[], book: string): { readonly calls: number; readonly views: number } {
  const address = book.slice(2).toLowerCase();
  const spent = { calls: 0, views: 0 };
  for (let index = 0; index < trace.length; index += 1) {
    const { op, gas, depth, stack } = trace[index] ?? fail();
    if (op !== "CALL" && op !== "STATICCALL") continue;
    if (stack.at(-2)?.padStart(ADDRESS_DIGITS, "0").slice(-ADDRESS_DIGITS) !== address) continue;
    let back = index + 1;
    while ((trace[back] ?? fail()).depth > depth) back += 1;
    spent[op === "CALL" ? "calls" : "views"] += gas - (trace[back] ?? fail()).gas;
    index = back - 1; // what the book does itself, or asks the contract, is the book's
  }
  return spent;
}

function fail(): never {
  throw new Error("a trace that ends within a call");
}
