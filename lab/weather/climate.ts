/** What rain files say about times: how much it rained, and how much it rained at such times in other years. */
import type { Ticks } from "../../src/protocol/amounts/units.js";
import { InputError } from "../command/errors.js";
import { addDays, formatDay, inYear, type Span, yearOf } from "./days.js";
import type { RainHistory } from "./weather-file.js";

/** Rain in a span, ticks. @throws InputError WEATHER_DAY_MISSING */
export function rainIn({ file, rain }: RainHistory, { first, end }: Span): Ticks {
  let total = 0n;
  for (let day = first; day < end; day = addDays(day, 1)) {
    const ofDay = rain.get(day);
    if (ofDay === undefined) {
      throw new InputError("WEATHER_DAY_MISSING", { file, value: formatDay(day), reason: "it has no" });
    }
    total += ofDay;
  }
  return total as Ticks;
}

/**
 * Rain in spans of the same length, in every other year of the file, at the same time of the year and up to `reach` days
 * before and after, every `step` days. Spans that the file does not cover whole, or that touch `hidden`, are left out: what
 * happens there is not known yet.
 * @throws InputError WEATHER_TOO_SHORT if none is left
 */
export function rainAtSuchTimes(
  history: RainHistory,
  { first, end }: Span,
  hidden: Span,
  { reach, step }: { readonly reach: number; readonly step: number },
): Ticks[] {
  const own = yearOf(first);
  const years = yearsOf(history).filter((year) => year !== own);
  const shifts = Array.from(
    { length: 2 * Math.floor(reach / step) + 1 },
    (_, i) => (i - Math.floor(reach / step)) * step,
  );
  const spans = years.flatMap((year) =>
    shifts.map((shift): Span => {
      const from = addDays(inYear(first, year), shift);
      return { first: from, end: addDays(from, end - first) };
    }),
  );
  const known = spans.filter((span) => covers(history, span) && !(span.first < hidden.end && span.end > hidden.first));
  if (known.length === 0) {
    throw new InputError("WEATHER_TOO_SHORT", {
      file: history.file,
      value: formatDay(first),
      reason: "no other year covers",
    });
  }
  return known.map((span) => rainIn(history, span));
}

/** Every year of which the file has a day, rising. */
export function yearsOf({ rain }: RainHistory): number[] {
  return [...new Set([...rain.keys()].map(yearOf))].sort((a, b) => a - b);
}

/** Whether the file has every day of the span. */
export function covers({ rain }: RainHistory, { first, end }: Span): boolean {
  for (let day = first; day < end; day = addDays(day, 1)) if (!rain.has(day)) return false;
  return true;
}
