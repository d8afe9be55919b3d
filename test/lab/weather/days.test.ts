import { expect } from "chai";
import fc from "fast-check";

import { parseMonth } from "../../../lab/command/months.js";
import {
  addDays,
  type Day,
  dayStart,
  firstDayOf,
  formatDay,
  inYear,
  parseDay,
  spanOfMonth,
  yearOf,
} from "../../../lab/weather/days.js";

const day = (text: string) => parseDay(text)!;

describe("days", () => {
  it("count from 1970, and name the second at which they begin", () => {
    expect(day("1970-01-02")).to.equal(1);
    expect(dayStart(day("2015-11-01"))).to.equal(Date.UTC(2015, 10, 1) / 1000);
  });

  for (const text of ["2015-02-29", "2015-13-01", "2015-11-31", "2015-1-01", "2015-11", "15-11-01", ""]) {
    it(`do not include "${text}"`, () => {
      expect(parseDay(text)).to.equal(undefined);
    });
  }

  it("come back from their text", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 40_000 }), (count) => {
        expect(parseDay(formatDay(count as Day))).to.equal(count);
      }),
    );
  });

  it("make months: first day, and the first of the next", () => {
    const { first, end } = spanOfMonth(parseMonth("2012-02")!);
    expect([formatDay(first), formatDay(end), end - first]).to.deep.equal(["2012-02-01", "2012-03-01", 29]);
    expect(firstDayOf(parseMonth("2012-02")!)).to.equal(first);
  });

  it("have the same day in another year; the 29th of February becomes the 1st of March", () => {
    expect(formatDay(inYear(day("2015-11-03"), 2012))).to.equal("2012-11-03");
    expect(formatDay(inYear(day("2012-02-29"), 2013))).to.equal("2013-03-01");
    expect(yearOf(addDays(day("2012-12-31"), 1))).to.equal(2013);
  });
});
