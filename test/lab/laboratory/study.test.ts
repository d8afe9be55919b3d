import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import { figure } from "../../../lab/laboratory/figures.js";
import { createLabStudy, parseLabOptions } from "../../../lab/laboratory/study.js";
import { curvesPicture } from "../../../src/pictures/curves.js";
import { expectInputError } from "../expect-input-error.js";

const parse = (...words: string[]) => parseLabOptions({ name: "kyle", about: "About." }, words);

/** What a study prints is for whoever called it. */
async function silently<Result>(act: () => Promise<Result>): Promise<Result> {
  const write = process.stdout.write.bind(process.stdout);
  const swallow = (_text: string, done: () => void): boolean => {
    done();
    return true;
  };
  process.stdout.write = swallow as typeof process.stdout.write; // a study writes text, and waits until it is out
  try {
    return await act();
  } finally {
    process.stdout.write = write;
  }
}

describe("a study in a laboratory", function () {
  it("reads its options, and refuses others", function () {
    expect(parse()).to.deep.equal({
      kind: "run",
      options: { short: false, seed: 1n, svg: undefined, json: false, prices: [] },
    });
    const { kind } = parse("--help");
    expect(kind).to.equal("help");
    expectInputError(() => parse("--seed", "minus one"), "OPTION_INVALID");
    expectInputError(() => parse("--long"), "OPTION_UNKNOWN");
    expectInputError(() => parse("more"), "OPTION_INVALID");
    expectInputError(() => parse("--prices", "own.csv"), "OPTION_UNKNOWN");
    const priced = parseLabOptions({ name: "pairs", about: "About.", takesPrices: true }, [
      "--prices",
      "/a.csv",
      "/b.csv",
    ]);
    expect(priced.kind === "run" && priced.options.prices).to.deep.equal(["/a.csv", "/b.csv"]);
  });

  it("exits with 0 if every figure holds, with 1 if one does not, and writes its pictures", async function () {
    const folder = mkdtempSync(join(tmpdir(), "lab-"));
    const run = (measured: number, ...words: string[]) =>
      createLabStudy({
        name: "nothing",
        about: "Nothing.",
        load: () =>
          Promise.resolve({
            experiment: () =>
              Promise.resolve({
                chapters: [{ title: "T", about: "A.", figures: [figure("one", measured, 1, 0)] }],
                pictures: { one: curvesPicture({ title: "One", across: "x", up: "y", curves: [] }) },
              }),
          }),
      })(words);
    expect(await silently(() => run(1, "--json", "--svg", folder))).to.equal(0);
    expect(await silently(() => run(2, "--json"))).to.equal(1);
    expect(readdirSync(folder)).to.deep.equal(["one.svg"]);
    expect(readFileSync(join(folder, "one.svg"), "utf8")).to.include("<svg");
  });
});
