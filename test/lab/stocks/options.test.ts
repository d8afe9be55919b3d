import { resolve } from "node:path";

import { expect } from "chai";

import { parseOptions } from "../../../lab/stocks/options.js";
import { ONE } from "../../../lab/command/decimals.js";
import { parseMonth } from "../../../lab/command/months.js";
import { expectInputError } from "../expect-input-error.js";

function options(...words: string[]) {
  const request = parseOptions(words);
  if (request.kind !== "run") throw new Error("help was asked for");
  return request.options;
}

describe("options", () => {
  it("defaults to 100 AAPL and 100 MSFT in twelve months from 2008-01", () => {
    expect(options()).to.deep.equal({
      symbols: ["AAPL", "MSFT"],
      quantities: [100n * ONE, 100n * ONE],
      supply: 1000n * ONE,
      from: parseMonth("2008-01"),
      to: parseMonth("2008-12"),
      direct: false,
      maker: true,
      gasPrice: 10n ** 9n,
      etherPrice: 3000n * ONE,
      verbose: false,
      priceFiles: [],
      traders: 10,
      seed: 1n,
      json: false,
      dataset: undefined,
    });
  });

  it("takes all of them", () => {
    const given = "--assets A,B,C --basket 1,2.5,0.01 --tokens 3.5 --from 2001-02 --to 2001-02 --traders 2";
    expect(
      options(
        ...given.split(" "),
        "--seed",
        "18446744073709551615",
        "--json",
        "--direct",
        "--no-maker",
        "--prices",
        "a b.csv",
        "--verbose",
        "--dataset",
        "/none/flow",
        ...["--gas-price", "0.25", "--eth-price", "0"],
      ),
    ).to.deep.equal({
      symbols: ["A", "B", "C"],
      quantities: [ONE, (5n * ONE) / 2n, ONE / 100n],
      supply: (7n * ONE) / 2n,
      from: parseMonth("2001-02"),
      to: parseMonth("2001-02"),
      direct: true,
      maker: false,
      gasPrice: 25n * 10n ** 7n,
      etherPrice: 0n,
      verbose: true,
      priceFiles: [resolve("a b.csv")],
      traders: 2,
      seed: 2n ** 64n - 1n,
      json: true,
      dataset: "/none/flow",
    });
  });

  it("takes 100 shares of each asset if no basket is given", () => {
    expect(options("--assets", "A,B,C,D").quantities).to.deep.equal(Array(4).fill(100n * ONE));
  });

  it("answers --help with a text that names every option", () => {
    const request = parseOptions(["--help"]);
    if (request.kind !== "help") throw new Error("no help");
    for (const name of [
      "assets",
      "basket",
      "tokens",
      "from",
      "to",
      "prices",
      "traders",
      "seed",
      "json",
      "verbose",
      "gas-price",
      "eth-price",
      "no-maker",
      "help",
    ]) {
      expect(request.text).to.include(`--${name}`);
    }
  });

  it("refuses an unknown option by its name", () => {
    const error = expectInputError(() => parseOptions(["--sed", "7"]), "OPTION_UNKNOWN");
    expect(error.message).to.include("--sed").and.to.include("--help");
  });

  it("refuses words that belong to no option, and options without their value", () => {
    expectInputError(() => parseOptions(["AAPL"]), "OPTION_INVALID");
    expectInputError(() => parseOptions(["--seed"]), "OPTION_INVALID");
  });

  const sixteen = Array.from({ length: 16 }, (_, index) => `A${index}`).join(",");
  it("takes sixteen assets and not one more", () => {
    expect(options("--assets", sixteen).symbols).to.have.length(16);
    expectInputError(() => parseOptions(["--assets", `${sixteen},B`]), "OPTION_INVALID");
  });

  const invalid: readonly [option: string, value: string][] = [
    ["--assets", "AAPL"],
    ["--assets", "AAPL,,MSFT"],
    ["--assets", "AAPL,MSFT,AAPL"],
    ["--basket", "100"],
    ["--basket", "100,0"],
    ["--basket", "100,-1"],
    ["--basket", "100,340282366920938463464"],
    ["--tokens", "0"],
    ["--tokens", "0.0009"],
    ["--tokens", "1e3"],
    ["--tokens", "79228162515"],
    ["--from", "2008"],
    ["--to", "2007-12"],
    ["--to", "2058-01"],
    ["--traders", "1"],
    ["--traders", "201"],
    ["--traders", "ten"],
    ["--gas-price", "-1"],
    ["--gas-price", "1e9"],
    ["--eth-price", "1000000.1"],
    ["--seed", "-1"],
    ["--seed", "1.5"],
    ["--seed", "18446744073709551616"],
  ];
  for (const [option, value] of invalid) {
    it(`refuses ${option} ${value}`, () => {
      const { message } = expectInputError(() => parseOptions([option, value]), "OPTION_INVALID");
      // Of a list, the part that is wrong.
      expect(message).to.include(option).and.to.include(value.split(",").at(-1));
    });
  }
});
