import { expect } from "chai";

import { parseMonth } from "../../../lab/command/months.js";
import { parseOptions } from "../../../lab/rainfall/options.js";
import { expectInputError } from "../expect-input-error.js";

function options(...words: string[]) {
  const request = parseOptions(words);
  if (request.kind !== "run") throw new Error("help was asked for");
  return request.options;
}

describe("rainfall options", () => {
  it("default to November 2015, news every three days", () => {
    expect(options()).to.deep.equal({
      month: parseMonth("2015-11"),
      everyDays: 3,
      weatherFile: undefined,
      traders: 10,
      seed: 1n,
      json: false,
      dataset: undefined,
    });
  });

  it("take all of them", () => {
    const words = "--month 2012-01 --every 7 --weather w.csv --traders 4 --seed 9 --dataset /none/flow --json".split(
      " ",
    );
    expect(options(...words)).to.deep.equal({
      month: parseMonth("2012-01"),
      everyDays: 7,
      weatherFile: "w.csv",
      traders: 4,
      seed: 9n,
      json: true,
      dataset: "/none/flow",
    });
  });

  it("answer --help with a text that names every option", () => {
    const request = parseOptions(["--help"]);
    if (request.kind !== "help") throw new Error("no help");
    expect(request.text).to.include("npm run lab rainfall --");
    for (const name of ["month", "every", "weather", "traders", "seed", "json"])
      expect(request.text).to.include(`--${name}`);
  });

  const invalid = [
    ["--month", "2015"],
    ["--month", "2015-13"],
    ["--every", "0"],
    ["--every", "32"],
    ["--traders", "1"],
    ["--seed", "x"],
  ] as const;
  for (const [option, value] of invalid) {
    it(`refuse ${option} ${value}`, () => {
      const { message } = expectInputError(() => parseOptions([option, value]), "OPTION_INVALID");
      expect(message).to.include(option).and.to.include(value);
    });
  }

  it("refuse an unknown option", () => {
    expectInputError(() => parseOptions(["--year", "2015"]), "OPTION_UNKNOWN");
  });
});
