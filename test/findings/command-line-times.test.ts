/**
 * A time that no contract can hold, or no calendar has, went through: +999999999d is beyond 40 bits and a year before 1970 below
 * zero, which ended in ethers' own words and status 1; 30 February silently became 2 March.
 */
import { expect } from "chai";
import fc from "fast-check";

import { parseTime } from "../../src/cli/input/parse.js";
import { expectCliError } from "../cli/support.js";
import { FIXED } from "../protocol/support.js";

describe("a time on the command line", function () {
  const time = (text: string, now = 1_000): number => parseTime("--t1", text, now);
  const refused = (text: string, now?: number): void => {
    expectCliError(() => time(text, now), "ARGUMENT_INVALID", { argument: "--t1", value: text });
  };

  it("from now on is refused beyond 40 bits", function () {
    const most = 2 ** 40 - 1;
    expect(time("+1s", most - 1)).to.equal(most);
    refused("+1s", most);
    refused("+999999999d");
  });

  it("is refused before 1970", function () {
    expect(time("1970-01-01T00:00:00Z")).to.equal(0);
    refused("1969-12-31T23:59:59Z");
    refused("1970-01-01T00:00:00+00:01");
    refused("0000-01-01T00:00:00Z");
  });

  it("is refused on a day that its month does not have", function () {
    for (const day of ["2026-02-29", "2026-02-30", "2026-02-31", "2026-04-31", "2100-02-29", "2026-01-00"]) {
      refused(`${day}T00:00:00Z`);
      refused(`${day}T12:00+02:00`);
    }
  });

  it("is what the calendar says, for every day of every month and no other", function () {
    const days = fc.record({
      year: fc.integer({ min: 1971, max: 9998 }),
      month: fc.integer({ min: 1, max: 12 }),
      day: fc.integer({ min: 1, max: 31 }),
    });
    fc.assert(
      fc.property(days, ({ year, month, day }) => {
        const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
        const length = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]!;
        const digits = (value: number): string => String(value).padStart(2, "0");
        const text = `${year}-${digits(month)}-${digits(day)}T06:00:00+03:00`;
        if (day <= length) expect(time(text)).to.equal(Date.UTC(year, month - 1, day, 3) / 1_000);
        else refused(text);
      }),
      FIXED,
    );
  });
});
