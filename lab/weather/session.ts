/** The life of a session with one market beside its basket, as both studies of the weather have it. */
import { fraction } from "../../src/protocol/amounts/fraction.js";
import { type CastPlan, openCast } from "../session/cast.js";
import { settle, type Settlement } from "../session/settlement.js";
import { createLedger } from "./ledger.js";
import { createMarket, type Market, type Said } from "./market.js";
import { type MarketProof, proveMarket, wonInTokens } from "./proof.js";
import type { MarketStep, Play } from "./trading.js";

/** What makes a session the one that it is. */
export interface Script<Behaviour extends string, Step extends MarketStep> {
  readonly plan: CastPlan<Behaviour>;
  /** What each branch or outcome is called, from number 1. */
  readonly names: readonly string[];
  /** Has the owner make the market. */
  readonly write: (market: Market, settleBy: number) => Promise<Said[]>;
  /** Each step of trading, in its order. */
  readonly trade: readonly ((play: Play<Behaviour>) => Promise<Step>)[];
  /** The last step, which settles the market. */
  readonly close: (play: Play<Behaviour>) => Promise<Step>;
  /** Ticks that a lot of a branch pays, by the outcome alone and in plain words of its own. */
  readonly paid: (marketBranchId: number) => bigint;
  /** How the listener is told of each phase. */
  readonly phases: Readonly<Record<"write" | "trade" | "close" | "exit", string>>;
}

/** A session that has run, as far as both studies are alike. The chain stays open: close `stage.chain` in the end. */
export interface MarketRun<Step extends MarketStep, Behaviour extends string = string> extends Play<Behaviour> {
  /** The records that made the market. */
  readonly contract: readonly Said[];
  readonly steps: readonly Step[];
  readonly settlement: Settlement;
  readonly proof: MarketProof;
}

/** Who wants to hear how it goes. */
export interface Listener<Step> {
  readonly phase: (line: string) => void;
  readonly step: (step: Step) => void;
}

const DAY = 86_400;
const PATIENCE = 7 * DAY; // from t2 until anybody may apply the fallback

/** From funding to delivery, on a chain inside this process. The same script gives the same run, to the last byte. */
export async function runMarket<Behaviour extends string, Step extends MarketStep>(
  { plan, names, write, trade, close, paid, phases }: Script<Behaviour, Step>,
  listener: Listener<Step>,
): Promise<MarketRun<Step, Behaviour>> {
  const stage = await openCast(plan, listener.phase);
  const market = await createMarket(stage, names);
  const play: Play<Behaviour> = { stage, market, ledger: createLedger(stage.handle) };
  listener.phase(phases.write);
  const contract = await write(market, stage.handle.t2 + PATIENCE);

  const steps: Step[] = [];
  const take = async (step: (of: Play<Behaviour>) => Promise<Step>): Promise<void> => {
    const taken = await step(play);
    steps.push(taken);
    listener.step(taken);
  };
  listener.phase(phases.trade);
  for (const step of trade) await take(step);

  listener.phase(phases.close);
  await take(close);
  const positions = await market.positions();

  listener.phase(phases.exit);
  await stage.chain.clock.moveTo(stage.handle.t2);
  const settlement = await settle(stage, ({ received }, claims) => fraction(wonInTokens(received, claims)));

  listener.phase("Checking it all");
  await play.ledger.catchUp();
  const proof = await proveMarket(play, { steps, positions, paid, settlement });
  return { ...play, contract, steps, settlement, proof };
}
