import { expect } from "chai";

import { between, DAY, dayOf, MARKET_DAYS, monthsPassed, RAIN_SPAN } from "../../../lab/live/calendar.js";
import { formatDay } from "../../../lab/weather/days.js";
import { ticks } from "../../../src/protocol/amounts/units.js";

const T1 = 1_800_000_000;
const at = (days: number) => ({ t1: T1, now: T1 + Math.round(days * DAY) });

describe("the live stage's calendar", () => {
  it("has each day of the session be one of November 2015, and stays at the first after it", () => {
    const cases = [
      [-1, "2015-11-01"],
      [0, "2015-11-01"],
      [0.99, "2015-11-01"],
      [1, "2015-11-02"],
      [29.99, "2015-11-30"],
      [30, "2015-12-01"],
      [400, "2015-12-01"],
    ] as const;
    for (const [days, day] of cases) expect(formatDay(dayOf(at(days))), String(days)).to.equal(day);
    expect(dayOf(at(MARKET_DAYS))).to.equal(RAIN_SPAN.end);
  });

  it("has a month of the year pass in two and a half days", () => {
    for (const [days, months] of [
      [0, 0],
      [2.49, 0],
      [2.5, 1],
      [29.9, 11],
      [30, 12],
      [99, 12],
    ] as const) {
      expect(monthsPassed(at(days)), String(days)).to.equal(months);
    }
  });

  describe("between monthly figures", () => {
    const rows = Array.from({ length: 13 }, (_, month) => [
      ticks(BigInt(100 * month)),
      ticks(BigInt(1_300 - 100 * month)),
    ]);

    it("gives each month's own at its beginning", () => {
      for (let month = 0; month <= 12; month++) expect(between(rows, at(2.5 * month))).to.deep.equal(rows[month]);
    });

    it("goes from one to the next in proportion to the time", () => {
      expect(between(rows, at(1.25))).to.deep.equal([50n, 1_250n]);
    });

    it("looks as many months back or ahead as it is told to, and not beyond the first and the last", () => {
      expect(between(rows, at(5), -1)).to.deep.equal(rows[1]);
      expect(between(rows, at(5), 1)).to.deep.equal(rows[3]);
      expect(between(rows, at(0), -1)).to.deep.equal(rows[0]);
      expect(between(rows, at(30), 1)).to.deep.equal(rows[12]);
    });
  });
});
