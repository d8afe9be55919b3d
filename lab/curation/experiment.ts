import { curvesPicture } from "../../src/pictures/curves.js";
import { curatedAuction } from "../../src/measures/theory/curation.js";
import { createRandom, type Random } from "../../stage/rng.js";
import { onChain } from "../laboratory/chain-ground.js";
import { measuredDots, type Pair, theoryCurve } from "../laboratory/curves.js";
import { type Chapter, type Figure, figure, relative } from "../laboratory/figures.js";
import { type Laboratory, openLaboratory } from "../laboratory/laboratory.js";
import { libraryGround } from "../laboratory/library-ground.js";
import type { Experiment } from "../laboratory/study.js";
import { type Gate, type Measured, OTHERS, runGate } from "./auctions.js";

const PRECISIONS = [0.1, 0.5, 1] as const;
const COUNTS = [1, 2, 5, 10, 20, 50] as const;
const SHORT_COUNTS = [1, 2, 5] as const;
/** σ_u, lots: what each informed trader trades is a fraction of it, and has to be many lots. */
const NOISE = 100_000;
/** What rounding to ticks and lots leaves, a part. */
const EXACT = 0.005;
/** More than there are dimensions. */
const PAIRS_MORE = 14;
const ON_CHAIN_PAIRS = 32;

export const experiment: Experiment = async ({ short, seed }, tell) => {
  const counts = short ? SHORT_COUNTS : COUNTS;
  const laboratory = openLaboratory(await libraryGround(OTHERS + Math.max(...counts)));
  const run = (gate: Gate): Promise<Measured> => runGate(laboratory, gate, pairsOf(gate), randomOf(seed, gate));
  const figures: Figure[] = [];
  const curves = [];
  for (const precision of PRECISIONS) {
    tell(`Signals of precision ${precision}`);
    const pairs: Pair[] = [];
    for (const traders of counts) {
      const { information, maker, insiders } = await run({ traders, precision, noise: NOISE });
      const theory = curatedAuction(traders, precision, 1, 1);
      const where = `k = ${traders}, ρ = ${precision}`;
      figures.push(
        relative(`I, ${where}`, information, theory.information, EXACT),
        relative(`profit of those who know, ${where}`, insiders, theory.insidersProfit, EXACT),
        figure(`maker's profit, ${where}`, maker, 0, EXACT / 2),
      );
      pairs.push([traders, information]);
    }
    const every = Array.from({ length: Math.max(...counts) }, (_, k) => k + 1);
    const theory = every.map((traders): Pair => [traders, curatedAuction(traders, precision, 1, 1).information]);
    curves.push(theoryCurve(`ρ = ${precision}`, theory), measuredDots(`ρ = ${precision}`, pairs));
  }
  tell("Less noise, more noise; somebody who trades more, or less, than is best");
  const noise = await noiseChapter(run);
  const best = await deviationChapter(laboratory, seed);
  tell("The same on a chain");
  const about =
    "k informed traders, each with a signal of its own, ρ = σ_v² / (σ_v² + σ_e²). I = kρ / (2 + (k − 1)ρ): more of those who know, or better signals, tell more; profit in units of σ_v·σ_u is what noise pays.";
  const gates = { title: "Who is let in", about, figures };
  const chain = await chainChapter(ON_CHAIN_PAIRS, seed);
  const picture = curvesPicture({
    title: "What flow tells, by who is let in",
    across: "informed traders",
    up: "information, 0 to 1",
    curves,
    least: { low: 0, high: 1 },
  });
  return { chapters: [gates, noise, best, chain], pictures: { curation: picture } };
};

function pairsOf({ traders }: Gate): number {
  return traders + OTHERS + PAIRS_MORE;
}

function randomOf(seed: bigint, { traders, precision, noise }: Gate): Random {
  return createRandom(seed, `curation ${traders} ${precision} ${noise}`);
}

async function noiseChapter(run: (gate: Gate) => Promise<Measured>): Promise<Chapter> {
  const figures: Figure[] = [];
  for (const noise of [NOISE / 4, NOISE, NOISE * 4]) {
    const { information } = await run({ traders: 5, precision: 0.5, noise });
    figures.push(relative(`I, k = 5, ρ = 0.5, noise of ${noise} lots`, information, 0.625, EXACT));
  }
  const about =
    "Keeping noise out does not make flow tell more: those who know trade less where less hides them. It only takes their pay, which is λ·σ_u².";
  return { title: "Noise alone does nothing", about, figures };
}

/** λ·x² is what the best order gains; one that is larger or smaller by a part d gains 1 − d² of it. */
async function deviationChapter(laboratory: Laboratory, seed: bigint): Promise<Chapter> {
  const gate = { traders: 5, precision: 0.5, noise: NOISE };
  const gainOf = async (deviation: number): Promise<number> => {
    const { first } = await runGate(laboratory, { ...gate, deviation }, pairsOf(gate), randomOf(seed, gate));
    return first;
  };
  const best = await gainOf(0);
  const figures: Figure[] = [];
  for (const deviation of [-0.1, 0.1]) {
    const name = `gain of one who trades ${deviation > 0 ? "a tenth more" : "a tenth less"}, of the best`;
    figures.push(figure(name, (await gainOf(deviation)) / best, 1 - deviation ** 2, EXACT / 2));
  }
  const about = "One of five trades a tenth more or less than the others: it gains less, so nobody wants to leave.";
  return { title: "Nobody does better alone", about, figures };
}

async function chainChapter(pairs: number, seed: bigint): Promise<Chapter> {
  const gate = { traders: 2, precision: 0.5, noise: NOISE };
  let measured: Measured | undefined;
  const agreed = await onChain(OTHERS + gate.traders, seed, async (laboratory) => {
    measured = await runGate(laboratory, gate, pairs, randomOf(seed, gate));
  });
  const wanted = curatedAuction(gate.traders, gate.precision, 1, 1).information;
  const figures = [...agreed, relative("I, k = 2, ρ = 0.5", measured?.information ?? NaN, wanted, EXACT)];
  const about = `${2 * pairs} auctions on a chain inside this process, with signatures, and in the library's book.`;
  return { title: "On a chain", about, figures };
}
