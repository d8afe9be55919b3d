/** A step of trading: some let orders rest, everybody takes through the maker, and both roots trade in the book alone. */
import { BASKET_ROOT_ID } from "../../src/bindings/session.js";
import { pricesOf } from "../../src/client/maker.js";
import { lots, ticks, type Ticks, tokenWei } from "../../src/protocol/amounts/units.js";
import type { MarketRef } from "../../src/protocol/signing/package.js";
import { ONE } from "../command/decimals.js";
import { decide } from "../maker/traders.js";
import { type Belief, type Kind, meanOf, type Scene } from "../maker/story.js";
import type { CastStage, Participant } from "../session/cast.js";
import type { FillBook, PricedFill } from "../session/maker-fills.js";
import { type Batch, submitWishes, sweepExpired, type Wish } from "../session/orders.js";
import type { Sponsored } from "../session/sponsor.js";
import { type Plan, SCALE } from "./plan.js";
import { answerFeeds, type Roots, type SettledBy } from "./roots.js";

export interface Play {
  readonly plan: Plan;
  readonly stage: CastStage<Kind>;
  readonly roots: Roots;
  readonly sponsored: Sponsored;
  readonly fills: FillBook;
}

export interface TradingStep {
  readonly label: string;
  /** Brought to the maker, and to the book alone. */
  readonly throughMaker: readonly Batch[];
  readonly throughBook: readonly Batch[];
  /** The maker's own. */
  readonly fills: readonly PricedFill[];
  /** Lots of the largest position, up or down, after it. */
  readonly largest: bigint;
  /** The maker's prices of the legs, 10^-18 ticks. */
  readonly prices: readonly (bigint | undefined)[];
}

const RESTING_PARTS = 3; // of the traders, one in so many lets an order rest
const [QUOTED_OFF, QUOTED_PERCENT] = [SCALE / 40n, 3n];
const [ROOT_PERCENT, NOISE_PARTS] = [6n, 8n];
const LAST_SECOND = 1;

export async function playStep(play: Play, step: number): Promise<TradingStep> {
  const { plan, stage, roots, sponsored } = play;
  const { steps, eventCloses } = plan.times;
  await stage.chain.clock.moveTo(steps[step] ?? 0);
  await answerFeeds(roots, plan, step);
  await sweepExpired(stage, marketsOf(play));
  const label = `step ${step + 1}`;
  const deadline = (steps[step + 1] ?? eventCloses) - LAST_SECOND;
  const throughBook = await submitWishes(stage, await restingOf(play), label, deadline);
  const fills = throughBook.flatMap(({ records }) => play.fills.price(records, plan.maker.root));
  const throughMaker: Batch[] = [];
  for (const participant of stage.random.shuffled(stage.participants)) {
    const wishes = await wishesOf(play, participant, step);
    for (const batch of await submitWishes({ route: sponsored.route }, wishes, label, deadline)) {
      throughMaker.push(batch);
      fills.push(...play.fills.price(batch.records, plan.maker.root));
    }
  }
  const elsewhere = [...(await rootWishes(play, roots.event)), ...(await rootWishes(play, roots.interval))];
  throughBook.push(...(await submitWishes(stage, elsewhere, label, deadline)));
  const prices = pricesOf(await sponsored.read());
  return { label, throughMaker, throughBook, fills, largest: await largestOf(play), prices };
}

/** What is known of the final weights: all of it half, what they are now, or where they have been going. */
function beliefsOf({ weights }: Plan, step: number): Scene["beliefs"] {
  const [now = [], final = [], before] = [weights[step], weights.at(-1), weights[step - 1]];
  const within = (weight: bigint): Ticks => ticks(weight < 0n ? 0n : weight > SCALE ? SCALE : weight);
  const follower: Belief | undefined = before?.map((weight, k) => within(2n * (now[k] ?? weight) - weight));
  return { insider: meanOf(now, final), student: now, follower };
}

