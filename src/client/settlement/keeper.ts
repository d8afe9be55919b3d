/** What anybody may do so that roots are settled in time: record what is due, and apply fallbacks. */
import type { Signer } from "ethers";

import { ClientError } from "../../bindings/errors.js";
import { BASKET_ROOT_ID, type SessionHandle } from "../../bindings/session.js";
import { read, transact } from "../../bindings/transact.js";
import { ChainlinkSettler__factory, UmaSettler__factory } from "../../../typechain-types/index.js";
import { assertionsOf, rootsOfSettler, settlerKind } from "./settler.js";

export interface Keeping {
  readonly settlers: readonly string[];
  /** Whether roots of anybody are settled by their fallback from settleBy on. */
  readonly fallback: boolean;
  /** A call that would take more is left out. */
  readonly maxGas: bigint;
  /** The first block whose logs are read. */
  readonly fromBlock: number;
}

/** What was done, or why it could not be. */
export interface Kept {
  readonly what: "record" | "fallback";
  readonly marketRootId: number;
  readonly by: string;
  readonly hash?: string;
  readonly gasUsed?: bigint;
  /** The code of the refusal, or TOO_MUCH_GAS. */
  readonly left?: string;
}

interface Task {
  readonly what: Kept["what"];
  readonly marketRootId: number;
  readonly by: string;
  readonly call: () => Parameters<typeof transact>[1];
}

/**
 * Goes through all roots once. What a contract refuses is left for the next time; a node that fails ends it.
 * @throws NodeError
 */
export async function keepOnce(handle: SessionHandle, signer: Signer, keeping: Keeping): Promise<readonly Kept[]> {
  const tasks = (await Promise.all(keeping.settlers.map((one) => tasksOf(handle, signer, one, keeping)))).flat();
  if (keeping.fallback) tasks.push(...(await fallbacksOf(handle)));
  const kept: Kept[] = [];
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
    if (error instanceof ClientError) return { ...told, left: error.code };
    throw error;
  }
}

/** Every open root of a settler, and of assertions those that are not known to be false. */
async function tasksOf(handle: SessionHandle, signer: Signer, by: string, { fromBlock }: Keeping): Promise<Task[]> {
  if ((await settlerKind(handle, by)) === "price") {
    const contract = ChainlinkSettler__factory.connect(by, signer);
    const roots = await openOnes(handle, await rootsOfSettler(handle, by, fromBlock));
    return roots.map((marketRootId) => ({
      ...{ what: "record" as const, marketRootId, by },
      call: () => contract.record.populateTransaction(marketRootId),
    }));
  }
  const contract = UmaSettler__factory.connect(by, signer);
  const hopeful = (await assertionsOf(handle, by, fromBlock)).filter((one) => !one.isResolved || one.isTruthful);
  const open = new Set(await openOnes(handle, [...new Set(hopeful.map((one) => one.marketRootId))]));
  return hopeful
    .filter(({ marketRootId }) => open.has(marketRootId))
    .map(({ marketRootId, assertionId }) => ({
      ...{ what: "record" as const, marketRootId, by },
      call: () => contract.record.populateTransaction(assertionId),
    }));
}

async function fallbacksOf(handle: SessionHandle): Promise<Task[]> {
  const created = Number(await read(handle.book.createdRoots()));
  const all = Array.from({ length: created }, (_, k) => BASKET_ROOT_ID + 1 + k);
  const now = await timeOf(handle);
  const infos = await Promise.all(all.map((root) => read(handle.book.rootOf(root))));
  return all
    .filter((_, k) => infos[k]?.settled === false && Number(infos[k].settleBy) <= now)
    .map((marketRootId) => ({
      ...{ what: "fallback" as const, marketRootId, by: handle.bookAddress },
      call: () => handle.book.applyFallback.populateTransaction(marketRootId),
    }));
}

async function openOnes(handle: SessionHandle, roots: readonly number[]): Promise<number[]> {
  const infos = await Promise.all(roots.map((root) => read(handle.book.rootOf(root))));
  return roots.filter((_, k) => infos[k]?.settled === false);
}

async function timeOf({ runner }: SessionHandle): Promise<number> {
  const block = await runner.provider?.getBlock("latest");
  if (block === null || block === undefined) throw new ClientError("Client_NoProvider");
  return block.timestamp;
}
