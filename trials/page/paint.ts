/** How long the page takes to show something, and whether what it shows moves: on a processor that is four times slower. */
import type { Page } from "playwright-core";

import { EXIT, readWords, report, wholeNumbers } from "../trial.js";
import { LOADING_MS, NO_BROWSER, openPageStage, type PageStage } from "./stage.js";

const SLOWER = 4;
/** On a phone nobody waits longer, ms; and a shift of so much is hardly seen. */
const LATEST_PAINT_MS = 2_000;
const MOST_SHIFT = 0.02;
/** From opening it to the first prices, warm, ms. */
const LATEST_LADDER_MS = 3_000;

interface Seen {
  readonly ladderMs: number;
  readonly paintMs: number;
  readonly shift: number;
}

/** @param words `--rounds 5` */
export async function run(words: readonly string[]): Promise<number> {
  const values = readWords(words, { rounds: { type: "string", default: "5" } });
  const { rounds } = wholeNumbers({ rounds: values.rounds }, ["rounds"], 1);
  const stage = await openPageStage();
  if (stage === undefined) {
    report("nothing was painted", [NO_BROWSER]);
    return EXIT.failed;
  }
  try {
    await look(stage, 1); // so that it is warm
    const warm: Seen[] = [];
    const slow: Seen[] = [];
    for (let round = 0; round < rounds; round += 1) {
      warm.push(await look(stage, 1));
      slow.push(await look(stage, SLOWER));
    }
    const ladder = median(warm.map(({ ladderMs }) => ladderMs));
    const paint = median(slow.map(({ paintMs }) => paintMs));
    const slowLadder = median(slow.map(({ ladderMs }) => ladderMs));
    const shift = Math.max(...slow.map((one) => one.shift));
    const problems = [
      ...(ladder > LATEST_LADDER_MS ? [`the first ladder came after ${ladder} ms`] : []),
      ...(paint > LATEST_PAINT_MS ? [`the largest part was painted after ${paint} ms, ${SLOWER} times slower`] : []),
      ...(shift > MOST_SHIFT ? [`what was shown moved by ${shift}`] : []),
    ];
    const line = `${rounds} rounds: the first ladder after ${ladder} ms; ${SLOWER} times slower after ${slowLadder} ms, the largest part painted after ${paint} ms, layout moved by ${shift.toFixed(4)} at most`;
    return report(line, problems) ? EXIT.held : EXIT.failed;
  } finally {
    await stage.stop();
  }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Infinity;
}

async function look({ browser, page: { url } }: PageStage, slower: number): Promise<Seen> {
  const context = await browser.newContext({ viewport: { width: 1_200, height: 900 }, locale: "en-GB" });
  try {
    const page = await context.newPage();
    await page.addInitScript({ content: WATCHING });
    const session = await context.newCDPSession(page);
    await session.send("Emulation.setCPUThrottlingRate", { rate: slower });
    const began = Date.now();
    await page.goto(`${url}/trade/1/1`);
    await page.locator(".ladder tbody tr.bid").first().waitFor({ timeout: LOADING_MS });
    const ladderMs = Date.now() - began;
    await settled(page);
    const { paintMs, shift } = await page.evaluate<{ paintMs: number; shift: number }>("globalThis.painted");
    return { ladderMs, paintMs: Math.round(paintMs), shift };
  } finally {
    await context.close();
  }
}

async function settled(page: Page): Promise<void> {
  await page.locator(".skeleton").first().waitFor({ state: "detached", timeout: LOADING_MS });
  await page.getByText(/The relay agrees with the chain/).waitFor({ timeout: LOADING_MS });
}

/** Runs in the page, before anything of it. */
const WATCHING = `
  globalThis.painted = { paintMs: Infinity, shift: 0 };
  new PerformanceObserver((list) => {
    for (const { startTime } of list.getEntries()) painted.paintMs = startTime;
  }).observe({ type: "largest-contentful-paint", buffered: true });
  new PerformanceObserver((list) => {
    for (const { value, hadRecentInput } of list.getEntries()) if (!hadRecentInput) painted.shift += value;
  }).observe({ type: "layout-shift", buffered: true });
`;
