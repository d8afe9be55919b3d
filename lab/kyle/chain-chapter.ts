import { onChain } from "../laboratory/chain-ground.js";
import { normalMidpoints } from "../laboratory/draws.js";
import { type Chapter, relative } from "../laboratory/figures.js";
import { BEST, EXACT, PEOPLE, SIGMA_U, SIGMA_V } from "./model.js";
import { type Estimates, estimatesOf, gridOf, runAll } from "./single.js";

/** @param grid values, and as many noises */
export async function chainChapter(grid: number, seed: bigint): Promise<Chapter> {
  const draws = gridOf(normalMidpoints(grid), SIGMA_V, SIGMA_U);
  let estimates: Estimates | undefined;
  const agreed = await onChain(PEOPLE, seed, async (laboratory) => {
    estimates = estimatesOf(await runAll(laboratory, draws, BEST), SIGMA_V, SIGMA_U);
  });
  const figures = [...agreed, relative("λ, ticks a lot", estimates?.lambda ?? NaN, BEST.lambda, EXACT)];
  const about = `${draws.length} auctions on a chain inside this process, with signatures, and in the library's book: the same head of the chain of orders after every call, the same accounts.`;
  return { title: "On a chain", about, figures };
}
