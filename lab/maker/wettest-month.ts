/** Which month of a year is the wettest: an event of twelve outcomes, struck out as they are beaten. */
import { fraction } from "../../src/protocol/amounts/fraction.js";
import { assetUnits, type Ticks, tokenWei } from "../../src/protocol/amounts/units.js";
import { ONE } from "../command/decimals.js";
import { monthStart } from "../command/months.js";
import { firstDayOf, formatDay } from "../weather/days.js";
import type { RainHistory } from "../weather/weather-file.js";
import { between, type Belief, knowledgeOf, loadYear, monthOf, totalsOf } from "../wettest-month/beliefs.js";
import { MONTH_NAMES, SCALE, TICK_VALUE, writeContract } from "../wettest-month/contract.js";
import { eliminate, winnerOf, yearStart } from "../wettest-month/simulation.js";
import { priorOf } from "../command/prior.js";
import { liquidity, type Scene, type Story } from "./story.js";

const YEAR = 2015;
const DAY = 86_400;
const LIQUIDITY = 500n; // lots that pay a token: a nat costs 500 session tokens

export function wettestMonthStory(): Story {
  const history = loadYear(undefined, YEAR);
  const totals = totalsOf(history, YEAR, MONTH_NAMES.length);
  const winner = winnerOf(totals);
  return {
    name: "wettest-month",
    title: `The wettest month of ${YEAR}, which was ${MONTH_NAMES[winner - 1] ?? ""}: an event of twelve outcomes`,
    token: { name: "Made Wettest Month", symbol: "MADW" },
    assets: () => [
      { symbol: "GOLD", quantity: assetUnits(10n * ONE) },
      { symbol: "SILVER", quantity: assetUnits(800n * ONE) },
    ],
    each: tokenWei(1_000n * ONE),
    t1: yearStart(YEAR),
    t2: yearStart(YEAR + 1) + DAY,
    names: MONTH_NAMES,
    write: (market, settleBy) => writeContract(market, { year: YEAR, closesAt: yearStart(YEAR + 1), settleBy }),
    maker: { liquidity: liquidity(LIQUIDITY), prior: priorOf(knowledgeOf(history, YEAR, 0).wide), points: [] },
    root: { kind: "legs", scale: SCALE, most: MONTH_NAMES.map(() => SCALE), isBasket: false },
    tickValue: tokenWei(TICK_VALUE),
    scenes: MONTH_NAMES.map((_, passed) => sceneOf(history, passed, winner)),
    close: { begins: yearStart(YEAR + 1), announce: (market) => eliminate(market, totals) },
    outcome: MONTH_NAMES.map((_, k) => (k + 1 === winner ? 1n : 0n)),
    worth: [fraction(1n, 2n), fraction(1n, 2n)],
  };
}

function sceneOf(history: RainHistory, passed: number, winner: number): Scene {
  const { totals, close, wide } = knowledgeOf(history, YEAR, passed);
  const only = (outcome: number): Belief => MONTH_NAMES.map((_, k) => (k + 1 === outcome ? SCALE : (0n as Ticks)));
  return {
    label: formatDay(firstDayOf(monthOf(YEAR, passed))),
    begins: monthStart(monthOf(YEAR, passed)),
    deadline: monthStart(monthOf(YEAR, passed + 1)) - 1,
    announce: (market) => eliminate(market, totals),
    beliefs: {
      insider: between(close, only(winner)),
      student: close,
      follower: passed === 0 ? undefined : between(wide, only(winnerOf(totals))),
    },
  };
}
