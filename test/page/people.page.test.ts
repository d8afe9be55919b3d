import { expect } from "chai";

import { connect, eventually, LOADING_MS, open, type PageStage, sharedStage } from "./support.js";

/** How people read, and what they are spared. */
describe("the page, as its readers have it", function () {
  this.timeout(LOADING_MS * 4);
  let stage: PageStage;

  before(async function () {
    stage = await sharedStage(this);
  });

  it("takes a German's 55,05 as it writes its own numbers", async function () {
    const { page, context } = await open(stage, "/trade/1/1", { locale: "de-DE" });
    const price = page.locator("#ticket-price");
    await price.fill("55,05");
    await page.locator("#ticket-lots").fill("1.000"); // the hint counts ticks once both are there
    await page.locator("#ticket-price-hint").getByText("5505 ticks").waitFor({ timeout: LOADING_MS });
    await page.getByRole("button", { name: "One tick higher" }).click();
    expect(await price.inputValue()).to.equal("55,06");
    await context.close();
  });

  it("writes numbers as each of them does, with all their digits beside them", async function () {
    const samples = new Map<string, string>();
    for (const locale of ["de-DE", "ar-EG", "en-IN"]) {
      const { page, context } = await open(stage, "/trade/1/1", { locale });
      const lots = page.locator(".ladder tbody tr td.number").nth(1);
      await lots.waitFor({ timeout: LOADING_MS });
      samples.set(locale, await lots.innerText());
      await context.close();
    }
    const plain = (text: string): string =>
      text.replace(/[\u0660-\u0669]/g, (digit) => String(digit.charCodeAt(0) - 0x660)).replace(/[.,\u066c]/g, "");
    const [first, ...others] = [...samples.values()];
    for (const other of others) expect(plain(other)).to.equal(plain(first!));
    expect(samples.get("de-DE")).to.match(/^\d{1,3}(\.\d{3})*$/);
    expect(samples.get("ar-EG")).to.match(/^[\u0660-\u0669\u066c]+$/);
  });

  it("tells times in the reader's zone, with its name", async function () {
    const { page, context } = await open(stage, "");
    await page.locator(".phase-times").waitFor({ timeout: LOADING_MS });
    expect(await page.locator(".phase-times").innerText()).to.match(/UTC.*UTC/s);
    await context.close();
  });

  it("moves nothing for whoever wants no motion", async function () {
    const { page, context } = await open(stage, "/trade/1/1");
    await page.locator(".ladder").waitFor({ timeout: LOADING_MS });
    const animated = `[...document.querySelectorAll("*")].filter((it) => {
      const { animationName, transitionDuration } = getComputedStyle(it);
      return animationName !== "none" || transitionDuration.split(", ").some((time) => parseFloat(time) > 0);
    }).length`;
    expect(await page.evaluate(animated)).to.equal(0);
    expect(await page.evaluate("document.getAnimations().length")).to.equal(0);
    await context.close();
  });

  it("keeps the borders of its panels where colours are forced", async function () {
    const { page, context } = await open(stage, "/trade/1/1");
    await page.emulateMedia({ forcedColors: "active" });
    await page.locator(".panel").first().waitFor({ timeout: LOADING_MS });
    const style = await page.evaluate(`getComputedStyle(document.querySelector(".panel")).borderTopStyle`);
    expect(style).to.equal("solid");
    await context.close();
  });

  it("keeps its head in one row on a desk with an account in it, and needs no sideways scrolling for it anywhere", async function () {
    const one = await open(stage, "/trade/1/1");
    await connect(one);
    const { page, context } = one;
    await page.waitForSelector('.freshness[data-status="live"]', { timeout: LOADING_MS });
    for (const width of [320, 390, 768, 1_024, 1_200, 1_280, 1_366, 1_440]) {
      await page.setViewportSize({ width, height: 800 });
      expect(await page.evaluate("document.documentElement.scrollWidth"), `at ${width}`).to.be.at.most(width);
      const ends = await page.evaluate<number[]>(`[...document.querySelector(".head").children].map((part) => {
        const { top, bottom } = part.getBoundingClientRect();
        return (top + bottom) / 2;
      })`);
      expect(ends, `at ${width}`).to.have.lengthOf(3);
      if (width >= 1_200) for (const end of ends) expect(end, `at ${width}`).to.be.closeTo(ends[0]!, 1);
    }
    await context.close();
  });

  it("has everything that is pressed at least 24 pixels wide and high on a phone", async function () {
    const { page, context } = await open(stage, "/trade/1/1", { width: 390 });
    await eventually(
      () => page.locator(".ladder tbody tr").count(),
      (count) => count > 3,
    );
    const small = `[...document.querySelectorAll("button, select, input, summary")].flatMap((it) => {
      const { width, height } = it.getBoundingClientRect();
      const label = it.closest("label")?.getBoundingClientRect();
      const isShown = width > 0 && height > 0;
      const high = Math.max(height, label?.height ?? 0);
      return isShown && (Math.max(width, label?.width ?? 0) < 24 || high < 24) ? [it.textContent || it.outerHTML] : [];
    })`;
    expect(await page.evaluate(small)).to.deep.equal([]);
    await context.close();
  });

  it("shows on a phone the best orders of the book, whatever houses would add between them", async function () {
    const { page, context } = await open(stage, "/trade/1/1", { width: 390 });
    await page.locator(".ladder tr.house:visible").first().waitFor({ timeout: LOADING_MS });
    for (const side of ["ask", "bid"]) {
      const own = page.locator(`.ladder tr.${side}:not(.house)`);
      const best = side === "ask" ? own.last() : own.first();
      expect(await best.isVisible(), side).to.equal(true);
      expect(await page.locator(`.ladder tr.${side}.house:visible`).count(), side).to.be.at.most(2);
    }
    await context.close();
  });
});
