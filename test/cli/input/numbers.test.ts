import { expect } from "chai";

import { parsePart, parseParts } from "../../../src/cli/input/numbers.js";
import { expectCliError } from "../support.js";

describe("numbers that statistics are made of", function () {
  it("are decimals, or percents", function () {
    expect(["0.2", "20%", "-1", "0", "150%", " 3 "].map((text) => parsePart("--x", text))).to.deep.equal([0.2, 0.2, -1, 0, 1.5, 3]); // prettier-ignore
  });

  it("are nothing else: what JavaScript would read as a number is no number here", function () {
    for (const text of ["", " ", "NaN", "Infinity", "1e3", "0x10", "1,5", "--1", ".5", "5.", "%", "1_000", "٣"]) {
      expectCliError(() => parsePart("--x", text), "ARGUMENT_INVALID", { argument: "--x", value: text });
    }
  });

  it("may have to lie in a range, its ends included", function () {
    expect([parsePart("--x", "-1", -1, 1), parsePart("--x", "100%", -1, 1)]).to.deep.equal([-1, 1]);
    const { values } = expectCliError(() => parsePart("--x", "1.01", -1, 1), "ARGUMENT_INVALID");
    expect(values["wanted"]).to.equal("a number such as 0.2 or 20%, from -1 to 1");
    expect(expectCliError(() => parsePart("--x", "-1", 0), "ARGUMENT_INVALID").values["wanted"]).to.contain(
      "from 0 on",
    );
  });

  it("are given one for each asset", function () {
    expect(parseParts("--x", ["AG=1%", "1=0.5"], ["AU", "AG"])).to.deep.equal([0.5, 0.01]);
    for (const texts of [[], ["AU=1"], ["AU=1,AU=2,AG=1"], ["AU=1,AG=-1"], ["AU,AG"], ["AU=1,TIN=1"]]) {
      expectCliError(() => parseParts("--x", texts, ["AU", "AG"]), "ARGUMENT_INVALID");
    }
  });
});
