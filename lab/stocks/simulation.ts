import { readRecords } from "../../src/bindings/logs.js";
import type { ChainRecord } from "../../src/bindings/records.js";
import { type AssetUnits, assetUnits, ticks, tokenWei } from "../../src/protocol/amounts/units.js";
import { passiveSlice } from "../../src/protocol/value/allocations.js";
import { profitAndLoss } from "../../src/protocol/value/valuation.js";
import { ONE } from "../command/decimals.js";
import { monthStart, nextMonth } from "../command/months.js";
import { basketMarkets, type Batch, sweepExpired } from "../session/orders.js";
import { type Proof, prove } from "../session/proof.js";
import { settle, type Settlement } from "../session/settlement.js";
import type { RelayRoute } from "../../stage/relay.js";
import { type CastStage, openCast } from "../session/cast.js";
import { type BehaviourName, CAST } from "./behaviours.js";
import {
  type BasketMaker,
  type MadeMaker,
  type MakerProof,
  openBasketMaker,
  paidBySponsor,
  planBasketMaker,
  proveMaker,
} from "./maker.js";
import type { RunOptions } from "./options.js";
import type { PriceHistory } from "./prices.js";
import { type MonthStep, tradeMonth } from "./trading.js";
import { trueWeights } from "./weights.js";

/** All that a session left behind. */
export interface SessionRun {
  readonly options: RunOptions;
  readonly stage: CastStage<BehaviourName>;
  readonly steps: readonly MonthStep[];
  readonly settlement: Settlement;
  /** Everything the book recorded, in order. */
  readonly records: readonly ChainRecord[];
  readonly proof: Proof & Partial<MakerProof>;
  /** The automated maker, if there was one. */
  readonly maker: MadeMaker | undefined;
}

/** Who wants to hear how it goes. */
export interface Listener {
  /** A phase begins. */
  readonly phase: (line: string) => void;
  /** A month was traded, in ticks of which `scale` make a weight of 1. */
  readonly month: (step: MonthStep, scale: bigint) => void;
}

const FULL_WEIGHT = ticks(10_000n);
/** Share quantities and prices both count in 1e-18: their products, in 1e-36 of the prices' currency. */
export const MONEY = ONE * ONE;

/**
 * Runs one session from its funding to the delivery of its basket, on a chain inside this process.
 * The same options and prices give the same orders, fills and allocations, whatever the route. Through a relay the rest may
 * differ from run to run: into which transactions orders fall, what they cost, and what the logs say of that: checkpoints, and
 * orders that were refused at the door. The chain stays open: close `stage.chain` in the end.
 */
export async function runSession(options: RunOptions, history: PriceHistory, listener: Listener): Promise<SessionRun> {
  const { stage, maker } = await openMarket(options, history, listener);
  const relay = options.direct ? undefined : await openRelayFor(stage, options.seed, listener);
  const steps: MonthStep[] = [];
  try {
    listener.phase(`Trading ${history.months.length} months`);
    for (const index of history.months.keys()) {
      const step = await tradeMonth({ ...stage, route: relay ?? stage.route }, history, index, maker);
      steps.push(step);
      listener.month(step, stage.handle.basket.scale);
    }
  } finally {
    await relay?.close();
  }

  listener.phase("Trading is over: everybody exits, and takes the assets");
  await stage.chain.clock.moveTo(stage.handle.t2);
  await sweepExpired(stage, basketMarkets(stage));
  const lastPrices = history.spot.at(-1) ?? [];
  const made = maker === undefined ? undefined : { ...maker, heldOnChain: (await maker.sponsored.read()).held };
  const leavers = maker === undefined ? [] : [maker.sponsored.leaver];
  const settlement = await settle(
    stage,
    ({ received }, _, allocated) => profitAndLoss(allocated, passiveSlice(stage.basket, received), lastPrices),
    leavers,
  );

  listener.phase("Checking it all");
  const records = await readRecords(stage.handle);
  const proof = await prove(stage, bookBatchesOf({ steps }), settlement, records);
  if (made === undefined) return { options, stage, steps, settlement, records, proof, maker: undefined };
  const fills = steps.flatMap(({ makerFills }) => makerFills);
  const ofMaker = proveMaker(made, fills, paidBySponsor(made, settlement, stage, lastPrices));
  return { options, stage, steps, settlement, records, proof: { ...proof, ...ofMaker }, maker: made };
}

/** The sponsor pays with what of N is not shared out. */
async function openMarket(
  options: RunOptions,
  history: PriceHistory,
  { phase }: Listener,
): Promise<{ readonly stage: CastStage<BehaviourName>; readonly maker: BasketMaker | undefined }> {
  const { supply, quantities } = options;
  const weights = trueWeights(quantities, history.spot[0] ?? [], FULL_WEIGHT);
  const plan = options.maker ? planBasketMaker(supply, weights) : undefined;
  const opened = await openCast({ ...planOf(options), kept: plan?.deposit ?? tokenWei(0n) }, phase);
  if (plan === undefined) return { stage: opened, maker: undefined };
  phase("A sponsor pays for an automated maker");
  const maker = await openBasketMaker(opened, plan, options.seed);
  const { organiser } = opened;
  const left = { ...organiser, received: tokenWei(organiser.received - maker.sponsored.deposit) };
  return { stage: { ...opened, organiser: left }, maker };
}

/** The service is loaded only if it is used. */
async function openRelayFor(stage: CastStage, seed: bigint, { phase }: Listener): Promise<RelayRoute> {
  phase("Starting a relay, to which the traders hand their orders");
  const { startRelayRoute } = await import("../../stage/relay.js");
  return startRelayRoute(stage, seed);
}

export function batchesOf({ steps }: Pick<SessionRun, "steps">): Batch[] {
  return steps.flatMap(({ batches }) => batches);
}

/** Those of one transaction for many orders: through the maker each has its own. */
export function bookBatchesOf({ steps }: Pick<SessionRun, "steps">): Batch[] {
  return steps.flatMap(({ batches, throughMaker }) => batches.filter((batch) => !throughMaker.includes(batch)));
}

function planOf({ seed, symbols, quantities, supply, traders, from, to }: RunOptions) {
  const quantityOf = (k: number): AssetUnits => quantities[k] ?? assetUnits(0n);
  return {
    seed,
    token: { name: "Example Session", symbol: "EXS" },
    assets: symbols.map((symbol, k) => ({ symbol, quantity: quantityOf(k) })),
    supply,
    traders,
    cast: CAST,
    t1: monthStart(from),
    t2: monthStart(nextMonth(to)),
  };
}
