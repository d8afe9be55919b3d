import { expect } from "chai";
import type { Page, Route, WebSocketRoute } from "playwright-core";

import { assetUnits, tokenWei } from "../../src/protocol/amounts/units.js";
import { seededBytes } from "../../stage/rng.js";
import { mintAssets, openFunded, paramsOf } from "../../stage/session.js";
import {
  connect,
  eventually,
  keptOut,
  keyOf,
  LOADING_MS,
  open,
  type Opened,
  type PageStage,
  sharedStage,
  VIEWS,
} from "./support.js";

const SCHEMES = ["light", "dark"] as const;
const nameOf = (view: string): string => (view === "" ? "the session itself" : view);

/** Each view, while it has nothing to show, and whatever keeps it from showing it. */
describe("every view", function () {
  this.timeout(LOADING_MS * 6);
  let stage: PageStage;

  before(async function () {
    stage = await sharedStage(this);
  });

  type Act = (route: Route) => Promise<void>;

  /** Of node and relay; the page itself comes. */
  async function instead(page: Page, act: Act): Promise<void> {
    const { rpcUrl, relayUrl } = stage.live.facts;
    await page.route(
      ({ href }) => href.startsWith(rpcUrl) || href.startsWith(relayUrl!),
      (route) => act(route),
    );
    await page.routeWebSocket(/\/v1\/stream/, (socket) => socket.close());
  }

  const go = async ({ page }: Opened, view: string): Promise<void> => {
    await page.goto(`${stage.page.url}${view}`);
    await page.getByText(/^Loading .* …$/).waitFor({ state: "detached", timeout: LOADING_MS });
  };

  /** What is in the view's own part. */
  const shown = ({ page }: Opened): Promise<string> => page.locator("main").innerText();

  it("given that nobody answers, then it says what it waits for, and never turns about an empty page", async () => {
    const one = await open(stage, "", { before: (page) => instead(page, () => new Promise<void>(() => undefined)) });
    await one.page.getByRole("status").filter({ hasText: "Asking the relay" }).waitFor({ timeout: LOADING_MS });
    for (const view of VIEWS) {
      await go(one, view);
      const waits = one.page.locator("main").getByText(/^Still waiting for/);
      const stands = one.page.locator("main").getByRole("heading");
      await eventually(
        async () => (await waits.count()) + (await stands.count()),
        (count) => count > 0,
      );
    }
    await one.context.close();
  });

  for (const colorScheme of SCHEMES) {
    it(`given that node and relay are away, then it says so, and why, and keeps nobody out, ${colorScheme}`, async () => {
      const one = await open(stage, "", { colorScheme, before: (page) => instead(page, (route) => route.abort()) });
      for (const view of VIEWS) {
        await go(one, view);
        const lines = one.page.locator(".line.amber");
        await lines.filter({ hasText: "The relay was lost" }).waitFor({ timeout: LOADING_MS });
        await lines.filter({ hasText: "The node was lost" }).waitFor({ timeout: LOADING_MS });
        expect((await shown(one)) !== "" || (await one.page.locator(".skeleton").count()) > 0, view).to.equal(true);
        expect(await keptOut(one), view).to.deep.equal([]);
      }
      await one.context.close();
    });
  }

  it("given that the relay refuses what it is asked, then it says with which words, and asks again when it is told to", async () => {
    let isRefusing = true;
    const refusal = { error: { code: "RELAY_BUSY", message: "RELAY_BUSY(). It has too much to do.", retryable: true, advice: "Wait.", values: {} } }; // prettier-ignore
    const one = await open(stage, "", {
      before: (page) =>
        page.route(
          ({ href, pathname }) => href.startsWith(stage.live.facts.relayUrl!) && pathname === "/v1/markets",
          (route) => (isRefusing ? route.fulfill({ status: 503, json: refusal }) : route.continue()),
        ),
    });
    for (const view of ["/trade/1/1", "/markets", "/market/2", "/compose/2", "/own/2", "/risk"]) {
      isRefusing = true;
      await go(one, "/settings");
      await one.page.reload(); // nothing is remembered
      await go(one, view);
      const told = one.page.locator("main").getByRole("alert").filter({ has: one.page.getByRole("button", { name: "Ask again" }) }).first(); // prettier-ignore
      await told.waitFor({ timeout: LOADING_MS });
      expect(await told.innerText(), view).to.match(/RELAY_/);
      isRefusing = false;
      await told.getByRole("button", { name: "Ask again" }).click();
      await told.waitFor({ state: "detached", timeout: LOADING_MS });
      await one.page.locator("main").getByRole("heading").first().waitFor({ timeout: LOADING_MS });
    }
    await one.context.close();
  });

  /** Of each of the other views: what of the relay it needs, and what has to be done for that to be asked. */
  const OTHERS: Readonly<Record<string, { readonly path: RegExp; readonly press?: (page: Page) => Promise<void> }>> = {
    "": { path: /^\/v1\/monitoring$/ },
    "/account": { path: /^\/v1\/traders\/0x/ },
    "/data": { path: /^\/v1\/history\/weights$/ },
    "/verify": {
      path: /^\/v1\/log$/,
      press: async (page) => {
        await page.getByLabel("The logs are read from").selectOption("relay");
        await page.getByRole("button", { name: "Verify", exact: true }).click();
      },
    },
  };

  for (const [view, { path, press }] of Object.entries(OTHERS)) {
    it(`given that the relay refuses what it needs, then it says with which words, and asks again: ${nameOf(view)}`, async () => {
      let isRefusing = true;
      const refusal = { error: { code: "RELAY_BUSY", message: "RELAY_BUSY(). It has too much to do.", retryable: true, advice: "Wait.", values: {} } }; // prettier-ignore
      const one = await open(stage, "/settings", {
        before: (page) =>
          page.route(
            ({ href, pathname }) => href.startsWith(stage.live.facts.relayUrl!) && path.test(pathname),
            (route) => (isRefusing ? route.fulfill({ status: 503, json: refusal }) : route.continue()),
          ),
      });
      await connect(one);
      await go(one, view);
      await press?.(one.page);
      const told = one.page
        .locator("main")
        .getByRole("alert")
        .filter({ hasText: /RELAY_BUSY/ })
        .first();
      await told.waitFor({ timeout: LOADING_MS });
      isRefusing = false;
      const again = told.getByRole("button", { name: "Ask again" });
      await (press === undefined ? again.click() : press(one.page));
      await told.waitFor({ state: "detached", timeout: LOADING_MS });
      await one.context.close();
    });
  }

  it("given that the node refuses what the order chain is read from, then that is said, and the rest stands", async () => {
    const one = await open(stage, "/settings", {
      before: (page) =>
        page.route(
          ({ href }) => href.startsWith(stage.live.facts.rpcUrl),
          async (route) => {
            const asked = route.request().postData() ?? "";
            if (!asked.includes("eth_getLogs")) return route.continue();
            return route.fulfill({ status: 429, body: "too many questions today" });
          },
        ),
    });
    await go(one, "/chain");
    await one.page.locator(".line.amber").filter({ hasText: "The node was lost" }).waitFor({ timeout: LOADING_MS });
    await one.page.waitForSelector('.freshness[data-status="live"]', { timeout: LOADING_MS });
    await one.context.close();
  });

  it("given that prices have become old, then they cannot be signed at, and how old they are is said", async () => {
    const sockets: WebSocketRoute[] = [];
    const one = await open(stage, "/trade/1/1?price=70&lots=10", {
      before: async (page) => {
        await page.routeWebSocket(/\/v1\/stream/, (socket) => {
          socket.connectToServer();
          sockets.push(socket);
        });
        await page.clock.install();
      },
    });
    await connect(one);
    const button = one.page.getByRole("button", { name: "Review & sign" });
    await eventually(
      () => button.isEnabled(),
      (isEnabled) => isEnabled,
    );
    const ladder = await one.page.locator(".ladder tbody").innerText();
    await instead(one.page, (route) => route.abort());
    for (const socket of sockets) await socket.close();
    await one.page.locator(".line.amber").first().waitFor({ timeout: LOADING_MS });
    await one.page.clock.fastForward("00:45");
    await one.page
      .locator("#ticket-blocked")
      .getByText(/^Prices are \d+ s old\.$/)
      .waitFor({ timeout: LOADING_MS });
    expect(await button.isDisabled()).to.equal(true);
    expect(await one.page.locator(".ladder tbody").innerText()).to.equal(ladder);
    await one.context.close();
  });

  it("given that a part of the page itself fails, then that part says so, and all the others stand", async () => {
    let isAway = true;
    const one = await open(stage, "", {
      before: (page) =>
        page.route(/assets\/(Account|Chain|Compose|Data|Markets?|Own|Risk|Trade|Verify)-[^/]*\.js$/, (route) =>
          isAway ? route.abort() : route.continue(),
        ),
    });
    await one.page.locator("main").getByRole("heading", { name: "Basket" }).waitFor({ timeout: LOADING_MS });
    for (const view of VIEWS.filter((each) => each !== "" && each !== "/settings")) {
      await one.page.goto(`${stage.page.url}${view}`);
      const fault = one.page
        .getByRole("alert")
        .filter({ hasText: "This is a fault of the page, not of your session." });
      await fault.waitFor({ timeout: LOADING_MS });
      expect(await fault.getByRole("button").allInnerTexts()).to.deep.equal(["Copy a report", "Try again"]);
      await one.page.waitForSelector('.freshness[data-status="live"]', { timeout: LOADING_MS });
    }
    expect(await keptOut(one)).to.deep.equal([]);
    const [again, page] = [one.page.getByRole("button", { name: "Try again" }), new URL(stage.page.url)];
    const isPage = ({ pathname }: URL): boolean => pathname === page.pathname;
    await one.page.route(isPage, (route) => route.abort());
    await again.click();
    await one.page.getByText("Whoever serves this page does not answer").waitFor({ timeout: LOADING_MS });
    await one.page.unroute(isPage);
    isAway = false;
    await again.click();
    await one.page.locator("main").getByRole("heading", { level: 1 }).waitFor({ timeout: LOADING_MS });
    expect(await again.count()).to.equal(0);
    await one.context.close();
  });

  describe("of a session in which nothing has happened", () => {
    let base: string;

    before(async function () {
      stage = await sharedStage(this);
      const { facts, handle } = stage.live;
      const organiser = keyOf(stage, "organiser").connect(handle.runner.provider);
      const block = await organiser.provider!.getBlock("latest");
      const plan = {
        token: { name: "Empty", symbol: "EMPTY" },
        assets: ["ONE", "TWO"].map((symbol) => ({ symbol, quantity: assetUnits(10n ** 18n) })),
        supply: tokenWei(10n ** 20n),
        t1: block!.timestamp + 1,
        t2: block!.timestamp + 1_000_000,
      };
      const minted = await mintAssets({ deployer: organiser, organiser }, plan.assets);
      const made = await openFunded(
        { organiser },
        facts.factory,
        await paramsOf(plan, minted),
        seededBytes(7n, "empty"),
      );
      base = stage.page.url.replace(/0x[0-9a-fA-F]{40}$/, made.address);
    });

    for (const view of VIEWS.filter((each) => !/\d$/.test(each))) {
      it(`says so, and what ends that, and keeps nobody out: ${nameOf(view)}`, async () => {
        for (const colorScheme of SCHEMES) {
          const one = await open(stage, "/settings", { colorScheme });
          await one.page.goto(`${base}${view}`);
          await one.page.waitForSelector('.freshness[data-status="live"]', { timeout: LOADING_MS });
          await one.page.locator(".skeleton").first().waitFor({ state: "detached", timeout: LOADING_MS });
          await eventually(
            () => shown(one),
            (text) => (EMPTY[view] ?? /./).test(text),
          );
          expect(await keptOut(one)).to.deep.equal([]);
          expect(one.complaints).to.deep.equal([]);
          await one.context.close();
        }
      });
    }
  });
});

/** The sentence of each view that has nothing. */
const EMPTY: Readonly<Record<string, RegExp>> = {
  "": /Not every leg has a quote yet/,
  "/trade": /No offers[\s\S]*No bids/,
  "/account": /Connect a wallet to see your own/,
  "/markets": /There is no market beside the basket yet/,
  "/risk": /Nobody is registered yet/,
  "/chain": /Nothing has been appended yet/,
};
