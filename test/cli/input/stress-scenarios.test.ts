import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import fc from "fast-check";

import { assetIndex } from "../../../src/input/asset-names.js";
import type { Scenario } from "../../../src/risk/stress/scenario-rows.js";
import { readScenarios, type ScenarioOptions } from "../../../src/cli/input/stress-scenarios.js";
import type { MarketTable } from "../../../src/protocol/market/market-table.js";
import { SHOCKED_SCALE } from "../../../src/protocol/value/stress-scenarios.js";
import { between, newEvent, newInterval, tableOf } from "../../protocol/markets.js";
import { expectRuleError, FIXED } from "../../protocol/support.js";
import { silentContext } from "../context.js";
import { expectCliError } from "../support.js";

const SYMBOLS = ["AU", "AG"] as const;
const PRICES = { prices: ["AU=200,AG=100"] } as const;
/** Root 2 is an interval of 0 to 400, root 3 an event of three outcomes with 10 ticks to a weight of 1. */
const TABLE = tableOf(
  () => newInterval(between(0, 400)),
  () => newEvent(3),
);

/** Prices as people write them, in hundredths. */
const pricesOf = ({ prices }: Scenario): number[] =>
  prices.map((price) => Number((price * 100n) / SHOCKED_SCALE) / 100);
const shown = (found: readonly Scenario[]): unknown[] => found.map((one) => [one.name, pricesOf(one)]);

