/** How a program that has started others ends when it is told to. */
import { mkdtempSync, rmSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * From now on a signal ends this process as its own end would, with the status of shells: what is to be done at an exit is done, and so
 * nodes, relays and databases that it has started end with it.
 */
export function exitOnSignals(): void {
  for (const signal of SIGNALS) process.once(signal, () => process.exit(128 + constants.signals[signal]));
}

export interface OwnFolder {
  readonly path: string;
  readonly remove: () => void;
}

/** Who writes into a folder may do so for a moment yet after it was told to end. */
const WHILE_THEY_END = { maxRetries: 20, retryDelay: 20 } as const;

/**
 * A folder of one's own for as long as it is needed, and no longer than this process lasts.
 * @param endWriters is called at the process's end, before the folder goes
 */
export function ownFolder(prefix: string, endWriters: () => void = () => undefined): OwnFolder {
  const path = mkdtempSync(join(tmpdir(), prefix));
  const remove = (): void => {
    process.off("exit", atExit);
    rmSync(path, { recursive: true, force: true, ...WHILE_THEY_END });
  };
  const atExit = (): void => {
    endWriters();
    remove();
  };
  process.once("exit", atExit);
  return { path, remove };
}
