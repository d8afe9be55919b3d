/** A browser on the page of a session that stands still: chain, traders and relay are real, and nothing else is asked. */
import type { BrowserContext, Page } from "playwright-core";

import { LOADING_MS, NO_BROWSER, openPageStage, type PageStage } from "../../trials/page/stage.js";

export { connect, LOADING_MS, type PageStage } from "../../trials/page/stage.js"; // what tests ask for with the rest

/** Of a whole test file; what waits for the page waits for less. */
export const PATIENCE_MS = 300_000;

let shared: Promise<PageStage | undefined> | undefined;

/** One for all files of a run. Where there is no browser the tests are skipped, and say so. */
export async function sharedStage(context: Mocha.Context): Promise<PageStage> {
  context.timeout(PATIENCE_MS);
  const stage = await (shared ??= openPageStage());
  if (stage !== undefined) return stage;
  console.error(`${NO_BROWSER} The page's tests are skipped.`);
  return context.skip();
}

after(async function () {
  this.timeout(PATIENCE_MS);
  await (await shared)?.stop();
});

/** A page that was opened, and everything that it should not have done. */
export interface Opened {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Violations of the content policy, errors of the console, requests to other hosts. */
  readonly complaints: readonly string[];
}

export interface OpenOptions {
  readonly width?: number;
  readonly height?: number;
  readonly colorScheme?: "light" | "dark";
  readonly locale?: string;
}

/** @param view after the session's address, `/verify` */
export async function open(stage: PageStage, view: string, options: OpenOptions = {}): Promise<Opened> {
  const { width = 1_200, height = 900, colorScheme = "light", locale = "en-GB" } = options;
  const context = await stage.browser.newContext({
    ...{ viewport: { width, height }, colorScheme, locale, timezoneId: "UTC", reducedMotion: "reduce" },
  });
  const complaints: string[] = [];
  const { rpcUrl, relayUrl } = stage.live.facts;
  const allowed = new Set([stage.page.url, rpcUrl, ...(relayUrl === null ? [] : [relayUrl])].map(hostOf));
  const page = await context.newPage();
  page.on("request", (request) => {
    if (/^(http|ws)/.test(request.url()) && !allowed.has(hostOf(request.url())))
      complaints.push(`asked ${request.url()}`);
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  await page.addInitScript({ content: WATCHING });
  await page.goto(`${stage.page.url}${view}`);
  return { page, context, complaints };
}

/** Asks again and again until it is so. @throws Error with what it is last, after a minute */
export async function eventually<Value>(ask: () => Promise<Value>, isSo: (value: Value) => boolean): Promise<Value> {
  const until = Date.now() + LOADING_MS;
  for (;;) {
    const value = await ask();
    if (isSo(value)) return value;
    if (Date.now() > until) throw new Error(`it stays ${String(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** Runs in the page, before anything of it. */
const WATCHING = `
  globalThis.violations = [];
  addEventListener("securitypolicyviolation", (event) => {
    globalThis.violations.push(event.violatedDirective + ": " + event.blockedURI);
  });
`;

const hostOf = (url: string): string => new URL(url).host;

/** What the content policy forbade meanwhile. */
export function violationsOf({ page }: Opened): Promise<string[]> {
  return page.evaluate("globalThis.violations");
}