describe("scenarios of a stress test", function () {
  let cwd: string;

  before(async function () {
    cwd = await mkdtemp(join(tmpdir(), "session-scenarios-"));
  });

  after(async function () {
    await rm(cwd, { recursive: true });
  });

  function read(options: Partial<ScenarioOptions>, table?: MarketTable): Scenario[] {
    return readScenarios(silentContext({ cwd }), { shocks: "relative", ...options }, SYMBOLS, table);
  }

  async function fromFile(content: string, options: Partial<ScenarioOptions> = {}, table = TABLE): Promise<Scenario[]> {
    await writeFile(join(cwd, "shocks"), content);
    return read({ ...PRICES, scenarios: "shocks", ...options }, table);
  }

  async function refusedFile(content: string, options: Partial<ScenarioOptions> = {}): Promise<string> {
    await writeFile(join(cwd, "shocks"), content);
    const run = (): unknown => read({ ...PRICES, scenarios: "shocks", ...options }, TABLE);
    const { values } = expectCliError(run, "FILE_INVALID", { file: "shocks" });
    const [problem] = values["problems"] as string[];
    return problem!;
  }

  describe("prices", function () {
    it("are given for each asset by its symbol or number, in one word or several", function () {
      for (const prices of [["AU=200,AG=100"], ["AU=200", "AG=100"], ["2=100", "1=200"], ["AG=100", "1=200"]]) {
        expect(shown(read({ prices }))).to.deep.equal([["as it is", [200, 100]]]);
      }
    });

    it("have decimals, and may be zero", function () {
      expect(pricesOf(read({ prices: ["AU=0.25,AG=0"] })[0]!)).to.deep.equal([0.25, 0]);
    });

    it("are refused if one is missing, and it is named", function () {
      const { values } = expectCliError(() => read({ prices: ["AU=1"] }), "ARGUMENT_INVALID", {
        argument: "--prices",
        value: "AU=1",
      });
      expect(values["wanted"]).to.equal("a price for AG too");
      expect(expectCliError(() => read({}), "ARGUMENT_INVALID").values["wanted"]).to.equal("a price for AU, AG too");
    });

    it("are refused below zero, and if they are no numbers", function () {
      expectCliError(() => read({ prices: ["AU=-1,AG=1"] }), "ARGUMENT_INVALID", { argument: "--prices" });
      expectRuleError(() => read({ prices: ["AU=dear,AG=1"] }), "AMOUNT_MALFORMED", { text: "dear" });
      expectRuleError(() => read({ prices: ["AU,AG=1"] }), "AMOUNT_MALFORMED", { text: "" });
    });

    it("are refused for an asset that is none", function () {
      const { values } = expectCliError(() => read({ prices: ["TIN=1"] }), "ARGUMENT_INVALID", { value: "TIN" });
      expect(values["wanted"]).to.equal("one of AU, AG, or a number from 1 to 2");
    });
  });

  describe("an asset", function () {
    it("is named by its symbol or its number from 1", function () {
      expect(["AU", "AG", "1", "2", " AG ", "02"].map((name) => assetIndex(name, SYMBOLS))).to.deep.equal([
        0, 1, 0, 1, 1, 1,
      ]);
    });

    it("is nothing else", function () {
      for (const name of ["", "0", "3", "au", "AU AG", "1.0", "-1", "100"]) {
        expectCliError(() => assetIndex(name, SYMBOLS), "ARGUMENT_INVALID", { argument: "asset", value: name });
      }
    });
  });

  describe("a grid", function () {
    it("spreads shocks evenly between two ends, both included", function () {
      expect(shown(read({ ...PRICES, grid: ["AU:-50%..50%:3"] }))).to.deep.equal([
        ["AU -50%", [100, 100]],
        ["AU 0%", [200, 100]],
        ["AU +50%", [300, 100]],
      ]);
    });

    it("takes fractions for percents", function () {
      const percents = read({ ...PRICES, grid: ["AG:-10%..10%:5"] });
      expect(read({ ...PRICES, grid: ["2:-0.1..0.1:5"] })).to.deep.equal(percents);
    });

    it("of several assets has every combination", function () {
      const found = read({ ...PRICES, grid: ["AU:-50%..50%:2", "AG:0%..10%:2"] });
      expect(found.map(({ name }) => name)).to.deep.equal([
        "AU -50% AG 0%",
        "AU -50% AG +10%",
        "AU +50% AG 0%",
        "AU +50% AG +10%",
      ]);
      expect(pricesOf(found[3]!)).to.deep.equal([300, 110]);
    });

    it("of absolute shocks adds to the price", function () {
      const found = read({ ...PRICES, shocks: "absolute", grid: ["AU:-20..20:3"] });
      expect(shown(found)).to.deep.equal([
        ["AU -20", [180, 100]],
        ["AU 0", [200, 100]],
        ["AU +20", [220, 100]],
      ]);
    });

    it("is refused if it is no range", function () {
      for (const grid of ["", "AU", "AU:up", "AU:1..2", "AU:-10%..10%", "AU:..:3", ":1..2:3", "AU:-10%..10%:x"]) {
        expectCliError(() => read({ ...PRICES, grid: [grid] }), "ARGUMENT_INVALID", {
          argument: "--grid",
          value: grid,
        });
      }
      expectRuleError(() => read({ ...PRICES, grid: ["AU:a..b:3"] }), "AMOUNT_MALFORMED", { text: "a" });
      expectCliError(() => read({ ...PRICES, grid: ["TIN:-10%..10%:3"] }), "ARGUMENT_INVALID", { value: "TIN" });
    });

    it("is refused with a percent of an amount, and with one between the digits of a shock", function () {
      const grid = ["AU:-10%..10%:3"];
      expectCliError(() => read({ ...PRICES, shocks: "absolute", grid }), "ARGUMENT_INVALID", { argument: "shock" });
      const fine = `0.${"0".repeat(17)}1%`;
      expectRuleError(() => read({ ...PRICES, grid: [`AU:0..${fine}:2`] }), "AMOUNT_NOT_EXACT", {
        text: fine,
        unitsPerOne: 10n ** 18n,
      });
    });

    it("has as many rows as steps, whose ends are what was asked for", function () {
      fc.assert(
        fc.property(fc.integer({ min: 2, max: 40 }), fc.nat(99), fc.nat(99), (steps, fall, rise) => {
          const found = read({ ...PRICES, grid: [`AU:-${fall}%..${rise}%:${steps}`] });
          expect(found).to.have.length(steps);
          expect(pricesOf(found[0]!)[0]).to.equal(200 - 2 * fall);
          expect(pricesOf(found.at(-1)!)[0]).to.equal(200 + 2 * rise);
          for (const { prices } of found) expect(prices[1]).to.equal(100n * SHOCKED_SCALE);
        }),
        { ...FIXED, numRuns: 50 },
      );
    });
  });

  describe("a file that says more of its scenarios", function () {
    it("has a kind for each, and of ratios the reference: its own shock moves all others with it", async function () {
      const content = [
        "scenario,kind,reference,AU,AG",
        "relative,relative,,-50%,",
        "absolute,absolute,,-50,",
        "ratio,ratio,AG,-50%,",
        "both,ratio,2,-50%,10%",
        "as asked,,,50%,",
        "",
      ].join("\n");
      expect(shown(await fromFile(content))).to.deep.equal([
        ["relative", [100, 100]],
        ["absolute", [150, 100]],
        ["ratio", [100, 100]],
        ["both", [110, 110]],
        ["as asked", [300, 100]],
      ]);
      const asked = await fromFile("scenario,AU,AG\nboth,-50%,10%\n", { shocks: "ratio", reference: "AG" });
      expect(shown(asked)).to.deep.equal([["both", [110, 110]]]);
    });

    it("has probabilities, sources and dates", async function () {
      const content = "scenario,AU,probability,source,date\nrun,-40%,5%,desk,2026-11-30\nrise,1%,0.95,,\n";
      const [run, rise] = await fromFile(content);
      expect(run).to.deep.include({ probability: 5n * 10n ** 16n, source: "desk", date: "2026-11-30" });
      expect(rise).to.not.have.any.keys("source", "date");
    });

    it("may begin with what it is for, which is no scenario", async function () {
      const found = await fromFile("\uFEFF# objective: why\r\n# author: me\r\nscenario,AU\r\nrun,-50%\r\n");
      expect(shown(found)).to.deep.equal([["run", [100, 100]]]);
      const json = { author: "me", scenarios: [{ scenario: "run", AU: "-50%", probability: "1" }] };
      expect(shown(await fromFile(JSON.stringify(json)))).to.deep.equal([["run", [100, 100]]]);
    });

    it("is refused with other kinds, references that are missing, and what is no probability", async function () {
      expect(await refusedFile("scenario,AU,kind\na,1%,log\n")).to.contain("line 2, kind: ARGUMENT_INVALID");
      expect(await refusedFile("scenario,AU,kind\na,1%,ratio\n")).to.contain("a column reference, or --reference");
      expect(await refusedFile("scenario,AU,kind,reference\na,1%,ratio,TIN\n")).to.contain("line 2, reference:");
      for (const probability of ["-0.1", "1.1", "NaN", "half", "-5%"]) {
        expect(await refusedFile(`scenario,AU,probability\na,1%,${probability}\n`)).to.contain("line 2, probability:");
      }
      expect(await refusedFile("scenario,AU,probability\na,1%,0.6\nb,1%,0.5\n")).to.equal(
        "probabilities sum to 1.1, more than 1",
      );
      expectCliError(() => read({ ...PRICES, shocks: "ratio", grid: ["AU:0..1:2"] }), "ARGUMENT_INVALID", {
        argument: "--shocks",
      });
    });

    it("is refused with a date that no calendar has, and with one that is none", async function () {
      for (const date of ["2026-02-30", "soon", "2026-13-01 crash"]) {
        const problem = await refusedFile(`scenario,AU,date\ncrash,-10%,${date}\n`);
        expect(problem).to.match(/^line 2, date: .*a day such as 2026-11-30/);
      }
    });

    it("is refused where a ratio and its reference come to more digits than a shock has", async function () {
      const fine = `0.${"0".repeat(9)}1`;
      expect(await refusedFile(`scenario,AU,AG,kind,reference\na,${fine},${fine},ratio,AG\n`)).to.contain(
        "AMOUNT_NOT_EXACT",
      );
    });
  });

  describe("a file", function () {
    it("has a row for each scenario and a column for each asset shocked; what is empty is not", async function () {
      const content = "scenario,AU,AG\nfall,-50%,\nrise,0.5,10%\nnothing,,\n";
      expect(shown(await fromFile(content))).to.deep.equal([
        ["fall", [100, 100]],
        ["rise", [300, 110]],
        ["nothing", [200, 100]],
      ]);
    });

    it("comes before a grid, if both are given", async function () {
      const found = await fromFile("scenario,AU\nfall,-50%\n", { grid: ["AG:0%..10%:2"] });
      expect(found.map(({ name }) => name)).to.deep.equal(["fall", "AG 0%", "AG +10%"]);
    });

    it("says outcomes of other markets in columns of their own", async function () {
      const [wet, dry] = await fromFile("scenario,root:2,root:3\nwet,350,2\ndry,,\n");
      expect(wet!.outcomes).to.deep.equal([
        { marketRootId: 2, values: [350n] },
        { marketRootId: 3, values: [0n, 10n, 0n] },
      ]);
      expect(dry!.outcomes).to.deep.equal([]);
    });

    it("overrules what is said for every scenario", async function () {
      const [own, everywhere] = await fromFile("scenario,root:2\nown,1\nas all,\n", { outcome: ["2=7", "3=1"] });
      expect(own!.outcomes).to.deep.equal([
        { marketRootId: 2, values: [1n] },
        { marketRootId: 3, values: [10n, 0n, 0n] },
      ]);
      expect(everywhere!.outcomes[0]).to.deep.equal({ marketRootId: 2, values: [7n] });
    });

    it("is refused by line and column", async function () {
      expect(await refusedFile("scenario,AU\nfall,x%\n")).to.match(/^line 2, AU: AMOUNT_MALFORMED/);
      expect(await refusedFile("scenario,TIN\nfall,1\n")).to.match(/^line 2, TIN: .*one of AU, AG/);
      expect(await refusedFile("scenario,root:2\nfall,wet\n")).to.match(/^line 2, root:2: AMOUNT_MALFORMED/);
      expect(await refusedFile("scenario,root:9\nfall,1\n")).to.match(/^line 2, root:9: .*a root of this session/);
      expect(await refusedFile("scenario,AU\nfall,10%\n", { shocks: "absolute" })).to.match(
        /^line 2, AU: .*takes no %/,
      );
    });

    it("is refused with a price that falls below zero, by its line", async function () {
      expect(await refusedFile("scenario,AU\nfall,-1\n\nabyss,-1.5\n")).to.match(/^line 4: AMOUNT_OUT_OF_RANGE/);
    });
  });

  describe("an outcome of another market", function () {
    const outcomes = (...outcome: string[]): unknown => read({ ...PRICES, outcome }, TABLE)[0]!.outcomes;

    it("is the value of an interval, or the number of an event's outcome", function () {
      expect(outcomes("2=350", "3=1")).to.deep.equal([
        { marketRootId: 2, values: [350n] },
        { marketRootId: 3, values: [10n, 0n, 0n] },
      ]);
      expect(outcomes("3=3")).to.deep.equal([{ marketRootId: 3, values: [0n, 0n, 10n] }]);
    });

    it("is refused if it is none, of the basket, or of a root that is not there", function () {
      for (const text of ["2", "2=", "=1", "two=1", "2:350"]) {
        const { values } = expectCliError(() => outcomes(text), "ARGUMENT_INVALID", {
          argument: "--outcome",
          value: text,
        });
        expect(values["wanted"]).to.contain("ROOT=OUTCOME");
      }
      for (const text of ["1=1", "4=1", "0=1"]) {
        const { values } = expectCliError(() => outcomes(text), "ARGUMENT_INVALID", {
          argument: "--outcome",
          value: text,
        });
        expect(values["wanted"]).to.contain("other than the basket");
      }
    });

    it("is refused if its root has another one, however its number is written", async function () {
      expectCliError(() => read({ ...PRICES, outcome: ["2=350", "02=100"] }, TABLE), "ARGUMENT_INVALID", {
        argument: "--outcome",
        wanted: "one outcome of root 2",
      });
      expect(await refusedFile("scenario,root:2,root:02\nrain,350,100\n")).to.match(/^line 2, root:02: /);
    });

    it("is refused beyond the outcomes that an event has", function () {
      for (const number of ["0", "4", "x"]) {
        expectCliError(() => outcomes(`3=${number}`), "ARGUMENT_INVALID", { argument: "--outcome", value: number });
      }
    });

    it("is refused where there is no session", function () {
      expectCliError(() => read({ ...PRICES, outcome: ["2=1"] }), "ARGUMENT_INVALID", { argument: "--outcome" });
    });
  });
});
