import { expect } from "chai";
import { type TransactionLike, type TransactionRequest, Wallet } from "ethers";

import { createSubmitter } from "../../src/client/submitter.js";
import { createTrader } from "../../src/client/trader.js";
import type { NodeProvider } from "../../src/node/provider.js";
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

/** Pays for being first in a block. */
class Hasty extends Wallet {
  public override populateTransaction(call: TransactionRequest): Promise<TransactionLike> {
    return super.populateTransaction({
      ...call,
      maxPriorityFeePerGas: 50n * 10n ** 9n,
      maxFeePerGas: 200n * 10n ** 9n,
    });
  }
}

/** What becomes of an order between its signature and its landing, and if the chain takes that back. */
describe("what was asked for", function () {
  this.timeout(LOADING_MS * 6);
  let stage: PageStage | undefined;
  let one: Opened | undefined;
  let node: NodeProvider;

  before(async function () {
    stage = await ownStage(this);
    node = stage.live.handle.runner.provider as NodeProvider; // the stage's own
    one = await open(stage, "/trade/1/1");
    await connect(one);
  });

  after(async () => {
    await one?.context.close();
    await stage?.stop();
  });

  const life = (words: string) => activityOf(one!).getByRole("listitem").filter({ hasText: words }).first();
  const toActivity = async (): Promise<void> => {
    await one!.page.getByRole("tab", { name: "Activity" }).click({ timeout: LOADING_MS });
  };

  /** Nothing lands until it is over. */
  async function held(work: () => Promise<void>): Promise<void> {
    await node.send("evm_setAutomine", [false]);
    try {
      await work();
    } finally {
      await node.send("evm_setAutomine", [true]);
      await node.send("evm_mine", []);
    }
  }

  async function ask(price: string, lots: string, way: string): Promise<void> {
    const dialog = await review(one!, { price, lots });
    await dialog.getByRole("button", { name: way }).click();
  }

  it("given an order that is signed and has not landed, when the page is loaded anew, then it is there, as not certain, and then as it landed", async () => {
    await held(async () => {
      await ask("70", "11", "Sign, for the relay to bring");
      await life("Buy 11 lots")
        .getByText(/with the relay|in a transaction/)
        .first()
        .waitFor({ timeout: LOADING_MS });
      await one!.page.reload();
      await toActivity();
      await life("Buy 11 lots")
        .getByText(/with the relay|in a transaction/)
        .first()
        .waitFor({ timeout: LOADING_MS });
      expect(
        await life("Buy 11 lots")
          .getByText(/on the chain as/)
          .count(),
      ).to.equal(0);
    });
    await life("Buy 11 lots").getByText("11 lots rest").waitFor({ timeout: LOADING_MS });
  });

  it("given an order whose hand-in has not been answered, then the relay is not asked what has become of it", async () => {
    const { page, complaints } = one!;
    const handsIn = (url: URL): boolean => url.pathname.endsWith("/v1/packages");
    let answer = (): void => undefined;
    const answered = new Promise<void>((resolve) => (answer = resolve));
    const arrived = new Promise<void>((resolve) => {
      void page.route(handsIn, async (route) => {
        resolve();
        await answered;
        await route.continue();
      });
    });
    await ask("90", "4", "Sign, for the relay to bring");
    await arrived;
    for (let blocks = 0; blocks < 2; blocks += 1) {
      const looked = page.waitForRequest((request) => request.url().includes("/v1/traders/"), { timeout: LOADING_MS });
      await node.send("evm_mine", []);
      await looked;
    }
    answer();
    await life("Buy 4 lots").getByText("4 lots filled").waitFor({ timeout: LOADING_MS });
    await page.unroute(handsIn);
    expect(complaints, "that it knows no such package").to.deep.equal([]);
  });

  it("given one that waits behind another, when it is taken back, then it is not sent", async () => {
    const sent = async (): Promise<bigint> => (await stage!.live.handle.book.chainState()).trades;
    const before = await sent();
    await held(async () => {
      await ask("70", "12", "Sign, for the relay to bring");
      await life("Buy 12 lots").getByText("in a transaction").waitFor({ timeout: LOADING_MS });
      await ask("70", "13", "Sign, for the relay to bring");
      await life("Buy 13 lots").getByText("with the relay").waitFor({ timeout: LOADING_MS });
      await life("Buy 13 lots").getByRole("button", { name: "Take it back" }).click({ timeout: LOADING_MS });
      await life("Buy 13 lots").getByText("taken back").waitFor({ timeout: LOADING_MS });
    });
    await life("Buy 12 lots").getByText("12 lots rest").waitFor({ timeout: LOADING_MS });
    expect((await sent()) - before).to.equal(1n);
  });

  it("given two that rest, when all is cancelled, then nothing rests", async () => {
    const { page } = one!;
    await page.getByRole("tab", { name: "My orders" }).click();
    await page.getByRole("button", { name: "Cancel all (2)" }).click({ timeout: LOADING_MS });
    await page.getByText("Nothing of this account rests in the book.").waitFor({ timeout: LOADING_MS });
    expect((await stage!.live.handle.book.accountOf(keyOf(stage!, "you").address)).openOrders).to.equal(0n);
  });

  it("given one that rests and two that are on their way since, when all is cancelled, then none of them stays", async () => {
    const { page } = one!;
    const { book } = stage!.live.handle;
    await ask("70", "14", "Sign, for the relay to bring");
    await life("Buy 14 lots").getByText("14 lots rest").waitFor({ timeout: LOADING_MS });
    await held(async () => {
      for (const lots of ["15", "16"]) {
        await ask("70", lots, "Sign, for the relay to bring");
        await life(`Buy ${lots} lots`)
          .getByText(/with the relay|in a transaction/)
          .first()
          .waitFor({ timeout: LOADING_MS });
      }
      const cancellations = activityOf(one!).getByRole("listitem").filter({ hasText: "Cancel #" });
      const before = await cancellations.count();
      await page.getByRole("tab", { name: "My orders" }).click();
      await page.getByRole("button", { name: /^Cancel all/ }).click({ timeout: LOADING_MS });
      await toActivity();
      await eventually(
        () => cancellations.count(),
        (count) => count > before,
      );
    });
    await page.getByRole("tab", { name: "My orders" }).click();
    await page.getByText("Nothing of this account rests in the book.").waitFor({ timeout: LOADING_MS });
    expect((await book.accountOf(keyOf(stage!, "you").address)).openOrders).to.equal(0n);
  });

  it("given a fill that comes before its cancellation, then the cancellation is told to be too late, and the fill stays", async () => {
    const { page } = one!;
    const { handle } = stage!.live;
    await ask("86.6", "19", "Sign and send it myself");
    await toActivity();
    await life("Buy 19 lots").getByText("19 lots rest").waitFor({ timeout: LOADING_MS });
    await page.getByRole("tab", { name: "My orders" }).click();
    const cancel = page.getByRole("button", { name: /^Cancel order/ });
    await cancel.waitFor({ timeout: LOADING_MS });
    const bob = new Hasty(keyOf(stage!, "bob").privateKey, node);
    const sale = await createTrader(handle, bob).signOrder({ leg: 1, price: 8_660n, quantity: -19n });
    let sold: Promise<unknown> = Promise.resolve();
    await held(async () => {
      sold = createSubmitter(handle, bob).submitOne(sale);
      await eventually(
        () => node.send("txpool_status", []) as Promise<{ readonly pending: string }>,
        ({ pending }) => Number(pending) === 1,
      );
      await cancel.click();
      await toActivity();
      await life("Cancel #").waitFor({ timeout: LOADING_MS });
      await eventually(
        () => node.send("txpool_status", []) as Promise<{ readonly pending: string }>,
        ({ pending }) => Number(pending) === 2,
      );
    });
    await sold;
    await life("Buy 19 lots").getByText("19 lots filled").waitFor({ timeout: LOADING_MS });
    await life("Cancel #").getByText("came too late, or nothing was left to cancel").waitFor({ timeout: LOADING_MS });
  });

  it("given that the chain drops the block in which it landed, then it is not certain any more, and the ladder is as the chain has it", async () => {
    const { page } = one!;
    const rows = (): Promise<string> => page.locator(".ladder tbody").innerText();
    await page.locator(".ladder tbody tr.bid").first().waitFor({ timeout: LOADING_MS });
    await page.waitForTimeout(1_500); // two questions for the newest block
    const before = await rows();
    await ask("86.6", "17", "Sign and send it myself");
    await toActivity();
    await life("Buy 17 lots").getByText("17 lots rest").waitFor({ timeout: LOADING_MS });
    await eventually(rows, (text) => text !== before);
    await node.send("evm_setAutomine", [false]);
    await node.send("anvil_reorg", [1, []]);
    const step = life("Buy 17 lots").getByText("to be on the chain");
    await step.waitFor({ timeout: LOADING_MS });
    expect(await life("Buy 17 lots").getByText("17 lots rest").count()).to.equal(0);
    await eventually(rows, (text) => text === before);
    await node.send("evm_setAutomine", [true]);
    await node.send("evm_mine", []);
    await page.waitForSelector('.freshness[data-status="live"]', { timeout: LOADING_MS });
    await page.getByRole("button", { name: "Compare now" }).click({ timeout: LOADING_MS });
    await page.getByText(/The relay agrees with the chain at block \d+/).waitFor({ timeout: LOADING_MS });
  });

  it("given one that is cleared, then it is gone, and after a reload too", async () => {
    const { page } = one!;
    await page.getByRole("button", { name: /^Clear: Buy 17 lots/ }).click({ timeout: LOADING_MS });
    await page.reload();
    await toActivity();
    await life("Buy 11 lots").waitFor({ timeout: LOADING_MS });
    expect(await life("Buy 17 lots").count()).to.equal(0);
  });
});
