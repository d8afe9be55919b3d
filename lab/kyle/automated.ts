/** Kyle's auction against an automated maker: its price schedule is a curve, near its middle as steep as a ladder of 1 / (4b). */
import { makerOf, type Lmsr } from "../laboratory/lmsr.js";
import { ONE } from "../../src/protocol/maker/fixed-point.js";
import { MAKER, rounded } from "../laboratory/auction.js";
import { gainsOf } from "../laboratory/gains.js";
import type { Laboratory } from "../laboratory/laboratory.js";
import { INSIDER, NOISE, SIGMA_U } from "./model.js";
import type { Draw, Outcome } from "./single.js";

/** Ticks that make 1: fine, so that rounding prices is nothing beside what they move. */
export const SCALE = 1_000_000n;

/** b for which the slope at ½ is σ_v/σ_u, twice Kyle's λ. @param sigmaV as a part of 1 @returns lots */
export function liquidityFor(sigmaV: number): bigint {
  return rounded(SIGMA_U / (4 * sigmaV));
}

export function createMaker(laboratory: Laboratory, liquidity: bigint): Lmsr {
  return makerOf(laboratory, liquidity, [0n, SCALE]);
}

/** @param draw v − ½ in parts of 1, u in lots. @returns v and p likewise in ticks; money in ticks · lots */
export async function runAutomated(
  laboratory: Laboratory,
  maker: Lmsr,
  liquidity: bigint,
  { value: drawn, noise: noiseLots }: Draw,
  insiderFirst: boolean,
): Promise<Outcome> {
  const [part, middle] = [0.5 + drawn, Number(SCALE) / 2];
  const value = rounded(part * Number(SCALE));
  const { result, gains } = await gainsOf(laboratory, [INSIDER, NOISE, MAKER], async () => {
    const market = { marketRootId: await laboratory.openInterval(0n, SCALE), marketBranchId: 1 };
    const turns = [
      // What takes the price from ½ to v if nobody else came.
      { person: INSIDER, lots: rounded(Number(liquidity) * Math.log(part / (1 - part))) },
      { person: NOISE, lots: rounded(noiseLots) },
    ];
    for (const { person, lots } of insiderFirst ? turns : turns.toReversed()) await maker.trade(market, person, lots);
    const [held = 0n] = maker.heldIn(market.marketRootId);
    const price = Number(maker.priceOf(market)) / Number(ONE) - middle;
    await laboratory.settle(market, value);
    return { flow: -Number(held), price };
  });
  const [insider = 0, noise = 0, gain = 0] = gains;
  return { value: Number(value) - middle, ...result, insider, noise, maker: gain };
}
