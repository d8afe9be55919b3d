/** The two markets beside the basket, and what their owner says of them as the real data comes in. */
import { clamp } from "../../src/protocol/market/bounds.js";
import type { Ticks } from "../../src/protocol/amounts/units.js";
import { BRANCH_NAMES, describeRain, ROOT, ROOT_BRANCH, writeContract as writeRain } from "../rainfall/contract.js";
import { knowledgeOf as rainKnowledge, loadMonth } from "../rainfall/forecast.js";
import { announce } from "../rainfall/simulation.js";
import { rainIn } from "../weather/climate.js";
import { createMarkets, type Market, type MarketStage, type Said } from "../weather/market.js";
import type { RainHistory } from "../weather/weather-file.js";
import { loadYear, totalsOf } from "../wettest-month/beliefs.js";
import { describeWettest, MONTH_NAMES, writeContract as writeWettest } from "../wettest-month/contract.js";
import { eliminate } from "../wettest-month/simulation.js";
import {
  DAY,
  dayOf,
  MARKET_DAYS,
  type Moment,
  monthsPassed,
  PATIENCE_DAYS,
  RAIN_MONTH,
  RAIN_SPAN,
  TRADING_DAYS,
  YEAR,
} from "./calendar.js";

export interface Roots {
  readonly rain: Market;
  readonly wettest: Market;
  readonly history: RainHistory;
  /** When both close, seconds since 1970. */
  readonly closesAt: number;
}

/** Seattle's, in which both the month and the year are. */
export function loadWeather(): RainHistory {
  loadYear(undefined, YEAR);
  return loadMonth(undefined, RAIN_MONTH);
}

/** Made by the organiser, who owns them. */
export async function openRoots(stage: MarketStage, history: RainHistory, t1: number): Promise<Roots> {
  const [rain, wettest] = await createMarkets(stage, [BRANCH_NAMES, MONTH_NAMES]);
  if (rain === undefined || wettest === undefined) throw new RangeError("two markets were asked for");
  const times = { closesAt: t1 + MARKET_DAYS * DAY, settleBy: t1 + (TRADING_DAYS + PATIENCE_DAYS) * DAY };
  const since = new Date(t1 * 1_000).toISOString();
  await writeRain(rain, {
    ...times,
    description: describeRain(
      "November 2015",
      history.file,
      `Rain at the weather station in the whole month, told day by day; more than 300 mm count as 300. A replay: each day from ${since} on stands for one of the month.`,
    ),
  });
  await writeWettest(wettest, {
    ...times,
    year: YEAR,
    description: describeWettest(
      YEAR,
      history.file,
      `A replay: from ${since} on the months pass in ${MARKET_DAYS} days, and each that is beaten is struck out.`,
    ),
  });
  return { rain, wettest, history, closesAt: times.closesAt };
}

/** The owner says what is known by now and was not said before, and every account is brought up to date. */
export async function tellNews({ rain, wettest, history, closesAt }: Roots, moment: Moment): Promise<Said[]> {
  const { soFar } = rainKnowledge(history, RAIN_SPAN, dayOf(moment));
  const ofRain = await announce(rain, soFar);
  if (moment.now >= closesAt && !rain.root().settled) ofRain.push(await settleRain(rain, rainIn(history, RAIN_SPAN)));
  if (ofRain.length > 0) await rain.update();
  const ofMonths = wettest.root().settled
    ? []
    : await eliminate(wettest, totalsOf(history, YEAR, monthsPassed(moment)));
  if (ofMonths.length > 0) await wettest.update();
  return [...ofRain, ...ofMonths];
}

function settleRain(rain: Market, total: Ticks): Promise<Said> {
  const place = { marketRootId: rain.marketRootId, marketBranchId: ROOT_BRANCH };
  return rain.say((owner) => owner.settle(place, clamp(total, ROOT)));
}
