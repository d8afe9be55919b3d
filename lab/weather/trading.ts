import { readDepth } from "../../src/client/market-views.js";
import type { MarketRef } from "../../src/protocol/signing/package.js";
import type { Depth } from "../../src/protocol/value/quote.js";
import type { Lots, Ticks } from "../../src/protocol/amounts/units.js";
import {
  type Batch,
  finishMatching,
  type OrderStyle,
  submitWishes,
  sweepExpired,
  type Wish,
} from "../session/orders.js";
import type { CastStage, Participant } from "../session/cast.js";
import { measureCollateral, type StepCollateral } from "./collateral.js";
import type { Ledger } from "./ledger.js";
import type { Market, Said } from "./market.js";

/** An order that a trader wants to sign. Lots are + to buy and − to sell. */
export interface Intent {
  readonly marketBranchId: number;
  readonly price: Ticks;
  readonly lots: Lots;
  readonly style: OrderStyle;
}

/** The market in play: who, what, and what has happened so far. */
export interface Play<Behaviour extends string = string> {
  readonly stage: CastStage<Behaviour>;
  readonly market: Market;
  readonly ledger: Ledger;
}

/** What a step was like once everybody had traded, or the market had been settled. */
export interface MarketStep {
  readonly label: string;
  /** What the owner said before anybody traded. */
  readonly said: readonly Said[];
  /** Net collateral that this freed, over all traders, as the book counts it; wei. */
  readonly freed: bigint;
  readonly batches: readonly Batch[];
  /** Orders of the step before that were taken out because their time was over, or their market's. */
  readonly expired: number;
  /** Best bids and offers at the end, from number 1. */
  readonly depths: readonly Depth[];
  readonly collateral: StepCollateral;
}

/** How a step goes. */
export interface StepPlan<Behaviour extends string> {
  readonly label: string;
  /** Seconds since 1970: when it begins, and the last second of its orders. */
  readonly begins: number;
  readonly deadline: number;
  /** What the owner has to say. */
  readonly announce: () => Promise<Said[]>;
  /** Whether a trader quotes before all others come. */
  readonly quotesFirst: (behaviour: Behaviour) => boolean;
  /** What a trader wants, given the best orders in the book; there are none yet for those who quote first. */
  readonly decide: (participant: Participant<Behaviour>, depths: readonly Depth[]) => Promise<Intent[]> | Intent[];
}

/**
 * One step: old orders are cleared away, the owner says what is known by now and collateral is freed, market makers quote, the
 * others come one by one and see what is there, and the book is read.
 */
export async function playStep<Behaviour extends string>(
  play: Play<Behaviour>,
  plan: StepPlan<Behaviour>,
): Promise<MarketStep> {
  const { stage, market } = play;
  const { said, freed, expired } = await openStep(play, plan);
  const makers = stage.participants.filter(({ behaviourName }) => plan.quotesFirst(behaviourName));
  const others = stage.participants.filter(({ behaviourName }) => !plan.quotesFirst(behaviourName));

  const quotes = await Promise.all(makers.map(async (maker) => wishesOf(market, maker, await plan.decide(maker, []))));
  const { label, deadline } = plan;
  const batches = await submitWishes(stage, quotes.flat(), label, deadline);
  const depths = await readDepths(stage, market.places());
  for (const participant of stage.random.shuffled(others)) {
    const wishes = wishesOf(market, participant, await plan.decide(participant, depths));
    batches.push(...(await submitWishes(stage, wishes, label, deadline)));
    await refreshDepths(stage, wishes, depths);
  }
  await finishMatching(stage, market.places());

  await play.ledger.catchUp();
  const collateral = await measureCollateral(stage, market, play.ledger);
  return { label, said, freed, batches, expired, depths, collateral };
}

/** The last step, in which nobody trades: the owner says what is left to say. */
export async function closeStep(
  play: Play,
  plan: Pick<StepPlan<string>, "label" | "begins" | "announce">,
): Promise<MarketStep> {
  const { stage, market, ledger } = play;
  const { said, freed, expired } = await openStep(play, plan);
  const depths = await readDepths(stage, market.places());
  await ledger.catchUp();
  const collateral = await measureCollateral(stage, market, ledger);
  return { label: plan.label, said, freed, batches: [], expired, depths, collateral };
}

async function openStep(
  { stage, market }: Play,
  { begins, announce }: Pick<StepPlan<string>, "begins" | "announce">,
): Promise<Pick<MarketStep, "said" | "freed" | "expired">> {
  await stage.chain.clock.moveTo(begins);
  const expired = await sweepExpired(stage, market.places());
  const before = await totalSlack(stage);
  const said = await announce();
  if (said.length > 0) await market.update();
  return { said, freed: (await totalSlack(stage)) - before, expired };
}

async function totalSlack({ participants }: CastStage): Promise<bigint> {
  const accounts = await Promise.all(participants.map(({ trader }) => trader.account()));
  return accounts.reduce((sum, { claim, worst }) => sum + claim + worst, 0n);
}

interface MarketWish extends Wish {
  readonly intent: Extract<Wish["intent"], { market: MarketRef }>;
}

function wishesOf({ marketRootId }: Market, participant: Participant, intents: readonly Intent[]): MarketWish[] {
  return intents.map(({ marketBranchId, ...terms }) => ({
    participant,
    intent: { market: { marketRootId, marketBranchId }, ...terms },
  }));
}

const VISIBLE = 6; // orders of each side that a trader looks at

/** One entry for each place. */
function readDepths({ handle }: CastStage, places: readonly MarketRef[]): Promise<Depth[]> {
  return Promise.all(places.map((place) => readDepth(handle, place, VISIBLE)));
}

/** Reads again where somebody has just traded: elsewhere nothing can have changed. */
async function refreshDepths(stage: CastStage, wishes: readonly MarketWish[], depths: Depth[]): Promise<void> {
  const branches = [...new Set(wishes.map(({ intent }) => intent.market.marketBranchId))];
  const marketRootId = wishes[0]?.intent.market.marketRootId ?? 0;
  const fresh = await readDepths(
    stage,
    branches.map((marketBranchId) => ({ marketRootId, marketBranchId })),
  );
  for (const [index, branch] of branches.entries()) depths[branch - 1] = fresh[index] ?? { bids: [], asks: [] };
}

export function batchesOf(steps: readonly MarketStep[]): Batch[] {
  return steps.flatMap(({ batches }) => batches);
}
