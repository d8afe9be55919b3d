import { curvesPicture } from "../../src/pictures/curves.js";
import type { Picture } from "../../src/pictures/marks.js";
import { forecastError, natsOfTrade, oneLotQuote, oneLotSpread } from "../../src/measures/theory/glosten-milgrom.js";
import { onChain } from "../laboratory/chain-ground.js";
import { measuredDots, type Pair, theoryCurve } from "../laboratory/curves.js";
import { type Chapter, type Figure, figure } from "../laboratory/figures.js";
import { type Laboratory, openLaboratory } from "../laboratory/laboratory.js";
import { libraryGround } from "../laboratory/library-ground.js";
import type { Experiment } from "../laboratory/study.js";
import { expectedGain, type Lattice, measuredError, priceLattice } from "./lattice.js";
import { FULL, PEOPLE, SCALE, SHORT, SHOWN, type Size, TICK_ERROR } from "./model.js";
import { restingQuote, walk } from "./walk.js";

const PRICES = [0.5, 0.3, 0.1] as const;
const SHARES = [0.1, 0.2, 0.5, 0.7] as const;
/** Half a tick on either side. */
const OF_QUOTES = 1 / Number(SCALE);
/** Of log-odds, which a tick moves by more the nearer they are to the ends. */
const OF_NATS = 1e-5;
/** Of expected profit: half a tick a trade. */
const OF_PROFIT = 1e-5;
/** Of the log score, whose terms grow where prices are small. */
const OF_LOG_SCORE = 1e-3;

export const experiment: Experiment = async ({ short, seed }, tell) => {
  const size = short ? SHORT : FULL;
  const laboratory = openLaboratory(await libraryGround(PEOPLE));
  tell("Quotes");
  const spreads = await spreadChapter(laboratory);
  const lattices = new Map<number, Lattice>();
  for (const { informed, trades } of size.crowds) {
    tell(`${informed} informed: ${trades + 1} markets of ${trades} trades`);
    lattices.set(informed, await priceLattice(laboratory, informed, trades));
  }
  tell(`Every path of ${size.allPaths} trades`);
  const profits = await profitChapter(laboratory, size);
  tell("The same on a chain");
  const chain = await chainChapter(size, seed);
  return {
    chapters: [spreads, errorChapter(size, lattices), profits, chain],
    pictures: { "glosten-milgrom": errorPicture(size, lattices) },
  };
};

async function spreadChapter(laboratory: Laboratory): Promise<Chapter> {
  const figures: Figure[] = [];
  for (const informed of SHARES) {
    for (const price of PRICES) {
      const { bid, ask } = await restingQuote(laboratory, price, informed);
      const theory = oneLotQuote(price, informed);
      const [low, high] = [Number(bid) / Number(SCALE), Number(ask) / Number(SCALE)];
      const where = `at ${price}, μ = ${informed}`;
      figures.push(
        figure(`bid ${where}`, low, theory.bid, OF_QUOTES),
        figure(`ask ${where}`, high, theory.ask, OF_QUOTES),
        figure(`spread ${where}`, high - low, oneLotSpread(price, informed), 2 * OF_QUOTES),
      );
    }
  }
  for (const informed of SHARES) {
    const { ask } = await restingQuote(laboratory, 0.5, informed);
    const odds = Number(ask) / Number(SCALE - ask); // of 1 before
    const name = `nats a trade at the truth, μ = ${informed}`;
    figures.push(figure(name, informed * Math.log(odds), natsOfTrade(informed), OF_NATS));
  }
  const about =
    "Best bid and best offer of the book, as parts of 1. At a half the spread is μ, the share of those who know.";
  return { title: "Spreads", about, figures };
}

function errorChapter({ crowds }: Size, lattices: ReadonlyMap<number, Lattice>): Chapter {
  const figures = crowds.flatMap(({ informed, trades }) =>
    SHOWN.filter((count) => count <= trades).flatMap((count) => {
      const { brier, information, logScore } = measuredError(lattices.get(informed) ?? new Map(), informed, count);
      const theory = forecastError(informed, count);
      const where = `after ${count}, μ = ${informed}`;
      return [
        figure(`Brier score ${where}`, brier, theory.brier, TICK_ERROR),
        figure(`information ${where}`, information, theory.information, TICK_ERROR),
        figure(`log score ${where}`, logScore, theory.logScore, OF_LOG_SCORE),
      ];
    }),
  );
  const about =
    "What share is informed, and what is left of the error: B = E(v − p)², I = 1 − 4B, E[−ln p(v)] in nats. All numbers of buys, each by how often it occurs.";
  return { title: "Error of the forecast", about, figures };
}

function errorPicture({ crowds }: Size, lattices: ReadonlyMap<number, Lattice>): Picture {
  const curves = crowds.flatMap(({ informed, trades }) => {
    const every = Array.from({ length: trades + 1 }, (_, count) => count);
    const lattice = lattices.get(informed) ?? new Map<string, number>();
    const theory = every.map((count): Pair => [count, forecastError(informed, count).information]);
    const measured = SHOWN.filter((count) => count <= trades).map((count): Pair => [
      count,
      measuredError(lattice, informed, count).information,
    ]);
    return [theoryCurve(`μ = ${informed}`, theory), measuredDots(`μ = ${informed}`, measured)];
  });
  return curvesPicture({ title: "What orders of one lot tell", across: "trades", up: "information, 0 to 1", curves });
}

async function profitChapter(laboratory: Laboratory, { crowds, allPaths }: Size): Promise<Chapter> {
  const figures: Figure[] = [];
  for (const { informed } of crowds) {
    const gain = await expectedGain(laboratory, informed, allPaths);
    figures.push(figure(`maker's profit, μ = ${informed}`, gain, 0, OF_PROFIT));
  }
  const about = `Every path of ${allPaths} trades and either outcome, by how often they occur, in lots that pay 1: those who know are paid by those who do not, and the maker gets nothing.`;
  return { title: "The maker breaks even", about, figures };
}

const CHAIN_SHARE = 0.2;

async function chainChapter({ onChain: roots }: Size, seed: bigint): Promise<Chapter> {
  const paths = [[true, true], [true, false], [false, true], [false, false]] as const; // prettier-ignore
  let told = 0;
  const agreed = await onChain(PEOPLE, seed, async (laboratory) => {
    for (let k = 0; k < roots; k += 1) {
      const path = paths[k % paths.length] ?? [];
      const { prices } = await walk(laboratory, CHAIN_SHARE, path, k % 8 < 4);
      if (Math.abs((prices.at(-1) ?? NaN) - wantedAfter(path)) <= OF_QUOTES) told += 1;
    }
  });
  const figures = [...agreed, figure("roots whose last price is what theory says", told, roots, 0)];
  const about = `${roots} roots of two trades each on a chain inside this process, with signatures, and in the library's book.`;
  return { title: "On a chain", about, figures };
}

function wantedAfter(path: readonly boolean[]): number {
  return path.reduce((price, isBuy) => oneLotQuote(price, CHAIN_SHARE)[isBuy ? "ask" : "bid"], 0.5);
}
