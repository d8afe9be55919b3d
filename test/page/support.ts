/** A browser on the page of a session that stands still: chain, traders and relay are real, and nothing else is asked. */
import AxeBuilder from "@axe-core/playwright";
import { Wallet } from "ethers";
import type { BrowserContext, Locator, Page } from "playwright-core";

import { LOADING_MS, NO_BROWSER, openPageStage, type PageStage } from "../../trials/page/stage.js";

export { choose, connect, LOADING_MS, type PageStage } from "../../trials/page/stage.js"; // what tests ask for with the rest

/** Of a whole test file; what waits for the page waits for less. */
export const PATIENCE_MS = 300_000;

let shared: Promise<PageStage | undefined> | undefined;

/** Of one file, which moves its clock, or drops its blocks; it is ended by whoever asks for it. */
export async function ownStage(context: Mocha.Context): Promise<PageStage> {
  context.timeout(PATIENCE_MS);
  return given(await openPageStage(), context);
}

/** One for all files of a run. Where there is no browser the tests are skipped, and say so. */
export async function sharedStage(context: Mocha.Context): Promise<PageStage> {
  context.timeout(PATIENCE_MS);
  return given(await (shared ??= openPageStage()), context);
}

/** @returns the stage; where there is no browser the test is skipped, and says so */
export function given(stage: PageStage | undefined, context: Mocha.Context): PageStage {
  if (stage !== undefined) return stage;
  console.error(`${NO_BROWSER} The page's tests are skipped.`);
  return context.skip();
}

const openPages = new Set<Opened>();
const MOST_TOLD = 4_000;

/** What was on the screen says more than what was waited for. */
afterEach(async function () {
  if (this.currentTest?.state !== "failed") return;
  for (const { page, complaints } of openPages) {
    const text = await page.locator("body").innerText().catch(String);
    console.error(`${page.url()}\n${text.slice(0, MOST_TOLD)}\n${complaints.join("\n")}`);
  }
});

after(async function () {
  this.timeout(PATIENCE_MS);
  await (await shared)?.stop();
});

/** Of every route of a session that needs nothing besides. */
export const VIEWS = [
  "",
  "/trade",
  "/compose",
  "/account",
  "/markets",
  "/market/2",
  "/own/2",
  "/risk",
  "/chain",
  "/verify",
  "/data",
  "/settings",
] as const;

/** What keeps people out of it, by axe and WCAG 2.2 AA. */
export async function keptOut({ page }: Pick<Opened, "page">): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"])
    .analyze();
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(" ")}`));
}

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
  /** What is done before the page is opened: wallets, answers that are changed on their way. */
  readonly before?: (page: Page) => Promise<unknown>;
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
    // Chromium says so itself whenever it is told that nobody is registered at an address.
    const { url } = message.location();
    const isNobody = url.includes("/v1/traders/0x") && message.text().includes("404");
    if (message.type() === "error" && !isNobody) complaints.push(`${message.text()} (${url})`);
  });
  await page.addInitScript({ content: WATCHING });
  await options.before?.(page);
  const opened = { page, context, complaints };
  openPages.add(opened);
  context.once("close", () => openPages.delete(opened));
  await page.goto(`${stage.page.url}${view}`);
  return opened;
}

/** Whose key everybody knows. */
export function keyOf({ live: { facts } }: PageStage, who: string): Wallet {
  const known = facts.wallets.find(({ name }) => name === who);
  if (known === undefined) throw new RangeError(`nobody on the stage is called ${who}`);
  return new Wallet(known.privateKey);
}

export interface Asked {
  readonly side?: "buy" | "sell";
  /** As it is typed. */
  readonly price: string;
  readonly lots: string;
}

/** Fills the ticket in, and looks at the order once more. @returns the dialog in which it can be signed */
export async function review({ page }: Pick<Opened, "page">, { side = "buy", price, lots }: Asked): Promise<Locator> {
  await page.getByRole("radio", { name: side === "buy" ? /Buy/ : /Sell/ }).check({ timeout: LOADING_MS });
  await page.locator("#ticket-price").fill(price);
  await page.locator("#ticket-lots").fill(lots);
  await page.getByRole("button", { name: "Review & sign" }).click({ timeout: LOADING_MS });
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: /^Sign/ }).first().and(page.locator('[aria-disabled="false"]')).waitFor({ timeout: LOADING_MS }); // prettier-ignore
  return dialog;
}

/** What has become of what was asked for. */
export function activityOf({ page }: Pick<Opened, "page">): Locator {
  return page.getByRole("tabpanel", { name: "Activity" });
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
