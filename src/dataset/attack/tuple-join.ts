/** The first attack: rows that only one trader has are that trader's, whatever name stands beside them. */
import type { Deed, DeedsBy, Guesses, SeriesBy } from "./flow.js";

/** Each subject is whoever alone has most of its rows. */
export function joinDeeds<Subject, Name>(hidden: DeedsBy<Subject>, open: DeedsBy<Name>): Guesses<Subject, Name> {
  const rows = (of: DeedsBy<unknown>): ReadonlyMap<unknown, readonly string[]> =>
    new Map([...of].map(([who, deeds]) => [who, deeds.map(keyOfDeed)]));
  return join(
    rows(hidden) as ReadonlyMap<Subject, readonly string[]>,
    rows(open) as ReadonlyMap<Name, readonly string[]>,
  );
}

/** The same of numbers by bin: whoever alone has just the numbers of a bin is who did it. */
export function joinSeries<Subject, Name>(hidden: SeriesBy<Subject>, open: SeriesBy<Name>): Guesses<Subject, Name> {
  return join(keysOf(hidden), keysOf(open));
}

function keysOf<Who>(of: SeriesBy<Who>): ReadonlyMap<Who, readonly string[]> {
  return new Map([...of].map(([who, series]) => [who, series.map((numbers, bin) => `${bin}: ${numbers.join()}`)]));
}

function keyOfDeed({ rootId, branchId, action, side, price, lots }: Deed): string {
  return [rootId, branchId, action, side, price, lots].join();
}

function join<Subject, Name>(
  hidden: ReadonlyMap<Subject, readonly string[]>,
  open: ReadonlyMap<Name, readonly string[]>,
): Guesses<Subject, Name> {
  const owners = new Map<string, Set<Name>>();
  for (const [name, keys] of open) for (const key of keys) owners.set(key, (owners.get(key) ?? new Set()).add(name));
  const guesses = new Map<Subject, Name>();
  for (const [subject, keys] of hidden) {
    const votes = new Map<Name, number>();
    for (const key of keys) {
      const [only, another] = [...(owners.get(key) ?? [])];
      if (only !== undefined && another === undefined) votes.set(only, (votes.get(only) ?? 0) + 1);
    }
    const best = [...votes].sort(([, a], [, b]) => b - a)[0];
    if (best !== undefined) guesses.set(subject, best[0]);
  }
  return guesses;
}
