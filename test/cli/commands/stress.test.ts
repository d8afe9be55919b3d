import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect } from "chai";

import { OUTSIDE, UNDECIDED } from "../../../src/protocol/value/stress-holders.js";
import { as, ask, type Env, expectSaid, expectTold, problemsOf, session, sessionIn, tell } from "../support.js";
import { addRain, openWorld, trade, type World } from "../world.js";

interface Shown {
  readonly rounded: string;
  readonly numerator: string;
  readonly denominator: string;
}

interface Stressed {
  readonly numeraire: string;
  readonly assets: readonly string[];
  readonly holders: readonly {
    readonly name: string;
    readonly worstValue: Shown & { readonly scenario: string };
    readonly worstProfit: Shown & { readonly scenario: string };
  }[];
  readonly scenarios: readonly {
    readonly name: string;
    readonly prices: readonly string[];
    readonly values: readonly Shown[];
    readonly profits: readonly Shown[];
    readonly total: Shown;
    readonly profitTotal: Shown;
  }[];
}

const rounded = (numbers: readonly Shown[]): string[] => numbers.map((one) => one.rounded);
const short = (address: string): string => `${address.slice(0, 6)}…${address.slice(-4)}`;

/** Bob has sold Alice 10 000 lots of leg 1 at 50 %, and 2000 lots of rain at 400: 37 cash and 10 of leg 1; Bob 63 and minus 10. */
async function withPositions(world: World): Promise<void> {
  await addRain(world);
  await trade(world, world.bob, "sell", "10000", "--price", "50%");
  await trade(world, world.alice, "buy", "10000", "--price", "50%");
  await trade(world, world.bob, "sell", "2000", "--market", "2", "--price", "400");
  await trade(world, world.alice, "buy", "2000", "--market", "2", "--price", "400");
}

