import type { Picture } from "../../src/pictures/marks.js";
import { curvesPicture } from "../../src/pictures/curves.js";
import { nextLambda } from "../../src/measures/theory/kyle.js";
import { measuredDots, type Pair, theoryCurve } from "../laboratory/curves.js";
import { normalMidpoints } from "../laboratory/draws.js";
import { type Chapter, type Figure, figure } from "../laboratory/figures.js";
import type { Laboratory } from "../laboratory/laboratory.js";
import { BEST, EXACT, SIGMA_U, SIGMA_V, type Size } from "./model.js";
import { estimatesOf, gridOf, runAll } from "./single.js";

/** Where the maker begins, in parts of λ. */
const START = 0.25;
const ROUNDS = 5;

export interface Learned {
  readonly chapter: Chapter;
  readonly picture: Picture;
}

/** The equilibrium is found, not put in: the insider answers a λ that is too low, and the maker estimates what it sees. */
export async function learningChapter(laboratory: Laboratory, { learned }: Size): Promise<Learned> {
  const draws = gridOf(normalMidpoints(learned), SIGMA_V, SIGMA_U);
  let [lambda, expected] = [START * BEST.lambda, START];
  const figures: Figure[] = [];
  const [path, wanted]: [Pair[], Pair[]] = [[[0, START]], [[0, START]]];
  for (let round = 1; round <= ROUNDS; round += 1) {
    const outcomes = await runAll(laboratory, draws, { lambda, beta: 1 / (2 * lambda) });
    lambda = estimatesOf(outcomes, SIGMA_V, SIGMA_U).lambda;
    expected = nextLambda(expected);
    const part = lambda / BEST.lambda;
    figures.push(figure(`λ after round ${round}, of the equilibrium's`, part, expected, EXACT / 2));
    path.push([round, part]);
    wanted.push([round, expected]);
  }
  const picture = curvesPicture({
    title: "A maker learns Kyle's λ",
    across: "rounds",
    up: "λ, in parts of the equilibrium's",
    curves: [theoryCurve("theory", wanted), measuredDots("measured", path)],
    least: { low: 0, high: 1 },
  });
  const about = `The maker begins at a quarter of λ; after each round of ${draws.length} auctions it estimates cov(v, y) / var(y), and the insider answers with β = 1 / (2λ). Theory: s' = 2s / (1 + s²).`;
  return { chapter: { title: "An equilibrium that is found", about, figures }, picture };
}
