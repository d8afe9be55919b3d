/**
 * The package's entry "session-contracts/relay": the service, to run inside another program. It is for Node alone. This file is
 * the package's surface; inside the project modules are imported by their own names.
 */
import { createLog } from "./reporting/log.js";
import { runRelay as run } from "./running/run.js";
import type { RelayConfig } from "./config/config.js";

export { readConfig, type RelayConfig } from "./config/config.js";
export { describeConfig, type RelayOptions } from "./config/settings.js";
export { RelayError, type RelayErrorCode } from "./errors.js";

export interface RelayRun {
  /** Has the relay stop in good order. */
  readonly signal: AbortSignal;
  /** The relay takes requests from now on. */
  readonly onListening?: (url: string) => void;
  /** Takes the log, one line of JSON at a time; stderr by default. */
  readonly log?: (line: string) => void;
}

/** Runs a relay until the signal. @throws RelayError, ClientError what waiting does not cure */
export async function runRelay(config: RelayConfig, { signal, onListening, log }: RelayRun): Promise<void> {
  await run(config, {
    log: log === undefined ? createLog(config.logLevel) : createLog(config.logLevel, { write: log }),
    signal,
    onListening: onListening ?? (() => undefined),
  });
}
