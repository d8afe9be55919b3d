/**
 * Pictures of every view of a session that is the same each time, light and dark, on a phone and a desk, held against those that were kept.
 * Kept are pictures of one browser and one machine's fonts: they are in a folder of the browser's major version, and made anew with
 * `--update` where there are none.
 */
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import type { Page } from "playwright-core";

import { EXIT, readWords, report, tell } from "../trial.js";
import { LOADING_MS, NO_BROWSER, openPageStage, type PageStage } from "./stage.js";

const VIEWS: Readonly<Record<string, string>> = {
  overview: "",
  trade: "/trade/1/1?side=buy&price=8700t&lots=1000",
  "trade-market": "/trade/2/1",
  compose: "/compose/2?shape=callSpread&side=buy&k=800_1200&lots=10&of=narrow",
  account: "/account/0x2313519FC76fBBF2f4Bc52A765a8a21C2e845bda",
  markets: "/markets",
  interval: "/market/2",
  event: "/market/3",
  desk: "/own/2",
  organise: "/organise",
  risk: "/risk?p1=170&p2=330&s1=-30_30_3",
  chain: "/chain/1",
  verify: "/verify",
  settings: "/settings",
};
const WIDTHS = [390, 1_440] as const;
const SCHEMES = ["light", "dark"] as const;
const HEIGHT = 900;
/** Half of each side: what has moved, is missing or has another colour is seen as well, and kept in a quarter of the room. */
const SMALLER = 0.5;
/** Of all pixels, and how far one channel of a pixel may be off before it counts: letters are smoothed a little differently each time. */
const MOST_OTHER = 0.001;
const NEAR = 48;

const KEPT = fileURLToPath(new URL("../../test/page/pictures", import.meta.url));

/** @param words `--update`, `--kept FOLDER`, `--only TEXT` */
export async function run(words: readonly string[]): Promise<number> {
  const { update, kept, only } = readWords(words, {
    update: { type: "boolean", default: false },
    kept: { type: "string", default: KEPT },
    only: { type: "string", default: "" },
  });
  const stage = await openPageStage();
  if (stage === undefined) {
    report("no pictures were compared", [NO_BROWSER]);
    return EXIT.failed;
  }
  try {
    const folder = join(kept, `chromium-${stage.browser.version().split(".")[0] ?? ""}`);
    await mkdir(folder, { recursive: true });
    const problems: string[] = [];
    let count = 0;
    for (const [name, view] of Object.entries(VIEWS)) {
      for (const width of WIDTHS) {
        for (const colorScheme of SCHEMES) {
          const shot = `${name}-${width}-${colorScheme}`;
          if (!shot.includes(only)) continue;
          count += 1;
          const problem = await compare(stage, { view, width, colorScheme, path: join(folder, `${shot}.png`) }, update);
          if (problem !== undefined) problems.push(`${shot}: ${problem}`);
        }
      }
      tell(name);
    }
    return report(`${count} pictures ${update ? "kept" : "compared"} in ${folder}`, problems) ? EXIT.held : EXIT.failed;
  } finally {
    await stage.stop();
  }
}

interface Shot {
  readonly view: string;
  readonly width: number;
  readonly colorScheme: "light" | "dark";
  readonly path: string;
}

async function compare(stage: PageStage, shot: Shot, isUpdate: boolean): Promise<string | undefined> {
  const context = await stage.browser.newContext({
    ...{ viewport: { width: shot.width, height: HEIGHT }, colorScheme: shot.colorScheme },
    ...{ locale: "en-GB", timezoneId: "UTC", reducedMotion: "reduce", deviceScaleFactor: SMALLER },
  });
  try {
    const page = await context.newPage();
    await page.clock.setFixedTime(new Date("2027-01-13T12:00:00Z"));
    await page.goto(`${stage.page.url}${shot.view}`);
    await page.getByText(/The relay agrees with the chain/).waitFor({ timeout: LOADING_MS });
    await page.locator(".skeleton").first().waitFor({ state: "detached", timeout: LOADING_MS });
    const taken = await quiet(page);
    if (isUpdate) {
      await writeFile(shot.path, taken);
      return undefined;
    }
    if (!existsSync(shot.path)) return "none is kept: look at it, and keep it with --update";
    const other = await partThatDiffers(stage, await readFile(shot.path), taken);
    if (other <= MOST_OTHER) return undefined;
    await writeFile(shot.path.replace(/\.png$/, ".now.png"), taken);
    return other > 1
      ? "another size"
      : `${(100 * other).toFixed(2)} % of its pixels are others: see ….now.png beside it`;
  } finally {
    await context.close();
  }
}

const TRIES = 10;

/** Once two pictures in a row are the same. */
async function quiet(page: Page): Promise<Buffer> {
  let before = await page.screenshot({ mask: moving(page) });
  for (let round = 0; round < TRIES; round += 1) {
    await page.waitForTimeout(500);
    const now = await page.screenshot({ mask: moving(page) });
    if (now.equals(before)) return now;
    before = now;
  }
  return before;
}

/** What names ports and ages, which are others each time. */
function moving(page: Page) {
  return [
    page.locator(".freshness"),
    page.locator(".phase"), // a relay's time goes on
    page.locator(".judged"),
    page.locator("input[size='50']"),
    page.getByText(/127\.0\.0\.1/),
  ];
}

/** Of all pixels; above 1 where the sizes are others. It is counted in an empty page: a browser reads its own pictures best. */
async function partThatDiffers({ browser }: PageStage, kept: Buffer, taken: Buffer): Promise<number> {
  const page = await browser.newPage();
  try {
    const urls = [kept, taken].map((picture) => `data:image/png;base64,${picture.toString("base64")}`);
    return await page.evaluate<number>(`(${COUNTING})(${JSON.stringify(urls)}, ${NEAR})`);
  } finally {
    await page.close();
  }
}

const COUNTING = `async (urls, near) => {
  const [one, other] = await Promise.all(urls.map(async (url) => {
    const picture = await createImageBitmap(await (await fetch(url)).blob());
    const canvas = new OffscreenCanvas(picture.width, picture.height);
    const context = canvas.getContext("2d");
    context.drawImage(picture, 0, 0);
    return context.getImageData(0, 0, picture.width, picture.height);
  }));
  if (one.width !== other.width || one.height !== other.height) return 2;
  let count = 0;
  for (let at = 0; at < one.data.length; at += 4) {
    const isOther = [0, 1, 2].some((channel) => Math.abs(one.data[at + channel] - other.data[at + channel]) > near);
    if (isOther) count += 1;
  }
  return count / (one.data.length / 4);
}`;
