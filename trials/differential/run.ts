/**
 * Runs a history on the contract and on the library side by side, and compares after each step: events, return values or the
 * error, and then everything that can be asked. Not compared, because the library knows no gas: what the contract refuses for
 * want of it (Book_OutOfGas), and the end of the chain's numbering (Book_ChainFull), which no history reaches.
 */
import { toJson } from "../../src/protocol/amounts/json.js";
import { Book } from "../../src/protocol/book/book.js";
import type { LoggedEvent } from "../../src/protocol/book/rebuild.js";
import type { Setting } from "./call.js";
import { callOf } from "./calls.js";
import { compareStates, type StateDifference } from "./compare.js";
import { AT_SETTLEMENT } from "./draw.js";
import { type Ledger, ledgerOf } from "./ledger.js";
import { compareRebuilt } from "./rebuilt.js";
import { errorOfContract, errorOfLibrary, eventOfContract, eventOfLibrary, type Plain, plain } from "./plain.js";
import type { History, Step } from "./steps.js";
import type { Scene } from "./scene.js";
import { type Chain, INTERFACES, type Sent, type World } from "./world.js";

export interface Difference extends StateDifference {
  /** Index of the step after which it showed. */
  readonly step: number;
}

export interface Run {
  readonly differences: readonly Difference[];
  /** Steps that were compared. */
  readonly steps: number;
  /** How often each event, error and skip reason occurred. */
  readonly seen: ReadonlyMap<string, number>;
}

/** Stops at the first step that shows a difference. */
export async function runHistory(chain: Chain, { terms, steps }: History): Promise<Run> {
  const world = await chain.open(terms);
  const ledger = await ledgerOf(world);
  const book = new Book(world.terms, ledger);
  const seen = new Map<string, number>();
  const logged: LoggedEvent[] = [];
  for (const [index, step] of steps.entries()) {
    const differences = await runStep({ world, book, ledger, logged, seen }, step);
    if (differences.length > 0) {
      return { differences: differences.map((one) => ({ step: index, ...one })), steps: index + 1, seen };
    }
  }
  const differences = compareRebuilt(world, book, logged).map((one) => ({ step: steps.length - 1, ...one }));
  return { differences, steps: steps.length, seen };
}

interface Progress {
  readonly world: World;
  readonly book: Book;
  readonly ledger: Ledger;
  readonly logged: LoggedEvent[];
  readonly seen: Map<string, number>;
}

async function runStep({ world, book, ledger, logged, seen }: Progress, step: Step): Promise<StateDifference[]> {
  const timestamp = BigInt(momentOf(world, book, step, world.now()));
  const setting: Setting = { world, book, ledger, timestamp };
  const call = callOf(setting, step);
  if (call === undefined) {
    await world.wait(Number(timestamp));
    return compareStates(world, book);
  }
  const { name, args, caller } = call;
  const sent = await world.send(caller, Number(timestamp), INTERFACES[0]!.encodeFunctionData(name, args));
  const contract = outcomeOfContract(world, name, sent);
  const library = outcomeOfLibrary(() => {
    const blockNumber = "revert" in sent ? undefined : sent.blockNumber;
    const { result, events } = call.run(book, { caller, timestamp, blockNumber });
    logged.push(...events.map((event) => ({ event, timestamp })));
    return { returned: result === undefined ? [] : [plain(result)], events: events.map(eventOfLibrary) };
  });
  count(seen, contract);
  if (JSON.stringify(contract) !== JSON.stringify(library)) {
    return [{ what: `outcome of ${name} by ${caller} at ${timestamp}: ${print(args)}`, contract, library }];
  }
  return compareStates(world, book);
}

/** A wait names a moment and ends just before, so that the next step may meet it exactly; everything else takes seconds. */
export function momentOf(world: Scene, book: Book, step: Step, now: number): number {
  const next = now + step.after;
  if (step.op !== "wait") return next;
  const roots = [...book.state.markets.table.roots.values()];
  const { t2 } = world.terms;
  const deadlines = [...book.state.queues.orders()].flatMap(({ deadline }) =>
    deadline < t2 ? [Number(deadline)] : [],
  );
  const moments: Readonly<Record<number, readonly number[]>> = {
    0: [Number(world.terms.t1)],
    1: roots.slice(1).map(({ closesAt }) => Number(closesAt)),
    2: roots.map(({ settleBy }) => Number(settleBy)),
    3: deadlines,
    4: deadlines,
    [AT_SETTLEMENT]: [Number(world.terms.t2)],
  };
  const ahead = (moments[step.until] ?? [])
    .map((moment) => moment - 1 - (step.caller % 2))
    .filter((moment) => moment > next);
  return ahead.length === 0 ? next : Math.min(...ahead);
}

/** Events, and what the call would have returned to a contract; or the error. */
function outcomeOfContract(world: World, name: string, sent: Sent): Plain {
  if ("revert" in sent) return errorOfContract(world.interfaces, sent.revert);
  const bookAddress = world.terms.domain.verifyingContract.toLowerCase();
  const logs = sent.logs.filter(({ address }) => address.toLowerCase() === bookAddress);
  const events = logs.map((log) => eventOfContract(world.interfaces, log));
  return { returned: plain(INTERFACES[0]!.decodeFunctionResult(name, sent.returned)), events };
}

function outcomeOfLibrary(run: () => Plain): Plain {
  try {
    return run();
  } catch (error) {
    return errorOfLibrary(error);
  }
}

function count(seen: Map<string, number>, outcome: Plain): void {
  const names = JSON.stringify(outcome).match(/"error":"\w+"|\["[A-Z]\w+"/g) ?? ["nothing"];
  for (const found of names) {
    const name = found.replace(/^.*"(\w+)"$/, "$1");
    seen.set(name, (seen.get(name) ?? 0) + 1);
  }
}

function print(args: readonly unknown[]): string {
  return toJson(args);
}
