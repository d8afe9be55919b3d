import { expect } from "chai";
import type { Locator } from "playwright-core";

import { parseTokenWei } from "../../src/protocol/amounts/units.js";
import { ask, type Env } from "../cli/support.js";
import {
  eventually,
  keptOut,
  LOADING_MS,
  open,
  type Opened,
  type PageStage,
  sharedStage,
  violationsOf,
} from "./support.js";

interface Reversed {
  readonly holders: readonly {
    readonly name: string;
    readonly worst: { readonly gain: { readonly rounded: string } };
  }[];
}

const PRICES = [10, 5, 8, 4, 2];

describe("risk, beside the table", function () {
  this.timeout(LOADING_MS * 3);
  let stage: PageStage;
  let opened: Opened | undefined; // not where there is no browser
  let symbols: readonly string[];

  before(async function () {
    stage = await sharedStage(this);
    symbols = (await ask<{ assets: { symbol: string }[] }>(env(), "show")).assets.map(({ symbol }) => symbol);
    const typed = symbols.map((_, k) => `p${k + 1}=${PRICES[k]}&v${k + 1}=${20 - k}`).join("&");
    opened = await open(stage, `/risk?${typed}&c1-2=0.5`);
    await region("Worst moves").getByRole("table").waitFor({ timeout: LOADING_MS });
  });

  after(async function () {
    await opened?.context.close();
  });

  function env(): Env {
    const { rpcUrl, session } = stage.live.facts;
    return { SESSION_RPC_URL: rpcUrl, SESSION_ADDRESS: session };
  }

  const region = (name: string): Locator => opened!.page.getByRole("region", { name, exact: true });

  it("shows each holder's worst move as the command line has it", async function () {
    const volatilities = symbols.map((_, k) => `${k + 1}=${20 - k}%`).join(",");
    const prices = symbols.map((_, k) => `${k + 1}=${PRICES[k]}`).join(",");
    const words = ["--prices", prices, "--volatility", volatilities, "--correlation", "1/2=0.5"];
    const { holders } = await ask<Reversed>(env(), "stress", "reverse", ...words);
    expect(holders).to.not.deep.equal([]);
    const rows = region("Worst moves").locator("tbody tr");
    expect(await rows.count()).to.equal(holders.length);
    for (const [index, { worst }] of holders.entries()) {
      const cell = rows.nth(index).locator("td").first();
      // There rounded, here cut; and once the assets' decimals are known.
      await eventually(
        () => cell.innerText(),
        (text) => Math.abs(Number(text.replace(/[~,]/g, "")) - Number(worst.gain.rounded)) <= 0.0101,
      );
    }
  });

  it("finds the worst windows of a file of prices, and says what is wrong with one", async function () {
    const header = ["date", ...symbols].join(",");
    const line = (day: string, of: (k: number) => number): string => [day, ...symbols.map((_, k) => of(k))].join(",");
    const history = [
      header,
      line("2026-01-01", () => 100),
      line("2026-01-02", (k) => 90 + 20 * k),
      line("2026-01-03", () => 100),
    ];
    const panel = region("Windows of a history");
    const input = panel.locator('input[type="file"]');
    const file = (text: string) => ({ name: "prices.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
    await input.setInputFiles(file(`\uFEFF${history.join("\r\n")}`));
    await panel.getByText("The worst of 2 windows for each holder").waitFor({ timeout: LOADING_MS });
    expect(await panel.locator("tbody tr").count()).to.equal(await region("Worst moves").locator("tbody tr").count());
    await input.setInputFiles(file("date\n2026-01-01\n"));
    await panel.getByText(`no column ${symbols[0]}`).waitFor({ timeout: LOADING_MS });
  });

  it("tells in how few hands each asset is", async function () {
    const panel = region("Crowding");
    expect(await panel.locator("tbody tr").count()).to.equal(symbols.length);
    await panel.getByText(/holders have at stake is alike to/).waitFor({ timeout: LOADING_MS });
  });

  it("tells what closing would cost as the command line has it", async function () {
    type Positions = {
      positions: { trader: string; parts: { percent: number; filledLots: string; costWei: string | null }[] }[];
    };
    const { positions } = await ask<Positions>(env(), "stress", "unwind");
    expect(positions).to.not.deep.equal([]);
    const panel = region("Cost to close");
    const { trader } = positions[0]!;
    await panel.getByLabel("Account").selectOption(trader, { timeout: LOADING_MS });
    const parts = positions.filter((one) => one.trader === trader).flatMap((one) => one.parts);
    const rows = panel.locator("tbody tr");
    await eventually(
      () => rows.count(),
      (count) => count === parts.length,
    );
    for (const [index, { filledLots, costWei }] of parts.entries()) {
      const cells = rows.nth(index).locator("td.number");
      const given = (await cells.nth(-3).innerText()).replaceAll(",", "");
      expect(given).to.equal(filledLots);
      const cost = cells.nth(-1).locator("data");
      if (costWei === null) expect(await cost.count()).to.equal(0);
      else expect(parseTokenWei((await cost.getAttribute("value"))!)).to.equal(BigInt(costWei));
    }
  });

  it("keeps what is typed in the address", async function () {
    const { page } = opened!;
    await region("Worst moves").getByLabel("Standard deviations").fill("2");
    await region("Worst moves")
      .getByLabel(/^Volatility of/)
      .first()
      .fill("25");
    expect(page.url()).to.include("v1=25").and.to.include("k=2").and.to.include("p1=10");
    await page.getByLabel("Price of one").first().fill("11");
    expect(page.url()).to.include("v1=25").and.to.include("k=2").and.to.include("p1=11");
  });

  it("keeps within its policy, keeps nobody out, and needs no sideways scrolling", async function () {
    const { page } = opened!;
    expect(await keptOut(opened!)).to.deep.equal([]);
    for (const width of [320, 390, 1_440]) {
      await page.setViewportSize({ width, height: 800 });
      expect(await page.evaluate("document.documentElement.scrollWidth"), `at ${width}`).to.be.at.most(width);
    }
    expect(await violationsOf(opened!)).to.deep.equal([]);
    expect(opened!.complaints).to.deep.equal([]);
  });
});
