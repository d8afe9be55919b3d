/**
 * Which moment of the real data a moment of the session stands for. Each of the session's days is one of November 2015, whose rain is
 * traded; and in thirty days the twelve months of 2015 pass, whose wettest is, as do those of 2008, whose prices move the basket.
 */
import { type Ticks, ticks } from "../../src/protocol/amounts/units.js";
import type { Month } from "../command/months.js";
import { addDays, type Day, type Span, spanOfMonth } from "../weather/days.js";

export const DAY = 86_400;
/** Days of trading that are over when the stage is ready: so there is a past to look at. */
export const PAST_DAYS = 12;
/** Both markets close then. */
export const MARKET_DAYS = 30;
/** Until t2. */
export const TRADING_DAYS = MARKET_DAYS + 1;
/** From t2 until anybody may apply a fallback. */
export const PATIENCE_DAYS = 7;

export const YEAR = 2015;
export const RAIN_MONTH = (YEAR * 12 + 10) as Month; // November
export const RAIN_SPAN: Span = spanOfMonth(RAIN_MONTH);
/** The first of the months of prices, and the last, to which the last of them leads. */
export const PRICES_FROM = (2008 * 12) as Month;
export const PRICES_TO = (PRICES_FROM + 12) as Month;
const MONTHS = 12;

/** When the stage stands still, it does so here: noon of 13 January 2027. */
export const STANDSTILL = Date.UTC(2027, 0, 13, 12) / 1_000;

/** The session's own times, and the moment at which it is. Seconds since 1970. */
export interface Moment {
  readonly t1: number;
  readonly now: number;
}

/** On the morning of which day of November 2015 it is; the first day after it once the month is over. */
export function dayOf({ t1, now }: Moment): Day {
  return addDays(RAIN_SPAN.first, within(Math.floor((now - t1) / DAY), MARKET_DAYS));
}

/** How many months of 2015 are over. */
export function monthsPassed({ t1, now }: Moment): number {
  return within(Math.floor(((now - t1) * MONTHS) / (MARKET_DAYS * DAY)), MONTHS);
}

/**
 * What stands between two rows of monthly figures, in proportion to the time that has passed, rounded down.
 * @param rows one for each month, and one for the month after the last
 * @param shift months from now
 */
export function between(rows: readonly (readonly Ticks[])[], { t1, now }: Moment, shift = 0): Ticks[] {
  const whole = MARKET_DAYS * DAY;
  const place = within((now - t1) * MONTHS + shift * whole, MONTHS * whole); // months × whole
  const index = Math.min(Math.floor(place / whole), MONTHS - 1);
  const passed = BigInt(place - index * whole);
  const [from = [], to = []] = rows.slice(index, index + 2);
  return from.map((one, k) => ticks(one + (((to[k] ?? one) - one) * passed) / BigInt(whole)));
}

function within(value: number, most: number): number {
  return Math.min(Math.max(value, 0), most);
}
