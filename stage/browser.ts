/** A real browser, that the machine has: nothing is downloaded. */
import { existsSync } from "node:fs";

const USUAL_PLACES = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];
/** In a container there may be neither user namespaces nor a large /dev/shm; the rest keeps the browser off the network. */
export const FLAGS = [
  "--no-sandbox",
  "--disable-dev-shm-usage",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** CHROMIUM_PATH, else where a browser usually is; undefined if there is none. */
export function findBrowser(): string | undefined {
  const named = process.env["CHROMIUM_PATH"];
  return named ?? USUAL_PLACES.find((place) => existsSync(place));
}
