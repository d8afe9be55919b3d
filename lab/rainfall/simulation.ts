import { clamp } from "../../src/protocol/market/bounds.js";
import { payoffAt } from "../../src/protocol/value/composition.js";
import type { IntervalRoot } from "../../src/protocol/market/market-table.js";
import { assetUnits, type TickLots, type Ticks, tokenWei } from "../../src/protocol/amounts/units.js";
import { ONE } from "../command/decimals.js";
import { formatMonth, monthStart, nextMonth } from "../command/months.js";
import { rainIn } from "../weather/climate.js";
import { addDays, type Day, dayStart, formatDay, type Span, spanOfMonth } from "../weather/days.js";
import type { Market, Said } from "../weather/market.js";
import { type Listener, type MarketRun, runMarket } from "../weather/session.js";
import { closeStep, type MarketStep, type Play, playStep } from "../weather/trading.js";
import type { RainHistory } from "../weather/weather-file.js";
import { BEHAVIOURS, type Behaviour, type BehaviourName, CAST } from "./behaviours.js";
import { BRANCH_NAMES, formatMm, ROOT, ROOT_BRANCH, stripReached, writeContract } from "./contract.js";
import type { Deal } from "./deals.js";
import { knowledgeOf } from "./forecast.js";
import type { RainOptions } from "./options.js";

/** A step of the month: what the market was like, and how much it had rained. */
export interface RainStep extends MarketStep {
  readonly soFar: Ticks;
  /** What the month's rain could still be, after what was said. */
  readonly bounds: IntervalRoot["bounds"];
  readonly deals: readonly StruckDeal[];
}

export interface StruckDeal extends Deal {
  readonly step: string;
  readonly traderName: string;
}

/** All that a session left behind. */
export interface RainRun extends MarketRun<RainStep, BehaviourName> {
  readonly options: RainOptions;
  /** Rain of the month, ticks. */
  readonly total: Ticks;
}

const TOKENS_EACH = 1_000n; // and as many test dollars behind them: a session token is a dollar
const DAY = 86_400;

/** The same options and weather give the same run. The chain stays open: close `stage.chain` in the end. */
export async function runRainfall(
  options: RainOptions,
  history: RainHistory,
  listener: Listener<RainStep>,
): Promise<RainRun> {
  const month = spanOfMonth(options.month);
  const total = rainIn(history, month);
  const days = stepDays(month, options.everyDays);
  const name = formatMonth(options.month);
  const run = await runMarket<BehaviourName, RainStep>(
    {
      plan: planOf(options),
      names: BRANCH_NAMES,
      write: (market, settleBy) => {
        const description = `Rain in ${name} at the weather station, in ticks of 0.1 mm; more than 300 mm count as 300.`;
        return writeContract(market, { description, closesAt: dayStart(month.end), settleBy });
      },
      trade: days.map((today, index) => {
        const next = days[index + 1] ?? month.end;
        return (play) => tradeDay(play, history, month, today, dayStart(next) - 1);
      }),
      close: (play) => settleMonth(play, month, total),
      paid: (branch) => paidByBranch(branch, total),
      phases: {
        write: `Writing the contract on the rain of ${name}: a root and 31 sub-markets`,
        trade: `Trading the month, with news every ${options.everyDays} days`,
        close: `The month is over: ${formatMm(total)} mm. The owner settles, and positions become cash`,
        exit: "Everybody exits, and takes the dollars",
      },
    },
    listener,
  );
  return { ...run, options, total };
}

/** The payoff as the contract's text has it, in plain words of its own: y, cut off at both strikes. */
function paidByBranch(marketBranchId: number, total: bigint): bigint {
  const [lower, upper] = strikesOf(marketBranchId);
  if (total <= lower) return lower;
  return total >= upper ? upper : total;
}

function strikesOf(marketBranchId: number): [lower: bigint, upper: bigint] {
  if (marketBranchId === 1) return [0n, 3000n];
  if (marketBranchId === 2) return [300n, 3000n];
  const strip = BigInt(marketBranchId - 3);
  return [100n * strip, 100n * (strip + 1n)];
}

/** What all units of a deal pay when the rain is known, ticks × lots; from the buyer's side. */
export function payoffOfDeal({ composition }: Deal, total: Ticks): TickLots {
  return payoffAt(composition, clamp(total, ROOT));
}

function planOf({ seed, traders, month }: RainOptions) {
  const supply = TOKENS_EACH * BigInt(traders) * ONE;
  return {
    seed,
    token: { name: "Rain Session", symbol: "RAIN" },
    assets: [{ symbol: "DOLLAR", quantity: assetUnits(supply) }],
    supply: tokenWei(supply),
    traders,
    cast: CAST,
    t1: monthStart(month),
    t2: monthStart(nextMonth(month)) + DAY,
  };
}

/** The first of the month, and every so many days after it. */
export function stepDays({ first, end }: Span, every: number): Day[] {
  return Array.from({ length: Math.ceil((end - first) / every) }, (_, index) => addDays(first, index * every));
}

async function tradeDay(
  play: Play<BehaviourName>,
  history: RainHistory,
  month: Span,
  today: Day,
  deadline: number,
): Promise<RainStep> {
  const { market } = play;
  const knowledge = knowledgeOf(history, month, today);
  const label = formatDay(today);
  const deals: StruckDeal[] = [];
  const step = await playStep(play, {
    label,
    begins: dayStart(today),
    deadline,
    announce: () => announce(market, knowledge.soFar),
    quotesFirst: (behaviour) => behaviour === "marketMaker",
    decide: async ({ behaviourName, name, random, trader }, depths) => {
      const [{ claim, worst }, lots] = await Promise.all([trader.account(), trader.position(market.marketRootId)]);
      const view = { knowledge, root: intervalOf(market), depths, free: tokenWei(claim + worst), lots };
      const behaviour: Behaviour = BEHAVIOURS[behaviourName];
      const decision = behaviour(view, random);
      deals.push(...decision.deals.map((deal) => ({ ...deal, step: label, traderName: name })));
      return [...decision.intents];
    },
  });
  return { ...step, soFar: knowledge.soFar, bounds: intervalOf(market).bounds, deals };
}

/**
 * It has rained so much by now, so in the whole month it will be at least that. Said of the strip that the rain has reached;
 * the root follows, and with it every branch. What is most that it can still rain, nobody knows.
 */
export async function announce(market: Market, soFar: Ticks): Promise<Said[]> {
  const { bounds, settled } = intervalOf(market);
  if (settled || soFar <= bounds.lower) return []; // nothing new
  const marketBranchId = stripReached(soFar);
  const place = { marketRootId: market.marketRootId, marketBranchId };
  const news = { lower: clamp(soFar, ROOT), upper: ROOT.upper };
  return [await market.say((owner) => owner.tighten(place, news, { settle: true }))]; // at the most there is, it is settled
}

async function settleMonth(play: Play, month: Span, total: Ticks): Promise<RainStep> {
  const { market } = play;
  const place = { marketRootId: market.marketRootId, marketBranchId: ROOT_BRANCH };
  const step = await closeStep(play, {
    label: formatDay(month.end),
    begins: dayStart(month.end),
    announce: async () =>
      intervalOf(market).settled ? [] : [await market.say((owner) => owner.settle(place, clamp(total, ROOT)))],
  });
  return { ...step, soFar: total, bounds: intervalOf(market).bounds, deals: [] };
}

function intervalOf(market: Market): IntervalRoot {
  const root = market.root();
  if (root.kind !== "interval") throw new TypeError("the rain market is an interval");
  return root;
}
