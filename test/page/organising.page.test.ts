import { expect } from "chai";
import type { Page, Route } from "playwright-core";

import { TestAsset__factory } from "../../typechain-types/index.js";
import { seededBytes } from "../../stage/rng.js";
import { mintAssets, paramsOf } from "../../stage/session.js";
import { createSession } from "../../src/client/organiser.js";
import { assetUnits, tokenWei } from "../../src/protocol/amounts/units.js";
import { connect, eventually, keptOut, keyOf, LOADING_MS, open, type Opened, type PageStage, sharedStage, violationsOf } from "./support.js"; // prettier-ignore

const SCHEMES = ["light", "dark"] as const;
const DAY = 86_400;
const ONE = 10n ** 18n;
const [RTL, ZERO_WIDTH] = ["\u202e", "\u200b"];
const SCRIPT = `<img src=x onerror="globalThis.isHit = 1">`;

/** The two views of whoever makes a session: while they know nothing, have nothing, are refused, or fail; and what strangers may put there. */
describe("New session and Organise", function () {
  this.timeout(LOADING_MS * 6);
  let stage: PageStage;
  /** Of a session that is made, and holds nothing. */
  let organise: string;
  let make: string;

  before(async function () {
    stage = await sharedStage(this);
    const { facts, handle } = stage.live;
    const key = keyOf(stage, "you").connect(handle.runner.provider);
    const { timestamp } = (await handle.runner.provider!.getBlock("latest"))!;
    const plan = {
      token: { name: "Made", symbol: "MADE" },
      assets: ["ONE", "TWO"].map((symbol) => ({ symbol, quantity: assetUnits(ONE) })),
      supply: tokenWei(100n * ONE),
      t1: timestamp + DAY,
      t2: timestamp + 3 * DAY,
    };
    const minted = await mintAssets({ deployer: key, organiser: key }, plan.assets);
    const made = await createSession(facts.factory, key, await paramsOf(plan, minted), seededBytes(7n, "made"));
    organise = `${stage.page.url.replace(/0x[0-9a-fA-F]{40}$/, made.address)}/organise`;
    make = `${stage.page.url.replace(/#.*$/, "")}#/new`;
  });

  type Act = (route: Route) => Promise<void>;

  /** Of the node that both ask. */
  const instead = async (page: Page, act: Act): Promise<void> => {
    await page.route(
      ({ href }) => href.startsWith(stage.live.facts.rpcUrl),
      (route) => act(route),
    );
  };

  const go = async ({ page }: Opened, address: string): Promise<void> => {
    await page.goto(address);
    await page.getByText(/^Loading .* …$/).waitFor({ state: "detached", timeout: LOADING_MS });
  };

  const views = () => [make, organise] as const;

  it("given that the node does not answer, then they say what they wait for", async () => {
    for (const view of views()) {
      const one = await open(stage, "/settings", {
        before: (page) => instead(page, () => new Promise<void>(() => undefined)),
      });
      await go(one, view);
      await one.page
        .locator("main")
        .getByText(/^Still waiting for/)
        .first()
        .waitFor({ timeout: LOADING_MS });
      expect(await keptOut(one)).to.deep.equal([]);
      await one.context.close();
    }
  });

  for (const colorScheme of SCHEMES) {
    it(`given that nothing is typed or held yet, then they say what is missing, and keep nobody out, ${colorScheme}`, async () => {
      const one = await open(stage, "/settings", { colorScheme });
      await go(one, make);
      await one.page.getByText(/^Not complete yet: /).waitFor({ timeout: LOADING_MS });
      expect(await keptOut(one)).to.deep.equal([]);
      await go(one, organise);
      await one.page.getByText("The session is made, and holds nothing yet.").waitFor({ timeout: LOADING_MS });
      await one.page.getByText("Connect the organiser’s account on the session’s chain.").waitFor();
      expect(await one.page.getByRole("button", { name: "Approve and fund" }).isDisabled()).to.equal(true);
      expect(await keptOut(one)).to.deep.equal([]);
      expect(one.complaints).to.deep.equal([]);
      await one.context.close();
    });
  }

  it("given that the node refuses, then they say why, and ask again when they are told to", async () => {
    for (const view of views()) {
      let isRefusing = true;
      const refuse: Act = async (route) => {
        if (!isRefusing) return route.continue();
        const asked = route.request().postDataJSON() as { readonly id: number } | readonly { readonly id: number }[];
        const refusal = ({ id }: { readonly id: number }) => {
          return { jsonrpc: "2.0", id, error: { code: -32_005, message: "too many questions today" } };
        };
        return route.fulfill({ json: Array.isArray(asked) ? asked.map(refusal) : refusal(asked as { id: number }) });
      };
      const one = await open(stage, "/settings", { before: (page) => instead(page, refuse) });
      await go(one, view);
      const told = one.page.locator("main").getByRole("alert").filter({ has: one.page.getByRole("button", { name: "Ask again" }) }).first(); // prettier-ignore
      await told.waitFor({ timeout: LOADING_MS * 2 });
      expect(await told.innerText()).to.match(/too many questions today|429|node/i);
      isRefusing = false;
      await told.getByRole("button", { name: "Ask again" }).click();
      await one.page.locator("main").getByRole("heading", { level: 2 }).first().waitFor({ timeout: LOADING_MS });
      await one.context.close();
    }
  });

  it("given that the page's own part fails, then it says so, and the rest stands", async () => {
    for (const view of views()) {
      let isAway = true;
      const one = await open(stage, "/settings", {
        before: (page) =>
          page.route(/assets\/(NewSession|Organise)-[^/]*\.js$/, (route) =>
            isAway ? route.abort() : route.continue(),
          ),
      });
      await one.page.goto(view);
      const fault = one.page.getByRole("alert").filter({ hasText: "This is a fault of the page" });
      await fault.waitFor({ timeout: LOADING_MS });
      expect(await fault.getByRole("button").allInnerTexts()).to.deep.equal(["Copy a report", "Try again"]);
      await one.page.getByRole("navigation").first().waitFor();
      const asked = one.complaints.length;
      await one.page.waitForTimeout(1_000);
      expect(one.complaints.length, "it is not asked for again and again").to.equal(asked);
      isAway = false;
      await fault.getByRole("button", { name: "Try again" }).click();
      await one.page.locator("main").getByRole("heading", { level: 1 }).waitFor({ timeout: LOADING_MS });
      await one.context.close();
    }
  });

  it("given a token with a stranger's name, and text that turns or hides, then it is text, and is refused where it would be kept", async () => {
    const key = keyOf(stage, "organiser").connect(stage.live.handle.runner.provider);
    const token = await new TestAsset__factory(key).deploy(`${RTL}${SCRIPT}`, `${RTL}<b>${ZERO_WIDTH}${SCRIPT}`, 18);
    await token.waitForDeployment();
    const one = await open(stage, "/settings");
    const { page } = one;
    await go(one, make);
    const first = page.getByRole("group", { name: /^Asset 1/ });
    await first.getByLabel("Token’s address").fill(await token.getAddress(), { timeout: LOADING_MS });
    await page.getByRole("group", { name: /^Asset 1.*<b>/ }).waitFor({ timeout: LOADING_MS });
    await page.getByRole("button", { name: "One more asset" }).click();
    const second = page.getByRole("group", { name: /^Asset 2/ });
    for (const nobody of ["javascript:alert(1)", `${RTL}0x00`, stage.live.facts.wallets[0]!.address]) {
      await second.getByLabel("Token’s address").fill(nobody);
      await eventually(
        () => second.locator(".hint").first().innerText(),
        (hint) => hint.trim() !== "",
      );
    }
    await page.getByLabel("Session token’s name").fill(`${RTL}${SCRIPT}`);
    await page.getByLabel("Its symbol").fill(`A${ZERO_WIDTH}B`);
    for (const label of ["Trading begins (t1)", "Session tokens for the whole basket"])
      await page.getByLabel(label).fill("1e999");
    const review = page.getByRole("region", { name: "Review" });
    expect(await review.innerText()).to.match(/Not complete yet: .*name.*symbol|Not complete yet/);
    for (const label of ["Session token’s name", "Its symbol", "Trading begins (t1)"])
      expect(await page.getByLabel(label).getAttribute("aria-invalid"), label).to.equal("true");
    expect(await page.locator("main").innerText()).to.not.match(/[\u200b\u202e]/);
    expect(await page.evaluate("globalThis.isHit")).to.equal(undefined);
    expect(await page.locator("main img, main script, main b:not([class])").count()).to.equal(0);
    expect(await violationsOf(one)).to.deep.equal([]);
    await one.context.close();
  });

  it("given a table of gifts that is hostile, then each line is refused as text", async () => {
    const one = await open(stage, "/organise");
    const { page } = one;
    await connect(one);
    await page.getByRole("heading", { name: "Hand out" }).waitFor({ timeout: LOADING_MS });
    const lines = [`=HYPERLINK("x"),1`, `${SCRIPT},1`, `${RTL}0x00,1`, `${keyOf(stage, "bob").address},1e9`, "0x,NaN"];
    await page
      .locator('main input[type="file"]')
      .first()
      .setInputFiles({
        ...{ name: `${RTL}gifts.csv`, mimeType: "text/csv" },
        buffer: Buffer.from(["address,amount", ...lines].join("\n")),
      });
    const told = page.getByRole("alert").filter({ hasText: "Line 2" });
    await told.waitFor({ timeout: LOADING_MS });
    const text = await told.innerText();
    for (const line of [2, 3, 4, 5, 6]) expect(text).to.include(`Line ${line}`);
    expect(text).to.not.match(/[\u200b\u202e]/);
    expect(await page.getByRole("button", { name: "Send to all of them" }).isDisabled()).to.equal(true);
    expect(await page.evaluate("globalThis.isHit")).to.equal(undefined);
    expect(one.complaints).to.deep.equal([]);
    await one.context.close();
  });
});
