import { expect } from "chai";

import { connect, eventually, LOADING_MS, open, type Opened, type PageStage, sharedStage } from "./support.js";

type Body = Record<string, unknown>;

/** Sources that lie, or are away. */
describe("the page and its relay", function () {
  this.timeout(LOADING_MS * 4);
  let stage: PageStage;

  before(async function () {
    stage = await sharedStage(this);
  });

  /** Changes what the relay answers, on its way to the page. */
  async function lying({ page }: Opened, path: RegExp, lie: (body: Body) => Body): Promise<void> {
    await page.route(
      (url) => url.href.startsWith(stage.live.facts.relayUrl!) && path.test(url.pathname),
      async (route) => {
        const answer = await route.fetch();
        await route.fulfill({ response: answer, json: lie((await answer.json()) as Body) });
      },
    );
  }

  async function verdictOf({ page }: Opened): Promise<string> {
    await page.getByRole("button", { name: "Compare now" }).click({ timeout: LOADING_MS });
    const red = page.getByRole("alert").filter({ hasText: "does not say what the chain says" });
    await red.waitFor({ timeout: LOADING_MS });
    return red.innerText();
  }

  it("is told to agree with the chain while it does", async function () {
    const opened = await open(stage, "");
    await opened.page.getByText(/The relay agrees with the chain at block \d+/).waitFor({ timeout: LOADING_MS });
    await opened.context.close();
  });

  it("is named for wrong cash", async function () {
    const opened = await open(stage, "/account");
    await lying(opened, /\/v1\/traders\/0x/, (body) => ({
      ...body,
      claim: String(BigInt(String(body["claim"])) + 1n),
    }));
    await connect(opened);
    expect(await verdictOf(opened)).to.include("claim, wei");
    await opened.context.close();
  });

  it("is named for a wrong link, and for a trade that it keeps back", async function () {
    const opened = await open(stage, "");
    await opened.page.getByText(/The relay agrees/).waitFor({ timeout: LOADING_MS });
    await lying(opened, /\/v1\/link$/, (body) => ({ ...body, link: `0x${"ab".repeat(32)}` }));
    await lying(opened, /\/v1\/history\/fills$/, (body) => ({ ...body, items: (body["items"] as unknown[]).slice(1) }));
    const verdict = await verdictOf(opened);
    expect(verdict).to.include("link of the chain of orders").and.to.include("trade, by time from the last");
    await opened.context.close();
  });

  it("is told to be lost while it is away, in amber, and what was shown stays; and all is well when it is back", async function () {
    const opened = await open(stage, "/trade/1/1");
    const { page, context } = opened;
    const rows = page.locator(".ladder tbody tr");
    await eventually(
      () => rows.count(),
      (count) => count > 3,
    );
    await page.getByRole("heading", { name: "AAPL: book" }).waitFor({ timeout: LOADING_MS }); // the node has told the names
    const before = await page.locator(".ladder table").innerText();
    await context.setOffline(true);
    const amber = page.locator(".line.amber");
    await amber.filter({ hasText: "The relay was lost" }).waitFor({ timeout: LOADING_MS });
    await amber.filter({ hasText: "The node was lost" }).waitFor({ timeout: LOADING_MS });
    expect(await page.locator(".ladder table").innerText()).to.equal(before);
    await context.setOffline(false);
    await eventually(
      () => amber.count(),
      (count) => count === 0,
    );
    await page.waitForSelector('.freshness[data-status="live"]', { timeout: LOADING_MS });
    await eventually(
      () => page.locator(".ladder table").innerText(),
      (text) => text === before,
    );
    await context.close();
  });
});
