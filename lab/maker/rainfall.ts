/** The rain of a month: a root, a branch above 30 mm and strips, of which the maker prices those where the rain is likely to end. */
import { clamp } from "../../src/protocol/market/bounds.js";
import { sharesOf } from "../../src/protocol/maker/root-now.js";
import type { RootNow } from "../../src/protocol/maker/maker.js";
import { fraction } from "../../src/protocol/amounts/fraction.js";
import { assetUnits, ticks, type Ticks, tokenWei } from "../../src/protocol/amounts/units.js";
import { ONE } from "../command/decimals.js";
import { InputError } from "../command/errors.js";
import { type Month, monthStart, nextMonth, parseMonth } from "../command/months.js";
import {
  ABOVE_30,
  BRANCH_NAMES,
  formatMm,
  ROOT,
  ROOT_BRANCH,
  STRIPS,
  STRIP_WIDTH,
  TICK_VALUE,
  writeContract,
} from "../rainfall/contract.js";
import { extrapolation, type Forecast, knowledgeOf, loadMonth, medianOf, valueOf } from "../rainfall/forecast.js";
import { announce, stepDays } from "../rainfall/simulation.js";
import { rainIn } from "../weather/climate.js";
import { type Day, dayStart, formatDay, type Span, spanOfMonth } from "../weather/days.js";
import type { RainHistory } from "../weather/weather-file.js";
import { priorOf } from "../command/prior.js";
import { type Belief, liquidity, type Scene, type Story } from "./story.js";

const MONTH = "2015-11";
const EVERY = 5; // days
const DAY = 86_400;
const LIQUIDITY = 100n; // lots of which the root's pays up to 30 tokens: a nat costs 3 000 session tokens
const TOKENS_EACH = tokenWei(10_000n * ONE);
/** Strikes of 10 mm on each side of the middle: with the first bounds and 30 mm, sixteen breakpoints. */
const AROUND = 6n;

export function rainfallStory(): Story {
  const month = monthNamed(MONTH);
  const history = loadMonth(undefined, month);
  const span = spanOfMonth(month);
  const total = rainIn(history, span);
  const known = knowledgeOf(history, span, span.first).seasons;
  const points = pointsAround(medianOf(known));
  const root: RootNow = { kind: "points", points, strikes: [ROOT, ABOVE_30, ...STRIPS], bounds: ROOT };
  const days = stepDays(span, EVERY);
  return {
    name: "rainfall",
    title: `Rain of ${MONTH}, ${formatMm(total)} mm in the end: a root of 0 to 300 mm and strips of 10 mm`,
    token: { name: "Made Rain", symbol: "MADR" },
    assets: (supply) => [{ symbol: "DOLLAR", quantity: assetUnits(supply) }],
    each: TOKENS_EACH,
    t1: monthStart(month),
    t2: monthStart(nextMonth(month)) + DAY,
    names: BRANCH_NAMES,
    write: (market, settleBy) => {
      const description = `Rain in ${MONTH} at the weather station, in ticks of 0.1 mm; more than 300 mm count as 300.`;
      return writeContract(market, { description, closesAt: dayStart(span.end), settleBy });
    },
    maker: { liquidity: liquidity(LIQUIDITY), prior: priorOf(massesOf(root, known)), points },
    root,
    tickValue: tokenWei(TICK_VALUE),
    scenes: days.map((today, i) => sceneOf(history, span, total, today, days[i + 1] ?? span.end)),
    close: {
      begins: dayStart(span.end),
      announce: async (market) => {
        if (market.root().settled) return [];
        const place = { marketRootId: market.marketRootId, marketBranchId: ROOT_BRANCH };
        return [await market.say((owner) => owner.settle(place, clamp(total, ROOT)))];
      },
    },
    outcome: clamp(total, ROOT),
    worth: [fraction(1n)],
  };
}

function monthNamed(text: string): Month {
  const month = parseMonth(text);
  if (month === undefined) throw new InputError("OPTION_INVALID", { value: text });
  return month;
}

function pointsAround(middle: Ticks): Ticks[] {
  const centre = (middle / STRIP_WIDTH) * STRIP_WIDTH;
  const near = Array.from({ length: 2 * Number(AROUND) + 1 }, (_, i) => centre + (BigInt(i) - AROUND) * STRIP_WIDTH);
  const all = [ROOT.lower, ABOVE_30.lower, ROOT.upper, ...near.map((point) => clamp(ticks(point), ROOT))];
  return [...new Set(all)].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

/** How often each breakpoint comes out, by what other years say. */
function massesOf(root: RootNow, forecast: Forecast): bigint[] {
  const masses = new Array<bigint>(root.kind === "points" ? root.points.length : 0).fill(0n);
  for (const y of forecast) {
    const { shares, total } = sharesOf(root, y);
    shares.forEach((share, i) => (masses[i] = (masses[i] ?? 0n) + (share * ONE) / total));
  }
  return masses;
}

const ACCURACY = [90n, 95n, 100n, 105n, 110n] as const; // percent

function sceneOf(history: RainHistory, span: Span, total: Ticks, today: Day, next: Day): Scene {
  const knowledge = knowledgeOf(history, span, today);
  const going = extrapolation(knowledge);
  const [first, ...rest] = ACCURACY.map((percent) => ticks((total * percent) / 100n));
  const true_: Forecast = [first ?? total, ...rest];
  return {
    label: formatDay(today),
    begins: dayStart(today),
    deadline: dayStart(next) - 1,
    announce: (market) => announce(market, knowledge.soFar),
    beliefs: {
      insider: beliefOf(true_),
      student: beliefOf(knowledge.climatology),
      follower: going === undefined ? undefined : beliefOf(going),
    },
  };
}

function beliefOf(forecast: Forecast): Belief {
  return [ROOT, ABOVE_30, ...STRIPS].map((strikes) => valueOf(forecast, strikes));
}
