import { expect } from "chai";

import {
  type AllocationData,
  type AllocationMark,
  allocationPicture,
  type Whose,
} from "../../src/pictures/allocation.js";
import { expectSound, flat, ofKind, textsOf, told } from "./sound.js";

const mark = (whose: Whose, ...values: number[]): AllocationMark => ({
  whose,
  name: { own: "you", passive: "passive", market: "market" }[whose],
  parts: values.map((value) => told(value)),
});
const data = (assets: number, ...marks: AllocationMark[]): AllocationData => ({
  title: "Allocation",
  assets: ["AAPL", "MSFT", "GOOG", "AMZN", "META"].slice(0, assets),
  marks,
});
/** Where the sign of somebody stands. */
const placeOf = (drawn: AllocationData, sign: string): number[] => {
  const found = flat(allocationPicture(drawn).marks).find((one) => one.kind === "text" && one.text === sign);
  return found?.kind === "text" ? [found.x, found.y].map((at) => Math.round(at * 100) / 100) : [];
};

describe("a picture of an allocation", function () {
  describe("of two assets", function () {
    it("is a place on a line from all of one to all of the other", function () {
      const drawn = data(2, mark("own", 3, 1), mark("passive", 1, 1), mark("market", 0, 5));
      expectSound(allocationPicture(drawn));
      expect([placeOf(drawn, "●"), placeOf(drawn, "│"), placeOf(drawn, "◇")]).to.deep.equal([[190, 88], [320, 88], [580, 88]]); // prettier-ignore
      expect(textsOf(allocationPicture(drawn))).to.include.members(["all AAPL", "all MSFT", "● you", "◇ market"]);
    });

    it("says the same in words, and as a table", function () {
      const { caption, table } = allocationPicture(data(2, mark("own", 3, 1), mark("passive", 1, 1)));
      expect(caption).to.equal(
        "Least: 1 of MSFT. Greatest: 3 of AAPL. Now: you 3 of AAPL, 1 of MSFT; passive 1 of AAPL, 1 of MSFT.",
      );
      expect(table).to.deep.equal({
        columns: ["asset", "you", "passive"],
        rows: [["AAPL", "3", "1"], ["MSFT", "1", "1"]], // prettier-ignore
      });
    });

    it("has no place for nothing", function () {
      expect(placeOf(data(2, mark("own", 0, 0)), "●")).to.deep.equal([]);
    });
  });

  describe("of three assets", function () {
    it("is a place in a triangle: a corner for all of one, the middle for equal parts", function () {
      expect(placeOf(data(3, mark("own", 1, 0, 0)), "●")).to.deep.equal([120, 354]);
      expect(placeOf(data(3, mark("own", 0, 0, 9)), "●")).to.deep.equal([320, 47.59]);
      expect(placeOf(data(3, mark("own", 5, 5, 5)), "●")).to.deep.equal([320, 251.86]);
    });

    it("has a trail of what was before, without places that were none", function () {
      const trail = [[1, 0, 0], [0, 0, 0], [0, 1, 0]]; // prettier-ignore
      const picture = allocationPicture({ ...data(3, mark("own", 1, 1, 1)), trail });
      expectSound(picture);
      expect(ofKind(picture, "path").map(({ d }) => d)[1]).to.equal("M120.00 350.00L520.00 350.00");
      expect(ofKind(allocationPicture(data(3, mark("own", 1, 1, 1))), "path")).to.have.length(1);
    });
  });

  describe("of more", function () {
    it("is a bar for each, with what it is compared with as ticks", function () {
      const picture = allocationPicture(data(4, mark("own", 4, 2, 0, -1), mark("passive", 1, 1, 1, 1)));
      expectSound(picture);
      const bars = ofKind(picture, "rect").filter(({ tone }) => tone === "own");
      expect(bars.map(({ width }) => width)).to.deep.equal([360, 180, 0, 0]);
      expect(ofKind(picture, "line").map(({ x1 }) => x1)).to.deep.equal([230, 230, 230, 230]);
      expect(textsOf(picture)).to.include("-1"); // no bar, but said
    });
  });

  it("can be of nothing, of one asset, of all equal and of huge numbers", function () {
    for (const assets of [0, 1, 2, 3, 5]) {
      const equal = Array.from({ length: assets }, () => 7);
      const huge = equal.map(() => 1e308);
      for (const values of [equal, huge, equal.map(() => 0)]) {
        expectSound(allocationPicture(data(assets, mark("own", ...values), mark("market", ...values))));
      }
      expect(allocationPicture(data(assets)).caption).to.equal("Nothing is allocated.");
      expectSound(allocationPicture(data(assets)));
    }
  });
});
