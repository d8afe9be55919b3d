/** The life of one session, in its order. */
import { Wallet } from "ethers";

import { readRecords } from "../../src/bindings/logs.js";
import { BASKET_ROOT_ID } from "../../src/bindings/session.js";
import { createSubmitter } from "../../src/client/submitter.js";
import { closeMaker, collectFromMaker } from "../../src/client/maker.js";
import type { Lots } from "../../src/protocol/amounts/units.js";
import { createRandom } from "../../stage/rng.js";
import { directRoute, MAX_MATCHES, MAX_WALK } from "../../stage/route.js";
import { keyOf } from "../../stage/traders.js";
import type { Kind } from "../maker/story.js";
import type { CastStage } from "../session/cast.js";
import { createFillBook } from "../session/maker-fills.js";
import { proveHead, verifyLogs } from "../session/proof.js";
import { openSponsored, type Sponsored } from "../session/sponsor.js";
import { type Census, type Counted, takeCensus } from "./census.js";
import { type Entrance, enterAll, stakeFor, takeStakeBack } from "./gates.js";
import { type Ground, openGround, type Place } from "./ground.js";
import { type OracleMade, settleEvent } from "./oracle.js";
import { type Plan, STEPS } from "./plan.js";
import { giveAll, type Holder, openRoll, type RollMade, rollAll, takeAll } from "./roll.js";
import { answerFeeds, openRoots, type Roots } from "./roots.js";
import { type SaleMade, sell } from "./sale.js";
import { type Play, playStep, type TradingStep } from "./trading.js";
import { buyPart, fixAndOpen, offerAll, pullAll, sellersOf, type WindowMade } from "./window.js";

export interface LifecycleRun {
  readonly ground: Ground;
  readonly stage: CastStage<Kind>;
  readonly roots: Roots;
  readonly entrance: Entrance;
  readonly sale: SaleMade;
  readonly sponsored: Sponsored;
  readonly steps: readonly TradingStep[];
  /** The maker's position when trade was over: by its fills, and on the chain; and what it left its sponsor, wei on each leg. */
  readonly made: {
    readonly byFills: readonly Lots[];
    readonly onChain: readonly Lots[];
    readonly left: readonly bigint[];
  };
  readonly stakeReturned: bigint;
  readonly oracle: OracleMade;
  readonly window: WindowMade;
  readonly roll: RollMade;
  /** After each of these, the first of before it all. */
  readonly censuses: readonly Census[];
  /** Names of the places that are to keep nothing. */
  readonly periphery: readonly string[];
  readonly head: Awaited<ReturnType<typeof proveHead>>;
  readonly logs: Awaited<ReturnType<typeof verifyLogs>>;
}

/** Who wants to hear how it goes. */
export interface Listener {
  readonly phase: (line: string) => void;
  readonly step: (step: TradingStep) => void;
}

/** What is counted, which grows as the story goes on. */
interface Counting {
  readonly places: Place[];
  readonly sessions: Counted[];
  readonly censuses: Census[];
  readonly count: (label: string) => Promise<void>;
  /** They have accounts in the first book from now on. */
  readonly enter: (accounts: readonly string[]) => void;
}

/** In this order, so that two are enough for trade: one acts without knowing, one knows better. */
const CAST = ["noise", "insider", "student", "follower"] as const satisfies readonly Kind[];
const BEFORE_T2 = 600; // seconds: when the feeds answer for the last time

/** The same plan gives the same run. The chain stays open: close `ground.chain` in the end. */
export async function runLifecycle(plan: Plan, tell: Listener): Promise<LifecycleRun> {
  const ground = await openGround(plan, tell.phase);
  const { chain, handle } = ground;
  const roots = await openRoots(ground);
  const counting = startCounting(ground, roots);
  await counting.count("funded");
  tell.phase("The sale: each claims a place, pays the fee, and buys");
  const entrance = await enterAll(ground);
  const sale = await sell(ground);
  counting.places.push({ name: "sale", address: sale.address });
  await counting.count("sold");
  const { stage, sponsored } = await openTrading(ground, sale, tell);
  const maker = { name: "maker", address: sponsored.address };
  counting.places.push(maker);
  counting.enter([...stage.participants.map(({ address }) => address), maker.address]);
  await counting.count("in the book");
  const fills = createFillBook(maker.address, plan.maker.terms, handle.legs.length, plan.maker.root);
  const play: Play = { plan, stage, roots, sponsored, fills };
  const steps = await tradeAll(play, counting, tell);
  const oracle = await settleEvent(ground, roots);
  await counting.count("event decided");
  await chain.clock.moveTo(plan.times.t2 - BEFORE_T2);
  await answerFeeds(roots, plan, STEPS + 1);
  const onChain = (await sponsored.read()).held;
  const end = await endSession(ground, roots, sponsored, counting, tell);
  tell.phase("Checking it all");
  const records = await readRecords(handle);
  const [head, logs] = [await proveHead({ handle }, records), await verifyLogs({ handle })];
  const { left, ...ended } = end;
  const made = { byFills: fills.held(), onChain, left };
  const { censuses } = counting;
  return { ground, stage, roots, entrance, sale, sponsored, steps, made, oracle, ...ended, censuses, head, logs };
}

