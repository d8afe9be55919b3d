/** What anybody may do for a session: record what is due, apply fallbacks, and make the complete sets that resting orders leave. */
import type { Signer } from "ethers";

import { ClientError } from "../../bindings/errors.js";
import { BASKET_ROOT_ID, type SessionHandle } from "../../bindings/session.js";
import { newestTime } from "../../bindings/lacking.js";
import { read, transact } from "../../bindings/transact.js";
import { RootKind } from "../../protocol/signing/market-record.js";
import { ChainlinkSettler__factory, ISetRouter__factory, UmaSettler__factory } from "../../../typechain-types/index.js";
import { requireRouter } from "../routing.js";
import { assertionsOf, rootsOfSettler, settlerKind } from "./settler.js";

export interface Keeping {
  readonly settlers: readonly string[];
  /** Whether roots of anybody are settled by their fallback from settleBy on. */
  readonly fallback: boolean;
  /** Sets of every open simplex root are made through this router of complete sets; what is left over is the signer's. */
  readonly router?: string;
  /** A call that would take more is left out. */
  readonly maxGas: bigint;
  /** The first block whose logs are read. */
  readonly fromBlock: number;
}

/** What was done, or why it could not be. */
export interface Kept {
  readonly what: "record" | "fallback" | "sweep";
  readonly marketRootId: number;
  readonly by: string;
  readonly hash?: string;
  readonly gasUsed?: bigint;
  /** The code of the refusal, or TOO_MUCH_GAS. */
  readonly left?: string;
  /** In its own words, if it has any: those of an oracle or a token have no code. */
  readonly why?: string;
}

/** Most orders that a router passes in a round, and most rounds. */
const SWEEP_STEPS = 16;

interface Task {
  readonly what: "record" | "fallback";
  readonly marketRootId: number;
  readonly by: string;
  readonly call: () => Parameters<typeof transact>[1];
}

/**
 * Goes through all roots once. What a contract refuses is left for the next time; a node that fails ends it.
 * @throws NodeError
 */
export async function keepOnce(handle: SessionHandle, signer: Signer, keeping: Keeping): Promise<readonly Kept[]> {
  const swept = keeping.router === undefined ? [] : await sweepAll(handle, signer, keeping.router, keeping.maxGas);
  const tasks = (await Promise.all(keeping.settlers.map((one) => tasksOf(handle, signer, one, keeping)))).flat();
  if (keeping.fallback) tasks.push(...(await fallbacksOf(handle)));
  const kept = [...swept];
  const done = new Set<number>();
  for (const task of tasks) {
    if (done.has(task.marketRootId)) continue;
    const one = await attempt(signer, task, keeping.maxGas);
    if (one.hash !== undefined) done.add(task.marketRootId);
    kept.push(one);
  }
  return kept;
}

async function attempt(signer: Signer, { what, marketRootId, by, call }: Task, maxGas: bigint): Promise<Kept> {
  const told = { what, marketRootId, by };
  try {
    const populated = await call();
    const gas = await read(signer.estimateGas(populated));
    if (gas > maxGas) return { ...told, left: "TOO_MUCH_GAS" };
    const { hash, gasUsed } = await transact(signer, Promise.resolve(populated), maxGas);
    return { ...told, hash, gasUsed };
  } catch (error) {
    return { ...told, ...leftFor(error) };
  }
}

/** @throws what no contract has said */
function leftFor(error: unknown): Pick<Kept, "left" | "why"> {
  if (!(error instanceof ClientError)) throw error;
  const [words] = Object.values(error.args);
  const why = error.code === "Client_RevertText" && typeof words === "string" ? { why: words } : {};
  return { left: error.code, ...why };
}

/** Roots without a set to make are none of what was kept. @throws ClientError Client_NotARouter */
async function sweepAll(handle: SessionHandle, signer: Signer, by: string, maxGas: bigint): Promise<Kept[]> {
  const router = ISetRouter__factory.connect(by, signer);
  await requireRouter(handle, router, by);
  const kept: Kept[] = [];
  for (const marketRootId of await openSimplexRoots(handle)) {
    const told = { what: "sweep" as const, marketRootId, by };
    try {
      const [sets] = await read(router.sweepSets.staticCall(marketRootId, SWEEP_STEPS, { gasLimit: maxGas }));
      if (sets === 0n) continue;
      // No estimate: with less gas the router would make fewer sets.
      const call = router.sweepSets.populateTransaction(marketRootId, SWEEP_STEPS);
      const { hash, gasUsed } = await transact(signer, call, maxGas);
      kept.push({ ...told, hash, gasUsed });
    } catch (error) {
      kept.push({ ...told, ...leftFor(error) });
    }
  }
  return kept;
}

async function openSimplexRoots(handle: SessionHandle): Promise<number[]> {
  const open = await openOnes(handle, [BASKET_ROOT_ID, ...(await createdRoots(handle))]);
  return open.filter(({ kind }) => Number(kind) === RootKind.Simplex).map(({ marketRootId }) => marketRootId);
}

/** Every open root of a settler, and of assertions those that are not known to be false. */
async function tasksOf(handle: SessionHandle, signer: Signer, by: string, { fromBlock }: Keeping): Promise<Task[]> {
  if ((await settlerKind(handle, by)) === "price") {
    const contract = ChainlinkSettler__factory.connect(by, signer);
    const roots = await openOnes(handle, await rootsOfSettler(handle, by, fromBlock));
    return roots.map(({ marketRootId }) => ({
      ...{ what: "record" as const, marketRootId, by },
      call: () => contract.record.populateTransaction(marketRootId),
    }));
  }
  const contract = UmaSettler__factory.connect(by, signer);
  const hopeful = (await assertionsOf(handle, by, fromBlock)).filter((one) => !one.isResolved || one.isTruthful);
  const asserted = [...new Set(hopeful.map((one) => one.marketRootId))];
  const open = new Set((await openOnes(handle, asserted)).map((one) => one.marketRootId));
  return hopeful
    .filter(({ marketRootId }) => open.has(marketRootId))
    .map(({ marketRootId, assertionId }) => ({
      ...{ what: "record" as const, marketRootId, by },
      call: () => contract.record.populateTransaction(assertionId),
    }));
}

async function fallbacksOf(handle: SessionHandle): Promise<Task[]> {
  const all = await createdRoots(handle);
  const now = await newestTime(handle.runner.provider);
  return (await openOnes(handle, all))
    .filter(({ settleBy }) => Number(settleBy) <= now)
    .map(({ marketRootId }) => ({
      ...{ what: "fallback" as const, marketRootId, by: handle.bookAddress },
      call: () => handle.book.applyFallback.populateTransaction(marketRootId),
    }));
}

async function createdRoots({ book }: SessionHandle): Promise<number[]> {
  const created = Number(await read(book.createdRoots()));
  return Array.from({ length: created }, (_, k) => BASKET_ROOT_ID + 1 + k);
}

/** Those of the roots that are not settled, as the book has them. */
async function openOnes({ book }: SessionHandle, roots: readonly number[]) {
  const all = await Promise.all(
    roots.map(async (marketRootId) => {
      const { kind, settled, settleBy } = await read(book.rootOf(marketRootId));
      return { marketRootId, kind, settled, settleBy };
    }),
  );
  return all.filter(({ settled }) => !settled);
}
