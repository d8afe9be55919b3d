import { meanOf } from "../../src/measures/moments.js";
import { createRandom } from "../../stage/rng.js";
import { onChain } from "../laboratory/chain-ground.js";
import { type Estimate, informationOf, estimateOf } from "../laboratory/estimate.js";
import { type Chapter, figure } from "../laboratory/figures.js";
import type { Laboratory } from "../laboratory/laboratory.js";
import type { Column, MeasuredTable } from "../laboratory/measured.js";
import type { Experiment } from "../laboratory/study.js";
import { OPEN, QUESTIONS } from "./designs.js";
import { type Run, runDesign } from "./run.js";
import { type Look, openSession } from "./session.js";
import { beliefOf, MEAN, PEOPLE, type World, worldOf } from "./world.js";

const [WORLDS, SHORT_WORLDS] = [200, 3] as const;
const MOST = Math.max(...QUESTIONS.flatMap(({ designs }) => designs.map(({ arrivals }) => arrivals)));
/** On a chain a story is short: a transaction an order. */
const ON_CHAIN = 20;
const ON_CHAIN_LIQUIDITY = 200n;

const COLUMNS: readonly Column[] = [
  { key: "information", title: "information, one price", digits: 2 },
  { key: "together", title: "all prices' mean", digits: 2 },
  { key: "spread", title: "spread, ticks", digits: 0 },
  { key: "twoSided", title: "two-sided", digits: 2 },
  { key: "covered", title: "covered depth, lots", digits: 1 },
  { key: "refused", title: "refused", digits: 2 },
  { key: "traded", title: "traded, lots", digits: 0 },
  { key: "uninformed", title: "uninformed pay a lot, ticks", digits: 0 },
  { key: "makers", title: "makers pay, ticks a lot", digits: 0 },
];

export const experiment: Experiment = async ({ short, seed }, tell) => {
  const worlds = Array.from({ length: short ? SHORT_WORLDS : WORLDS }, (_, k) =>
    worldOf(createRandom(seed, `design ${k}`), MOST),
  );
  const tables: MeasuredTable[] = [];
  const all: Run[] = [];
  for (const { asks, designs } of QUESTIONS) {
    tell(asks);
    const rows: MeasuredTable["rows"][number][] = [];
    for (const design of designs) {
      const runs: Run[] = [];
      for (const world of worlds) runs.push(await runDesign(design, world));
      rows.push({ name: design.name, values: valuesOf(runs) });
      all.push(...runs);
    }
    tables.push({ title: asks, columns: COLUMNS, rows });
  }
  tell("The same on a chain");
  return { chapters: [promisesOf(all, worlds.length), await chainChapter(seed)], tables, pictures: {} };
};

/** Each world counts once, whatever happened in it. */
function valuesOf(runs: readonly Run[]): Record<string, Estimate | undefined> {
  const mean = (of: (run: Run) => number | undefined): Estimate | undefined => estimateOf(runs.map(of));
  const looked = (of: (look: Look) => number | undefined) =>
    mean(({ looks }) => {
      const there = looks.map(of).filter((value) => value !== undefined);
      return there.length === 0 ? undefined : meanOf(there);
    });
  const aLot = (money: bigint, { traded }: Run): number | undefined =>
    traded === 0 ? undefined : -Number(money) / traded;
  return {
    information: informationOf(runs.map(({ alone, before }) => ({ after: alone, before }))),
    together: informationOf(runs.map(({ together, before }) => ({ after: together, before }))),
    spread: looked(({ spread }) => spread),
    twoSided: looked(({ spread }) => (spread === undefined ? 0 : 1)),
    covered: looked(({ covered }) => covered),
    refused: mean(({ refused, orders }) => refused / orders),
    traded: mean(({ traded }) => traded),
    uninformed: mean((run) => aLot(run.uninformed, run)),
    makers: mean((run) => aLot(run.makers, run)),
  };
}

function promisesOf(runs: readonly Run[], worlds: number): Chapter {
  const sum = (what: "bounded" | "sessions" | "zeroSums"): number => runs.reduce((all, run) => all + run[what], 0);
  return {
    title: "What holds in every one of these sessions",
    about: `${worlds} worlds; each ± is of 95 in 100 such studies. Information is 1 − Σ(v − p)² / Σ(v − p₀)².`,
    figures: [
      figure("gains and losses, exactly zero in sum", sum("zeroSums"), sum("sessions"), 0),
      figure("makers that lost no more than their bound", sum("bounded"), sum("sessions"), 0),
    ],
  };
}

/** The beginning of a world, with a maker, in which everybody may come. */
async function chainChapter(seed: bigint): Promise<Chapter> {
  const world = worldOf(createRandom(seed, "design on a chain"), ON_CHAIN);
  const figures = await onChain(PEOPLE + 1, seed, (laboratory) => beginning(laboratory, world));
  return { title: "On a chain", about: `${ON_CHAIN} orders against a maker, signed and sent.`, figures };
}

async function beginning(laboratory: Laboratory, world: World): Promise<void> {
  const session = await openSession(laboratory, { start: MEAN, liquidity: ON_CHAIN_LIQUIDITY });
  for (const { person, whim } of world.arrivals) {
    const who = world.people[person];
    if (who !== undefined) await session.arrive(person, beliefOf(world, who, whim, OPEN, session.price()));
  }
  await session.settle(world.value);
}
