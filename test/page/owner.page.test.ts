import { expect } from "chai";
import type { Locator } from "playwright-core";

import { createSubmitter } from "../../src/client/submitter.js";
import { createTrader } from "../../src/client/trader.js";
import { parseTokenWei } from "../../src/protocol/amounts/units.js";
import {
  activityOf,
  connect,
  eventually,
  keyOf,
  LOADING_MS,
  open,
  type Opened,
  ownStage,
  type PageStage,
  review,
} from "./support.js";
import { giveWallets } from "./wallet.js";

const ONE = 10n ** 18n;
const TICK = 10n ** 15n;
const MARKET = {
  Title: "Snow in town",
  Unit: "cm",
  "Ticks a unit": "1",
  Least: "0",
  Greatest: "100",
  "Outcome if you never say it": "50",
  "Wei of a tick of a lot": String(TICK),
  "Trading ends": "+7d",
  "Settled by": "+9d",
  Source: "The town's gauge",
  Rules: "What the gauge says.",
} as const;
const EVENT = {
  Title: "Who wins",
  "Outcomes, one on each line": "Red\nGreen\nBlue",
  "Outcome if you never say it": "Red",
  "Trading ends": "+7d",
  "Settled by": "+9d",
  Source: "The referee",
  Rules: "One of three.",
} as const;