async function wishesOf({ plan, sponsored }: Play, participant: Participant<Kind>, step: number): Promise<Wish[]> {
  const [maker, { claim, worst }] = await Promise.all([sponsored.read(), participant.trader.account()]);
  const view = { maker, beliefs: beliefsOf(plan, step), free: tokenWei(claim + worst) };
  return decide(participant.behaviourName, view, participant.random).map((intent) => ({ participant, intent }));
}

/** Orders to either side of the maker's price, for whoever comes by. */
async function restingOf({ stage, sponsored }: Play): Promise<Wish[]> {
  const maker = await sponsored.read();
  const prices = pricesOf(maker);
  const quoting = stage.random
    .shuffled(stage.participants)
    .slice(0, Math.ceil(stage.participants.length / RESTING_PARTS));
  const wishes: Wish[] = [];
  for (const participant of quoting) {
    const leg = participant.random.integer(1, prices.length);
    const isBid = participant.random.chance(50);
    const price = (prices[leg - 1] ?? 0n) / ONE + (isBid ? -QUOTED_OFF : QUOTED_OFF);
    if (price <= 0n || price >= SCALE) continue;
    const { claim, worst } = await participant.trader.account();
    const risk = isBid ? price : SCALE - price;
    const size = ((claim + worst) * QUOTED_PERCENT) / (100n * risk * maker.root.tickValue);
    if (size === 0n) continue;
    const market = { marketRootId: BASKET_ROOT_ID, marketBranchId: leg };
    wishes.push({
      participant,
      intent: { market, price: ticks(price), lots: lots(isBid ? size : -size), style: "rest" },
    });
  }
  return wishes;
}

/** Each has an opinion of its own about one branch, around what all hold; those above it buy, those below sell. */
async function rootWishes({ stage }: Play, { root }: SettledBy): Promise<Wish[]> {
  const isEvent = root.kind === "simplex";
  const { lower, upper } = isEvent ? { lower: 0n, upper: root.scale } : root.bounds;
  const branches = isEvent ? root.weights.length : 1;
  const marketBranchId = stage.random.integer(1, branches);
  const middle = isEvent ? upper / BigInt(branches) : (lower + upper) / 2n;
  const wishes: Wish[] = [];
  for (const participant of stage.participants) {
    const price = ticks(middle + participant.random.bell((upper - lower) / NOISE_PARTS));
    const buys = price > middle;
    const { claim, worst } = await participant.trader.account();
    const risk = buys ? price - lower : upper - price;
    const size = ((claim + worst) * ROOT_PERCENT) / (100n * risk * root.tickValue);
    if (size === 0n) continue;
    const market = { marketRootId: root.marketRootId, marketBranchId };
    wishes.push({ participant, intent: { market, price, lots: lots(buys ? size : -size), style: "rest" } });
  }
  return wishes;
}

function marketsOf({ stage, roots }: Play): MarketRef[] {
  const of = (marketRootId: number, branches: number): MarketRef[] =>
    Array.from({ length: branches }, (_, b) => ({ marketRootId, marketBranchId: b + 1 }));
  const legs = stage.handle.legs.length;
  const { event, interval } = roots;
  return [...of(BASKET_ROOT_ID, legs), ...of(event.root.marketRootId, legs), ...of(interval.root.marketRootId, 1)];
}

/** Of everybody's in every market. */
async function largestOf({ stage, roots, sponsored }: Play): Promise<bigint> {
  const { book } = stage.handle;
  const accounts = [...stage.participants.map(({ address }) => address), sponsored.address];
  const ids = [BASKET_ROOT_ID, roots.event.root.marketRootId, roots.interval.root.marketRootId];
  const held = await Promise.all(accounts.flatMap((who) => ids.map((id) => book.positionOf(who, id))));
  return held.flat().reduce((most, own) => (own > most ? own : -own > most ? -own : most), 0n);
}
