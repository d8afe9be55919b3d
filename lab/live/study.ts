/** A session that is open now, until it is stopped. */
import { lastUntil } from "../../src/cli/lasting.js";
import { compileIfMissing, EXIT, print, type RunStudy } from "../command/command.js";
import { parseOptions } from "./options.js";
import type { LivePage } from "./page.js";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export const study: RunStudy = async (words) => {
  const request = parseOptions(words);
  if (request.kind === "help") {
    await print(request.text);
    return EXIT.proved;
  }
  const { json, pagePort, ...options } = request.options;
  compileIfMissing();
  const interrupted = interruption();
  const tell = (line: string): void => void process.stderr.write(`${line}\n`);
  const [{ startLive }, { renderFacts }] = await Promise.all([import("./live.js"), import("./report.js")]);
  const live = await startLive(options, tell);
  let page: LivePage | undefined;
  try {
    if (!interrupted.aborted && pagePort !== undefined) {
      tell("Building the page");
      page = await (await import("./page.js")).openPage(live.facts, pagePort);
    }
    if (!interrupted.aborted) {
      const url = page?.url ?? null;
      await print(
        json ? `${JSON.stringify({ ...live.facts, page: url })}\n` : `\n${renderFacts(live.facts, options, url)}\n`,
      );
      await lastUntil(interrupted, live.ended);
    }
    return interrupted.aborted ? EXIT.proved : EXIT.failed;
  } finally {
    tell("Ending what was started");
    try {
      await page?.server.close();
    } finally {
      await live.stop();
    }
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
