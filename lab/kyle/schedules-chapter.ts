import { kyleAuction, ladderOutcome } from "../../src/measures/theory/kyle.js";
import { normalMidpoints } from "../laboratory/draws.js";
import { type Chapter, type Figure, figure, relative } from "../laboratory/figures.js";
import type { Laboratory } from "../laboratory/laboratory.js";
import { createMaker, liquidityFor, runAutomated, SCALE } from "./automated.js";
import { RUNG_TICKS, runLadder } from "./ladder.js";
import { BEST, SIGMA_U, SIGMA_V, type Size } from "./model.js";
import { estimatesOf, gridOf, type Outcome } from "./single.js";

/** Slopes in parts of 2λ, and the lots of a rung that make them. */
const SLOPES = [0.5, 1, 2] as const;
/** Orders come in whole rungs, forty ticks each: a tenth of σ_v. */
const RUNGED = 0.03;

export async function ladderChapter(laboratory: Laboratory, { coarse }: Size): Promise<Chapter> {
  const draws = gridOf(normalMidpoints(coarse), SIGMA_V, SIGMA_U);
  const figures: Figure[] = [];
  for (const part of SLOPES) {
    const slope = part * 2 * BEST.lambda;
    const rung = BigInt(Math.round(Number(RUNG_TICKS) / slope));
    const outcomes: Outcome[] = [];
    for (const [k, draw] of draws.entries()) outcomes.push(await runLadder(laboratory, draw, rung, isFirst(k)));
    const { lambda, rSquared, insider, maker } = estimatesOf(outcomes, SIGMA_V, SIGMA_U);
    const theory = ladderOutcome(SIGMA_V, SIGMA_U, slope);
    const unit = SIGMA_V * SIGMA_U;
    const name = `slope ${part} · 2λ`;
    figures.push(
      relative(`R², ${name}`, rSquared, theory.rSquared, RUNGED),
      relative(`insider's profit, ${name}`, insider, theory.insiderProfit / unit, RUNGED),
      figure(`maker's profit, ${name}`, maker, theory.makerProfit / unit, RUNGED),
    );
    if (part === 1) figures.push(relative(`λ, ${name}`, lambda, BEST.lambda, RUNGED));
  }
  const about =
    "Forty ticks a rung, bids and offers; what was sold is bid for again at its price. A ladder twice as steep as Kyle's λ breaks even; a flatter one is a subsidy that buys information, a steeper one earns from noise.";
  return { title: "A ladder: slope = 2λ", about, figures };
}

/** In turn along the noises of a grid: whose turn it is has nothing to do with the value, so the sum of v·u over each half is 0. */
function isFirst(k: number): boolean {
  return k % 2 === 0;
}

/**
 * σ_v in parts of the range; what λ is beside Kyle's and R², as 200 000 draws have found them, and of wide ones what the maker gains: the
 * curve is straight only near its middle, and flatter than a ladder at its ends.
 */
const SPREADS = [
  { sigmaV: 0.02, lambda: 1, rSquared: 0.5 },
  { sigmaV: 0.04, lambda: 1, rSquared: 0.5 },
  { sigmaV: 0.08, lambda: 1, rSquared: 0.5, maker: -0.029 },
  { sigmaV: 0.15, lambda: 0.9583, rSquared: 0.5505, maker: -0.09 },
] as const;
const CURVED = 0.05;
/** Of σ_v·σ_u: values far out, of which a grid has few and draws some, cost the maker most. */
const GAINED = 0.02;

export async function automatedChapter(laboratory: Laboratory, { coarse }: Size): Promise<Chapter> {
  const figures: Figure[] = [];
  for (const { sigmaV, ...expected } of SPREADS) {
    const liquidity = liquidityFor(sigmaV);
    const maker = createMaker(laboratory, liquidity);
    const outcomes: Outcome[] = [];
    for (const [k, draw] of gridOf(normalMidpoints(2 * coarse), sigmaV, SIGMA_U).entries()) {
      outcomes.push(await runAutomated(laboratory, maker, liquidity, draw, isFirst(k)));
    }
    const sigma = sigmaV * Number(SCALE);
    const { lambda, rSquared, insider, maker: gain } = estimatesOf(outcomes, sigma, SIGMA_U);
    const name = `σ_v = ${sigmaV}, b = ${liquidity}`;
    figures.push(
      relative(`λ of Kyle's, ${name}`, lambda / kyleAuction(sigma, SIGMA_U).lambda, expected.lambda, CURVED),
      relative(`R², ${name}`, rSquared, expected.rSquared, CURVED),
      ...("maker" in expected
        ? [figure(`maker's profit, ${name}`, gain, expected.maker, GAINED)]
        : [relative(`insider's profit, ${name}`, insider, 0.5, CURVED)]),
    );
  }
  const about =
    "The library's twin of the automated maker, two breakpoints, b = σ_u / (4σ_v): its slope at ½ is 1 / (4b). It is Kyle's market within a twentieth as long as values stay within 8 % of the range around the middle; beyond that prices lag, flow tells more, and the maker pays for it.";
  return { title: "An automated maker", about, figures };
}
