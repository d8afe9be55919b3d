import { expect } from "chai";
import fc from "fast-check";
import hre from "hardhat";

import { drawFrom } from "../../../scripts/testing/seed.js";

describe("the seed of a run of tests", function () {
  const before = fc.readConfigureGlobal();
  const ofHardhat = hre.config.test.solidity.profiles;
  const copy = () =>
    Object.fromEntries(Object.entries(ofHardhat).map(([name, { fuzz }]) => [name, { fuzz: { ...fuzz } }]));

  afterEach(function () {
    fc.configureGlobal(before);
  });

  it("given one, when tests draw, then fuzz tests and campaigns of every profile do so from it, as property tests do", function () {
    const profiles = copy();
    drawFrom(29, profiles);
    expect(fc.readConfigureGlobal().seed).to.equal(29);
    expect(Object.keys(profiles)).to.include.members(["default", "nightly"]);
    for (const { fuzz } of Object.values(profiles)) expect(fuzz.seed).to.equal("0x1d");
  });

  it("given none, when tests draw, then they draw what they always do", function () {
    const profiles = copy();
    drawFrom(undefined, profiles);
    const first = fc.readConfigureGlobal().seed;
    drawFrom(undefined, profiles);
    expect(fc.readConfigureGlobal().seed).to.equal(first).and.to.be.a("number");
    expect(profiles).to.deep.equal(copy());
  });
});
