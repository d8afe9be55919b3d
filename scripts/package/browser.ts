/** Runs a bundle in a real browser. Nothing is downloaded: it is one that the machine has. */
import { chromium } from "playwright-core";

import { FLAGS } from "../../stage/browser.js";

const PATIENCE_MS = 60_000;

export interface BrowserRun {
  /** What the page left in `globalThis.played`. */
  readonly played: string;
  /** What its `globalThis.askRelay` said of the relay. */
  readonly asked: string;
  /** Name and version. */
  readonly browser: string;
}

/** @throws Error with whatever the page threw or wrote to its console as an error */
export async function playInBrowser(executablePath: string, code: string, relayUrl: string): Promise<BrowserRun> {
  const browser = await chromium.launch({ executablePath, args: [...FLAGS], timeout: PATIENCE_MS });
  try {
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error") complaints.push(message.text());
    });
    await page.setContent("<!doctype html><title>A session in a browser</title>");
    await page.addScriptTag({ content: code });
    const played: unknown = await page.evaluate("globalThis.played");
    const asked: unknown = await page.evaluate(`globalThis.askRelay(${JSON.stringify(relayUrl)})`);
    if (complaints.length > 0 || typeof played !== "string" || typeof asked !== "string") {
      throw new Error(`the page failed: ${complaints.join("; ") || "it left no result"}`);
    }
    return { played, asked, browser: `${browser.browserType().name()} ${browser.version()}` };
  } finally {
    await browser.close();
  }
}
