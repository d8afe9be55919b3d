/** A ladder that changes fifty times a second, for a long time: no task may block the page, and what it holds in memory may not grow. */
import type { CDPSession, Page } from "playwright-core";

import { BadWords, EXIT, readWords, report, tell, wholeNumbers } from "../trial.js";
import { longestTaskOf } from "./main-thread.js";
import { LOADING_MS, NO_BROWSER, openPageStage, type PageStage } from "./stage.js";

/** A person notices what takes longer. Of the page's own time: what other programs take from it is no fault of the page. */
const LONGEST_TASK_MS = 100;
/** At the end; what is traced is large. */
const TRACED_S = 60;
/** After the first minute memory may grow by as much: what was seen is kept for a while. A shorter run is measured from its beginning. */
const MOST_GROWTH = 1.3;
const FIRST_S = 60;
const SETTLING_S = 5;

interface Seen {
  /** By the clock, ms. */
  readonly longest: number;
  /** By the processor's time of the page's main thread, ms. */
  readonly longestOwn: number;
  readonly heapFirst: number;
  readonly heapLast: number;
  readonly shown: number;
}

/** @param words `--seconds 60 --updates 50 --json` */
export async function run(words: readonly string[]): Promise<number> {
  const values = readWords(words, {
    seconds: { type: "string", default: "60" },
    updates: { type: "string", default: "50" },
    json: { type: "boolean", default: false },
  });
  const { seconds, updates } = wholeNumbers({ seconds: values.seconds, updates: values.updates }, ["seconds", "updates"], 1); // prettier-ignore
  if (updates > 1_000) throw new BadWords("--updates takes at most 1000 a second");
  const stage = await openPageStage();
  if (stage === undefined) {
    report("nothing was soaked", [NO_BROWSER]);
    return EXIT.failed;
  }
  try {
    const seen = await soak(stage, seconds, updates);
    const problems = problemsOf(seen);
    if (values.json) console.log(JSON.stringify({ seconds, updates, ...seen }));
    const line = `${seconds} s of ${updates} updates a second: longest task ${seen.longestOwn} ms of its own time, ${seen.longest} ms by the clock, heap ${kilobytes(seen.heapFirst)} to ${kilobytes(seen.heapLast)}, ${seen.shown} states of a row shown`;
    return report(line, problems) ? EXIT.held : EXIT.failed;
  } finally {
    await stage.stop();
  }
}

function problemsOf({ longestOwn, heapFirst, heapLast, shown }: Seen): string[] {
  return [
    ...(longestOwn === 0 ? ["no task was measured: nothing was soaked"] : []),
    ...(longestOwn > LONGEST_TASK_MS
      ? [`a task took ${longestOwn} ms of the page's own time, more than ${LONGEST_TASK_MS}`]
      : []),
    ...(heapLast > heapFirst * MOST_GROWTH
      ? [`the heap grew from ${kilobytes(heapFirst)} to ${kilobytes(heapLast)}`]
      : []),
    ...(shown < 2 ? ["the ladder did not change: nothing was soaked"] : []),
  ];
}

async function soak({ browser, page: { url } }: PageStage, seconds: number, updates: number): Promise<Seen> {
  const context = await browser.newContext({
    viewport: { width: 1_200, height: 900 },
    locale: "en-GB",
    timezoneId: "UTC",
  });
  const page = await context.newPage();
  await page.addInitScript({ content: WATCHING });
  const bursts = await flooded(page, updates);
  await page.goto(`${url}/trade/1/1`);
  await page.locator(".ladder tbody tr.bid").first().waitFor({ timeout: LOADING_MS });
  const session = await context.newCDPSession(page);
  await page.waitForTimeout(SETTLING_S * 1_000); // what loading takes is not what is looked at
  await page.evaluate("globalThis.longTasks.length = 0");
  let heapFirst = await heapOf(session);
  const traced = Math.max(0, seconds - TRACED_S);
  const states = new Set<string>();
  const watch = async (from: number, to: number): Promise<void> => {
    for (let second = from; second < to; second += 1) {
      await page.waitForTimeout(1_000);
      states.add(await page.locator(".ladder tbody tr.bid").first().innerText());
      if (second + 1 === FIRST_S && traced >= FIRST_S) heapFirst = await heapOf(session);
      if (second % 30 === 29) tell(`${second + 1} of ${seconds} s`);
    }
  };
  await watch(0, traced);
  const longestOwn = Math.round(await longestTaskOf(browser, page, () => watch(traced, seconds)));
  bursts.stop();
  const longest = Math.round(await page.evaluate<number>("Math.max(0, ...globalThis.longTasks)"));
  const heapLast = await heapOf(session);
  await context.close();
  return { longest, longestOwn, heapFirst, heapLast, shown: states.size };
}

/** Adds changes of the best bid to what the relay streams. They are the relay's own messages, in number and form. */
async function flooded(page: Page, updates: number): Promise<{ readonly stop: () => void }> {
  const timers: NodeJS.Timeout[] = [];
  await page.routeWebSocket(/\/v1\/stream/, (socket) => {
    const server = socket.connectToServer();
    let seq = 0;
    server.onMessage((message) => {
      socket.send(message);
      const told = JSON.parse(String(message)) as { type: string; stream?: string; seq?: number; data?: Levels };
      if (told.type !== "snapshot" || told.data === undefined) return;
      const [best] = told.data.bids;
      if (best === undefined) return;
      const { stream, data } = told;
      seq = told.seq ?? 0;
      timers.push(
        setInterval(() => {
          seq += 1;
          const bids = [[best[0], String(BigInt(best[1]) + BigInt(seq)), best[2]]];
          const { marketRootId, marketBranchId } = data;
          const change = { kind: "levels", marketRootId, marketBranchId, bids, asks: [], block: BLOCK };
          socket.send(JSON.stringify({ type: "event", stream, seq, data: change }));
        }, 1_000 / updates),
      );
    });
  });
  return {
    stop: () => {
      for (const timer of timers) clearInterval(timer);
    },
  };
}

interface Levels {
  readonly marketRootId: number;
  readonly marketBranchId: number;
  readonly bids: readonly (readonly [price: string, lots: string, orders: number])[];
}

const BLOCK = { number: 1, hash: `0x${"00".repeat(32)}`, timestamp: "1" };

/** Bytes that are reachable. */
async function heapOf(session: CDPSession): Promise<number> {
  await session.send("HeapProfiler.collectGarbage");
  const { usedSize } = await session.send("Runtime.getHeapUsage");
  return usedSize;
}

function kilobytes(bytes: number): string {
  return `${Math.round(bytes / 1_000)} kB`;
}

/** Runs in the page, before anything of it. */
const WATCHING = `
  globalThis.longTasks = [];
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) globalThis.longTasks.push(duration);
  }).observe({ type: "longtask", buffered: true });
`;
