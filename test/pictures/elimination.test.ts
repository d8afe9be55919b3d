import { expect } from "chai";

import { eliminationPicture, type EventOutcome } from "../../src/pictures/elimination.js";
import { expectSound, ofKind, textsOf, titlesOf, told } from "./sound.js";

const OUTCOMES: readonly EventOutcome[] = [
  { name: "May", lower: told(0), upper: told(0), price: told(0.9), struckOut: "3 June, block 77" },
  { name: "June", lower: told(0), upper: told(0.5), price: told(0.25), own: "200 lots" },
  { name: "July", lower: told(0.5), upper: told(1), price: told(0.75) },
  { name: "August", lower: told(0), upper: told(0.5) },
];

describe("a picture of an elimination", function () {
  it("has the dearest first, without a price behind, struck out last", function () {
    const { table } = eliminationPicture("Wettest month", OUTCOMES);
    expect(table.rows.map(([name]) => name)).to.deep.equal(["July", "June", "August", "May"]);
  });

  it("has a bar of the weights that are left, and the price as a tick on it", function () {
    const picture = eliminationPicture("Wettest month", OUTCOMES);
    expectSound(picture);
    const spans = ofKind(picture, "rect").filter(({ tone }) => tone === "own");
    expect(spans.map(({ x, width }) => [x, width])).to.deep.equal([[310, 160], [150, 160], [150, 160]]); // prettier-ignore
    expect(ofKind(picture, "line").map(({ x1, title }) => [x1, title])).to.deep.equal([
      [390, "July: price 0.75"],
      [230, "June: price 0.25"],
    ]);
    expect(textsOf(picture)).to.include.members(["200 lots", "4 → 3 left · 1 struck out"]);
  });

  it("hatches and strikes through what is struck out, and says when", function () {
    const picture = eliminationPicture("Wettest month", OUTCOMES);
    expect(titlesOf(picture.marks)).to.include("May: struck out 3 June, block 77");
    expect(ofKind(picture, "text").flatMap(({ text, struck }) => (struck === true ? [text] : []))).to.deep.equal([
      "May",
    ]);
    expect(textsOf(picture)).to.include("struck out 3 June, block 77");
  });

  it("says the same in words", function () {
    expect(eliminationPicture("Wettest month", OUTCOMES).caption).to.equal(
      "4 outcomes. Least: 0.25 for June. Greatest: 0.75 for July. Now: 3 left, 1 struck out.",
    );
  });

  it("can be of nothing, of one, of all equal, and of what is no weight", function () {
    expect(eliminationPicture("t", []).caption).to.equal("No outcomes.");
    expectSound(eliminationPicture("t", []));
    for (const value of [0, 0.5, 1e308, -7]) {
      const some = ["a", "b"].map((name) => ({ name, lower: told(value), upper: told(value), price: told(value) }));
      expectSound(eliminationPicture("t", some));
      expectSound(eliminationPicture("t", some.slice(1)));
    }
    const unpriced = eliminationPicture("t", [{ name: "a", lower: told(0), upper: told(1) }]);
    expect(unpriced.caption).to.equal("1 outcome. No prices. Now: 1 left, 0 struck out.");
  });
});
