import { expect } from "chai";

import {
  activityOf,
  connect,
  eventually,
  keyOf,
  LOADING_MS,
  open,
  type Opened,
  type PageStage,
  review,
  sharedStage,
} from "./support.js";

/** Everything by a node alone: what is shown is replayed here, and what is signed is sent by its trader. */
describe("the page without a relay", function () {
  this.timeout(LOADING_MS * 4);
  let stage: PageStage;
  let one: Opened | undefined;

  before(async function () {
    stage = await sharedStage(this);
    one = await open(stage, "/settings");
    const { page } = one;
    expect(await page.getByLabel("Relay").inputValue()).to.equal(stage.live.facts.relayUrl);
    await page.getByRole("button", { name: "Ask none" }).click({ timeout: LOADING_MS });
    await page.waitForSelector('.freshness[data-status="live"]', { timeout: LOADING_MS });
    await eventually(
      () => page.locator(".freshness").innerText(),
      (text) => text.includes("node") && !text.includes("relay"),
    );
    await connect(one);
  });

  after(async () => {
    await one?.context.close();
  });

  async function go(view: string): Promise<void> {
    await one!.page.goto(`${stage.page.url}${view}`);
  }

  it("says nothing of a relay that it would have to be compared with", async () => {
    expect(await one!.page.getByRole("button", { name: "Compare now" }).count()).to.equal(0);
  });

  it("given an order, when its trader sends it, then it is filled, and shown so", async () => {
    await go("/trade/1/1");
    const { handle } = stage.live;
    const you = keyOf(stage, "you").address;
    const before = (await handle.book.positionOf(you, 1))[0]!;
    const dialog = await review(one!, { price: "90", lots: "20" });
    expect(await dialog.getByRole("button", { name: "Sign, for the relay to bring" }).count()).to.equal(0);
    await dialog.getByRole("button", { name: "Sign and send it myself" }).click();
    await activityOf(one!)
      .getByText(/20 lots filled/)
      .first()
      .waitFor({ timeout: LOADING_MS });
    expect((await handle.book.positionOf(you, 1))[0]! - before).to.equal(20n);
  });

  it("given one that rests, when it is cancelled, then that is a transaction, and it is out", async () => {
    const { page } = one!;
    const dialog = await review(one!, { price: "60", lots: "7" });
    await dialog.getByRole("button", { name: "Sign and send it myself" }).click();
    await activityOf(one!)
      .getByText(/7 lots rest/)
      .first()
      .waitFor({ timeout: LOADING_MS });
    await page.getByRole("tab", { name: "My orders" }).click();
    const orders = page.getByRole("tabpanel", { name: "My orders" });
    await orders.getByText("One transaction, whose gas you pay.").waitFor({ timeout: LOADING_MS });
    await orders.getByRole("button", { name: /^Cancel order/ }).first().click(); // prettier-ignore
    await orders.getByText("Nothing of this account rests in the book.").waitFor({ timeout: LOADING_MS });
    const you = keyOf(stage, "you").address;
    expect((await stage.live.handle.book.accountOf(you)).openOrders).to.equal(0n);
  });

  it("given one that is signed for somebody else, when it is brought, then the page sees it land", async () => {
    const { page } = one!;
    const dialog = await review(one!, { price: "60", lots: "8" });
    await dialog.getByRole("button", { name: "Sign only, and copy" }).click();
    const text = await dialog.getByRole("textbox", { name: "What was signed" }).inputValue();
    await dialog.getByRole("button", { name: "Close" }).click();
    await activityOf(one!).getByText("waits for somebody who brings it").waitFor({ timeout: LOADING_MS });
    const answer = await fetch(`${stage.live.facts.relayUrl}/v1/packages`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: text,
    });
    expect(answer.ok, await answer.text()).to.equal(true);
    await activityOf(one!)
      .getByText(/8 lots rest/)
      .first()
      .waitFor({ timeout: LOADING_MS });
    await page.getByRole("tab", { name: "My orders" }).click();
    await page.getByRole("button", { name: /^Cancel all/ }).click();
    await page.getByText("Nothing of this account rests in the book.").waitFor({ timeout: LOADING_MS });
  });

  it("has the chain's own head at the end of its replay", async () => {
    await go("/chain");
    const newest = one!.page.getByRole("region", { name: "Calls" }).last().locator("tbody tr").first();
    const { link, checkpoints } = await stage.live.handle.book.chainState();
    await eventually(
      () => newest.getByRole("link").first().innerText(),
      (text) => text === String(checkpoints),
    );
    expect(await newest.locator("code").getAttribute("title")).to.equal(link);
  });

  it("folds every call again, and finds an order, a block and an account", async () => {
    const { page } = one!;
    await page.getByRole("region", { name: "Calls" }).last().locator("tbody tr a").first().click();
    const call = page.getByRole("region", { name: /^Checkpoint/ });
    await call.getByText("✔ the same").waitFor({ timeout: LOADING_MS });
    expect(await call.getAttribute("data-right")).to.equal("true");
    const records = call.locator(".chain-records details");
    await records.first().locator("summary").click();
    expect(await records.first().locator(".word").count()).to.be.greaterThan(0);
    for (const [typed, found] of [
      ["1", /^Checkpoint/],
      [keyOf(stage, "alice").address, /^Checkpoint/],
    ] as const) {
      await page.keyboard.press("/");
      await page.getByLabel("Jump to (press /)").fill(typed);
      await page.keyboard.press("Enter");
      await page.getByRole("region", { name: found }).waitFor({ timeout: LOADING_MS });
    }
    await page.getByLabel("Jump to (press /)").fill("999999");
    await page.keyboard.press("Enter");
    await page.getByText(/The chain has not order #?999999/i).waitFor({ timeout: LOADING_MS });
    await page.getByLabel("Jump to (press /)").fill("what?");
    await page.keyboard.press("Enter");
    await page
      .getByRole("alert")
      .getByText(/^An order’s number/)
      .waitFor();
    await page.getByRole("button", { name: "Older" }).click();
    await page.getByRole("button", { name: "Newest" }).waitFor();
  });

  it("has broken no rule of its own on the way", () => {
    expect(one!.complaints).to.deep.equal([]);
  });
});
