import { expect } from "chai";
import fc from "fast-check";

import { parseMonth } from "../../../lab/command/months.js";
import { weightsInTicks } from "../../../src/protocol/value/apportion.js";
import { parseDay } from "../../../lab/weather/days.js";
import { loadRain } from "../../../lab/weather/weather-file.js";
import { between, chances, knowledgeOf, loadYear, monthOf, totalsOf } from "../../../lab/wettest-month/beliefs.js";
import { beatenOutcomes, SCALE } from "../../../lab/wettest-month/contract.js";
import { fraction } from "../../../src/protocol/amounts/fraction.js";
import { ticks } from "../../../src/protocol/amounts/units.js";
import { expectInputError } from "../expect-input-error.js";

const rain = (...totals: number[]) => totals.map((total) => ticks(BigInt(total)));
const sum = (values: readonly bigint[]) => values.reduce((total, value) => total + value, 0n);

/** Wins by counting every combination: the simple judge. */
function counted(possibilities: readonly (readonly bigint[])[]): bigint[] {
  const combinations = possibilities.reduce<bigint[][]>(
    (all, amounts) => all.flatMap((chosen) => amounts.map((amount) => [...chosen, amount])),
    [[]],
  );
  const wins = possibilities.map(() => 0n);
  for (const totals of combinations) {
    const winner = totals.indexOf(totals.reduce((most, total) => (total > most ? total : most)));
    wins[winner] = wins[winner]! + 1n;
  }
  return weightsInTicks(
    wins.map((ways) => fraction(ways, BigInt(combinations.length))),
    SCALE,
  );
}

describe("wettest-month beliefs", () => {
  it("weigh months by how often they win", () => {
    expect(chances([rain(10), rain(5, 20)])).to.deep.equal([5000n, 5000n]);
    expect(chances([rain(10), rain(10, 20)])).to.deep.equal([5000n, 5000n]); // equal: the earlier wins
    expect(chances([rain(10, 20), rain(10)])).to.deep.equal([10000n, 0n]);
  });

  it("agree with counting every combination", () => {
    const month = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(fc.array(month, { minLength: 1, maxLength: 5 }), (months) => {
        const possibilities = months.map((amounts) => rain(...amounts));
        expect(chances(possibilities)).to.deep.equal(counted(possibilities));
      }),
    );
  });

  it("sum to the scale, give beaten months nothing, and open ones some room for surprise", () => {
    const history = loadYear(undefined, 2015);
    for (const passed of [0, 1, 5, 11]) {
      const { totals, close, wide } = knowledgeOf(history, 2015, passed);
      expect(sum(close)).to.equal(SCALE);
      expect(sum(wide)).to.equal(SCALE);
      const beaten = beatenOutcomes(totals);
      for (const [k, weight] of wide.entries()) expect(weight > 0n).to.equal(!beaten.includes(k + 1));
      for (const outcome of beaten) expect(close[outcome - 1]).to.equal(0n);
    }
  });

  it("know the rain of the year's own past only", () => {
    expect(totalsOf(loadRain(undefined), 2015, 3)).to.deep.equal(rain(930, 1342, 1135));
    // Before 2015 has begun, its own rain must not matter: without it the beliefs are the same.
    const { file, rain: all } = loadRain(undefined);
    const without = new Map([...all].filter(([day]) => day < parseDay("2015-01-01")!));
    expect(knowledgeOf({ file, rain: without }, 2015, 0)).to.deep.equal(knowledgeOf({ file, rain: all }, 2015, 0));
  });

  it("can be mixed", () => {
    expect(between(rain(10000, 0), rain(0, 10000))).to.deep.equal([5000n, 5000n]);
    expect(monthOf(2015, -1)).to.equal(parseMonth("2014-12"));
  });

  it("need the whole year, and another one", () => {
    expectInputError(() => loadYear(undefined, 2016), "WEATHER_DAY_MISSING");
    const { rain: all } = loadRain(undefined);
    const oneYear = { file: "f.csv", rain: new Map([...all].filter(([day]) => day >= parseDay("2015-01-01")!)) };
    expectInputError(() => knowledgeOf(oneYear, 2015, 0), "WEATHER_TOO_SHORT");
  });
});
