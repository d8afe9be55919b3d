import { kyleAuction } from "../../src/measures/theory/kyle.js";
import { normalMidpoints } from "../laboratory/draws.js";
import { type Chapter, type Figure, figure, relative } from "../laboratory/figures.js";
import type { Laboratory } from "../laboratory/laboratory.js";
import { BEST, EXACT, SIGMA_U, SIGMA_V, type Size } from "./model.js";
import { type Estimates, estimatesOf, gridOf, runAll } from "./single.js";

export async function singleChapter(laboratory: Laboratory, { grid, coarse }: Size): Promise<Chapter> {
  const middles = normalMidpoints(grid);
  const all = await runAll(laboratory, gridOf(middles, SIGMA_V, SIGMA_U), BEST);
  const lesser = normalMidpoints(2 * coarse);
  const figures = estimateFigures(estimatesOf(all, SIGMA_V, SIGMA_U));
  for (const sigmaU of [SIGMA_U / 2, SIGMA_U * 2]) {
    const outcomes = await runAll(laboratory, gridOf(lesser, SIGMA_V, sigmaU), kyleAuction(SIGMA_V, sigmaU));
    const { rSquared } = estimatesOf(outcomes, SIGMA_V, sigmaU);
    figures.push(relative(`R² of flow on v where noise is ${sigmaU} lots`, rSquared, 0.5, EXACT));
  }
  const about = `Every pair of ${grid} values and ${grid} noises, each auction in a root of its own, settled at v. Money in units of σ_v·σ_u. Half of the variance is learned, however much noise there is: the insider trades more where more hides it.`;
  return { title: "One auction", about, figures };
}

function estimateFigures({ lambda, rSquared, left, insider, noise, maker }: Estimates): Figure[] {
  return [
    relative("λ, ticks a lot", lambda, BEST.lambda, EXACT),
    relative("R² of flow on v", rSquared, 0.5, EXACT),
    relative("Var(v | p) / σ_v²", left, BEST.leftVariance / SIGMA_V ** 2, EXACT),
    relative("insider's profit", insider, BEST.insiderProfit / (SIGMA_V * SIGMA_U), EXACT),
    relative("noise's profit", noise, -BEST.insiderProfit / (SIGMA_V * SIGMA_U), EXACT),
    figure("maker's profit", maker, 0, EXACT / 2),
  ];
}
