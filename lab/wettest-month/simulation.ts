import { marketBounds } from "../../src/protocol/market/market-table.js";
import { assetUnits, type Ticks, tokenWei } from "../../src/protocol/amounts/units.js";
import { ONE } from "../command/decimals.js";
import { monthStart } from "../command/months.js";
import { formatDay, firstDayOf } from "../weather/days.js";
import type { Market, Said } from "../weather/market.js";
import { type Listener, type MarketRun, runMarket } from "../weather/session.js";
import { closeStep, type MarketStep, type Play, playStep } from "../weather/trading.js";
import type { RainHistory } from "../weather/weather-file.js";
import { BEHAVIOURS, type Behaviour, type BehaviourName, CAST } from "./behaviours.js";
import { type Belief, type Knowledge, knowledgeOf, monthOf, totalsOf } from "./beliefs.js";
import { beatenOutcomes, MONTH_NAMES, SCALE, writeContract } from "./contract.js";
import type { YearOptions } from "./options.js";

/** A step of the year, just after a month is over. Lists have one entry for each month. */
export interface YearStep extends MarketStep {
  /** Rain of the months that are over, ticks of 0.1 mm. */
  readonly totals: readonly Ticks[];
  /** How likely each month is by the months of other years. */
  readonly chances: Belief;
  /** Whether each month can still win. */
  readonly open: readonly boolean[];
}

/** All that a session left behind. */
export interface YearRun extends MarketRun<YearStep, BehaviourName> {
  readonly options: YearOptions;
  /** The month that won, from 1. */
  readonly winner: number;
}

const TOKENS_EACH = 1_000n;
/** Of each asset for each trader. What the tokens stand for does not matter to the market: any basket is collateral. */
const BASKET = [
  { symbol: "GOLD", each: ONE },
  { symbol: "SILVER", each: 80n * ONE },
] as const;
const MONTHS = 12;
const DAY = 86_400;

/** The same options and weather give the same run. The chain stays open: close `stage.chain` in the end. */
export async function runWettestMonth(
  options: YearOptions,
  history: RainHistory,
  listener: Listener<YearStep>,
): Promise<YearRun> {
  const { year } = options;
  const totals = totalsOf(history, year, MONTHS);
  const winner = winnerOf(totals);
  const run = await runMarket<BehaviourName, YearStep>(
    {
      plan: planOf(options),
      names: MONTH_NAMES,
      write: (market, settleBy) => writeContract(market, { year, closesAt: yearStart(year + 1), settleBy }),
      trade: MONTH_NAMES.map((_, passed) => (play) => tradeMonth(play, knowledgeOf(history, year, passed))),
      close: (play) => closeYear(play, year, totals),
      paid: (outcome) => (outcome === winner ? 10_000n : 0n), // as the contract's text has it
      phases: {
        write: `Writing the contract on the wettest month of ${year}: an event with twelve outcomes`,
        trade: `Trading the year, with news after each month`,
        close: `The year is over. One outcome is left, ${MONTH_NAMES[winner - 1] ?? ""}, and positions become cash`,
        exit: "Everybody exits, and takes gold and silver",
      },
    },
    listener,
  );
  return { ...run, options, winner };
}

/** The plain answer: the first of the months that have most. */
export function winnerOf(totals: readonly Ticks[]): number {
  const most = totals.reduce((best, total) => (total > best ? total : best));
  return totals.indexOf(most) + 1;
}

function planOf({ seed, traders, year }: YearOptions) {
  return {
    seed,
    token: { name: "Wettest Month Session", symbol: "WET" },
    assets: BASKET.map(({ symbol, each }) => ({ symbol, quantity: assetUnits(each * BigInt(traders)) })),
    supply: tokenWei(TOKENS_EACH * BigInt(traders) * ONE),
    traders,
    cast: CAST,
    t1: yearStart(year),
    t2: yearStart(year + 1) + DAY,
  };
}

export function yearStart(year: number): number {
  return monthStart(monthOf(year, 0));
}

async function tradeMonth(play: Play<BehaviourName>, knowledge: Knowledge): Promise<YearStep> {
  const { market } = play;
  const { totals, wide, year } = knowledge;
  const passed = totals.length;
  const step = await playStep(play, {
    label: formatDay(firstDayOf(monthOf(year, passed))),
    begins: monthStart(monthOf(year, passed)),
    deadline: monthStart(monthOf(year, passed + 1)) - 1,
    announce: () => eliminate(market, totals),
    quotesFirst: (behaviour) => behaviour === "marketMaker",
    decide: async ({ behaviourName, random, trader }, depths) => {
      const [{ claim, worst }, lots] = await Promise.all([trader.account(), trader.position(market.marketRootId)]);
      const behaviour: Behaviour = BEHAVIOURS[behaviourName];
      return behaviour({ knowledge, bounds: boundsOf(market), depths, free: tokenWei(claim + worst), lots }, random);
    },
  });
  return { ...step, totals, chances: wide, open: openOf(market) };
}

async function closeYear(play: Play<BehaviourName>, year: number, totals: readonly Ticks[]): Promise<YearStep> {
  const { market } = play;
  const begins = monthStart(monthOf(year + 1, 0));
  const label = formatDay(firstDayOf(monthOf(year + 1, 0)));
  const step = await closeStep(play, { label, begins, announce: () => eliminate(market, totals) });
  const chances = MONTH_NAMES.map((_, k) => (k + 1 === winnerOf(totals) ? SCALE : (0n as Ticks)));
  return { ...step, totals, chances, open: openOf(market) };
}

/** The owner says of every beaten month that it cannot win any more. When one is left, that settles the market. */
export async function eliminate(market: Market, totals: readonly Ticks[]): Promise<Said[]> {
  const said: Said[] = [];
  for (const outcome of beatenOutcomes(totals)) {
    if (openOf(market)[outcome - 1] !== true) continue; // has been said before
    said.push(await market.say((owner) => owner.eliminate(market.marketRootId, outcome, { settle: true })));
  }
  return said;
}

function boundsOf(market: Market) {
  return market.places().map((place) => marketBounds(market.table(), place));
}

/** Whether each month can still win. */
function openOf(market: Market): boolean[] {
  return boundsOf(market).map(({ upper }) => upper > 0n);
}
