/** Moments as people write them. */

const UNITS_OF_TIME = { s: 1, m: 60, h: 3_600, d: 86_400 } as const;

/**
 * Unix seconds, a date with its zone (2026-12-01T00:00:00Z), or from the chain's time on: +30m, +2h, +7d.
 * @param now the chain's time, Unix seconds; undefined where nothing can be counted from it
 * @returns undefined for what is no moment; 30 February is none
 */
export function secondsOf(text: string, now: number | undefined): number | undefined {
  const length = lengthOf(text);
  if (length !== undefined) return now === undefined ? undefined : now + length;
  if (/^\d{1,13}$/.test(text)) return Number(text);
  const [, day] = /^(\d{4}-\d\d-\d\d)T(?:[01]\d|2[0-3]):\d\d(?::[0-5]\d)?(?:Z|[+-]\d\d:\d\d)$/.exec(text) ?? [];
  if (day === undefined || dayOf(day) === undefined) return undefined;
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : Math.floor(time / 1_000);
}

/** `+30m`, `+2h`, `+7d` as seconds. @returns undefined for what is no length of time */
export function lengthOf(text: string): number | undefined {
  const [, amount, unit] = /^\+(\d{1,9})([smhd])$/.exec(text) ?? [];
  return amount === undefined ? undefined : Number(amount) * UNITS_OF_TIME[unit as keyof typeof UNITS_OF_TIME]; // matched
}

/** The first second of a day of UTC (2026-12-01). @returns undefined for what is no day; 30 February is none */
export function dayOf(text: string): number | undefined {
  const time = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : NaN;
  // A date of JavaScript would go on into March, as the hour 24 does into the next day.
  return Number.isNaN(time) || !new Date(time).toISOString().startsWith(text) ? undefined : time / 1_000;
}

/** Ten digits: more of them are milliseconds. */
const LAST_SECOND = 9_999_999_999;

/**
 * When a line of a table is of: Unix seconds, a day of UTC, or a date and time with its zone, from 1970 on.
 * @returns undefined for what is no moment; +7d is none, for a table has no time to count from
 */
export function momentOf(text: string): number | undefined {
  const second = dayOf(text) ?? secondsOf(text, undefined);
  return second !== undefined && second >= 0 && second <= LAST_SECOND ? second : undefined;
}