describe("session stress", function () {
  describe("of a session", function () {
    let world: World;
    let env: Env;

    beforeEach(async function () {
      world = await openWorld(withPositions);
      ({ env } = world);
    });

    const PRICES = ["--prices", "AU=10,AG=5"];

    it("values every account in every scenario; the basket is what all of them come to", async function () {
      const grid = ["--grid", "AU:-50%..50%:3", "--outcome", "2=400"];
      const stressed = await ask<Stressed>(env, "stress", ...PRICES, ...grid);
      expect(stressed.assets).to.deep.equal(["AU", "AG"]);
      expect(stressed.holders.map(({ name }) => name)).to.deep.equal([
        world.alice.address,
        world.bob.address,
        UNDECIDED,
        OUTSIDE,
      ]);
      expect(stressed.scenarios.map(({ name, prices }) => [name, prices])).to.deep.equal([
        ["AU -50%", ["5", "5"]],
        ["AU 0%", ["10", "5"]],
        ["AU +50%", ["15", "5"]],
      ]);
      // 100 AU and 200.5 AG
      expect(stressed.scenarios.map(({ total }) => total.rounded)).to.deep.equal(["1502.50", "2002.50", "2502.50"]);
      // Alice: 55 of 1000 of the gold, 45 of the silver; Bob 45 and 55; the others hold what is outside
      expect(rounded(stressed.scenarios[1]!.values)).to.deep.equal(["100.11", "100.14", "0.00", "1802.25"]);
    });

    it("counts gains from what each has paid in, and they sum to zero", async function () {
      const stressed = await ask<Stressed>(
        env,
        "stress",
        ...PRICES,
        "--grid",
        "AU:-100%..100%:5",
        "--outcome",
        "2=400",
      );
      for (const { profitTotal, profits } of stressed.scenarios) {
        expect(profitTotal.numerator).to.equal("0");
        expect(profits[3]!.numerator).to.equal("0"); // nobody outside has gained or lost
      }
      // 5 of 1000 tokens' gold more and as much silver less: 0.5 AU for 1.0025 AG, from -5.0125 up by 2.5 a step
      const alice = stressed.scenarios.map(({ profits }) => profits[0]!.rounded);
      expect(alice).to.deep.equal(["-5.01", "-2.51", "-0.01", "2.49", "4.99"]);
      expect(stressed.holders[0]!.worstProfit).to.deep.include({ scenario: "AU -100%", rounded: "-5.01" });
    });

    it("counts from equal parts if it is asked to", async function () {
      const stressed = await ask<Stressed>(env, "stress", ...PRICES, "--outcome", "2=400", "--baseline", "equal");
      expect(rounded(stressed.scenarios[0]!.profits)).to.deep.equal(["-0.01", "0.01", "0.00", "0.00"]);
    });

    it("gives exact fractions beside the rounded numbers", async function () {
      const { scenarios } = await ask<Stressed>(env, "stress", ...PRICES, "--outcome", "2=400", "--digits", "4");
      const [{ numerator, denominator, rounded: shown }] = scenarios[0]!.values as [Shown];
      expect(shown).to.equal("100.1125"); // 5.5 AU and 9.0225 AG
      expect(BigInt(numerator) * 10_000n).to.equal(1_001_125n * BigInt(denominator));
    });

    it("counts a root whose outcome is open at its worst for everybody, and says what that leaves over", async function () {
      const open = await ask<Stressed>(env, "stress", ...PRICES);
      // Bob may owe 20 of 1000 tokens, Alice may get nothing: 2 % of 2002.5 are for whoever is right
      expect(rounded(open.scenarios[0]!.values)).to.deep.equal(["84.09", "76.11", "40.05", "1802.25"]);
      expect(open.scenarios[0]!.total.rounded).to.equal("2002.50");
      expect(await tell(env, "stress", ...PRICES)).to.contain(UNDECIDED);
      expect(await tell(env, "stress", ...PRICES, "--outcome", "2=400")).to.not.contain(UNDECIDED);
    });

    it("follows the outcome that is given", async function () {
      const dry = await ask<Stressed>(env, "stress", ...PRICES, "--outcome", "2=0");
      const wet = await ask<Stressed>(env, "stress", ...PRICES, "--outcome", "2=1000");
      // 20 of 1000 tokens, all of them 2002.5
      expect(rounded(dry.scenarios[0]!.values).slice(0, 2)).to.deep.equal(["84.09", "116.16"]);
      expect(rounded(wet.scenarios[0]!.values).slice(0, 2)).to.deep.equal(["124.14", "76.11"]);
    });

    it("counts in parts of the basket, or in an asset", async function () {
      const parts = await ask<Stressed>(
        env,
        "stress",
        ...PRICES,
        "--outcome",
        "2=400",
        "--numeraire",
        "basket",
        "--digits",
        "6",
      );
      expect([parts.numeraire, parts.scenarios[0]!.total.rounded]).to.deep.equal(["basket", "1.000000"]);
      expect(parts.scenarios[0]!.values[0]!.rounded).to.equal("0.049994"); // 100.1125 of 2002.5
      const silver = await ask<Stressed>(env, "stress", ...PRICES, "--outcome", "2=400", "--numeraire", "AG");
      expect(rounded(silver.scenarios[0]!.values).slice(0, 2)).to.deep.equal(["20.02", "20.03"]);
      expect(silver.scenarios[0]!.total.rounded).to.equal("400.50");
    });

    it("tells people values and gains in two tables, addresses shortened, and the worst of each", async function () {
      const text = await tell(env, "stress", ...PRICES, "--grid", "AU:-50%..50%:2", "--outcome", "2=400");
      const [values, gains] = text.split("\n\n");
      expect(values!.split("\n")[0]).to.equal("Value of each holding in the prices' unit:");
      expect(values!.split("\n")[1]!.split(/ {2,}/)).to.deep.equal([
        "scenario",
        short(world.alice.address),
        short(world.bob.address),
        OUTSIDE,
        "total",
      ]);
      expect(gains!.split("\n")[0]).to.equal("Gain or loss against the baseline:");
      expect(
        gains!
          .split("\n")
          .map((line) => line.split(/ {2,}/))
          .slice(3),
      ).to.deep.equal([
        ["AU -50%", "-2.51", "2.51", "0.00", "0.00"],
        ["AU +50%", "2.49", "-2.49", "0.00", "0.00"],
        ["worst", "-2.51", "-2.49", "0.00"],
      ]);
    });

    it("draws gains and losses into a file, where it is called", async function () {
      const words = ["stress", ...PRICES, "--outcome", "2=400", "--grid", "AU:-50%..50%:3", "--svg", "stress.svg"];
      const { stdout } = await sessionIn(world.folder, env, ...words);
      expect(stdout).to.match(/\n\nPicture: stress\.svg\n$/);
      const picture = await readFile(join(world.folder, "stress.svg"), "utf8");
      expect(picture).to.contain("Gain or loss against the baseline, in the prices' unit");
      expect(picture).to.contain("3 scenarios, 3 holders. Least: -2.51").and.to.contain("in AU -50%");
      const none = join(world.folder, "none", "stress.svg");
      await expectTold(session(env, "stress", ...PRICES, "--svg", none, "--json"), 2, "FILE_UNWRITABLE", {
        file: none,
      });
    });

    it("draws two assets' shocks as a table for each holder, one asset's by the other's", async function () {
      const grid = ["--grid", "AU:-50%..50%:2", "AG:-20%..20%:3"];
      const words = ["stress", ...PRICES, "--outcome", "2=400", ...grid, "--svg", "grid.svg"];
      await sessionIn(world.folder, env, ...words);
      const picture = await readFile(join(world.folder, "grid.svg"), "utf8");
      const { scenarios } = await ask<Stressed>(env, ...words.slice(0, -2));
      expect(scenarios).to.have.length(6);
      const shown = [...picture.matchAll(/<title>(.+?): (AU .+?), (AG .+?): (.+?)<\/title>/g)];
      const gains = scenarios.map(({ name, profits }) => [name, rounded(profits)[0]]);
      const ofAlice = shown.filter(([, holder]) => holder === short(world.alice.address));
      expect(ofAlice.map(([, , au, ag, text]) => [`${au} ${ag}`, text])).to.deep.equal(gains);
      expect(picture).to.contain("2 by 3 scenarios.");
    });

    it("takes scenarios from a file, with outcomes in columns of their own", async function () {
      const file = join(world.folder, "shocks.csv");
      await writeFile(file, "scenario,AU,root:2\ndry and dear,100%,0\nwet,,1000\n");
      const { scenarios } = await ask<Stressed>(env, "stress", ...PRICES, "--scenarios", file);
      expect(scenarios.map(({ name, prices }) => [name, prices])).to.deep.equal([
        ["dry and dear", ["20", "5"]],
        ["wet", ["10", "5"]],
      ]);
      expect(rounded(scenarios[1]!.values).slice(0, 2)).to.deep.equal(["124.14", "76.11"]);
    });

    it("keeps what somebody has taken out of the baseline", async function () {
      const before = await ask<Stressed>(env, "stress", ...PRICES, "--outcome", "2=400");
      await tell(as(env, world.alice), "withdraw", "5");
      const after = await ask<Stressed>(env, "stress", ...PRICES, "--outcome", "2=400");
      expect(rounded(after.scenarios[0]!.profits)).to.deep.equal(rounded(before.scenarios[0]!.profits));
      // 5 of 1000 tokens of 2002.5
      expect(rounded(after.scenarios[0]!.values)).to.deep.equal(["90.10", "100.14", "0.00", "1812.26"]);
    });

    it("is refused for outcomes and assets that are none", async function () {
      const refuse = (argument: string, ...words: string[]) =>
        expectTold(session(env, "stress", ...PRICES, ...words, "--json"), 2, "ARGUMENT_INVALID", { argument });
      await refuse("--outcome", "--outcome", "9=1");
      await refuse("asset", "--grid", "TIN:-10%..10%:3");
      await refuse("asset", "--numeraire", "TIN");
      await refuse("--digits", "--digits", "19");
      await expectTold(session(env, "stress", "--prices", "AU=10", "--json"), 2, "ARGUMENT_INVALID");
    });
  });

  describe("of holdings in a file", function () {
    let folder: string;
    let held: string[];

    before(async function () {
      ({ folder } = await openWorld());
      await writeFile(join(folder, "held.csv"), "holder,AAPL,TSLA\nann,70,30\nbob,30,70\n");
      held = ["stress", "--allocations", join(folder, "held.csv"), "--prices", "AAPL=200,TSLA=100"];
    });

    it("asks no chain", async function () {
      const { scenarios } = await ask<Stressed>({ SESSION_RPC_URL: "http://127.0.0.1:1" }, ...held);
      expect(rounded(scenarios[0]!.values)).to.deep.equal(["17000.00", "13000.00"]);
      expect(rounded(scenarios[0]!.profits)).to.deep.equal(["2000.00", "-2000.00"]); // against half of all
    });

    it("tells people the same in tables", async function () {
      const text = await tell({}, ...held, "--grid", "AAPL:-50%..50%:2");
      expect(text).to.contain(
        [
          "scenario        ann       bob     total",
          "---------  --------  --------  --------",
          "AAPL -50%  10000.00  10000.00  20000.00",
          "AAPL +50%  24000.00  16000.00  40000.00",
          "worst      10000.00  10000.00",
        ].join("\n"),
      );
    });

    it("rounds to the digits that are asked for", async function () {
      const [none, many] = await Promise.all(
        ["0", "18"].map((digits) => ask<Stressed>({}, ...held, "--numeraire", "AAPL", "--digits", digits)),
      );
      expect(rounded(none!.scenarios[0]!.values)).to.deep.equal(["85", "65"]);
      expect(many!.scenarios[0]!.values[0]!.rounded).to.equal(`85.${"0".repeat(18)}`);
    });

    it("multiplies several grids with each other", async function () {
      const { scenarios } = await ask<Stressed>({}, ...held, "--grid", "AAPL:-20%..20%:3", "TSLA:-20%..20%:3");
      expect(scenarios).to.have.length(9);
      const { values } = scenarios.find(({ name }) => name === "AAPL -20% TSLA +20%")!;
      expect(rounded(values)).to.deep.equal(["14800.00", "13200.00"]); // 70 · 160 + 30 · 120
    });

    it("has no other markets", async function () {
      await expectTold(session({}, ...held, "--outcome", "2=1", "--json"), 2, "ARGUMENT_INVALID");
    });

    it("is refused by line and column of its file", async function () {
      const file = join(folder, "bad.csv");
      await writeFile(file, "holder,AAPL\nann,many\n");
      const run = session({}, "stress", "--allocations", file, "--prices", "AAPL=1", "--json");
      const told = await expectTold(run, 2, "FILE_INVALID", { file });
      expect(problemsOf(told)[0]).to.match(/^line 2, AAPL: AMOUNT_MALFORMED/);
      await expectSaid(session({}, "stress", "--allocations", file, "--prices", "AAPL=1"), 2, "line 2, AAPL", "Mend");
    });
  });
});
