/** Single auctions, each in a root of its own, and what they show together. */
import { meanOf, rSquaredOf, slopeOf } from "../../src/measures/moments.js";
import { auction, MAKER, rounded } from "../laboratory/auction.js";
import { gainsOf } from "../laboratory/gains.js";
import type { Laboratory } from "../laboratory/laboratory.js";
import { INSIDER, MIDDLE, NOISE, RANGE } from "./model.js";

/** What nature does in one auction: v − p₀ in ticks, u in lots. */
export interface Draw {
  readonly value: number;
  readonly noise: number;
}

/** How insider and maker answer: lots a tick, ticks a lot. */
export interface Strategies {
  readonly beta: number;
  readonly lambda: number;
}

/** Of one auction, from the book: v − p₀, y, p − p₀, and what each of the three has gained, ticks · lots. */
export interface Outcome {
  readonly value: number;
  readonly flow: number;
  readonly price: number;
  readonly insider: number;
  readonly noise: number;
  readonly maker: number;
}

/** All pairs. @param middles standard normal */
export function gridOf(middles: readonly number[], sigmaV: number, sigmaU: number): Draw[] {
  return middles.flatMap((v) => middles.map((u) => ({ value: v * sigmaV, noise: u * sigmaU })));
}

export async function runAuction(laboratory: Laboratory, draw: Draw, { beta, lambda }: Strategies): Promise<Outcome> {
  const value = MIDDLE + rounded(draw.value);
  const { result, gains } = await gainsOf(laboratory, [INSIDER, NOISE, MAKER], async () => {
    const market = { marketRootId: await laboratory.openInterval(RANGE.low, RANGE.high), marketBranchId: 1 };
    const wishes = [
      { person: INSIDER, lots: rounded(beta * Number(value - MIDDLE)) },
      { person: NOISE, lots: rounded(draw.noise) },
    ];
    const price = await auction(laboratory, market, RANGE, wishes, (flow) => MIDDLE + rounded(lambda * Number(flow)));
    const [flow = 0n] = laboratory.positionOf(MAKER, market.marketRootId);
    await laboratory.settle(market, value);
    return { flow: -Number(flow), price: Number(price - MIDDLE) };
  });
  const [insider = 0, noise = 0, maker = 0] = gains;
  return { value: Number(value - MIDDLE), ...result, insider, noise, maker };
}

export async function runAll(
  laboratory: Laboratory,
  draws: readonly Draw[],
  strategies: Strategies,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const draw of draws) outcomes.push(await runAuction(laboratory, draw, strategies));
  return outcomes;
}

/** What many auctions say; money in units of σ_v·σ_u, errors in units of σ_v². */
export interface Estimates {
  /** cov(v, y) / var(y), ticks a lot: what a maker who breaks even would ask. */
  readonly lambda: number;
  readonly rSquared: number;
  /** E(v − p)² / σ_v²: what is left of v's variance. */
  readonly left: number;
  readonly insider: number;
  readonly noise: number;
  readonly maker: number;
}

export function estimatesOf(outcomes: readonly Outcome[], sigmaV: number, sigmaU: number): Estimates {
  const column = (of: keyof Outcome): number[] => outcomes.map((outcome) => outcome[of]);
  const [values, flows] = [column("value"), column("flow")];
  const profit = (of: keyof Outcome): number => meanOf(column(of)) / (sigmaV * sigmaU);
  return {
    lambda: slopeOf(flows, values),
    rSquared: rSquaredOf(flows, values),
    left: meanOf(outcomes.map(({ value, price }) => (value - price) ** 2)) / sigmaV ** 2,
    insider: profit("insider"),
    noise: profit("noise"),
    maker: profit("maker"),
  };
}
