import { ROOT, STRIPS, ABOVE_30, TICK_VALUE } from "../../../lab/rainfall/contract.js";
import type { Forecast, Knowledge } from "../../../lab/rainfall/forecast.js";
import type { View } from "../../../lab/rainfall/view.js";
import { parseMonth } from "../../../lab/command/months.js";
import { addDays, spanOfMonth } from "../../../lab/weather/days.js";
import { type Bounds, clamp } from "../../../src/protocol/market/bounds.js";
import type { IntervalRoot } from "../../../src/protocol/market/market-table.js";
import type { Depth } from "../../../src/protocol/value/quote.js";
import { lots, ticks, type TokenWei } from "../../../src/protocol/amounts/units.js";

const MONTH = spanOfMonth(parseMonth("2015-11")!);
const STRIKES: readonly Bounds[] = [ROOT, ABOVE_30, ...STRIPS];

export const forecast = (...totals: number[]) => totals.map((total) => ticks(BigInt(total))) as unknown as Forecast;

/** A root on which it has rained `soFar` ticks. */
export function rootAt(soFar: number): IntervalRoot {
  return {
    kind: "interval",
    marketRootId: 2,
    owner: "0x0000000000000000000000000000000000000001",
    tickValue: TICK_VALUE as TokenWei,
    closesAt: 0n,
    settleBy: 0n,
    fallbackOutcome: 0n,
    settled: false,
    tip: "0x",
    bounds: { lower: ticks(BigInt(soFar)), upper: ROOT.upper },
    strikes: STRIKES,
  };
}

export function knowledgeAt(soFar: number, changes: Partial<Knowledge> = {}): Knowledge {
  const expected = forecast(soFar + 600, soFar + 900, soFar + 1200);
  return {
    month: MONTH,
    today: addDays(MONTH.first, 15),
    soFar: ticks(BigInt(soFar)),
    climatology: expected,
    seasons: expected,
    ...changes,
  };
}

/** Every branch quoted around what it would be worth if it rained `total`, at a distance, in levels of `size` lots. */
export function booked(total: number, distance: number, size: number): Depth[] {
  return STRIKES.map((strikes) => {
    const middle = clamp(ticks(BigInt(total)), strikes);
    const level = (away: number) => ({ priceTicks: ticks(middle + BigInt(away)), lots: lots(BigInt(size)) });
    return { bids: [level(-distance)], asks: [level(distance)] };
  });
}

export function viewAt(soFar: number, changes: Partial<View> = {}): View {
  return {
    knowledge: knowledgeAt(soFar),
    root: rootAt(soFar),
    depths: booked(soFar + 900, 2, 40),
    free: (1000n * 10n ** 18n) as TokenWei,
    lots: STRIKES.map(() => lots(0n)),
    ...changes,
  };
}
