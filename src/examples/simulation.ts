import { readRecords } from "../client/logs.js";
import type { ChainRecord } from "../client/records.js";
import { sweepExpired } from "./orders.js";
import type { RunOptions } from "./options.js";
import type { PriceHistory } from "./prices.js";
import { type Proof, prove } from "./proof.js";
import { settle, type Settlement } from "./settlement.js";
import { openStage, type Stage } from "./stage.js";
import { type MonthStep, tradeMonth } from "./trading.js";

/** All that a session left behind. */
export interface SessionRun {
  readonly options: RunOptions;
  readonly stage: Stage;
  readonly steps: readonly MonthStep[];
  readonly settlement: Settlement;
  /** Everything the book recorded, in order. */
  readonly records: readonly ChainRecord[];
  readonly proof: Proof;
}

/** Who wants to hear how it goes. */
export interface Listener {
  /** A phase begins. */
  readonly phase: (line: string) => void;
  /** A month was traded, in ticks of which `scale` make a weight of 1. */
  readonly month: (step: MonthStep, scale: bigint) => void;
}

/**
 * Runs one session from its funding to the delivery of its basket, on a chain inside this process.
 * The same options and prices give the same run, to the last byte. The chain stays open: close `stage.chain` in the end.
 */
export async function runSession(options: RunOptions, history: PriceHistory, listener: Listener): Promise<SessionRun> {
  const stage = await openStage(options, listener.phase);

  listener.phase(`Trading ${history.months.length} months`);
  const steps: MonthStep[] = [];
  for (const index of history.months.keys()) {
    const step = await tradeMonth(stage, history, index);
    steps.push(step);
    listener.month(step, stage.handle.basket.scale);
  }

  listener.phase("Trading is over: everybody exits, and takes the assets");
  await stage.chain.moveTo(stage.handle.t2);
  await sweepExpired(stage);
  const settlement = await settle(stage, history.spot.at(-1) ?? []);

  listener.phase("Checking it all");
  const records = await readRecords(stage.handle);
  const proof = await prove(stage, options.symbols, steps, settlement, records);
  return { options, stage, steps, settlement, records, proof };
}
