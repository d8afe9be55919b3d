import { expect } from "chai";
import fc from "fast-check";

import {
  formatMonth,
  monthsBetween,
  monthStart,
  nextMonth,
  parseMonth,
  parseMonthDay,
} from "../../../lab/command/months.js";

describe("months", () => {
  it("reads the three ways to write a date", () => {
    for (const text of ["2008-02", "2008-02-29", "Feb 1 2008", "feb 29 2008"]) {
      expect(formatMonth(parseMonthDay(text)!.month), text).to.equal("2008-02");
    }
  });

  for (const text of [
    "",
    "2008",
    "2008-13",
    "2008-00",
    "2007-02-29",
    "Feb 30 2008",
    "Foo 1 2008",
    "1970-12",
    "08-01",
  ]) {
    it(`refuses the date "${text}"`, () => {
      expect(parseMonthDay(text)).to.equal(undefined);
    });
  }

  it("takes an option's month in one form only", () => {
    expect(parseMonth("2008-12")).to.equal(2008 * 12 + 11);
    expect(parseMonth("2008-12-01")).to.equal(undefined);
    expect(parseMonth("Dec 1 2008")).to.equal(undefined);
  });

  it("knows when a month begins, in seconds of UTC", () => {
    expect(monthStart(parseMonth("2008-01")!)).to.equal(1_199_145_600);
    expect(monthStart(nextMonth(parseMonth("2008-12")!))).to.equal(Date.parse("2009-01-01T00:00:00Z") / 1000);
  });

  it("lists months with both ends", () => {
    const list = monthsBetween(parseMonth("2007-11")!, parseMonth("2008-02")!);
    expect(list.map(formatMonth)).to.deep.equal(["2007-11", "2007-12", "2008-01", "2008-02"]);
    expect(monthsBetween(parseMonth("2008-02")!, parseMonth("2008-01")!)).to.deep.equal([]);
  });

  it("writes what it reads", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1971, max: 9999 }), fc.integer({ min: 1, max: 12 }), (year, month) => {
        const text = `${year}-${String(month).padStart(2, "0")}`;
        expect(formatMonth(parseMonth(text)!)).to.equal(text);
      }),
    );
  });
});
