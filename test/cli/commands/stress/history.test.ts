import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { expect } from "chai";

import { ask, expectTold, problemsOf, session, tell } from "../../support.js";
import { type Shown, useFolder } from "./ground.js";

interface Windows {
  readonly windows: number;
  readonly unexposed: readonly string[];
  readonly holders: readonly {
    readonly name: string;
    readonly worst: readonly {
      readonly from: string;
      readonly to: string;
      readonly gain: Shown;
      readonly returns: readonly { readonly asset: string; readonly part: number; readonly numerator: string }[];
    }[];
  }[];
}

const HISTORY = [
  "date,volume,AG,AU",
  "2026-01-01,9,100,100",
  "2026-01-02,9,110,90",
  "2026-01-03,9,121,90",
  "2026-01-04,9,60.5,135",
  "",
].join("\n");

describe("session stress history", function () {
  const folder = useFolder();

  const found = async (content: string, ...words: readonly string[]): Promise<Windows> =>
    ask<Windows>(
      {},
      "stress",
      "history",
      ...folder().holdings,
      "--history",
      await folder().write("prices.csv", content),
      ...words,
    );

  it("ranks all windows of so many rows by what they would have cost each holder", async function () {
    const { windows, holders } = await found(HISTORY, "--worst", "2");
    expect(windows).to.equal(3);
    const told = holders.map(({ name, worst }) => [name, worst.map(({ from, to, gain }) => [from, to, gain.rounded])]);
    // Ann has 100 of AU and −150 of AG at stake: −10 − 15, 0 − 15, +50 + 75; Bob the opposite
    expect(told).to.deep.equal([
      ["Ann", [["2026-01-01", "2026-01-02", "-25.00"], ["2026-01-02", "2026-01-03", "-15.00"]]], // prettier-ignore
      ["Bob", [["2026-01-03", "2026-01-04", "-125.00"], ["2026-01-02", "2026-01-03", "15.00"]]], // prettier-ignore
    ]);
    const longer = await found(HISTORY, "--periods", "3", "--worst", "5");
    // AU +35 %, AG −39.5 %
    expect(longer.holders[1]!.worst.map(({ gain }) => gain.rounded)).to.deep.equal(["-94.25"]);
  });

  it("gives returns as they were, exactly, in the sequence of the assets", async function () {
    const { holders } = await found(HISTORY, "--worst", "1");
    const [au, ag] = holders[0]!.worst[0]!.returns;
    expect([au!.asset, au!.part, ag!.asset, ag!.part]).to.deep.equal(["AU", -0.1, "AG", 0.1]);
    expect(au!.numerator).to.equal((-10n * 10n ** 18n).toString());
  });

  it("reads marks of byte order and line ends of any system, and JSON", async function () {
    const plain = await found(HISTORY);
    expect(await found(`\uFEFF${HISTORY.replaceAll("\n", "\r\n")}`)).to.deep.equal(plain);
    const [header, ...rows] = HISTORY.trim().split("\n").map((line) => line.split(",")); // prettier-ignore
    const json = rows.map((row) => Object.fromEntries(row.map((cell, k) => [header![k]!, cell])));
    expect(await found(JSON.stringify(json))).to.deep.equal(plain);
  });

  it("leaves days with gaps out if it is told to", async function () {
    const gap = HISTORY.replace("2026-01-02,9,110,90", "2026-01-02,9,,90");
    expect((await found(gap, "--skip-gaps")).windows).to.equal(2);
  });

  it("refuses gaps else, a history that is too short, and assets without a column", async function () {
    const refused = async (
      content: string,
      code: string,
      ...words: readonly string[]
    ): ReturnType<typeof expectTold> => {
      const file = await folder().write("prices.csv", content);
      return expectTold(
        session({}, "stress", "history", ...folder().holdings, "--history", file, ...words, "--json"),
        2,
        code,
      );
    };
    const gap = HISTORY.replace("2026-01-02,9,110,90", "2026-01-02,9,,90");
    expect(problemsOf(await refused(gap, "FILE_INVALID"))).to.deep.equal([
      "line 3, AG: no price; --skip-gaps leaves such days out",
    ]);
    await refused(HISTORY, "OBSERVATIONS_TOO_FEW", "--periods", "4");
    expect(problemsOf(await refused("date,AU\n2026-01-01,1\n", "FILE_INVALID"))).to.deep.equal(["no column for AG"]);
    expect(problemsOf(await refused("date,AU,AG,1\n2026-01-01,1,1,1\n", "FILE_INVALID"))).to.deep.equal([
      "1 is the same asset as AU",
    ]);
    await refused("", "FILE_INVALID");
    await refused(HISTORY, "ARGUMENT_INVALID", "--periods", "0");
  });

  it("draws what the windows do to everybody", async function () {
    const svg = join(folder().path, "windows.svg");
    await found(HISTORY, "--worst", "1", "--svg", svg);
    const drawn = await readFile(svg, "utf8");
    for (const text of ["2026-01-01 to 2026-01-02", "2026-01-03 to 2026-01-04", "-125.00", "125.00", "Ann", "Bob"]) {
      expect(drawn).to.contain(text);
    }
    expect(drawn).to.not.contain("2026-01-02 to"); // nobody's worst
  });

  it("tells people when, how much, and how each asset moved", async function () {
    await folder().write("prices.csv", HISTORY);
    const text = await tell(
      {},
      "stress",
      "history",
      ...folder().holdings,
      "--history",
      `${folder().path}/prices.csv`,
      "--worst",
      "1",
    );
    expect(text).to.match(/Ann +2026-01-01 +2026-01-02 +-25\.00 +-10\.00% +10\.00%/);
  });
});
