/** The second attack: the bare sequence of sides, price steps and sizes is a fingerprint. */
import type { Deed, DeedsBy, Guesses, SeriesBy } from "./flow.js";

/** Steps of a sequence that are looked at: the work grows with their square. */
const MOST_STEPS = 400;

export function alignDeeds<Subject, Name>(hidden: DeedsBy<Subject>, open: DeedsBy<Name>): Guesses<Subject, Name> {
  return align(stepsBy(hidden), stepsBy(open));
}

/** Of bins: the direction and the size of the flow. */
export function alignSeries<Subject, Name>(hidden: SeriesBy<Subject>, open: SeriesBy<Name>): Guesses<Subject, Name> {
  const steps = <Who>(of: SeriesBy<Who>): ReadonlyMap<Who, readonly string[]> =>
    new Map(
      [...of].map(([who, series]) => [who, series.map(([flow = 0n, lots = 0n]) => `${flow > 0n} ${flow} ${lots}`)]),
    );
  return align(steps(hidden), steps(open));
}

function stepsBy<Who>(of: DeedsBy<Who>): ReadonlyMap<Who, readonly string[]> {
  return new Map([...of].map(([who, deeds]) => [who, stepsOf(deeds)]));
}

function stepsOf(deeds: readonly Deed[]): readonly string[] {
  const last = new Map<string, number>();
  return deeds.slice(0, MOST_STEPS).map(({ rootId, branchId, side, price, lots }) => {
    const market = `${rootId}.${branchId}`;
    const step = price - (last.get(market) ?? price);
    last.set(market, price);
    return `${side} ${step} ${lots}`;
  });
}

function align<Subject, Name>(
  hidden: ReadonlyMap<Subject, readonly string[]>,
  open: ReadonlyMap<Name, readonly string[]>,
): Guesses<Subject, Name> {
  const guesses = new Map<Subject, Name>();
  for (const [subject, steps] of hidden) {
    let [most, best]: [number, Name | undefined] = [0, undefined];
    for (const [name, own] of open) {
      const likeness = (2 * commonLength(steps, own)) / (steps.length + own.length || 1);
      if (likeness > most) [most, best] = [likeness, name];
    }
    if (best !== undefined) guesses.set(subject, best);
  }
  return guesses;
}

/** Length of the longest common subsequence. */
export function commonLength(a: readonly string[], b: readonly string[]): number {
  let row = new Array<number>(b.length + 1).fill(0);
  for (const step of a) {
    const next = [0];
    for (const [k, other] of b.entries()) {
      next.push(step === other ? (row[k] ?? 0) + 1 : Math.max(row[k + 1] ?? 0, next[k] ?? 0));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
