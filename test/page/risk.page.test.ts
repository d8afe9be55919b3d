import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

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

type Told = { readonly gain: { readonly rounded: string } };
interface Reversed {
  readonly holders: readonly {
    readonly name: string;
    readonly worst: Told;
    readonly likeliest: Told & { readonly sigmas: number; readonly tail: number };
    readonly box: Told;
  }[];
}
/** There rounded, here cut. */
const CUT = 0.0101;
const numberIn = (text: string): number => Number(text.replace(/[~,]/g, ""));

const PRICES = [10, 5, 8, 4, 2];

describe("risk, beside the table", function () {
  this.timeout(LOADING_MS * 3);
  let stage: PageStage;
  let opened: Opened | undefined; // not where there is no browser
  let symbols: readonly string[];
  let folder: string;

  before(async function () {
    folder = await mkdtemp(join(tmpdir(), "risk-"));
    stage = await sharedStage(this);
    symbols = (await ask<{ assets: { symbol: string }[] }>(env(), "show")).assets.map(({ symbol }) => symbol);
    const typed = symbols.map((_, k) => `p${k + 1}=${PRICES[k]}&v${k + 1}=${20 - k}`).join("&");
    const box = symbols.map((_, k) => `b${k + 1}=${10 + k}`).join("&");
    opened = await open(stage, `/risk?${typed}&c1-2=0.5&lose=50&${box}`);
    await region("Table of worst moves").waitFor({ timeout: LOADING_MS });
  });

  after(async function () {
    await opened?.context.close();
    await rm(folder, { recursive: true, force: true });
  });

  function env(): Env {
    const { rpcUrl, session } = stage.live.facts;
    return { SESSION_RPC_URL: rpcUrl, SESSION_ADDRESS: session };
  }

  const priced = (): string[] => ["--prices", symbols.map((_, k) => `${k + 1}=${PRICES[k]}`).join(",")];

  /** What a button saves. */
  async function savedBy(button: Locator): Promise<string> {
    const download = opened!.page.waitForEvent("download");
    await button.click();
    return readFile(await (await download).path(), "utf8");
  }

  /** The words by which the command line is told what the page was. */
  function asked(...more: readonly string[]): string[] {
    const each = (of: (k: number) => string): string => symbols.map((_, k) => `${k + 1}=${of(k)}`).join(",");
    const moving = ["--volatility", each((k) => `${20 - k}%`), "--correlation", "1/2=0.5"];
    return [...priced(), ...moving, ...more];
  }

  const region = (name: string): Locator => opened!.page.getByRole("region", { name, exact: true });

  it("shows each holder's worst moves as the command line has them", async function () {
    const box = symbols.map((_, k) => `${k + 1}=${10 + k}%`).join(",");
    const { holders } = await ask<Reversed>(env(), "stress", "reverse", ...asked("--loss", "50", "--box", box));
    expect(holders).to.not.deep.equal([]);
    const tables = { worst: "worst moves", likeliest: "likeliest moves", box: "moves in the box" } as const;
    for (const [kind, name] of Object.entries(tables)) {
      const rows = region(`Table of ${name}`).locator("tbody tr");
      expect(await rows.count(), name).to.equal(holders.length);
      for (const [index, holder] of holders.entries()) {
        const { gain } = holder[kind as keyof typeof tables];
        const cell = rows.nth(index).locator("td").first();
        // Once the assets' decimals are known.
        await eventually(
          () => cell.innerText(),
          (text) => Math.abs(numberIn(text) - Number(gain.rounded)) <= CUT,
        );
      }
    }
    const odds = await region("Table of likeliest moves").locator("tbody tr").first().locator("td").allInnerTexts();
    const { sigmas, tail } = holders[0]!.likeliest;
    expect(odds.slice(-2)).to.deep.equal([sigmas.toPrecision(5), tail.toPrecision(5)]);
  });

  it("saves the moves that were found as the scenarios that the command line writes", async function () {
    const box = symbols.map((_, k) => `${k + 1}=${10 + k}%`).join(",");
    const file = join(folder, "moves.csv");
    await ask(env(), "stress", "reverse", ...asked("--loss", "50", "--box", box, "--csv", file));
    const saved = await savedBy(region("Worst moves").getByRole("button", { name: "Save as scenarios" }));
    expect(saved).to.equal(await readFile(file, "utf8"));
  });

  it("takes covariances from a file, and estimates them from prices, as the command line does", async function () {
    const panel = region("Worst moves");
    const given = panel.getByLabel(/^Or a CSV/);
    const square = symbols.map((_, k) => symbols.map((__, l) => (k === l ? 0.04 + k / 100 : 0.01)));
    const matrix = [["asset", ...symbols], ...square.map((row, k) => [symbols[k]!, ...row])];
    const day = (k: number): string => `2026-01-${String(k + 1).padStart(2, "0")}`;
    const prices = [["date", ...symbols], ...Array.from({ length: 9 }, (_, k) => [day(k), ...symbols.map((__, l) => 100 + ((k * (3 + 2 * l)) % 7))])]; // prettier-ignore
    const cases = [
      ["covariance.csv", matrix, ["--covariance"], []],
      ["past.csv", prices, ["--history"], ["--periods", "2"]],
    ] as const;
    for (const [name, rows, flag, more] of cases) {
      const path = join(folder, name);
      await writeFile(path, rows.map((row) => row.join(",")).join("\n"));
      await given.setInputFiles(path);
      if (more.length > 0) await panel.getByLabel("Lines of prices that a move takes").fill("2");
      await panel.getByText(more.length > 0 ? "7 windows of 2 in past.csv" : "covariances of covariance.csv").waitFor();
      const { holders } = await ask<{ holders: { deviation: number }[] }>(env(), "stress", "reverse", ...priced(), ...flag, path, ...more); // prettier-ignore
      const told = await region("Table of worst moves").locator("tbody tr td:last-child").allInnerTexts();
      expect(told.length, name).to.equal(holders.length);
      holders.forEach(({ deviation }, k) => expect(Number(told[k])).to.be.closeTo(deviation, deviation / 10_000)); // five digits are shown
    }
    await panel.getByRole("button", { name: "Back to typed ones" }).click();
    await panel.getByLabel(/^Volatility of/).first().waitFor(); // prettier-ignore
  });

  it("shows values, too, and shocks that are amounts", async function () {
    const { page } = opened!;
    await page.getByLabel("Shocks are").selectOption("absolute");
    await page.getByLabel("Shock from").first().fill("-3");
    await page.getByLabel("to", { exact: true }).first().fill("3");
    await page.getByLabel("in steps").first().fill("3");
    const panel = region("Gains and losses");
    await panel.getByLabel("Shown").selectOption("values");
    const grid = [`${symbols[0]}:-3..3:3`, "--shocks", "absolute"];
    type Values = { scenarios: { name: string; values: { rounded: string }[]; total: { rounded: string } }[] };
    const { scenarios } = await ask<Values>(env(), "stress", ...priced(), "--grid", ...grid);
    const rows = (await panel.locator("tbody tr").allInnerTexts()).map((row) =>
      row.replaceAll(/,| worst/g, "").split("\t"),
    );
    expect(rows).to.deep.equal(
      scenarios.map(({ name, values, total }) => [name, ...[...values, total].map(({ rounded }) => rounded)]),
    );
    await panel.getByLabel("Shown").selectOption("profits");
    await page.getByLabel("Shock from").first().fill("");
    await page.getByLabel("to", { exact: true }).first().fill("");
    await page.getByLabel("Shocks are").selectOption("relative");
  });

  it("tells what a breakdown of correlations does, and what one move redistributes, as the command line has it", async function () {
    type Along = { holders: { breakdowns: { losses: (number | null)[] }[] }[] };
    const { holders } = await ask<Along>(env(), "stress", "correlation", ...asked());
    const losses = holders.flatMap(({ breakdowns }) => breakdowns.map((one) => one.losses));
    const panel = region("Breakdown of correlations");
    const rows = await panel.locator("tbody tr").allInnerTexts();
    expect(rows.map((row) => row.split("\t").slice(2))).to.deep.equal(
      losses.map((of) => of.map((loss) => (loss === null ? "–" : loss.toFixed(2)))),
    );
    type Whole = { redistribution: { atLeast: { rounded: string }; atMost: number } };
    const { redistribution } = await ask<Whole>(env(), "stress", "session", ...asked());
    const { atLeast, atMost } = redistribution;
    expect(numberIn(await panel.locator("strong").innerText())).to.be.closeTo(Number(atLeast.rounded), CUT);
    await panel.getByText(`makes more than ${atMost.toFixed(2)} change hands`).waitFor();
  });

  it("tells at which outcome each position is worst, and how traders stood together, as the command line does", async function () {
    type Positions = { positions: { worstWei: string }[] };
    const { positions } = await ask<Positions>(env(), "stress", "roots");
    const rows = region("Table of worst outcomes").locator("tbody tr");
    expect(await rows.count()).to.equal(positions.length);
    for (const [index, { worstWei }] of positions.entries()) {
      const value = await rows.nth(index).locator("td data").getAttribute("value");
      expect(parseTokenWei(value!)).to.equal(BigInt(worstWei));
    }
    type Herds = { periods: { markets: { buyers: number; traders: number; herding: number }[] }[] };
    const { periods } = await ask<Herds>(env(), "stress", "herding", "--period", "+1h", "--least", "2");
    const panel = region("Herding");
    await panel.getByLabel("Hours of a period").fill("1");
    await panel.getByLabel("Traders of a market, at least").fill("2");
    const told = periods.flatMap(({ markets }) => markets).slice(-50);
    const herds = panel.locator("tbody tr");
    await eventually(
      () => herds.count(),
      (count) => count > 0,
    );
    const texts = (await herds.allInnerTexts()).slice(-told.length).map((row) => row.split("\t"));
    expect(texts.slice(-5).map((cells) => [cells[2], cells[3], cells[6]])).to.deep.equal(
      told.slice(-5).map(({ buyers, traders, herding }) => [String(buyers), String(traders), herding.toFixed(4)]),
    );
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
    const holders = await region("Table of worst moves").locator("tbody tr").count();
    const rows = region("Table of worst windows").locator("tbody tr");
    expect(await rows.count()).to.equal(2 * holders);
    await panel.getByLabel("Worst of each holder").fill("1");
    expect(await rows.count()).to.equal(holders);
    const saved = await savedBy(panel.getByRole("button", { name: "Save as picture" }));
    const [prices, picture] = [join(folder, "prices.csv"), join(folder, "windows.svg")];
    await writeFile(prices, history.join("\n"));
    type Past = { holders: { worst: { gain: { rounded: string } }[] }[] };
    const words = [...priced(), "--history", prices, "--worst", "1", "--svg", picture];
    const told = await ask<Past>(env(), "stress", "history", ...words);
    expect(saved).to.equal(await readFile(picture, "utf8"));
    expect((await rows.allInnerTexts()).map((row) => row.split("\t")[3]!.replaceAll(",", ""))).to.deep.equal(
      told.holders.map(({ worst }) => worst[0]!.gain.rounded),
    );
    await panel.getByRole("img", { name: /^Windows of a history/ }).waitFor();
    await input.setInputFiles(file("date\n2026-01-01\n"));
    await panel.getByText(`no column ${symbols[0]}`).waitFor({ timeout: LOADING_MS });
  });

  it("takes a file of scenarios, and saves the document, the page, the picture and the comparison that the command line gives", async function () {
    const { page } = opened!;
    const text = `# objective: what a fall does\n# author: desk\nscenario,${symbols.join(",")}\ncalm,${symbols.map(() => "").join(",")}\nfall,${symbols.map((_, k) => `-${10 + k}%`).join(",")}\n`;
    const scenarios = region("Scenarios");
    await scenarios
      .locator('input[type="file"]')
      .setInputFiles({ name: "fall.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
    await scenarios.getByText("what a fall does").waitFor({ timeout: LOADING_MS });
    await writeFile(join(folder, "fall.csv"), text);
    const report = join(folder, "report.md");
    type Holder = { readonly name: string; readonly worstProfit: { readonly numerator: string } };
    type Document = {
      readonly source: { sha256: string };
      readonly scenarios: unknown;
      readonly holders: readonly Holder[];
    };
    const picture = join(folder, "stress.svg");
    const words = [...priced(), "--scenarios", join(folder, "fall.csv"), "--report", report, "--svg", picture];
    const told = await ask<Document>(env(), "stress", ...words);
    await scenarios.getByText(told.source.sha256).waitFor();
    const record = region("Record");
    const saved = (name: string): Promise<string> => savedBy(record.getByRole("button", { name }));
    const mine = JSON.parse(await saved("Save as JSON")) as Document;
    expect([mine.scenarios, mine.holders]).to.deep.equal([told.scenarios, told.holders]);
    const lines = (markdown: string): string[] => markdown.split("\n").filter((line) => !line.includes("fall.csv")); // there with its path
    expect(lines(await saved("Report, one page"))).to.deep.equal(lines(await readFile(report, "utf8")));
    expect(await saved("Save as picture")).to.equal(await readFile(picture, "utf8"));
    await record
      .locator('input[type="file"]')
      .setInputFiles({ name: "old.json", mimeType: "application/json", buffer: Buffer.from(JSON.stringify(told)) });
    await record.getByText(/Since old.json: 0 of \d+ gains have changed/).waitFor();
    const ranked = record.getByRole("region", { name: "Table of worst scenarios" }).locator("tbody tr");
    expect(await ranked.count()).to.equal(2 * mine.holders.length);
    await page.getByText("What if …").click();
    await page.getByLabel("Most that anybody may lose").fill("0");
    const losers = told.holders
      .filter(({ worstProfit }) => worstProfit.numerator.startsWith("-"))
      .map(({ name }) => name);
    const limit = region("Loss limit");
    await limit.getByText(new RegExp(`^${losers.length} of ${told.holders.length} loses? more than 0 of `)).waitFor();
    const links = await limit.locator("tbody th a").all();
    const named = await Promise.all(links.map((link) => link.getAttribute("title")));
    expect(named).to.deep.equal(losers.filter((name) => name.startsWith("0x")));
    await page.getByLabel("Most that anybody may lose").fill("");
    await page.getByText("What if …").click();
    await scenarios.getByRole("button", { name: "Back to typed shocks" }).click();
  });

  it("tells in how few hands each asset is", async function () {
    const panel = region("Crowding");
    expect(await region("Table of concentration").locator("tbody tr").count()).to.equal(symbols.length);
    const saved = await savedBy(panel.getByRole("button", { name: "Save as picture" }));
    const picture = join(folder, "holdings.svg");
    await ask(env(), "stress", "session", ...asked("--svg", picture));
    expect(saved).to.equal(await readFile(picture, "utf8"));
    await panel.getByText(/holders have at stake is alike to/).waitFor({ timeout: LOADING_MS });
  });

  it("tells what closing would cost as the command line has it", async function () {
    type Positions = {
      positions: {
        trader: string;
        daysToUnwind: { numerator: string; denominator: string } | null;
        parts: {
          percent: number;
          filledLots: string;
          uncoveredLots: string;
          costWei: string | null;
          maker: { costWei: string | null } | null;
        }[];
      }[];
    };
    const { maker, makerFactory } = stage.live.facts;
    const words = ["--maker", maker!, "--maker-factory", makerFactory];
    const { positions } = await ask<Positions>(env(), "stress", "unwind", ...words);
    expect(positions).to.not.deep.equal([]);
    const panel = region("Cost to close");
    const { trader } = positions[0]!;
    await panel.getByLabel("Account").selectOption(trader, { timeout: LOADING_MS });
    const own = positions.filter((one) => one.trader === trader);
    const parts = own.flatMap((one) => one.parts);
    const rows = panel.locator("tbody tr");
    await eventually(
      () => rows.count(),
      (count) => count === parts.length,
    );
    const days = own[0]!.daysToUnwind!;
    const shown = rows.first().locator("td.number").nth(1);
    await eventually(
      () => shown.innerText(),
      (text) => Math.abs(numberIn(text) - Number(days.numerator) / Number(days.denominator)) <= 0.11,
    );
    expect(
      parts.some((part) => part.maker !== null),
      "a maker of the basket",
    ).to.equal(true);
    await panel.getByRole("columnheader", { name: "A maker’s price" }).waitFor({ timeout: LOADING_MS });
    const isCost = async (cell: Locator, wei: string | null): Promise<void> => {
      const cost = cell.locator("data");
      if (wei === null) expect(await cost.count()).to.equal(0);
      else expect(parseTokenWei((await cost.getAttribute("value"))!)).to.equal(BigInt(wei));
    };
    for (const [index, { filledLots, uncoveredLots, costWei, maker: served }] of parts.entries()) {
      const cells = rows.nth(index).locator("td.number");
      const counts = (await cells.allInnerTexts()).slice(-6, -4);
      expect(counts.map((text) => text.replaceAll(",", ""))).to.deep.equal([filledLots, uncoveredLots]);
      await isCost(cells.nth(-3), costWei);
      await isCost(cells.nth(-1), served?.costWei ?? null);
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
