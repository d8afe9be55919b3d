/** A session that is open now, until it is stopped. */
import { lastUntil } from "../../src/cli/lasting.js";
import { compileIfMissing, EXIT, print, type RunStudy } from "../command/command.js";
import { parseOptions } from "./options.js";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export const study: RunStudy = async (words) => {
  const request = parseOptions(words);
  if (request.kind === "help") {
    await print(request.text);
    return EXIT.proved;
  }
  const { json, ...options } = request.options;
  compileIfMissing();
  const interrupted = interruption();
  const tell = (line: string): void => void process.stderr.write(`${line}\n`);
  const [{ startLive }, { renderFacts }] = await Promise.all([import("./live.js"), import("./report.js")]);
  const live = await startLive(options, tell);
  try {
    if (!interrupted.aborted) {
      await print(json ? `${JSON.stringify(live.facts)}\n` : `\n${renderFacts(live.facts, options)}\n`);
      await lastUntil(interrupted, live.ended);
    }
    return interrupted.aborted ? EXIT.proved : EXIT.failed;
  } finally {
    tell("Ending what was started");
    await live.stop();
  }
};

/** From now on a signal ends the process no more: it aborts what is returned. */
function interruption(): AbortSignal {
  const over = new AbortController();
  const abort = (): void => {
    over.abort();
  };
  for (const signal of SIGNALS) process.on(signal, abort);
  return over.signal;
}
