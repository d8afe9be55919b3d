import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import { holdersInFile } from "../../../src/cli/input/holders-file.js";
import type { Holders } from "../../../src/risk/stress/holders.js";
import type { Fraction } from "../../../src/protocol/amounts/fraction.js";
import { silentContext } from "../context.js";
import { expectCliError } from "../support.js";

const UNIT = 10n ** 18n;
const whole = ({ numerator, denominator }: Fraction): number =>
  Number((numerator * 1_000n) / (denominator * UNIT)) / 1_000;

describe("holders of a stress test, from a file", function () {
  let cwd: string;

  before(async function () {
    cwd = await mkdtemp(join(tmpdir(), "session-holders-"));
  });

  after(async function () {
    await rm(cwd, { recursive: true });
  });

  async function read(content: string): Promise<Holders> {
    await writeFile(join(cwd, "held"), content);
    return holdersInFile(silentContext({ cwd }), "held");
  }

  async function refused(content: string): Promise<string[]> {
    await writeFile(join(cwd, "held"), content);
    const error = expectCliError(() => holdersInFile(silentContext({ cwd }), "held"), "FILE_INVALID", { file: "held" });
    return error.values["problems"] as string[];
  }

  it("hold whole units, with decimals if they like, in 18 places", async function () {
    const { names, symbols, decimals, table, allocationsIn } = await read("holder,AU,AG\nann,70.5,0\nbob,29.5,1\n");
    expect(names).to.deep.equal(["ann", "bob"]);
    expect(symbols).to.deep.equal(["AU", "AG"]);
    expect(decimals).to.deep.equal([18, 18]);
    expect(table).to.equal(undefined); // there are no other markets in a file
    expect(allocationsIn([]).map((row) => row.map(whole))).to.deep.equal([
      [70.5, 0],
      [29.5, 1],
    ]);
    const smallest = await read(`holder,AU\nann,0.${"0".repeat(17)}1\n`);
    expect(smallest.allocationsIn([])[0]![0]!.numerator).to.equal(1n);
  });

  it("count their gains from equal parts of what all hold, if the file says nothing else", async function () {
    const { baseline } = await read("holder,AU,AG\nann,70,30\nbob,20,30\ncy,0,30\n");
    expect(baseline.map((row) => row.map(whole))).to.deep.equal([
      [30, 30],
      [30, 30],
      [30, 30],
    ]);
  });

  it("count them from the columns base:ASSET, in whatever order those stand", async function () {
    const { baseline, symbols } = await read("base:AG,holder,AU,base:AU,AG\n1,ann,3,1,2\n3,bob,1,3,2\n");
    expect(symbols).to.deep.equal(["AU", "AG"]);
    expect(baseline.map((row) => row.map(whole))).to.deep.equal([
      [1, 1],
      [3, 3],
    ]);
  });

  it("hold the same from JSON", async function () {
    const rows = [
      { holder: "ann", AU: "70.5", AG: 1 },
      { holder: "bob", AU: "29.5", AG: 0 },
    ];
    const { names, allocationsIn } = await read(JSON.stringify(rows));
    expect(names).to.deep.equal(["ann", "bob"]);
    expect(allocationsIn([])[0]!.map(whole)).to.deep.equal([70.5, 1]);
  });

  it("are refused if the baseline is of another basket, with every asset of which it is", async function () {
    expect(await refused("holder,AU,AG,base:AU,base:AG\nann,3,1,1,1\nbob,1,1,4,2\n")).to.deep.equal([
      "base:AU: does not sum to what AU does",
      "base:AG: does not sum to what AG does",
    ]);
  });

  it("are refused if the baseline is of some assets only", async function () {
    expect((await refused("holder,AU,AG,base:AU\nann,1,1,1\n"))[0]).to.match(/^line 2, base:AG: AMOUNT_MALFORMED/);
  });

  it("are refused without an asset", async function () {
    expect(await refused("holder\nann\n")).to.deep.equal(["no column for an asset"]);
    expect(await refused("holder,base:AU\nann,1\n")).to.deep.equal(["no column for an asset"]);
  });

  it("are refused with an amount that is none, by line and column", async function () {
    expect((await refused("holder,AU\nann,\n"))[0]).to.match(/^line 2, AU: AMOUNT_MALFORMED/);
    expect((await refused("holder,AU\nann,1e3\n"))[0]).to.match(/^line 2, AU: AMOUNT_MALFORMED/);
    expect((await refused("holder,AU\nann,1\nbob,-1\n"))[0]).to.match(/^line 3, AU: AMOUNT_OUT_OF_RANGE/);
    expect((await refused(`holder,AU\nann,0.${"0".repeat(18)}1\n`))[0]).to.match(/^line 2, AU: AMOUNT_NOT_EXACT/);
  });

  it("are refused without their names, and if there is no file", async function () {
    expect(await refused("who,AU\nann,1\n")).to.deep.equal(["line 2: no holder"]);
    expectCliError(() => holdersInFile(silentContext({ cwd }), "none"), "FILE_UNREADABLE", { file: "none" });
  });
});
