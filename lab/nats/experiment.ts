import { curvesPicture } from "../../src/pictures/curves.js";
import type { Picture } from "../../src/pictures/marks.js";
import { forecastError, probabilityOf } from "../../src/measures/theory/glosten-milgrom.js";
import { onChain } from "../laboratory/chain-ground.js";
import { measuredDots, type Pair, theoryCurve } from "../laboratory/curves.js";
import { type Chapter, type Figure, figure } from "../laboratory/figures.js";
import { type Laboratory, openLaboratory } from "../laboratory/laboratory.js";
import { libraryGround } from "../laboratory/library-ground.js";
import type { Experiment } from "../laboratory/study.js";
import { LIQUIDITY, meter, PEOPLE } from "./meter.js";

const SHARES = [0.1, 0.2, 0.5] as const;
const COUNTS = [1, 10, 20] as const;
const SHORT_COUNTS = [1, 10] as const;
/** Prices are rounded to a millionth, towards the maker, lots to one in tens of thousands. */
const ROUNDED = 2e-5;
/** Roots on a chain, of two trades each. */
const ON_CHAIN = 64;

/** Expected over all numbers of signals that are right, by how often they occur. */
interface Expected {
  readonly paid: number;
  readonly learned: number;
}

export const experiment: Experiment = async ({ short, seed }, tell) => {
  const laboratory = openLaboratory(await libraryGround(PEOPLE));
  const counts = short ? SHORT_COUNTS : COUNTS;
  const figures: Figure[] = [];
  const curves = [];
  for (const informed of SHARES) {
    tell(`Signals that are right with (1 + ${informed}) / 2`);
    const measured: Pair[] = [];
    for (const count of counts) {
      const { paid, learned } = await expectedOver(laboratory, informed, count);
      const wanted = Math.LN2 - forecastError(informed, count).logScore;
      const where = `after ${count}, μ = ${informed}`;
      figures.push(
        figure(`loss / b ${where}, nats`, paid, wanted, ROUNDED),
        figure(`learned ${where}, nats`, learned, wanted, ROUNDED),
      );
      measured.push([count, paid]);
    }
    curves.push(theoryCurve(`μ = ${informed}`, theoryPairs(informed, Math.max(...counts))));
    curves.push(measuredDots(`μ = ${informed}`, measured));
  }
  tell("The same on a chain");
  const about = `An event of two outcomes, b = ${LIQUIDITY} lots. Whoever comes has a signal that is right with probability (1 + μ) / 2 and moves the price to what it believes then; all numbers of right signals, each by how often it occurs. Theory: E[loss] / b = ln 2 − E[−ln p(v)].`;
  const title = "The maker's loss is the meter";
  return {
    chapters: [{ title, about, figures }, await chainChapter(ON_CHAIN, seed)],
    pictures: { nats: picture(curves) },
  };
};

async function expectedOver(laboratory: Laboratory, informed: number, count: number): Promise<Expected> {
  let [paid, learned] = [0, 0];
  for (let right = 0; right <= count; right += 1) {
    const weight = probabilityOf(informed, count, right);
    const signals = Array.from({ length: count }, (_, k) => k < right);
    const metered = await meter(laboratory, informed, signals);
    paid += weight * metered.paid;
    learned += weight * metered.learned;
  }
  return { paid, learned };
}

function theoryPairs(informed: number, most: number): Pair[] {
  return Array.from({ length: most + 1 }, (_, count) => [
    count,
    count === 0 ? 0 : Math.LN2 - forecastError(informed, count).logScore,
  ]);
}

function picture(curves: Parameters<typeof curvesPicture>[0]["curves"]): Picture {
  return curvesPicture({ title: "What a sponsor has bought", across: "signals", up: "loss / b, nats", curves });
}

const CHAIN_SHARE = 0.5;

async function chainChapter(roots: number, seed: bigint): Promise<Chapter> {
  let told = 0;
  const agreed = await onChain(PEOPLE, seed, async (laboratory) => {
    for (let k = 0; k < roots; k += 1) {
      const { paid, learned } = await meter(laboratory, CHAIN_SHARE, [k % 2 === 0, k % 4 < 2]);
      if (Math.abs(paid - learned) <= ROUNDED) told += 1;
    }
  });
  const figures = [...agreed, figure("roots whose maker has lost b for each nat", told, roots, 0)];
  const about = `${roots} roots of two trades each on a chain inside this process, with signatures, and in the library's book.`;
  return { title: "On a chain", about, figures };
}
