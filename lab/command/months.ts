/** A calendar month, counted from January of the year 0 (UTC). */
export type Month = number & { readonly __unit: "month" };

const MONTH_NAMES = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"] as const;

/** A chain's clock starts in 1970, and its start must lie before the session does. */
const FIRST_YEAR = 1971;
const LAST_YEAR = 9999;

function monthOf(year: number, monthOfYear: number): Month | undefined {
  if (year < FIRST_YEAR || year > LAST_YEAR || monthOfYear < 1 || monthOfYear > 12) return undefined;
  return (year * 12 + monthOfYear - 1) as Month;
}

/** `2008-01`, nothing else; undefined if it is not a month from 1971 to 9999. */
export function parseMonth(text: string): Month | undefined {
  const match = /^(\d{4})-(\d{2})$/.exec(text);
  return match === null ? undefined : monthOf(Number(match[1]), Number(match[2]));
}

/** A month, and the day of it if one is said. */
export interface MonthDay {
  readonly month: Month;
  readonly day: number | undefined;
}

/** `2008-01`, `2008-01-31` (a time of day may follow), `20080131` or `Jan 1 2008`; undefined if there is no such day. */
export function parseMonthDay(text: string): MonthDay | undefined {
  const iso = /^(\d{4})-(\d{2})(?:-(\d{2})(?:[T ][\d:.+-]+Z?)?)?$/.exec(text) ?? /^(\d{4})(\d{2})(\d{2})$/.exec(text);
  if (iso !== null) return withDay(Number(iso[1]), Number(iso[2]), iso[3] === undefined ? undefined : Number(iso[3]));
  const spoken = /^([A-Za-z]{3}) (\d{1,2}) (\d{4})$/.exec(text);
  if (spoken === null) return undefined;
  const name = (spoken[1] ?? "").toLowerCase();
  const monthOfYear = MONTH_NAMES.findIndex((known) => known === name) + 1;
  return withDay(Number(spoken[3]), monthOfYear, Number(spoken[2]));
}

function withDay(year: number, monthOfYear: number, day: number | undefined): MonthDay | undefined {
  const daysInMonth = new Date(Date.UTC(year, monthOfYear, 0)).getUTCDate();
  if (day !== undefined && (day < 1 || day > daysInMonth)) return undefined;
  const month = monthOf(year, monthOfYear);
  return month === undefined ? undefined : { month, day };
}

/** `2008-01`. */
export function formatMonth(month: Month): string {
  const year = Math.floor(month / 12);
  return `${year.toString().padStart(4, "0")}-${((month % 12) + 1).toString().padStart(2, "0")}`;
}

/** The first second of the month, UTC, as a chain counts (seconds since 1970). */
export function monthStart(month: Month): number {
  return Date.UTC(Math.floor(month / 12), month % 12, 1) / 1000;
}

export function nextMonth(month: Month): Month {
  return (month + 1) as Month;
}

/** `from` to `to`, both included; empty if `to` lies before `from`. */
export function monthsBetween(from: Month, to: Month): Month[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => (from + index) as Month);
}
