import { expect } from "chai";
import fc from "fast-check";

import { bindingOf, cornersOf, possibleCorners, withLegs, zerosOf } from "../../../app/views/compose/payoff.js";
import { intervalData, simplexData } from "../../../app/views/compose/drawing.js";
import { composed } from "../../../app/views/compose/shapes.js";
import type { Lots } from "../../../src/protocol/amounts/units.js";
import type { IntervalRoot, SimplexRoot } from "../../../src/protocol/market/market-table.js";
import { payoffOfRoot, worstOfRoot } from "../../../src/protocol/margin/worth.js";
import { payoffPicture } from "../../../src/pictures/payoff.js";
import { marketRootOf } from "../../../src/views/market-root.js";
import { everyOutcome } from "../../protocol/markets.js";
import { FIXED, lot, tick, whole } from "../../protocol/support.js";
import { titlesOf } from "../../pictures/sound.js";
import { eventRoot, rainRoot } from "../views/markets/roots.js";

const RAIN = rainRoot([400, 2_000]);
const ruled = marketRootOf(RAIN) as IntervalRoot;
const held = (...lots: number[]): Lots[] => lots.map((one) => lot(one));

describe("corners of a payoff", function () {
  it("are where it bends, and where outcomes begin and end to be possible", function () {
    const corners = cornersOf(ruled, held(0, 3), 7n);
    expect(corners.map(({ outcome }) => outcome)).to.deep.equal([0n, 400n, 800n, 1_600n, 2_000n, 2_500n]);
    expect(corners.at(2)!.wei).to.equal(3n * 800n * ruled.tickValue - 7n);
    expect(possibleCorners(ruled, corners).map(({ outcome }) => outcome)).to.deep.equal([400n, 800n, 1_600n, 2_000n]);
    expect(cornersOf(ruled, []).map(({ wei }) => wei)).to.deep.equal([0n, 0n, 0n, 0n]);
  });

  it("have nothing but straight lines between them", function () {
    const narrow = { ...ruled, bounds: { lower: tick(700), upper: tick(900) } };
    fc.assert(
      fc.property(whole(-5, 5), whole(-5, 5), (a, b) => {
        const position = held(Number(a), Number(b));
        const corners = possibleCorners(narrow, cornersOf(narrow, position));
        for (const y of everyOutcome(narrow.bounds)) {
          const k = corners.findIndex(({ outcome }) => outcome >= y);
          const [from, to] = [corners[k - 1] ?? corners[0]!, corners[k]!];
          const run = to.outcome - from.outcome;
          const line = run === 0n ? to.wei : from.wei + ((to.wei - from.wei) * (y - from.outcome)) / run;
          expect(payoffOfRoot(narrow, position, [tick(y)])).to.equal(line);
        }
      }),
      { ...FIXED, numRuns: 30 },
    );
  });
});

describe("where a payoff is nothing", function () {
  const at = (outcome: number, wei: number) => ({ outcome: tick(outcome), wei: BigInt(wei) });

  it("is where its line crosses, between ticks too, and where a corner lies on it", function () {
    expect(zerosOf([at(0, -2), at(3, 4)])).to.deep.equal([{ numerator: 6n, denominator: 6n }]);
    expect(
      zerosOf([at(0, 4), at(7, -3), at(9, 0)]).map(({ numerator, denominator }) => [numerator, denominator]),
    ).to.deep.equal([
      [28n, 7n],
      [9n, 1n],
    ]);
    expect(zerosOf([at(0, 1), at(5, 2)])).to.deep.equal([]);
    expect(zerosOf([])).to.deep.equal([]);
  });
});

describe("what a picture of it is made of", function () {
  const composition = composed(
    ruled,
    { shape: "callSpread", side: "buy", strikes: [800n, 1_600n], picks: [], lots: "2", build: "few" },
    2n,
  );
  if ("problem" in composition) throw new Error(composition.problem);
  const drawn = { root: RAIN, title: "Rain", symbol: "MTL", position: held(0, -3), composition, cashWei: 10n ** 18n };

  it("binds where the rules say that it does, now and with the order, and hatches what is impossible", function () {
    const data = intervalData(ruled, drawn, [800n, 1_600n]);
    const then = withLegs(ruled, drawn.position, composition);
    expect(data.binding!.outcome.text).to.equal("160 mm");
    expect(BigInt(data.binding!.outcome.value)).to.equal(worstOfRoot(ruled, drawn.position).bindingOutcome);
    expect(BigInt(data.bindingWithOrder!.outcome.value)).to.equal(worstOfRoot(ruled, then).bindingOutcome);
    expect(bindingOf(ruled, then, 10n ** 18n).wei).to.equal(worstOfRoot(ruled, then).worst - 10n ** 18n);
    expect(titlesOf(payoffPicture(data).marks)).to.include.members([
      "below 40 mm: impossible",
      "above 200 mm: impossible",
      "strike 80 mm",
    ]);
  });

  it("is of the position alone while nothing is thought of, and of no binding outcome without one", function () {
    const data = intervalData(ruled, { ...drawn, composition: undefined, cashWei: undefined, position: [] }, []);
    expect([data.withOrder, data.binding, data.bindingWithOrder]).to.deep.equal([undefined, undefined, undefined]);
    expect(data.now.every(({ pays }) => pays.text === "0 MTL")).to.equal(true);
  });

  it("names outcomes of an event, with what they pay before and after", function () {
    const EVENT = eventRoot([[0, 0], [0, 100], [0, 100]]); // prettier-ignore
    const months = marketRootOf(EVENT) as SimplexRoot;
    const shape = composed(months, { shape: "any", side: "buy", strikes: [], picks: [2], lots: "1", build: "few" }, 1n);
    if ("problem" in shape) throw new Error(shape.problem);
    const rows = simplexData(
      months,
      { ...drawn, root: EVENT, position: held(0, 0, 4), composition: shape, cashWei: 10n ** 15n },
      undefined,
    );
    expect(
      rows.map(({ name, isPossible, isBinding, bindsThen }) => [name, isPossible, isBinding, bindsThen]),
    ).to.deep.equal([
      ["October", false, false, false],
      ["November", true, true, true],
      ["December", true, false, false],
    ]);
    expect([rows[2]!.now.text, rows[2]!.withOrder!.text, rows[1]!.withOrder!.text]).to.deep.equal([
      "0.04 MTL",
      "0.039 MTL",
      "0.009 MTL",
    ]);
  });
});
