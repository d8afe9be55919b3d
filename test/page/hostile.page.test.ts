import { expect } from "chai";

import { seededBytes } from "../../stage/rng.js";
import { mintAssets, openFunded, paramsOf } from "../../stage/session.js";
import { createMarketOwner } from "../../src/client/market-owner.js";
import { assetUnits, ticks, tokenWei } from "../../src/protocol/amounts/units.js";
import { eventually, keyOf, LOADING_MS, open, type PageStage, sharedStage, violationsOf } from "./support.js";

const ONE = 10n ** 18n;
const [RTL, ZERO_WIDTH] = ["\u202e", "\u200b"];
const SCRIPT = `<script>globalThis.isHit = 1</script><img src=x onerror="globalThis.isHit = 1">`;
const RULES = `${SCRIPT} javascript:alert(1) [link](https://example.com) ${RTL}desrever${ZERO_WIDTH} `;

/** Names and texts that somebody else has chosen. */
describe("texts of strangers, on the page", function () {
  this.timeout(LOADING_MS * 4);
  let stage: PageStage;
  let session: string;

  before(async function () {
    stage = await sharedStage(this);
    const { facts, handle } = stage.live;
    const { provider } = handle.runner;
    const organiser = keyOf(stage, "organiser").connect(provider);
    const chain = { deployer: organiser, organiser };
    const block = await provider!.getBlock("latest");
    const plan = {
      token: { name: `${RTL}<img src=x onerror=f()>`, symbol: `<b>X${ZERO_WIDTH}` },
      assets: [`<i>A</i>${RTL}`, "B".repeat(300)].map((symbol) => ({ symbol, quantity: assetUnits(ONE) })),
      supply: tokenWei(100n * ONE),
      t1: block!.timestamp + 10,
      t2: block!.timestamp + 1_000_000,
    };
    const minted = await mintAssets(chain, plan.assets);
    const made = await openFunded(chain, facts.factory, await paramsOf(plan, minted), seededBytes(7n, "hostile"));
    session = made.address;
    const owner = createMarketOwner(made, organiser);
    const terms = { tickValue: 10n ** 12n, closesAt: BigInt(plan.t2 - 1_000), settleBy: BigInt(plan.t2 - 500) };
    const headed = (title: string, rest: string): string => `title: ${title}\nunit: <u>\nticksPerUnit: 10\nsource: ${SCRIPT}\n---\n${rest}`; // prettier-ignore
    const bounds = { lower: ticks(0n), upper: ticks(1_000n) };
    for (const description of [
      headed(`${RTL}${SCRIPT}`, RULES),
      `${SCRIPT}${"x".repeat(10_000)}`,
      "",
    ])
      await owner.createInterval({ ...terms, bounds, fallbackOutcome: ticks(1n), description }); // prettier-ignore
  });

  const VIEWS = ["", "/markets", "/market/2", "/market/3", "/market/4", "/trade/2/1", "/trade/1/1", "/own/2", "/compose/2", "/chain", "/risk"]; // prettier-ignore

  for (const view of VIEWS) {
    it(`are text and no more, without what turns or hides it, at ${view === "" ? "the session itself" : view}`, async () => {
      const one = await open(stage, "", { before: (page) => page.addInitScript({ content: "globalThis.isHit = 0;" }) });
      await one.page.goto(`${stage.page.url.replace(/0x[0-9a-fA-F]{40}$/, session)}${view}`);
      await one.page.waitForSelector('.freshness[data-status="live"]', { timeout: LOADING_MS });
      await one.page.locator(".skeleton").first().waitFor({ state: "detached", timeout: LOADING_MS });
      const seen = await one.page.evaluate<{ hit: number; text: string; made: number; wide: number }>(`({
        hit: globalThis.isHit,
        text: document.body.innerText + document.title,
        made: document.querySelectorAll("main img, main script, main iframe, main b:not([class]), main i, main u, a[href^='http'], a[href^='javascript']").length,
        wide: document.documentElement.scrollWidth,
      })`);
      expect(seen.text, "somebody's words are shown").to.match(/<(script|img|i|b|u)\b/);
      expect(seen.hit).to.equal(0);
      expect(seen.made).to.equal(0);
      expect(seen.text).to.not.match(/[\u200b\u202e]/);
      expect(seen.wide).to.be.at.most(1_200);
      expect(await violationsOf(one)).to.deep.equal([]);
      await one.context.close();
    });
  }

  it("says of what cannot be seen what it is, and how much of a text is not shown", async () => {
    const one = await open(stage, "");
    const base = stage.page.url.replace(/0x[0-9a-fA-F]{40}$/, session);
    await one.page.goto(`${base}/market/2`);
    const rules = one.page.getByRole("region", { name: "Rules" });
    await rules.getByText("⟨U+202E⟩").first().waitFor({ timeout: LOADING_MS });
    await rules.getByText("⟨U+200B⟩").first().waitFor();
    await rules.getByText("<script>").first().waitFor();
    await one.page.goto(`${base}/market/3`);
    await eventually(
      () => rules.innerText(),
      (text) => /\d+ more characters are not shown/.test(text),
    );
    await one.context.close();
  });
});
