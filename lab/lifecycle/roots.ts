/** Feeds, UMA's oracle, and two roots that contracts own: an event by assertions, an interval by a fixed price. */
import { ZeroAddress } from "ethers";

import {
  ChainlinkFixing__factory,
  ChainlinkSettler__factory,
  UmaSettler__factory,
} from "../../typechain-types/index.js";
import { readRoot } from "../../src/client/market-views.js";
import { openSettledRoot } from "../../src/client/settlement/settler.js";
import { ticks, type Ticks } from "../../src/protocol/amounts/units.js";
import { clamp } from "../../src/protocol/market/bounds.js";
import type { MarketRoot } from "../../src/protocol/market/market-table.js";
import { openFeed, type TestFeed } from "../../stage/counterparts/chainlink.js";
import { openOracle, type TestOracle } from "../../stage/counterparts/uma.js";
import { type Ground, placed } from "./ground.js";
import { ANSWER_DECIMALS, DAY, type Plan, SCALE, USD, winnerOf } from "./plan.js";

export interface SettledBy {
  readonly settler: string;
  /** As it was made. */
  readonly root: MarketRoot;
  /** How it will end: [y] of the interval, all weights of the event. Nobody in the book knows it before. */
  readonly outcome: readonly Ticks[];
}

export interface Roots {
  readonly feeds: readonly TestFeed[];
  readonly fixing: string;
  readonly oracle: TestOracle;
  readonly event: SettledBy;
  readonly interval: SettledBy;
}

export const LIVENESS = DAY;
const FINAL_FEE = 250n * USD;
const BOND = 5_000n * USD;
/** Session-token wei of a tick of a lot: a lot of the event pays a token. */
const TICK_VALUE = 10n ** 14n;
export const DELAY = 60;
const HOUR = 3_600;
const SETTLING_DAYS = 14;
/** The interval's price is the first metal's, in tenths of a dollar, within so many percent of the first. */
const TICKS_PER_DOLLAR = 10n;
const SPREAD_PERCENT = 40n;
const ANSWER = 10n ** BigInt(ANSWER_DECIMALS);

export async function openRoots(ground: Ground): Promise<Roots> {
  const { chain, cash, handle, plan, assets } = ground;
  const feeds: TestFeed[] = [];
  while (feeds.length < assets.length) feeds.push(await openFeed(chain.deployer, ANSWER_DECIMALS));
  const asked = await Promise.all(
    feeds.map(async ({ address }, k) => ({
      aggregator: address,
      maxAge: HOUR,
      asset: (await assets[k]?.getAddress()) ?? ZeroAddress,
    })),
  );
  const terms = {
    time: plan.times.t2,
    delay: DELAY,
    cash: cash.address,
    uptime: ZeroAddress,
    grace: HOUR,
    feeds: asked,
  };
  const fixing = await placed(new ChainlinkFixing__factory(chain.deployer).deploy(terms));
  const oracle = await openOracle(chain.deployer, cash.address, FINAL_FEE);
  const made = {
    book: handle.bookAddress,
    oracle: oracle.address,
    currency: cash.address,
    liveness: LIVENESS,
    bond: BOND,
  };
  const byUma = await placed(new UmaSettler__factory(chain.deployer).deploy(made));
  const byPrice = await placed(new ChainlinkSettler__factory(chain.deployer).deploy(handle.bookAddress, fixing));
  const event = await openEvent(ground, byUma);
  return { feeds, fixing, oracle, event, interval: await openInterval(ground, byPrice) };
}

async function openEvent({ handle, chain, plan }: Ground, settler: string): Promise<SettledBy> {
  const { metals, times } = plan;
  const spec = {
    ...{ outcomes: metals.length, scale: SCALE, tickValue: TICK_VALUE, fallbackOutcome: 1 },
    closesAt: BigInt(times.eventCloses),
    settleBy: BigInt(times.t2 + SETTLING_DAYS * DAY),
    description: `Which of ${metals.map(({ symbol }) => symbol).join(", ")} has risen most, in parts of its first price, when trade ends.`,
  };
  const { marketRootId } = await openSettledRoot(handle, chain.organiser, settler, { spec });
  const winner = winnerOf(plan);
  const outcome = metals.map((_, k) => (k + 1 === winner ? SCALE : ticks(0n)));
  return { settler, root: await readRoot(handle, marketRootId), outcome };
}

async function openInterval({ handle, chain, plan }: Ground, settler: string): Promise<SettledBy> {
  const first = inTicks(plan.prices[0]?.[0] ?? 0n);
  const spread = (first * SPREAD_PERCENT) / 100n;
  const bounds = { lower: ticks(first - spread), upper: ticks(first + spread) };
  const spec = {
    ...{ bounds, tickValue: TICK_VALUE, fallbackOutcome: ticks(first) },
    closesAt: BigInt(plan.times.t2),
    settleBy: BigInt(plan.times.t2 + SETTLING_DAYS * DAY),
    description: `The price of ${plan.metals[0]?.symbol ?? ""} at t2, in tenths of a dollar, as the feed of the settler's fixing tells it.`,
  };
  const feed = { leg: 1, ticksPerUnit: TICKS_PER_DOLLAR };
  const { marketRootId } = await openSettledRoot(handle, chain.organiser, settler, { spec, feed });
  const outcome = [clamp(ticks(inTicks(plan.prices.at(-1)?.[0] ?? 0n)), bounds)];
  return { settler, root: await readRoot(handle, marketRootId), outcome };
}

/** To the nearest, half up, as the settler does. */
function inTicks(answer: bigint): bigint {
  return (answer * TICKS_PER_DOLLAR + ANSWER / 2n) / ANSWER;
}

/** Every feed answers the prices of a step. */
export async function answerFeeds({ feeds }: Roots, { prices }: Plan, step: number): Promise<void> {
  for (const [k, feed] of feeds.entries()) await feed.answer(prices[step]?.[k] ?? 0n);
}
