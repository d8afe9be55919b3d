/** Moments as people write them. */

const UNITS_OF_TIME = { s: 1, m: 60, h: 3_600, d: 86_400 } as const;
/**
 * Unix seconds, a date with its zone (2026-12-01T00:00:00Z), or from the chain's time on: +30m, +2h, +7d.
 * @param now the chain's time, Unix seconds
 * @returns undefined for what is no moment; 30 February is none
 */
export function secondsOf(text: string, now: number): number | undefined {
  const [, amount, unit] = /^\+(\d{1,9})([smhd])$/.exec(text) ?? [];
  if (amount !== undefined) return now + Number(amount) * UNITS_OF_TIME[unit as keyof typeof UNITS_OF_TIME]; // matched
  if (/^\d{1,13}$/.test(text)) return Number(text);
  const [, day] = /^(\d{4}-\d\d-\d\d)T(?:[01]\d|2[0-3]):\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d)$/.exec(text) ?? [];
  return day !== undefined && isDay(day) ? Math.floor(Date.parse(text) / 1000) : undefined;
}

/** 30 February is none; a date of JavaScript would go on into March, as the hour 24 does into the next day. */
function isDay(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}