/** An owner at its desk, and what a trader's account makes of each thing that is said there. */
describe("an owner's whole job, and what it frees", function () {
  this.timeout(LOADING_MS * 4);
  let stage: PageStage | undefined;
  let owner: Opened | undefined;
  let you: Opened | undefined;
  let root: number;

  before(async function () {
    const opened = (stage = await ownStage(this));
    const as = (who: string, view: string): Promise<Opened> =>
      open(opened, view, {
        before: (page) =>
          giveWallets(page, opened.live.facts.rpcUrl, [{ name: "Mine", rdns: "test.mine", key: keyOf(opened, who) }]),
      });
    owner = await as("organiser", "/own");
    await connect(owner, /Mine/);
    you = await as("you", "/account");
    await connect(you, /Mine/);
  });

  after(async () => {
    await owner?.context.close();
    await you?.context.close();
    await stage?.stop();
  });

  async function fill(fields: Readonly<Record<string, string>>): Promise<void> {
    for (const [label, text] of Object.entries(fields)) await owner!.page.getByLabel(label, { exact: true }).fill(text);
  }

  /** Presses it, and looks at what it would do. */
  async function look(within: Locator): Promise<Locator> {
    await within.getByRole("button", { name: "See what it does" }).click({ timeout: LOADING_MS });
    const effect = owner!.page.getByRole("region", { name: "What it would do" });
    await effect.waitFor({ timeout: LOADING_MS });
    return effect;
  }

  async function send(effect: Locator): Promise<void> {
    await effect.getByRole("button", { name: "Send it" }).click({ timeout: LOADING_MS });
    await effect
      .getByRole("status")
      .getByText(/^On chain in block/)
      .waitFor({ timeout: LOADING_MS });
  }

  const panel = (title: string): Locator =>
    owner!.page
      .locator("section.panel")
      .filter({ has: owner!.page.getByRole("heading", { name: title, exact: true }) });

  /** What can be withdrawn, by the contract. */
  async function withdrawable(): Promise<bigint> {
    const { handle } = stage!.live;
    const { claim, worst, reserved } = await createTrader(handle, keyOf(stage!, "you")).account();
    return claim + worst - reserved;
  }

  /** Presses what frees collateral, and finds that it frees exactly what was told. */
  async function press(words: RegExp, name: string): Promise<bigint> {
    const { page } = you!;
    await page.goto(`${stage!.page.url}/account`);
    const line = page.locator(".releases li").filter({ hasText: words });
    await line.waitFor({ timeout: LOADING_MS });
    const told = parseTokenWei((await line.locator("strong data").getAttribute("value"))!);
    const before = await withdrawable();
    await line.getByRole("button", { name }).click();
    await eventually(withdrawable, (now) => now === before + told);
    await line.waitFor({ state: "detached", timeout: LOADING_MS });
    return told;
  }

  it("makes a market on a number", async () => {
    await owner!.page.getByRole("heading", { name: "Make a market" }).waitFor({ timeout: LOADING_MS });
    await fill(MARKET);
    const effect = await look(panel("Make a market"));
    await send(effect);
    root = Number(await effect.getByRole("status").getByRole("link").innerText());
    const { owner: said } = await stage!.live.handle.book.rootOf(root);
    expect(said).to.equal(keyOf(stage!, "organiser").address);
    await effect.getByRole("status").getByRole("link").click();
    await owner!.page.getByRole("heading", { name: `${root} Snow in town` }).waitFor({ timeout: LOADING_MS });
  });

  it("adds a branch between two strikes of it", async () => {
    await fill({ "Lower strike": "40", "Upper strike": "60" });
    const effect = await look(panel("Branch"));
    await effect.getByText("2 is new, and pays 40 cm to 60 cm.").waitFor();
    await send(effect);
    expect((await stage!.live.handle.book.rootOf(root)).branchCount).to.equal(2n);
  });

  it("given a trade in it, when a bound is drawn in, then it says before what that frees, and whose it is can have it", async () => {
    const { handle } = stage!.live;
    const [seller, buyer, bringer] = ["alice", "you", "keeper"].map((who) =>
      keyOf(stage!, who).connect(handle.runner.provider),
    ) as [ReturnType<typeof keyOf>, ReturnType<typeof keyOf>, ReturnType<typeof keyOf>];
    const market = { marketRootId: root, marketBranchId: 1 };
    const book = createSubmitter(handle, bringer);
    for (const [who, quantity] of [
      [seller, -100n],
      [buyer, 100n],
    ] as const)
      await book.submitOne(await createTrader(handle, who).signOrder({ market, price: 60n, quantity }));
    expect((await handle.book.positionOf(buyer.address, root))[0]).to.equal(100n);
    const bound = owner!.page.getByRole("slider", { name: "Next lower bound" });
    await bound.waitFor({ timeout: LOADING_MS });
    await bound.focus();
    for (let k = 0; k < 6; k += 1) await owner!.page.keyboard.press("PageUp");
    expect(await owner!.page.getByLabel("At least").inputValue()).to.equal("30");
    const { page } = owner!;
    const block = await handle.runner.provider!.getBlockNumber();
    await eventually(
      () => page.locator(".freshness").innerText(),
      (text) => Number(/block (\d+)/.exec(text)?.[1]) >= block,
    );
    const effect = await look(panel("Tighten"));
    await effect.getByText("It frees 3 LIVE in 1 account.").waitFor();
    await effect.getByText("It cannot be undone.").waitFor();
    await send(effect);
    expect(await press(/bring Snow in town up to date/, "Send")).to.equal(3n * ONE);
  });

  it("given an order that rests, when it is cancelled where it is told what that frees, then it frees exactly that", async () => {
    const { page } = you!;
    await page.goto(`${stage!.page.url}/trade/1/1`);
    const dialog = await review(you!, { price: "60", lots: "1000" });
    await dialog.getByRole("button", { name: "Sign, for the relay to bring" }).click();
    await activityOf(you!)
      .getByText(/1000 lots rest/)
      .waitFor({ timeout: LOADING_MS });
    expect(await press(/cancel order #/, "Cancel")).to.be.greaterThan(0n);
    expect((await stage!.live.handle.book.accountOf(keyOf(stage!, "you").address)).openOrders).to.equal(0n);
  });

  it("given that the outcome is said, twice and meant, then it is settled, and what was won can be made cash by anybody", async () => {
    const { page } = owner!;
    await page.goto(`${stage!.page.url}/own/${root}`);
    const settle = panel("Settle");
    await settle.getByLabel("Outcome").fill("70", { timeout: LOADING_MS });
    await settle.getByLabel("Once more").fill("71");
    await settle.getByText("The two are not the same yet.").waitFor();
    await settle.getByLabel("Once more").fill("70");
    const effect = await look(settle);
    await effect.getByText("It settles the market, for good.").waitFor();
    expect(await effect.getByRole("button", { name: "Send it" }).isDisabled()).to.equal(true);
    await effect.getByLabel("I mean to settle it, for good").check();
    await effect.getByRole("button", { name: "Send it" }).click();
    await page.getByText("It is settled: nothing can be said of it any more.").waitFor({ timeout: LOADING_MS });
    // 100 lots were bought at 60, and pay 70: what was counted was 30.
    expect(await press(/turn what is settled in Snow in town into cash/, "Send")).to.equal(100n * 40n * TICK);
  });

  it("makes an event, strikes an outcome out, and says which one it was", async () => {
    const { page } = owner!;
    const { handle } = stage!.live;
    await page.goto(`${stage!.page.url}/own`);
    await page.getByRole("combobox").selectOption("event", { timeout: LOADING_MS });
    await fill(EVENT);
    const made = await look(panel("Make a market"));
    await send(made);
    await made.getByRole("status").getByRole("link").click();
    const event = root + 1;
    await page.getByRole("heading", { name: `${event} Who wins` }).waitFor({ timeout: LOADING_MS });
    await page.getByRole("button", { name: "Strike out 2 Green" }).click();
    const effect = page.getByRole("region", { name: "What it would do" });
    await effect.getByText(/^2 pays 0 % to 100 % today, 0 % then\.$/).waitFor({ timeout: LOADING_MS });
    await send(effect);
    await page.getByRole("button", { name: "Strike out 2 Green" }).waitFor({ state: "detached", timeout: LOADING_MS });
    const settle = panel("Settle");
    await settle.getByLabel("Outcome").fill("Blue");
    await settle.getByLabel("Once more").fill("Blue");
    const award = await look(settle);
    await award.getByLabel("I mean to settle it, for good").check();
    await award.getByRole("button", { name: "Send it" }).click();
    await page.getByText("It is settled: nothing can be said of it any more.").waitFor({ timeout: LOADING_MS });
    expect((await handle.book.rootOf(event)).settled).to.equal(true);
    await page.goto(`${stage!.page.url}/market/${event}`);
    await page.getByText(/Blue/).first().waitFor({ timeout: LOADING_MS });
  });

  it("may sign only, and shows what a contract would have to call", async () => {
    const { page } = owner!;
    await page.goto(`${stage!.page.url}/own/${stage!.live.facts.roots.rain}`);
    await fill({ "Lower strike": "150", "Upper strike": "160" });
    await panel("Branch").getByRole("button", { name: "See what it does" }).click();
    await page
      .getByRole("alert")
      .getByText(/The root has all the branches it can have/)
      .waitFor({ timeout: LOADING_MS });
    await fill({ "At least": "64" });
    const good = await look(panel("Tighten"));
    await good.getByRole("button", { name: "Sign only, for somebody else to bring" }).click({ timeout: LOADING_MS });
    const text = await good
      .locator("figure")
      .filter({ hasText: "The signed record" })
      .locator("code")
      .innerText({ timeout: LOADING_MS });
    const signed = JSON.parse(text) as {
      readonly record: { readonly marketRootId: number };
      readonly signature: string;
    };
    expect(signed.record.marketRootId).to.equal(stage!.live.facts.roots.rain);
    expect(signed.signature).to.match(/^0x[0-9a-f]{130}$/);
    await good.getByText("The owner is a contract: what it has to call").click();
    const call = await good.locator("details code.long").innerText();
    const { book } = stage!.live.handle;
    expect(book.interface.parseTransaction({ data: call })?.name).to.equal("createMarket");
  });

  it("has broken no rule of its own on the way", () => {
    expect([owner!.complaints, you!.complaints]).to.deep.equal([[], []]);
  });
});
