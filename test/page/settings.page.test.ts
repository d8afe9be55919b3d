import { expect } from "chai";

import { eventually, LOADING_MS, open, type Opened, type PageStage, sharedStage } from "./support.js";

describe("the settings", function () {
  this.timeout(LOADING_MS * 3);
  let stage: PageStage;
  let one: Opened | undefined;

  before(async function () {
    stage = await sharedStage(this);
    one = await open(stage, "/settings");
    await one.page.getByRole("heading", { name: "Settings" }).waitFor({ timeout: LOADING_MS });
  });

  after(async () => {
    await one?.context.close();
  });

  it("change the colours at once, and after a reload they are so still", async () => {
    const { page } = one!;
    const background = (): Promise<string> => page.evaluate("getComputedStyle(document.body).backgroundColor");
    const light = await background();
    await page.getByLabel("Colours").selectOption("dark");
    const dark = await background();
    expect(dark).to.not.equal(light);
    await page.reload();
    await page.getByLabel("Colours").waitFor({ timeout: LOADING_MS });
    expect([await page.getByLabel("Colours").inputValue(), await background()]).to.deep.equal(["dark", dark]);
  });

  it("write numbers in another way", async () => {
    const { page } = one!;
    await page.getByLabel("Numbers and dates").selectOption("de-DE");
    await page.goto(`${stage.page.url}/trade/1/1`);
    const lots = page.locator(".ladder tbody tr.bid td.number").nth(2);
    await lots.waitFor({ timeout: LOADING_MS });
    expect(await lots.innerText()).to.match(/^\d{1,3}(\.\d{3})*$/);
    await page.goto(`${stage.page.url}/settings`);
    await page.getByLabel("Numbers and dates").selectOption("");
  });

  it("given a node that is not there, when it is to be used, then the page says what it waits for, and the way back works", async () => {
    const { page } = one!;
    const field = page.locator(".field").filter({ hasText: "Node (JSON-RPC)" });
    await field.getByRole("textbox").fill("http://127.0.0.1:9");
    await field.getByRole("button", { name: "Use it" }).click();
    await page.locator(".freshness").getByText("does not answer").waitFor({ timeout: LOADING_MS });
    await field.getByRole("button", { name: "Back to the page’s own" }).click();
    await eventually(
      () => page.locator(".freshness").innerText(),
      (text) => !text.includes("does not answer"),
    );
  });

  it("take no address that is none", async () => {
    const field = one!.page.locator(".field").filter({ hasText: "Node (JSON-RPC)" });
    await field.getByRole("textbox").fill("ftp://somewhere");
    await field.getByText("An address begins with https:// or http://.").waitFor();
    expect(await field.getByRole("button", { name: "Use it" }).isDisabled()).to.equal(true);
  });
});

describe("a link that names another relay", function () {
  this.timeout(LOADING_MS * 3);
  let stage: PageStage;

  before(async function () {
    stage = await sharedStage(this);
  });

  const OTHER = "http://127.0.0.1:9";

  it("is shown with its name, and nobody there is asked before somebody says so", async () => {
    const { page, context, complaints } = await open(stage, `/trade/1/1?relay=${encodeURIComponent(OTHER)}`);
    const line = page.getByRole("alert").filter({ hasText: "This link names another relay" });
    await line.getByText(OTHER).waitFor({ timeout: LOADING_MS });
    await page.locator(".ladder tbody tr.bid").first().waitFor({ timeout: LOADING_MS });
    expect(complaints).to.deep.equal([]);
    await line.getByRole("button", { name: "Go on as before" }).click();
    await line.waitFor({ state: "detached" });
    expect(page.url()).to.not.include("relay=");
    expect(complaints).to.deep.equal([]);
    await context.close();
  });

  it("given that it is wanted, when the button is pressed, then it is asked, and can be left again in Settings", async () => {
    const { page, context, complaints } = await open(stage, `?relay=${encodeURIComponent(OTHER)}`);
    await page.getByRole("button", { name: "Ask this relay" }).click({ timeout: LOADING_MS });
    await page.locator(".line.amber").filter({ hasText: "The relay was lost" }).waitFor({ timeout: LOADING_MS });
    expect(complaints.some((complaint) => complaint.startsWith(`asked ${OTHER}`))).to.equal(true);
    await page.goto(`${stage.page.url}/settings`);
    const field = page.locator(".field").filter({ hasText: "Relay" });
    expect(await field.getByRole("textbox").inputValue()).to.equal(OTHER);
    await field.getByRole("button", { name: "Back to the page’s own" }).click();
    await page.waitForSelector('.freshness[data-status="live"]', { timeout: LOADING_MS });
    await context.close();
  });

  it("says nothing of the relay that is asked anyway, nor of what is no address", async () => {
    for (const relay of [stage.live.facts.relayUrl!, "javascript:alert(1)", ""]) {
      const { page, context } = await open(stage, `?relay=${encodeURIComponent(relay)}`);
      await page.waitForSelector('.freshness[data-status="live"]', { timeout: LOADING_MS });
      expect(await page.getByText("This link names another relay").count()).to.equal(0);
      await context.close();
    }
  });
});
