import { expect } from "chai";
import fc from "fast-check";

import { depthPicture } from "../../../../src/cli/output/svg/depth-picture.js";
import type { Depth, Level } from "../../../../src/protocol/value/quote.js";
import { FIXED, lot, tick } from "../../../protocol/support.js";
import { expectWellFormed, parseSvg } from "./support.js";

const level = (price: number, lots: number): Level => ({ priceTicks: tick(price), lots: lot(lots) });
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
    // Prices 30 to 50 lie between 60 and 620; 4 lots are 270 high, above 310.
    expect(stepsOf(depth)).to.deep.equal(["M340.00 310H340.00V242.50H60.00V107.50H60", "M620.00 310H620.00V40.00H620"]);
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

  it("draws one side alone, and one price alone", function () {
    expect(stepsOf({ bids: [level(40, 1)], asks: [] })).to.deep.equal(["M60.00 310H60.00V40.00H60"]);
    expect(stepsOf({ bids: [], asks: [level(40, 1)] })).to.deep.equal(["M60.00 310H60.00V40.00H620"]);
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
