import { expect } from "chai";
import fc from "fast-check";

import { printPicture } from "../../src/pictures/svg/print.js";
import * as marks from "../../src/pictures/heat-map.js";
import { FIXED } from "../protocol/support.js";
import { expectWellFormed, numbersIn, parseSvg } from "./support.js";

const heatMap = (data: marks.Heading & marks.HeatTable): string => printPicture(marks.heatMap(data));
const heatMaps = (...data: Parameters<typeof marks.heatMaps>): string => printPicture(marks.heatMaps(...data));
const GAINS = {
  title: 'Gains <of> "A & B"',
  caption: "in gold",
  rows: ["fall", "rise"],
  columns: ["ann", "bob"],
  cells: [
    [{ text: "-2.00", value: -2 }, { text: "2.00", value: 2 }], // prettier-ignore
    [{ text: "0.00", value: 0 }, { text: "1.00", value: 1 }], // prettier-ignore
  ],
};

describe("a heat map", function () {
  const svg = heatMap(GAINS);
  const document = parseSvg(svg);

  it("has a title and a description that name the extremes", function () {
    const root = document.querySelector("svg")!;
    expect(root.getAttribute("role")).to.equal("img");
    expect(root.getAttribute("aria-labelledby")).to.equal("title desc");
    expect(svg).to.contain('<title id="title">Gains &lt;of&gt; &quot;A &amp; B&quot;</title>');
    expect(svg).to.contain("2 scenarios, 2 holders. Least: -2.00 for ann in fall. Greatest: 2.00 for bob in fall.");
  });

  it("colours losses red, gains blue and nothing white, each by its size", function () {
    const fills = [...document.querySelectorAll("g rect")].map((rect) => rect.getAttribute("fill"));
    expect(fills).to.deep.equal(["#b2182b", "#2166ac", "#ffffff", "#90b3d6"]);
  });

  it("writes every value in its cell, legible on its colour", function () {
    const texts = [...document.querySelectorAll("g text")];
    expect(texts.map((text) => [text.textContent, text.getAttribute("fill")])).to.deep.equal([
      ["-2.00", "#ffffff"],
      ["2.00", "#ffffff"],
      ["0.00", "#000000"],
      ["1.00", "#000000"],
    ]);
    const tips = [...document.querySelectorAll("g title")].map((title) => title.textContent);
    expect(tips[2]).to.equal("rise, ann: 0.00");
  });

  it("has a legend with both ends and zero", function () {
    expect(svg).to.contain(">−2.00</text>").and.to.contain(">2.00</text>").and.to.contain(">0</text>");
  });

  it("can be of nothing but zeros", function () {
    const flat = heatMap({ title: "t", caption: "c", rows: ["r"], columns: ["c"], cells: [[{ text: "0", value: 0 }]] });
    expect(flat).to.not.contain("NaN");
    expect(flat).to.contain('fill="#ffffff"');
  });

  it("lies within its own frame, cell by cell without overlap", function () {
    const [width, height] = numbersIn(document.querySelector("svg")!, "width", "height") as [number, number];
    const cells = [...document.querySelectorAll("g rect")].map((rect) => numbersIn(rect, "x", "y", "width", "height"));
    expect(cells).to.have.length(4);
    for (const [x, y, w, h] of cells as [number, number, number, number][]) {
      expect(x + w).to.be.at.most(width);
      expect(y + h).to.be.at.most(height);
    }
    const [first, right, below] = cells;
    expect(right![0]).to.be.above(first![0]! + first![2]! - 1);
    expect(below![1]).to.be.above(first![1]! + first![3]! - 1);
  });

  it("names rows and columns, and shortens what is long", function () {
    const long = "x".repeat(60);
    const wide = heatMap({ ...GAINS, rows: [long, "rise"], columns: [long, "bob"] });
    const texts = [...parseSvg(wide).querySelectorAll("text")].map(({ textContent }) => textContent);
    expect(texts)
      .to.include(`${"x".repeat(27)}…`)
      .and.to.include(`${"x".repeat(11)}…`)
      .and.to.include("bob");
    expect(texts).to.not.include(long);
    expect(wide).to.contain(`<title>${long}, bob: 2.00</title>`); // whole where there is room for it
  });

  it("is wide enough for a title that is longer than its table", function () {
    const [narrow] = numbersIn(document.querySelector("svg")!, "width");
    const titled = heatMap({ ...GAINS, title: "t".repeat(200) });
    expect(numbersIn(parseSvg(titled).querySelector("svg")!, "width")[0]).to.be.above(narrow!);
  });

  it("says nothing of extremes where there is nothing", function () {
    const none = heatMap({ ...GAINS, rows: [], columns: [], cells: [] });
    expectWellFormed(none);
    expect(none).to.contain("0 scenarios, 0 holders. ").and.to.not.contain("Least");
  });

  it("is well formed whatever its words are", function () {
    const word = fc.string({ unit: fc.constantFrom("<", ">", "&", '"', "'", "a", " ", "]", "é") });
    fc.assert(
      fc.property(word, word, word, (title, row, column) => {
        expectWellFormed(heatMap({ ...GAINS, title, rows: [row, "rise"], columns: [column, "bob"] }));
      }),
      FIXED,
    );
  });

  it("gives each cell the colour of its share of the largest, whatever the sizes", function () {
    const values = fc.array(fc.integer({ min: -1_000, max: 1_000 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(values, (row) => {
        const cells = [row.map((value) => ({ text: String(value), value }))];
        const found = parseSvg(heatMap({ title: "t", caption: "c", rows: ["r"], columns: row.map(String), cells }));
        const fills = [...found.querySelectorAll("g rect")].map((rect) => rect.getAttribute("fill")!);
        const most = Math.max(...row.map(Math.abs));
        fills.forEach((fill, index) => {
          const value = row[index]!;
          const [red, , blue] = [1, 3, 5].map((at) => parseInt(fill.slice(at, at + 2), 16)) as [number, number, number];
          if (value === 0) expect(fill).to.equal("#ffffff");
          else if (value === most) expect(fill).to.equal("#2166ac");
          else if (value === -most) expect(fill).to.equal("#b2182b");
          else if (value < 0) expect(red).to.be.at.least(blue);
          else expect(blue).to.be.at.least(red);
        });
      }),
      { ...FIXED, numRuns: 50 },
    );
  });
});

describe("heat maps of several holders", function () {
  const table = (values: readonly number[][]) => ({
    rows: ["AU -10%", "AU +10%"],
    columns: ["BE -20%", "BE +20%"],
    cells: values.map((row) => row.map((value) => ({ text: String(value), value }))),
  });
  const svg = heatMaps({ title: "Stress", caption: "in gold" }, [
    { name: "ann", table: table([[-4, 1], [0, 2]]) }, // prettier-ignore
    { name: "bob", table: table([[8, -1], [0, -2]]) }, // prettier-ignore
  ]);
  const document = parseSvg(svg);

  it("are tables below each other that do not overlap, each under its holder's name", function () {
    expectWellFormed(svg);
    const cells = [...document.querySelectorAll("g rect")].map((rect) => numbersIn(rect, "x", "y", "width", "height"));
    const at = new Set(cells.map(([x, y]) => `${x} ${y}`));
    expect([cells.length, at.size]).to.deep.equal([8, 8]);
    const named = [...document.querySelectorAll("text")].filter(({ textContent }) =>
      ["ann", "bob"].includes(textContent),
    );
    const [ann, bob] = named.map((text) => numbersIn(text, "y")[0]!);
    const [width, height] = numbersIn(document.querySelector("svg")!, "width", "height") as [number, number];
    const bottoms = cells.map(([, y, , h]) => y! + h!);
    const caption = [...document.querySelectorAll("text")].find(({ textContent }) => textContent === "in gold")!;
    expect(ann!, "a line below the caption").to.be.above(numbersIn(caption, "y")[0]! + 14);
    expect(ann!).to.be.below(cells[0]![1]!);
    expect(bob!)
      .to.be.above(Math.max(...bottoms.slice(0, 4)))
      .and.to.be.below(cells[4]![1]!);
    expect(Math.max(...bottoms)).to.be.below(height);
    expect(Math.max(...cells.map(([x, , w]) => x! + w!))).to.be.below(width);
  });

  it("have one measure of colours, and say which holder has the least and the greatest", function () {
    const fills = [...document.querySelectorAll("g rect")].map((rect) => rect.getAttribute("fill"));
    expect(fills[4], "8 is the largest").to.equal("#2166ac");
    expect(fills[0], "-4 is half of it").to.equal("#d98c95");
    expect(svg).to.contain("2 holders, 2 by 2 scenarios. Least: -4 for ann in AU -10%, BE -20%.");
    expect(svg).to.contain("Greatest: 8 for bob in AU -10%, BE -20%.");
    expect(svg).to.contain("<title>bob: AU +10%, BE +20%: -2</title>");
  });
});
