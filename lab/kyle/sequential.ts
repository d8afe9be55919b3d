/** N auctions one after the other in one root: the insider spreads what it knows over them. */
import { meanOf, slopeOf } from "../../src/measures/moments.js";
import { sequentialKyle } from "../../src/measures/theory/kyle.js";
import type { Random } from "../../stage/rng.js";
import { auction, rounded } from "../laboratory/auction.js";
import { balancedDraws } from "../laboratory/draws.js";
import type { Laboratory } from "../laboratory/laboratory.js";
import { INSIDER, MIDDLE, NOISE, RANGE, SIGMA_U, SIGMA_V } from "./model.js";

/** How many auctions a session of the study has. */
export const COUNTS = [1, 2, 4, 10] as const;

/** One session: v − p₀, and of each auction y and p − p₀; ticks, lots. */
interface Session {
  readonly value: number;
  readonly flows: readonly number[];
  readonly prices: readonly number[];
  /** The insider's, ticks · lots. */
  readonly profit: number;
}

/** Of the n-th auction, in the units of the theory. */
export interface MeasuredStep {
  /** What v − p_{n−1} rises by with y_n, in units of σ_v/σ_u. */
  readonly lambda: number;
  /** What y_n rises by with v − p_{n−1}: noise has no part in it. In units of σ_u/σ_v. */
  readonly trade: number;
  /** E(v − p_n)², in units of σ_v². */
  readonly left: number;
}

export interface MeasuredSequence {
  readonly steps: readonly MeasuredStep[];
  /** In units of σ_v·σ_u. */
  readonly insiderProfit: number;
}

/** @param pairs how many sessions, twice */
export async function runSequences(
  laboratory: Laboratory,
  auctions: number,
  pairs: number,
  random: Random,
): Promise<MeasuredSequence> {
  const sessions: Session[] = [];
  for (const draw of balancedDraws(auctions + 1, pairs, random)) {
    sessions.push(await runSession(laboratory, auctions, draw));
  }
  const scale = SIGMA_V / SIGMA_U;
  const steps = Array.from({ length: auctions }, (_, n): MeasuredStep => {
    const before = sessions.map(({ value, prices }) => value - (n === 0 ? 0 : (prices[n - 1] ?? 0)));
    const after = sessions.map(({ value, prices }) => value - (prices[n] ?? 0));
    const flows = sessions.map((session) => session.flows[n] ?? 0);
    return {
      lambda: slopeOf(flows, before) / scale,
      trade: slopeOf(before, flows) * scale,
      left: meanOf(after.map((error) => error ** 2)) / SIGMA_V ** 2,
    };
  });
  return { steps, insiderProfit: meanOf(sessions.map(({ profit }) => profit)) / (SIGMA_V * SIGMA_U) };
}

/** Theory has σ_v = σ_u = 1; here λ is in ticks a lot, and what the insider trades in lots a tick. */
async function runSession(laboratory: Laboratory, auctions: number, draw: readonly number[]): Promise<Session> {
  const [valueDraw = 0, ...noises] = draw;
  const market = { marketRootId: await laboratory.openInterval(RANGE.low, RANGE.high), marketBranchId: 1 };
  const value = MIDDLE + rounded(valueDraw * SIGMA_V);
  const before = laboratory.gainOf(INSIDER);
  const flows: number[] = [];
  const prices: number[] = [];
  let price = MIDDLE;
  for (const [n, { lambda, trade }] of sequentialKyle(auctions).steps.entries()) {
    const last = price;
    const wishes = [
      { person: INSIDER, lots: rounded(((trade * SIGMA_U) / SIGMA_V) * Number(value - last)) },
      { person: NOISE, lots: rounded(((noises[n] ?? 0) * SIGMA_U) / Math.sqrt(auctions)) },
    ];
    const priceOf = (flow: bigint): bigint => last + rounded(((lambda * SIGMA_V) / SIGMA_U) * Number(flow));
    price = await auction(laboratory, market, RANGE, wishes, priceOf);
    flows.push(wishes.reduce((sum, { lots }) => sum + Number(lots), 0));
    prices.push(Number(price - MIDDLE));
  }
  await laboratory.settle(market, value);
  return { value: Number(value - MIDDLE), flows, prices, profit: Number(laboratory.gainOf(INSIDER) - before) };
}
