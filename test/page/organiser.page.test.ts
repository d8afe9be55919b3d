import { expect } from "chai";

import { TestAsset__factory } from "../../typechain-types/index.js";
import { openSession, type SessionHandle } from "../../src/bindings/session.js";
import { choose, eventually, keyOf, LOADING_MS, open, type Opened, ownStage, type PageStage } from "./support.js";
import { giveWallets, type TestWallet } from "./wallet.js";

const ONE = 10n ** 18n;
const ASSETS = [
  { symbol: "GOLD", quantity: 100n },
  { symbol: "SILV", quantity: 250n },
] as const;

/** Whoever brings a basket: from an empty form to the assets at the end. */
describe("an organiser's whole job, on the page", function () {
  this.timeout(LOADING_MS * 4);
  let stage: PageStage | undefined;
  let one: Opened | undefined;
  let wallet: TestWallet;
  let tokens: string[];
  let handle: SessionHandle;
  let organiser: string;

  before(async function () {
    const opened = (stage = await ownStage(this));
    const { rpcUrl, wallets } = opened.live.facts;
    const key = keyOf(opened, "organiser").connect(opened.live.handle.runner.provider);
    organiser = key.address;
    tokens = [];
    for (const { symbol, quantity } of ASSETS) {
      const asset = await new TestAsset__factory(key).deploy(`Test ${symbol}`, symbol, 18);
      await asset.waitForDeployment();
      await (await asset.mint(organiser, quantity * ONE)).wait();
      tokens.push(await asset.getAddress());
    }
    expect(wallets).to.not.deep.equal([]);
    one = await open(opened, "", {
      before: async (page) => {
        [wallet] = (await giveWallets(page, rpcUrl, [{ name: "Organiser", rdns: "test.organiser", key }])) as [
          TestWallet,
        ];
      },
    });
  });

  after(async () => {
    await one?.context.close();
    await stage?.stop();
  });

  const asset = (k: number) => TestAsset__factory.connect(tokens[k]!, stage!.live.handle.runner.provider);

  it("begins at the list of sessions, with a form in which everything that is wrong is said", async () => {
    const { page } = one!;
    await page.getByRole("link", { name: "☰" }).click({ timeout: LOADING_MS });
    await page.getByRole("link", { name: "New session" }).click();
    await page.getByRole("heading", { name: "1 Basket" }).waitFor({ timeout: LOADING_MS });
    await page.getByText(/^Not complete yet: /).waitFor();
    await choose(one!, /Organiser/);
    await page.getByText(`As ${organiser}.`).waitFor({ timeout: LOADING_MS });
    for (const [k, { quantity }] of ASSETS.entries()) {
      const field = page.getByRole("group", { name: new RegExp(`^Asset ${k + 1}`) });
      await field.getByLabel("Token’s address").fill(tokens[k]!);
      await field.getByLabel("Whole units in the basket").fill(String(quantity));
      await field.getByText(`You have ${quantity} ${ASSETS[k]!.symbol}.`).waitFor({ timeout: LOADING_MS });
    }
    await page.getByLabel("Trading begins (t1)").fill("+1d");
    await page.getByLabel("Settlement begins (t2)").fill("+3d");
    await page.getByLabel("Session token’s name").fill("Metals");
    await page.getByLabel("Its symbol").fill("MTL");
    await page.getByLabel("Session tokens for the whole basket").fill("1000");
  });

  it("keeps what was typed over a reload", async () => {
    const { page } = one!;
    await page.reload();
    const name = page.getByLabel("Session token’s name");
    await name.waitFor({ timeout: LOADING_MS });
    expect(await name.inputValue()).to.equal("Metals");
    await page.getByText(`As ${organiser}.`).waitFor({ timeout: LOADING_MS });
  });

  it("given that the wallet declines, when it is to be made, then it is not, and can be tried again", async () => {
    const { page } = one!;
    wallet.manner = "declines";
    const button = page.getByRole("button", { name: "Create the session" });
    await button.click({ timeout: LOADING_MS });
    await page
      .getByRole("alert")
      .getByText(/declined/i)
      .waitFor({ timeout: LOADING_MS });
    wallet.manner = "agrees";
    const predicted = await page.getByText("The factory takes it.").locator("code").innerText();
    await button.click();
    const made = page.getByRole("status").filter({ hasText: "Created" });
    await made.waitFor({ timeout: LOADING_MS });
    expect(await made.locator("code").first().innerText()).to.equal(predicted);
    handle = await openSession(predicted, stage!.live.facts.rpcUrl);
    await made.getByRole("link", { name: "Fund it next" }).click();
  });

  it("is funded by exact approvals and one payment, after one that was declined halfway", async () => {
    const { page } = one!;
    const button = page.getByRole("button", { name: "Approve and fund" });
    await eventually(
      () => button.isEnabled(),
      (isEnabled) => isEnabled,
    );
    wallet.manner = "declines";
    await button.click();
    await page.getByRole("alert").getByText("Nothing was done.").waitFor({ timeout: LOADING_MS });
    wallet.manner = "agrees";
    await button.click();
    await page.getByRole("heading", { name: "Hand out" }).waitFor({ timeout: LOADING_MS });
    expect(await handle.session.balanceOf(organiser)).to.equal(1_000n * ONE);
    for (const [k, { quantity }] of ASSETS.entries()) {
      expect(await asset(k).balanceOf(handle.address)).to.equal(quantity * ONE);
      expect(await asset(k).allowance(organiser, handle.address)).to.equal(0n);
    }
  });

  it("hands tokens out by a table, which is refused as a whole while a line of it is wrong", async () => {
    const { page } = one!;
    const [alice, bob] = ["alice", "bob"].map((who) => keyOf(stage!, who).address) as [string, string];
    const choose = (lines: readonly string[]): Promise<void> =>
      page
        .locator('input[type="file"]')
        .setInputFiles({
          name: "gifts.csv",
          mimeType: "text/csv",
          buffer: Buffer.from(["address,amount", ...lines].join("\n")),
        });
    const send = page.getByRole("button", { name: "Send to all of them" });
    await choose([`${alice},600`, `${bob},500`]);
    await page.getByText("All together it is 1100; there are 1000.").waitFor({ timeout: LOADING_MS });
    await choose([`${alice},600`, `${alice},1`, `${handle.address},1`]);
    await page.getByText(`stands in line 2 already.`).waitFor();
    await page.getByText("is a part of the session; what is sent there is lost.").waitFor();
    expect(await send.isDisabled()).to.equal(true);
    await choose([`${alice},300.5`, `${bob},200`]);
    await eventually(
      () => send.isEnabled(),
      (isEnabled) => isEnabled,
    );
    await send.click();
    await page.getByText("All of it is sent.").waitFor({ timeout: LOADING_MS });
    const balances = await Promise.all([alice, bob, organiser].map((who) => handle.session.balanceOf(who)));
    expect(balances).to.deep.equal([3_005n * (ONE / 10n), 200n * ONE, 4_995n * (ONE / 10n)]);
  });

  it("redeems at the end what is left, for exactly its part of every asset", async () => {
    const { page } = one!;
    await stage!.live.moveTo(handle.t2);
    await page.reload();
    await page.getByRole("heading", { name: "Redeem" }).waitFor({ timeout: LOADING_MS });
    const field = page.getByLabel("MTL");
    expect(await field.inputValue()).to.equal("499.5");
    await page.getByRole("button", { name: "Redeem" }).click({ timeout: LOADING_MS });
    await page.getByText("Redeemed: the assets are in your account.").waitFor({ timeout: LOADING_MS });
    const got = await Promise.all(ASSETS.map((_, k) => asset(k).balanceOf(organiser)));
    expect(got).to.deep.equal(ASSETS.map(({ quantity }) => (quantity * 4_995n * ONE) / 10_000n));
  });

  it("has broken no rule of its own on the way", () => {
    expect(one!.complaints).to.deep.equal([]);
  });
});
