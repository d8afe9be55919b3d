/** A browser beside a session that stands still and the page over it: chain, traders and relay are real. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { type Browser, chromium, type Page } from "playwright-core";

import type { Live } from "../../lab/live/live.js";
import { openPage, type LivePage } from "../../lab/live/page.js";
import { findBrowser, FLAGS } from "../../stage/browser.js";
import { buildPage } from "../../stage/page.js";

export interface PageStage {
  readonly live: Live;
  readonly page: LivePage;
  readonly browser: Browser;
  readonly stop: () => Promise<void>;
}

export const NO_BROWSER = "There is no browser here: install Debian's chromium, or name one in CHROMIUM_PATH.";

/** What a view may take to have come, on a machine that has much else to do. */
export const LOADING_MS = 60_000;

interface Opened {
  readonly page: Page;
}

/** Asks a wallet for its account. */
export async function choose({ page }: Opened, wallet: RegExp): Promise<void> {
  await page.getByRole("button", { name: "Connect", exact: true }).click({ timeout: LOADING_MS });
  await page.getByRole("button", { name: wallet }).click();
}

/** @param wallet the one that a page over a stage has, by default */
export async function connect(opened: Opened, wallet = /Demo wallet/): Promise<void> {
  await choose(opened, wallet);
  await opened.page.getByRole("button", { name: "Leave" }).waitFor({ timeout: LOADING_MS });
}

/** One for all stages of a process. */
let built: Promise<string> | undefined;
let stages = 0;

async function demoPage(): Promise<string> {
  return buildPage("demo", join(await mkdtemp(join(tmpdir(), "session-page-")), "page"));
}

/** A relay that is none of the stage's own. */
export interface OtherRelay {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/**
 * @param openRelay instead of the stage's own relay, which is no process of its own
 * @returns undefined where there is no browser
 */
export async function openPageStage(openRelay?: (live: Live) => Promise<OtherRelay>): Promise<PageStage | undefined> {
  const executablePath = findBrowser();
  if (executablePath === undefined) return undefined;
  const { startLive } = await import("../../lab/live/live.js");
  stages += 1;
  const folder = await (built ??= demoPage());
  const started = await startLive({ isWalking: false, seed: 7n, hasRelay: openRelay === undefined });
  const relay = await openRelay?.(started);
  const live = relay === undefined ? started : { ...started, facts: { ...started.facts, relayUrl: relay.url } };
  const page = await openPage(live.facts, 0, folder);
  const browser = await chromium.launch({ executablePath, args: [...FLAGS] });
  return {
    ...{ live, page, browser },
    async stop() {
      await browser.close();
      await page.server.close();
      await relay?.stop();
      await live.stop();
      stages -= 1;
      if (stages > 0) return;
      built = undefined;
      await rm(dirname(folder), { recursive: true, force: true });
    },
  };
}
