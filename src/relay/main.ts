/** `npm run relay`: the executable. Exit status 0: stopped as asked, 1: failed, 2: bad configuration. */
import { createNode } from "./chain/node.js";
import { readSession, type SessionTerms } from "./chain/session.js";
import { describeConfig, readConfig, type RelayConfig } from "./config.js";
import { messageOf, RelayError } from "./errors.js";
import { pause } from "./lane.js";
import { createLog, type Log } from "./log.js";
import { startRelay } from "./relay.js";
import { openDatabase } from "./store/database.js";
import { ProtocolError } from "../protocol/errors.js";

const EXIT = { stopped: 0, failed: 1, badInput: 2 } as const;
const RETRY_MS = 1_000;

/** Node and database may come later than the relay; a session that is none will not come. */
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
      await pause(RETRY_MS, signal);
    }
  }
  return undefined;
}

async function sessionTerms({ rpcUrl, session }: RelayConfig): Promise<SessionTerms> {
  return readSession(rpcUrl, await createNode(rpcUrl).chainId(), session);
}

async function main(words: readonly string[]): Promise<number> {
  if (words.includes("--help") || words.includes("-h")) {
    console.log(describeConfig());
    return EXIT.stopped;
  }
  const config = readConfig(words, process.env);
  const log = createLog(config.logLevel);
  const stopping = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      stopping.abort();
    });
  }
  const patience = { log, signal: stopping.signal };
  const terms = await eventually("session", patience, () => sessionTerms(config));
  if (terms === undefined) return EXIT.stopped;
  const database = await eventually("database", patience, () =>
    openDatabase(config.database, (error) => {
      log.error({ error }, "database connection broke");
    }),
  );
  if (database === undefined) return EXIT.stopped;
  const relay = await startRelay(config, terms, database, log);
  console.log(JSON.stringify({ url: relay.url }));
  if (stopping.signal.aborted) await relay.stop();
  stopping.signal.addEventListener("abort", () => void relay.stop());
  await relay.ended;
  return EXIT.stopped;
}

try {
  process.exit(await main(process.argv.slice(2)));
} catch (error) {
  console.error(messageOf(error));
  process.exit(error instanceof RelayError && error.code === "RELAY_CONFIG_INVALID" ? EXIT.badInput : EXIT.failed);
}
