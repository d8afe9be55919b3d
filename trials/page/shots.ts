/** Pictures of every view for the page's documentation, of a session that is the same each time: light and dark. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import type { Browser, Page } from "playwright-core";

import { BadWords, EXIT, readWords, report, tell } from "../trial.js";
import { connect, LOADING_MS, NO_BROWSER, openPageStage, type PageStage } from "./stage.js";

interface Shot {
  readonly name: string;
  /** Behind the session's address; one that begins with # is behind the page's own. */
  readonly view: string;
  readonly width?: number;
  readonly height?: number;
  /** What is pressed before. */
  readonly before?: (page: Page) => Promise<unknown>;
}

const press =
  (name: string, then: string) =>
  async (page: Page): Promise<void> => {
    await page.getByRole("button", { name, exact: true }).click({ timeout: LOADING_MS });
    await page.getByText(then).first().waitFor({ timeout: LOADING_MS });
  };

const SHOTS: readonly Shot[] = [
  { name: "overview", view: "" },
  { name: "trade", view: "/trade/1/1?side=buy&price=8700t&lots=1000", height: 760 },
  { name: "compose", view: "/compose/2?shape=callSpread&side=buy&k=800_1200&lots=10&of=narrow" },
  { name: "account", view: "/account" },
  { name: "markets", view: "/markets" },
  { name: "market", view: "/market/2" },
  { name: "event", view: "/market/3" },
  { name: "desk", view: "/own/2" },
  { name: "risk", view: "/risk?p1=170&p2=330&s1=-30_30_3", height: 1_500 },
  { name: "chain", view: "/chain" },
  { name: "verify", view: "/verify", before: press("Verify", "SHA-256 of the log") },
  { name: "data", view: "/data", height: 1_500, before: press("Measure", "How far what takers bought") },
  { name: "organise", view: "/organise" },
  { name: "new", view: "#/new" },
  { name: "settings", view: "/settings" },
  { name: "phone", view: "/trade/1/1", width: 390, height: 760 },
];
const SCHEMES = ["light", "dark"] as const;
const USUAL = { width: 1_200, height: 820 };
/** Of WebP: letters stay sharp. */
const QUALITY = 0.8;

/** @param words `--out FOLDER`; `--only NAME` of one view */
export async function run(words: readonly string[]): Promise<number> {
  const { out, only } = readWords(words, {
    out: { type: "string", default: fileURLToPath(new URL("../../docs/images", import.meta.url)) },
    only: { type: "string" },
  });
  const shots = SHOTS.filter(({ name }) => only === undefined || name === only);
  if (shots.length === 0) throw new BadWords(`--only takes one of ${SHOTS.map(({ name }) => name).join(", ")}`);
  const stage = await openPageStage();
  if (stage === undefined) {
    report("no pictures were taken", [NO_BROWSER]);
    return EXIT.failed;
  }
  try {
    await mkdir(out, { recursive: true });
    const toWebp = await openConverter(stage.browser);
    let bytes = 0;
    for (const colorScheme of SCHEMES) {
      for (const shot of shots) {
        const path = join(out, `page-${shot.name}-${colorScheme}.webp`);
        const picture = await toWebp(await take(stage, shot, colorScheme));
        await writeFile(path, picture);
        bytes += picture.length;
        tell(path);
      }
    }
    report(`${shots.length * SCHEMES.length} pictures in ${out}, ${Math.round(bytes / 1_000)} kB`, []);
    return EXIT.held;
  } finally {
    await stage.stop();
  }
}

async function take(stage: PageStage, shot: Shot, colorScheme: "light" | "dark"): Promise<Buffer> {
  const { view, width = USUAL.width, height = USUAL.height } = shot;
  const context = await stage.browser.newContext({
    ...{ viewport: { width, height }, colorScheme, locale: "en-GB", timezoneId: "UTC", reducedMotion: "reduce" },
  });
  const page = await context.newPage();
  await page.goto(stage.page.url);
  await connect({ page });
  await page.getByText(/The relay agrees with the chain/).waitFor({ timeout: LOADING_MS });
  const base = view.startsWith("#") ? stage.page.url.replace(/#.*$/, "") : stage.page.url;
  await page.goto(`${base}${view}`);
  await page.getByText(/^Loading .* …$/).waitFor({ state: "detached", timeout: LOADING_MS });
  await page.locator(".skeleton").first().waitFor({ state: "detached", timeout: LOADING_MS });
  await shot.before?.(page);
  const picture = await page.screenshot();
  await context.close();
  return picture;
}

/** The browser itself makes small files of large ones. */
async function openConverter(browser: Browser): Promise<(png: Buffer) => Promise<Buffer>> {
  const page = await browser.newPage();
  return async (png) => {
    const url = await page.evaluate<string>(
      `(async () => {
        const picture = await createImageBitmap(await (await fetch("data:image/png;base64,${png.toString("base64")}")).blob());
        const canvas = document.createElement("canvas");
        [canvas.width, canvas.height] = [picture.width, picture.height];
        canvas.getContext("2d").drawImage(picture, 0, 0);
        return canvas.toDataURL("image/webp", ${QUALITY});
      })()`,
    );
    return Buffer.from(url.slice(url.indexOf(",") + 1), "base64");
  };
}
