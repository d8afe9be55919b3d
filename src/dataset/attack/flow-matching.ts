/** The third attack: who flows alike, bin by bin, is matched by the assignment that fits best altogether. */
import { assign } from "./assignment.js";
import type { Guesses, SeriesBy, Series } from "./flow.js";

/**
 * @param room how many traders a subject stands for; one by default
 * @returns the subject of each trader
 */
export function matchFlows<Subject, Name>(
  hidden: SeriesBy<Subject>,
  open: SeriesBy<Name>,
  room: (subject: Subject) => number = () => 1,
): Guesses<Name, Subject> {
  const slots = [...hidden.keys()].flatMap((subject) => new Array<Subject>(room(subject)).fill(subject));
  const names = [...open.keys()];
  const vectors = new Map([...hidden].map(([subject, series]) => [subject, vectorOf(series)]));
  const costs = names.map((name) => {
    const own = vectorOf(open.get(name) ?? []);
    const byShape = new Map([...vectors].map(([subject, vector]) => [subject, -likeness(vector, own)]));
    return slots.map((subject) => byShape.get(subject) ?? 0);
  });
  if (slots.length < names.length) throw new RangeError("there is no room for every trader");
  const found = assign(costs);
  return new Map(
    names.flatMap((name, row) => {
      const subject = slots[found[row] ?? -1];
      return subject === undefined ? [] : [[name, subject] as const];
    }),
  );
}

/** Numbers of all bins one behind the other. They are for a guess: floats will do. */
function vectorOf(series: Series): number[] {
  return series.flatMap((numbers) => numbers.map(Number));
}

/** Cosine of the angle between the two, each number less its mean over the bins. */
function likeness(a: readonly number[], b: readonly number[]): number {
  const [x, y] = [centred(a), centred(b)];
  const norm = Math.hypot(...x) * Math.hypot(...y);
  return norm === 0 ? 0 : x.reduce((sum, value, k) => sum + value * (y[k] ?? 0), 0) / norm;
}

function centred(values: readonly number[]): number[] {
  const mean = values.reduce((sum, value) => sum + value, 0) / (values.length || 1);
  return values.map((value) => value - mean);
}
