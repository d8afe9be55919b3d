/** Pictures of the page for its documentation, of a session that is the same each time: light and dark. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { EXIT, readWords, report, tell } from "../trial.js";
import { connect, LOADING_MS, NO_BROWSER, openPageStage, type PageStage } from "./stage.js";

interface Shot {
  readonly name: string;
  readonly view: string;
  readonly width: number;
  readonly height: number;
}

const SHOTS: readonly Shot[] = [
  { name: "page-trade", view: "/trade/1/1?side=buy&price=8700t&lots=1000", width: 1_200, height: 760 },
  { name: "page-compose", view: "/compose/2?shape=callSpread&side=buy&k=800_1200&lots=10&of=narrow", width: 1_200, height: 820 }, // prettier-ignore
  { name: "page-market", view: "/market/2", width: 1_200, height: 820 },
  { name: "page-phone", view: "/trade/1/1", width: 390, height: 760 },
];
const SCHEMES = ["light", "dark"] as const;

/** @param words `--out FOLDER` */
export async function run(words: readonly string[]): Promise<number> {
  const { out } = readWords(words, { out: { type: "string", default: fileURLToPath(new URL("../../docs/images", import.meta.url)) } }); // prettier-ignore
  const stage = await openPageStage();
  if (stage === undefined) {
    report("no pictures were taken", [NO_BROWSER]);
    return EXIT.failed;
  }
  try {
    await mkdir(out, { recursive: true });
    for (const colorScheme of SCHEMES) {
      for (const shot of SHOTS) {
        const path = join(out, `${shot.name}-${colorScheme}.png`);
        await take(stage, shot, colorScheme, path);
        tell(path);
      }
    }
    report(`${SHOTS.length * SCHEMES.length} pictures in ${out}`, []);
    return EXIT.held;
  } finally {
    await stage.stop();
  }
}

async function take(stage: PageStage, shot: Shot, colorScheme: "light" | "dark", path: string): Promise<void> {
  const { width, height, view } = shot;
  const context = await stage.browser.newContext({
    ...{ viewport: { width, height }, colorScheme, locale: "en-GB", timezoneId: "UTC", reducedMotion: "reduce" },
  });
  const page = await context.newPage();
  await page.goto(stage.page.url);
  await connect({ page });
  await page.goto(`${stage.page.url}${view}`);
  await page.getByText(/The relay agrees with the chain/).waitFor({ timeout: LOADING_MS });
  await page.locator(".skeleton").first().waitFor({ state: "detached", timeout: LOADING_MS });
  await page.screenshot({ path });
  await context.close();
}
