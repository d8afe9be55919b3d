import { expect } from "chai";
import { DOMParser } from "linkedom";

import { depthPicture } from "../../src/cli/output/svg/depth-picture.js";
import { heatMap } from "../../src/cli/output/svg/heat-map.js";
import { lot, tick } from "../protocol/support.js";

/** What these tests ask of a document. */
interface Node {
  readonly textContent: string;
  getAttribute(name: string): string | null;
  querySelector(selector: string): Node | null;
  querySelectorAll(selector: string): Iterable<Node>;
}

/** The library's own types are a browser's, which this project does without. */
function parse(svg: string): Node {
  return new DOMParser().parseFromString(svg, "image/svg+xml") as unknown as Node;
}

describe("pictures", function () {
  describe("a heat map", function () {
    const svg = heatMap({
      title: 'Gains <of> "A & B"',
      caption: "in gold",
      rows: ["fall", "rise"],
      columns: ["ann", "bob"],
      cells: [
        [{ text: "-2.00", value: -2 }, { text: "2.00", value: 2 }], // prettier-ignore
        [{ text: "0.00", value: 0 }, { text: "1.00", value: 1 }], // prettier-ignore
      ],
    });
    const document = parse(svg);

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
      const flat = heatMap({
        title: "t",
        caption: "c",
        rows: ["r"],
        columns: ["c"],
        cells: [[{ text: "0", value: 0 }]],
      });
      expect(flat).to.not.contain("NaN");
      expect(flat).to.contain('fill="#ffffff"');
    });
  });

  describe("a depth picture", function () {
    it("steps outwards from the best price of each side", function () {
      const level = (price: number, lots: number) => ({ price: tick(price), lots: lot(lots) });
      const depth = { bids: [level(40, 1), level(30, 2)], asks: [level(50, 4)] };
      const paths = [...parse(depthPicture("Depth", depth)).querySelectorAll("path")].slice(1);
      // Prices 30 to 50 lie between 60 and 620; 4 lots are 270 high, above 310.
      expect(paths.map((path) => path.getAttribute("d"))).to.deep.equal([
        "M340.00 310H340.00V242.50H60.00V107.50H60",
        "M620.00 310H620.00V40.00H620",
      ]);
    });

    it("says so if there is nothing", function () {
      expect(depthPicture("Depth", { bids: [], asks: [] })).to.contain("no bids; no offers.");
    });
  });
});
