import { type Month, nextMonth } from "../command/months.js";

/** A calendar day, counted from the first of January 1970 (UTC). */
export type Day = number & { readonly __unit: "day" };

/** Days from `first` to the one before `end`. */
export interface Span {
  readonly first: Day;
  readonly end: Day;
}

const SECONDS = 86_400;
const MILLISECONDS = SECONDS * 1000;

/** `2015-11-03`, nothing else; undefined if there is no such day. */
export function parseDay(text: string): Day | undefined {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (match === null) return undefined;
  const day = dayOf(Number(match[1]), Number(match[2]), Number(match[3]));
  return formatDay(day) === text ? day : undefined;
}

/** `2015-11-03`. */
export function formatDay(day: Day): string {
  return new Date(day * MILLISECONDS).toISOString().slice(0, 10);
}

/** The first second of the day, UTC, as a chain counts (seconds since 1970). */
export function dayStart(day: Day): number {
  return day * SECONDS;
}

export function addDays(day: Day, count: number): Day {
  return (day + count) as Day;
}

/** The same day of another year; the 29th of February becomes the 1st of March where there is none. */
export function inYear(day: Day, year: number): Day {
  const date = new Date(day * MILLISECONDS);
  return dayOf(year, date.getUTCMonth() + 1, date.getUTCDate());
}

export function yearOf(day: Day): number {
  return new Date(day * MILLISECONDS).getUTCFullYear();
}

export function firstDayOf(month: Month): Day {
  return dayOf(Math.floor(month / 12), (month % 12) + 1, 1);
}

export function spanOfMonth(month: Month): Span {
  return { first: firstDayOf(month), end: firstDayOf(nextMonth(month)) };
}

function dayOf(year: number, monthOfYear: number, dayOfMonth: number): Day {
  return (Date.UTC(year, monthOfYear - 1, dayOfMonth) / MILLISECONDS) as Day;
}
