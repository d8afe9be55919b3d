import { expect } from "chai";

import { connect, eventually, LOADING_MS, open, type PageStage, sharedStage } from "./support.js";

describe("a payoff that is composed", function () {
  this.timeout(LOADING_MS * 3);
  let stage: PageStage;

  before(async function () {
    stage = await sharedStage(this);
  });

  const query = (text: string): string => `/compose/${stage.live.facts.roots.wettest}?${text}`;

  it("comes to the book as the orders that make it up, each signed, after a look at what all do together", async function () {
    const opened = await open(stage, query("shape=any&side=buy&o=10_12&lots=2"));
    const { page } = opened;
    await connect(opened);
    const orders = page.getByRole("region", { name: "Orders", exact: true });
    await orders.getByRole("heading", { name: "2 orders" }).waitFor({ timeout: LOADING_MS });
    const preview = orders.getByRole("region", { name: "Preview" });
    await preview.getByText("Free to withdraw").waitFor({ timeout: LOADING_MS });
    await orders.getByRole("button", { name: "Review & sign 2 orders" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: "Sign all 2, for the relay to bring" }).click();
    await dialog.getByText("All are on their way.").waitFor({ timeout: LOADING_MS });
    await dialog.getByRole("link", { name: "See what becomes of them" }).click();
    const activity = page.getByRole("tabpanel", { name: "Activity" });
    await eventually(
      () => activity.getByText(/2 lots filled/).count(),
      (count) => count === 2,
    );
    const wallet = stage.live.facts.wallets.find(({ name }) => name === "you")!;
    const { handle } = stage.live;
    const lots = await handle.book.positionOf(wallet.address, stage.live.facts.roots.wettest);
    expect([lots[9], lots[11]]).to.deep.equal([2n, 2n]);
    expect(opened.complaints).to.deep.equal([]);
    await opened.context.close();
  });

  it("moves its strikes by keys, and keeps them in the address", async function () {
    const { page, context } = await open(
      stage,
      `/compose/${stage.live.facts.roots.rain}?shape=callSpread&k=1000_1200&lots=1&of=narrow`,
    );
    const lower = page.getByRole("slider", { name: "Lower strike" });
    await lower.waitFor({ timeout: LOADING_MS });
    await lower.focus();
    await page.keyboard.press("ArrowRight");
    expect(await lower.getAttribute("aria-valuetext")).to.equal("110 mm");
    await page.keyboard.press("ArrowRight"); // the upper one stands there
    expect(await lower.getAttribute("aria-valuetext")).to.equal("110 mm");
    await page.getByRole("slider", { name: "Upper strike" }).press("End");
    expect(page.url()).to.include("k=1100_3000");
    await context.close();
  });
});
