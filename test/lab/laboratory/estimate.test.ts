import { expect } from "chai";

import { informationOf, estimateOf } from "../../../lab/laboratory/estimate.js";

describe("A mean of independent draws", () => {
  it("has a margin of 1.96 errors, by hand", () => {
    const { value, margin } = estimateOf([1, 2, undefined, 3])!;
    expect(value).to.equal(2);
    expect(margin).to.be.closeTo(1.96 * Math.sqrt(1 / 3), 1e-12);
  });

  it("is none of one draw, nor of none", () => {
    expect(estimateOf([])).to.equal(undefined);
    expect(estimateOf([7, undefined])).to.equal(undefined);
  });
});

describe("Information over worlds", () => {
  const of = (after: number, before: number) => ({ after, before });

  it("is the part of the squared error that is gone", () => {
    expect(informationOf([of(1, 4), of(1, 4)])).to.deep.equal({ value: 0.75, margin: 0 });
    expect(informationOf([of(8, 4), of(0, 4)])!.value).to.equal(0);
  });

  it("has a margin by leaving out each world in turn, by hand", () => {
    // without the first 1 − 0/4 = 1, without the second 1 − 2/4 = ½: mean ¾, squares 2/16, of two worlds half of that
    expect(informationOf([of(2, 4), of(0, 4)])!.margin).to.be.closeTo(1.96 * 0.25, 1e-12);
  });

  it("is none of one world", () => {
    expect(informationOf([of(1, 4)])).to.equal(undefined);
  });
});
