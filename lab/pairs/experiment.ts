import { onChain } from "../laboratory/chain-ground.js";
import { type Chapter, figure } from "../laboratory/figures.js";
import { openLaboratory } from "../laboratory/laboratory.js";
import { libraryGround } from "../laboratory/library-ground.js";
import type { Experiment } from "../laboratory/study.js";
import { judge, perStake } from "./judge.js";
import { type Observations, readObservations } from "./observations.js";
import { type TradedPair, tradedPairs } from "./rule.js";
import { type Known, MONTHLY, type Source, SOURCES } from "./sources.js";
import { summaryOf } from "./statistics.js";
import { type BookedPair, PEOPLE, tradePair } from "./trading.js";

/** By how many ticks, hundredths of a percent of the basket, the quoter is worse than the true weight. */
const COSTS = [0n, 5n, 20n] as const;
const SHORT_COSTS = [0n, 20n] as const;
/** Of the closest three: those of which the first trades are known one by one. */
const SHORT_KNOWN = "three closest";
/** Half of the last digit that is written down. */
const [MEAN_DIGIT, T_DIGIT] = [0.00005, 0.005] as const;
/** A price is a whole tick, so a payoff may be half a tick off at each of its ends: of D, w being near a half. */
const HALF_TICKS = 4e-4;

export const SENTENCE =
  "No significant profit on any of these files: both t above 2 are one choice, of the three closest pairs among five stocks that survived. What is shown is that a session pays the rule's profit or loss exactly, not that the rule pays.";

export const experiment: Experiment = async ({ short, seed }, tell) => {
  const chapters: Chapter[] = [];
  for (const source of short ? [MONTHLY] : SOURCES) {
    tell(`The rule on ${source.name}`);
    const seen = readObservations(source.files());
    const known = source.known.filter(({ name }) => !short || name === SHORT_KNOWN);
    const rules = known.map((one) => ({ known: one, pairs: tradedPairs(numbersOf(seen), one.terms) }));
    chapters.push(ruleChapter(source, seen, rules));
    for (const cost of short ? SHORT_COSTS : COSTS) {
      tell(`Its trades in sessions, at a cost of ${cost} ticks`);
      for (const { known: one, pairs } of rules) chapters.push(await sessionChapter(source, seen, one, pairs, cost));
    }
  }
  tell("A window's trades on a chain");
  chapters.push(await chainChapter(seed));
  return { chapters, pictures: {} };
};

/** The rule decides by these; the book never sees them. */
function numbersOf({ prices }: Observations): (number | undefined)[][] {
  const UNIT = 1e18;
  return prices.map((row) => row.map((price) => (price === undefined ? undefined : Number(price) / UNIT)));
}

interface Ruled {
  readonly known: Known;
  readonly pairs: readonly TradedPair[];
}

/** The loser's relative price less the winner's, at the close: for each unit of money on either side. */
function payoffsOf({ prices }: Observations, pairs: readonly TradedPair[]): number[] {
  const ratio = (k: number, from: number, to: number): number => Number(prices[to]?.[k]) / Number(prices[from]?.[k]);
  return pairs
    .flatMap(({ trades }) => trades)
    .map(({ long, short, opens, closes }) => ratio(long, opens, closes) - ratio(short, opens, closes));
}

function ruleChapter({ name, about }: Source, seen: Observations, rules: readonly Ruled[]): Chapter {
  return {
    title: `The pairs rule on ${name}, outside of any session`,
    about: `Of ${about}; no costs. Expected is what another program found before. ${SENTENCE}`,
    figures: rules.flatMap(({ known, pairs }) => {
      const { trades, mean, t, won } = summaryOf(payoffsOf(seen, pairs));
      const crossed = pairs.flatMap((pair) => pair.trades).filter(({ isCrossed }) => isCrossed).length;
      const windows = new Set(pairs.map(({ window }) => window.start)).size;
      return [
        figure(`${known.name}: windows`, windows, known.windows, 0),
        figure(`${known.name}: trades`, trades, known.trades, 0),
        figure(`${known.name}: mean payoff per unit`, mean, known.mean, MEAN_DIGIT),
        ...(known.t === undefined ? [] : [figure(`${known.name}: its t`, t ?? 0, known.t, T_DIGIT)]),
        figure(`${known.name}: won`, won, known.won, 0),
        ...(known.crossed === undefined
          ? []
          : [figure(`${known.name}: closed by crossing`, crossed, known.crossed, 0)]),
      ];
    }),
  };
}

async function sessionChapter(
  { name }: Source,
  seen: Observations,
  known: Known,
  pairs: readonly TradedPair[],
  cost: bigint,
): Promise<Chapter> {
  const ground = await libraryGround(PEOPLE);
  const booked: BookedPair[] = [];
  for (const pair of pairs) booked.push(await tradePair(openLaboratory(ground), seen, pair, cost));
  const terms = { ...ground.terms, each: ground.each };
  const { trades, payoffs, accounts, deliveries, sessions, zeroSums } = judge(booked, terms);
  const paid = booked.flatMap((pair) => pair.trades.map(({ payoff }) => perStake(payoff)));
  const rule = summaryOf(payoffsOf(seen, pairs));
  const { mean, t } = summaryOf(paid);
  return {
    title: `${name}, ${known.name}: in sessions, ${cost} ticks worse than the true weight`,
    about: `A session a pair and window. Mean payoff per unit ${mean.toFixed(4)}, t ${t?.toFixed(2) ?? "none"}. Expected are the same lots and prices in plain shares.`,
    figures: [
      figure("payoffs, the same fraction", payoffs, trades, 0),
      figure("deliveries, to the last unit", deliveries, accounts, 0),
      figure("gains and losses of a session, exactly zero in sum", zeroSums, sessions, 0),
      ...(cost === 0n ? [figure("mean payoff per unit, beside the rule's", mean, rule.mean, HALF_TICKS)] : []),
    ],
  };
}

/** The first window of the three closest that has a trade which crosses. */
async function chainChapter(seed: bigint): Promise<Chapter> {
  const seen = readObservations(MONTHLY.files());
  const terms = MONTHLY.known.find(({ name }) => name === SHORT_KNOWN)?.terms;
  const all = terms === undefined ? [] : tradedPairs(numbersOf(seen), terms);
  const pair = all.find(({ trades }) => trades.some(({ isCrossed }) => isCrossed));
  if (pair === undefined) throw new RangeError("no pair of the monthly prices ever crosses");
  const figures = await onChain(PEOPLE, seed, async (laboratory) => {
    await tradePair(laboratory, seen, pair, 0n);
  });
  const names = pair.symbols.map((k) => seen.symbols[k] ?? "").join(" and ");
  const [from, to] = [pair.window.begin, pair.window.end].map((t) => seen.dates[t] ?? "");
  return { title: "On a chain", about: `${names}, ${from ?? ""} to ${to ?? ""}, signed and sent.`, figures };
}
