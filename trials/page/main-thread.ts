/** How long a page keeps its main thread busy at once. */
import type { Browser, Page } from "playwright-core";

/** As Chromium writes it. */
interface Trace {
  readonly traceEvents: readonly TraceEvent[];
}

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** Of the clock, µs. */
  readonly ts: number;
  /** Time of the processor that it took, µs. */
  readonly tdur?: number;
}

/** Is seen in the trace where the page's own thread is: a browser has other pages, and spare ones. */
const MARK = "traced from here";

/** @returns the longest task of the page's main thread meanwhile, ms of the processor's time: what other programs take is no fault of it */
export async function longestTaskOf(browser: Browser, page: Page, work: () => Promise<unknown>): Promise<number> {
  await browser.startTracing(page, { categories: ["toplevel", "blink.user_timing"] });
  await page.evaluate(`performance.mark(${JSON.stringify(MARK)})`);
  await work();
  return longestTask(JSON.parse((await browser.stopTracing()).toString()) as Trace);
}

/** @throws Error if the page's own thread is not in it */
function longestTask({ traceEvents }: Trace): number {
  const mark = traceEvents.find(({ name }) => name === MARK);
  if (mark === undefined) throw new Error("the trace has lost where it began");
  const own = traceEvents.filter(
    ({ ph, pid, tid, ts }) => ph === "X" && pid === mark.pid && tid === mark.tid && ts >= mark.ts,
  );
  return own.reduce((most, { tdur = 0 }) => Math.max(most, tdur / 1_000), 0);
}
