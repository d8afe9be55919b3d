import { expect } from "chai";

import { type LegWeight, weightsPicture } from "../../src/pictures/weights.js";
import { sharesPicture } from "../../src/pictures/shares.js";
import { expectSound, ofKind, textsOf, titlesOf, told } from "./sound.js";

const LEGS: readonly LegWeight[] = [
  { name: "AAPL", implied: { text: "75.0 %", value: 0.75 }, spot: { text: "50.0 %", value: 0.5 } },
  { name: "MSFT", implied: { text: "25.0 %", value: 0.25 }, spot: { text: "50.0 %", value: 0.5 } },
];

describe("a picture of weights", function () {
  it("has a bar by the book and one by prices elsewhere, each parted by weight", function () {
    const picture = weightsPicture("Weights", LEGS);
    expectSound(picture);
    const bars = ofKind(picture, "rect").map(({ x, y, width }) => [x, y, width]);
    expect(bars).to.deep.equal([[80, 44, 404], [485, 44, 134], [80, 88, 269], [350, 88, 269]]); // prettier-ignore
    expect(textsOf(picture)).to.include.members(["implied", "by spot", "AAPL 75.0 %", "MSFT 50.0 %"]);
  });

  it("says the same in words, and as a table", function () {
    const { caption, table } = weightsPicture("Weights", LEGS);
    expect(caption).to.equal(
      "Least: 25.0 % for MSFT. Greatest: 75.0 % for AAPL. Now: AAPL 75.0 % (50.0 % by spot), MSFT 25.0 % (50.0 % by spot).",
    );
    expect(table).to.deep.equal({
      columns: ["asset", "implied", "by spot"],
      rows: [["AAPL", "75.0 %", "50.0 %"], ["MSFT", "25.0 %", "50.0 %"]], // prettier-ignore
    });
  });

  it("has one bar where no prices are known elsewhere, and says where none are known at all", function () {
    const alone = weightsPicture(
      "Weights",
      LEGS.map(({ name, implied }) => ({ name, implied })),
    );
    expect(ofKind(alone, "rect")).to.have.length(2);
    expect(alone.caption).to.include("Now: AAPL 75.0 %, MSFT 25.0 %.");
    const unknown = weightsPicture(
      "Weights",
      LEGS.map(({ name }) => ({ name, implied: undefined })),
    );
    expectSound(unknown);
    expect(textsOf(unknown)).to.include("no prices");
    expect(unknown.caption).to.equal("Now: AAPL no price, MSFT no price.");
  });

  it("parts by the sum where weights do not make one, and names in the title what has no room", function () {
    const legs = [400, 1, 0].map((value, k) => ({ name: `a rather long name ${k}`, implied: told(value) }));
    const picture = weightsPicture("Weights", legs);
    expectSound(picture);
    expect(ofKind(picture, "rect")).to.have.length(2); // nothing to draw of nothing
    expect(titlesOf(picture.marks)).to.include("a rather long name 1 1");
  });

  it("can be of nothing, and of huge numbers", function () {
    expectSound(weightsPicture("Weights", []));
    expectSound(weightsPicture("Weights", [1e308, 1e308, Infinity].map((value) => ({ name: "x", implied: { text: "much", value } })))); // prettier-ignore
  });
});

describe("a picture of shares", function () {
  it("has two bars for each asset over their troughs, and says them", function () {
    const legs = [
      { name: "leg 1", largest: told(0.5), herfindahl: told(0.25), holders: 4 },
      { name: "leg 2", largest: told(1), herfindahl: told(1), holders: 1 },
    ];
    const picture = sharesPicture("Who", legs);
    expectSound(picture);
    expect(ofKind(picture, "rect").map(({ width }) => width)).to.deep.equal([400, 200, 400, 100, 400, 400, 400, 400]);
    expect(picture.caption).to.equal(
      "leg 1: largest share 0.5, Herfindahl 0.25; leg 2: largest share 1, Herfindahl 1. " +
        "Least: 0.5 of leg 1 in one hand. Greatest: 1 of leg 2 in one hand.",
    );
    expect(picture.table.rows[0]).to.deep.equal(["leg 1", "0.5", "0.25", "4"]);
  });

  it("says so if nobody has anything", function () {
    expect(sharesPicture("Who", []).caption).to.equal("no claims.");
    expectSound(sharesPicture("Who", []));
  });
});
