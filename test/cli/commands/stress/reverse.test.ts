import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { expect } from "chai";

import { ask, expectTold, problemsOf, session, sessionIn, tell } from "../../support.js";
import { MOVING, type Shown, useFolder } from "./ground.js";

interface ToldMove {
  readonly returns: readonly { readonly asset: string; readonly part: string }[];
  readonly isPossible: boolean;
  readonly gain: Shown;
}

interface Reversed {
  readonly covariances: string | null;
  readonly tail: number;
  readonly unexposed: readonly string[];
  readonly holders: readonly {
    readonly name: string;
    readonly exposure: readonly Shown[];
    readonly deviation?: number;
    readonly worst?: ToldMove & { readonly loss: number };
    readonly likeliest?: ToldMove & { readonly sigmas: number; readonly tail: number };
    readonly box?: ToldMove;
  }[];
}

const parts = ({ returns }: ToldMove): string[] => returns.map(({ part }) => part);

describe("session stress reverse", function () {
  const folder = useFolder();

  const found = (...words: readonly string[]): Promise<Reversed> =>
    ask<Reversed>({}, "stress", "reverse", ...folder().holdings, ...words);

  it("finds the worst move of three standard deviations, and the most plausible loss of 50", async function () {
    const { holders, unexposed, tail } = await found(...MOVING, "--loss", "50");
    expect(holders.map(({ name }) => name)).to.deep.equal(["Ann", "Bob"]);
    expect(unexposed).to.deep.equal(["Cyd"]);
    expect(tail).to.be.closeTo(0.00134989803, 1e-11);
    const [ann, bob] = holders;
    expect(ann!.exposure.map(({ rounded }) => rounded)).to.deep.equal(["100.00", "-150.00"]);
    expect(ann!.deviation).to.be.closeTo(21.360009, 1e-6);
    expect(ann!.worst!.loss).to.be.closeTo(64.080028, 1e-6);
    expect(parts(ann!.worst!)).to.deep.equal(["-0.245786", "0.263343"]);
    expect(parts(bob!.worst!)).to.deep.equal(["0.245786", "-0.263343"]);
    expect(ann!.likeliest!.sigmas).to.be.closeTo(2.340823, 1e-6);
    expect(ann!.likeliest!.tail).to.be.closeTo(0.0096206, 1e-7);
  });

  it("says what the move as it is printed costs, exactly", async function () {
    const { holders } = await found(...MOVING, "--digits", "6");
    // 100 · 0.245786 + 150 · 0.263343
    expect(holders[0]!.worst!.gain).to.deep.equal({
      rounded: "-64.080050",
      numerator: "-1281601",
      denominator: "20000",
    });
  });

  it("finds the worst corner of a box, with or without knowing how assets move", async function () {
    const { holders, covariances } = await found("--box", "AU=20%,AG=0.1");
    expect(covariances).to.equal(null);
    expect(holders[0]!.deviation).to.equal(undefined);
    expect(parts(holders[0]!.box!)).to.deep.equal(["-0.200000", "0.100000"]);
    expect(holders[0]!.box!.gain.rounded).to.equal("-35.00");
    const both = await found("--box", "AU=20%,AG=0.1", ...MOVING);
    expect(both.holders[0]!.box).to.deep.equal(holders[0]!.box);
    expect(both.holders[0]!.worst).to.not.equal(undefined);
  });

  it("counts in parts of the basket, where a move of all assets alike is none", async function () {
    const { holders } = await found("--relative", "--box", "AU=10%,AG=10%");
    const [ann] = holders;
    // 47 AU and 109 AG are worth 470 and 545: Ann's −50 net is spread by these weights
    const exposure = ann!.exposure.map(({ numerator, denominator }) => Number(numerator) / Number(denominator));
    expect(exposure[0]).to.be.closeTo(100 + (50 * 470) / 1015, 1e-12);
    expect(exposure[0]! + exposure[1]!).to.be.closeTo(0, 1e-12);
  });

  it("says so where a price would have to fall below zero, and leaves that out of the scenarios", async function () {
    const file = join(folder().path, "far.csv");
    const far = ["--sigmas", "20", "--csv", file];
    const { holders } = await found("--volatility", "AU=20%,AG=0", ...far);
    expect(holders[0]!.worst!.isPossible).to.equal(false); // AU −400 %
    expect(holders[1]!.worst!.isPossible).to.equal(true); // and +400 %
    expect((await readFile(file, "utf8")).trim().split("\n")).to.deep.equal([
      "scenario,kind,source,1,2",
      '"worst of Bob",relative,"session stress reverse",4.000000,0.000000',
    ]);
    expect(
      await tell({}, "stress", "reverse", ...folder().holdings, "--volatility", "AU=20%,AG=0", "--sigmas", "20"),
    ).to.contain("AU -400%, AG 0% (no price falls below zero)");
  });

  it("writes scenarios that the stress test itself reads, and prices the same", async function () {
    const file = join(folder().path, "worst.csv");
    const { holders } = await found(...MOVING, "--csv", file, "--digits", "6");
    const table = await ask<{ scenarios: { name: string; profits: Shown[] }[] }>({}, "stress", ...folder().holdings, "--scenarios", file, "--digits", "6"); // prettier-ignore
    const now = -50; // 100 − 150: what Ann has gained by today's prices
    expect(table.scenarios[0]!.name).to.equal("worst of Ann");
    expect(Number(table.scenarios[0]!.profits[0]!.rounded)).to.be.closeTo(now + Number(holders[0]!.worst!.gain.rounded), 1e-9); // prettier-ignore
  });

  it("takes covariances from a file, and from a history", async function () {
    const covariance = await folder().write("cov.csv", "\uFEFFasset,AU,AG\r\nAU,0.04,0.015\r\nAG,0.015,0.0225\r\n");
    const read = await found("--covariance", covariance);
    expect(read.holders[0]!.deviation).to.be.closeTo(21.360009, 1e-6);
    const history = await folder().write(
      "prices.csv",
      "date,AU,AG\n2026-01-01,100,100\n2026-01-02,110,100\n2026-01-03,110,90\n2026-01-04,99,90\n",
    );
    const observed = await found("--history", history);
    expect(observed.covariances).to.equal(`3 windows of 1 in ${history}`);
    // Returns of AU are .1, 0, −.1 and of AG 0, −.1, 0: variances .01 and .01/3, covariance 0
    expect(observed.holders[0]!.deviation).to.be.closeTo(Math.sqrt(100 ** 2 * 0.01 + (150 ** 2 * 0.01) / 3), 1e-9);
  });

  it("tells people moves, losses and odds", async function () {
    const text = await tell({}, "stress", "reverse", ...folder().holdings, ...MOVING, "--loss", "50");
    expect(text).to.contain("Ann     -64.08  AU -24.5786%, AG +26.3343%");
    expect(text).to.contain("The most plausible move that loses 50:");
    expect(text).to.match(/Ann +-50\.00 +AU -19\.1781%, AG \+20\.5479% +2\.340823 +0\.0096206/);
    expect(text).to.contain("Nothing at stake: Cyd.");
  });

  describe("refuses", function () {
    const refused = async (code: string, ...words: readonly string[]): Promise<string> => {
      const { message } = await expectTold(
        session({}, "stress", "reverse", ...folder().holdings, ...words, "--json"),
        2,
        code,
      );
      return message;
    };

    it("no covariances, and two kinds of them", async function () {
      await refused("ARGUMENT_INVALID");
      await refused("ARGUMENT_INVALID", ...MOVING, "--covariance", "cov.csv");
      await refused("ARGUMENT_INVALID", "--box", "AU=1,AG=1", "--correlation", "AU/AG=0.5");
      const twice = ["--correlation", "AU/AG=0.5", "AG/AU=0.1"];
      await refused("ARGUMENT_INVALID", "--volatility", "AU=20%,AG=15%", ...twice);
      await refused("ARGUMENT_INVALID", "--box", "AU=1,AG=1", "--loss", "-1");
      await refused("ARGUMENT_INVALID", "--box", "AU=1,AG=1", "--sigmas", "-1");
    });

    it("correlations and volatilities that are none, in whatever words", async function () {
      for (const rho of ["1.5", "-1.01", "NaN", "Infinity", "", "1e-1", "0x1"]) {
        await refused("ARGUMENT_INVALID", "--volatility", "AU=20%,AG=15%", "--correlation", `AU/AG=${rho}`);
      }
      for (const volatility of ["-20%", "NaN", "", "20%%", "a"]) {
        await refused("ARGUMENT_INVALID", "--volatility", `AU=${volatility},AG=15%`);
      }
      expect(await refused("ARGUMENT_INVALID", "--volatility", "AU=20%")).to.contain("one for AG too");
      await refused("ARGUMENT_INVALID", "--volatility", "AU=20%,AU=10%,AG=15%");
      await refused("CORRELATION_INVALID", "--volatility", "AU=20%,AG=15%", "--correlation", "AU/AU=0.5");
    });

    it("plausibilities and losses of nothing", async function () {
      for (const sigmas of ["0", "-3", "three"]) {
        const { error } = JSON.parse((await session({}, "stress", "reverse", ...folder().holdings, ...MOVING, "--sigmas", sigmas, "--json")).stdout) as { error: { code: string } }; // prettier-ignore
        expect(error.code).to.match(/^(PARAMETER_INVALID|ARGUMENT_INVALID)$/);
      }
      await refused("PARAMETER_INVALID", ...MOVING, "--loss", "0");
    });

    it("matrices that are no covariances, line by line", async function () {
      const inFile = async (content: string): Promise<string> => {
        await folder().write("bad.csv", content);
        const run = sessionIn(
          folder().path,
          {},
          "stress",
          "reverse",
          ...folder().holdings,
          "--covariance",
          "bad.csv",
          "--json",
        );
        const { stdout } = await run;
        return (JSON.parse(stdout) as { error: { message: string } }).error.message;
      };
      expect(await inFile("asset,AU,AG\nAU,1,2\nAG,2,1\n")).to.contain("COVARIANCE_NEGATIVE");
      expect(await inFile("asset,AU,AG\nAU,1,0.5\nAG,0.4,1\n")).to.contain("COVARIANCE_ASYMMETRIC");
      expect(await inFile("asset,AU,AG\nAU,1,NaN\nAG,0,1\n")).to.contain("line 2: AG: NaN is no number");
      expect(await inFile("asset,AU,AG\nAU,1,0\n")).to.contain("no row for AG");
      expect(await inFile("asset,AU\nAU,1\nAG,1\n")).to.contain("no column for AG");
      expect(await inFile("asset,AU,AG\nAU,1,0\nAU,1,0\nAG,0,1\n")).to.contain("AU stands there twice");
    });

    it("prices with gaps, other sequences of days, or none above zero: every line that is wrong", async function () {
      const file = await folder().write(
        "gaps.csv",
        "date,AU,AG\n2026-01-02,1,1\n2026-01-01,1,\nlately,0,1\n2026-01-05,x,1\n",
      );
      const told = await expectTold(session({}, "stress", "reverse", ...folder().holdings, "--history", file, "--json"), 2, "FILE_INVALID"); // prettier-ignore
      const problems = problemsOf(told);
      expect(problems.slice(0, 4)).to.deep.equal([
        "line 3, date: 2026-01-01 does not come after 2026-01-02",
        "line 3, AG: no price; --skip-gaps leaves such days out",
        "line 4, date: lately is none, such as 2026-11-30",
        "line 4, AU: 0 is no price above zero",
      ]);
      expect(problems.some((problem) => problem.startsWith("line 5, AU: AMOUNT_MALFORMED"))).to.equal(true);
    });
  });
});