function startCounting(ground: Ground, roots: Roots): Counting {
  const { chain, traders, buyer, plan, handle, gates } = ground;
  const { oracle, event, interval } = roots;
  const places: Place[] = [
    { name: "organiser", address: chain.organiser.address },
    { name: "sponsor", address: new Wallet(keyOf(plan.seed, "sponsor")).address },
    ...traders.map(({ name, address }) => ({ name, address })),
    { name: "buyer", address: buyer.address },
    { name: "session", address: handle.address },
    { name: "book", address: handle.bookAddress },
    { name: "fee vault", address: gates.vault },
    { name: "stakes", address: gates.capital },
    { name: "settler by assertions", address: event.settler },
    { name: "settler by price", address: interval.settler },
    { name: "oracle", address: oracle.address },
    { name: "oracle's store", address: oracle.store },
  ];
  const first = { handle, roots: [event, interval] };
  const sessions: Counted[] = [{ ...first, accounts: [] }];
  const censuses: Census[] = [];
  const count = async (label: string): Promise<void> => {
    censuses.push(await takeCensus(label, ground, places, sessions));
  };
  const enter = (accounts: readonly string[]): void => {
    sessions[0] = { ...first, accounts };
  };
  return { places, sessions, censuses, count, enter };
}

/** A sponsor opens a maker with what the organiser has kept for it, and every trader pays in what it has bought. */
async function openTrading(ground: Ground, sale: SaleMade, { phase }: Listener) {
  const { plan, chain, handle, traders } = ground;
  const submitter = createSubmitter(handle, chain.relayer, { maxMatches: MAX_MATCHES, maxWalk: MAX_WALK });
  const { seed, metals, supply } = plan;
  phase("A sponsor opens a maker, and everybody pays in");
  const boughtBy = new Map(sale.purchases.map(({ name, amount }) => [name, amount]));
  let depositGas = 0n;
  const participants = [];
  for (const [i, { name, address, trader }] of traders.entries()) {
    const received = boughtBy.get(name);
    if (received === undefined) throw new RangeError(`${name} has bought nothing`);
    depositGas += (await trader.deposit(received)).gasUsed;
    const behaviourName = CAST[i % CAST.length] ?? CAST[0];
    participants.push({ name, address, received, behaviourName, trader, random: createRandom(seed, name) });
  }
  const stage: CastStage<Kind> = {
    ...ground,
    ...{ depositGas, participants, submitter },
    symbols: metals.map(({ symbol }) => symbol),
    basket: { quantities: metals.map(({ quantity }) => quantity), supply },
    organiser: { name: "organiser", address: chain.organiser.address, received: sale.returned },
    route: directRoute(handle, submitter),
    random: createRandom(seed, "stage"),
  };
  const sponsored = await openSponsored(stage, plan.maker.terms, BASKET_ROOT_ID, seed, stakeFor(ground, handle));
  return { stage, sponsored };
}

async function tradeAll(play: Play, { count }: Counting, tell: Listener): Promise<TradingStep[]> {
  tell.phase(`Trading in ${STEPS} steps`);
  const steps: TradingStep[] = [];
  for (let m = 0; m < STEPS; m += 1) {
    const step = await playStep(play, m);
    steps.push(step);
    tell.step(step);
    await count(step.label);
  }
  return steps;
}

/** From t2 on: price, cash for claims, and the roll. */
async function endSession(ground: Ground, roots: Roots, sponsored: Sponsored, counting: Counting, { phase }: Listener) {
  const { handle, chain, plan, traders, buyer } = ground;
  const { places, sessions, count } = counting;
  phase("At t2: the price is fixed, half of the traders offer claims for cash");
  const open = await fixAndOpen(ground, roots);
  places.push({ name: "window", address: open.address });
  await count("price fixed");
  for (const { trader } of sellersOf(ground)) {
    if ((await trader.claims()).some((claim) => claim > 0n)) await trader.exit(trader.address, false);
  }
  const offered = await offerAll(ground, open);
  await count("offered");
  const bought = await buyPart(ground, open);
  await count("bought");
  const window = { ...open, offered, bought, pulled: await pullAll(ground, open) };
  const sponsor = new Wallet(keyOf(plan.seed, "sponsor"), chain.provider);
  const left = await handle.book.claimsOf(sponsored.address);
  await closeMaker(sponsor, sponsored.address);
  await collectFromMaker(sponsor, sponsored.address);
  const stakeReturned = await takeStakeBack(ground, sponsor, { name: "maker", address: sponsored.address });
  await count("pulled");
  phase("What is left rolls into the next session");
  const roll = await openRoll(ground);
  places.push(roll, ...roll.inboxes);
  const others: Holder[] = [
    { name: "organiser", address: chain.organiser.address, signer: chain.organiser },
    { name: "sponsor", address: sponsor.address, signer: sponsor },
    { name: "buyer", address: buyer.address, signer: buyer },
  ];
  const given = await giveAll(ground, roll, others);
  await count("given");
  const next = await rollAll(ground, roll);
  places.push({ name: "next session", address: next.address }, { name: "next book", address: next.bookAddress });
  sessions.push({ handle: next, accounts: [], roots: [] });
  await count("rolled");
  const holders = [...traders.map(({ name, address, wallet: signer }) => ({ name, address, signer })), ...others];
  const taken = await takeAll(ground, roll, next, { given, holders });
  await count("taken");
  const named = [
    "fee vault",
    "stakes",
    "sale",
    "settler by assertions",
    "settler by price",
    "maker",
    "window",
    "roller",
  ];
  const periphery = [...named, ...roll.inboxes.map(({ name }) => name)];
  return { window, roll: taken, left, stakeReturned, periphery };
}
