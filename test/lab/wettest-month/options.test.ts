import { expect } from "chai";

import { parseOptions } from "../../../lab/wettest-month/options.js";
import { expectInputError } from "../expect-input-error.js";

function options(...words: string[]) {
  const request = parseOptions(words);
  if (request.kind !== "run") throw new Error("help was asked for");
  return request.options;
}

describe("wettest-month options", () => {
  it("default to 2015", () => {
    expect(options()).to.deep.equal({
      year: 2015,
      weatherFile: undefined,
      traders: 10,
      seed: 1n,
      json: false,
      dataset: undefined,
    });
  });

  it("take all of them", () => {
    const words = "--year 2012 --weather w.csv --traders 4 --seed 9 --dataset /none/flow --json".split(" ");
    const told = { year: 2012, weatherFile: "w.csv", traders: 4, seed: 9n, json: true, dataset: "/none/flow" };
    expect(options(...words)).to.deep.equal(told);
  });

  it("answer --help with a text that names every option", () => {
    const request = parseOptions(["--help"]);
    if (request.kind !== "help") throw new Error("no help");
    expect(request.text).to.include("npm run lab wettest-month --");
    for (const name of ["year", "weather", "traders", "seed", "json"]) expect(request.text).to.include(`--${name}`);
  });

  const invalid = [
    ["--year", "1970"],
    ["--year", "9999"],
    ["--year", "2015-01"],
    ["--traders", "201"],
  ] as const;
  for (const [option, value] of invalid) {
    it(`refuse ${option} ${value}`, () => {
      expectInputError(() => parseOptions([option, value]), "OPTION_INVALID");
    });
  }
});
