import { expect } from "chai";

import { extremesText, sentences } from "../../src/pictures/caption.js";
import { hatching } from "../../src/pictures/hatching.js";
import { placeOn, rangeOf, sharesOf } from "../../src/pictures/scales.js";

describe("places", function () {
  it("are linear, turned round if the pixels are, and never beyond them", function () {
    const up = placeOn({ low: 0, high: 4 }, 300, 100);
    expect([0, 1, 4, 9, -1].map(up)).to.deep.equal([300, 250, 100, 100, 300]);
  });

  it("are in the middle of a range without width", function () {
    expect(placeOn({ low: 7, high: 7 }, 0, 10)(7)).to.equal(5);
  });

  it("are numbers for what is none", function () {
    const huge = placeOn({ low: -Infinity, high: Infinity }, 0, 10);
    expect([-Infinity, 0, NaN, Infinity, Number.MAX_VALUE].map(huge)).to.deep.equal([0, 5, 5, 10, 10]);
  });
});

describe("ranges", function () {
  it("go from the least to the greatest, or are what is said where there is nothing", function () {
    expect(rangeOf([3, -2, 8])).to.deep.equal({ low: -2, high: 8 });
    expect(rangeOf([])).to.deep.equal({ low: 0, high: 1 });
    expect(rangeOf([], { low: 2, high: 3 })).to.deep.equal({ low: 2, high: 3 });
  });
});

describe("shares", function () {
  it("are parts of the sum; what is negative has none", function () {
    expect(sharesOf([1, 3])).to.deep.equal([0.25, 0.75]);
    expect(sharesOf([-1, 3, 1])).to.deep.equal([0, 0.75, 0.25]);
    expect(sharesOf([Number.MAX_VALUE, Number.MAX_VALUE])).to.deep.equal([0.5, 0.5]);
  });

  it("are none of nothing", function () {
    expect([[], [0, 0], [-1, NaN]].map(sharesOf)).to.deep.equal([undefined, undefined, undefined]);
  });
});

describe("hatching", function () {
  it("draws slanted lines that stay within the box", function () {
    const { d, tone, title } = hatching({ x: 10, y: 20, width: 16, height: 8 }, "impossible")!;
    expect(d).to.equal("M10.00 28.00L18.00 20.00M18.00 28.00L26.00 20.00");
    expect([tone, title]).to.deep.equal(["impossible", "impossible"]);
  });

  it("cuts lines at the sides of a box that is higher than wide", function () {
    expect(hatching({ x: 0, y: 0, width: 4, height: 16 }, "")!.d).to.equal(
      "M0.00 8.00L4.00 4.00M0.00 16.00L4.00 12.00",
    );
  });

  it("draws nothing into a box without inside", function () {
    expect(hatching({ x: 0, y: 0, width: 0, height: 9 }, "")).to.equal(undefined);
    expect(hatching({ x: 0, y: 0, width: 9, height: -1 }, "")).to.equal(undefined);
  });
});

describe("captions", function () {
  it("name the least and the greatest, the first of equal ones", function () {
    const all = [3, 1, 3, 1].map((value, k) => ({ text: `${value} m`, value, where: `at ${k}` }));
    expect(extremesText(all)).to.equal("Least: 1 m at 1. Greatest: 3 m at 0.");
    expect(extremesText([])).to.equal("");
  });

  it("leave out what says nothing", function () {
    expect(sentences("", "A.", "", "B.")).to.equal("A. B.");
  });
});
