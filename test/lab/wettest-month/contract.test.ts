import { expect } from "chai";
import fc from "fast-check";

import { beatenOutcomes, MONTH_NAMES, SCALE, TICK_VALUE } from "../../../lab/wettest-month/contract.js";
import { ticks } from "../../../src/protocol/amounts/units.js";

const rain = (...totals: number[]) => totals.map((total) => ticks(BigInt(total)));

describe("wettest-month contract", () => {
  it("pays one token for a lot of the month that wins", () => {
    expect(SCALE * TICK_VALUE).to.equal(10n ** 18n);
    expect(MONTH_NAMES).to.have.length(12);
  });

  it("eliminates nobody while one month is over, then every month with less than another", () => {
    expect(beatenOutcomes([])).to.deep.equal([]);
    expect(beatenOutcomes(rain(0))).to.deep.equal([]);
    expect(beatenOutcomes(rain(930, 1342))).to.deep.equal([1]);
    expect(beatenOutcomes(rain(930, 1342, 1135))).to.deep.equal([1, 3]);
  });

  it("lets the earlier of equal months win", () => {
    expect(beatenOutcomes(rain(5, 7, 7, 3))).to.deep.equal([1, 3, 4]);
    expect(beatenOutcomes(rain(0, 0, 0))).to.deep.equal([2, 3]);
  });

  it("leaves exactly one month, and never takes an elimination back", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 12 }), (totals) => {
        const all = rain(...totals);
        const beaten = beatenOutcomes(all);
        expect(beaten).to.have.length(all.length - 1);
        for (const outcome of beatenOutcomes(all.slice(0, -1))) expect(beaten).to.include(outcome);
      }),
    );
  });
});
