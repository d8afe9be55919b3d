import { expect } from "chai";

import { covers, rainAtSuchTimes, rainIn, yearsOf } from "../../../lab/weather/climate.js";
import { addDays, parseDay, type Span } from "../../../lab/weather/days.js";
import type { RainHistory } from "../../../lab/weather/weather-file.js";
import type { Ticks } from "../../../src/protocol/amounts/units.js";
import { expectInputError } from "../expect-input-error.js";

const day = (text: string) => parseDay(text)!;
const span = (first: string, end: string): Span => ({ first: day(first), end: day(end) });

/** Every day from `first` to before `end`; it rains as many ticks as the day's number within the file. */
function history(first: string, end: string): RainHistory {
  const days = day(end) - day(first);
  const entries = Array.from({ length: days }, (_, i) => [addDays(day(first), i), BigInt(i) as Ticks] as const);
  return { file: "f.csv", rain: new Map(entries) };
}

const EXACTLY = { reach: 0, step: 1 };

describe("climate", () => {
  it("sums rain over a span, and names the first day that is missing", () => {
    const file = history("2014-01-01", "2014-02-01");
    expect(rainIn(file, span("2014-01-01", "2014-01-04"))).to.equal(3n);
    expectInputError(() => rainIn(file, span("2014-01-30", "2014-02-03")), "WEATHER_DAY_MISSING", {
      file: "f.csv",
      value: "2014-02-01",
      reason: "it has no",
    });
    expect(covers(file, span("2014-01-30", "2014-02-01"))).to.equal(true);
    expect(covers(file, span("2014-01-30", "2014-02-02"))).to.equal(false);
  });

  it("looks at the same days of every other year that the file covers", () => {
    const file = history("2012-01-01", "2015-01-01");
    expect(yearsOf(file)).to.deep.equal([2012, 2013, 2014]);
    const wanted = span("2013-01-01", "2013-01-03");
    expect(rainAtSuchTimes(file, wanted, wanted, EXACTLY)).to.deep.equal([1n, 731n + 732n]); // days 0, 1 and 731, 732
  });

  it("shifts by some days each way, and leaves out what the file lacks", () => {
    const file = history("2012-01-01", "2014-01-01");
    const wanted = span("2013-01-03", "2013-01-04");
    // Around the 3rd of January 2012: 5 days before is outside the file.
    expect(rainAtSuchTimes(file, wanted, wanted, { reach: 7, step: 5 })).to.deep.equal([2n, 7n]);
  });

  it("never looks at days that are hidden", () => {
    const file = history("2012-01-01", "2014-01-01");
    const wanted = span("2013-12-25", "2013-12-28");
    const hidden = span("2012-12-20", "2012-12-26");
    expectInputError(() => rainAtSuchTimes(file, wanted, hidden, EXACTLY), "WEATHER_TOO_SHORT");
  });

  it("refuses a file of one year", () => {
    const file = history("2013-01-01", "2014-01-01");
    const wanted = span("2013-06-01", "2013-07-01");
    const { message } = expectInputError(() => rainAtSuchTimes(file, wanted, wanted, EXACTLY), "WEATHER_TOO_SHORT");
    expect(message).to.include("2013-06-01");
  });
});
