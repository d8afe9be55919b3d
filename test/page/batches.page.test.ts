import { expect } from "chai";
import { ZeroAddress } from "ethers";

import { PrimarySale__factory, TestAsset__factory } from "../../typechain-types/index.js";
import type { SessionHandle } from "../../src/bindings/session.js";
import { createSession } from "../../src/client/organiser.js";
import { offerForSale } from "../../src/client/sale.js";
import { assetUnits, tokenWei } from "../../src/protocol/amounts/units.js";
import { seededBytes } from "../../stage/rng.js";
import { mintAssets, paramsOf } from "../../stage/session.js";
import { choose, eventually, keyOf, LOADING_MS, open, type Opened, ownStage, type PageStage } from "./support.js";
import { giveWallets, type TestWallet } from "./wallet.js";

const ONE = 10n ** 18n;
const SUPPLY = 1_000n * ONE;
const FOR_SALE = 100n * ONE;
const PRICE = 2n * 10n ** 6n; // dollars a token, of six decimals
const DAY = 86_400;

/** A wallet that does several calls as one (EIP-5792), and whoever buys from a sale. */
describe("an organiser whose wallet knows batches, on the page", function () {
  this.timeout(LOADING_MS * 4);
  let stage: PageStage | undefined;
  let one: Opened | undefined;
  let wallet: TestWallet;
  let handle: SessionHandle;
  let organiser: string;

  before(async function () {
    const opened = (stage = await ownStage(this));
    const { rpcUrl, factory } = opened.live.facts;
    const { provider } = opened.live.handle.runner;
    const key = keyOf(opened, "organiser").connect(provider);
    organiser = key.address;
    const { timestamp } = (await provider!.getBlock("latest"))!;
    const plan = {
      token: { name: "Batched", symbol: "BTC" },
      assets: ["GOLD", "SILV", "COPR"].map((symbol) => ({ symbol, quantity: assetUnits(100n * ONE) })),
      supply: tokenWei(SUPPLY),
      t1: timestamp + DAY,
      t2: timestamp + 3 * DAY,
    };
    const minted = await mintAssets({ deployer: key, organiser: key }, plan.assets);
    handle = await createSession(factory, key, await paramsOf(plan, minted), seededBytes(7n, "batched"));
    one = await open(opened, "/settings", {
      before: async (page) => {
        const plans = [{ name: "Batches", rdns: "test.batches", key, batches: true }];
        [wallet] = (await giveWallets(page, rpcUrl, plans)) as [TestWallet];
      },
    });
    await one.page.goto(`${opened.page.url.replace(/0x[0-9a-fA-F]{40}$/, handle.address)}/organise`);
    await choose(one, /Batches/);
  });

  after(async () => {
    await one?.context.close();
    await stage?.stop();
  });

  /** Of what the wallet was asked since. */
  const askedSince = (at: number): string[] =>
    wallet.asked.slice(at).filter((method) => /send(Calls|Transaction)/.test(method));

  it("given that the wallet declines, then nothing was done, and it is not asked for each call instead", async () => {
    const { page } = one!;
    const button = page.getByRole("button", { name: "Approve and fund" });
    await eventually(
      () => button.isEnabled({ timeout: LOADING_MS }),
      (isEnabled) => isEnabled,
    );
    wallet.manner = "declines";
    await button.click();
    await page.getByRole("alert").getByText("Nothing was done.").waitFor({ timeout: LOADING_MS });
    wallet.manner = "agrees";
    expect(askedSince(0)).to.deep.equal(["wallet_sendCalls"]);
  });

  it("given that it agrees, then four calls are one question, and the session is funded", async () => {
    const { page } = one!;
    const at = wallet.asked.length;
    await page.getByRole("button", { name: "Approve and fund" }).click();
    await page.getByRole("heading", { name: "Hand out" }).waitFor({ timeout: LOADING_MS });
    expect(askedSince(at)).to.deep.equal(["wallet_sendCalls"]);
    expect(await handle.session.balanceOf(organiser)).to.equal(SUPPLY);
    for (const { address, quantity } of handle.assets) {
      const asset = TestAsset__factory.connect(address, handle.runner);
      expect(await asset.balanceOf(handle.address)).to.equal(quantity);
      expect(await asset.allowance(organiser, handle.address)).to.equal(0n);
    }
  });

  it("hands tokens out to two in one question", async () => {
    const { page } = one!;
    const [alice, bob] = ["alice", "bob"].map((who) => keyOf(stage!, who).address) as [string, string];
    const at = wallet.asked.length;
    await page
      .locator('input[type="file"]')
      .setInputFiles({
        ...{ name: "gifts.csv", mimeType: "text/csv" },
        buffer: Buffer.from(`address,amount\n${alice},300.5\n${bob},200\n`),
      });
    const send = page.getByRole("button", { name: "Send to all of them" });
    await eventually(
      () => send.isEnabled(),
      (isEnabled) => isEnabled,
    );
    await send.click();
    await page.getByText("All of it is sent.").waitFor({ timeout: LOADING_MS });
    expect(askedSince(at)).to.deep.equal(["wallet_sendCalls"]);
    expect(await handle.session.balanceOf(alice)).to.equal(3_005n * (ONE / 10n));
    expect(await handle.session.balanceOf(bob)).to.equal(200n * ONE);
  });

  it("looks at a sale, refuses what is none, and buys for exactly what was told", async () => {
    const { page } = one!;
    const { provider } = handle.runner;
    const key = keyOf(stage!, "organiser").connect(provider);
    const money = await new TestAsset__factory(key).deploy("Dollar", "USD", 6);
    await money.waitForDeployment();
    const buyer = keyOf(stage!, "carol").connect(provider);
    await (await money.mint(buyer.address, 100n * PRICE)).wait();
    const { timestamp } = (await provider!.getBlock("latest"))!;
    const sale = await new PrimarySale__factory(key).deploy({
      ...{ session: handle.address, premium: await money.getAddress(), startPrice: PRICE, endPrice: PRICE, slope: 0n },
      ...{ opens: timestamp + 1_000, closes: timestamp + DAY / 2, maxPerBuyer: 0n, policy: ZeroAddress },
    });
    await sale.waitForDeployment();
    await offerForSale(handle, key, await sale.getAddress(), tokenWei(FOR_SALE));
    await stage!.live.moveTo(timestamp + 2_000);
    const field = page.getByLabel("Sale’s address");
    await field.fill("0x1234");
    await page.getByText("An address is 0x and 40 hex digits").waitFor({ timeout: LOADING_MS });
    await field.fill(handle.address);
    await page.getByRole("region", { name: "Sale on the chain" }).getByRole("alert").waitFor({ timeout: LOADING_MS });
    await field.fill(await sale.getAddress());
    await wallet.change(buyer);
    await page.getByLabel("Buy", { exact: true }).fill("101", { timeout: LOADING_MS });
    await page.getByText("More than none, and at most 100.").waitFor({ timeout: LOADING_MS });
    await page.getByLabel("Buy", { exact: true }).fill("12.5");
    await page.getByText(/Costs at most 25\s*USD; exactly so much is approved/).waitFor({ timeout: LOADING_MS });
    wallet.manner = "declines";
    await page.getByRole("button", { name: "Approve and buy" }).click();
    await page
      .getByRole("alert")
      .getByText(/declined/i)
      .waitFor({ timeout: LOADING_MS });
    expect(await handle.session.balanceOf(buyer.address)).to.equal(0n);
    wallet.manner = "agrees";
    await page.getByRole("button", { name: "Approve and buy" }).click();
    await page.getByText(/^Bought, for/).waitFor({ timeout: LOADING_MS });
    expect(await handle.session.balanceOf(buyer.address)).to.equal((25n * ONE) / 2n);
    expect(await money.balanceOf(buyer.address)).to.equal(100n * PRICE - (25n * PRICE) / 2n);
    expect(await money.allowance(buyer.address, await sale.getAddress())).to.equal(0n);
  });

  it("has broken no rule of its own on the way", () => {
    expect(one!.complaints).to.deep.equal([]);
  });
});
