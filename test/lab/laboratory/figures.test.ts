import { expect } from "chai";

import { allHold, figure, relative, renderChapters, shown } from "../../../lab/laboratory/figures.js";

describe("figures of a study", function () {
  it("hold within their tolerance, and not beyond it", function () {
    expect(figure("a", 1.5, 1, 0.5)).to.deep.equal({ name: "a", measured: 1.5, expected: 1, tolerance: 0.5, ok: true });
    expect(figure("a", 1.51, 1, 0.5).ok).to.equal(false);
    expect(relative("a", -2.01, -2, 0.01).ok).to.equal(true);
    expect(relative("a", 2, -2, 0.01).ok).to.equal(false);
    expect(figure("a", NaN, 1, 1e9).ok).to.equal(false);
  });

  it("of nothing prove nothing", function () {
    expect(allHold([{ title: "", about: "", figures: [] }])).to.equal(false);
  });

  it("are shown with what fails among them", function () {
    const text = renderChapters([
      { title: "T", about: "A.", figures: [figure("one", 1, 1, 0), figure("two", 3, 2, 0.5)] },
    ]);
    expect(text)
      .to.match(/one +1 +1 +0 +ok/)
      .and.to.match(/two +3 +2 +0\.5 +FAILED/);
    expect(text).to.include("1 of 2 figures are not: see above.");
    expect([1, 0.1 + 0.2, 1_200_000, 1e-9].map(shown)).to.deep.equal(["1", "0.3", "1.20000e+6", "1.00000e-9"]);
  });
});
