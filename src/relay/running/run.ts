/** One relay from its configuration to its end: what every executable does between its words and its exit status. */
import { ProtocolError } from "../../protocol/amounts/errors.js";
import type { RelayTerms } from "../config/session.js";
import { readSessions } from "../config/session.js";
import { isReader, type RelayConfig } from "../config/config.js";
import { sleep } from "../../node/sleep.js";
import type { Log } from "../reporting/log.js";
import { startReader } from "./reader.js";
import { startRelay } from "./relay.js";
import type { Relay } from "./serving.js";
import { type Database } from "../store/database.js";
import { openDatabase } from "../store/open.js";

const RETRY_MS = 1_000;

/** Starts a relay. @throws RelayError, ClientError of the node, the session or the database */
export async function openRelay(config: RelayConfig, log: Log): Promise<Relay> {
  return start(config, await sessionTerms(config), await database(config, log), log);
}

export interface RunOptions {
  readonly log: Log;
  /** Has the relay stop in good order. */
  readonly signal: AbortSignal;
  /** The relay takes requests from now on. */
  readonly onListening: (url: string) => void;
}

/**
 * Runs a relay until the signal. Node and database may come later than the relay: it waits for them.
 * @throws RelayError, ClientError if there is no session of ours or a house is none of its book, or what else waiting does not cure
 */
export async function runRelay(config: RelayConfig, { log, signal, onListening }: RunOptions): Promise<void> {
  const patience = { log, signal };
  const terms = await eventually("session", patience, () => sessionTerms(config));
  if (terms === undefined) return;
  const relay = await eventually("database", patience, async () =>
    start(config, terms, await database(config, log), log),
  );
  if (relay === undefined) return;
  onListening(relay.url);
  if (signal.aborted) await relay.stop();
  signal.addEventListener("abort", () => void relay.stop());
  await relay.ended;
}

/** A database that no relay uses is given back. */
async function start(config: RelayConfig, terms: readonly RelayTerms[], opened: Database, log: Log): Promise<Relay> {
  try {
    return await (isReader(config) ? startReader : startRelay)(config, terms, opened, log);
  } catch (error) {
    await opened.close();
    throw error;
  }
}

/** Of the sessions that were named; those of a factory are found later. */
async function sessionTerms(config: RelayConfig): Promise<readonly RelayTerms[]> {
  const { rpcUrl, rpcTimeoutMs, rpcAtOnce, sessions } = config;
  if (sessions === "all") return [];
  return readSessions(rpcUrl, sessions, config, { timeoutMs: rpcTimeoutMs, atOnce: rpcAtOnce });
}

function database(config: RelayConfig, log: Log): Promise<Database> {
  const onFault = (error: unknown): void => {
    log.error({ error }, "database connection broke");
  };
  const { readTimeoutMs, replicaUrl } = config;
  return openDatabase(config.database, onFault, { readTimeoutMs, replicaUrl, readsOnly: isReader(config) });
}

async function eventually<Result>(
  what: string,
  { log, signal }: { readonly log: Log; readonly signal: AbortSignal },
  work: () => Promise<Result>,
): Promise<Result | undefined> {
  while (!signal.aborted) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof ProtocolError) || !error.retryable) throw error;
      log.warn({ error, what }, "not there yet, trying again");
      await sleep(RETRY_MS, signal);
    }
  }
  return undefined;
}
