import { expect } from "chai";

import { renderPackage } from "../../app/wallet/clear-signing.js";
import { tradePackage } from "../../src/protocol/signing/package.js";
import { eventually, LOADING_MS, open, type Opened, type PageStage, sharedStage, violationsOf } from "./support.js";

type Page = Opened["page"];

/** Somebody who comes for the first time, without a mouse. */
describe("the page, from opening it to a fill, by the keyboard alone", function () {
  this.timeout(LOADING_MS * 4);
  let stage: PageStage;
  let opened: Opened | undefined;
  let page: Page;

  before(async function () {
    stage = await sharedStage(this);
    opened = await open(stage, "/trade/1/1");
    ({ page } = opened);
  });

  after(async () => {
    await opened?.context.close();
  });

  /** Tabs on until what is named has the focus. */
  async function tabTo(name: RegExp): Promise<void> {
    for (let presses = 0; presses < 80; presses += 1) {
      await page.keyboard.press("Tab");
      if (name.test(await focused(page))) return;
    }
    throw new Error(`nothing called ${String(name)} is reached by the keyboard`);
  }

  it("connects a wallet", async function () {
    await page.waitForSelector('.freshness[data-status="live"]', { timeout: LOADING_MS });
    await tabTo(/^Connect$/);
    await page.keyboard.press("Enter");
    await tabTo(/^Demo wallet/);
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Leave" }).waitFor({ timeout: LOADING_MS });
  });

  it("shows before the signature what the rules say and what the wallet shows, and afterwards the fill", async function () {
    await blurred(page);
    await page.keyboard.press("b");
    await page.keyboard.press("x"); // at the best offer
    await page.keyboard.press("z");
    await page.keyboard.type("1000");
    await page.getByRole("region", { name: "Preview" }).getByText("1,000 lots at").waitFor({ timeout: LOADING_MS });
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog");
    const raw = dialog.getByRole("table", { name: "The fields of TradePackage in the order of the message" });
    await raw.waitFor({ timeout: LOADING_MS });
    const fields = new Map(await cells(raw));
    const clear = dialog.getByRole("table", { name: "As a wallet that knows ERC-7730 words it" });
    await clear.waitFor({ timeout: LOADING_MS });
    const shown = await cells(clear);
    expect(await focused(page)).to.equal("Sign, for the relay to bring");
    await page.keyboard.press("Enter");
    await page
      .getByRole("tabpanel", { name: "Activity" })
      .getByText(/1000 lots filled/)
      .waitFor({ timeout: LOADING_MS });
    const order = await signedOrder(stage);
    const asText = Object.fromEntries(Object.entries(order).map(([name, value]) => [name, String(value)]));
    const seconds = fields.get("deadline")!.split(" ")[0]!;
    expect(Object.fromEntries([...fields].map(([name, value]) => [name, name === "deadline" ? seconds : value]))).to.deep.equal(asText); // prettier-ignore
    const lines = await renderPackage(stage.live.handle.domain, order);
    expect(shown).to.deep.equal(lines.map(({ label, value }) => [label, value]));
    const { handle, facts } = stage.live;
    const you = facts.wallets.find(({ name }) => name === "you")!.address;
    expect((await handle.book.positionOf(you, 1))[0]).to.equal(1_000n);
  });

  it("gives the focus back when the dialog goes", async function () {
    await eventually(
      () => focused(page),
      (name) => name === "Size, lots" || name === "Review & sign",
    );
  });

  it("lets an order rest, and takes it off the book again", async function () {
    await blurred(page);
    await page.keyboard.press("l");
    await page.locator("#ticket-price").fill("");
    await page.keyboard.type("80");
    await page.locator("#ticket-lots").focus();
    await page.keyboard.type("500");
    await page
      .getByRole("region", { name: "Preview" })
      .getByText("500 lots", { exact: true })
      .waitFor({ timeout: LOADING_MS });
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Sign, for the relay to bring" }).and(page.locator('[aria-disabled="false"]')).waitFor({ timeout: LOADING_MS }); // prettier-ignore
    await page.keyboard.press("Enter");
    await page.getByText(/500 lots rest/).waitFor({ timeout: LOADING_MS });
    await blurred(page);
    await page.keyboard.press("j");
    const row = page.getByRole("tabpanel", { name: "My orders" }).getByRole("row").nth(1);
    await row.waitFor({ timeout: LOADING_MS });
    await page.keyboard.press("c");
    await page.getByText("Nothing of this account rests in the book.").waitFor({ timeout: LOADING_MS });
  });

  it("lists its keys", async function () {
    await blurred(page);
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keys" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog", { name: "Keys" }).waitFor({ state: "detached" });
  });

  it("has broken no rule of its own on the way", async function () {
    expect(await violationsOf(opened!)).to.deep.equal([]);
    expect(opened!.complaints).to.deep.equal([]);
  });
});

/** What has the focus is called, by its label or its text. */
function focused(page: Page): Promise<string> {
  return page.evaluate(`(() => {
    const it = document.activeElement;
    const label = it?.labels?.[0]?.firstChild?.textContent;
    return (it?.getAttribute("aria-label") ?? label ?? it?.textContent ?? "").trim();
  })()`);
}

/** Keys of the view do nothing while text is typed. */
async function blurred(page: Page): Promise<void> {
  await page.evaluate("document.activeElement?.blur()");
}

async function cells(table: ReturnType<Page["getByRole"]>): Promise<[string, string][]> {
  const rows = await table.getByRole("row").all();
  return Promise.all(
    rows.map(async (row): Promise<[string, string]> => {
      return [await row.getByRole("rowheader").innerText(), await row.getByRole("cell").innerText()];
    }),
  );
}

/** The newest order on the chain, with all that was signed of it. */
async function signedOrder({ live: { handle } }: PageStage) {
  const events = await handle.book.queryFilter(handle.book.filters.TradeCreated());
  const { trader, marketRootId, marketBranchId, priceTicks, quantityLots, previousLink, nonce, deadline, timeInForce } =
    events.at(-1)!.args;
  return tradePackage({
    ...{ trader, priceTicks, quantityLots, previousLink, nonce, deadline },
    ...{ marketRootId: Number(marketRootId), marketBranchId: Number(marketBranchId), timeInForce: Number(timeInForce) },
  });
}
