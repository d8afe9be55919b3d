/**
 * What stood after a second "=" was dropped without a word: --prices AU=1=5 was a price of 1. And of two assets that call
 * themselves the same, the first was taken for both: a token may call itself anything, also what another is numbered.
 */
import { expect } from "chai";

import { assetIndex } from "../../src/input/asset-names.js";
import { readScenarios } from "../../src/cli/input/stress-scenarios.js";
import { silentContext } from "../cli/context.js";
import { expectCliError } from "../cli/support.js";
import { expectRuleError } from "../protocol/support.js";

describe("an asset's name on the command line", function () {
  const read = (prices: string, symbols: readonly string[] = ["AU"]): unknown =>
    readScenarios(silentContext(), { shocks: "relative", prices: [prices] }, symbols, undefined);

  it("is followed by one amount", function () {
    expectRuleError(() => read("AU=1=5"), "AMOUNT_MALFORMED", { text: "1=5" });
  });

  it("that two assets have names neither; their numbers do", function () {
    const symbols = ["AU", "AU", "AG"];
    const { values } = expectCliError(() => assetIndex("AU", symbols), "ARGUMENT_INVALID", { value: "AU" });
    expect(values["wanted"]).to.equal("a number from 1 to 3: several assets are called that");
    expect(["1", "2", "3", "AG"].map((name) => assetIndex(name, symbols))).to.deep.equal([0, 1, 2, 2]);
  });

  it("is never another's number", function () {
    const symbols = ["2", "AG"];
    expect(assetIndex("2", symbols)).to.equal(1);
    expect(assetIndex("1", symbols)).to.equal(0);
    expect(assetIndex("7", ["7"])).to.equal(0); // no asset has that number
  });

  it("is given one price", function () {
    expectCliError(() => read("AU=1,1=2"), "ARGUMENT_INVALID", { argument: "--prices", value: "AU=1,1=2" });
  });
});
