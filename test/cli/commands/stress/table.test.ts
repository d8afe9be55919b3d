/** What `session stress` tells beside its table: what has changed, a page for others, and only the worst of many. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect } from "chai";

import { ask, expectTold, problemsOf, session, tell } from "../../support.js";
import { type Folder, openFolder, PRICES, type Shown } from "./ground.js";

interface Changed {
  readonly numerator: string;
  readonly denominator: string;
}

interface Table {
  readonly source?: { readonly objective?: string; readonly author?: string; readonly sha256: string };
  readonly holders: readonly {
    readonly name: string;
    readonly worstProfit: Shown & { readonly scenario: string };
    readonly expectedProfit?: Shown;
  }[];
  readonly scenarios: readonly {
    readonly name: string;
    readonly profits: readonly Shown[];
    readonly probability?: string;
  }[];
  readonly comparison?: {
    readonly compared: number;
    readonly changes: readonly { readonly scenario: string; readonly holder: string; readonly change: Changed }[];
    readonly scenarios: { readonly added: readonly string[]; readonly gone: readonly string[] };
    readonly holders: { readonly added: readonly string[]; readonly gone: readonly string[] };
  };
}

const SCENARIOS = [
  "# objective: who is hurt by a run on gold",
  "# author: A. <Desk>",
  "# date: 2026-11-30",
  "scenario,AU,AG,probability,source",
  "run,-40%,10%,5%,1980",
  "rise,25%,,0.2,a | b",
  "still,,,0.75,",
  "",
].join("\n");

describe("session stress, beside its table", function () {
  let folder: Folder;
  let holdings: readonly string[];
  let scenarios: string;

  beforeEach(async function () {
    const opened = await openFolder();
    [folder, holdings] = [opened, opened.holdings];
    scenarios = await folder.write("shocks.csv", SCENARIOS);
  });

  afterEach(async function () {
    await folder.remove();
  });

  const stressed = (...words: readonly string[]): Promise<Table> =>
    ask<Table>({}, "stress", ...holdings, "--scenarios", scenarios, ...words);

  it("weighs gains by the probabilities that a file gives", async function () {
    const { holders, scenarios: told, source } = await stressed();
    // Ann: 60 − 165 = −105; 125 − 150 = −25; −50. A twentieth, a fifth and three quarters of them
    expect(holders.map(({ expectedProfit }) => expectedProfit!.rounded)).to.deep.equal(["-47.75", "47.75", "0.00"]);
    expect(told.map(({ probability }) => probability)).to.deep.equal(["0.05", "0.2", "0.75"]);
    expect(source).to.deep.include({ objective: "who is hurt by a run on gold", author: "A. <Desk>" });
    await writeFile(scenarios, "scenario,AU,probability\na,1%,0.5\nb,2%,\n");
    expect((await stressed()).holders[0]!.expectedProfit).to.equal(undefined);
  });

  it("says what has changed since an earlier answer, exactly", async function () {
    const old = await folder.write("old.json", JSON.stringify(await stressed()));
    expect((await stressed("--compare", old)).comparison).to.deep.include({ compared: 9, changes: [] });
    await folder.write("shocks.csv", SCENARIOS.replace("-40%", "-50%").replace("still", "calm"));
    const { comparison } = await stressed("--compare", old);
    expect(comparison!.changes.map(({ scenario, holder, change }) => [scenario, holder, change])).to.deep.equal([
      ["run", "Ann", { numerator: "-10", denominator: "1" }],
      ["run", "Bob", { numerator: "10", denominator: "1" }],
    ]);
    expect(comparison!.scenarios).to.deep.equal({ added: ["calm"], gone: ["still"] });
    expect(comparison!.holders).to.deep.equal({ added: [], gone: [] });
    const text = await tell({}, "stress", ...holdings, "--scenarios", scenarios, "--compare", old);
    expect(text).to.contain("2 of 6 gains have changed.\nNew scenarios: calm.\nGone scenarios: still.");
    expect(text).to.match(/run +Ann +-105\.00 +-115\.00 +-10\.00/);
  });

  it("compares with nothing else than such an answer, in the same unit", async function () {
    const words = ["stress", ...holdings, "--scenarios", scenarios];
    const refused = async (content: string, ...more: readonly string[]): Promise<string[]> => {
      const old = await folder.write("old.json", content);
      return problemsOf(
        await expectTold(session({}, ...words, "--compare", old, ...more, "--json"), 2, "FILE_INVALID"),
      );
    };
    for (const content of [
      "",
      "{}",
      "[]",
      '{"numeraire":"price","holders":[],"scenarios":[{"name":"a","profits":[{"numerator":"1","denominator":"0"}]}]}',
    ]) {
      expect(await refused(content)).to.not.deep.equal([]);
    }
    const parts = JSON.stringify(await stressed("--numeraire", "basket"));
    expect(await refused(parts)).to.deep.equal(["it counts in basket, this in price"]);
  });

  it("writes a page that names what for, by whom, over what, and who loses most", async function () {
    const file = join(folder.path, "report.md");
    expect(await tell({}, "stress", ...holdings, "--scenarios", scenarios, "--report", file)).to.contain(
      `Report: ${file}`,
    );
    const { source } = await stressed();
    const page = await readFile(file, "utf8");
    const lines = page.split("\n");
    expect(lines.length).to.be.below(60); // a page
    expect(lines).to.include("| Objective | who is hurt by a run on gold |");
    expect(lines).to.include("| Author | A. \\<Desk\\> |"); // nothing that others wrote is markup
    expect(page).to.contain(`sha256 ${source!.sha256}`);
    expect(lines).to.include("| Holdings | of a file |");
    expect(lines).to.include("| Ann | -105.00 | run | 290.00 | -47.75 |");
    expect(lines).to.include("| run | 105.00 | 881.50 | 1980 |");
    expect(lines).to.include("| rise | 25.00 | 1132.50 | a \\| b |");
    expect(page).to.contain("In every scenario gains and losses sum to zero, exactly.");
    expect(page).to.not.contain("## Since");
  });

  it("writes what has changed on that page too, and no more than a page of hundreds", async function () {
    const many = Array.from({ length: 300 }, (_, k) => `h${k},${k + 1},${301 - k}`).join("\n");
    const file = await folder.write("many.csv", `holder,AU,AG\n${many}\n`);
    const words = ["--allocations", file, ...PRICES, "--grid", "AU:-50%..50%:40"];
    const old = await folder.write("old.json", JSON.stringify(await ask({}, "stress", ...words)));
    const page = join(folder.path, "many.md");
    await tell({}, "stress", ...words, "--compare", old, "--report", page);
    const text = await readFile(page, "utf8");
    expect(text.split("\n").length).to.be.below(60);
    expect(text).to.contain("285 more holders in the JSON document.");
    expect(text).to.contain("32 more scenarios in the JSON document.");
    expect(text).to.contain("0 of 12000 gains have changed");
  });

  it("ranks the worst few of each as the whole table has them", async function () {
    interface RankedAnswer {
      readonly holders: readonly {
        readonly name: string;
        readonly worst: readonly (Shown & { readonly scenario: string })[];
      }[];
    }
    const grid = ["--grid", "AU:-90%..90%:9", "AG:-90%..90%:9"];
    const table = await ask<Table>({}, "stress", ...holdings, ...grid);
    const ranked = await ask<RankedAnswer>({}, "stress", ...holdings, ...grid, "--worst", "4");
    ranked.holders.forEach(({ name, worst }, holder) => {
      const gains = table.scenarios.map(({ name: scenario, profits }) => ({ scenario, ...profits[holder]! }));
      const value = ({ numerator, denominator }: Shown): number => Number(numerator) / Number(denominator);
      const sorted = gains.sort((a, b) => value(a) - value(b)).slice(0, 4);
      expect(worst, name).to.deep.equal(sorted);
    });
    expect(await tell({}, "stress", ...holdings, ...grid, "--worst", "1")).to.contain(
      "The worst of 81 scenarios for each of 3 holders",
    );
  });

  it("refuses to rank what only the whole table has, and limits without an order", async function () {
    const refused = (...words: readonly string[]): ReturnType<typeof expectTold> =>
      expectTold(session({}, "stress", ...holdings, ...words, "--json"), 2, "ARGUMENT_INVALID");
    await refused("--worst", "0");
    await refused("--worst", "many");
    await refused("--worst", "3", "--numeraire", "basket");
    for (const flag of ["--svg", "--compare", "--report"]) await refused("--worst", "3", flag, "file");
    await refused("--loss-limit", "5");
    const order = await folder.write("order.json", "{}");
    await expectTold(session({}, "stress", ...holdings, "--after", order, "--json"), 2, "FILE_INVALID");
  });
});
