/** A browser beside a session that stands still and the page over it: chain, traders and relay are real. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { type Browser, chromium } from "playwright-core";

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

/** @returns undefined where there is no browser */
export async function openPageStage(): Promise<PageStage | undefined> {
  const executablePath = findBrowser();
  if (executablePath === undefined) return undefined;
  const { startLive } = await import("../../lab/live/live.js");
  const folder = await mkdtemp(join(tmpdir(), "session-page-"));
  const live = await startLive({ isWalking: false, seed: 7n });
  const page = await openPage(live.facts, 0, await buildPage("demo", join(folder, "page")));
  const browser = await chromium.launch({ executablePath, args: [...FLAGS] });
  return {
    ...{ live, page, browser },
    async stop() {
      await browser.close();
      await page.server.close();
      await live.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
