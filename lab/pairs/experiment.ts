import { basename } from "node:path";

import { onChain } from "../laboratory/chain-ground.js";
import { type Chapter, figure } from "../laboratory/figures.js";
import { openLaboratory } from "../laboratory/laboratory.js";
import { libraryGround } from "../laboratory/library-ground.js";
import type { Tell } from "../command/command.js";
import { InputError } from "../command/errors.js";
import type { Experiment, Findings } from "../laboratory/study.js";
import { judge, perStake } from "./judge.js";
import { type Observations, readObservations } from "./observations.js";
import { type RuleTerms, type TradedPair, tradedPairs, windowsOf } from "./rule.js";
import { type Known, MONTHLY, type Played, playedOn, type Source, SOURCES } from "./sources.js";
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

export const experiment: Experiment = async ({ short, seed, prices }, tell) =>
  prices.length === 0 ? onKnown({ short, seed }, tell) : onOwn(prices, { short }, tell);

async function onKnown(
  { short, seed }: { readonly short: boolean; readonly seed: bigint },
  tell: Tell["phase"],
): Promise<Findings> {
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
}

/** Of prices that somebody has brought nothing is known before: what the rule pays is told, and each session held against plain shares. */
async function onOwn(
  files: readonly string[],
  { short }: { readonly short: boolean },
  tell: Tell["phase"],
): Promise<Findings> {
  const seen = readObservations(files.map((path) => ({ path, name: basename(path) })));
  const rules = playedOn(seen).map((one) => ({ known: one, pairs: tradedPairs(numbersOf(seen), one.terms) }));
  const windows = windowsOf(seen.dates.length, rules[0]?.known.terms ?? NO_TERMS).length;
  if (windows === 0 || rules.every(({ pairs }) => pairs.length === 0))
    throw tooShort(files, seen, rules[0]?.known.terms);
  tell("The rule on your prices");
  const chapters: Chapter[] = [];
  for (const cost of short ? SHORT_COSTS : COSTS) {
    tell(`Its trades in sessions, at a cost of ${cost} ticks`);
    for (const { known: one, pairs } of rules) {
      if (pairs.some(({ trades }) => trades.length > 0))
        chapters.push(await sessionChapter({ name: "your prices" }, seen, one, pairs, cost));
    }
  }
  const title = `The pairs rule on your prices, outside of any session: ${seen.symbols.join(", ")}, ${seen.dates.length} dates, ${windows} windows. A margin is what 95 of 100 samples are within, if trades are independent; many choices were made on one sample.`;
  return {
    chapters,
    pictures: {},
    tables: [{ title, columns: OWN_COLUMNS, rows: rules.map((rule) => ownRow(seen, rule)) }],
  };
}

const OWN_COLUMNS = [
  { key: "trades", title: "trades", digits: 0 },
  { key: "mean", title: "mean payoff per unit", digits: 4 },
  { key: "t", title: "t", digits: 2 },
  { key: "won", title: "won", digits: 0 },
] as const;
/** Of a normal deviate: 95 of 100. */
const CONFIDENT = 1.96;

function ownRow(seen: Observations, { known, pairs }: Ruled) {
  const { trades, mean, t, won } = summaryOf(payoffsOf(seen, pairs));
  const exactly = (value: number) => ({ value, margin: 0 });
  const margin = t === undefined || t === 0 ? undefined : CONFIDENT * Math.abs(mean / t);
  const values = {
    trades: exactly(trades),
    won: exactly(won),
    mean: trades === 0 || margin === undefined ? undefined : { value: mean, margin },
    t: t === undefined ? undefined : exactly(t),
  };
  return { name: known.name, values };
}

const NO_TERMS: RuleTerms = { formation: 1, trading: 1, top: 1, wait: 0 };

function tooShort(
  files: readonly string[],
  { symbols, dates }: Observations,
  { formation, trading }: RuleTerms = NO_TERMS,
): InputError {
  const wanted = `two symbols with a price at each of ${formation + trading} dates in a row are wanted`;
  const there = `${symbols.length} symbols and ${dates.length} dates at which two have one are there`;
  return new InputError("PRICES_TOO_SHORT", {
    file: files.map((path) => basename(path)).join(", "),
    reason: `${wanted}, ${there}`,
  });
}

/** The rule decides by these; the book never sees them. */
function numbersOf({ prices }: Observations): (number | undefined)[][] {
  const UNIT = 1e18;
  return prices.map((row) => row.map((price) => (price === undefined ? undefined : Number(price) / UNIT)));
}

interface Ruled<By extends Played = Played> {
  readonly known: By;
  readonly pairs: readonly TradedPair[];
}

/** The loser's relative price less the winner's, at the close: for each unit of money on either side. */
function payoffsOf({ prices }: Observations, pairs: readonly TradedPair[]): number[] {
  const ratio = (k: number, from: number, to: number): number => Number(prices[to]?.[k]) / Number(prices[from]?.[k]);
  return pairs
    .flatMap(({ trades }) => trades)
    .map(({ long, short, opens, closes }) => ratio(long, opens, closes) - ratio(short, opens, closes));
}

function ruleChapter({ name, about }: Source, seen: Observations, rules: readonly Ruled<Known>[]): Chapter {
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
  { name }: Pick<Source, "name">,
  seen: Observations,
  known: Played,
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
