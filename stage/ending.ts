/** How a program that has started others ends when it is told to. */
import { constants } from "node:os";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * From now on a signal ends this process as its own end would, with the status of shells: what is to be done at an exit is done, and so
 * nodes, relays and databases that it has started end with it.
 */
export function exitOnSignals(): void {
  for (const signal of SIGNALS) process.once(signal, () => process.exit(128 + constants.signals[signal]));
}
