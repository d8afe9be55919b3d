import { expect } from "chai";
import { JsonRpcProvider, Wallet } from "ethers";

import { KeyWallet__factory } from "../../typechain-types/index.js";
import { createTrader } from "../../src/client/trader.js";
import {
  activityOf,
  choose,
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
import { giveWallets, type TestWallet, type WalletPlan } from "./wallet.js";

interface Given extends Opened {
  readonly wallets: readonly TestWallet[];
}

describe("wallets", function () {
  this.timeout(LOADING_MS * 4);
  let stage: PageStage;

  before(async function () {
    stage = await sharedStage(this);
  });

  async function openWith(plans: readonly WalletPlan[], view = "/trade/1/1"): Promise<Given> {
    let wallets: readonly TestWallet[] = [];
    const opened = await open(stage, view, {
      before: async (page) => {
        wallets = await giveWallets(page, stage.live.facts.rpcUrl, plans);
      },
    });
    return { ...opened, wallets };
  }

  const planOf = (who: string, name: string, rdns: string, chainId?: number): WalletPlan => {
    return { name, rdns, key: keyOf(stage, who), ...(chainId !== undefined && { chainId }) };
  };
  const short = (address: string): string => `${address.slice(0, 6)}…${address.slice(-4)}`;
  const shown = ({ page }: Opened): Promise<string> => page.locator(".account-menu").innerText();

  describe("that are there", () => {
    it("given none, then it says so, and what can be done without", async () => {
      const { page, context } = await openWith([]);
      await page.getByRole("button", { name: "Connect", exact: true }).click({ timeout: LOADING_MS });
      const told = page.getByRole("dialog", { name: "Wallets" });
      await told.getByText(/no wallet that announces itself/).waitFor();
      await told.getByRole("button", { name: "Close" }).click();
      await told.waitFor({ state: "detached" });
      await context.close();
    });

    it("given three, two of one name, when one is chosen, then it is that one, and after a reload it is without being asked", async () => {
      const one = await openWith([
        planOf("alice", "Twin", "test.twin.first"),
        planOf("bob", "Twin", "test.twin.second"),
        planOf("carol", "Other", "test.other"),
      ]);
      const { page, wallets, context } = one;
      await page.getByRole("button", { name: "Connect", exact: true }).click({ timeout: LOADING_MS });
      const names = await page.getByRole("list", { name: "Wallets" }).getByRole("button").allInnerTexts();
      expect(names.map((name) => name.trim().replace(/\s+/g, " "))).to.deep.equal(["Twin test.twin.first", "Twin test.twin.second", "Other test.other"]); // prettier-ignore
      await page.getByRole("button", { name: "Twin test.twin.second" }).click();
      await page.getByRole("link", { name: short(keyOf(stage, "bob").address) }).waitFor({ timeout: LOADING_MS });
      await page.reload();
      await page.getByRole("link", { name: short(keyOf(stage, "bob").address) }).waitFor({ timeout: LOADING_MS });
      expect(wallets.map(({ asked }) => asked.filter((method) => method === "eth_requestAccounts").length)).to.deep.equal([0, 1, 0]); // prettier-ignore
      await context.close();
    });

    it("given one that is connected, when its user changes the account, then the page acts for the other one", async () => {
      const one = await openWith([planOf("alice", "Only", "test.only")]);
      await connect(one, /Only/);
      await one.wallets[0]!.change(keyOf(stage, "bob"));
      await one.page.getByRole("link", { name: short(keyOf(stage, "bob").address) }).waitFor({ timeout: LOADING_MS });
      await one.context.close();
    });

    it("given one that is connected, when it goes to another chain, then nothing can be signed until it is back", async () => {
      const one = await openWith([planOf("alice", "Only", "test.only")]);
      const { page, wallets, context } = one;
      await connect(one, /Only/);
      await wallets[0]!.switchTo(1);
      await page.getByText("Wrong chain.").waitFor({ timeout: LOADING_MS });
      expect(await page.locator("#ticket-blocked").innerText()).to.equal("The wallet is on another chain.");
      await page.getByRole("button", { name: "Switch to Local chain" }).click();
      await page.getByText("Wrong chain.").waitFor({ state: "detached" });
      expect(wallets[0]!.asked).to.include("wallet_switchEthereumChain").and.not.include("wallet_addEthereumChain");
      await eventually(
        () => page.locator("#ticket-blocked").innerText(),
        (text) => text === "",
      );
      await context.close();
    });

    it("given one that does not know the chain, when it is to switch, then it is told of it", async () => {
      const one = await openWith([planOf("alice", "Far", "test.far", 1)]);
      const { page, wallets, context } = one;
      await connect(one, /Far/);
      await page.getByRole("button", { name: "Switch to Local chain" }).click();
      await page.getByText("Wrong chain.").waitFor({ state: "detached", timeout: LOADING_MS });
      const asked = wallets[0]!.asked.filter((method) => method.endsWith("Chain") && method.startsWith("wallet"));
      expect(asked).to.deep.equal(["wallet_switchEthereumChain", "wallet_addEthereumChain"]);
      await context.close();
    });

    it("given one that declines, or never answers, when it is asked for an account, then another attempt can be made", async () => {
      const one = await openWith([planOf("alice", "Only", "test.only")]);
      const { page, wallets, context } = one;
      wallets[0]!.manner = "declines";
      await choose(one, /^Only/);
      await page.getByText("The wallet declined.").waitFor();
      wallets[0]!.manner = "never answers";
      await choose(one, /^Only/);
      await page.getByText("Only is being asked").waitFor();
      await page.getByRole("button", { name: "Stop waiting" }).click();
      wallets[0]!.manner = "agrees";
      await connect(one, /Only/);
      expect(await shown(one)).to.include(short(keyOf(stage, "alice").address));
      await context.close();
    });
  });

  describe("and an order", () => {
    const ASKED = { price: "70", lots: "10" };
    let one: Given;
    const ticket = async (): Promise<string[]> =>
      Promise.all(["#ticket-price", "#ticket-lots"].map((field) => one.page.locator(field).inputValue()));
    const orders = async (): Promise<bigint> => (await stage.live.handle.book.chainState()).trades;
    const handedIn: string[] = [];

    before(async function () {
      stage = await sharedStage(this);
      one = await openWith([planOf("frank", "Only", "test.only")]);
      one.page.on("request", (request) => {
        if (request.method() === "POST" && request.url().endsWith("/v1/packages")) handedIn.push(request.url());
      });
      await connect(one, /Only/);
    });

    after(async () => {
      await one.context.close();
    });

    const sign = async (): Promise<ReturnType<Opened["page"]["getByRole"]>> => {
      const dialog = await review(one, ASKED);
      await dialog.getByRole("button", { name: "Sign, for the relay to bring" }).click();
      return dialog;
    };

    const refusals = [
      ["declines", "The wallet declined."],
      ["signs something else", "The wallet signed something else"],
      ["knows no typed data", "eth_signTypedData_v4"],
    ] as const;
    for (const [manner, words] of refusals) {
      it(`given a wallet that ${manner}, then it says so, keeps what was typed, and hands nothing in`, async () => {
        const before = await orders();
        one.wallets[0]!.manner = manner;
        const dialog = await sign();
        await dialog.getByRole("alert").getByText(words).waitFor({ timeout: LOADING_MS });
        await dialog.getByRole("button", { name: "Back" }).click();
        expect(await ticket()).to.deep.equal([ASKED.price, ASKED.lots]);
        expect(handedIn).to.deep.equal([]);
        expect(await orders()).to.equal(before);
      });
    }

    it("given a wallet that never answers, when its user stops waiting, then what was typed is there still", async () => {
      one.wallets[0]!.manner = "never answers";
      const dialog = await sign();
      await dialog.getByRole("button", { name: "Stop waiting" }).click({ timeout: LOADING_MS });
      await dialog.getByRole("alert").getByText("You stopped waiting for the wallet").waitFor();
      await dialog.getByRole("button", { name: "Back" }).click();
      expect(await ticket()).to.deep.equal([ASKED.price, ASKED.lots]);
      expect(handedIn).to.deep.equal([]);
    });

    it("given the same wallet, when it agrees after all, then the order rests in the book", async () => {
      one.wallets[0]!.manner = "agrees";
      await sign();
      await activityOf(one)
        .getByText(/10 lots rest/)
        .first()
        .waitFor({ timeout: LOADING_MS });
      expect(handedIn).to.have.length(1);
    });

    it("given a wallet that knows no typed data, when tokens are paid in, then they are approved first, exactly", async () => {
      const { page, wallets } = one;
      wallets[0]!.manner = "knows no typed data";
      const { handle } = stage.live;
      const owner = keyOf(stage, "organiser").connect(handle.runner.provider);
      await (await handle.session.connect(owner).transfer(keyOf(stage, "frank").address, 10n ** 18n)).wait();
      await page.goto(`${stage.page.url}/account`);
      const form = page.getByRole("form", { name: "Deposit" });
      await form.getByRole("textbox").fill("1");
      const before = (await handle.book.accountOf(keyOf(stage, "frank").address)).claim;
      const sent = (): number => wallets[0]!.asked.filter((method) => method === "eth_sendTransaction").length;
      const already = sent();
      await form.getByRole("button", { name: "Deposit" }).click({ timeout: LOADING_MS });
      await eventually(
        async () => (await handle.book.accountOf(keyOf(stage, "frank").address)).claim - before,
        (more) => more === 10n ** 18n,
      );
      expect(sent() - already).to.equal(2);
      expect(await handle.session.allowance(keyOf(stage, "frank").address, handle.bookAddress)).to.equal(0n);
    });
  });

  describe("that are contracts", () => {
    /** Ten tokens for an account that has none. */
    async function endow(address: string): Promise<void> {
      const { handle } = stage.live;
      const organiser = keyOf(stage, "organiser").connect(handle.runner.provider);
      await createTrader(handle, organiser).deposit(10n * 10n ** 18n, address);
    }

    async function trade(plan: WalletPlan): Promise<void> {
      const one = await openWith([plan]);
      await connect(one, new RegExp(plan.name));
      const dialog = await review(one, { price: "90", lots: "10" });
      await dialog.getByRole("button", { name: "Sign, for the relay to bring" }).click();
      await activityOf(one)
        .getByText(/10 lots filled/)
        .first()
        .waitFor({ timeout: LOADING_MS });
      expect(one.complaints).to.deep.equal([]);
      await one.context.close();
    }

    it("given one that approves what its key signs (ERC-1271), then it trades", async () => {
      const { handle } = stage.live;
      const owner = Wallet.createRandom();
      const organiser = keyOf(stage, "organiser").connect(handle.runner.provider);
      const wallet = await new KeyWallet__factory(organiser).deploy(owner.address);
      const address = await wallet.getAddress();
      await endow(address);
      await trade({ name: "Vault", rdns: "test.vault", key: owner, address });
      expect((await handle.book.positionOf(address, 1))[0]).to.equal(10n);
    });

    it("given an account that has delegated to code (EIP-7702), then it trades by its key", async () => {
      const { handle, facts } = stage.live;
      const provider = new JsonRpcProvider(facts.rpcUrl, undefined, { cacheTimeout: -1 });
      try {
        const organiser = keyOf(stage, "organiser").connect(provider);
        const account = new Wallet(Wallet.createRandom().privateKey, provider);
        const code = await new KeyWallet__factory(organiser).deploy(account.address);
        const authorization = await account.authorize({ address: await code.getAddress(), nonce: 0 });
        await (await organiser.sendTransaction({ type: 4, to: organiser.address, authorizationList: [authorization] })).wait(); // prettier-ignore
        expect(await provider.getCode(account.address)).to.match(/^0xef0100/);
        await endow(account.address);
        await trade({ name: "Delegated", rdns: "test.delegated", key: account });
        expect((await handle.book.positionOf(account.address, 1))[0]).to.equal(10n);
      } finally {
        provider.destroy();
      }
    });
  });
});
