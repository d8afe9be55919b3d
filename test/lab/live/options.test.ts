import { expect } from "chai";

import { parseOptions, USUAL } from "../../../lab/live/options.js";
import { expectInputError } from "../expect-input-error.js";

describe("words of the live stage", () => {
  it("mean one second a second, AAPL and MSFT, a relay and a maker if nothing is said", () => {
    expect(parseOptions([])).to.deep.equal({ kind: "run", options: { ...USUAL, json: false, pagePort: undefined } });
  });

  it("say speed, seed and assets, and what is left out", () => {
    const words = ["--speed", "60", "--seed", "7", "--assets", "IBM,GOOG,AMZN", "--no-relay", "--no-maker", "--json"];
    expect(parseOptions(words)).to.deep.equal({
      kind: "run",
      options: {
        speed: 60,
        seed: 7n,
        symbols: ["IBM", "GOOG", "AMZN"],
        hasRelay: false,
        hasMaker: false,
        isWalking: true,
        json: true,
        pagePort: undefined,
      },
    });
  });

  it("ask for the page, at any port that is free or at one of their own", () => {
    const portOf = (words: readonly string[]): unknown => {
      const request = parseOptions(words);
      return request.kind === "run" && request.options.pagePort;
    };
    expect(portOf(["--page"])).to.equal(0);
    expect(portOf(["--page", "8080"])).to.equal(8_080);
    expectInputError(() => parseOptions(["--page", "65536"]), "OPTION_INVALID");
  });

  it("give the help", () => {
    const request = parseOptions(["--help"]);
    expect(request.kind === "help" && request.text).to.include("npm run lab live --");
  });

  for (const words of [
    ["--speed", "0"],
    ["--speed", "3601"],
    ["--speed", "1.5"],
    ["--seed", "-1"],
    ["--assets", "AAPL"],
    ["--assets", "AAPL,AAPL"],
    ["--assets", "A,B,C,D,E,F"],
  ]) {
    it(`are refused: ${words.join(" ")}`, () => {
      expectInputError(() => parseOptions(words), "OPTION_INVALID");
    });
  }

  it("are refused if they are none", () => {
    expectInputError(() => parseOptions(["--fast"]), "OPTION_UNKNOWN");
  });
});
