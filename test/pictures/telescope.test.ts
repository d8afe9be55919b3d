import { expect } from "chai";

import { boundsAxis, type BoundsStep, type TelescopeData, telescopePicture } from "../../src/pictures/telescope.js";
import { expectSound, ofKind, textsOf, titlesOf, told } from "./sound.js";

const step = (day: number, lower: number, upper: number, freed?: number): BoundsStep => ({
  when: { text: `${day} Dec`, value: day },
  lower: told(lower, " mm"),
  upper: told(upper, " mm"),
  freed: freed === undefined ? undefined : told(freed, " MTL"),
  what: `record ${day}`,
});
const RAIN: TelescopeData = {
  title: "Rain in December",
  unit: "mm",
  steps: [step(1, 0, 200), step(6, 50, 200, 3), step(11, 50, 150, 6)],
  until: { text: "21 Dec", value: 21 },
  strikes: [told(100, " mm")],
};

describe("a picture of bounds that close in", function () {
  it("tells where outcomes lie in it", function () {
    expect(boundsAxis(RAIN)).to.deep.include({ top: 44, bottom: 270, low: 0, high: 200 });
    expect(boundsAxis({ steps: [] })).to.deep.include({ low: 0, high: 1 });
  });

  it("has a band of steps, each of which holds until the next record, and the last until now", function () {
    const picture = telescopePicture(RAIN);
    expectSound(picture);
    const edges = ofKind(picture, "path").filter(({ title }) => title?.endsWith("bound") === true);
    // 1 to 21 Dec lie between 80 and 620; 0 to 200 mm between 270 and 44.
    expect(edges.map(({ title, d }) => [title, d])).to.deep.equal([
      ["upper bound", "M80,44L215,44L215,44L350,44L350,100.5L620,100.5L620,100.5"],
      ["lower bound", "M80,270L215,270L215,213.5L350,213.5L350,213.5L620,213.5L620,213.5"],
    ]);
    expect(ofKind(picture, "path").filter(({ filled }) => filled)).to.have.length(1);
  });

  it("has strikes as rules, and what each record set free below it", function () {
    const picture = telescopePicture(RAIN);
    const [rule] = ofKind(picture, "line").filter(({ title }) => title === "strike 100 mm");
    expect([rule!.y1, rule!.y2]).to.deep.equal([157, 157]);
    const freed = ofKind(picture, "rect").map(({ x, height, title }) => [x, height, title]);
    expect(freed).to.deep.equal([
      [212, 32, "6 Dec: 3 MTL set free"],
      [347, 64, "11 Dec: 6 MTL set free"],
    ]);
    expect(titlesOf(picture.marks)).to.include("6 Dec: record 6, 50 mm to 200 mm");
  });

  it("has the price inside the band, if there are two or more", function () {
    const price = [{ when: told(1), value: told(100) }, { when: told(11), value: told(80) }]; // prettier-ignore
    expect(titlesOf(telescopePicture({ ...RAIN, price }).marks)).to.include("price");
    expect(titlesOf(telescopePicture({ ...RAIN, price: price.slice(0, 1) }).marks)).to.not.include("price");
  });

  it("says the same in words, and as a table", function () {
    const { caption, table } = telescopePicture(RAIN);
    expect(caption).to.equal(
      "3 records. At first between 0 mm and 200 mm. Least: 3 MTL set free on 6 Dec. Greatest: 6 MTL set free on 11 Dec. " +
        "Now (21 Dec): between 50 mm and 150 mm.",
    );
    expect(table.rows[1]).to.deep.equal(["6 Dec", "50 mm", "200 mm", "3 MTL", "record 6"]);
  });

  it("says what it was determined at", function () {
    const settled = { ...RAIN, steps: [...RAIN.steps, step(21, 83, 83)] };
    expectSound(telescopePicture(settled));
    expect(telescopePicture(settled).caption).to.include("Now (21 Dec): determined at 83 mm.");
  });

  it("can be of nothing, of one record, of one value and of huge numbers", function () {
    const empty = telescopePicture({ ...RAIN, steps: [] });
    expectSound(empty);
    expect([empty.caption, textsOf(empty).includes("no records")]).to.deep.equal(["No records.", true]);
    for (const steps of [[step(21, 0, 9)], [step(21, 5, 5)], [step(1, -1e308, 1e308, 1e308), step(2, 0, 1e308, 0)]]) {
      expectSound(telescopePicture({ ...RAIN, steps }));
    }
  });
});
