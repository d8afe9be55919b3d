import { expect } from "chai";
import fc from "fast-check";

import { printPicture } from "../../src/pictures/svg/print.js";
import { depthPicture as marksOf } from "../../src/pictures/depth.js";
import type { Depth, Level } from "../../src/protocol/value/quote.js";
import { FIXED, lot, tick } from "../protocol/support.js";
import { expectWellFormed, parseSvg } from "./support.js";

const level = (price: number, lots: number): Level => ({ priceTicks: tick(price), lots: lot(lots) });
const depthPicture = (title: string, depth: Depth): string => printPicture(marksOf(title, depth));
const PLOT = { left: 60, right: 620, top: 40, bottom: 310 };

/** The steps of both sides, bids first; the frame's own path left out. */
function stepsOf(depth: Depth): (string | null)[] {
  return [...parseSvg(depthPicture("Depth", depth)).querySelectorAll("path")]
    .slice(1)
    .map((path) => path.getAttribute("d"));
}

describe("a depth picture", function () {
  it("steps outwards from the best price of each side", function () {
    const depth = { bids: [level(40, 1), level(30, 2)], asks: [level(50, 4)] };
    // Prices 28 to 52 lie between 60 and 620; 4 lots are 270 high, above 310.
    expect(stepsOf(depth)).to.deep.equal([
      "M340.00 310H340.00V242.50H106.67V107.50H60",
      "M573.33 310H573.33V40.00H620",
    ]);
  });

  it("has a title and a description of both sides for whoever does not see it", function () {
    const svg = depthPicture("Depth of leg 1", { bids: [level(40, 1), level(30, 2)], asks: [level(50, 4)] });
    const root = parseSvg(svg).querySelector("svg")!;
    expect(root.getAttribute("role")).to.equal("img");
    expect(svg).to.contain('<title id="title">Depth of leg 1</title>');
    expect(svg).to.contain("bids: 3 lots, best price 40 ticks; offers: 4 lots, best price 50 ticks.");
  });

  it("has the extremes at its axes, and a legend", function () {
    const svg = depthPicture("Depth", { bids: [level(-40, 7)], asks: [level(50, 4)] });
    const texts = [...parseSvg(svg).querySelectorAll("text")].map(({ textContent }) => textContent);
    expect(texts).to.include.members(["7", "0", "-40", "50", "price, ticks", "lots", "bids", "offers"]);
  });

  it("draws one side alone, and one price alone: a step in the middle, with its price once below it", function () {
    expect(stepsOf({ bids: [level(40, 1)], asks: [] })).to.deep.equal(["M340.00 310H340.00V40.00H60"]);
    expect(stepsOf({ bids: [], asks: [level(40, 1)] })).to.deep.equal(["M340.00 310H340.00V40.00H620"]);
    const texts = [...parseSvg(depthPicture("Depth", { bids: [level(40, 1)], asks: [] })).querySelectorAll("text")];
    const prices = texts.filter(({ textContent }) => textContent === "40");
    expect(prices.map((text) => text.getAttribute("x"))).to.deep.equal(["340"]);
  });

  it("has no label upon another, however many digits prices have", function () {
    const depth = { bids: [level(-1_999_999_999, 1)], asks: [level(1_999_999_999, 7)] };
    const boxes = [...parseSvg(depthPicture("Depth", depth)).querySelectorAll("text")].map((text) => {
      const width = 7 * text.textContent.length;
      const anchor = text.getAttribute("text-anchor") ?? "start";
      const left = Number(text.getAttribute("x")) - (anchor === "end" ? width : anchor === "middle" ? width / 2 : 0);
      return { text: text.textContent, left, right: left + width, y: Number(text.getAttribute("y")) };
    });
    for (const [k, one] of boxes.entries()) {
      for (const other of boxes.slice(k + 1)) {
        const isApart = one.right < other.left || other.right < one.left || Math.abs(one.y - other.y) >= 14;
        expect(isApart, `${one.text} and ${other.text}`).to.equal(true);
      }
      expect(one.left, one.text).to.be.at.least(0);
      expect(one.right, one.text).to.be.at.most(640);
    }
  });

  it("says so if there is nothing", function () {
    const svg = depthPicture("Depth", { bids: [], asks: [] });
    expect(svg).to.contain("no bids; no offers.").and.to.not.contain("NaN");
    expectWellFormed(svg);
  });

  it("stays within its frame and only ever rises outwards, whatever rests", function () {
    const anySide = fc.array(fc.tuple(fc.integer({ min: -500, max: 500 }), fc.integer({ min: 1, max: 10 ** 9 })), {
      maxLength: 6,
    });
    const sorted = (side: [number, number][], sign: number): Level[] =>
      [...new Map(side)].sort(([a], [b]) => sign * (a - b)).map(([price, lots]) => level(price, lots));
    fc.assert(
      fc.property(anySide, anySide, (bids, asks) => {
        const depth = { bids: sorted(bids, -1), asks: sorted(asks, 1) };
        expectWellFormed(depthPicture("Depth", depth));
        for (const path of stepsOf(depth)) {
          const heights = [...path!.matchAll(/V([\d.-]+)/g)].map(([, y]) => Number(y));
          const widths = [...path!.matchAll(/H([\d.-]+)/g)].map(([, x]) => Number(x));
          for (const y of heights) expect(y).to.be.within(PLOT.top, PLOT.bottom);
          for (const x of widths) expect(x).to.be.within(PLOT.left, PLOT.right);
          expect(heights).to.deep.equal([...heights].sort((a, b) => b - a));
        }
      }),
      { ...FIXED, numRuns: 100 },
    );
  });
});
