import { expect } from "chai";

import { FACTS } from "../../../trials/prove/models/facts.js";

/** How many cases each fact is counted through, and how many of them its broken twin gets wrong. */
const COUNTS: Readonly<Record<string, readonly [cases: number, twinWrong: number]>> = {
  "interval: the minimum is at a bound or a strike between": [185_115, 6_406],
  "two roots: the worst joint outcome is the sum of both worst cases": [62_500, 51_780],
  "orders: no partial fill is worse than both nothing and everything": [29_120, 7_774],
  "interval: tightening never raises need": [970_200, 582_120],
  "simplex: without bounds the minimum is at a vertex": [625, 400],
  "simplex: the pour is the minimum within the bounds": [75_375, 16_320],
  "simplex: tightening never raises need": [271_500, 37_872],
};

describe("the facts that the collateral check rests on", () => {
  it("are all counted through here", () => {
    expect(FACTS.map(({ name }) => name)).to.have.members(Object.keys(COUNTS));
  });

  for (const { name, check, twin, checkTwin } of FACTS) {
    const [cases, twinWrong] = COUNTS[name] ?? [0, 0];
    describe(name, () => {
      it(`given ${cases} cases, all there are within the limits, when the library is asked, none contradicts`, () => {
        expect(check("small")).to.deep.equal({ cases, wrong: 0 });
      });

      it(`given the same and a fault (${twin}), when it is asked, ${twinWrong} cases contradict`, () => {
        expect(twinWrong).to.be.greaterThan(0);
        expect(checkTwin("small").wrong).to.equal(twinWrong);
      });
    });
  }
});
