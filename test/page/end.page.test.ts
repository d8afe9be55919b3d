import { text } from "node:stream/consumers";

import { expect } from "chai";

import { cellsOf } from "../../app/views/data/files.js";
import { createRelayClient, type RelayClient } from "../../src/client/relay/client.js";
import { createTrader } from "../../src/client/trader.js";
import { tableLines } from "../../src/input/text-table.js";
import { TestAsset__factory } from "../../typechain-types/index.js";
import { parseTokenWei } from "../../src/protocol/amounts/units.js";
import type { HistoryKind } from "../../src/wire/history.js";
import { connect, eventually, keyOf, LOADING_MS, open, type Opened, ownStage, type PageStage } from "./support.js";
import { giveWallets } from "./wallet.js";

/** After t2. */
describe("the end of a session, on the page", function () {
  this.timeout(LOADING_MS * 4);
  let stage: PageStage | undefined;

  before(async function () {
    stage = await ownStage(this);
  });

  after(async () => {
    await stage?.stop();
  });

  async function as(who: string): Promise<Opened> {
    const { rpcUrl } = stage!.live.facts;
    const one = await open(stage!, "/account", {
      before: (page) => giveWallets(page, rpcUrl, [{ name: "Mine", rdns: "test.mine", key: keyOf(stage!, who) }]),
    });
    await connect(one, /Mine/);
    await one.page.getByRole("heading", { name: /^My account/ }).waitFor({ timeout: LOADING_MS });
    return one;
  }

  const panel = ({ page }: Opened) =>
    page.locator("section.panel").filter({ has: page.getByRole("heading", { name: "Exit", exact: true }) });

  /** Of a column of the exit, exactly; once the node has told of the assets. */
  const shown = async (one: Opened, column: number): Promise<bigint[]> => {
    const amounts = panel(one).locator(`tbody td:nth-child(${column}) data`);
    await amounts.first().waitFor({ timeout: LOADING_MS });
    const cells = await amounts.all();
    return Promise.all(cells.map(async (cell) => parseTokenWei((await cell.getAttribute("value"))!))); // 18 decimals, as the assets
  };

  it("given that trading goes on, then there is no exit", async () => {
    const one = await as("alice");
    await one.page.getByRole("heading", { name: "What binds" }).waitFor({ timeout: LOADING_MS });
    await one.page.locator(".skeleton").first().waitFor({ state: "detached", timeout: LOADING_MS });
    expect(await panel(one).count()).to.equal(0);
    await one.context.close();
  });

  it("given that it is over, when somebody leaves with tokens, then the wallet gets exactly what was shown, and there is no exit any more", async () => {
    await stage!.live.settle();
    const { handle } = stage!.live;
    const alice = keyOf(stage!, "alice");
    const legs = await Promise.all([1, 2].map((leg) => handle.session.legToken(leg)));
    const held = async (): Promise<bigint[]> => {
      const whole = await handle.session.balanceOf(alice.address);
      const parts = await Promise.all(
        legs.map((leg) => TestAsset__factory.connect(leg, handle.runner.provider).balanceOf(alice.address)),
      );
      return parts.map((part) => part + whole); // a session token is one of every leg
    };
    const one = await as("alice");
    await panel(one).waitFor({ timeout: LOADING_MS });
    const claims = await shown(one, 2);
    expect(claims).to.deep.equal(await createTrader(handle, alice).claims());
    const before = await held();
    await panel(one).getByRole("button", { name: "Exit with tokens" }).click();
    await panel(one).waitFor({ state: "detached", timeout: LOADING_MS });
    const after = await held();
    expect(after.map((now, k) => now - before[k]!)).to.deep.equal(claims);
    expect(one.complaints).to.deep.equal([]);
    await one.context.close();
  });

  it("given that it is over, when somebody leaves in kind, then the assets that were shown are in the wallet", async () => {
    const { handle } = stage!.live;
    const bob = keyOf(stage!, "bob");
    const held = (): Promise<bigint[]> =>
      Promise.all(
        handle.assets.map(({ address }) =>
          TestAsset__factory.connect(address, handle.runner.provider).balanceOf(bob.address),
        ),
      );
    const one = await as("bob");
    await panel(one).waitFor({ timeout: LOADING_MS });
    const units = await shown(one, 3);
    const before = await held();
    await panel(one).getByRole("button", { name: "Exit with the assets" }).click();
    await panel(one).waitFor({ state: "detached", timeout: LOADING_MS });
    const after = await held();
    expect(after.map((now, k) => now - before[k]!)).to.deep.equal(units);
    await one.context.close();
  });

  it("given somebody to whom nothing is due, then there is no exit", async () => {
    const one = await as("keeper");
    await one.page.getByText(/Not registered/).waitFor({ timeout: LOADING_MS });
    expect(await panel(one).count()).to.equal(0);
    await one.context.close();
  });

  it("gives its histories as files, which are read back as what the relay has, all at one block", async () => {
    const one = await open(stage!, "/data");
    const files = one.page.locator("section.panel").filter({ has: one.page.getByRole("heading", { name: "Files" }) });
    const client = createRelayClient(stage!.live.facts.relayUrl!);
    for (const kind of ["orders", "fills", "weights", "accounts", "checkpoints"] as const) {
      await files.getByRole("combobox").selectOption(kind, { timeout: LOADING_MS });
      const coming = one.page.waitForEvent("download", { timeout: LOADING_MS });
      await files.getByRole("button", { name: "CSV" }).click({ timeout: LOADING_MS });
      const [first = "", ...lines] = (await text(await (await coming).createReadStream())).split("\n");
      const head = JSON.parse(first.slice("# ".length)) as { readonly block: number; readonly blockHash: string };
      const [columns, ...rows] = tableLines(lines.join("\n")).map(({ cells }) => cells!);
      const { block, items } = await whole(client, kind, head.block);
      expect(block.hash, kind).to.equal(head.blockHash);
      expect(items, kind).to.have.length.greaterThan(0);
      const read = rows.map((cells) => new Map(columns!.map((column, k) => [column, cells[k]])));
      expect(read, kind).to.have.lengthOf(items.length);
      for (const [k, item] of items.entries())
        for (const [column, value] of cellsOf(item)) expect(read[k]!.get(column), `${kind}, row ${k}, ${column}`).to.equal(value); // prettier-ignore
    }
    await one.context.close();
  });

  it("tells of the phase, and takes no order", async () => {
    const one = await as("carol");
    await eventually(
      () => one.page.locator(".phase").getAttribute("data-phase"),
      (phase) => phase === "settling",
    );
    await one.page.goto(`${stage!.page.url}/trade/1/1`);
    await one.page.getByText("Trading is over.").waitFor({ timeout: LOADING_MS });
    expect(await one.page.getByRole("button", { name: "Review & sign" }).isDisabled()).to.equal(true);
    await one.context.close();
  });
});

/** All pages of a history as it was at a block, oldest first. */
async function whole(client: RelayClient, kind: HistoryKind, at: number) {
  let page = await client.history(kind, { at, order: "asc", limit: 1_000 });
  const { block } = page;
  const items: object[] = [...page.items];
  while (page.next !== null) {
    page = await client.history(kind, { at, order: "asc", limit: 1_000, cursor: page.next });
    items.push(...page.items);
  }
  return { block, items };
}
