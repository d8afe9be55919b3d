import { expect } from "chai";

import { parseMonth } from "../../../lab/command/months.js";
import {
  extrapolation,
  type Forecast,
  knowledgeOf,
  loadMonth,
  medianOf,
  valueOf,
} from "../../../lab/rainfall/forecast.js";
import { addDays, parseDay, spanOfMonth } from "../../../lab/weather/days.js";
import { ticks } from "../../../src/protocol/amounts/units.js";
import { expectInputError } from "../expect-input-error.js";

const NOVEMBER = spanOfMonth(parseMonth("2015-11")!);
const history = loadMonth(undefined, parseMonth("2015-11")!);
const forecast = (...totals: [number, ...number[]]) =>
  totals.map((total) => ticks(BigInt(total))) as unknown as Forecast;
const bounds = (lower: number, upper: number) => ({ lower: ticks(BigInt(lower)), upper: ticks(BigInt(upper)) });

describe("rain forecast", () => {
  it("knows the rain so far, and other years' rain for the rest", () => {
    const { soFar, climatology, seasons } = knowledgeOf(history, NOVEMBER, parseDay("2015-11-16")!);
    expect(soFar).to.equal(1670n);
    expect(climatology).to.have.length(3 * 5); // three other years, five shifts
    expect(seasons).to.have.length(3 * 7);
    for (const total of [...climatology, ...seasons]) expect(total >= soFar).to.equal(true);
  });

  it("starts with the three other Novembers among what it thinks possible", () => {
    const { climatology } = knowledgeOf(history, NOVEMBER, NOVEMBER.first);
    for (const total of [2105n, 963n, 1231n]) expect(climatology).to.include(total);
  });

  it("extrapolates, but not from nothing", () => {
    expect(extrapolation(knowledgeOf(history, NOVEMBER, NOVEMBER.first))).to.equal(undefined);
    const knowledge = { ...knowledgeOf(history, NOVEMBER, addDays(NOVEMBER.first, 10)), soFar: ticks(500n) };
    // 20 days are left: as much again twice over, more or less.
    expect(extrapolation(knowledge)).to.deep.equal(forecast(1100, 1300, 1500, 1700, 1900));
  });

  it("values a branch at the mean of what it pays, rounded down", () => {
    expect(valueOf(forecast(50, 140, 400), bounds(100, 200))).to.equal(146n); // 100, 140, 200
    expect(medianOf(forecast(400, 50, 140))).to.equal(140n);
  });

  it("says which day a file lacks, or that it has no other year", () => {
    expectInputError(() => loadMonth(undefined, parseMonth("2016-01")!), "WEATHER_DAY_MISSING");
    const { rain } = history;
    const oneYear = new Map([...rain].filter(([day]) => day >= parseDay("2015-01-01")!));
    expectInputError(
      () => knowledgeOf({ file: "f.csv", rain: oneYear }, NOVEMBER, NOVEMBER.first),
      "WEATHER_TOO_SHORT",
    );
  });
});
