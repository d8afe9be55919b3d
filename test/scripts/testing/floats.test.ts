import { expect } from "chai";
import hre from "hardhat";

/** Whatever the files before this one have opened. */
await hre.network.create();

describe("A number near another", () => {
  it("is compared as a number, with a chain open beside it", () => {
    expect(0.25).to.be.closeTo(0.2501, 0.001);
    expect(0.25).to.not.be.closeTo(0.2601, 0.001);
    expect(() => expect(0.25).to.be.closeTo(0.26, 0.001)).to.throw("expected 0.25 to be close to 0.26 +/- 0.001");
    expect(NaN).to.not.be.closeTo(0, 1);
  });

  it("is compared as Hardhat does if one of them is a bigint", () => {
    expect(10n).to.be.closeTo(12n, 2n);
    expect(10n).to.not.be.closeTo(13, 2);
  });
});
