/** `npm run relay`: the executable. Exit status 0: stopped as asked, 1: failed, 2: bad configuration. */
import { readConfig } from "./config/config.js";
import { describeConfig, optionsOf } from "./config/settings.js";
import { messageOf } from "../protocol/amounts/errors.js";
import { RelayError } from "./errors.js";
import { createLog } from "./reporting/log.js";
import { runRelay } from "./running/run.js";

const EXIT = { stopped: 0, failed: 1, badInput: 2 } as const;

async function main(words: readonly string[]): Promise<number> {
  if (words.includes("--help") || words.includes("-h")) {
    console.log(describeConfig());
    return EXIT.stopped;
  }
  const config = readConfig(optionsOf(words), process.env);
  const stopping = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      stopping.abort();
    });
  }
  await runRelay(config, {
    log: createLog(config.logLevel),
    signal: stopping.signal,
    onListening: (url) => {
      console.log(JSON.stringify({ url }));
    },
  });
  return EXIT.stopped;
}

try {
  process.exit(await main(process.argv.slice(2)));
} catch (error) {
  console.error(messageOf(error));
  process.exit(error instanceof RelayError && error.code === "RELAY_CONFIG_INVALID" ? EXIT.badInput : EXIT.failed);
}
