import { expect } from "chai";

import { type Curve, curvesPicture } from "../../src/pictures/curves.js";
import { expectSound, ofKind, textsOf, titlesOf, told } from "./sound.js";

const line = (name: string, ...pairs: (readonly [number, number])[]): Curve => ({
  name,
  kind: "line",
  tone: "own",
  points: pairs.map(([x, y]) => ({ x: told(x, " s"), y: told(y) })),
});
const draw = (...curves: Curve[]) => curvesPicture({ title: "Curves", across: "time", up: "knowledge", curves });

describe("a picture of curves", function () {
  it("places points by their values, lines through them and dots at them", function () {
    const dots: Curve = { ...line("seen", [0, 0], [10, 1]), kind: "dots", tone: "compared" };
    const picture = draw(line("theory", [0, 0], [5, 0.5], [10, 1]), dots);
    expectSound(picture);
    const [path, first] = ofKind(picture, "path");
    expect(path!.d).to.equal("M80.00 320.00L320.00 186.00L560.00 52.00");
    expect(first!.d).to.equal("M77.00 320.00L80.00 317.00L83.00 320.00L80.00 323.00Z");
    expect(titlesOf(picture.marks)).to.include.members(["theory", "seen: 1 at 10 s"]);
    expect(textsOf(picture)).to.include.members(["─ theory", "◆ seen", "0 s", "10 s", "knowledge", "time"]);
  });

  it("says the same in words, and as a table", function () {
    const { caption, table } = draw(line("theory", [0, 3], [5, 1]), line("nothing"));
    expect(caption).to.equal("knowledge by time. theory: Least: 1 at 5 s. Greatest: 3 at 0 s. nothing: nothing.");
    expect(table).to.deep.equal({
      columns: ["curve", "time", "knowledge"],
      rows: [["theory", "0 s", "3"], ["theory", "5 s", "1"]], // prettier-ignore
    });
  });

  it("keeps names apart that end at one height, and within the frame", function () {
    const picture = draw(...Array.from({ length: 12 }, (_, k) => line(`a rather long name ${k}`, [0, 0], [1, k % 2])));
    expectSound(picture);
    const places = ofKind(picture, "text")
      .filter(({ text }) => text.startsWith("─"))
      .map(({ y }) => y)
      .sort((a, b) => a - b);
    expect(places).to.have.length(12);
    for (const [k, place] of places.entries()) if (k > 0) expect(place - places[k - 1]!).to.be.at.least(14);
  });

  it("can be of nothing, of one point, of one height, and of huge numbers", function () {
    expectSound(draw());
    expect(textsOf(draw())).to.include("nothing to show");
    for (const curve of [line("one", [3, 3]), line("flat", [0, 1], [9, 1]), line("huge", [0, 1e308], [1, -1e308])]) {
      expectSound(draw(curve));
    }
  });

  it("shows at least the range that is wanted", function () {
    const picture = curvesPicture({
      title: "T",
      across: "x",
      up: "y",
      curves: [line("a", [0, 0.4], [1, 0.6])],
      least: { low: 0, high: 1 },
    });
    expect(ofKind(picture, "path")[0]!.d).to.equal("M80.00 212.80L560.00 159.20");
  });
});
